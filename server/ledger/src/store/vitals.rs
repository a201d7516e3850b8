//! Questions about the ledger itself, for who looks after it.

use std::path::PathBuf;
use std::time::Instant;

use rusqlite::OptionalExtension as _;

use super::{Ledger, beside, damage, fault, file_of};
use crate::LedgerError;

/// How a ledger is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vitals {
    /// Its file.
    pub file: PathBuf,
    /// The bytes of the file and its log.
    pub bytes: u64,
    /// How many facts it holds.
    pub facts: i64,
    /// Who may do what with the file, as `chmod` has it, such as `0o600`. `None` where the system has no such thing.
    pub mode: Option<u32>,
    /// Whether all of its pages make sense.
    pub is_sound: bool,
}

impl Ledger {
    /// Reads the whole file through, which costs time with its size. Where it
    /// is not sound, the next opener sets it aside.
    pub fn vitals(&self) -> Result<Vitals, LedgerError> {
        let file = file_of(self.place());
        let facts = self.ask(|connection| {
            connection.query_row("SELECT count(*) FROM facts", [], |row| row.get(0))
        })?;
        let began = Instant::now();
        let is_sound = match damage::is_sound(&self.connection) {
            Err(error) if fault::is_damage(&error) => false,
            other => other.map_err(|error| self.fault(error, began))?,
        };
        if !is_sound {
            damage::suspect(&file);
        }
        let size = |file: &PathBuf| std::fs::metadata(file).map_or(0, |about| about.len());
        Ok(Vitals {
            bytes: size(&file) + size(&beside(&file, "-wal")),
            mode: mode(&file),
            file,
            facts,
            is_sound,
        })
    }

    /// Whether it holds no fact, and no hook has spoken to it of late.
    pub(crate) fn has_heard_nothing(&self) -> Result<bool, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT NOT EXISTS (SELECT 1 FROM facts)
                          AND NOT EXISTS (SELECT 1 FROM events)
                          AND NOT EXISTS (SELECT 1 FROM pending)";
            connection.query_row(sql, [], |row| row.get(0))
        })
    }

    /// When an agent's hook was last heard, in UTC milliseconds. `agent` is the
    /// first line of the keys of its events and of what it has begun.
    pub fn last_heard(&self, agent: &str) -> Result<Option<i64>, LedgerError> {
        let prefix = format!("{agent}\n");
        self.ask(|connection| {
            let sql = "SELECT max(at) FROM (
                           SELECT at FROM events WHERE substr(key, 1, length(?1)) = ?1
                           UNION ALL
                           SELECT at FROM pending WHERE substr(key, 1, length(?1)) = ?1)";
            let heard = connection.query_row(sql, [prefix], |row| row.get(0));
            heard.optional().map(Option::flatten)
        })
    }
}

#[cfg(unix)]
fn mode(file: &std::path::Path) -> Option<u32> {
    let about = std::fs::metadata(file).ok()?;
    Some(std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o7777)
}

#[cfg(not(unix))]
fn mode(_: &std::path::Path) -> Option<u32> {
    None
}
