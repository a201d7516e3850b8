//! A folder that becomes a repository: what was told of its files before is told of them still.

use std::fs;
use std::path::Path;

use super::connection::Patience;
use super::open::{finish, unfinished};
use super::{Ledger, file_of};
use crate::git::{self, CommitId};
use crate::{LedgerError, Place};

/// Ledgers from the time before a repository.
pub(super) struct Before<'a> {
    place: &'a Place,
    /// Each with the path in there of the repository's root.
    ledgers: Vec<(Ledger, String)>,
}

impl<'a> Before<'a> {
    /// Those that speak of files of this place, if any does.
    pub(super) fn of(place: &'a Place) -> Result<Option<Self>, LedgerError> {
        let mut ledgers = Vec::new();
        for (place, below) in place.before_it_was() {
            if file_of(&place).exists() {
                let ledger = Ledger::open_within(&place, Patience::READERS)?;
                if ledger.speaks_of_files(&below)? {
                    ledgers.push((ledger, below));
                }
            }
        }
        Ok((!ledgers.is_empty()).then_some(Before { place, ledgers }))
    }

    /// Makes the repository's ledger of them. Only under the lock.
    pub(super) fn adopt(&self, file: &Path, patience: Patience) -> Result<(), LedgerError> {
        let folder = unfinished(file);
        let draft = Place {
            overflow: folder.join("spool"),
            dir: folder.clone(),
            git_dir: None,
            common_dir: None,
            ..self.place.clone()
        };
        let mut ledger = Ledger::open_within(&draft, patience)?;
        for (before, below) in &self.ledgers {
            ledger.take_what_is_below(before, below, git::object_format(self.place))?;
        }
        let began = ledger.first_told()?;
        let born = began.and_then(|at| git::last_before(self.place, at).ok()?);
        let born = born.as_ref().map_or("", CommitId::as_str);
        ledger.put_meta(&[("born", born), ("began", born), ("born_tips", born)])?;
        // All of it into the file itself: the log beside it keeps its name.
        ledger.ask(|connection| {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        })?;
        drop(ledger);
        finish(&file_of(&draft), file)?;
        // What stays of the folder goes with what other openers leave.
        let _ = fs::remove_dir_all(folder);
        Ok(())
    }
}

impl Ledger {
    fn speaks_of_files(&self, below: &str) -> Result<bool, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT 1 FROM texts WHERE substr(path, 1, length(?1)) = ?1";
            connection.prepare_cached(sql)?.exists([below])
        })
    }
}
