//! A ledger for a hook that finds none it could write: a copy of what can be
//! read, with what waits beside it, that lasts as long as the hook.

use std::fs;
use std::path::PathBuf;

use super::connection::Patience;
use super::open::private_folder;
use super::{Ledger, beside, file_of};
use crate::{LedgerError, Place, new_fact_id, spool};

/// The folder of such a ledger. It goes with this value.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: PathBuf,
    /// Whose ledger it stands for.
    pub(super) home: Place,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays lies in the system's folder for such things.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Ledger {
    /// Opens the ledger of a place for a hook, which waits for nobody. Where it
    /// cannot be written, the hook gets a copy to read; what it appends with
    /// [`Ledger::append_or_spool`] waits beside the ledger.
    pub fn open_for_hook(place: &Place) -> Result<Ledger, LedgerError> {
        match Ledger::open_within(place, Patience::HOOK) {
            Ok(ledger) if ledger.connection.is_readonly("main").unwrap_or(false) => scratch(place),
            Ok(ledger) => Ok(ledger),
            // Whose facts we cannot read we would contradict.
            Err(error @ (LedgerError::Newer { .. } | LedgerError::Busy { .. })) => Err(error),
            Err(error) => {
                tracing::info!(%error, "the hook works on a copy");
                scratch(place)
            }
        }
    }
}

impl Ledger {
    /// Opens the ledger of a place, or makes it. Where it cannot be written, the
    /// caller gets a copy that lasts as long as the value.
    pub(crate) fn open_or_copy(place: &Place) -> Result<Ledger, LedgerError> {
        match Ledger::open(place) {
            Ok(ledger) if ledger.connection.is_readonly("main").unwrap_or(false) => scratch(place),
            Err(LedgerError::NotWritable { .. } | LedgerError::File { .. }) => scratch(place),
            opened => opened,
        }
    }
}

fn scratch(home: &Place) -> Result<Ledger, LedgerError> {
    let folder = std::env::temp_dir().join(format!("countersign-{}", new_fact_id()));
    private_folder(&folder)?;
    let scratch = Scratch {
        folder: folder.clone(),
        home: home.clone(),
    };
    let place = Place {
        overflow: folder.join("spool"),
        dir: folder,
        ..home.clone()
    };
    for ending in ["", "-wal"] {
        let (from, to) = (
            beside(&file_of(home), ending),
            beside(&file_of(&place), ending),
        );
        // What cannot be read is not known here.
        let _ = fs::copy(from, to);
    }
    let mut ledger = Ledger::open_within(&place, Patience::HOOK)?;
    ledger.scratch = Some(scratch);
    spool::read_in(&mut ledger, home)?;
    Ok(ledger)
}
