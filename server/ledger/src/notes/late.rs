//! What the notes tell of a text after others were made of it here: those were written down without it.

use std::collections::HashMap;

use countersign_provenance::carry::{Source, carry};
use countersign_provenance::removal::came_back;
use countersign_provenance::{Fact, Regions, Removal, RemovalId, Statement, TextFact};

use crate::store::fits;
use crate::{Ledger, LedgerError, Record, derived_fact_id};

/// So many of the newest texts of a path are told of.
const TOLD: usize = 16;

impl Ledger {
    /// What facts, not taken in yet, say of texts that were known here: carried on to the texts that have stood at their
    /// paths since.
    pub(super) fn told_late(
        &self,
        records: &[(Record, Option<Fact>)],
    ) -> Result<Vec<Fact>, LedgerError> {
        let facts: Vec<&Fact> = records
            .iter()
            .filter_map(|(_, fact)| fact.as_ref())
            .collect();
        let mut told = Vec::new();
        for fact in &facts {
            if let Statement::Text(text) = &fact.statement
                && !text.regions.is_empty()
                && let Some(known_at) = self.text_seq(&text.path, &text.blob)?
                && !self.has_fact(fact.id)?
            {
                told.extend(self.carried_on(fact, text, known_at, &facts)?);
            }
        }
        Ok(told)
    }

    /// The same of one of them. `known_at` is the first fact here about its text.
    fn carried_on(
        &self,
        fact: &Fact,
        said: &TextFact,
        known_at: i64,
        news: &[&Fact],
    ) -> Result<Vec<Fact>, LedgerError> {
        let before = self.snapshot(&said.blob)?;
        let Some(before) = before.filter(|before| fits(said, before.len())) else {
            return Ok(Vec::new());
        };
        let removals = self.removals_named(&said.regions, news)?;
        let mut told = Vec::new();
        let since = self.blobs_since(&said.path, known_at)?.into_iter();
        for blob in since.filter(|blob| *blob != said.blob).take(TOLD) {
            let Some(text) = self.snapshot(&blob)? else {
                continue;
            };
            let mut regions = carry(&[Source::new(&before, &said.regions)], &text).regions;
            regions.marks.retain(|mark| {
                let removal = removals.get(&mark.removal);
                !removal.is_some_and(|(removal, before)| {
                    came_back(before, &removal.removed, removal.occurrences, &text)
                })
            });
            let known = self.texts(&blob, &said.path)?;
            if regions.is_empty() || known.iter().any(|fact| fact.regions == regions) {
                continue;
            }
            let id = fact.id.to_string();
            told.push(Fact {
                id: derived_fact_id(&["late", &id, blob.as_str()]),
                at: fact.at,
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

    /// What the marks of a text stand for, by the ledger or by news, with the texts that it was taken from.
    fn removals_named(
        &self,
        regions: &Regions,
        news: &[&Fact],
    ) -> Result<HashMap<RemovalId, (Removal, String)>, LedgerError> {
        if regions.marks.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<RemovalId> = regions.marks.iter().map(|mark| mark.removal).collect();
        let mut removals = self.removals(&ids)?;
        removals.extend(news.iter().filter_map(|fact| match &fact.statement {
            Statement::Removal(removal) if ids.contains(&fact.id) => {
                Some((fact.id, removal.clone()))
            }
            _ => None,
        }));
        let mut named = HashMap::new();
        for (id, removal) in removals {
            if let Some(before) = self.snapshot(&removal.before)? {
                named.insert(id, (removal, before));
            }
        }
        Ok(named)
    }
}
