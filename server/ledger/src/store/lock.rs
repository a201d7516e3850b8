//! The lock file: held only to make a ledger, to migrate one or to set one aside.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Instant;

use super::connection::{Patience, pause};
use super::{beside, open};
use crate::LedgerError;

/// Let go when dropped, and by the system when the process dies.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// Waits until no other process makes, migrates or sets aside this ledger.
pub(super) fn lock(file: &Path, patience: Patience) -> Result<Lock, LedgerError> {
    let path = beside(file, ".lock");
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    let lock = open::private(&mut options)
        .open(&path)
        .map_err(|error| LedgerError::file(&path, error))?;
    let began = Instant::now();
    for tries in 0.. {
        match lock.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if patience.lasts(began) => pause(tries),
            Err(TryLockError::WouldBlock) => {
                let waited = began.elapsed();
                return Err(LedgerError::Busy {
                    path: file.to_owned(),
                    waited,
                });
            }
            // A disk without locks: the rename that ends each job is atomic,
            // and that must do.
            Err(TryLockError::Error(_)) => break,
        }
    }
    Ok(Lock { _file: lock })
}
