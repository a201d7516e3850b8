//! Carrying regions through one edit.

use std::ops::Range;

use super::{Regions, Span, join};
use crate::text::{Text, ink_of};

impl Regions {
    /// Carries the regions through one edit of the text. What is inserted is
    /// nobody's, unless it is white space inside a span: layout changes nothing.
    /// A mark at the place of an insertion stays before it.
    pub fn splice(&mut self, before: &Text, range: Range<u32>, insert: &str) {
        let shift = Shift {
            before,
            range: range.clone(),
            insert,
        };
        let first = self.spans.partition_point(|s| s.bytes.end <= range.start);
        let touched = self.spans[first..]
            .iter()
            .take_while(|s| s.bytes.start < range.end);
        let last = first + touched.clone().count();
        let parts: Vec<Span> = touched.flat_map(|span| shift.split(span)).collect();
        let tail = first + parts.len();
        self.spans.splice(first..last, parts);
        for span in &mut self.spans[tail..] {
            span.bytes = shift.moved(span.bytes.start)..shift.moved(span.bytes.end);
        }
        shift.join(&mut self.spans, first..(tail + 1));
        for mark in &mut self.marks {
            mark.at = shift.mark(mark.at);
        }
    }
}

/// One edit, seen from the text before it.
struct Shift<'a> {
    before: &'a Text,
    range: Range<u32>,
    insert: &'a str,
}

impl Shift<'_> {
    /// Where a byte at or behind the edit stands afterwards.
    fn moved(&self, byte: u32) -> u32 {
        byte - self.range.end + self.range.start + self.insert.len() as u32
    }

    fn mark(&self, at: u32) -> u32 {
        if at <= self.range.start {
            at
        } else if at >= self.range.end {
            self.moved(at)
        } else {
            self.range.start
        }
    }

    /// What is left of a span that the edit touches, in bytes after the edit.
    /// Counts the ink of the shorter side.
    fn split(&self, span: &Span) -> impl Iterator<Item = Span> + use<> {
        let left = span.bytes.start..self.range.start.max(span.bytes.start);
        let right = self.range.end.min(span.bytes.end)..span.bytes.end;
        let hole = self.before.ink(left.end..right.start);
        let (left_ink, right_ink) = if left.len() <= right.len() {
            let left_ink = self.before.ink(left.clone());
            (left_ink, span.ink.len() as u32 - hole - left_ink)
        } else {
            let right_ink = self.before.ink(right.clone());
            (span.ink.len() as u32 - hole - right_ink, right_ink)
        };
        let left = (left_ink > 0).then(|| Span {
            bytes: self.before.trim(left),
            origin: span.origin,
            ink: span.ink.start..span.ink.start + left_ink,
        });
        let right = (right_ink > 0)
            .then(|| self.before.trim(right))
            .map(|bytes| Span {
                bytes: self.moved(bytes.start)..self.moved(bytes.end),
                origin: span.origin,
                ink: span.ink.end - right_ink..span.ink.end,
            });
        left.into_iter().chain(right)
    }

    /// Joins what continues each other across the edit.
    fn join(&self, spans: &mut Vec<Span>, around: Range<usize>) {
        let inserted = self.range.start..self.range.start + self.insert.len() as u32;
        let blank_insert = ink_of(self.insert.as_bytes()) == 0;
        let blank = |gap: Range<u32>| {
            let left = gap.start..gap.end.min(inserted.start);
            let right = gap.start.max(inserted.end)..gap.end;
            let shift = |b: u32| b - inserted.end + self.range.end;
            let blank_left = left.is_empty() || self.before.ink(left) == 0;
            let blank_right =
                right.is_empty() || self.before.ink(shift(right.start)..shift(right.end)) == 0;
            let apart = gap.end <= inserted.start || gap.start >= inserted.end;
            blank_left && blank_right && (blank_insert || apart)
        };
        join(spans, around.start.saturating_sub(1)..around.end, blank);
    }
}
