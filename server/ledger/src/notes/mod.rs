//! Facts shared through git: notes on blobs, one JSON fact a line.
//!
//! A union of lines is the merge, so any two clones agree in any order. Every
//! note holds all that is known of its text's regions, so that whoever reads one
//! needs no other.

mod births;
mod export;
mod join;
mod late;
mod lines;
mod odd;
mod printed;
mod prune;
mod reach;
mod sync;
mod taking;

use crate::{LedgerError, git};
pub use odd::{Odd, Sample, sample};
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
    /// A shallow or partial clone does not know what branches reach.
    #[error("this clone is not whole, so it cannot tell what no branch holds any more")]
    NotWhole,
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
            SyncError::NotWhole => {
                "prune in a clone that is neither shallow nor partial".to_owned()
            }
        }
    }
}
