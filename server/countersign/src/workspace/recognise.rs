//! Text that is known from elsewhere: moved here, split off, or copied.
//!
//! What vanished where it stood is the same text from a dozen tokens on. Where
//! it still stands, this is a copy: it keeps its state only if it is a whole
//! unit or long, and stands in no text that is nobody's.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use countersign_ledger::git::CommitId;
use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::carry::{Carried, Source, carry};
use countersign_provenance::found::{Block, blocks, take_over};
use countersign_provenance::removal::{Side, came_back};
use countersign_provenance::{
    BlobId, Prints, Regions, RemovalId, Statement, Text, count_tokens, fingerprints, ink_of,
};

use super::Fault;
use super::displaced::neighbour_of;
use super::file::{Disk, read};
use super::known::{known_of_path, origins_in, union};
use super::tree::Tree;

/// How many texts are compared with one that is not known.
pub(crate) const COMPARED: u32 = 12;
/// From so many tokens on, a copy is no accident.
const COPIED: usize = 24;
/// A shorter text is never looked for.
pub(crate) const SHORTEST: usize = 12;
/// How many lines of a copy are looked for elsewhere.
const LINES: usize = 3;
/// How far back it is looked what stood at a path before the first fact.
const LOOKED_BACK: usize = 50;
const LOOKED: Duration = Duration::from_millis(300);
/// How many other files are compared with a copy.
const OTHERS: usize = 16;

/// What stands where.
#[derive(Clone, Copy)]
pub(crate) enum World<'a> {
    /// The files on disk.
    WorkTree,
    /// These texts; at other paths, the files on disk.
    Buffers(&'a HashMap<String, Text>),
    /// The files of a tree.
    Tree(&'a Tree<'a>),
    /// The same, where only what is new in a change counts: then history is not searched.
    Change(&'a Tree<'a>),
}

impl World<'_> {
    pub(crate) fn text_at(self, place: &Place, path: &str) -> Option<String> {
        match self {
            World::Buffers(texts) if texts.contains_key(path) => {
                texts.get(path).map(Text::to_string)
            }
            World::WorkTree | World::Buffers(_) => match read(place, path) {
                Ok(Disk::Text { text, .. }) => Some(Arc::unwrap_or_clone(text)),
                _ => None,
            },
            World::Tree(tree) | World::Change(tree) => tree.text_at(path),
        }
    }

    /// The files in which this line stands; none where git does not answer.
    pub(crate) fn with_line(self, place: &Place, line: &str) -> Vec<String> {
        let commit = match self {
            World::WorkTree | World::Buffers(_) => None,
            World::Tree(tree) | World::Change(tree) => match tree.commit() {
                Some(commit) => Some(commit),
                None => return Vec::new(),
            },
        };
        git::files_with(place, commit, &[line]).unwrap_or_default()
    }

    fn has(self, place: &Place, path: &str) -> bool {
        match self {
            World::WorkTree | World::Buffers(_) => place.absolute(path).is_file(),
            World::Tree(tree) | World::Change(tree) => tree.blob_at(path).is_some(),
        }
    }
}

/// What was found out about the fresh parts of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recognised {
    /// No text that is known shares anything with them.
    Alone,
    /// What shares something with them is not where they come from, as things stand.
    Refused,
    /// Some of them are known; the removals whose text has come back with them.
    From(Vec<RemovalId>),
}

impl Recognised {
    /// The removals whose text has come back.
    pub(crate) fn returned(self) -> Vec<RemovalId> {
        match self {
            Recognised::From(returned) => returned,
            Recognised::Alone | Recognised::Refused => Vec::new(),
        }
    }
}

/// Who may have brought a text here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// A person: copies keep their state.
    Person,
    /// An assistant: a copy is new text of its own.
    Assistant,
}

/// A text at a place, in which something may be known from elsewhere.
pub(crate) struct Newcomer<'a> {
    pub(crate) place: &'a Place,
    pub(crate) world: World<'a>,
    pub(crate) path: &'a str,
    pub(crate) blob: &'a BlobId,
    pub(crate) text: &'a str,
    pub(crate) by: By,
}

impl Newcomer<'_> {
    /// Takes over what is known of the fresh parts.
    pub(crate) fn recognise(
        &self,
        ledger: &Ledger,
        carried: &mut Carried,
    ) -> Result<Recognised, Fault> {
        let open = self.open(&carried.fresh);
        if open.is_empty() {
            return Ok(Recognised::Alone);
        }
        let hashes = fingerprints(self.text, &open);
        let candidates = ledger.facts_sharing(&hashes, COMPARED)?;
        if candidates.is_empty() {
            return Ok(Recognised::Alone);
        }
        if self.by == By::Person && self.stood_before(ledger, carried)? {
            return Ok(Recognised::Refused);
        }
        let mut back: Option<Vec<RemovalId>> = None;
        let mut paths = HashSet::new();
        for fact in candidates {
            let Some(own) = Candidate::of(ledger, &fact.statement, self.text)? else {
                continue;
            };
            // What came later at the same path may be too short to be found by itself.
            if own.path != self.path
                && paths.insert(own.path.clone())
                && let Some(newest) = Candidate::newest(ledger, &own)?
                && self.takes(ledger, &newest, carried)?
            {
                back.get_or_insert_default();
            }
            if self.takes(ledger, &own, carried)? {
                let ended = own.has_come_back(self.text).then_some(fact.id);
                back.get_or_insert_default().extend(ended);
            }
        }
        Ok(back.map_or(Recognised::Refused, Recognised::From))
    }

    /// Takes over what is known of a candidate's text. Whether that is anything.
    fn takes(
        &self,
        ledger: &Ledger,
        candidate: &Candidate,
        carried: &mut Carried,
    ) -> Result<bool, Fault> {
        let open = self.open(&carried.fresh);
        let mut found = blocks(&candidate.text, self.text, &open);
        found.retain(|block| block.holds_any(&candidate.parts));
        let mut taken = Vec::new();
        for block in found {
            if self.accepts(ledger, candidate, &block, &open)? {
                taken.push(block);
            }
        }
        if !taken.is_empty() {
            let file = match &candidate.path {
                path if path == self.path => ItsFile::IsThis,
                path if self.world.has(self.place, path) => ItsFile::Stands,
                _ => ItsFile::IsGone,
            };
            let regions = candidate.regions_in(ledger, &taken, file)?;
            let source = Source {
                regions: &regions,
                ..candidate.source()
            };
            take_over(carried, self.text, &source, &taken);
            if file == ItsFile::IsGone {
                self.take_what_is_left(candidate, carried);
            }
        }
        Ok(!taken.is_empty())
    }

    /// Where most of a file that is gone now stands here, what was taken away there was taken away here, even if the
    /// text around it is gone as well.
    fn take_what_is_left(&self, candidate: &Candidate, carried: &mut Carried) {
        let is_whole = candidate.only.is_none() && !candidate.regions.marks.is_empty();
        if is_whole && holds(self.text, &candidate.text) {
            let all = carry(&[candidate.source()], self.text).regions.marks;
            all.into_iter()
                .for_each(|mark| carried.regions.add_mark(mark));
        }
    }

    fn open(&self, fresh: &[Range<u32>]) -> Vec<Range<u32>> {
        let long = |range: &&Range<u32>| {
            let text = &self.text[range.start as usize..range.end as usize];
            count_tokens(text, SHORTEST) >= SHORTEST
        };
        fresh.iter().filter(long).cloned().collect()
    }

    /// Leaves out what stood at this path before the first fact: no assistant
    /// wrote it. Returns whether that is all.
    fn stood_before(&self, ledger: &Ledger, carried: &mut Carried) -> Result<bool, Fault> {
        if self.is_old(ledger)? {
            return Ok(true);
        }
        let Some(born) = ledger.born()? else {
            return Ok(false);
        };
        if let Some(text) = self.stood_at(&born) {
            let nothing = Regions::default();
            carried.take(self.text, &Source::new(&text, &nothing));
        }
        Ok(self.open(&carried.fresh).is_empty())
    }

    fn stood_at(&self, born: &CommitId) -> Option<String> {
        if let World::Change(tree) = self.world {
            return tree.stood_at(born, self.path).map(str::to_owned);
        }
        let path = [self.path.to_owned()];
        let text = git::read_at(self.place, born.as_str(), &path);
        let text = text.unwrap_or_else(unanswered).pop().flatten();
        String::from_utf8(text?).ok()
    }

    /// Whether this very text stood at this path before the first fact, on any branch.
    fn is_old(&self, ledger: &Ledger) -> Result<bool, Fault> {
        if matches!(self.world, World::Change(_)) {
            return Ok(false);
        }
        let path = [self.path.to_owned()];
        let tips = ledger.born_tips()?;
        let changes = git::path_changes(self.place, &path, &tips, LOOKED_BACK, LOOKED);
        let changes = changes.unwrap_or_else(unanswered);
        let stood = |blob: &Option<BlobId>| blob.as_ref() == Some(self.blob);
        let mut changes = changes.iter();
        Ok(changes.any(|change| stood(&change.old) || stood(&change.new)))
    }

    /// The path that this very text had until now, where that is gone: for texts
    /// that speak for their path only.
    pub(crate) fn renamed_from(&self, ledger: &Ledger) -> Result<Option<String>, Fault> {
        let mut paths = ledger.paths_of_blob(self.blob)?;
        paths.retain(|path| !self.world.has(self.place, path));
        if paths.is_empty() || self.is_old(ledger)? {
            return Ok(None);
        }
        Ok(Some(paths.swap_remove(0)))
    }

    fn accepts(
        &self,
        ledger: &Ledger,
        candidate: &Candidate,
        block: &Block,
        open: &[Range<u32>],
    ) -> Result<bool, Fault> {
        if !self.stands_at_source(candidate, block, open) {
            return Ok(true);
        }
        if self.by == By::Assistant || candidate.bound {
            return Ok(false);
        }
        let long = block.longest >= COPIED || candidate.is_whole_unit(block);
        Ok(long && !self.is_anybodys(ledger, block)?)
    }

    fn files_with(&self, commit: Option<&CommitId>, lines: &[&str]) -> Vec<String> {
        git::files_with(self.place, commit, lines).unwrap_or_else(unanswered)
    }

    /// Whether the text still stands where it comes from.
    fn stands_at_source(&self, candidate: &Candidate, block: &Block, open: &[Range<u32>]) -> bool {
        let there = if candidate.path == self.path {
            Some(without(self.text, open))
        } else {
            self.world.text_at(self.place, &candidate.path)
        };
        let own = &candidate.text[block.old.start as usize..block.old.end as usize];
        there.is_some_and(|there| holds(&there, own))
    }

    /// Whether a copied text also stands where it is nobody's.
    fn is_anybodys(&self, ledger: &Ledger, block: &Block) -> Result<bool, Fault> {
        if self.place.git_dir.is_none() {
            return Ok(false);
        }
        let text = &self.text[block.new.start as usize..block.new.end as usize];
        let lines = telling_lines(text);
        if let Some(born) = ledger.born()?
            && let Some(path) = self.files_with(Some(&born), &lines).first()
        {
            tracing::debug!(path, "a copy is not marked: it stood there before");
            return Ok(true);
        }
        let paths = self.files_with(None, &lines);
        for path in paths.iter().filter(|path| *path != self.path).take(OTHERS) {
            let Ok(Disk::Text {
                text: other, blob, ..
            }) = read(self.place, path)
            else {
                continue;
            };
            let regions = known_of_path(ledger, self.place, path, &blob, &other)?;
            let spans: Vec<_> = regions
                .spans
                .iter()
                .map(|span| span.bytes.clone())
                .collect();
            let all = 0..text.len() as u32;
            let same = blocks(&other, text, std::slice::from_ref(&all));
            if same
                .iter()
                .any(|block| block.longest >= SHORTEST && !block.holds_any(&spans))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Where git does not answer, nothing speaks for the text being a person's: it
/// stays marked, and what is known of it is still written down.
fn unanswered<T>(error: git::GitError) -> Vec<T> {
    tracing::warn!(%error, "a text that may be known from elsewhere is taken for it");
    Vec::new()
}

/// The file from which a text may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ItsFile {
    IsThis,
    Stands,
    IsGone,
}

/// A text that is known, and the parts of it that a fact is about.
struct Candidate {
    path: String,
    text: String,
    regions: Regions,
    parts: Vec<Range<u32>>,
    /// It speaks for its own path only.
    bound: bool,
    /// Only these parts are spoken of. Of the rest nothing is known.
    only: Option<Vec<Range<u32>>>,
    /// Its parts were taken away; its occurrences.
    removed: Option<u32>,
}

impl Candidate {
    fn of(ledger: &Ledger, statement: &Statement, new: &str) -> Result<Option<Self>, Fault> {
        let (blob, path, bound) = match statement {
            Statement::Text(text) => (&text.blob, &text.path, text.bound),
            Statement::Prints(prints) => (&prints.blob, &prints.path, prints.bound),
            Statement::Removal(removal) => (&removal.before, &removal.path, false),
            _ => return Ok(None),
        };
        if !ledger.has_snapshot(blob)?
            && let Some(candidate) = Candidate::forgotten(ledger, statement, new)?
        {
            return Ok(Some(candidate));
        }
        let texts = ledger.texts(blob, path)?;
        let text = match statement {
            // What was said of its regions may be gone, while its prints live on.
            Statement::Prints(_) if texts.is_empty() => None,
            _ => ledger.snapshot(blob)?,
        };
        let text = match (text, statement) {
            (Some(text), _) => text,
            (None, Statement::Prints(prints)) => return Ok(Candidate::restored(prints, new)),
            (None, _) => return Ok(None),
        };
        let regions = union(ledger, &text, &texts)?;
        let (parts, removed) = match statement {
            Statement::Removal(removal) => (removal.removed.clone(), Some(removal.occurrences)),
            _ => (told(&text, &regions), None),
        };
        Ok(Some(Candidate {
            path: path.clone(),
            text,
            regions,
            only: removed.map(|_| parts.clone()),
            parts,
            bound,
            removed,
        }))
    }

    /// The text is no longer kept, but what finds its regions again.
    fn forgotten(ledger: &Ledger, statement: &Statement, new: &str) -> Result<Option<Self>, Fault> {
        let Statement::Text(text) = statement else {
            return Ok(None);
        };
        let origins: Vec<_> = origins_in(&text.regions).into_iter().collect();
        let prints = ledger.prints_of(&origins)?;
        let mut restored = prints.iter().map(|prints| Candidate::restored(prints, new));
        Ok(restored.find_map(|candidate| candidate))
    }

    /// The newest text that is known at a candidate's path, if that is another.
    fn newest(ledger: &Ledger, own: &Candidate) -> Result<Option<Self>, Fault> {
        let Some(blob) = ledger.blobs_of_path(&own.path, 1)?.pop() else {
            return Ok(None);
        };
        let texts = ledger.texts(&blob, &own.path)?;
        let text = ledger.snapshot(&blob)?.filter(|text| *text != own.text);
        let (Some(text), Some(bound)) = (text, texts.first().map(|text| text.bound)) else {
            return Ok(None);
        };
        let regions = union(ledger, &text, &texts)?;
        Ok(Some(Candidate {
            path: own.path.clone(),
            parts: told(&text, &regions),
            text,
            regions,
            bound,
            only: None,
            removed: None,
        }))
    }

    /// Nobody here has the text: as far as the new one holds it.
    fn restored(prints: &Prints, new: &str) -> Option<Self> {
        let (text, regions) = prints.restored(new)?;
        let told = told(&text, &regions);
        Some(Candidate {
            path: prints.path.clone(),
            parts: told.clone(),
            only: Some(told),
            text,
            regions,
            bound: prints.bound,
            removed: None,
        })
    }

    fn source(&self) -> Source<'_> {
        Source {
            text: &self.text,
            regions: &self.regions,
            only: self.only.as_deref(),
        }
    }

    /// Its regions, without what was taken away beside other text than these blocks. Where no other file may keep it,
    /// what stands on either side of the place will do.
    fn regions_in(
        &self,
        ledger: &Ledger,
        blocks: &[Block],
        file: ItsFile,
    ) -> Result<Regions, Fault> {
        let mut regions = self.regions.clone();
        let mut marks = Vec::new();
        for mark in regions.marks.drain(..) {
            let holds = |side: &Side| {
                let mut blocks = blocks.iter();
                blocks.any(|block| block.holds_beside(&self.text, mark.at, *side))
            };
            let neighbour = match file {
                ItsFile::Stands => neighbour_of(ledger, mark.removal)?,
                ItsFile::IsThis | ItsFile::IsGone => None,
            };
            let own = match neighbour {
                Some((_, neighbour)) => holds(&neighbour.side),
                None => [Side::Before, Side::Behind].iter().any(holds),
            };
            if own {
                marks.push(mark);
            }
        }
        regions.marks = marks;
        Ok(regions)
    }

    fn has_come_back(&self, text: &str) -> bool {
        self.removed
            .is_some_and(|times| came_back(&self.text, &self.parts, times.min(1), text))
    }

    fn is_whole_unit(&self, block: &Block) -> bool {
        let ink = |range: Range<usize>| ink_of(&self.text.as_bytes()[range]);
        let units = countersign_syntax::outline_of(&self.path, &self.text, &mut || false).units;
        units.iter().any(|unit| {
            let (start, end) = (
                unit.bytes.start.max(block.old.start as usize),
                unit.bytes.end.min(block.old.end as usize),
            );
            start < end && ink(start..end) == ink(unit.bytes.clone())
        })
    }
}

/// What facts about a text speak of: its regions, and what stands around the
/// places where something was taken away. What else stands around a region finds
/// it, and may be one that others speak of.
fn told(text: &str, regions: &Regions) -> Vec<Range<u32>> {
    const AROUND: u32 = 64;
    let mark = |at: u32| {
        let start = text.floor_char_boundary(at.saturating_sub(AROUND) as usize);
        let end = text.floor_char_boundary((at + AROUND) as usize);
        start as u32..end as u32
    };
    let marks = regions.marks.iter().map(|it| mark(it.at));
    let spans = regions.spans.iter().map(|span| span.bytes.clone());
    let mut parts: Vec<Range<u32>> = spans.chain(marks).collect();
    parts.sort_by_key(|part| part.start);
    let mut told: Vec<Range<u32>> = Vec::new();
    for part in parts {
        match told.last_mut() {
            Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
            _ => told.push(part),
        }
    }
    told
}

/// A text without some of its parts.
fn without(text: &str, parts: &[Range<u32>]) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut at = 0;
    for part in parts {
        rest.push_str(&text[at..part.start as usize]);
        rest.push('\n');
        at = part.end as usize;
    }
    rest.push_str(&text[at..]);
    rest
}

/// Whether most of a text stands in another.
pub(crate) fn holds(text: &str, part: &str) -> bool {
    let all = 0..part.len() as u32;
    let found = blocks(text, part, std::slice::from_ref(&all));
    let ink =
        |range: Range<u32>| ink_of(&part.as_bytes()[range.start as usize..range.end as usize]);
    let standing: u32 = found.iter().map(|block| ink(block.new.clone())).sum();
    standing * 4 >= ink(all) * 3
}

/// The longest lines of a text: few others hold them.
fn telling_lines(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let mut seen = HashSet::new();
    lines.retain(|line| seen.insert(*line));
    lines.sort_by_key(|line| std::cmp::Reverse(line.len()));
    lines.truncate(LINES);
    lines
}
