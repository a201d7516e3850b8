//! What editors saved while an agent was at work: what went by that, the agent did not take away.

use countersign_provenance::BlobId;
use rusqlite::{Row, params};

use super::Ledger;
use crate::LedgerError;

/// So many of the newest are kept.
const KEPT: i64 = 1000;

/// A file that an editor saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    /// The text that stood there before.
    pub before: BlobId,
    /// The editor's text.
    pub after: BlobId,
}

impl Ledger {
    /// Notes that an editor saved a file.
    pub fn put_save(&mut self, worktree: &str, path: &str, save: &Save) -> Result<(), LedgerError> {
        self.in_one_go(|connection| {
            let sql = "INSERT INTO saves (worktree, path, before, after) VALUES (?1, ?2, ?3, ?4)";
            let row = params![worktree, path, save.before.as_str(), save.after.as_str()];
            let number = connection.prepare_cached(sql)?.insert(row)?;
            let sql = "DELETE FROM saves WHERE number <= ?1";
            connection.prepare_cached(sql)?.execute([number - KEPT])?;
            Ok(())
        })
    }

    /// The number of the newest save that was noted; 0 where none was.
    pub fn last_save(&self) -> Result<i64, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT coalesce(max(number), 0) FROM saves";
            connection
                .prepare_cached(sql)?
                .query_row([], |row| row.get(0))
        })
    }

    /// The saves of a path with higher numbers, in their order.
    pub fn saves_since(
        &self,
        worktree: &str,
        path: &str,
        number: i64,
    ) -> Result<Vec<Save>, LedgerError> {
        let rows: Vec<(String, String)> = self.ask(|connection| {
            let sql = "SELECT before, after FROM saves
                       WHERE number > ?3 AND worktree = ?1 AND path = ?2 ORDER BY number";
            let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            connection
                .prepare_cached(sql)?
                .query_map(params![worktree, path, number], row)?
                .collect()
        })?;
        let save = |(before, after): (String, String)| {
            Some(Save {
                before: BlobId::new(before)?,
                after: BlobId::new(after)?,
            })
        };
        Ok(rows.into_iter().filter_map(save).collect())
    }
}
