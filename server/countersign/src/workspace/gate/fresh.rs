//! Which lines of a text are new since the base.
//!
//! The same tokens in a new layout are the same text, and so is what was moved within the change, to another file too.
//! A line is new when any of its ink is.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use countersign_ledger::git::TreeEntry;
use countersign_provenance::carry::{Carried, Source, carry};
use countersign_provenance::found::{blocks, take_over};
use countersign_provenance::{Regions, Text, fingerprints};

use super::changes::{ChangedFile, Changes, Texts};

/// How many other files are compared with what is new in one.
const COMPARED: usize = 12;

/// All that the head may have taken text from, base by base.
pub(super) struct Bases<'a> {
    bases: Vec<Base<'a>>,
}

struct Base<'a> {
    changes: &'a Changes,
    texts: &'a Texts,
    olds: &'a [TreeEntry],
    index: usize,
    lost: OnceCell<Lost<'a>>,
}

/// What the base's files have and the head's do not have in their place.
struct Lost<'a> {
    files: Vec<(&'a str, Vec<Range<u32>>)>,
    by_hash: HashMap<u64, Vec<usize>>,
}

impl<'a> Bases<'a> {
    pub(super) fn new(changes: &'a Changes, texts: &'a Texts) -> Self {
        let base = |(index, olds): (usize, &'a Vec<TreeEntry>)| Base {
            changes,
            texts,
            olds,
            index,
            lost: OnceCell::new(),
        };
        Bases {
            bases: changes.olds.iter().enumerate().map(base).collect(),
        }
    }

    /// The whole lines of a file that are new against each base, in bytes; those that only blank lines part are one
    /// range.
    pub(super) fn new_lines(&self, file: &ChangedFile, text: &str) -> Vec<Range<u32>> {
        let rope = Text::from(text);
        let mut new: Option<BTreeSet<u32>> = None;
        for base in &self.bases {
            let lines = lines(&rope, &base.fresh(file, text));
            new = Some(match new {
                None => lines,
                Some(before) => &before & &lines,
            });
        }
        runs(&rope, &new.unwrap_or_default())
    }
}

impl<'a> Base<'a> {
    /// What this base lacks of a file, in bytes.
    fn fresh(&self, file: &ChangedFile, text: &str) -> Vec<Range<u32>> {
        let mut carried = self.carried(file, text);
        if !carried.fresh.is_empty() {
            self.take_moved(&mut carried, text);
        }
        carried.fresh
    }

    fn carried(&self, file: &ChangedFile, text: &str) -> Carried {
        let old = file.olds[self.index].as_ref();
        let old = old.and_then(|old| self.texts.get(&old.blob));
        let nothing = Regions::default();
        let sources = old.map(|old| Source::new(old, &nothing));
        carry(sources.as_slice(), text)
    }

    /// What another file of the base had, and has no more, is not new.
    fn take_moved(&self, carried: &mut Carried, text: &str) {
        let lost = self.lost.get_or_init(|| self.lost());
        let nothing = Regions::default();
        for index in lost.sharing(&fingerprints(text, &carried.fresh)) {
            let (old, parts) = &lost.files[index];
            let mut found = blocks(old, text, &carried.fresh);
            found.retain(|block| block.holds_any(parts));
            let source = Source {
                only: Some(parts),
                ..Source::new(old, &nothing)
            };
            take_over(carried, text, &source, &found);
        }
    }

    fn lost(&self) -> Lost<'a> {
        let mut lost = Lost {
            files: Vec::new(),
            by_hash: HashMap::new(),
        };
        let mut standing: HashMap<&str, Vec<Range<u32>>> = HashMap::new();
        for file in &self.changes.files {
            let Some(old) = &file.olds[self.index] else {
                continue;
            };
            let text = self.texts.get(&file.blob).unwrap_or_default();
            let gone = self.carried(file, text).gone.into_iter();
            standing.insert(&old.path, gone.map(|gone| gone.old).collect());
        }
        for old in self.olds {
            let Some(text) = self.texts.get(&old.blob) else {
                continue;
            };
            let all = 0..text.len() as u32;
            let parts = standing.remove(&*old.path);
            lost.add(text, parts.unwrap_or_else(|| vec![all]));
        }
        lost
    }
}

impl<'a> Lost<'a> {
    fn add(&mut self, text: &'a str, parts: Vec<Range<u32>>) {
        let index = self.files.len();
        for hash in fingerprints(text, &parts) {
            self.by_hash.entry(hash).or_default().push(index);
        }
        self.files.push((text, parts));
    }

    /// The files that share most of these hashes.
    fn sharing(&self, hashes: &[u64]) -> Vec<usize> {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        let found = hashes.iter().filter_map(|hash| self.by_hash.get(hash));
        for index in found.flatten() {
            *shared.entry(*index).or_default() += 1;
        }
        let mut files: Vec<usize> = shared.keys().copied().collect();
        files.sort_by_key(|index| (std::cmp::Reverse(shared[index]), *index));
        files.truncate(COMPARED);
        files
    }
}

/// The lines with ink in these ranges.
fn lines(text: &Text, ranges: &[Range<u32>]) -> BTreeSet<u32> {
    let touched = ranges
        .iter()
        .flat_map(|range| text.line_of(range.start)..=text.line_of(range.end - 1));
    touched
        .filter(|line| has_ink(text, *line..line + 1))
        .collect()
}

/// Whole lines as ranges of bytes.
pub(super) fn runs(text: &Text, lines: &BTreeSet<u32>) -> Vec<Range<u32>> {
    let mut runs: Vec<Range<u32>> = Vec::new();
    for &line in lines {
        match runs.last_mut() {
            Some(run) if !has_ink(text, run.end..line) => run.end = line + 1,
            _ => runs.push(line..line + 1),
        }
    }
    let bytes = |lines: Range<u32>| text.line_start(lines.start)..text.line_start(lines.end);
    runs.into_iter().map(bytes).collect()
}

fn has_ink(text: &Text, lines: Range<u32>) -> bool {
    text.ink(text.line_start(lines.start)..text.line_start(lines.end)) > 0
}
