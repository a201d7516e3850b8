//! The files of a ledger: who may read them, and what was left lying beside it.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::store::connection::Patience;
use crate::store::{file_of, lock, now};
use crate::{LedgerError, Place};

/// Whoever writes a file under a name that nobody reads is done with it by then, or dead; in milliseconds.
const ABANDONED: i64 = 60 * 60 * 1000;

/// What is not as it should be in the folder of a ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strays {
    /// Files with facts or texts in them that others than their owner may use.
    pub open: Vec<PathBuf>,
    /// What processes were writing when they were killed.
    pub left: Vec<PathBuf>,
}

/// Looks at the folder of a ledger.
pub fn strays(place: &Place) -> Strays {
    let mut strays = Strays::default();
    let ledger = files_of(&place.dir).into_iter();
    let ledger = ledger.filter(|(path, _)| name(path).starts_with("ledger.db"));
    let spools = [place.dir.join("spool"), place.overflow.clone()];
    let spooled = spools.iter().flat_map(|folder| files_of(folder));
    for (path, about) in ledger.chain(spooled) {
        if is_left(&path, &about) {
            strays.left.push(path);
        } else if is_open(&about) && about.len() > 0 {
            strays.open.push(path);
        }
    }
    let git = place.common_dir.iter().flat_map(|dir| files_of(dir));
    let git = git.filter(|(path, about)| is_ours_in_git(path) && is_old(about));
    strays.left.extend(git.map(|(path, _)| path));
    let scratch = files_of(&std::env::temp_dir()).into_iter();
    let scratch = scratch.filter(|(path, about)| is_scratch(path, about) && is_old(about));
    strays.left.extend(scratch.map(|(path, _)| path));
    strays
}

/// Closes what is open to others, takes away what was left, and says what that was. A fact lies in none of it.
pub fn tidy(place: &Place) -> Result<Strays, LedgerError> {
    let file = file_of(place);
    // Whoever makes a ledger has a draft of it there.
    let _lock = match file.exists() {
        true => Some(lock::lock(&file, Patience::PEOPLE)?),
        false => None,
    };
    let found = strays(place);
    for path in &found.open {
        close(path).map_err(|error| LedgerError::file(path, error))?;
    }
    for path in &found.left {
        remove(path).map_err(|error| LedgerError::file(path, error))?;
    }
    Ok(found)
}

fn files_of(folder: &Path) -> Vec<(PathBuf, Metadata)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let entry = |entry: fs::DirEntry| Some((entry.path(), entry.metadata().ok()?));
    entries.filter_map(entry).collect()
}

fn name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

fn is_left(path: &Path, about: &Metadata) -> bool {
    let is_draft = name(path).ends_with(".draft") || name(path).starts_with("ledger.db.new-");
    is_draft && is_old(about)
}

/// The input of a git that was killed at once.
fn is_ours_in_git(path: &Path) -> bool {
    name(path).starts_with("countersign-") && name(path).ends_with(".tmp")
}

/// The copy of a ledger that a killed hook has worked on.
fn is_scratch(path: &Path, about: &Metadata) -> bool {
    let id = name(path).strip_prefix("countersign-").unwrap_or_default();
    about.is_dir() && id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_old(about: &Metadata) -> bool {
    let written = about.modified().ok();
    let written = written.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    written.is_some_and(|at| at.as_millis() as i64 + ABANDONED < now())
}

#[cfg(unix)]
fn is_open(about: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    about.mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn close(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut modes = fs::metadata(path)?.permissions();
    modes.set_mode(modes.mode() & !0o077);
    fs::set_permissions(path, modes)
}

#[cfg(not(unix))]
fn close(_: &Path) -> io::Result<()> {
    Ok(())
}

fn remove(path: &Path) -> io::Result<()> {
    let removed = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
