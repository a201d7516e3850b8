//! Reading what people did.

use countersign_provenance::{Fact, OriginId, RemovalId};

use super::Ledger;
use super::facts::{bodies, facts, id_list};
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
            bodies(connection, sql, [id_list(&targets)])
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
            bodies(connection, sql, [by])
        })?;
        Ok(facts(&rows).next())
    }
}
