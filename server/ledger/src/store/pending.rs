//! What agents have begun, and which events were told.

use rusqlite::{OptionalExtension as _, Row, params};

use super::Ledger;
use crate::{Appended, Batch, Durability, LedgerError, Pending};

impl Ledger {
    /// Remembers something begun; what was begun before under the same key stays.
    pub fn put_pending(&mut self, pending: Pending) -> Result<(), LedgerError> {
        let batch = Batch {
            pending: Some(pending),
            ..Batch::default()
        };
        self.append(&batch, Durability::Recoverable)
            .map(|_: Appended| ())
    }

    /// Something begun. [`Batch::done_pending`] ends it.
    pub fn pending(&self, key: &str) -> Result<Option<Pending>, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT key, at, body FROM pending WHERE key = ?1";
            connection
                .prepare_cached(sql)?
                .query_row([key], read)
                .optional()
        })
    }

    /// All begun whose key starts so, in the order of their keys.
    pub fn pending_with_prefix(&self, prefix: &str) -> Result<Vec<Pending>, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT key, at, body FROM pending
                       WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key";
            let mut query = connection.prepare_cached(sql)?;
            query.query_map([prefix], read)?.collect()
        })
    }

    /// Whether anything was begun since then (UTC milliseconds) and has not ended.
    pub fn is_anything_begun(&self, since: i64) -> Result<bool, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT 1 FROM pending WHERE at >= ?1";
            connection.prepare_cached(sql)?.exists([since])
        })
    }

    /// Ends something begun and says what it was. Only one caller gets it.
    pub fn take_pending(&mut self, key: &str) -> Result<Option<Pending>, LedgerError> {
        self.ask(|connection| {
            let sql = "DELETE FROM pending WHERE key = ?1 RETURNING key, at, body";
            connection
                .prepare_cached(sql)?
                .query_row([key], read)
                .optional()
        })
    }

    /// Forgets what was begun before `cutoff` (UTC milliseconds) under keys
    /// that start so. Returns how many.
    pub fn expire_pending(&mut self, prefix: &str, cutoff: i64) -> Result<usize, LedgerError> {
        self.ask(|connection| {
            let sql = "DELETE FROM pending WHERE at < ?2 AND substr(key, 1, length(?1)) = ?1";
            connection
                .prepare_cached(sql)?
                .execute(params![prefix, cutoff])
        })
    }

    /// Forgets events that were told before `cutoff` (UTC milliseconds), but the
    /// last one of each agent. Told again, they would count again.
    pub fn expire_events(&mut self, cutoff: i64) -> Result<usize, LedgerError> {
        self.ask(|connection| {
            let sql = "DELETE FROM events WHERE at < ?1 AND key NOT IN (SELECT key FROM (
                           SELECT key, max(at) FROM events WHERE instr(key, char(10))
                           GROUP BY substr(key, 1, instr(key, char(10)))))";
            connection.prepare_cached(sql)?.execute([cutoff])
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Pending> {
    Ok(Pending {
        key: row.get(0)?,
        at: row.get(1)?,
        body: row.get(2)?,
    })
}
