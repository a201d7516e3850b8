//! Which ledger and which work tree a file belongs to.
//!
//! The file's own repository decides, never the working directory. No git is
//! started: this runs before every hook and has microseconds.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::digest;

/// Where the facts about a file are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder of the ledger: `countersign` in the repository's common git
    /// folder, or one under the user's state folder.
    pub dir: PathBuf,
    /// The root of the work tree; outside git the folder that shares a ledger.
    /// Absolute, without symlinks.
    pub root: PathBuf,
    /// Tells the work trees of one ledger apart: `root` as text.
    pub worktree: String,
    /// The git folder of this work tree.
    pub git_dir: Option<PathBuf>,
    /// The git folder that all work trees of the repository share.
    pub common_dir: Option<PathBuf>,
    /// Where batches wait when `dir` cannot be written at all.
    pub overflow: PathBuf,
    /// The folder for what lies outside repositories, if one is known.
    pub state: Option<PathBuf>,
}

/// Finds the place of a file or folder, which need not exist yet.
pub fn locate(file_or_dir: &Path) -> Place {
    locate_in(file_or_dir, state_folder().as_deref())
}

/// Like [`locate`] for what an agent works on that was started in one of these folders, the outermost last: outside
/// repositories all beneath it shares a ledger.
pub fn locate_within(file_or_dir: &Path, folders: &[PathBuf]) -> Place {
    let place = locate(file_or_dir);
    if place.git_dir.is_some() || place.dir.is_dir() {
        return place;
    }
    let folders = folders.iter().rev().map(|folder| resolved(folder));
    let mut around = folders.filter(|folder| folder.parent().is_some());
    match around.find(|folder| place.root.starts_with(folder)) {
        Some(folder) => at_outside(&folder, place.state.as_deref()),
        None => place,
    }
}

/// Like [`locate`], with the folder for what lies outside repositories and for
/// what a repository cannot hold. `None`: no such folder is known.
pub fn locate_in(file_or_dir: &Path, state: Option<&Path>) -> Place {
    let path = resolved(file_or_dir);
    let folder = if path.is_dir() {
        path.as_path()
    } else {
        path.parent().unwrap_or(&path)
    };
    folder
        .ancestors()
        .find_map(|root| Some((root, git_folder(root)?)))
        .map(|(root, git_dir)| in_repository(root, git_dir, state))
        .unwrap_or_else(|| outside(folder, state))
}

/// The place that a folder has as long as no repository holds it.
pub fn locate_outside(folder: &Path) -> Place {
    outside(&resolved(folder), state_folder().as_deref())
}

impl Place {
    /// The path inside the root, with `/`. `None` outside it, inside a git
    /// folder, and where it is not Unicode. Symlinks are resolved first.
    pub fn relative(&self, path: &Path) -> Option<String> {
        let path = resolved(path);
        let inside = path.strip_prefix(&self.root).ok()?;
        let mut parts = Vec::new();
        for part in inside.components() {
            match part {
                Component::Normal(name) if name != ".git" => parts.push(name.to_str()?),
                _ => return None,
            }
        }
        (!parts.is_empty()).then(|| parts.join("/"))
    }

    /// Whether its repository has no work tree, as on a server.
    pub fn is_bare(&self) -> bool {
        self.git_dir.as_ref() == Some(&self.root)
    }

    /// Where facts about the files of this repository may have been kept before it was one: the places of its root and
    /// of the folders above that have a ledger, each with the path of the root in there (with a `/` at its end, or
    /// empty).
    pub fn before_it_was(&self) -> Vec<(Place, String)> {
        if self.git_dir.is_none() {
            return Vec::new();
        }
        let state = self.state.as_deref();
        let above = self.root.ancestors();
        let above = above.filter(|folder| ledger_outside(folder, state).is_dir());
        let places = above.map(|folder| at_outside(folder, state));
        let with_path = |place: Place| match place.root == self.root {
            true => Some((place, String::new())),
            false => place.relative(&self.root).map(|path| (place, path + "/")),
        };
        places.filter_map(with_path).collect()
    }

    /// The file at a relative path.
    pub fn absolute(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }
}

/// The roots of the other work trees of a repository. No git is started.
pub fn other_work_trees(place: &Place) -> Vec<PathBuf> {
    let Some(common) = place.common_dir.as_deref() else {
        return Vec::new();
    };
    // Each names the file `.git` of its root.
    let linked = fs::read_dir(common.join("worktrees")).into_iter().flatten();
    let linked = linked.filter_map(|entry| {
        let link = fs::read_to_string(entry.ok()?.path().join("gitdir")).ok()?;
        Some(PathBuf::from(link.trim_end()).parent()?.to_owned())
    });
    let main = common.file_name().filter(|name| *name == ".git");
    let main = main.and_then(|_| common.parent()).map(Path::to_owned);
    let roots = main.into_iter().chain(linked).map(|root| resolved(&root));
    roots.filter(|root| *root != place.root).collect()
}

fn in_repository(root: &Path, git_dir: PathBuf, state: Option<&Path>) -> Place {
    let common_dir = common_folder(&git_dir);
    let dir = common_dir.join("countersign");
    Place {
        overflow: overflow(&dir, state),
        dir,
        root: root.to_owned(),
        worktree: root.to_string_lossy().into_owned(),
        git_dir: Some(git_dir),
        common_dir: Some(common_dir),
        state: state.map(Path::to_owned),
    }
}

/// The nearest folder above that has a ledger keeps it for all beneath; else
/// the file's own folder gets one, so that siblings share it.
fn outside(folder: &Path, state: Option<&Path>) -> Place {
    let mut above = folder.ancestors();
    let root = above.find(|root| ledger_outside(root, state).is_dir());
    at_outside(root.unwrap_or(folder), state)
}

fn at_outside(root: &Path, state: Option<&Path>) -> Place {
    let dir = ledger_outside(root, state);
    Place {
        overflow: overflow(&dir, state),
        dir,
        root: root.to_owned(),
        worktree: root.to_string_lossy().into_owned(),
        git_dir: None,
        common_dir: None,
        state: state.map(Path::to_owned),
    }
}

/// Where a folder that is in no repository has its ledger.
fn ledger_outside(root: &Path, state: Option<&Path>) -> PathBuf {
    match state {
        Some(state) => state.join(name_of(root)),
        None => root.join(".countersign"),
    }
}

fn overflow(dir: &Path, state: Option<&Path>) -> PathBuf {
    match state {
        Some(state) => state.join("spool").join(name_of(dir)),
        None => dir.join("spool"),
    }
}

fn name_of(folder: &Path) -> String {
    let mut name = digest::sha256(&[folder.as_os_str().as_encoded_bytes()]);
    name.truncate(32);
    name
}

/// `$XDG_STATE_HOME/countersign`, or what stands for it on this system.
fn state_folder() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    let base = etcetera::choose_base_strategy().ok()?;
    Some(
        base.state_dir()
            .unwrap_or_else(|| base.data_dir())
            .join("countersign"),
    )
}

/// Absolute and without symlinks, as far as the path exists.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut rest: Vec<OsString> = Vec::new();
    let mut known = absolute.as_path();
    loop {
        if let Ok(real) = canonical(known) {
            return without_dots(rest.iter().rev().fold(real, |path, name| path.join(name)));
        }
        let Some(parent) = known.parent() else {
            return without_dots(absolute);
        };
        let name = known
            .components()
            .next_back()
            .map(|part| part.as_os_str().to_owned());
        rest.extend(name);
        known = parent;
    }
}

/// Without symlinks. On Windows in the plain form (`C:\…`), since git and editors know no other (`\\?\C:\…`).
fn canonical(path: &Path) -> io::Result<PathBuf> {
    dunce::canonicalize(path)
}

/// In a tail that does not exist `..` can only mean the name before it.
fn without_dots(path: PathBuf) -> PathBuf {
    if !path.components().any(|part| part == Component::ParentDir) {
        return path;
    }
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

/// The git folder of a work tree with this root, or of a bare repository, if it is one.
fn git_folder(root: &Path) -> Option<PathBuf> {
    let dot_git = root.join(".git");
    if !dot_git.exists() {
        return is_bare(root).then(|| root.to_owned());
    }
    let kind = fs::metadata(&dot_git).ok()?.file_type();
    let folder = if kind.is_dir() {
        dot_git
    } else {
        let link = fs::read_to_string(&dot_git).ok()?;
        let target = link
            .strip_prefix("gitdir:")?
            .trim_matches([' ', '\r', '\n']);
        root.join(target)
    };
    let folder = canonical(&folder).ok()?;
    // HEAD is a dangling symlink in some old repositories.
    folder.join("HEAD").symlink_metadata().ok().map(|_| folder)
}

/// A repository without work tree, and not the git folder of one that has it.
fn is_bare(folder: &Path) -> bool {
    let has = |name: &str| folder.join(name).exists();
    let inside = || folder.components().any(|part| part.as_os_str() == ".git");
    has("HEAD") && has("objects") && has("refs") && !inside()
}

fn common_folder(git_dir: &Path) -> PathBuf {
    let Ok(link) = fs::read_to_string(git_dir.join("commondir")) else {
        return git_dir.to_owned();
    };
    let folder = git_dir.join(link.trim_matches([' ', '\r', '\n']));
    canonical(&folder).unwrap_or_else(|_| git_dir.to_owned())
}
