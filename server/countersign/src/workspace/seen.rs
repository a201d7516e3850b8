//! What was found out about texts that no fact spoke of, so that it is found out once.

use std::sync::Arc;

use countersign_ledger::{Appended, Batch, Durability, Ledger, LedgerError, new_fact_id};
use countersign_provenance::{BlobId, Fact, Statement, TextFact};

use super::clock;
use super::known::{From, Known, is_short};

/// An assistant that began so long ago, in milliseconds, and has not told its end, is not at work any more.
const AT_WORK: i64 = 10 * 60 * 1000;

/// Whether an assistant may be at work: what turns up now may be its own, and it will tell.
pub(super) fn is_agent_at_work(ledger: &Ledger) -> Result<bool, LedgerError> {
    ledger.is_anything_begun(clock::now() - AT_WORK)
}

/// Texts that were looked at.
pub(super) struct Seen {
    batch: Batch,
    strangers: Vec<BlobId>,
    lasting: Lasting,
}

/// Whether texts are worth more than a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lasting {
    /// They may be gone in a moment.
    No,
    /// Other clones will see them, who know no text before.
    Committed,
}

impl Seen {
    /// Texts on disk, before the first is looked at.
    pub(super) fn in_work_tree(ledger: &Ledger) -> Result<Self, LedgerError> {
        Self::begin(ledger, Lasting::No)
    }

    /// Texts of commits: what was carried to them is written down as well.
    pub(super) fn in_commits(ledger: &Ledger) -> Result<Self, LedgerError> {
        Self::begin(ledger, Lasting::Committed)
    }

    fn begin(ledger: &Ledger, lasting: Lasting) -> Result<Self, LedgerError> {
        let basis = Some(ledger.last_seq()?);
        let batch = Batch {
            basis,
            ..Batch::default()
        };
        Ok(Seen {
            batch,
            strangers: Vec::new(),
            lasting,
        })
    }

    /// Notes what was found of a text: its regions, or that there are none.
    pub(super) fn look(&mut self, path: &str, blob: &BlobId, text: &str, known: &Known) {
        let lasts = self.lasting == Lasting::Committed && !known.regions.is_empty();
        match known.from {
            From::Facts => {}
            From::Carried if !lasts => {}
            From::Nothing => self.strangers.push(blob.clone()),
            From::Carried | From::Elsewhere => {
                let fact = TextFact {
                    blob: blob.clone(),
                    path: path.to_owned(),
                    bound: is_short(text),
                    regions: known.regions.clone(),
                };
                let snapshot = (blob.clone(), Arc::new(text.to_owned()));
                self.batch.snapshots.push(snapshot);
                self.batch.facts.push(Fact {
                    id: new_fact_id(),
                    at: clock::now(),
                    by: String::new(),
                    statement: Statement::Text(fact),
                });
            }
        }
    }

    /// Notes the removals that end with what was seen.
    pub(super) fn end(&mut self, ended: Vec<Fact>) {
        self.batch.facts.extend(ended);
    }

    /// Whether any removal ends with what was seen.
    pub(super) fn ends_any(&self) -> bool {
        let mut facts = self.batch.facts.iter();
        facts.any(|fact| matches!(fact.statement, Statement::Returned(_)))
    }

    /// Keeps it; whether that went well. Where the ledger cannot be written, or an assistant may have written what
    /// looks like a person's copy, it is found out anew the next time.
    pub(super) fn keep(self, ledger: &mut Ledger) -> bool {
        let strangers = self.strangers.is_empty() || ledger.put_strangers(&self.strangers).is_ok();
        strangers && (self.batch.facts.is_empty() || self.keep_facts(ledger).unwrap_or(false))
    }

    fn keep_facts(&self, ledger: &mut Ledger) -> Result<bool, LedgerError> {
        if is_agent_at_work(ledger)? {
            return Ok(false);
        }
        let appended = ledger.append(&self.batch, Durability::Recoverable)?;
        Ok(appended == Appended::Now)
    }
}
