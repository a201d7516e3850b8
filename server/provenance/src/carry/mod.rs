//! Bringing the regions of one text over to a changed text.

mod anchors;

use std::borrow::Cow;
use std::ops::Range;

use crate::align::{Segment, align, bytes, covered, join_blank, trim, uncovered};
use crate::fact::{FactId, OriginId};
use crate::region::{Mark, Regions, Span, cut, join};
use crate::text::{InkIndex, Text, ink_of};
use crate::token::BYTE_ORDER_MARK;
use anchors::Anchors;

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
        Source {
            text,
            regions,
            only: None,
        }
    }

    /// The parts of the segments that count.
    pub(crate) fn clip(&self, segments: Vec<Segment>) -> Vec<Segment> {
        match self.only {
            Some(only) => clip(segments, only, Segment::old_range),
            None => segments,
        }
    }

    /// Its regions, made to fit the text where they do not.
    fn sound(&self) -> Cow<'a, Regions> {
        if self.regions.fits(self.text) {
            return Cow::Borrowed(self.regions);
        }
        Cow::Owned(self.regions.clone().fit(self.text))
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
    let mut known = Known::of(new);
    let Some((first, others)) = sources.split_first() else {
        return known.carried();
    };
    let mut segments = align(first.text, new);
    let anchors = Anchors::new(first.text, new, &segments);
    let gone = anchors.gone(byte_order_mark(first.text));
    if first.only.is_some() {
        segments = first.clip(segments);
        known.take(first, &segments);
    } else {
        known.take_whole(first, &segments, &anchors);
    }
    for other in others {
        let segments = other.clip(align(other.text, new));
        known.take(other, &known.clip(segments));
    }
    Carried {
        gone,
        ..known.carried()
    }
}

impl Carried {
    /// Takes over what another text knows of what was fresh.
    pub fn take(&mut self, new: &str, source: &Source<'_>) {
        self.add(new, source, align(source.text, new));
    }

    /// How much of a part of the text is fresh, in bytes of ink.
    pub(crate) fn fresh_ink(&self, new: &str, part: &Range<u32>) -> u32 {
        let fresh = within(&self.fresh, part);
        fresh.map(|fresh| ink_of(bytes(new, &fresh))).sum()
    }

    /// Forgets what is known of some parts of the text, sorted and disjoint: they are fresh again.
    pub(crate) fn reopen(&mut self, new: &str, parts: &[Range<u32>]) {
        let rest = covered(new, parts);
        let spans = std::mem::take(&mut self.regions.spans).into_iter();
        let left = |span: Span| {
            let rest = within(&rest, &span.bytes);
            rest.filter_map(|rest| cut(new, &span, rest))
                .collect::<Vec<_>>()
        };
        self.regions.spans = spans.flat_map(left).collect();
        let known = covered(new, &self.fresh);
        let known = known.iter().flat_map(|known| within(&rest, known));
        self.fresh = join_blank(new, uncovered(new, known));
    }

    /// Takes over what else is known: the regions of another text, where these
    /// segments of it stand in what was fresh.
    pub(crate) fn add(&mut self, new: &str, source: &Source<'_>, segments: Vec<Segment>) {
        let mut known = Known {
            new,
            ranges: covered(new, &self.fresh),
            regions: std::mem::take(&mut self.regions),
        };
        let segments = known.clip(source.clip(segments));
        known.take(source, &segments);
        let Carried { regions, fresh, .. } = known.carried();
        (self.regions, self.fresh) = (regions, fresh);
    }
}

/// The parts of a text that stand in another, in bytes: sorted and disjoint.
pub fn kept(old: &str, new: &str) -> Vec<Range<u32>> {
    let segments = align(old, new).into_iter();
    let mut kept: Vec<Range<u32>> = segments.map(|segment| segment.old_range()).collect();
    kept.sort_unstable_by_key(|range| range.start);
    kept
}

/// Where the text in ranges of an earlier state of a text stands now: what has come into them since is not part of it.
pub fn carry_ranges(then: &Text, ranges: Vec<Range<u32>>, now: &Text) -> Vec<Range<u32>> {
    let span = |bytes: Range<u32>| {
        let bytes = then.trim(bytes);
        let start = then.ink(0..bytes.start);
        Span {
            ink: start..start + then.ink(bytes.clone()),
            bytes,
            origin: FactId(0),
        }
    };
    let spans = ranges.into_iter().map(span).collect();
    let regions = Regions::new(then, spans, Vec::new());
    let carried = carry(
        &[Source::new(&then.to_string(), &regions)],
        &now.to_string(),
    );
    let spans = carried.regions.spans.into_iter();
    spans.map(|span| span.bytes).collect()
}

/// The regions of a text that parts of others stand in, by their segments; the
/// earlier sources go first.
pub(crate) fn carry_along(sources: &[(Source<'_>, Vec<Segment>)], new: &str) -> Regions {
    let mut known = Known::of(new);
    for (source, segments) in sources {
        known.take(source, &known.clip(segments.clone()));
    }
    known.carried().regions
}

/// What is known of a new text so far.
struct Known<'a> {
    new: &'a str,
    /// What some source knows, in bytes: sorted.
    ranges: Vec<Range<u32>>,
    regions: Regions,
}

impl<'a> Known<'a> {
    fn of(new: &'a str) -> Self {
        let ranges = byte_order_mark(new).into_iter().collect();
        Known {
            new,
            ranges,
            regions: Regions::default(),
        }
    }

    /// The parts of the segments that nothing is known of yet.
    fn clip(&self, segments: Vec<Segment>) -> Vec<Segment> {
        let open = uncovered(self.new, self.ranges.iter().cloned());
        clip(segments, &open, Segment::new_range)
    }

    /// Takes over the regions in these segments.
    fn take(&mut self, source: &Source<'_>, segments: &[Segment]) {
        let anchors = Anchors::new(source.text, self.new, segments);
        let regions = source.sound();
        let marks = regions.marks.iter().filter(|mark| anchors.touch(mark.at));
        self.take_marks(marks, &regions.spans, &anchors);
        self.take_spans(source.text, &regions.spans, segments);
    }

    /// The same with all marks: those whose text is gone move outward.
    fn take_whole(&mut self, source: &Source<'_>, segments: &[Segment], anchors: &Anchors<'_>) {
        let regions = source.sound();
        if source.text == self.new {
            self.regions.marks.clone_from(&regions.marks);
        }
        self.take_marks(regions.marks.iter(), &regions.spans, anchors);
        self.take_spans(source.text, &regions.spans, segments);
    }

    fn take_marks<'m>(
        &mut self,
        marks: impl Iterator<Item = &'m Mark>,
        spans: &[Span],
        anchors: &Anchors<'_>,
    ) {
        let at = |mark: &Mark| match anchors.place_of_text(mark.at, spans) {
            Some(at) => at,
            None => anchors.place(mark.at),
        };
        let placed = marks.map(|mark| Mark {
            at: at(mark),
            removal: mark.removal,
        });
        placed.for_each(|mark| self.regions.add_mark(mark));
    }

    fn take_spans(&mut self, text: &str, spans: &[Span], segments: &[Segment]) {
        self.regions
            .spans
            .extend(transport(text, spans, segments, self.new));
        self.ranges.extend(segments.iter().map(Segment::new_range));
        self.ranges.sort_unstable_by_key(|range| range.start);
    }

    fn carried(mut self) -> Carried {
        let spans = &mut self.regions.spans;
        spans.sort_unstable_by_key(|span| span.bytes.start);
        let all = 0..spans.len();
        join(spans, all, |gap| {
            gap.is_empty() || trim(self.new, gap).is_empty()
        });
        let fresh = join_blank(self.new, uncovered(self.new, self.ranges.into_iter()));
        Carried {
            regions: self.regions,
            fresh,
            gone: Vec::new(),
        }
    }
}

/// Some editors keep it and others do not: it is nobody's text.
fn byte_order_mark(text: &str) -> Option<Range<u32>> {
    text.starts_with(BYTE_ORDER_MARK)
        .then_some(0..BYTE_ORDER_MARK.len() as u32)
}

/// Gives a part of a text to an origin whose ink is counted in this very text.
pub fn attribute(ink: &InkIndex<'_>, bytes: Range<u32>, origin: OriginId) -> Span {
    Span {
        ink: ink.at(bytes.start)..ink.at(bytes.end),
        bytes,
        origin,
    }
}

/// The parts of the segments inside sorted ranges of one of their sides.
fn clip(
    segments: Vec<Segment>,
    ranges: &[Range<u32>],
    side: impl Fn(&Segment) -> Range<u32>,
) -> Vec<Segment> {
    let mut clipped = Vec::with_capacity(segments.len());
    for segment in segments {
        let own = side(&segment);
        clipped.extend(within(ranges, &own).map(|part| {
            let skip = part.start - own.start;
            Segment {
                old: segment.old + skip,
                new: segment.new + skip,
                len: part.end - part.start,
            }
        }));
    }
    clipped
}

/// The spans of a text that stand in the segments, at their new place.
fn transport(text: &str, spans: &[Span], segments: &[Segment], new: &str) -> Vec<Span> {
    if spans.is_empty() {
        return Vec::new();
    }
    let ink = InkIndex::new(text);
    let mut out: Vec<Span> = Vec::new();
    let mut add = |span: Span| match out.last_mut() {
        Some(last) if continues(last, &span, new) => {
            last.bytes.end = span.bytes.end;
            last.ink.end = span.ink.end;
        }
        _ => out.push(span),
    };
    for segment in segments {
        let old = segment.old_range();
        let first = spans.partition_point(|span| span.bytes.end <= old.start);
        for span in spans[first..]
            .iter()
            .take_while(|span| span.bytes.start < old.end)
        {
            let part = span.bytes.start.max(old.start)..span.bytes.end.min(old.end);
            let part = trim(text, part);
            let from = span.ink.start + (ink.at(part.start) - ink.at(span.bytes.start));
            let ink = from..from + (ink.at(part.end) - ink.at(part.start));
            let at = part.start - old.start + segment.new;
            let bytes = at..at + (part.end - part.start);
            if !bytes.is_empty() {
                add(Span {
                    bytes,
                    origin: span.origin,
                    ink,
                });
            }
        }
    }
    out
}

fn continues(last: &Span, next: &Span, text: &str) -> bool {
    last.origin == next.origin
        && last.ink.end == next.ink.start
        && last.bytes.end <= next.bytes.start
        && trim(text, last.bytes.end..next.bytes.start).is_empty()
}

/// What of a range lies in some others, which are sorted and disjoint.
fn within(ranges: &[Range<u32>], own: &Range<u32>) -> impl Iterator<Item = Range<u32>> {
    let (start, end) = (own.start, own.end);
    let first = ranges.partition_point(|range| range.end <= start);
    let beside = ranges[first..]
        .iter()
        .take_while(move |range| range.start < end);
    beside.map(move |range| range.start.max(start)..range.end.min(end))
}
