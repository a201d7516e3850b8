//! What went from files when editors saved them while an agent was at work: the agent did not take it away.

use std::ops::Range;

use countersign_provenance::BlobId;
use rusqlite::{Row, params};

use super::Ledger;
use super::caches::ranges;
use crate::LedgerError;

/// So many of the newest are kept.
const KEPT: i64 = 1000;

/// What went from a file when an editor saved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    /// The text that stood there before.
    pub before: BlobId,
    /// What the editor's text has no more, in bytes of the text before: sorted and disjoint.
    pub gone: Vec<Range<u32>>,
}

impl Ledger {
    /// Notes what went from a file when an editor saved it.
    pub fn put_save(&mut self, worktree: &str, path: &str, save: &Save) -> Result<(), LedgerError> {
        let rows: Vec<(u32, u32)> = save.gone.iter().map(|r| (r.start, r.end)).collect();
        let gone = serde_json::to_string(&rows).expect("pairs of numbers are JSON");
        self.in_one_go(|connection| {
            let sql = "INSERT INTO saves (worktree, path, before, gone) VALUES (?1, ?2, ?3, ?4)";
            let row = params![worktree, path, save.before.as_str(), gone];
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
            let sql = "SELECT before, gone FROM saves
                       WHERE number > ?3 AND worktree = ?1 AND path = ?2 ORDER BY number";
            let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            connection
                .prepare_cached(sql)?
                .query_map(params![worktree, path, number], row)?
                .collect()
        })?;
        let save = |(before, gone): (String, String)| {
            Some(Save {
                before: BlobId::new(before)?,
                gone: ranges(&gone),
            })
        };
        Ok(rows.into_iter().filter_map(save).collect())
    }
}
