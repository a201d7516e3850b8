//! What one call moves between the files that it changes stays what it was.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use countersign_provenance::carry::{Carried, Gone, Source, carry};
use countersign_provenance::found::{areas, blocks, take_over, take_over_alike};
use countersign_provenance::{count_tokens, fingerprints};

use super::moved::without;
use crate::workspace::known::Known;
use crate::workspace::recognise::SHORTEST;

/// A file that a call changed: what went from it, and what came.
pub(in crate::workspace) struct Elsewhere {
    before: String,
    known: Option<Known>,
    after: String,
    /// In bytes of the text before: sorted and disjoint.
    gone: Vec<Range<u32>>,
    /// In bytes of the text after: sorted and disjoint.
    fresh: Vec<Range<u32>>,
}

impl Elsewhere {
    /// Of the only file that a call changed.
    pub(in crate::workspace) fn nowhere() -> Self {
        Elsewhere {
            before: String::new(),
            known: None,
            after: String::new(),
            gone: Vec::new(),
            fresh: Vec::new(),
        }
    }

    /// Of a text with what is known of it, and what it became.
    pub(in crate::workspace) fn new(before: String, known: Known, after: String) -> Self {
        let carried = carry(&[Source::new(&before, &known.regions)], &after);
        let gone = carried.gone.into_iter().map(|gone| gone.old);
        Elsewhere {
            gone: long(&before, gone),
            fresh: areas(&after, &carried.fresh),
            before,
            known: Some(known),
            after,
        }
    }
}

/// The parts that are long enough to be known again.
fn long(text: &str, parts: impl IntoIterator<Item = Range<u32>>) -> Vec<Range<u32>> {
    let is_long = |part: &Range<u32>| {
        let part = &text[part.start as usize..part.end as usize];
        count_tokens(part, SHORTEST) >= SHORTEST
    };
    parts.into_iter().filter(is_long).collect()
}

/// The other files that a call changed, as far as they share text with one: it went there, or came from there.
#[derive(Clone)]
pub(in crate::workspace) struct Beside<'a> {
    known: Option<&'a Known>,
    from: Vec<&'a Elsewhere>,
    to: Vec<&'a Elsewhere>,
}

impl<'a> Beside<'a> {
    /// The call changed one file.
    pub(in crate::workspace) fn nothing() -> Self {
        Beside {
            known: None,
            from: Vec::new(),
            to: Vec::new(),
        }
    }

    /// For each of the files that a call changed. They are not compared one by one: few share anything.
    pub(in crate::workspace) fn each(all: &'a [Elsewhere]) -> Vec<Self> {
        let (mut gone, mut fresh) = (HashMap::new(), HashMap::new());
        for (number, file) in all.iter().enumerate() {
            note(&mut gone, number, &file.before, &file.gone);
            note(&mut fresh, number, &file.after, &file.fresh);
        }
        let with =
            |known: &HashMap<u64, Vec<usize>>, own: usize, text: &str, parts: &[Range<u32>]| {
                let hashes = fingerprints(text, parts);
                let found = hashes.iter().filter_map(|hash| known.get(hash)).flatten();
                let numbers: BTreeSet<usize> =
                    found.copied().filter(|number| *number != own).collect();
                numbers.into_iter().map(|number| &all[number]).collect()
            };
        let beside = |(number, file): (usize, &'a Elsewhere)| Beside {
            known: file.known.as_ref(),
            from: with(&gone, number, &file.after, &file.fresh),
            to: with(&fresh, number, &file.before, &file.gone),
        };
        all.iter().enumerate().map(beside).collect()
    }

    /// What is known of the file's own text before, where that was asked already.
    pub(in crate::workspace) fn known(&self) -> Option<&'a Known> {
        self.known
    }

    /// Whether text may have gone from here to another file.
    pub(super) fn is_source(&self) -> bool {
        !self.to.is_empty()
    }

    /// Takes over what went from another file and now stands here.
    pub(super) fn moved_here(&self, after: &str, carried: &mut Carried) {
        for other in &self.from {
            let Some(known) = &other.known else {
                continue;
            };
            let found = |open: &[Range<u32>]| {
                let mut found = blocks(&other.before, after, open);
                found.retain(|block| block.holds_any(&other.gone));
                found
            };
            let alike = found(&areas(after, &carried.fresh));
            let found = found(&long(after, carried.fresh.iter().cloned()));
            let source = Source {
                text: &other.before,
                regions: &known.regions,
                only: Some(&other.gone),
            };
            take_over_alike(carried, after, &source, &alike);
            take_over(carried, after, &source, &found);
        }
    }

    /// What came to another file is not gone.
    pub(super) fn moved_away(&self, before: &str, gone: &mut Vec<Gone>) {
        for other in &self.to {
            let open = long(before, gone.iter().map(|gone| gone.old.clone()));
            for block in blocks(&other.after, before, &open) {
                if block.holds_any(&other.fresh) {
                    block.same().for_each(|(_, here)| without(gone, &here));
                }
            }
        }
    }
}

fn note(known: &mut HashMap<u64, Vec<usize>>, number: usize, text: &str, parts: &[Range<u32>]) {
    for hash in fingerprints(text, parts) {
        known.entry(hash).or_default().push(number);
    }
}
