//! Reading who wrote what, and what was taken away.

use std::collections::{BTreeSet, HashMap, HashSet};

use countersign_provenance::{
    Fact, FactId, Origin, OriginId, Removal, RemovalId, Statement, Stretch,
};

use super::Ledger;
use super::bodies::told;
use super::facts::{bodies, facts, id_list};
use crate::LedgerError;

impl Ledger {
    /// Who wrote what. Ids that are unknown, or name something else, are left out.
    pub fn origins(&self, ids: &[OriginId]) -> Result<HashMap<OriginId, Origin>, LedgerError> {
        let facts = self.facts_of_kind("origin", ids)?.into_iter();
        Ok(facts
            .filter_map(|fact| match fact.statement {
                Statement::Origin(origin) => Some((fact.id, origin)),
                _ => None,
            })
            .collect())
    }

    /// What is known better of stretches of these origins, in any order.
    pub fn evidence_on(&self, ids: &[OriginId]) -> Result<Vec<(Stretch, Origin)>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT body FROM facts WHERE seq IN (SELECT seq FROM evidence_on
                       WHERE origin IN (SELECT value FROM json_each(?1)))";
            told(connection, sql, [id_list(ids)])
        })?;
        let asked: HashSet<&OriginId> = ids.iter().collect();
        let mut known = Vec::new();
        for fact in facts(&rows) {
            let Statement::Evidence { stretches, origin } = fact.statement else {
                continue;
            };
            let parts = stretches
                .into_iter()
                .filter(|part| asked.contains(&part.origin));
            known.extend(parts.map(|part| (part, origin.clone())));
        }
        Ok(known)
    }

    /// What was taken away. Ids that are unknown are left out.
    pub fn removals(&self, ids: &[RemovalId]) -> Result<HashMap<RemovalId, Removal>, LedgerError> {
        let facts = self.facts_of_kind("removal", ids)?.into_iter();
        Ok(facts.filter_map(as_removal).collect())
    }

    /// The paths of texts that are said to have the mark of a removal.
    pub fn paths_naming(&self, removal: RemovalId) -> Result<BTreeSet<String>, LedgerError> {
        let paths = self.ask(|connection| {
            let sql = "SELECT DISTINCT path FROM named WHERE id = ?1";
            bodies(connection, sql, [removal.to_string()])
        })?;
        Ok(paths.into_iter().collect())
    }

    /// What newer facts than this sequence number say was taken away at a path.
    pub fn removals_since(
        &self,
        path: &str,
        seq: i64,
    ) -> Result<Vec<(RemovalId, Removal)>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT f.body FROM removals r JOIN facts f USING (seq)
                       WHERE r.path = ?1 AND r.seq > ?2 ORDER BY r.seq";
            told(connection, sql, (path, seq))
        })?;
        Ok(facts(&rows).filter_map(as_removal).collect())
    }

    /// Those of these removals whose text stands elsewhere again.
    pub fn returned(&self, ids: &[RemovalId]) -> Result<HashSet<RemovalId>, LedgerError> {
        let rows: Vec<String> = self.ask(|connection| {
            let sql = "SELECT DISTINCT removal FROM returned
                       WHERE removal IN (SELECT value FROM json_each(?1))";
            bodies(connection, sql, [id_list(ids)])
        })?;
        Ok(rows.iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// Deleted files that did not turn up elsewhere, with what was confirmed of
    /// them too: see [`Ledger::acts_on`].
    pub fn removals_of_deleted(&self) -> Result<Vec<(RemovalId, Removal)>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT f.body FROM removals r JOIN facts f USING (seq)
                       WHERE r.whole_file AND f.id NOT IN (SELECT removal FROM returned)
                       ORDER BY r.seq";
            told(connection, sql, [])
        })?;
        Ok(facts(&rows).filter_map(as_removal).collect())
    }

    /// Every file that an assistant ever deleted, also where it turned up again.
    pub(super) fn removals_of_all_deleted(&self) -> Result<Vec<(RemovalId, Removal)>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT f.body FROM removals r JOIN facts f USING (seq) WHERE r.whole_file";
            told(connection, sql, [])
        })?;
        Ok(facts(&rows).filter_map(as_removal).collect())
    }

    fn facts_of_kind(&self, kind: &str, ids: &[FactId]) -> Result<Vec<Fact>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT body FROM facts
                       WHERE id IN (SELECT value FROM json_each(?2)) AND kind = ?1";
            told(connection, sql, [kind, &id_list(ids)])
        })?;
        Ok(facts(&rows).collect())
    }
}

fn as_removal(fact: Fact) -> Option<(RemovalId, Removal)> {
    match fact.statement {
        Statement::Removal(removal) => Some((fact.id, removal)),
        _ => None,
    }
}
