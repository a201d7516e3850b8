//! Putting back what stood before an assistant's change.

use std::ops::Range;

use countersign_ledger::Ledger;
use countersign_provenance::carry::{Source, carry};
use countersign_provenance::document::Document;
use countersign_provenance::review::{Knowledge, State};
use countersign_provenance::{Regions, Removal, RemovalId, is_ink};

use super::Fault;
use super::findings::Finding;

/// Edits of one text: bytes of it, sorted and disjoint, and what comes in their place.
pub(crate) type Edits = Vec<(Range<u32>, String)>;

/// Edits of the present text that take a unit's
/// unreviewed text out and put back what it replaced. `None` where what was
/// taken away is not kept here.
pub(crate) fn edits(
    ledger: &Ledger,
    document: &Document,
    knowledge: &Knowledge,
    finding: &Finding,
) -> Result<Option<Edits>, Fault> {
    let text = document.text();
    let now = text.to_string();
    let open = open_spans(document, knowledge, &finding.pieces);
    let removals = open_removals(document, knowledge, finding);
    let mut edits: Edits = open
        .into_iter()
        .map(|bytes| (with_space(&now, &bytes), String::new()))
        .collect();
    for (id, at) in removals {
        let Some(removal) = knowledge.removal(id) else {
            continue;
        };
        let Some(before) = ledger.snapshot(&removal.before)? else {
            return Ok(None);
        };
        for (at, back) in put_back(&before, removal, &now, at) {
            place(&mut edits, at, back);
        }
    }
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    Ok((!edits.is_empty()).then_some(edits))
}

fn open_spans(
    document: &Document,
    knowledge: &Knowledge,
    pieces: &[Range<u32>],
) -> Vec<Range<u32>> {
    let text = document.text();
    let within = |piece: &Range<u32>| document.regions().within(text, piece.clone());
    let spans = pieces.iter().flat_map(within).collect();
    let states = knowledge.states(
        text,
        &Regions {
            spans,
            marks: Vec::new(),
        },
    );
    let open = states.into_iter().filter(|(_, state)| state.is_open());
    let mut joined: Vec<Range<u32>> = Vec::new();
    for (span, _) in open {
        match joined.last_mut() {
            Some(last) if text.ink(last.end..span.bytes.start) == 0 => last.end = span.bytes.end,
            _ => joined.push(span.bytes),
        }
    }
    joined
}

/// Removals of the unit that nobody has confirmed, with their places.
fn open_removals(
    document: &Document,
    knowledge: &Knowledge,
    finding: &Finding,
) -> Vec<(RemovalId, u32)> {
    let marks = document.regions().marks.iter();
    let inside = marks.filter(|mark| finding.touches(&(mark.at..mark.at)));
    let open = inside.filter(|m| knowledge.removal_state(m.removal) == Some(State::Unreviewed));
    open.map(|mark| (mark.removal, mark.at)).collect()
}

/// What was removed, each part with the place of the present text behind which
/// it stood; white space before it comes along.
fn put_back(before: &str, removal: &Removal, now: &str, mark: u32) -> Vec<(u32, String)> {
    let gone = carry(&[Source::new(before, &Regions::default())], now).gone;
    let place = |part: &Range<u32>| {
        let same = gone
            .iter()
            .find(|gone| gone.old.start <= part.start && part.end <= gone.old.end);
        same.map_or(mark, |gone| gone.at)
    };
    let text = |part: &Range<u32>| {
        let part = with_space(before, part);
        before[part.start as usize..part.end as usize].to_owned()
    };
    removal
        .removed
        .iter()
        .map(|part| (place(part), text(part)))
        .collect()
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

/// A range with the white space before it.
fn with_space(text: &str, range: &Range<u32>) -> Range<u32> {
    let before = &text.as_bytes()[..range.start as usize];
    let blank = before.iter().rev().take_while(|&&b| !is_ink(b)).count() as u32;
    range.start - blank..range.end
}
