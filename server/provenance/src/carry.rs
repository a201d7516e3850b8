//! Bringing the regions of one text over to a changed text.

use std::ops::Range;

use crate::align::{Segment, align, join_blank, uncovered};
use crate::fact::OriginId;
use crate::region::{Mark, Regions, Span};
use crate::text::{InkIndex, Text, is_ink};

/// A text whose regions are known.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The text.
    pub text: &'a str,
    /// Its regions.
    pub regions: &'a Regions,
    /// Where given, only these parts count: sorted and disjoint, in bytes.
    pub only: Option<&'a [Range<u32>]>,
}

impl<'a> Source<'a> {
    /// A source that counts as a whole.
    pub fn new(text: &'a str, regions: &'a Regions) -> Self {
        Source { text, regions, only: None }
    }
}

/// A part of the old text that the new one lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Half open, in bytes of the old text; begins and ends with ink.
    pub old: Range<u32>,
    /// Where it stood, in bytes of the new text.
    pub at: u32,
}

/// What became of a text's regions.
#[derive(Debug, Clone, Default)]
pub struct Carried {
    /// The regions of the new text, as far as its parts are known.
    pub regions: Regions,
    /// The parts that no source knows, in bytes of the new text: sorted,
    /// disjoint, beginning and ending with ink.
    pub fresh: Vec<Range<u32>>,
    /// What the first source had and the new text lacks, sorted.
    pub gone: Vec<Gone>,
}

/// Brings the regions of the first source over to `new`. What it does not know
/// is looked for in the other sources, in their order. New text has no region.
pub fn carry(sources: &[Source<'_>], new: &str) -> Carried {
    let text = Text::from(new);
    let ink = InkIndex::new(new);
    let mut known: Vec<Range<u32>> = Vec::new();
    let (mut spans, mut marks, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for (index, source) in sources.iter().enumerate() {
        let mut segments = align(source.text, new);
        if index == 0 {
            let anchors = Anchors::new(&segments);
            gone = anchors.gone(source.text);
            gone.iter_mut().for_each(|gone| gone.at = after_ink(new, gone.at));
            marks.extend(source.regions.marks.iter().map(|mark| Mark {
                at: anchors.place(source.text, mark.at),
                removal: mark.removal,
            }));
        }
        if let Some(only) = source.only {
            segments = segments.iter().flat_map(|s| clip(s, only, |s| s.old_range())).collect();
        }
        if index > 0 {
            let open = uncovered(new, known.iter().cloned());
            segments = segments.iter().flat_map(|s| clip(s, &open, |s| s.new_range())).collect();
        }
        spans.extend(transport(source, &segments));
        known.extend(segments.iter().map(Segment::new_range));
        known.sort_by_key(|range| range.start);
    }
    let fresh = join_blank(&ink, uncovered(new, known.into_iter()));
    Carried { regions: Regions::new(&text, spans, marks), fresh, gone }
}

/// Gives a part of a text to an origin whose ink is counted in this very text.
pub fn attribute(ink: &InkIndex<'_>, bytes: Range<u32>, origin: OriginId) -> Span {
    Span { ink: ink.at(bytes.start)..ink.at(bytes.end), bytes, origin }
}

/// The end of the last ink before a byte.
fn after_ink(text: &str, at: u32) -> u32 {
    let before = &text.as_bytes()[..at as usize];
    before.iter().rposition(|&b| is_ink(b)).map_or(0, |last| last as u32 + 1)
}

/// The parts of a segment inside the ranges.
fn clip(
    segment: &Segment,
    ranges: &[Range<u32>],
    side: impl Fn(&Segment) -> Range<u32>,
) -> Vec<Segment> {
    let own = side(segment);
    let first = ranges.partition_point(|range| range.end <= own.start);
    let inside = ranges[first..].iter().take_while(|range| range.start < own.end);
    inside
        .map(|range| {
            let (start, end) = (range.start.max(own.start), range.end.min(own.end));
            let skip = start - own.start;
            Segment { old: segment.old + skip, new: segment.new + skip, len: end - start }
        })
        .collect()
}

/// The spans of the source that stand in the segments, at their new place.
fn transport(source: &Source<'_>, segments: &[Segment]) -> Vec<Span> {
    let spans = &source.regions.spans;
    if spans.is_empty() {
        return Vec::new();
    }
    let ink = InkIndex::new(source.text);
    let mut out = Vec::new();
    for segment in segments {
        let old = segment.old_range();
        let first = spans.partition_point(|span| span.bytes.end <= old.start);
        for span in spans[first..].iter().take_while(|span| span.bytes.start < old.end) {
            let (start, end) = (span.bytes.start.max(old.start), span.bytes.end.min(old.end));
            let from = span.ink.start + ink.at(start) - ink.at(span.bytes.start);
            let length = ink.at(end) - ink.at(start);
            if length > 0 {
                let bytes = start - old.start + segment.new..end - old.start + segment.new;
                out.push(Span { bytes, origin: span.origin, ink: from..from + length });
            }
        }
    }
    out
}

/// Finds the place of what has no image in the new text.
struct Anchors {
    /// Sorted by `old`.
    segments: Vec<Segment>,
}

impl Anchors {
    fn new(segments: &[Segment]) -> Self {
        let mut segments = segments.to_vec();
        segments.sort_by_key(|s| s.old);
        Anchors { segments }
    }

    fn gone(&self, old: &str) -> Vec<Gone> {
        let open = uncovered(old, self.segments.iter().map(Segment::old_range));
        open.into_iter().map(|old| Gone { at: self.behind(old.start), old }).collect()
    }

    /// Behind what stands to the left, else at the start of the text.
    fn behind(&self, byte: u32) -> u32 {
        let index = self.segments.partition_point(|s| s.old < byte);
        match index.checked_sub(1).map(|i| self.segments[i]) {
            Some(left) => left.new + left.len.min(byte - left.old),
            None => 0,
        }
    }

    /// Beside the neighbour that is still there; outward where neither is.
    fn place(&self, old: &str, byte: u32) -> u32 {
        let index = self.segments.partition_point(|s| s.old < byte);
        let left = index.checked_sub(1).map(|i| self.segments[i]);
        let right = self.segments.get(index);
        let blank = |range: Range<u32>| {
            old.as_bytes()[range.start as usize..range.end as usize]
                .iter()
                .all(u8::is_ascii_whitespace)
        };
        let touches_left = left.is_some_and(|l| byte <= l.old + l.len || blank(l.old + l.len..byte));
        match right {
            Some(right) if !touches_left && blank(byte..right.old) => right.new,
            _ => self.behind(byte),
        }
    }
}
