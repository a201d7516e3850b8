//! Taking prints of texts, each region once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
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

/// Of which stretches, and around which removals, there are prints.
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
                unknown.insert(known.map(|(ink, _)| ink).collect());
            }
        }
        regions.spans.retain(|span| !self.covers(span));
        regions
            .marks
            .retain(|mark| self.0[&mark.removal].is_empty());
        Ok(())
    }

    fn covers(&self, span: &Span) -> bool {
        let mut at = span.ink.start;
        for part in &self.0[&span.origin] {
            if part.start <= at && at < part.end {
                at = part.end;
            }
        }
        at >= span.ink.end
    }

    fn add(&mut self, regions: &Regions) {
        for mark in &regions.marks {
            self.0.entry(mark.removal).or_default().push(0..0);
        }
        for span in &regions.spans {
            let known = self.0.entry(span.origin).or_default();
            known.push(span.ink.clone());
            known.sort_by_key(|part| (part.start, part.end));
        }
    }
}

/// What a program says.
pub(super) fn fact(statement: Statement, at: i64) -> Fact {
    Fact {
        id: new_fact_id(),
        at,
        by: String::new(),
        statement,
    }
}

/// One that is too large to be told is left out.
pub(super) fn append(ledger: &mut Ledger, mut facts: Vec<Fact>) -> Result<(), LedgerError> {
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
