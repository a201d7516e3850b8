//! What can go wrong with a ledger, in words for people.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why the ledger could not be read or written. On an error nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// A later program has changed its shape.
    #[error(
        "the ledger {path} was written by a newer countersign (format {found}; this one reads {known})"
    )]
    Newer {
        /// The ledger.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format that this program knows.
        known: i64,
    },
    /// No room.
    #[error("the disk that holds the ledger {path} is full")]
    DiskFull {
        /// The ledger.
        path: PathBuf,
    },
    /// Modes, or a disk that is only read.
    #[error("the ledger {path} cannot be written")]
    NotWritable {
        /// The ledger, or the folder that should hold it.
        path: PathBuf,
    },
    /// Its bytes make no sense.
    #[error("the ledger {path} is damaged")]
    Damaged {
        /// The ledger.
        path: PathBuf,
    },
    /// Another process did not let go of it.
    #[error("another process has kept the ledger {path} busy for {} ms", .waited.as_millis())]
    Busy {
        /// The ledger.
        path: PathBuf,
        /// How long we have waited for it.
        waited: Duration,
    },
    /// A fact beyond [`crate::MAX_RECORD`].
    #[error("a fact of {bytes} bytes is too large for the ledger (at most {limit})")]
    TooLarge {
        /// Its size as JSON.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The repository was deleted since it was found.
    #[error("the repository of {path} is gone")]
    NoRepository {
        /// Its git folder.
        path: PathBuf,
    },
    /// The folder or a file beside the ledger.
    #[error("{path} cannot be used: {source}")]
    File {
        /// What was to be used.
        path: PathBuf,
        /// Why it cannot.
        source: io::Error,
    },
    /// Anything else that the database says.
    #[error("the ledger {path} answered: {source}")]
    Database {
        /// The ledger.
        path: PathBuf,
        /// In the database's words.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl LedgerError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            LedgerError::Newer { .. } => {
                "upgrade countersign here, or use the newer one that wrote it".to_owned()
            }
            LedgerError::DiskFull { .. } => "make room on that disk and repeat".to_owned(),
            LedgerError::NotWritable { path } => {
                format!(
                    "check who owns {} and whether its disk can be written",
                    path.display()
                )
            }
            LedgerError::Damaged { path } => format!(
                "repeat: it will be set aside as {}.damaged-<n> and a new one started; \
                 then see `countersign doctor`",
                path.display()
            ),
            LedgerError::Busy { .. } => {
                "end the countersign process that hangs, if there is one, and repeat".to_owned()
            }
            LedgerError::TooLarge { .. } => {
                "put generated or minified files on the list of ignored ones".to_owned()
            }
            LedgerError::NoRepository { path } => {
                format!("put {} back, or open the files anew", path.display())
            }
            LedgerError::File { path, .. } => {
                format!("check the modes and the disk of {}", path.display())
            }
            LedgerError::Database { .. } => "see `countersign doctor`".to_owned(),
        }
    }

    /// Words an error of a file operation on `path`.
    pub(crate) fn file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                LedgerError::DiskFull { path }
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                LedgerError::NotWritable { path }
            }
            _ => LedgerError::File { path, source },
        }
    }
}
