//! Facts shared through git: notes on blobs, one JSON fact a line.
//!
//! A union of lines is the merge, so any two clones agree in any order. Every
//! note holds all that is known of its text's regions, so that whoever reads one
//! needs no other.

mod export;
mod join;
mod lines;
mod printed;
mod prune;
mod reach;
mod sync;

use std::collections::BTreeMap;

use countersign_provenance::{BlobId, Statement};

use crate::git::{self, CommitId, SharedNotes};
use crate::{Ledger, LedgerError, Place, Record};
use lines::Lines;
pub(crate) use printed::print_missing;
pub use sync::{Mode, Synced, sync};

/// Why facts could not be shared. What was taken in by then stays.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Git, here or on the way to the remote.
    #[error(transparent)]
    Git(#[from] git::GitError),
    /// Others kept pushing before us.
    #[error("others pushed notes faster than this clone, {0} times over")]
    Outrun(u32),
    /// A shallow clone does not know what branches reach.
    #[error("this clone is shallow, so it cannot tell what no branch holds any more")]
    Shallow,
}

impl SyncError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            SyncError::Ledger(error) => error.hint(),
            SyncError::Git(error) => error.hint(),
            SyncError::Outrun(_) => {
                "nothing is lost: run `countersign sync` again in a while".to_owned()
            }
            SyncError::Shallow => "git fetch --unshallow; or prune in a whole clone".to_owned(),
        }
    }
}

/// What the ledger says when notes were taken in up to this commit.
const TAKEN: &str = "notes_taken";

/// The notes that are read at once.
const AT_ONCE: usize = 2000;

impl Ledger {
    /// Opens the ledger of a place with what its notes know. `None` where there
    /// is neither ledger nor notes; a ledger is made where there are notes only.
    pub fn open_known(place: &Place) -> Result<Option<Ledger>, LedgerError> {
        let tip = SharedNotes::of(place).tip().unwrap_or_else(|error| {
            tracing::warn!(%error, "the shared notes cannot be looked at");
            None
        });
        let ledger = match &tip {
            Some(_) => Some(Ledger::open_or_copy(place)?),
            None => Ledger::open_existing(place)?,
        };
        let Some(mut ledger) = ledger else {
            return Ok(None);
        };
        if let Some(tip) = &tip
            && let Err(error) = ledger.take_in_notes(tip)
        {
            tracing::warn!(%error, "the shared notes are not all taken in");
        }
        Ok(Some(ledger))
    }

    /// Takes in what the notes of this commit say, as far as that is new.
    pub fn take_in_notes(&mut self, tip: &CommitId) -> Result<(), SyncError> {
        let taken = self.meta(TAKEN)?.and_then(CommitId::new);
        if taken.as_ref() == Some(tip) {
            return Ok(());
        }
        let place = self.place().clone();
        let notes = SharedNotes::of(&place);
        let changed = taken.and_then(|taken| notes.changed(&taken, tip).ok());
        let wanted: BTreeMap<BlobId, BlobId> = match changed {
            Some(changed) => changed
                .into_iter()
                .filter_map(|(blob, note)| Some((blob, note?)))
                .collect(),
            None => notes.list(tip)?,
        };
        let wanted: Vec<(BlobId, BlobId)> = wanted.into_iter().collect();
        let mut complete = true;
        for part in wanted.chunks(AT_ONCE) {
            let ids: Vec<BlobId> = part.iter().map(|(_, note)| note.clone()).collect();
            let mut records = Vec::new();
            for ((blob, _), note) in part.iter().zip(notes.read(&ids)?) {
                complete &= note.is_some();
                let lines = Lines::of(note.as_deref().unwrap_or_default());
                records.extend(lines.records(blob));
            }
            self.take_in(&records)?;
        }
        if !wanted.is_empty() {
            self.forget_strangers()?;
        }
        self.adopt_births()?;
        if complete {
            self.put_meta(&[(TAKEN, tip.as_str())])?;
        }
        Ok(())
    }

    /// Whether there are shared notes of which not all is taken in: some cannot be read here.
    pub fn lacks_notes(&self) -> Result<bool, SyncError> {
        let tip = SharedNotes::of(self.place()).tip()?;
        let taken = self.meta(TAKEN)?.and_then(CommitId::new);
        Ok(tip.is_some() && tip != taken)
    }

    /// Facts from elsewhere speak of what stood before this ledger began: from
    /// now on it began where the first of all did.
    fn adopt_births(&mut self) -> Result<(), SyncError> {
        let began = |record: Record| match record.fact()?.statement {
            Statement::Began(commit) => CommitId::new(commit),
            _ => None,
        };
        let births: Vec<CommitId> = self.births()?.into_iter().filter_map(began).collect();
        if births.is_empty() {
            return Ok(());
        }
        let birth = git::common_ancestor(self.place(), &births)?;
        let birth = birth.as_ref().map_or("", CommitId::as_str);
        self.put_meta(&[("born", birth), ("born_tips", birth)])?;
        Ok(())
    }
}

/// Only a text's own note speaks for it; facts about origins stand in many.
fn belongs(record: &Record, blob: &BlobId) -> bool {
    if record.kind != "text" {
        return true;
    }
    match record.fact().map(|fact| fact.statement) {
        Some(Statement::Text(text)) => text.blob == *blob,
        // A later program may know more.
        _ => true,
    }
}
