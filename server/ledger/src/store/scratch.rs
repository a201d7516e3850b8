//! A ledger for those who find none that they could write: a copy of what can be
//! read, with what waits beside it, that lasts as long as they do.

use std::fs;
use std::path::PathBuf;

use super::connection::Patience;
use super::open::{Purpose, private_folder};
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
    /// Opens the ledger of a place for a hook, which waits for nobody, with what is new in its notes. Where it
    /// cannot be written, the hook gets a copy to read; what it appends with
    /// [`Ledger::append_or_spool`] waits beside the ledger.
    pub fn open_for_hook(place: &Place) -> Result<Ledger, LedgerError> {
        let mut ledger = opened_for_hook(place)?;
        if let Err(error) = ledger.take_in_few() {
            tracing::warn!("the shared notes are not all known: {error}");
        }
        Ok(ledger)
    }
}

fn opened_for_hook(place: &Place) -> Result<Ledger, LedgerError> {
    match Ledger::open_within(place, Patience::HOOK) {
        Ok(ledger) if ledger.connection.is_readonly("main").unwrap_or(false) => scratch(place),
        Ok(ledger) => ledger.fit_for(Purpose::Reading),
        // Whose facts we cannot read we would contradict.
        Err(error @ LedgerError::Busy { .. }) => Err(error),
        Err(LedgerError::Newer { .. }) => copy_of_newer(place),
        Err(error) => {
            tracing::info!(%error, "the hook works on a copy");
            scratch(place)
        }
    }
}

impl Ledger {
    /// This ledger, or a copy that also has what waits beside it: something does while another program holds
    /// the ledger.
    pub(super) fn fit_for(self, purpose: Purpose) -> Result<Ledger, LedgerError> {
        match purpose {
            Purpose::Reading if spool::waits(&self.place) => self.copied(),
            Purpose::Reading | Purpose::Acts => Ok(self),
        }
    }

    fn copied(&self) -> Result<Ledger, LedgerError> {
        let (scratch, place) = folder_for(&self.place)?;
        let copy = file_of(&place);
        self.ask(|connection| connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()]))?;
        filled(scratch, &place)
    }

    /// A copy of the ledger of a place, that lasts as long as the value; `None` where nothing was ever written.
    pub fn open_copy(place: &Place) -> Result<Option<Ledger>, LedgerError> {
        let known = Ledger::open_existing(place)?;
        known.map(|ledger| ledger.copied()).transpose()
    }

    /// Opens the ledger of a place, or makes it. Where it cannot be written, the
    /// caller gets a copy that lasts as long as the value.
    pub(crate) fn open_or_copy(place: &Place, purpose: Purpose) -> Result<Ledger, LedgerError> {
        match Ledger::open_within(place, purpose.patience()) {
            Ok(ledger) if ledger.connection.is_readonly("main").unwrap_or(false) => scratch(place),
            Err(LedgerError::NotWritable { .. } | LedgerError::File { .. }) => scratch(place),
            opened => opened?.fit_for(purpose),
        }
    }
}

fn scratch(home: &Place) -> Result<Ledger, LedgerError> {
    let (scratch, place) = folder_for(home)?;
    for ending in ["", "-wal"] {
        let (from, to) = (
            beside(&file_of(home), ending),
            beside(&file_of(&place), ending),
        );
        // What cannot be read is not known here.
        let _ = fs::copy(from, to);
    }
    filled(scratch, &place)
}

/// A ledger of our own format, with what we can read of one that a later program wrote. That one is left alone.
fn copy_of_newer(home: &Place) -> Result<Ledger, LedgerError> {
    let (scratch, place) = folder_for(home)?;
    let mut ledger = Ledger::open_within(&place, Patience::HOOK)?;
    ledger.scratch = Some(scratch);
    ledger.take_what_can_be_read(&file_of(home))?;
    spool::read_in(&mut ledger, home)?;
    Ok(ledger)
}

/// A folder for a copy, and the place whose ledger lies there.
fn folder_for(home: &Place) -> Result<(Scratch, Place), LedgerError> {
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
    Ok((scratch, place))
}

/// The copy, with what waits beside the ledger that it stands for.
fn filled(scratch: Scratch, place: &Place) -> Result<Ledger, LedgerError> {
    let mut ledger = Ledger::open_within(place, Patience::HOOK)?;
    let home = scratch.home.clone();
    ledger.scratch = Some(scratch);
    spool::read_in(&mut ledger, &home)?;
    Ok(ledger)
}
