//! What somebody typed into a text.

use std::ops::Range;

use super::{Edit, Gone};
use crate::region::Regions;
use crate::text::Text;

/// Parts of a text: sorted and disjoint, in bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed(Vec<Range<u32>>);

impl Typed {
    /// Its parts.
    pub(super) fn parts(&self) -> &[Range<u32>] {
        &self.0
    }

    /// Adds what is nobody's in a range.
    pub(super) fn note(&mut self, text: &Text, regions: &Regions, range: Range<u32>) {
        let known = regions.within(text, range.clone());
        let ends = std::iter::once(range.end..range.end);
        let mut start = range.start;
        for bytes in known.into_iter().map(|span| span.bytes).chain(ends) {
            if start < bytes.start {
                join_range(&mut self.0, start..bytes.start);
            }
            start = bytes.end;
        }
    }

    /// What of it stands in a range, in bytes from there.
    pub(super) fn within(&self, range: &Range<u32>) -> Vec<Range<u32>> {
        let first = self.0.partition_point(|part| part.end <= range.start);
        let parts = self.0[first..].iter();
        let parts = parts.take_while(|part| part.start < range.end);
        let cut = |part: &Range<u32>| {
            part.start.max(range.start) - range.start..part.end.min(range.end) - range.start
        };
        parts.map(cut).collect()
    }

    /// Follows an edit: nobody has typed what it puts in.
    pub(super) fn follow(&mut self, edit: &Edit) {
        self.replace(&edit.range, edit.insert.len());
    }

    /// Text that went comes again in the place of a range.
    pub(super) fn put_back(&mut self, range: &Range<u32>, comes: &Gone) {
        self.replace(range, comes.text.len());
        for part in &comes.typed {
            join_range(
                &mut self.0,
                range.start + part.start..range.start + part.end,
            );
        }
    }

    fn replace(&mut self, range: &Range<u32>, length: usize) {
        let moved = |at: u32| at - range.end + range.start + length as u32;
        let mut parts = Vec::with_capacity(self.0.len() + 1);
        for part in &self.0 {
            let before = part.start..part.end.min(range.start);
            let behind = part.start.max(range.end)..part.end;
            if before.start < before.end {
                parts.push(before);
            }
            if behind.start < behind.end {
                parts.push(moved(behind.start)..moved(behind.end));
            }
        }
        self.0 = parts;
    }
}

/// Adds a range to sorted, disjoint others; those that touch become one.
pub(super) fn join_range(ranges: &mut Vec<Range<u32>>, mut new: Range<u32>) {
    let first = ranges.partition_point(|range| range.end < new.start);
    let last = ranges
        .partition_point(|range| range.start <= new.end)
        .max(first);
    for old in &ranges[first..last] {
        new = new.start.min(old.start)..new.end.max(old.end);
    }
    ranges.splice(first..last, std::iter::once(new));
}
