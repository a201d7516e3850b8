//! The present state, derived from the facts: who stands behind which text.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::fact::{Act, ActKind, Evidence, Fact, Origin, OriginId, Removal, RemovalId, Statement};
use crate::region::{Regions, Span, Stretch, cut};
use crate::text::Text;

/// What became of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// An assistant wrote it and no person stands behind it.
    Unreviewed,
    /// It looks as if an assistant wrote it.
    Suspected,
    /// A person stands behind it.
    Confirmed,
    /// A person says: I wrote this.
    Claimed,
    /// A tool wrote it; listed apart.
    Generated,
}

impl State {
    /// The word for it in messages and JSON.
    pub fn word(self) -> &'static str {
        match self {
            State::Unreviewed => "unreviewed",
            State::Suspected => "suspected",
            State::Confirmed => "confirmed",
            State::Claimed => "claimed",
            State::Generated => "generated",
        }
    }

    /// Whether somebody should still look at it.
    pub fn is_open(self) -> bool {
        matches!(self, State::Unreviewed | State::Suspected)
    }
}

/// Whether a tool writes the file, so that its regions are listed apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authored {
    /// People and assistants write it.
    ByHand,
    /// A lock file, a bundle, what `linguist-generated` names.
    Generated,
}

/// A stretch of a text with one origin and one review state, for showing.
#[derive(Debug, Clone)]
pub struct Region {
    /// Half open, in bytes; empty where only something was taken away.
    pub bytes: Range<u32>,
    /// First and last line, from 0.
    pub lines: (u32, u32),
    /// What became of it.
    pub state: State,
    /// Who wrote it, or took something away.
    pub origin: Arc<Origin>,
    /// The event's name.
    pub origin_id: OriginId,
    /// What stands here.
    pub stretches: Vec<Stretch>,
    /// What it replaced.
    pub removals: Vec<RemovalId>,
    /// Lines that were taken away here, without blank ones.
    pub removed_lines: u32,
    /// The acts that cover it.
    pub acts: Vec<Arc<Fact>>,
}

impl Region {
    /// Whether it marks a removal with nothing in its place.
    pub fn is_removal(&self) -> bool {
        self.stretches.is_empty()
    }
}

/// What is known about the origins and removals of some texts.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    origins: HashMap<OriginId, Arc<Origin>>,
    evidence: HashMap<OriginId, Vec<(Range<u32>, Arc<Origin>)>>,
    acts: HashMap<OriginId, Vec<(Range<u32>, Arc<Fact>)>>,
    removals: HashMap<RemovalId, Removal>,
    removal_acts: HashMap<RemovalId, Vec<Arc<Fact>>>,
    returned: HashSet<RemovalId>,
}

impl Knowledge {
    /// Takes a fact in. Any order gives the same knowledge. An act that was
    /// undone must not be given; [`Knowledge::forget`] takes one out again.
    pub fn learn(&mut self, fact: &Fact) {
        match &fact.statement {
            Statement::Origin(origin) => {
                self.origins.insert(fact.id, Arc::new(origin.clone()));
            }
            Statement::Evidence { stretches, origin } => {
                let origin = Arc::new(origin.clone());
                for Stretch { origin: id, ink } in stretches {
                    let known = self.evidence.entry(*id).or_default();
                    known.push((ink.clone(), origin.clone()));
                }
            }
            Statement::Removal(removal) => {
                self.removals.insert(fact.id, removal.clone());
            }
            Statement::Returned(removal) => {
                self.returned.insert(*removal);
            }
            Statement::Act(act) => self.learn_act(fact, act),
            Statement::Undo(act) => self.forget(*act),
            Statement::Text(_) => {}
        }
    }

    fn learn_act(&mut self, fact: &Fact, act: &Act) {
        let fact = Arc::new(fact.clone());
        for stretch in &act.stretches {
            let acts = self.acts.entry(stretch.origin).or_default();
            if acts.iter().all(|(ink, known)| known.id != fact.id || *ink != stretch.ink) {
                acts.push((stretch.ink.clone(), fact.clone()));
            }
        }
        for removal in &act.removals {
            let acts = self.removal_acts.entry(*removal).or_default();
            if acts.iter().all(|known| known.id != fact.id) {
                acts.push(fact.clone());
            }
        }
    }

    /// Takes an act out: it was undone.
    pub fn forget(&mut self, act: crate::fact::FactId) {
        self.acts.values_mut().for_each(|acts| acts.retain(|(_, fact)| fact.id != act));
        self.removal_acts.values_mut().for_each(|acts| acts.retain(|fact| fact.id != act));
    }

    /// Whether this origin's own fact is known.
    pub fn knows(&self, origin: OriginId) -> bool {
        self.origins.contains_key(&origin)
    }

    /// What was taken away by this name.
    pub fn removal(&self, id: RemovalId) -> Option<&Removal> {
        self.removals.get(&id)
    }

    /// Who caused a removal.
    pub fn removal_origin(&self, id: RemovalId) -> Option<&Arc<Origin>> {
        self.origins.get(&self.removals.get(&id)?.origin)
    }

    /// Whether a removal still asks for a person.
    pub fn removal_state(&self, id: RemovalId) -> Option<State> {
        if self.returned.contains(&id) || !self.removals.contains_key(&id) {
            return None;
        }
        let acts = self.removal_acts.get(&id).map_or(&[][..], Vec::as_slice);
        if acts.iter().any(|fact| kind(fact) == Some(ActKind::Reject)) {
            return None;
        }
        Some(if acts.is_empty() { State::Unreviewed } else { State::Confirmed })
    }

    /// The acts on a removal.
    pub fn removal_acts(&self, id: RemovalId) -> Vec<Arc<Fact>> {
        self.removal_acts.get(&id).cloned().unwrap_or_default()
    }

    /// The spans of a text cut so that each has one state, with that state.
    pub fn states(&self, text: &Text, regions: &Regions) -> Vec<(Span, State)> {
        let cut = |span: &Span| self.cut_by_acts(text, span);
        let spans = regions.spans.iter().flat_map(cut);
        spans.map(|span| (span.clone(), self.state(&span))).collect()
    }

    /// The regions of a text for showing: cut at `borders` (bytes, sorted),
    /// neighbours of one origin and state joined, removals beside them.
    pub fn review(
        &self,
        text: &Text,
        regions: &Regions,
        borders: &[u32],
        authored: Authored,
    ) -> Vec<Region> {
        let mut shown: Vec<Region> = Vec::with_capacity(regions.spans.len());
        for span in &regions.spans {
            for span in cut_at(text, span, borders) {
                for part in self.cut_by_acts(text, &span) {
                    self.show(text, &mut shown, part, borders, authored);
                }
            }
        }
        for mark in &regions.marks {
            self.show_mark(text, &mut shown, mark.at, mark.removal);
        }
        shown.sort_by_key(|region| (region.bytes.start, region.bytes.end));
        shown
    }

    fn origin(&self, span: &Span) -> Arc<Origin> {
        let own = self.origins.get(&span.origin);
        let better = self.evidence.get(&span.origin).into_iter().flatten();
        let covering = better.filter(|(ink, _)| ink.start <= span.ink.start && span.ink.end <= ink.end);
        let known = own.into_iter().chain(covering.map(|(_, origin)| origin));
        // Equal evidence is told apart by its words, so that any order of arrival agrees.
        let strongest = known.max_by_key(|o| (o.evidence, o.at, o.source.clone(), o.session.clone()));
        strongest.cloned().unwrap_or_else(|| Arc::new(unknown_origin()))
    }

    fn acts(&self, span: &Span) -> impl Iterator<Item = &Arc<Fact>> {
        let acts = self.acts.get(&span.origin).into_iter().flatten();
        acts.filter(|(ink, _)| ink.start <= span.ink.start && span.ink.end <= ink.end)
            .map(|(_, fact)| fact)
    }

    fn state(&self, span: &Span) -> State {
        let has = |wanted| self.acts(span).any(|fact| kind(fact) == Some(wanted));
        if has(ActKind::Confirm) {
            State::Confirmed
        } else if has(ActKind::Claim) {
            State::Claimed
        } else if self.origin(span).evidence == Evidence::Suspected {
            State::Suspected
        } else {
            State::Unreviewed
        }
    }

    /// Cuts a span wherever a statement on its origin begins or ends inside it.
    fn cut_by_acts(&self, text: &Text, span: &Span) -> Vec<Span> {
        let acts = self.acts.get(&span.origin).into_iter().flatten().map(|(ink, _)| ink);
        let better = self.evidence.get(&span.origin).into_iter().flatten().map(|(ink, _)| ink);
        let inside = |ink: &u32| span.ink.start < *ink && *ink < span.ink.end;
        let mut cuts: Vec<u32> =
            acts.chain(better).flat_map(|ink| [ink.start, ink.end]).filter(inside).collect();
        if cuts.is_empty() {
            return vec![span.clone()];
        }
        cuts.sort_unstable();
        cuts.dedup();
        cuts.push(span.ink.end);
        let (mut parts, mut rest) = (Vec::new(), span.clone());
        for cut in cuts {
            let end = byte_of_ink(text, &rest, cut - rest.ink.start);
            let bytes = text.trim(rest.bytes.start..end);
            parts.push(Span { bytes, origin: span.origin, ink: rest.ink.start..cut });
            rest = Span { bytes: text.trim(end..span.bytes.end), origin: span.origin, ink: cut..span.ink.end };
        }
        parts
    }

    fn show(&self, text: &Text, shown: &mut Vec<Region>, span: Span, borders: &[u32], authored: Authored) {
        let mut state = self.state(&span);
        if state.is_open() && authored == Authored::Generated {
            state = State::Generated;
        }
        let origin = self.origin(&span);
        let lines = (text.line_of(span.bytes.start), text.line_of(span.bytes.end - 1));
        if let Some(last) = shown.last_mut()
            && !parted(borders, last.bytes.end..span.bytes.start)
            && last.origin_id == span.origin
            && last.state == state
            && last.origin == origin
            && separates_nothing(text, last.bytes.end..span.bytes.start)
        {
            last.bytes.end = span.bytes.end;
            last.lines.1 = lines.1;
            last.stretches.push(span.stretch());
            let more = self.acts(&span).filter(|act| last.acts.iter().all(|known| known.id != act.id));
            last.acts.extend(more.cloned().collect::<Vec<_>>());
            return;
        }
        shown.push(Region {
            lines,
            state,
            origin,
            origin_id: span.origin,
            stretches: vec![span.stretch()],
            removals: Vec::new(),
            removed_lines: 0,
            acts: self.acts(&span).cloned().collect(),
            bytes: span.bytes,
        });
    }

    /// Joins a removal to the region that stands in its place, or shows it alone.
    fn show_mark(&self, text: &Text, shown: &mut Vec<Region>, at: u32, id: RemovalId) {
        let (Some(state), Some(removal)) = (self.removal_state(id), self.removals.get(&id)) else {
            return;
        };
        let line = text.line_of(at);
        let beside = |region: &Region| {
            let touches = |gap: Range<u32>| gap.start <= gap.end && text.ink(gap) == 0;
            region.origin_id == removal.origin
                && !region.is_removal()
                && (touches(region.bytes.end..at)
                    || touches(at..region.bytes.start)
                    || region.bytes.start <= at && at <= region.bytes.end
                    || region.lines.0 <= line && line <= region.lines.1)
        };
        let near = shown.partition_point(|region| region.bytes.end < at).saturating_sub(1);
        let window = shown[near..].iter().take(3).position(beside).map(|i| i + near);
        match window {
            // What replaced it was confirmed together with it, or asks for both.
            Some(index) if !state.is_open() || shown[index].state != State::Confirmed => {
                shown[index].removals.push(id);
                shown[index].removed_lines += removal.lines;
            }
            _ => {
                let origin = self.origins.get(&removal.origin).cloned();
                shown.push(Region {
                    bytes: at..at,
                    lines: (line, line),
                    state,
                    origin: origin.unwrap_or_else(|| Arc::new(unknown_origin())),
                    origin_id: removal.origin,
                    stretches: Vec::new(),
                    removals: vec![id],
                    removed_lines: removal.lines,
                    acts: self.removal_acts(id),
                });
                shown.sort_by_key(|region| region.bytes.start);
            }
        }
    }
}

fn kind(fact: &Fact) -> Option<ActKind> {
    match &fact.statement {
        Statement::Act(act) => Some(act.kind),
        _ => None,
    }
}

/// What is shown where the fact about an origin did not arrive.
fn unknown_origin() -> Origin {
    Origin { source: "unknown".into(), model: None, session: None, evidence: Evidence::Declared, at: 0 }
}

/// White space, or a comma or semicolon that a formatter set: nobody's.
fn separates_nothing(text: &Text, gap: Range<u32>) -> bool {
    if gap.end.saturating_sub(gap.start) > 4096 {
        return text.ink(gap) == 0;
    }
    matches!(text.slice(gap).trim(), "" | "," | ";")
}

/// The byte right after this much ink of a span.
fn byte_of_ink(text: &Text, span: &Span, ink: u32) -> u32 {
    let (mut left, mut at) = (ink, span.bytes.start);
    while left > 0 && at < span.bytes.end {
        let (chunk, start) = text.chunk_at(at);
        for byte in chunk.as_bytes()[(at - start) as usize..].iter().take((span.bytes.end - at) as usize) {
            if left == 0 {
                break;
            }
            at += 1;
            left -= u32::from(crate::text::is_ink(*byte));
        }
    }
    at
}

/// Whether a border stands between two neighbours.
fn parted(borders: &[u32], gap: Range<u32>) -> bool {
    let first = borders.partition_point(|&b| b < gap.start);
    borders.get(first).is_some_and(|&b| b <= gap.end)
}

/// A span cut at the borders.
fn cut_at(text: &Text, span: &Span, borders: &[u32]) -> Vec<Span> {
    let first = borders.partition_point(|&b| b <= span.bytes.start);
    let inside = borders[first..].iter().copied().take_while(|&b| b < span.bytes.end);
    let mut start = span.bytes.start;
    let mut parts = Vec::new();
    for end in inside.chain(std::iter::once(span.bytes.end)) {
        parts.extend(cut(text, span, start..end));
        start = end;
    }
    parts
}
