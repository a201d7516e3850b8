//! Taking prints of texts, each region once.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use countersign_provenance::{BlobId, Fact, FactId, Regions, Span, Statement, prints};

use crate::{Batch, Durability, Ledger, LedgerError, Record, new_fact_id};

/// Takes prints of all regions of these texts of which there are none yet; those
/// of texts that do not count are as good as none. `at` is UTC milliseconds since 1970.
pub(crate) fn print_missing(
    ledger: &mut Ledger,
    texts: &[BlobId],
    at: i64,
    counts: impl Fn(&BlobId) -> bool,
) -> Result<(), LedgerError> {
    let mut printed = Printed::default();
    let mut facts = Vec::new();
    for blob in texts {
        for mut text in ledger.texts_of_blob(blob)? {
            printed.retain_news(ledger, &mut text.regions, &counts)?;
            if text.regions.is_empty() {
                continue;
            }
            let Some(content) = ledger.snapshot(blob)? else {
                continue;
            };
            let regions = text.regions.fit(content.as_str());
            printed.add(&regions);
            let prints = prints(text.blob, text.path, text.bound, &content, &regions);
            facts.push(fact(Statement::Prints(prints), at));
        }
    }
    append(ledger, facts)
}

/// Of which stretches, and around which removals, there are prints: in ink,
/// sorted and apart from each other.
#[derive(Default)]
struct Printed(HashMap<FactId, Vec<Range<u32>>>);

impl Printed {
    fn retain_news(
        &mut self,
        ledger: &Ledger,
        regions: &mut Regions,
        counts: impl Fn(&BlobId) -> bool,
    ) -> Result<(), LedgerError> {
        let origins = regions.spans.iter().map(|span| span.origin);
        let removals = regions.marks.iter().map(|mark| mark.removal);
        for id in origins.chain(removals) {
            if let Entry::Vacant(unknown) = self.0.entry(id) {
                let known = ledger.printed(id)?.into_iter();
                let known = known.filter(|(_, blob)| counts(blob));
                unknown.insert(apart(known.map(|(ink, _)| ink).collect()));
            }
        }
        regions.spans.retain(|span| !self.covers(span));
        regions
            .marks
            .retain(|mark| self.0[&mark.removal].is_empty());
        Ok(())
    }

    fn covers(&self, span: &Span) -> bool {
        let parts = &self.0[&span.origin];
        let after = parts.partition_point(|part| part.start <= span.ink.start);
        let part = after.checked_sub(1).map(|at| &parts[at]);
        part.is_some_and(|part| span.ink.end <= part.end)
    }

    fn add(&mut self, regions: &Regions) {
        let mut touched = HashSet::new();
        let spans = regions.spans.iter();
        let spans = spans.map(|span| (span.origin, span.ink.clone()));
        let marks = regions.marks.iter().map(|mark| (mark.removal, 0..0));
        for (id, part) in spans.chain(marks) {
            self.0.entry(id).or_default().push(part);
            touched.insert(id);
        }
        for id in touched {
            let parts = self.0.remove(&id).unwrap_or_default();
            self.0.insert(id, apart(parts));
        }
    }
}

/// Sorts ranges and joins those that touch.
fn apart(mut parts: Vec<Range<u32>>) -> Vec<Range<u32>> {
    parts.sort_by_key(|part| (part.start, part.end));
    let mut joined: Vec<Range<u32>> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
            _ => joined.push(part),
        }
    }
    joined
}

/// What a program says.
fn fact(statement: Statement, at: i64) -> Fact {
    Fact {
        id: new_fact_id(),
        at,
        by: String::new(),
        statement,
    }
}

/// One that is too large to be told is left out.
fn append(ledger: &mut Ledger, mut facts: Vec<Fact>) -> Result<(), LedgerError> {
    facts.retain(|fact| Record::of(fact).is_ok());
    if facts.is_empty() {
        return Ok(());
    }
    let batch = Batch {
        facts,
        ..Batch::default()
    };
    ledger.append(&batch, Durability::Recoverable).map(drop)
}
