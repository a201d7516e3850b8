//! Reading what people did.

use countersign_provenance::{Fact, FactId, OriginId, RemovalId, Statement};

use super::Ledger;
use super::bodies::told;
use super::facts::{facts, id_list};
use crate::LedgerError;

impl Ledger {
    /// The acts on any of these, each once and none that was taken back. They
    /// may cover other origins besides.
    pub fn acts_on(
        &self,
        origins: &[OriginId],
        removals: &[RemovalId],
    ) -> Result<Vec<Fact>, LedgerError> {
        let targets = [origins, removals].concat();
        let rows = self.ask(|connection| {
            let sql = "SELECT body FROM facts
                       WHERE seq IN (SELECT seq FROM act_on
                                     WHERE target IN (SELECT value FROM json_each(?1)))
                         AND NOT EXISTS (SELECT 1 FROM undone WHERE fact = facts.id)
                       ORDER BY seq";
            told(connection, sql, [id_list(&targets)])
        })?;
        Ok(facts(&rows).collect())
    }

    /// This person's newest act, as it came into this ledger, that was not taken back.
    pub fn last_act(&self, by: &str) -> Result<Option<Fact>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT body FROM facts
                       WHERE person = ?1 AND kind IN ('confirm', 'claim', 'reject')
                         AND NOT EXISTS (SELECT 1 FROM undone WHERE fact = facts.id)
                       ORDER BY seq DESC LIMIT 1";
            told(connection, sql, [by])
        })?;
        Ok(facts(&rows).next())
    }

    /// The facts of what this person said last, as it came into this ledger, and
    /// did not take back: an act, or all that one mark says. Newest first.
    pub fn last_said(&self, by: &str) -> Result<Vec<Fact>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT body FROM facts
                       WHERE person = ?1 AND kind IN ('origin', 'evidence', 'text')
                         AND NOT EXISTS (SELECT 1 FROM undone WHERE fact = facts.id)
                         AND seq > (SELECT coalesce(max(seq), 0) FROM facts
                                    WHERE person = ?1 AND kind IN ('confirm', 'claim', 'reject')
                                      AND NOT EXISTS (SELECT 1 FROM undone WHERE fact = facts.id))
                       ORDER BY seq DESC";
            told(connection, sql, [by])
        })?;
        let mut marks: Vec<Fact> = facts(&rows).collect();
        let Some(newest) = marks.iter().find(|fact| !is_text(fact)) else {
            return Ok(self.last_act(by)?.into_iter().collect());
        };
        let at = newest.at;
        marks.retain(|fact| fact.at == at);
        Ok(marks)
    }

    /// Whether anything was taken back or moved: only then do the regions of a
    /// text say something else than its facts.
    pub fn has_second_thoughts(&self) -> Result<bool, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM undone)
                           OR EXISTS (SELECT 1 FROM facts WHERE kind = 'moved')";
            connection
                .prepare_cached(sql)?
                .query_row([], |row| row.get(0))
        })
    }

    /// What says that text of any of these origins was moved.
    pub fn moves_of(&self, origins: &[OriginId]) -> Result<Vec<Fact>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT body FROM facts WHERE kind = 'moved'
                       AND seq IN (SELECT seq FROM evidence_on
                                   WHERE origin IN (SELECT value FROM json_each(?1)))";
            told(connection, sql, [id_list(origins)])
        })?;
        Ok(facts(&rows).collect())
    }

    /// What takes back any of these facts.
    pub fn undos_of(&self, ids: &[FactId]) -> Result<Vec<Fact>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT body FROM facts
                       WHERE seq IN (SELECT seq FROM undone
                                     WHERE fact IN (SELECT value FROM json_each(?1)))";
            told(connection, sql, [id_list(ids)])
        })?;
        Ok(facts(&rows).collect())
    }
}

fn is_text(fact: &Fact) -> bool {
    matches!(fact.statement, Statement::Text(_))
}
