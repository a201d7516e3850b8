//! What a person does: confirm, claim, take back.

use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

use countersign_ledger::{Batch, Durability, Ledger, Place, git, new_fact_id};
use countersign_provenance::review::{Authored, Knowledge, State};
use countersign_provenance::{
    Act, ActKind, BlobId, Fact, Level, Mark, Regions, RemovalId, Span, Statement, Stretch, Text,
    is_ink,
};

use super::Fault;
use super::deleted::deleted;
use super::file::Named;
use super::known::knowledge_of;

/// What a person says with an act.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    /// How well they know the text.
    pub(crate) level: Level,
    /// Free words.
    pub(crate) note: Option<String>,
    /// Question id and answer.
    pub(crate) answers: Vec<(String, String)>,
}

/// A text on which somebody acts.
pub(crate) struct Subject<'a> {
    /// Its repository.
    pub(crate) place: &'a Place,
    /// Relative to the work tree.
    pub(crate) path: &'a str,
    /// Its name.
    pub(crate) blob: BlobId,
}

/// Whether an act of this kind changes anything on a region in this state.
pub(crate) fn is_subject(kind: ActKind, state: State) -> bool {
    match kind {
        ActKind::Confirm => state != State::Confirmed && state != State::Claimed,
        ActKind::Claim | ActKind::Reject => state != State::Claimed,
    }
}

/// Who stands behind an act: the person as git knows them, if a person acts.
pub(crate) fn person(place: &Place) -> Result<String, Fault> {
    Ok(git::identity(place)?)
}

/// What an act is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Covered {
    /// The text.
    pub(crate) stretches: Vec<Stretch>,
    /// What was taken away.
    pub(crate) removals: Vec<RemovalId>,
    /// Such of it as has no text in its place.
    lone: BTreeSet<RemovalId>,
    /// Lines of text, without blank ones.
    pub(crate) lines: u32,
}

impl Covered {
    /// How many removals a person is told of: what has text in its place is told of with that.
    pub(crate) fn told_removals(&self) -> u32 {
        let told = match self.stretches.is_empty() {
            true => self.removals.len(),
            false => self.lone.len(),
        };
        told as u32
    }

    /// Whether there is nothing to act upon.
    pub(crate) fn is_empty(&self) -> bool {
        self.stretches.is_empty() && self.removals.is_empty()
    }

    /// What of this is named: parts of the named stretches, and named removals. It covers what stands in `text`.
    pub(crate) fn only(
        mut self,
        text: &Text,
        raw: &Regions,
        stretches: &[Stretch],
        removals: &[RemovalId],
    ) -> Self {
        let named = |own: &Stretch| {
            let same = stretches.iter().filter(|named| named.origin == own.origin);
            same.filter_map(|named| {
                let ink = named.ink.start.max(own.ink.start)..named.ink.end.min(own.ink.end);
                (!ink.is_empty()).then_some(Stretch {
                    origin: own.origin,
                    ink,
                })
            })
            .collect::<Vec<_>>()
        };
        self.stretches = self.stretches.iter().flat_map(named).collect();
        self.removals.retain(|removal| removals.contains(removal));
        self.lone.retain(|removal| removals.contains(removal));
        let places = raw.spans.iter().flat_map(|span| {
            let here = self
                .stretches
                .iter()
                .filter(|stretch| stretch.origin == span.origin);
            here.filter_map(|stretch| place_of(text, span, &stretch.ink))
        });
        self.lines = inked_lines(text, places);
        self
    }
}

/// Where a part of a span stands, given in ink as the span's own is.
fn place_of(text: &Text, span: &Span, ink: &Range<u32>) -> Option<Range<u32>> {
    let part = ink.start.max(span.ink.start)..ink.end.min(span.ink.end);
    let slice = text.slice(span.bytes.clone());
    let inked = slice.bytes().enumerate().filter(|(_, byte)| is_ink(*byte));
    let mut inside = inked
        .skip((part.start - span.ink.start) as usize)
        .take(part.len());
    let (first, _) = inside.next()?;
    let last = inside.last().map_or(first, |(last, _)| last);
    Some(span.bytes.start + first as u32..span.bytes.start + last as u32 + 1)
}

/// How many lines ranges touch, without blank ones.
pub(super) fn inked_lines(text: &Text, ranges: impl Iterator<Item = Range<u32>>) -> u32 {
    let touched = ranges.flat_map(|range| text.line_of(range.start)..=text.line_of(range.end - 1));
    let lines: BTreeSet<u32> = touched.collect();
    let inked = |line: &&u32| text.ink(text.line_start(**line)..text.line_start(**line + 1)) > 0;
    lines.iter().filter(inked).count() as u32
}

/// The bytes of some lines (from 1, both ends in). All of them have to be there: who names others has another text in
/// mind.
pub(crate) fn bytes_of_lines(
    path: &str,
    text: &Text,
    lines: &RangeInclusive<u32>,
) -> Result<Range<u32>, Fault> {
    let last = text.line_of(text.len().saturating_sub(1)) + 1;
    let (first, end) = (*lines.start(), *lines.end());
    if end > last {
        let none = first.max(last + 1);
        let message = format!("{path} ends with line {last}: it has no line {none}");
        return Err(Fault::Usage(message));
    }
    Ok(text.line_start(first - 1)..text.line_start(end))
}

/// What an act of this kind covers in ranges of a text (bytes, sorted, disjoint).
pub(crate) fn covered(
    knowledge: &Knowledge,
    text: &Text,
    raw: &Regions,
    kind: ActKind,
    ranges: &[Range<u32>],
) -> Covered {
    let mut covered = Covered::default();
    let mut places = Vec::new();
    let (marks, lone) = shown_marks(knowledge, text, raw);
    for range in ranges {
        let inside = Regions {
            spans: raw.within(text, range.clone()),
            marks: Vec::new(),
        };
        for (span, state) in knowledge.states(text, &inside) {
            if is_subject(kind, state) {
                covered.stretches.push(span.stretch());
                places.push(span.bytes);
            }
        }
        let at_end = range.end == text.len();
        let inside = marks.iter().filter(|mark| {
            range.start <= mark.at && (mark.at < range.end || at_end && mark.at == range.end)
        });
        let open = |mark: &&Mark| {
            knowledge
                .removal_state(mark.removal)
                .is_some_and(|state| is_subject(kind, state))
        };
        covered
            .removals
            .extend(inside.filter(open).map(|mark| mark.removal));
    }
    let is_told = |id: &&RemovalId| lone.contains(*id);
    covered.lone = covered.removals.iter().filter(is_told).copied().collect();
    covered.lines = inked_lines(text, places.into_iter());
    covered
}

/// The marks where people see them: that of text with other text in its place
/// is in that text. Also which have none.
fn shown_marks(
    knowledge: &Knowledge,
    text: &Text,
    raw: &Regions,
) -> (Vec<Mark>, BTreeSet<RemovalId>) {
    let (mut marks, mut lone) = (raw.marks.clone(), BTreeSet::new());
    if marks.is_empty() {
        return (marks, lone);
    }
    for region in knowledge.review(text, raw, &[], Authored::ByHand) {
        if region.is_removal() {
            lone.extend(&region.removals);
            continue;
        }
        for mark in marks
            .iter_mut()
            .filter(|mark| region.removals.contains(&mark.removal))
        {
            mark.at = mark.at.clamp(region.bytes.start, region.bytes.end - 1);
        }
    }
    (marks, lone)
}

/// Says something about regions. The fact is on the disk when this returns.
pub(crate) fn act(
    ledger: &mut Ledger,
    subject: &Subject<'_>,
    kind: ActKind,
    covered: &Covered,
    words: Words,
    at: i64,
) -> Result<Fact, Fault> {
    let by = person(subject.place)?;
    let statement = Statement::Act(Act {
        kind,
        level: words.level,
        note: words.note,
        answers: words.answers,
        blob: subject.blob.clone(),
        path: subject.path.to_owned(),
        stretches: covered.stretches.clone(),
        removals: covered.removals.clone(),
    });
    let fact = Fact {
        id: new_fact_id(),
        at,
        by,
        statement,
    };
    let batch = Batch {
        facts: vec![fact.clone()],
        ..Batch::default()
    };
    ledger.append(&batch, Durability::Durable)?;
    Ok(fact)
}

/// Takes back what the person said last: an act, or a mark. All that was taken back, newest first.
pub(crate) fn undo(ledger: &mut Ledger, place: &Place, at: i64) -> Result<Vec<Fact>, Fault> {
    let by = person(place)?;
    let said = ledger.last_said(&by)?;
    if said.is_empty() {
        return Err(Fault::NothingThere {
            place: format!("the ledger of {}", place.root.display()),
            verb: "undo",
        });
    }
    // The regions of a text are nobody's word, and follow from what is.
    let words = said
        .iter()
        .filter(|fact| !matches!(fact.statement, Statement::Text(_)));
    let undos = words.map(|fact| Fact {
        id: new_fact_id(),
        at,
        by: by.clone(),
        statement: Statement::Undo(fact.id),
    });
    let facts = undos.collect();
    let batch = Batch {
        facts,
        ..Batch::default()
    };
    ledger.append(&batch, Durability::Durable)?;
    Ok(said)
}

/// What was taken back, in a word, and the file that it was about, where that is known.
pub(crate) fn undone(said: &[Fact]) -> (&'static str, Option<&str>) {
    let act = said.iter().find_map(|fact| match &fact.statement {
        Statement::Act(act) => Some((act.kind, &*act.path)),
        _ => None,
    });
    match act {
        Some((ActKind::Confirm, path)) => ("confirmation", Some(path)),
        Some((ActKind::Claim, path)) => ("claim", Some(path)),
        Some((ActKind::Reject, path)) => ("rejection", Some(path)),
        None => {
            let path = said.iter().find_map(|fact| match &fact.statement {
                Statement::Text(text) => Some(&*text.path),
                _ => None,
            });
            ("mark", path)
        }
    }
}

/// Where a file is gone: what an act on it covers, and the name of its last text.
pub(crate) fn of_deleted(
    ledger: &Ledger,
    named: &Named,
    kind: ActKind,
) -> Result<Option<(Covered, BlobId)>, Fault> {
    let Some(deleted) = deleted(ledger, &named.place, &named.path)? else {
        return Ok(None);
    };
    let raw = deleted.regions;
    let knowledge = knowledge_of(ledger, [&raw])?;
    let all = std::slice::from_ref(&(0..0));
    let covered = covered(&knowledge, &Text::from(""), &raw, kind, all);
    Ok(Some((covered, deleted.before)))
}
