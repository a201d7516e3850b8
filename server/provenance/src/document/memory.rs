//! What was deleted or put in lately: text that is cut here and comes back
//! there keeps its regions, whichever of the two the editor tells first.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::shift::shifted;
use super::{Edit, Gone};
use crate::align::{Hashed, KnownRuns, Segment, align_pieces};
use crate::carry::{Source, carry_along};
use crate::region::Regions;
use crate::text::{Text, ink_of, is_ink};
use crate::token::{count_tokens, is_known_run, is_word};

/// How many deletions are remembered.
const DELETIONS: usize = 256;
/// How much deleted text is remembered, in bytes.
const DELETED_BYTES: usize = 16 << 20;
/// How much of it one insertion is compared with, and the other way round, in
/// bytes; the newest goes first, whatever its length.
const COMPARED_BYTES: usize = 1 << 20;
/// How many long insertions are remembered.
const INSERTIONS: usize = 16;
/// From this many tokens a deletion that comes back as a whole is known.
const KNOWN_WHOLE: usize = 4;
/// So much of an insertion's end is looked at again when another follows, in bytes.
const SEAM: u32 = 1024;

/// The latest deletions and insertions.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    /// The newest last.
    deleted: VecDeque<Deleted>,
    deleted_bytes: usize,
    /// Where long insertions stand, in bytes of the present text.
    inserted: VecDeque<Range<u32>>,
    last: Last,
}

/// A deletion, and where it was in bytes of the present text.
#[derive(Debug, Clone)]
struct Deleted {
    what: Arc<Gone>,
    at: u32,
}

/// The edit before.
#[derive(Debug, Clone, Default)]
struct Last {
    /// What it put in, in bytes of the present text.
    inserted: Range<u32>,
    kind: LastKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum LastKind {
    #[default]
    Other,
    Deletion,
    LongInsertion,
}

/// A deletion whose text turns up again, and what of it stands where.
type Found<'a> = (Source<'a>, Vec<Segment>);

impl Memory {
    /// The regions that an insertion brings back, and where, in bytes of the
    /// text after. `gone` is what it replaces.
    pub(super) fn recognise(&self, edit: &Edit, gone: &Gone, text: &Text) -> Vec<(u32, Regions)> {
        if ink_of(edit.insert.as_bytes()) == 0 {
            return Vec::new();
        }
        let at = edit.range.start;
        if let Some(regions) = self.deleted_here(edit) {
            return vec![(at, regions)];
        }
        let replaced = (!gone.regions.is_empty()).then(|| gone.found_in(&edit.insert));
        let found: Vec<_> = replaced
            .into_iter()
            .chain(self.find(&edit.insert))
            .collect();
        let mut known = vec![(at, carry_along(&found, &edit.insert))];
        if self.last.kind == LastKind::LongInsertion && self.last.inserted.end == at {
            // A long paste may come in pieces, cut in the middle of a word.
            let seam = self.last.inserted.start.max(at.saturating_sub(SEAM))..at;
            let seam = text.clamp(seam);
            let joined = text.slice(seam.clone()) + edit.insert.as_str();
            known.push((seam.start, carry_along(&self.find(&joined), &joined)));
        }
        known.retain(|(_, regions)| !regions.is_empty());
        known
    }

    /// Takes in what an edit did; `text` and `regions` are those after it.
    pub(super) fn note(
        &mut self,
        edit: &Edit,
        gone: Arc<Gone>,
        text: &Text,
        regions: &mut Regions,
    ) {
        let (inserted, blank) = (edit.inserted(), ink_of(edit.insert.as_bytes()) == 0);
        if blank && !gone.regions.is_empty() {
            self.join_earlier_insertions(edit.range.start, &gone, text, regions);
        }
        let kind = match () {
            () if is_known_run(&edit.insert) => LastKind::LongInsertion,
            () if blank && !gone.text.is_empty() => LastKind::Deletion,
            () => LastKind::Other,
        };
        if kind == LastKind::LongInsertion {
            self.inserted.push_back(inserted.clone());
            if self.inserted.len() > INSERTIONS {
                self.inserted.pop_front();
            }
        }
        self.last = Last { inserted, kind };
        if !gone.text.is_empty() {
            self.remember(Deleted {
                what: gone,
                at: edit.range.start,
            });
        }
    }

    /// Moves all places through an edit.
    pub(super) fn shift(&mut self, edit: &Edit) {
        self.inserted
            .iter_mut()
            .for_each(|range| *range = shifted(range, edit));
        self.inserted.retain(|range| !range.is_empty());
        self.last.inserted = shifted(&self.last.inserted, edit);
        for deleted in &mut self.deleted {
            deleted.at = shifted(&(deleted.at..deleted.at), edit).start;
        }
    }

    fn remember(&mut self, deleted: Deleted) {
        self.deleted_bytes += deleted.what.text.len();
        self.deleted.push_back(deleted);
        while self.deleted.len() > DELETIONS || self.deleted_bytes > DELETED_BYTES {
            let Some(oldest) = self.deleted.pop_front() else {
                break;
            };
            self.deleted_bytes -= oldest.what.text.len();
        }
    }

    /// The regions of the last deletions at this place, if the insertion is
    /// exactly their text. Of several that fit, those with the most text.
    fn deleted_here(&self, edit: &Edit) -> Option<Regions> {
        let here = self
            .deleted
            .iter()
            .rev()
            .filter(|deleted| deleted.at == edit.range.start);
        let here: Vec<&Gone> = here.map(|deleted| &*deleted.what).collect();
        let together =
            (0..here.len()).filter_map(|first| adding_up_to(&here[first..], &edit.insert));
        let known = |regions: &Regions| {
            let ink: u32 = regions
                .spans
                .iter()
                .map(|span| span.ink.end - span.ink.start)
                .sum();
            (ink, regions.marks.len())
        };
        together.max_by_key(known)
    }

    /// The deletions that had regions, the newest first.
    fn known(&self) -> impl Iterator<Item = &Gone> {
        let deleted = self.deleted.iter().rev().map(|deleted| &*deleted.what);
        deleted.filter(|gone| !gone.regions.is_empty())
    }

    /// The deletions that a text comes from: one as a whole, else parts of some.
    fn find(&self, text: &str) -> Vec<Found<'_>> {
        if self.known().next().is_none() {
            return Vec::new();
        }
        let just = self
            .deleted
            .back()
            .filter(|_| self.last.kind == LastKind::Deletion);
        if let Some(just) = just.filter(|just| same_words(&just.what.text, text)) {
            return vec![just.what.found_in(text)];
        }
        let enough = count_tokens(text, KNOWN_WHOLE) >= KNOWN_WHOLE;
        let whole = self
            .known()
            .find(|gone| enough && same_ink(&gone.text, text));
        match whole {
            Some(gone) => vec![gone.found_in(text)],
            None if is_known_run(text) => self.find_parts(text),
            None => Vec::new(),
        }
    }

    fn find_parts(&self, text: &str) -> Vec<Found<'_>> {
        let runs = KnownRuns::of(text);
        let mut left = COMPARED_BYTES;
        let near = self.known().take_while(|gone| {
            let enough = left == 0;
            left = left.saturating_sub(gone.text.len());
            !enough
        });
        let found = near.map(|gone| {
            (
                gone.source(),
                runs.of_which_stand_in(&Hashed::of(&gone.text)),
            )
        });
        found.filter(|(_, segments)| !segments.is_empty()).collect()
    }

    /// Text may come in before it goes: then it goes on under its old name.
    fn join_earlier_insertions(&self, at: u32, gone: &Gone, text: &Text, regions: &mut Regions) {
        let last = &self.last.inserted;
        if !last.is_empty() {
            let new = text.slice(last.clone());
            let beside = is_beside(text, at, last);
            if same_words(&gone.text, &new) || beside && is_rewritten(gone, &new) {
                let found = gone.found_in(&new);
                return regions.insert(text, last.start, &carry_along(&[found], &new));
            }
        }
        if is_known_run(&gone.text) {
            self.join_long_insertions(gone, text, regions);
        }
    }

    fn join_long_insertions(&self, gone: &Gone, text: &Text, regions: &mut Regions) {
        let mut left = COMPARED_BYTES;
        for range in self.inserted.iter().rev() {
            let new = text.slice(range.clone());
            let found = (
                gone.source(),
                KnownRuns::of(&new).of_which_stand_in(&Hashed::of(&gone.text)),
            );
            regions.insert(text, range.start, &carry_along(&[found], &new));
            left = left.saturating_sub(range.len() + gone.text.len());
            if left == 0 {
                break;
            }
        }
    }
}

/// Whether nothing but white space stands between a place and a range.
fn is_beside(text: &Text, at: u32, range: &Range<u32>) -> bool {
    let gap = if at <= range.start {
        at..range.start
    } else {
        range.end.min(at)..at
    };
    (at <= range.start || range.end <= at) && text.ink(gap) == 0
}

impl Gone {
    fn source(&self) -> Source<'_> {
        Source::new(&self.text, &self.regions)
    }

    /// What of it stands in a text that took its place.
    fn found_in(&self, text: &str) -> Found<'_> {
        (self.source(), align_pieces(&self.text, text))
    }
}

fn same_ink(a: &str, b: &str) -> bool {
    let ink = |byte: &u8| is_ink(*byte);
    a.bytes().filter(ink).eq(b.bytes().filter(ink))
}

/// Whether two texts are the same but for their layout, and hold a word.
fn same_words(a: &str, b: &str) -> bool {
    a.bytes().any(is_word) && same_ink(a, b)
}

/// Whether a long text is another one with changes: most of that stands in it.
fn is_rewritten(gone: &Gone, new: &str) -> bool {
    let stands = |segment: Segment| {
        let range = segment.old as usize..(segment.old + segment.len) as usize;
        ink_of(&gone.text.as_bytes()[range])
    };
    let standing: u32 = align_pieces(&gone.text, new).into_iter().map(stands).sum();
    is_known_run(new) && standing * 2 >= ink_of(gone.text.as_bytes())
}

/// The regions of deletions in a row, newest first, that make up a text: one
/// after the other as they were typed away, forward or backward.
fn adding_up_to(deleted: &[&Gone], text: &str) -> Option<Regions> {
    let (mut forward, mut backward) = (Some(text), Some(text));
    for (index, part) in deleted.iter().enumerate() {
        forward = forward.and_then(|rest| rest.strip_prefix(&part.text));
        backward = backward.and_then(|rest| rest.strip_suffix(&part.text));
        if forward == Some("") {
            return Some(concatenate(deleted[..=index].iter()));
        }
        if backward == Some("") {
            return Some(concatenate(deleted[..=index].iter().rev()));
        }
        forward.or(backward)?;
    }
    None
}

fn concatenate<'a>(parts: impl Iterator<Item = &'a &'a Gone>) -> Regions {
    let mut all = Regions::default();
    let mut at = 0;
    for part in parts {
        all.append(at, &part.regions);
        at += part.text.len() as u32;
    }
    all
}
