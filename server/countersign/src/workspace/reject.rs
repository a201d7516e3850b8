//! Putting back what stood before an assistant's change.

mod before;
mod lost;

use std::ops::Range;

use countersign_ledger::Ledger;
use countersign_provenance::carry::Source;
use countersign_provenance::document::Document;
use countersign_provenance::hunk::Hunk;
use countersign_provenance::review::{Knowledge, State};
use countersign_provenance::{Regions, RemovalId, Span, is_ink};

use super::Fault;
use super::findings::Finding;
use before::Before;
pub(crate) use lost::taken_away;
use lost::{Lost, lost};

/// Edits of one text: bytes of it, sorted and disjoint, and what comes in their place.
pub(crate) type Edits = Vec<(Range<u32>, String)>;

/// What a rejection does to a text.
pub(crate) struct Rejection {
    /// They take unreviewed text out and put back what it replaced: byte for byte where nobody has changed it since.
    pub(crate) edits: Edits,
    /// What they lead to.
    pub(crate) leads_to: Document,
}

/// Rejects what is unreviewed in units of a text. `None` where there is nothing, or what was taken away is not kept here.
pub(crate) fn rejection(
    ledger: &Ledger,
    path: &str,
    document: &Document,
    knowledge: &Knowledge,
    findings: &[&Finding],
) -> Result<Option<Rejection>, Fault> {
    let (mut edits, mut befores) = (Edits::new(), Vec::new());
    let mut regions = document.regions().clone();
    for finding in findings {
        let unit = Unit {
            now: document.text().to_string(),
            spans: open_spans(document, knowledge, &finding.pieces),
            marks: open_removals(document, knowledge, finding),
        };
        let Some(lost) = lost(ledger, knowledge, &unit.marks)? else {
            return Ok(None);
        };
        let before = Before::of(ledger, path, &unit, &lost)?;
        edits.extend(unit.edits(before.as_ref(), &lost));
        befores.extend(before);
        // Nothing of what goes is to be found again in what comes.
        regions.spans.retain(|span| !unit.holds(span));
    }
    let edits = disjoint(edits);
    if edits.is_empty() {
        return Ok(None);
    }
    let mut text = document.text().clone();
    for (range, back) in edits.iter().rev() {
        regions.splice(&text, range.clone(), back);
        text.replace(range.clone(), back);
    }
    let mut leads_to = Document::new(text, regions);
    for before in &befores {
        leads_to.join(Source::new(&before.text, &before.regions));
    }
    let now = document.text().to_string();
    let edits = edits.into_iter().filter_map(|edit| narrowed(&now, edit));
    Ok(Some(Rejection {
        edits: edits.collect(),
        leads_to,
    }))
}

/// Whether what is unreviewed in a unit can be rejected. Cheap, as it is asked wherever a cursor stands.
pub(crate) fn can_reject(
    ledger: &Ledger,
    document: &Document,
    knowledge: &Knowledge,
    finding: &Finding,
) -> Result<bool, Fault> {
    let marks = open_removals(document, knowledge, finding);
    for removal in marks.iter().filter_map(|(id, _)| knowledge.removal(*id)) {
        if !ledger.has_snapshot(&removal.before)? {
            return Ok(false);
        }
    }
    let is_any = || !open_spans(document, knowledge, &finding.pieces).is_empty();
    Ok(!marks.is_empty() || is_any())
}

/// What is to go from a text, and what is to come back.
struct Unit {
    now: String,
    spans: Vec<Span>,
    /// With their places, in bytes.
    marks: Vec<(RemovalId, u32)>,
}

impl Unit {
    fn edits(&self, before: Option<&Before>, lost: &[Lost<'_>]) -> Edits {
        let now = &self.now;
        let (mut edits, mut apart) = (Edits::new(), Edits::new());
        if let Some(Before { text, whole, .. }) = before {
            let back = |hunk: &Hunk| (hunk.new.clone(), slice(text, &hunk.old).to_owned());
            edits.extend(whole.iter().map(back));
        }
        for bytes in self.rest(before) {
            apart.push((with_space(now, &bytes), String::new()));
        }
        for lost in lost {
            let is_back =
                |part: &Range<u32>| before.is_some_and(|before| before.is_back(lost, part, now));
            for (at, back) in lost.put_back(now, is_back) {
                place(&mut apart, at, back);
            }
        }
        let whole = before.map_or(&[][..], |before| &before.whole);
        for (range, back) in apart {
            edits.extend(beside(range, whole).map(|range| (range, back)));
        }
        if now.contains("\r\n") {
            let convert = |back: &str| back.replace("\r\n", "\n").replace('\n', "\r\n");
            edits.iter_mut().for_each(|(_, back)| *back = convert(back));
        }
        edits
    }

    /// Whether all of a span is to go.
    fn holds(&self, span: &Span) -> bool {
        self.spans.iter().any(|own| is_in(&span.bytes, &own.bytes))
    }

    /// What is to go beside whole hunks; what white space only parts is one. What does not differ stood there before.
    fn rest(&self, before: Option<&Before>) -> Vec<Range<u32>> {
        let spans = self.spans.iter().map(|span| span.bytes.clone());
        let rest: Vec<Range<u32>> = match before {
            None => spans.collect(),
            Some(before) => spans
                .flat_map(|span| {
                    before
                        .others
                        .iter()
                        .map(move |hunk| overlap(&span, &hunk.new))
                })
                .filter(|part| !ink(slice(&self.now, part)).is_empty())
                .collect(),
        };
        let mut joined: Vec<Range<u32>> = Vec::new();
        for part in rest {
            match joined.last_mut() {
                Some(last) if ink(slice(&self.now, &(last.end..part.start))).is_empty() => {
                    last.end = part.end;
                }
                _ => joined.push(part),
            }
        }
        joined
    }
}

/// Sorted, and without those that begin inside another.
fn disjoint(mut edits: Edits) -> Edits {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    edits.dedup();
    let mut end = 0;
    edits.retain(|(range, _)| {
        let is_free = range.start >= end;
        end = end.max(range.end);
        is_free
    });
    edits
}

/// An edit without what it leaves as it is; `None` where that is all of it.
fn narrowed(now: &str, (range, back): (Range<u32>, String)) -> Option<(Range<u32>, String)> {
    let all = 0..back.len() as u32;
    let Hunk { old, new } = Hunk {
        old: all,
        new: range,
    }
    .narrowed(&back, now);
    (!old.is_empty() || !new.is_empty()).then(|| (new, slice(&back, &old).to_owned()))
}

fn open_spans(document: &Document, knowledge: &Knowledge, pieces: &[Range<u32>]) -> Vec<Span> {
    let text = document.text();
    let within = |piece: &Range<u32>| document.regions().within(text, piece.clone());
    let regions = Regions {
        spans: pieces.iter().flat_map(within).collect(),
        marks: Vec::new(),
    };
    let states = knowledge.states(text, &regions);
    let open = states.into_iter().filter(|(_, state)| state.is_open());
    open.map(|(span, _)| span).collect()
}

/// Removals of the unit that nobody has confirmed, with their places.
fn open_removals(
    document: &Document,
    knowledge: &Knowledge,
    finding: &Finding,
) -> Vec<(RemovalId, u32)> {
    let marks = document.regions().marks.iter();
    let inside = marks.filter(|mark| finding.removals().any(|id| id == mark.removal));
    let open = inside.filter(|m| knowledge.removal_state(m.removal) == Some(State::Unreviewed));
    open.map(|mark| (mark.removal, mark.at)).collect()
}

/// Adds an insertion; where text goes from the same place it takes its place.
fn place(edits: &mut Edits, at: u32, back: String) {
    match edits
        .iter_mut()
        .find(|(range, _)| range.start <= at && at <= range.end)
    {
        Some((_, insert)) => insert.push_str(&back),
        None => edits.push((at..at, back)),
    }
}

/// What of a range lies beside these hunks: white space before it may lie in one.
fn beside(range: Range<u32>, hunks: &[Hunk]) -> Option<Range<u32>> {
    let is_in_the_way = |hunk: &&Hunk| !overlap(&hunk.new, &range).is_empty();
    let in_the_way = hunks.iter().filter(is_in_the_way);
    let start = in_the_way.map(|hunk| hunk.new.end).max();
    let start = start.unwrap_or(range.start);
    (start <= range.end).then_some(start..range.end)
}

/// A range with the white space before it.
fn with_space(text: &str, range: &Range<u32>) -> Range<u32> {
    let before = &text.as_bytes()[..range.start as usize];
    let blank = before.iter().rev().take_while(|&&b| !is_ink(b)).count() as u32;
    range.start - blank..range.end
}

/// What two ranges share.
fn overlap(a: &Range<u32>, b: &Range<u32>) -> Range<u32> {
    let start = a.start.max(b.start);
    start..a.end.min(b.end).max(start)
}

fn is_in(part: &Range<u32>, range: &Range<u32>) -> bool {
    range.start <= part.start && part.end <= range.end
}

/// A part of a text without its white space.
fn ink(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_ascii() || is_ink(*c as u8))
        .collect()
}

/// Nothing where the range does not fit, as it may not in what others wrote.
fn slice<'a>(text: &'a str, range: &Range<u32>) -> &'a str {
    text.get(range.start as usize..range.end as usize)
        .unwrap_or("")
}
