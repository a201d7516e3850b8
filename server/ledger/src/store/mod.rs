//! The ledger in SQLite. Nothing outside this folder names the database.

mod acts;
mod adopt;
mod append;
mod bodies;
mod caches;
mod compact;
mod connection;
mod damage;
mod facts;
mod fault;
mod follow;
mod lock;
mod looks;
mod open;
mod origins;
mod pending;
mod repair;
mod runs;
mod saves;
mod schema;
mod scratch;
mod share;
mod squeeze;
mod survey;
mod texts;
mod vitals;

use std::path::{Path, PathBuf};
use std::time::Instant;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{LedgerError, Place};
pub(crate) use append::{HeadsRule, Prepared};
pub(crate) use connection::Patience;
pub use looks::{Look, Looked, Relook};
pub(crate) use open::{Purpose, home, now, private, private_folder};
pub use repair::{Strays, Wear, strays, tidy};
pub use saves::Save;
pub use schema::SCHEMA;
pub use texts::fits;
pub use vitals::Vitals;

/// The facts of one repository, or of one folder outside git.
///
/// Several processes may hold it open; one value belongs to one thread at a
/// time. Every call is one transaction: it happens or it does not.
#[derive(Debug)]
pub struct Ledger {
    connection: Connection,
    place: Place,
    patience: Patience,
    waited: connection::Waited,
    /// Tells our file from another that took its name.
    file: Option<FileIdentity>,
    /// Facts that were taken over from a file that had the name before, and that nobody was told of.
    taken_over: Option<usize>,
    /// Where this is only a copy. Dropped last.
    scratch: Option<scratch::Scratch>,
}

/// Device and number of a file, where the system has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileIdentity(u64, u64);

impl Drop for Ledger {
    fn drop(&mut self) {
        if self.connection.total_changes() > 0 && self.is_current() {
            let log = beside(&file_of(&self.place), "-wal");
            connection::shorten_log(&mut self.connection, &log);
        }
    }
}

/// The database file of a place.
fn file_of(place: &Place) -> PathBuf {
    place.dir.join("ledger.db")
}

/// The same path with more at its end.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

impl Ledger {
    /// Where the facts are kept.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Where what is appended has to wait: the place of which this is only a copy.
    pub(crate) fn home_of_copy(&self) -> Option<&Place> {
        self.scratch.as_ref().map(|scratch| &scratch.home)
    }

    /// Whether the file that is open still is the ledger. It is not once
    /// somebody set it aside or deleted it: see [`Ledger::renew`].
    pub fn is_current(&self) -> bool {
        identity(&file_of(&self.place)) == self.file
    }

    /// Runs a query and words its error.
    fn ask<T>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        let began = Instant::now();
        query(&self.connection).map_err(|error| self.fault(error, began))
    }

    /// Writes in one transaction.
    fn in_one_go<T>(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        self.ask(|connection| {
            let behavior = TransactionBehavior::Immediate;
            let transaction = Transaction::new_unchecked(connection, behavior)?;
            let written = write(&transaction)?;
            transaction.commit()?;
            Ok(written)
        })
    }

    /// Words an error, and leaves word for the next opener where it is damage.
    fn fault(&self, error: rusqlite::Error, began: Instant) -> LedgerError {
        let file = file_of(&self.place);
        if fault::is_damage(&error) {
            damage::suspect(&file);
        }
        fault::worded(error, &file, began.elapsed().max(self.waited.get()))
    }
}

#[cfg(unix)]
fn identity(file: &Path) -> Option<FileIdentity> {
    use std::os::unix::fs::MetadataExt as _;
    let about = std::fs::metadata(file).ok()?;
    Some(FileIdentity(about.dev(), about.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<FileIdentity> {
    None
}
