//! What the notes tell of a text after others were made of it here: those were written down without it.

use countersign_provenance::carry::{Source, carry};
use countersign_provenance::{Fact, Statement, TextFact};

use crate::store::fits;
use crate::{Ledger, LedgerError, Record, derived_fact_id};

/// So many of the newest texts of a path are told of.
const TOLD: usize = 16;

/// A fact that has come, about a text that was known here.
pub(super) struct Late {
    fact: Fact,
    /// The first fact here that is about it.
    known_at: i64,
}

impl Ledger {
    /// Which of these facts, not taken in yet, come late.
    pub(super) fn late_among(
        &self,
        records: &[(Record, Option<Fact>)],
    ) -> Result<Vec<Late>, LedgerError> {
        let mut late = Vec::new();
        for fact in records.iter().filter_map(|(_, fact)| fact.as_ref()) {
            if let Statement::Text(text) = &fact.statement
                && !text.regions.is_empty()
                && let Some(known_at) = self.text_seq(&text.path, &text.blob)?
                && !self.has_fact(fact.id)?
            {
                let fact = fact.clone();
                late.push(Late { fact, known_at });
            }
        }
        Ok(late)
    }

    /// Carries what came late on to the texts that have stood at the path since.
    pub(super) fn tell_late(&mut self, late: &[Late]) -> Result<(), LedgerError> {
        let mut told = Vec::new();
        for late in late {
            told.extend(self.told_late(late)?);
        }
        let told = told.into_iter();
        let told = told.map(|fact| Ok((Record::of(&fact)?, Some(fact))));
        self.take_in_read(told.collect::<Result<_, LedgerError>>()?)
    }

    fn told_late(&self, late: &Late) -> Result<Vec<Fact>, LedgerError> {
        let Statement::Text(said) = &late.fact.statement else {
            return Ok(Vec::new());
        };
        let before = self.snapshot(&said.blob)?;
        let Some(before) = before.filter(|before| fits(said, before.len())) else {
            return Ok(Vec::new());
        };
        let mut told = Vec::new();
        let since = self.blobs_since(&said.path, late.known_at)?.into_iter();
        for blob in since.filter(|blob| *blob != said.blob).take(TOLD) {
            let Some(text) = self.snapshot(&blob)? else {
                continue;
            };
            let regions = carry(&[Source::new(&before, &said.regions)], &text).regions;
            let known = self.texts(&blob, &said.path)?;
            if regions.is_empty() || known.iter().any(|fact| fact.regions == regions) {
                continue;
            }
            let id = late.fact.id.to_string();
            told.push(Fact {
                id: derived_fact_id(&["late", &id, blob.as_str()]),
                at: late.fact.at,
                by: String::new(),
                statement: Statement::Text(TextFact {
                    blob,
                    path: said.path.clone(),
                    bound: true,
                    regions,
                }),
            });
        }
        Ok(told)
    }
}
