//! Questions about many texts at once.

use std::collections::{BTreeSet, HashSet};

use countersign_provenance::{BlobId, Fact, OriginId, RemovalId};

use super::Ledger;
use super::bodies::told;
use super::facts::{bodies, facts, id_list};
use crate::{LedgerError, spool};

impl Ledger {
    /// Every path that a text fact names.
    pub fn paths(&self) -> Result<BTreeSet<String>, LedgerError> {
        let rows =
            self.ask(|connection| bodies(connection, "SELECT DISTINCT path FROM texts", []))?;
        Ok(rows.into_iter().collect())
    }

    /// Blobs that were looked at, and hold no text that any fact speaks of.
    pub fn strangers(&self) -> Result<HashSet<BlobId>, LedgerError> {
        let rows = self.ask(|connection| bodies(connection, "SELECT blob FROM strangers", []))?;
        Ok(rows.into_iter().filter_map(BlobId::new).collect())
    }

    /// Whether this is one of them.
    pub fn is_stranger(&self, blob: &BlobId) -> Result<bool, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT 1 FROM strangers WHERE blob = ?1";
            connection.prepare_cached(sql)?.exists([blob.as_str()])
        })
    }

    /// Those of these blobs that were looked at so.
    pub fn strangers_among(&self, blobs: &[BlobId]) -> Result<HashSet<BlobId>, LedgerError> {
        if blobs.is_empty() {
            return Ok(HashSet::new());
        }
        let rows = self.ask(|connection| {
            let sql = "SELECT blob FROM strangers WHERE blob IN (SELECT value FROM json_each(?1))";
            bodies(connection, sql, [blob_list(blobs)])
        })?;
        Ok(rows.into_iter().filter_map(BlobId::new).collect())
    }

    /// Remembers such blobs.
    pub fn put_strangers(&mut self, blobs: &[BlobId]) -> Result<(), LedgerError> {
        self.ask(|connection| {
            let sql = "INSERT OR IGNORE INTO strangers SELECT value FROM json_each(?1)";
            connection.prepare_cached(sql)?.execute([blob_list(blobs)])
        })?;
        Ok(())
    }

    /// What others know may speak of texts that nobody knew: they are looked at
    /// anew, and with them what stands in commits.
    pub(crate) fn forget_strangers(&mut self) -> Result<(), LedgerError> {
        self.ask(|connection| {
            connection.execute_batch("DELETE FROM strangers; UPDATE looked SET head = NULL;")
        })
    }

    /// The number of the first fact that names this blob at this path.
    pub fn text_seq(&self, path: &str, blob: &BlobId) -> Result<Option<i64>, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT min(seq) FROM texts WHERE blob = ?1 AND path = ?2";
            connection
                .prepare_cached(sql)?
                .query_row([blob.as_str(), path], |row| row.get(0))
        })
    }

    /// The facts that say who wrote what: of these origins, and what is known
    /// better of parts of them.
    pub fn origin_facts(&self, ids: &[OriginId]) -> Result<Vec<Fact>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT body FROM facts
                       WHERE id IN (SELECT value FROM json_each(?1)) AND kind = 'origin'
                       UNION ALL
                       SELECT body FROM facts WHERE seq IN (SELECT seq FROM evidence_on
                       WHERE origin IN (SELECT value FROM json_each(?1)))";
            told(connection, sql, [id_list(ids)])
        })?;
        Ok(facts(&rows).collect())
    }

    /// The facts about these removals: what was taken away, and whether it is
    /// back elsewhere.
    pub fn removal_facts(&self, ids: &[RemovalId]) -> Result<Vec<Fact>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT body FROM facts
                       WHERE id IN (SELECT value FROM json_each(?1)) AND kind = 'removal'
                       UNION ALL
                       SELECT body FROM facts WHERE seq IN (SELECT seq FROM returned
                       WHERE removal IN (SELECT value FROM json_each(?1)))";
            told(connection, sql, [id_list(ids)])
        })?;
        Ok(facts(&rows).collect())
    }

    /// Takes in what hooks had to leave beside the ledger.
    pub fn take_in_spool(&mut self) -> Result<(), LedgerError> {
        spool::take_in(self)
    }
}

/// For `json_each`: one statement serves any number of blobs.
fn blob_list(blobs: &[BlobId]) -> String {
    let list: Vec<&str> = blobs.iter().map(BlobId::as_str).collect();
    serde_json::to_string(&list).expect("a list of strings is JSON")
}
