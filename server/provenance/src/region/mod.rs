//! Regions of a text: who wrote which bytes, and which removals are marked where.

mod splice;

use std::collections::HashSet;
use std::ops::Range;

use crate::fact::{OriginId, RemovalId};
use crate::text::{Inked, Text, is_ink};

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
        Stretch {
            origin: self.origin,
            ink: self.ink.clone(),
        }
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

    /// Builds regions from spans and marks in any order. Blank spans go, those
    /// that do not fit the text are made to; where two overlap, the earlier in
    /// `spans` keeps its bytes.
    pub fn new<T: Inked + ?Sized>(text: &T, spans: Vec<Span>, marks: Vec<Mark>) -> Self {
        let mut regions = Regions::default();
        for span in spans {
            regions.add(text, fitted(text, span));
        }
        let mut removals = HashSet::new();
        let marks = marks
            .into_iter()
            .filter(|mark| removals.insert(mark.removal));
        let inside = |mark: Mark| Mark {
            at: mark.at.min(text.length()),
            ..mark
        };
        regions.marks = marks.map(inside).collect();
        regions.marks.sort_by_key(|mark| (mark.at, mark.removal));
        regions.join_around(text, 0..text.length());
        regions
    }

    /// These regions as they are if they fit the text, else made to fit: what
    /// comes from elsewhere may be damaged, and nothing that is marked is dropped.
    pub fn fit<T: Inked + ?Sized>(self, text: &T) -> Self {
        if self.fits(text) {
            return self;
        }
        Regions::new(text, self.spans, self.marks)
    }

    /// Whether the invariants hold in a text.
    pub(crate) fn fits<T: Inked + ?Sized>(&self, text: &T) -> bool {
        let (len, byte) = (text.length(), |at: u32| text.byte(at));
        let begins_character = |at: u32| at == len || byte(at) & 0xc0 != 0x80;
        let whole = |span: &Span| {
            span.bytes.start < span.bytes.end
                && span.bytes.end <= len
                && span.ink.start < span.ink.end
                && is_ink(byte(span.bytes.start))
                && is_ink(byte(span.bytes.end - 1))
                && begins_character(span.bytes.start)
                && begins_character(span.bytes.end)
                && text.ink(span.bytes.clone()) == span.ink.end - span.ink.start
        };
        self.spans.iter().all(whole)
            && self
                .spans
                .windows(2)
                .all(|two| two[0].bytes.end <= two[1].bytes.start)
            && self.marks.windows(2).all(|two| two[0].at <= two[1].at)
            && self.marks.iter().all(|mark| mark.at <= len)
    }

    /// Puts a span where no other stands; what is taken already stays as it is.
    pub fn add<T: Inked + ?Sized>(&mut self, text: &T, span: Span) {
        let mut free = span.bytes.start;
        let mut index = self
            .spans
            .partition_point(|s| s.bytes.end <= span.bytes.start);
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

    /// The regions of a part of the text, counted from its start. A mark at its
    /// end belongs to it, one at its start to what stands before.
    pub fn extract(&self, text: &Text, range: Range<u32>) -> Regions {
        let first = self.spans.partition_point(|s| s.bytes.end <= range.start);
        let inside = self.spans[first..]
            .iter()
            .take_while(|s| s.bytes.start < range.end);
        let spans = inside
            .filter_map(|span| cut(text, span, range.clone()))
            .map(|mut span| {
                span.bytes = span.bytes.start - range.start..span.bytes.end - range.start;
                span
            });
        let inside = self
            .marks
            .iter()
            .filter(|m| range.start < m.at && m.at <= range.end);
        let marks = inside.map(|m| Mark {
            at: m.at - range.start,
            removal: m.removal,
        });
        Regions {
            spans: spans.collect(),
            marks: marks.collect(),
        }
    }

    /// Puts back the regions of an inserted text at its place. Its marks come
    /// along from wherever they had to go meanwhile.
    pub fn insert(&mut self, after: &Text, at: u32, inserted: &Regions) {
        let mut placed = Regions::default();
        placed.append(at, inserted);
        let end = placed.spans.last().map_or(at, |span| span.bytes.end);
        placed
            .spans
            .into_iter()
            .for_each(|span| self.add(after, span));
        for mark in placed.marks {
            self.marks.retain(|m| m.removal != mark.removal);
            self.add_mark(mark);
        }
        self.join_around(after, at..end);
    }

    /// Joins the spans at and inside a range where they continue each other.
    pub(crate) fn join_around<T: Inked + ?Sized>(&mut self, text: &T, range: Range<u32>) {
        let first = self.spans.partition_point(|s| s.bytes.end <= range.start);
        let last = self.spans.partition_point(|s| s.bytes.start <= range.end);
        let blank = |gap: Range<u32>| text.ink(gap) == 0;
        join(&mut self.spans, first.saturating_sub(1)..last + 1, blank);
    }

    /// Puts the regions of a text behind these, at this byte.
    pub(crate) fn append(&mut self, at: u32, more: &Regions) {
        let moved = |bytes: &Range<u32>| bytes.start + at..bytes.end + at;
        self.spans.extend(more.spans.iter().map(|s| Span {
            bytes: moved(&s.bytes),
            ..s.clone()
        }));
        self.marks.extend(more.marks.iter().map(|m| Mark {
            at: m.at + at,
            removal: m.removal,
        }));
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
        let inside = self.spans[first..]
            .iter()
            .take_while(|s| s.bytes.start < range.end);
        inside
            .filter_map(|span| cut(text, span, range.clone()))
            .collect()
    }
}

/// A span without what does not fit the text.
fn fitted<T: Inked + ?Sized>(text: &T, span: Span) -> Span {
    let bytes = text.trimmed(span.bytes);
    let ink = text.ink(bytes.clone());
    let start = span.ink.start.min(u32::MAX - ink);
    Span {
        bytes,
        origin: span.origin,
        ink: start..start + ink,
    }
}

/// The part of a span inside a range, without white space at its ends.
pub(crate) fn cut<T: Inked + ?Sized>(text: &T, span: &Span, range: Range<u32>) -> Option<Span> {
    let bytes = span.bytes.start.max(range.start)..span.bytes.end.min(range.end);
    if bytes.start >= bytes.end {
        return None;
    }
    if bytes == span.bytes {
        return Some(span.clone());
    }
    let bytes = text.trimmed(bytes);
    if bytes.is_empty() {
        return None;
    }
    let ink = ink_inside(text, span, &bytes);
    Some(Span {
        bytes,
        origin: span.origin,
        ink,
    })
}

/// The ink positions of a part of a span; counts the shorter side.
fn ink_inside<T: Inked + ?Sized>(text: &T, span: &Span, part: &Range<u32>) -> Range<u32> {
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
pub(crate) fn join(spans: &mut Vec<Span>, range: Range<usize>, blank: impl Fn(Range<u32>) -> bool) {
    let end = range.end.min(spans.len());
    let mut kept = range.start;
    for index in range.start + 1..end {
        let (left, right) = (&spans[kept], &spans[index]);
        let continues = left.origin == right.origin && left.ink.end == right.ink.start;
        if continues && blank(left.bytes.end..right.bytes.start) {
            spans[kept].bytes.end = spans[index].bytes.end;
            spans[kept].ink.end = spans[index].ink.end;
        } else {
            kept += 1;
            spans.swap(kept, index);
        }
    }
    if kept + 1 < end {
        spans.drain(kept + 1..end);
    }
}
