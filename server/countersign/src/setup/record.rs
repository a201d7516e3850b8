//! What stood in a settings file before we came, so that it can be put back byte for byte.
//!
//! One record lies in the git folder of each work tree, and names files from its root: it outlives a move of the
//! repository, and goes with the work tree. The one for a person's own settings lies in the state folder.

use std::path::{Path, PathBuf};

use countersign_ledger::Place;
use serde::{Deserialize, Serialize};

use super::files::{self, Change, Readers, missing_folders};
use super::{Machine, Scope, SetupError};

const VERSION: u32 = 1;

/// All that is kept in one place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    v: u32,
    files: Vec<Kept>,
    #[serde(skip)]
    base: PathBuf,
    #[serde(skip)]
    file: PathBuf,
    /// The record's own text as it is read.
    #[serde(skip)]
    text: Option<String>,
}

/// A file that we wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Relative to the work tree or the home folder, where it lies in it.
    path: PathBuf,
    /// The text as we wrote it.
    pub(crate) wrote: String,
    /// The text that stood there; `None` where there was no file.
    pub(crate) before: Option<String>,
    /// The folders that we made for it, outermost first.
    pub(crate) folders: Vec<PathBuf>,
}

/// Whether a text held entries of ours before a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ours {
    /// It did.
    Stood,
    /// It did not.
    Absent,
}

impl Ours {
    /// By what was found.
    pub(super) fn of(found: bool) -> Ours {
        if found { Ours::Stood } else { Ours::Absent }
    }
}

impl Record {
    /// The record for files of this scope.
    pub(crate) fn of(scope: Scope, place: &Place, machine: &Machine) -> Result<Record, SetupError> {
        let (folder, base) = match scope {
            Scope::User => (machine.state.clone(), machine.home.clone()),
            Scope::Repository | Scope::Local => {
                let folder = place.git_dir.as_ref().map(|git| git.join("countersign"));
                (folder, Some(place.root.clone()))
            }
        };
        let folder = folder.ok_or(SetupError::Homeless)?;
        let base = base.ok_or(SetupError::Homeless)?;
        let file = folder.join("init.json");
        let text = files::read(&file)?;
        let parsed = match &text {
            Some(text) => serde_json::from_str(text).map_err(|error| SetupError::Malformed {
                path: file.clone(),
                why: error.to_string(),
            })?,
            None => Record::default(),
        };
        Ok(Record {
            v: VERSION,
            base,
            file,
            text,
            ..parsed
        })
    }

    /// What is kept of a file.
    pub(crate) fn get(&self, path: &Path) -> Option<&Kept> {
        self.files
            .iter()
            .find(|kept| self.base.join(&kept.path) == path)
    }

    /// Keeps what a change overwrites. A file that we have written before, and nobody since, keeps its older text;
    /// where ours stands among newer things of others, there is no text to go back to.
    pub(crate) fn keep(&mut self, change: &Change, ours: Ours) {
        let Some(wrote) = change.after.clone() else {
            return;
        };
        let kept = self.get(&change.path).cloned();
        self.forget(&change.path);
        let (before, folders) = match kept {
            Some(kept) if change.before.as_ref() == Some(&kept.wrote) => {
                (kept.before, kept.folders)
            }
            _ if ours == Ours::Stood => return,
            _ => (change.before.clone(), change.folders.clone()),
        };
        let path = change.path.strip_prefix(&self.base).unwrap_or(&change.path);
        self.files.push(Kept {
            path: path.to_owned(),
            wrote,
            before,
            folders,
        });
    }

    /// Keeps nothing of a file any longer.
    pub(crate) fn forget(&mut self, path: &Path) {
        let base = self.base.clone();
        self.files.retain(|kept| base.join(&kept.path) != path);
    }

    /// The change of the record's own file, which is made together with the others.
    pub(crate) fn change(&self) -> Option<Change> {
        let after = (!self.files.is_empty())
            .then(|| serde_json::to_string_pretty(self).unwrap_or_default() + "\n");
        let folders = match &after {
            Some(_) => missing_folders(&self.file),
            None => self.file.parent().map(Path::to_owned).into_iter().collect(),
        };
        (after != self.text).then(|| Change {
            path: self.file.clone(),
            before: self.text.clone(),
            after,
            folders,
            readers: Readers::Owner,
        })
    }
}
