//! The database's errors in the ledger's words.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Error, ErrorCode, ffi};

use crate::LedgerError;

/// The bytes of the file are not a ledger.
pub(super) fn is_damage(error: &Error) -> bool {
    matches!(
        code(error),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    ) || matches!(error, Error::InvalidColumnType(..) | Error::Utf8Error(..))
}

/// The disk does not let us do what a reader of a shared file must do.
pub(super) fn is_frozen(error: &Error) -> bool {
    matches!(
        code(error),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)
    )
}

/// Another process is at it.
pub(super) fn is_busy(error: &Error) -> bool {
    let locked = matches!(
        code(error),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    );
    locked || matches!(code(error), Some(ErrorCode::FileLockingProtocolFailed))
}

/// Puts an error into words. `waited` is how long the call took.
pub(super) fn worded(error: Error, file: &Path, waited: Duration) -> LedgerError {
    let path = file.to_owned();
    if is_damage(&error) {
        return LedgerError::Damaged { path };
    }
    if is_busy(&error) {
        return LedgerError::Busy { path, waited };
    }
    match code(&error) {
        Some(ErrorCode::DiskFull) => LedgerError::DiskFull { path },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            LedgerError::NotWritable { path }
        }
        Some(ErrorCode::SystemIoFailure) if is_short_write(&error) => {
            LedgerError::DiskFull { path }
        }
        _ => LedgerError::Database {
            path,
            source: Box::new(error),
        },
    }
}

/// A quota shows itself as a failing write rather than as a full disk, and room
/// for the index of the log is missing before anything is written.
fn is_short_write(error: &Error) -> bool {
    const NO_ROOM: [i32; 3] = [
        ffi::SQLITE_IOERR_WRITE,
        ffi::SQLITE_IOERR_SHMSIZE,
        ffi::SQLITE_IOERR_SHMMAP,
    ];
    let code = error.sqlite_error().map(|error| error.extended_code);
    code.is_some_and(|code| NO_ROOM.contains(&code))
}

fn code(error: &Error) -> Option<ErrorCode> {
    error.sqlite_error_code()
}
