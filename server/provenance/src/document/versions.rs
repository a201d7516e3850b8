//! Carrying a range forward through the edits since a version.

use std::collections::VecDeque;
use std::ops::Range;

use super::Edit;

/// How many edits a range can be carried forward through.
const KEPT: usize = 4096;

/// The latest edits, each with the version of the text after it.
#[derive(Debug, Clone, Default)]
pub(super) struct Versions {
    edits: VecDeque<(i32, Shift)>,
    /// The version of the newest edit that is no longer kept.
    dropped: Option<i32>,
}

/// Where an edit was and how long its insertion is, in bytes.
#[derive(Debug, Clone)]
struct Shift {
    range: Range<u32>,
    insert: u32,
}

impl Versions {
    pub(super) fn note(&mut self, version: i32, edit: &Edit) {
        self.edits.push_back((version, Shift::of(edit)));
        if self.edits.len() > KEPT {
            self.dropped = self.edits.pop_front().map(|(version, _)| version);
        }
    }

    pub(super) fn carry(&self, range: Range<u32>, version: i32) -> Option<Range<u32>> {
        if self.dropped.is_some_and(|dropped| dropped > version) {
            return None;
        }
        let later = self.edits.iter().filter(|(v, _)| *v > version);
        let range = later.fold(range, |range, (_, edit)| edit.carry(&range));
        (!range.is_empty()).then_some(range)
    }
}

/// A range after an edit; what is inserted inside it is part of it, what is
/// inserted at its borders is not. An empty one stays before an insertion.
pub(super) fn shifted(range: &Range<u32>, edit: &Edit) -> Range<u32> {
    Shift::of(edit).carry(range)
}

impl Shift {
    fn of(edit: &Edit) -> Self {
        Shift {
            range: edit.range.clone(),
            insert: edit.insert.len() as u32,
        }
    }

    fn carry(&self, range: &Range<u32>) -> Range<u32> {
        if range.is_empty() {
            let at = self.place(range.start);
            return at..at;
        }
        let start = match range.start {
            at if at < self.range.start => at,
            at if at >= self.range.end => self.moved(at),
            _ => self.range.start + self.insert,
        };
        let end = match range.end {
            at if at <= self.range.start => at,
            at if at >= self.range.end => self.moved(at),
            _ => self.range.start,
        };
        start..end.max(start)
    }

    fn place(&self, at: u32) -> u32 {
        match at {
            at if at <= self.range.start => at,
            at if at >= self.range.end => self.moved(at),
            _ => self.range.start,
        }
    }

    fn moved(&self, at: u32) -> u32 {
        at - self.range.end + self.range.start + self.insert
    }
}
