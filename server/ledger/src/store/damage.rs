//! A ledger whose bytes make no sense is set aside, never deleted.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Result};

use super::beside;
use crate::LedgerError;

/// Says to the next opener: look closely.
pub(super) fn suspect(file: &Path) {
    if let Err(error) = fs::write(beside(file, ".suspect"), "") {
        tracing::warn!(%error, "cannot leave word that the ledger is damaged");
    }
}

/// Whether a query met damage before.
pub(super) fn is_suspect(file: &Path) -> bool {
    beside(file, ".suspect").exists()
}

/// Reads the whole file through; costs time with its size.
pub(super) fn is_sound(connection: &Connection) -> Result<bool> {
    let answer: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(answer == "ok")
}

/// Takes back the word of [`suspect`].
pub(super) fn clear(file: &Path) {
    let _ = fs::remove_file(beside(file, ".suspect"));
}

/// Renames the ledger with its log and returns the new name. Only under the lock.
pub(super) fn set_aside(file: &Path) -> Result<PathBuf, LedgerError> {
    let name = free_name(file);
    for ending in ["", "-wal", "-shm", "-journal"] {
        let from = beside(file, ending);
        if from.exists() {
            fs::rename(&from, beside(&name, ending))
                .map_err(|error| LedgerError::file(&from, error))?;
        }
    }
    clear(file);
    tracing::warn!(set_aside = %name.display(), "the ledger was damaged; a new one is started");
    Ok(name)
}

fn free_name(file: &Path) -> PathBuf {
    let taken = |name: &Path| {
        ["", "-wal"]
            .iter()
            .any(|ending| beside(name, ending).exists())
    };
    (1..)
        .map(|n: u64| beside(file, &format!(".damaged-{n}")))
        .find(|name| !taken(name))
        .expect("there are more numbers than files")
}
