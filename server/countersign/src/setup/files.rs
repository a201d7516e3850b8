//! Reading settings, and writing several files: all of them, or none.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::SetupError;

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The file.
    pub(crate) path: PathBuf,
    /// Its text as it is; `None` where there is no file.
    pub(crate) before: Option<String>,
    /// Its text as it will be; `None` where there will be no file.
    pub(crate) after: Option<String>,
    /// Folders on the way to it that this makes, or takes away with it if they are empty; outermost first.
    pub(crate) folders: Vec<PathBuf>,
    /// Who may read a file that is made.
    pub(crate) readers: Readers,
}

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whoever the person's own new files are for.
    Usual,
    /// Its owner only.
    Owner,
    /// As usual, and they may run it.
    Program,
}

/// The text of a settings file; `None` where there is none. Only a file that can be replaced safely has one.
pub(crate) fn read(path: &Path) -> Result<Option<String>, SetupError> {
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(io_error(path, "read", error)),
    };
    let path_buf = || path.to_owned();
    if about.file_type().is_symlink() {
        return Err(SetupError::Symlink {
            path: path_buf(),
            target: fs::read_link(path).unwrap_or_default(),
        });
    }
    if !about.is_file() {
        return Err(SetupError::NotAFile(path_buf()));
    }
    let bytes = fs::read(path).map_err(|error| io_error(path, "read", error))?;
    let text = String::from_utf8(bytes).map_err(|_| SetupError::NotText(path_buf()))?;
    Ok(Some(text))
}

/// Whether what is there may be replaced. Folders that lead out of `within` are refused.
pub(crate) fn may_write(path: &Path, within: Option<&Path>) -> Result<(), SetupError> {
    if fs::metadata(path).is_ok_and(|about| about.permissions().readonly()) {
        return Err(SetupError::ReadOnly(path.to_owned()));
    }
    let nearest = path
        .ancestors()
        .skip(1)
        .find(|folder| folder.symlink_metadata().is_ok());
    let Some(nearest) = nearest else {
        return Ok(());
    };
    let real = nearest
        .canonicalize()
        .map_err(|error| io_error(nearest, "read", error))?;
    if !real.is_dir() {
        return Err(io_error(
            nearest,
            "used as a folder",
            io::ErrorKind::NotADirectory.into(),
        ));
    }
    match within {
        Some(within) if !real.starts_with(within) => Err(SetupError::Astray {
            path: path.to_owned(),
            target: real,
        }),
        _ => Ok(()),
    }
}

/// The folders on the way to a file that are not there, outermost first.
pub(crate) fn missing_folders(path: &Path) -> Vec<PathBuf> {
    let missing = path
        .ancestors()
        .skip(1)
        .take_while(|folder| !folder.exists());
    let mut folders: Vec<PathBuf> = missing.map(Path::to_owned).collect();
    folders.reverse();
    folders
}

/// Makes all changes. On an error everything is as it was.
pub(crate) fn apply(changes: &[Change]) -> Result<(), SetupError> {
    for change in changes {
        if read(&change.path)? != change.before {
            return Err(SetupError::ChangedMeanwhile(change.path.clone()));
        }
    }
    let mut made = Vec::new();
    let mut done: Vec<&Change> = Vec::new();
    let applied = staged(changes, &mut made).and_then(|drafts| {
        for (change, draft) in changes.iter().zip(drafts) {
            put_in_place(change, draft)?;
            done.push(change);
        }
        Ok(())
    });
    if applied.is_err() {
        done.iter().rev().for_each(|change| put_back(change));
        // What others have put there meanwhile keeps its folder.
        made.iter()
            .rev()
            .for_each(|folder| drop(fs::remove_dir(folder)));
    }
    applied
}

/// Each new text under a temporary name beside its file.
fn staged(
    changes: &[Change],
    made: &mut Vec<PathBuf>,
) -> Result<Vec<Option<tempfile::NamedTempFile>>, SetupError> {
    let mut drafts = Vec::new();
    for change in changes {
        let Some(text) = &change.after else {
            drafts.push(None);
            continue;
        };
        let folder = change.path.parent().unwrap_or(&change.path);
        for missing in missing_folders(&change.path) {
            make_folder(&missing, change.readers)
                .map_err(|error| io_error(&missing, "made", error))?;
            made.push(missing);
        }
        let draft = draft(change, folder, text);
        drafts.push(Some(
            draft.map_err(|error| io_error(&change.path, "written", error))?,
        ));
    }
    Ok(drafts)
}

#[cfg(unix)]
fn make_folder(folder: &Path, readers: Readers) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    if readers == Readers::Owner {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    }
    builder.create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path, _readers: Readers) -> io::Result<()> {
    fs::create_dir(folder)
}

fn draft(change: &Change, folder: &Path, text: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".countersign-");
    #[cfg(unix)]
    if change.before.is_none() && change.readers != Readers::Owner {
        // The system takes away what the person's mask forbids.
        let mode = if change.readers == Readers::Program {
            0o777
        } else {
            0o666
        };
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        builder.permissions(mode);
    }
    let mut draft = builder.tempfile_in(folder)?;
    draft.write_all(text.as_bytes())?;
    if change.before.is_some() {
        draft
            .as_file()
            .set_permissions(fs::metadata(&change.path)?.permissions())?;
    }
    draft.as_file().sync_all()?;
    Ok(draft)
}

fn put_in_place(change: &Change, draft: Option<tempfile::NamedTempFile>) -> Result<(), SetupError> {
    if let Some(draft) = draft {
        let put = draft.persist(&change.path).map_err(|error| error.error);
        return put
            .map(drop)
            .map_err(|error| io_error(&change.path, "written", error));
    }
    if change.before.is_some() {
        fs::remove_file(&change.path).map_err(|error| io_error(&change.path, "removed", error))?;
        // One that holds something else by now stays.
        change
            .folders
            .iter()
            .rev()
            .for_each(|folder| drop(fs::remove_dir(folder)));
    }
    Ok(())
}

fn put_back(change: &Change) {
    let back = Change {
        after: change.before.clone(),
        before: change.after.clone(),
        ..change.clone()
    };
    let put = match &back.after {
        Some(_) => staged(std::slice::from_ref(&back), &mut Vec::new())
            .and_then(|mut drafts| put_in_place(&back, drafts.pop().flatten())),
        None => put_in_place(&back, None),
    };
    if let Err(error) = put {
        tracing::error!(%error, "a file could not be put back");
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn io_error(path: &Path, verb: &'static str, source: io::Error) -> SetupError {
    SetupError::Io {
        path: path.to_owned(),
        verb,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: PathBuf, before: Option<&str>, after: Option<&str>) -> Change {
        Change {
            folders: missing_folders(&path),
            path,
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
            readers: Readers::Usual,
        }
    }

    #[test]
    fn a_file_that_was_put_in_place_is_put_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let (old, new) = (folder.path().join("old"), folder.path().join("made/new"));
        fs::write(&old, "before").expect("a file");
        let changes = [
            change(old.clone(), Some("before"), Some("after")),
            change(new.clone(), None, Some("new")),
        ];
        apply(&changes).expect("both are written");
        assert_eq!(fs::read_to_string(&new).ok().as_deref(), Some("new"));
        changes.iter().for_each(put_back);
        assert_eq!(fs::read_to_string(&old).ok().as_deref(), Some("before"));
        assert!(!new.exists() && !folder.path().join("made").exists());
    }

    #[test]
    fn one_that_cannot_be_written_keeps_the_others_from_being() {
        let folder = tempfile::tempdir().expect("a folder");
        let (first, file) = (folder.path().join("made/first"), folder.path().join("file"));
        fs::write(&file, "").expect("a file");
        let second = change(file.join("below"), None, Some("x"));
        let failed = apply(&[change(first, None, Some("x")), second]);
        assert!(matches!(failed, Err(SetupError::Io { .. })), "{failed:?}");
        let left: Vec<_> = fs::read_dir(folder.path()).expect("the folder").collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn what_changed_since_the_plan_is_not_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, "theirs").expect("a file");
        let failed = apply(&[change(file.clone(), Some("before"), Some("ours"))]);
        assert!(
            matches!(failed, Err(SetupError::ChangedMeanwhile(_))),
            "{failed:?}"
        );
        assert_eq!(fs::read_to_string(&file).ok().as_deref(), Some("theirs"));
    }
}
