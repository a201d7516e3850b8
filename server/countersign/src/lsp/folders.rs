//! The workspace folders of the editor's window, and the repositories in them.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use countersign_ledger::{Place, locate};
use tower_lsp::ls_types::{Uri, WorkspaceFolder};

use super::convert;
use crate::workspace::inner::submodules;

/// Of so many entries at most a folder is searched for repositories.
const MOST_ENTRIES: usize = 1000;

/// A folder of the window.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    /// As the client names it.
    pub(super) uri: Uri,
    /// As the client spells its path.
    path: PathBuf,
    /// Without symlinks.
    pub(super) real: PathBuf,
    places: Vec<Place>,
}

impl Folder {
    fn new(uri: &Uri) -> Option<Self> {
        let path = convert::file(uri)?;
        let real = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        Some(Folder {
            uri: uri.clone(),
            places: places_in(&real),
            path,
            real,
        })
    }
}

/// The repository that a folder lies in, else the folder itself; the submodules in the folder, and the repositories
/// beside each other in it.
fn places_in(folder: &Path) -> Vec<Place> {
    let own = locate(folder);
    let mut inner = submodules(&own);
    inner.retain(|place| place.root.starts_with(folder));
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let folders = entries.take(MOST_ENTRIES).flatten().map(|it| it.path());
    let repositories = folders.filter(|it| it.join(".git").exists());
    let beside = repositories.map(|it| locate(&it));
    std::iter::once(own).chain(inner).chain(beside).collect()
}

/// All folders of the window; none where it shows single files.
#[derive(Default)]
pub(crate) struct Folders(RwLock<Vec<Folder>>);

impl Folders {
    /// The folders that a window has at the start.
    pub(super) fn set<'a>(&self, uris: impl IntoIterator<Item = &'a Uri>) {
        *self.write() = uris.into_iter().filter_map(Folder::new).collect();
    }

    /// Folders went and came.
    pub(super) fn change(&self, removed: &[WorkspaceFolder], added: &[WorkspaceFolder]) {
        let added: Vec<Folder> = added.iter().filter_map(|it| Folder::new(&it.uri)).collect();
        let mut folders = self.write();
        let is_named = |folder: &Folder, by: &WorkspaceFolder| {
            by.uri == folder.uri || convert::file(&by.uri).as_ref() == Some(&folder.path)
        };
        folders.retain(|folder| !removed.iter().any(|it| is_named(folder, it)));
        folders.extend(added);
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Folder> {
        self.read().clone()
    }

    /// The innermost folder that holds a file, given without symlinks.
    pub(super) fn of(&self, file: &Path) -> Option<Folder> {
        let folders = self.read();
        let holding = folders.iter().filter(|it| file.starts_with(&it.real));
        holding
            .max_by_key(|it| it.real.components().count())
            .cloned()
    }

    /// The folders, as the log names them.
    pub(super) fn shown(&self) -> String {
        let folders = self.read();
        let shown: Vec<_> = folders
            .iter()
            .map(|it| it.path.display().to_string())
            .collect();
        match shown.is_empty() {
            true => "single files".to_owned(),
            false => shown.join(", "),
        }
    }

    /// The repositories of the folders, a work tree each. Of those that buffers lie in, the ones inside a folder count.
    pub(super) fn places(&self, open: Vec<Place>) -> Vec<Place> {
        let inside = |place: &Place| self.of(&place.root).is_some();
        let open = open.into_iter().filter(inside);
        let mut places: Vec<Place> = Vec::new();
        for place in self.all().into_iter().flat_map(|it| it.places).chain(open) {
            if places.iter().all(|known| known.root != place.root) {
                places.push(place);
            }
        }
        places
    }

    /// A file as the client would name it; `None` for one outside the folders.
    pub(super) fn uri(&self, file: &Path) -> Option<Uri> {
        let folder = self.of(file)?;
        let inside = file.strip_prefix(&folder.real).ok()?;
        Uri::from_file_path(folder.path.join(inside))
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Vec<Folder>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Vec<Folder>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
