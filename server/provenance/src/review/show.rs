//! The regions of a text for showing.

use std::ops::Range;
use std::sync::Arc;

use super::{Authored, Knowledge, Region, State};
use crate::fact::{OriginId, RemovalId};
use crate::region::{Mark, Regions, Span, cut};
use crate::removal::Tolerance;
use crate::text::{Reading, Text, is_ink};

/// White space longer than this, in bytes, parts a removal from its region.
const LONGEST_GAP: usize = 4096;
/// So many regions beside a place are looked at.
const NEAR: usize = 3;
/// A formatter sets no more than so much ink between two tokens, in bytes.
const LONGEST_LAYOUT: u32 = 3;

impl Knowledge {
    /// The spans of a text cut so that each has one state, with that state. The
    /// regions must fit the text, as those of a document do ([`Regions::fit`]).
    pub fn states(&self, text: &Text, regions: &Regions) -> Vec<(Span, State)> {
        let text = &text.reading();
        let mut states = Vec::with_capacity(regions.spans.len());
        for span in &regions.spans {
            self.cut_by_statements(text, span.clone(), |part| {
                if let Some(origin) = self.origin(&part) {
                    let state = self.state(&self.acts(&part), &origin);
                    states.push((part, state));
                }
            });
        }
        states
    }

    /// The regions as they stand by all that is known: what was moved is what it
    /// was before, and what a person had marked and took back is nobody's.
    pub fn standing(&self, text: &Text, mut regions: Regions) -> Regions {
        let changes = |span: &Span| self.is_of_no_mark(span) || self.has_moved(span);
        if regions.spans.iter().any(changes) {
            let reading = &text.reading();
            let mut parts = Vec::with_capacity(regions.spans.len());
            for span in regions.spans {
                match changes(&span) {
                    true => self.cut_by_statements(reading, span, |part| parts.push(part)),
                    false => parts.push(span),
                }
            }
            let parts = parts.into_iter().filter_map(|span| self.before_moves(span));
            regions.spans = parts.filter(|span| self.origin(span).is_some()).collect();
            regions.join_around(text, 0..text.len());
        }
        regions
    }

    /// The regions of a text for showing: cut at `borders` (bytes, sorted),
    /// neighbours of one origin, state and acts joined, removals beside them.
    /// The regions must fit the text ([`Regions::fit`]).
    pub fn review(
        &self,
        text: &Text,
        regions: &Regions,
        borders: &[u32],
        authored: Authored,
    ) -> Vec<Region> {
        let reading = &text.reading();
        let mut shown = Shown {
            knowledge: self,
            text: reading,
            borders,
            authored,
            regions: Vec::new(),
        };
        let by_borders = regions
            .spans
            .iter()
            .flat_map(|span| cut_at(reading, span, borders));
        for span in by_borders {
            self.cut_by_statements(reading, span, |part| shown.show(part));
        }
        let lone: Vec<Region> = regions
            .marks
            .iter()
            .filter_map(|mark| shown.show_mark(mark))
            .collect();
        let mut regions = shown.regions;
        regions.extend(lone);
        regions.sort_by_key(|region| (region.bytes.start, region.bytes.end));
        regions
    }

    /// Cuts a span wherever a statement on its origin begins or ends inside it.
    fn cut_by_statements(&self, text: &Reading<'_>, span: Span, mut take: impl FnMut(Span)) {
        let origin = span.origin;
        let mut rest = span;
        for cut in self.cuts(&rest) {
            let end = byte_of_ink(text, &rest, cut - rest.ink.start);
            let bytes = text.trim(rest.bytes.start..end);
            if !bytes.is_empty() {
                let ink = rest.ink.start..cut;
                take(Span { bytes, origin, ink });
            }
            rest.bytes = text.trim(end..rest.bytes.end);
            rest.ink.start = cut;
        }
        if !rest.bytes.is_empty() {
            take(rest);
        }
    }
}

/// The regions shown so far.
struct Shown<'a> {
    knowledge: &'a Knowledge,
    text: &'a Reading<'a>,
    borders: &'a [u32],
    authored: Authored,
    regions: Vec<Region>,
}

impl Shown<'_> {
    fn show(&mut self, span: Span) {
        let Some(origin) = self.knowledge.origin(&span) else {
            return;
        };
        let acts = self.knowledge.acts(&span);
        let state = self.listed(self.knowledge.state(&acts, &origin));
        let first_line = self.text.line_of(span.bytes.start);
        let last_line = self.text.line_of(span.bytes.end.saturating_sub(1));
        if let Some(last) = self.regions.last()
            && last.origin_id == span.origin
            && last.state == state
            && last.origin == origin
            && same_acts(last, &acts)
            && !self.parts(last.bytes.end..span.bytes.start)
            && let Some(last) = self.regions.last_mut()
        {
            last.bytes.end = span.bytes.end;
            last.lines.1 = last_line;
            last.stretches.push(span.stretch());
            return;
        }
        self.regions.push(Region {
            lines: (first_line, last_line),
            state,
            origin,
            origin_id: span.origin,
            stretches: vec![span.stretch()],
            removals: Vec::new(),
            removed_lines: 0,
            acts,
            bytes: span.bytes,
        });
    }

    /// Joins a removal to the region that stands in its place; else it is shown alone.
    fn show_mark(&mut self, mark: &Mark) -> Option<Region> {
        let state = self.listed(self.knowledge.removal_state(mark.removal)?);
        let lines = self.knowledge.removal(mark.removal)?.lines;
        // What asks for a person is never joined to what does not.
        let fits = |region: &Region| !state.is_open() || region.state == state;
        match self
            .in_place_of(mark)
            .filter(|&index| fits(&self.regions[index]))
        {
            Some(index) => {
                self.regions[index].removals.push(mark.removal);
                self.regions[index].removed_lines += lines;
                None
            }
            None => self.lone(mark.at, mark.removal, state),
        }
    }

    fn lone(&self, at: u32, id: RemovalId, state: State) -> Option<Region> {
        let removal = self.knowledge.removal(id)?;
        let line = self.text.line_of(at);
        Some(Region {
            bytes: at..at,
            lines: (line, line),
            state,
            origin: self.knowledge.removal_origin_or_unknown(id),
            origin_id: removal.origin,
            stretches: Vec::new(),
            removals: vec![id],
            removed_lines: removal.lines,
            acts: self.knowledge.removal_acts(id),
        })
    }

    /// The region of the same event on the mark's line, or right beside it.
    fn in_place_of(&self, mark: &Mark) -> Option<usize> {
        let origin = self.knowledge.removal(mark.removal)?.origin;
        let line = self.text.line_of(mark.at);
        let beside = |region: &Region| {
            let (start, end) = (region.bytes.start, region.bytes.end);
            let gap = if end < mark.at {
                end..mark.at
            } else {
                mark.at..start.max(mark.at)
            };
            let same_line = region.lines.0 <= line && line <= region.lines.1;
            region.origin_id == origin
                && (same_line || gap.len() <= LONGEST_GAP && self.text.ink(gap) == 0)
        };
        let near = self
            .regions
            .partition_point(|region| region.bytes.end < mark.at);
        let near = near.saturating_sub(1);
        self.regions[near..]
            .iter()
            .take(3)
            .position(beside)
            .map(|index| index + near)
            .or_else(|| self.behind_others(mark.at, origin))
    }

    /// The region of an event that only regions of other events part from a place: what stood there was written over.
    fn behind_others(&self, place: u32, origin: OriginId) -> Option<usize> {
        let next = self
            .regions
            .partition_point(|region| region.bytes.end <= place);
        let (before, behind) = self.regions.split_at(next);
        let is_parted = |gap: Range<u32>| self.text.ink(gap) > 0;
        let mut end = place;
        for (index, region) in behind.iter().enumerate().take(NEAR) {
            if is_parted(end..region.bytes.start.max(end)) {
                break;
            }
            if region.origin_id == origin {
                return Some(next + index);
            }
            end = region.bytes.end;
        }
        let mut start = place;
        for (index, region) in before.iter().enumerate().rev().take(NEAR) {
            if is_parted(region.bytes.end.min(start)..start) {
                break;
            }
            if region.origin_id == origin {
                return Some(index);
            }
            start = region.bytes.start;
        }
        None
    }

    /// What a tool writes is listed apart.
    fn listed(&self, state: State) -> State {
        match self.authored {
            Authored::Generated if state.is_open() => State::Generated,
            _ => state,
        }
    }

    /// Whether two neighbours are shown apart: by a border, or by text that is
    /// more than what a formatter sets.
    fn parts(&self, gap: Range<u32>) -> bool {
        let first = self.borders.partition_point(|&border| border < gap.start);
        self.borders
            .get(first)
            .is_some_and(|&border| border <= gap.end)
            || !self.is_layout(gap)
    }

    fn is_layout(&self, gap: Range<u32>) -> bool {
        let ink = self.text.ink(gap.clone());
        let set = || Tolerance::Formatter.is_layout(&self.text.slice(gap));
        ink == 0 || ink <= LONGEST_LAYOUT && set()
    }
}

fn same_acts(region: &Region, acts: &[Arc<crate::fact::Fact>]) -> bool {
    region
        .acts
        .iter()
        .map(|act| act.id)
        .eq(acts.iter().map(|act| act.id))
}

/// The byte right after this much ink of a span.
fn byte_of_ink(text: &Reading<'_>, span: &Span, ink: u32) -> u32 {
    let (mut left, mut at) = (ink, span.bytes.start);
    while left > 0 && at < span.bytes.end {
        for byte in text.bytes_from(at..span.bytes.end) {
            if left == 0 {
                break;
            }
            at += 1;
            left -= u32::from(is_ink(*byte));
        }
    }
    at
}

/// A span cut at the borders.
fn cut_at(text: &Reading<'_>, span: &Span, borders: &[u32]) -> impl Iterator<Item = Span> {
    let first = borders.partition_point(|&border| border <= span.bytes.start);
    let inside = borders[first..].iter().copied();
    let inside = inside.take_while(|&border| border < span.bytes.end);
    let ends = inside.chain(std::iter::once(span.bytes.end));
    let cuts = ends.scan(span.bytes.start, |start, end| {
        Some(std::mem::replace(start, end)..end)
    });
    cuts.filter_map(|range| cut(text, span, range))
}
