//! Putting a ledger right: whatever is found again from the facts is made anew from them. No fact is changed, and none
//! is taken away.

mod derived;
mod files;
mod salvage;
mod texts;

use rusqlite::Connection;

use super::Ledger;
use super::facts::bodies;
use crate::LedgerError;
pub use files::{Strays, strays, tidy};

/// What has been begun and not ended for so long, in milliseconds, never will be.
const ABANDONED: i64 = 7 * 24 * 60 * 60 * 1000;

/// What in a ledger does not agree with its facts, or was left lying.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wear {
    /// Whether an index of the database lacks rows of its table, or has others.
    pub indexes: bool,
    /// Rows that find facts again and do not agree with them, or lack.
    pub rows: usize,
    /// Facts whose text is kept and is found by none of its hashes, and hashes of no fact.
    pub hashes: usize,
    /// Kept texts that do not read as their names say.
    pub texts: usize,
    /// What was found in files of work trees, and cannot be read or rests on facts that are not here.
    pub looks: usize,
    /// Tool uses that an agent began more than a week ago and did not end.
    pub begun: usize,
}

impl Ledger {
    /// Looks for wear. Costs time with the size of the ledger. `at` is UTC milliseconds since 1970.
    pub fn wear(&self, at: i64) -> Result<Wear, LedgerError> {
        let format = crate::git::object_format(self.place());
        self.ask(|connection| {
            // One state of all tables, whoever writes meanwhile.
            let reading = connection.unchecked_transaction()?;
            let texts = texts::broken(&reading, format)?.len();
            // Of a text that is another one no hash says anything.
            let hashes = match texts {
                0 => derived::lost_hashes(&reading)?.count(),
                _ => 0,
            };
            Ok(Wear {
                indexes: !agree_with_tables(&reading)?,
                rows: derived::disagreeing(&reading)?,
                hashes,
                texts,
                looks: looks(&reading)?,
                begun: begun(&reading, at)?,
            })
        })
    }

    /// Puts right what [`Ledger::wear`] finds, and says what that was. Others may go on meanwhile.
    pub fn mend(&mut self, at: i64) -> Result<Wear, LedgerError> {
        let format = crate::git::object_format(self.place());
        let mut found = Wear {
            indexes: self.ask(|connection| Ok(!agree_with_tables(connection)?))?,
            ..Wear::default()
        };
        if found.indexes {
            self.ask(|connection| connection.execute_batch("REINDEX"))?;
        }
        found.texts = self.in_one_go(|connection| texts::drop_broken(connection, format))?;
        found.rows = self.in_one_go(derived::make_anew)?;
        found.hashes = self.in_one_go(derived::put_lost_hashes)?;
        found.looks = self.ask(looks)?;
        if found.looks > 0 {
            self.forget_looks()?;
        }
        found.begun = self.expire_pending("", at - ABANDONED)?;
        Ok(found)
    }

    /// Forgets what was found in the files of all work trees, and which texts no fact speaks of: all is read anew.
    pub fn forget_looks(&mut self) -> Result<(), LedgerError> {
        self.ask(|connection| {
            connection.execute_batch(
                "DELETE FROM looks; DELETE FROM looked; DELETE FROM strangers;
                 DELETE FROM meta WHERE key = 'looked_at_branches';",
            )
        })
    }
}

/// Whether each index holds what its table does. The pages themselves are sound: see `damage.rs`.
fn agree_with_tables(connection: &Connection) -> rusqlite::Result<bool> {
    let answer: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok(answer == "ok")
}

fn looks(connection: &Connection) -> rusqlite::Result<usize> {
    let sql = "SELECT count(*) FROM looks WHERE length(stat) != 40
                   OR worktree IN (SELECT worktree FROM looked
                                   WHERE seq > (SELECT coalesce(max(seq), 0) FROM facts))
                   OR worktree NOT IN (SELECT worktree FROM looked)";
    count(connection, sql)
}

/// The one number that a query gives.
fn count(connection: &Connection, sql: &str) -> rusqlite::Result<usize> {
    let number: u32 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(number as usize)
}

fn begun(connection: &Connection, at: i64) -> rusqlite::Result<usize> {
    let sql = "SELECT key FROM pending WHERE at < ?1";
    Ok(bodies(connection, sql, [at - ABANDONED])?.len())
}
