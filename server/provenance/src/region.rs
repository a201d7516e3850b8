//! Regions of a text: who wrote which bytes, and which removals are marked where.

use std::ops::Range;

use crate::fact::{OriginId, RemovalId};
use crate::text::{Text, ink_of};

/// A part of what one event of writing wrote, wherever it now stands.
///
/// Positions count the *ink* of the text right after that event: its bytes
/// without ASCII white space. So they do not change with the layout.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stretch {
    /// The event.
    pub origin: OriginId,
    /// Half open, in bytes of ink.
    pub ink: Range<u32>,
}

/// A run of bytes of a text that is one stretch.
///
/// Invariant: it begins and ends with ink, and the ink in `bytes` is as long
/// as `ink`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Half open, in bytes of the text.
    pub bytes: Range<u32>,
    /// The event that wrote it.
    pub origin: OriginId,
    /// Half open, in ink of the text that the event left.
    pub ink: Range<u32>,
}

impl Span {
    /// The stretch that stands here.
    pub fn stretch(&self) -> Stretch {
        Stretch { origin: self.origin, ink: self.ink.clone() }
    }
}

/// A place where something was taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Byte of the text.
    pub at: u32,
    /// What was taken away.
    pub removal: RemovalId,
}

/// The regions of one text. Spans are sorted and disjoint, marks sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Regions {
    /// Sorted by bytes, disjoint; neighbours that continue each other are one.
    pub spans: Vec<Span>,
    /// Sorted by place.
    pub marks: Vec<Mark>,
}

impl Regions {
    /// Whether nothing is known of this text.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty() && self.marks.is_empty()
    }

    /// Builds regions from spans and marks in any order. Blank spans go; where
    /// two overlap, the earlier in `spans` keeps its bytes.
    pub fn new(text: &Text, spans: Vec<Span>, marks: Vec<Mark>) -> Self {
        let mut regions = Regions::default();
        for span in spans {
            regions.add(text, span);
        }
        regions.marks = marks;
        regions.marks.sort_by_key(|mark| (mark.at, mark.removal));
        regions.marks.dedup();
        regions.join_all(text);
        regions
    }

    /// Puts a span where no other stands; what is taken already stays as it is.
    pub fn add(&mut self, text: &Text, span: Span) {
        let mut free = span.bytes.start;
        let mut index = self.spans.partition_point(|s| s.bytes.end <= span.bytes.start);
        while free < span.bytes.end {
            let taken = self.spans.get(index).map(|s| s.bytes.clone());
            let taken = taken.filter(|t| t.start < span.bytes.end);
            let end = taken.as_ref().map_or(span.bytes.end, |t| t.start);
            if free < end
                && let Some(part) = cut(text, &span, free..end)
            {
                self.spans.insert(index, part);
                index += 1;
            }
            free = taken.map_or(span.bytes.end, |t| t.end);
            index += 1;
        }
    }

    /// Carries the regions through one edit of the text. What is inserted is
    /// nobody's, unless it is white space inside a span: layout changes nothing.
    /// A mark at the place of an insertion stays before it.
    pub fn splice(&mut self, before: &Text, range: Range<u32>, insert: &str) {
        let mut shift = Shift { before, range: range.clone(), insert };
        let first = self.spans.partition_point(|s| s.bytes.end <= range.start);
        let mut last = first;
        let mut parts = Vec::new();
        while let Some(span) = self.spans.get(last).filter(|s| s.bytes.start < range.end) {
            shift.split(span, &mut parts);
            last += 1;
        }
        let count = parts.len();
        self.spans.splice(first..last, parts);
        // Widening: the edit sat strictly inside a span that goes on after it.
        let tail = first + count;
        for span in &mut self.spans[tail..] {
            span.bytes = shift.moved(span.bytes.start)..shift.moved(span.bytes.end);
        }
        shift.join(&mut self.spans, first..(tail + 1));
        for mark in &mut self.marks {
            mark.at = shift.mark(mark.at);
        }
    }

    /// The regions of a part of the text, counted from its start.
    pub fn extract(&self, text: &Text, range: Range<u32>) -> Regions {
        let first = self.spans.partition_point(|s| s.bytes.end <= range.start);
        let inside = self.spans[first..].iter().take_while(|s| s.bytes.start < range.end);
        let spans = inside.filter_map(|span| cut(text, span, range.clone())).map(|mut span| {
            span.bytes = span.bytes.start - range.start..span.bytes.end - range.start;
            span
        });
        let marks = self.marks.iter().filter(|m| range.start < m.at && m.at < range.end);
        Regions {
            spans: spans.collect(),
            marks: marks
                .map(|m| Mark { at: m.at - range.start, removal: m.removal })
                .collect(),
        }
    }

    /// Puts back the regions of an inserted text at its place.
    pub fn insert(&mut self, after: &Text, at: u32, inserted: &Regions) {
        for span in &inserted.spans {
            let bytes = span.bytes.start + at..span.bytes.end + at;
            self.add(after, Span { bytes, ..span.clone() });
        }
        for mark in &inserted.marks {
            self.add_mark(Mark { at: mark.at + at, removal: mark.removal });
        }
        let end = inserted.spans.last().map_or(at, |s| s.bytes.end + at);
        let first = self.spans.partition_point(|s| s.bytes.end <= at);
        let last = self.spans.partition_point(|s| s.bytes.start <= end);
        self.join_range(after, first.saturating_sub(1)..(last + 1));
    }

    /// Adds a mark; one removal has one mark in a text.
    pub fn add_mark(&mut self, mark: Mark) {
        if self.marks.iter().all(|m| m.removal != mark.removal) {
            let index = self.marks.partition_point(|m| m.at <= mark.at);
            self.marks.insert(index, mark);
        }
    }

    /// The spans that stand in a range, each cut to it.
    pub fn within(&self, text: &Text, range: Range<u32>) -> Vec<Span> {
        let first = self.spans.partition_point(|s| s.bytes.end <= range.start);
        let inside = self.spans[first..].iter().take_while(|s| s.bytes.start < range.end);
        inside.filter_map(|span| cut(text, span, range.clone())).collect()
    }

    fn join_all(&mut self, text: &Text) {
        self.join_range(text, 0..self.spans.len());
    }

    fn join_range(&mut self, text: &Text, range: Range<usize>) {
        let blank = |gap: Range<u32>| text.ink(gap) == 0;
        join(&mut self.spans, range, blank);
    }
}

/// The part of a span inside a range, without white space at its ends.
pub(crate) fn cut(text: &Text, span: &Span, range: Range<u32>) -> Option<Span> {
    let bytes = span.bytes.start.max(range.start)..span.bytes.end.min(range.end);
    if bytes.start >= bytes.end {
        return None;
    }
    let bytes = if bytes == span.bytes { bytes } else { text.trim(bytes) };
    if bytes.is_empty() {
        return None;
    }
    let ink = ink_inside(text, span, &bytes);
    Some(Span { bytes, origin: span.origin, ink })
}

/// The ink positions of a part of a span; counts the shorter side.
fn ink_inside(text: &Text, span: &Span, part: &Range<u32>) -> Range<u32> {
    let before = part.start - span.bytes.start;
    let after = span.bytes.end - part.end;
    let inside = part.end - part.start;
    let start = || span.ink.start + text.ink(span.bytes.start..part.start);
    let end = || span.ink.end - text.ink(part.end..span.bytes.end);
    if inside >= before.max(after) {
        return start()..end();
    }
    let length = text.ink(part.clone());
    if before <= after {
        let start = start();
        start..start + length
    } else {
        let end = end();
        end - length..end
    }
}

/// Joins neighbours in a range of indices that continue each other.
fn join(spans: &mut Vec<Span>, range: Range<usize>, blank: impl Fn(Range<u32>) -> bool) {
    let mut index = range.start;
    let mut end = range.end.min(spans.len());
    while index + 1 < end {
        let (left, right) = (&spans[index], &spans[index + 1]);
        let continues = left.origin == right.origin && left.ink.end == right.ink.start;
        if continues && blank(left.bytes.end..right.bytes.start) {
            let right = spans.remove(index + 1);
            spans[index].bytes.end = right.bytes.end;
            spans[index].ink.end = right.ink.end;
            end -= 1;
        } else {
            index += 1;
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
    fn split(&mut self, span: &Span, out: &mut Vec<Span>) {
        if let Some(left) = cut(self.before, span, span.bytes.start..self.range.start) {
            out.push(left);
        }
        if let Some(mut right) = cut(self.before, span, self.range.end..span.bytes.end) {
            right.bytes = self.moved(right.bytes.start)..self.moved(right.bytes.end);
            out.push(right);
        }
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
            blank_left && blank_right && (blank_insert || gap.end <= inserted.start || gap.start >= inserted.end)
        };
        join(spans, around.start.saturating_sub(1)..around.end, blank);
    }
}
