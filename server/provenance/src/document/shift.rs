//! Where a place is after an edit.

use std::ops::Range;

use super::Edit;

/// Where an edit was and how long its insertion is, in bytes.
struct Shift {
    range: Range<u32>,
    insert: u32,
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
