//! Two states of all files side by side, and where two histories part.

use std::path::PathBuf;

use countersign_provenance::BlobId;

use super::command::{run, start, start_on_index, words};
use super::history::{empty_tree, tree_entry};
use super::{CommitId, GitError, TreeEntry, head_tree, object_format};
use crate::Place;

/// A state of all files that git has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Version {
    /// What a commit holds.
    Commit(CommitId),
    /// What the next commit would hold.
    Index,
}

/// Whether a path gone and a path come with much the same text are one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renames {
    /// They are. Git reads the texts for it.
    Paired,
    /// They are two. No text is read.
    Apart,
}

/// A file that differs between two states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// `None` where it was not there.
    pub old: Option<TreeEntry>,
    /// `None` where it is gone.
    pub new: Option<TreeEntry>,
}

/// The id of the tree that holds nothing, in a repository's format.
pub fn empty_tree_id(place: &Place) -> &'static str {
    empty_tree(object_format(place))
}

/// The best common ancestors of two commits: none where they share no history that this clone has.
pub fn merge_bases(
    place: &Place,
    one: &CommitId,
    other: &CommitId,
) -> Result<Vec<CommitId>, GitError> {
    let arguments = ["merge-base", "--all", one.as_str(), other.as_str()];
    let answer = start(place, &arguments)?.finish_search()?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().filter_map(CommitId::new).collect())
}

/// The commits at which a shallow clone cut its history off: their parents are not here.
pub fn cut_off(place: &Place) -> Vec<CommitId> {
    let file = place.common_dir.as_deref().map(|dir| dir.join("shallow"));
    let text = file
        .and_then(|file| std::fs::read_to_string(file).ok())
        .unwrap_or_default();
    text.lines().filter_map(CommitId::new).collect()
}

/// The files that differ from a commit (`None`: from nothing) to a state. Submodules, and what a merge left open in
/// the index, are left out.
pub fn file_changes(
    place: &Place,
    from: Option<&CommitId>,
    to: &Version,
    renames: Renames,
) -> Result<Vec<FileChange>, GitError> {
    let from = from.map_or_else(|| empty_tree_id(place), CommitId::as_str);
    let mut arguments = match to {
        Version::Commit(_) => vec!["diff-tree"],
        Version::Index => vec!["diff-index", "--cached"],
    };
    arguments.extend(raw(renames));
    arguments.push(from);
    let answer = match to {
        Version::Commit(commit) => {
            arguments.push(commit.as_str());
            run(place, &arguments)?
        }
        Version::Index => start_on_index(place, &arguments)?.finish()?,
    };
    let changes = rows(&answer).filter_map(|row| match row {
        Row::Change(change) => Some(change),
        Row::Heading(_) => None,
    });
    Ok(changes.collect())
}

/// The options for rows as [`rows`] reads them, whatever the settings say.
pub(super) fn raw(renames: Renames) -> [&'static str; 5] {
    let (renames, limit) = match renames {
        Renames::Paired => ("--find-renames", "-l1000"),
        Renames::Apart => ("--no-renames", "-l0"),
    };
    ["-r", "-z", "--raw", renames, limit]
}

/// All files of a state, sorted by path. Submodules, and what a merge left open, are left out.
pub fn files(place: &Place, version: &Version) -> Result<Vec<TreeEntry>, GitError> {
    match version {
        Version::Commit(commit) => head_tree(place, commit.as_str()),
        Version::Index => index_entries(place, &[]),
    }
}

/// The file of a state at a path.
pub fn file_at(
    place: &Place,
    version: &Version,
    path: &str,
) -> Result<Option<TreeEntry>, GitError> {
    match version {
        Version::Commit(commit) => {
            let arguments = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree"];
            let named = [commit.as_str(), "--", path];
            let answer = run(place, &[&arguments[..], &named].concat())?;
            Ok(words(&answer)
                .filter_map(tree_entry)
                .find(|entry| entry.path == path))
        }
        Version::Index => {
            let mut found = index_entries(place, &["--", path])?;
            found.retain(|entry| entry.path == path);
            Ok(found.pop())
        }
    }
}

/// The files of the index that a merge left open, each once.
pub fn unmerged(place: &Place) -> Result<Vec<String>, GitError> {
    let arguments = ["ls-files", "-z", "--unmerged", "--full-name"];
    let answer = start_on_index(place, &arguments)?.finish()?;
    let path = |line: &str| Some(line.split_once('\t')?.1.to_owned());
    let mut paths: Vec<String> = words(&answer).filter_map(path).collect();
    paths.dedup();
    Ok(paths)
}

fn index_entries(place: &Place, more: &[&str]) -> Result<Vec<TreeEntry>, GitError> {
    let arguments = [
        "--literal-pathspecs",
        "ls-files",
        "-z",
        "--stage",
        "--full-name",
    ];
    let arguments = [&arguments[..], more].concat();
    let answer = start_on_index(place, &arguments)?.finish()?;
    Ok(words(&answer).filter_map(index_entry).collect())
}

/// Reads `mode id stage TAB path`; `None` for a submodule, and for what a merge left open.
pub(super) fn index_entry(line: &str) -> Option<TreeEntry> {
    let (about, path) = line.split_once('\t')?;
    let words: Vec<&str> = about.split(' ').collect();
    let [mode, blob, "0"] = words[..] else {
        return None;
    };
    entry(mode, blob, path)
}

/// A row of `diff-tree -z`.
pub(super) enum Row {
    /// The commit that the rows to come are about, where git was told several.
    Heading(CommitId),
    /// A file.
    Change(FileChange),
}

/// Reads `:mode mode old new status NUL path NUL`, with a second path where the status is a rename.
pub(super) fn rows(answer: &[u8]) -> impl Iterator<Item = Row> {
    let mut parts = answer.split(|byte| *byte == 0);
    std::iter::from_fn(move || {
        loop {
            let about = String::from_utf8_lossy(parts.next()?);
            // `log -z` puts a line end between the heading and its rows.
            let Some(about) = about.trim_start().strip_prefix(':') else {
                match CommitId::new(about.as_ref()) {
                    Some(commit) => return Some(Row::Heading(commit)),
                    None => continue,
                }
            };
            let words: Vec<&str> = about.split(' ').collect();
            let [old_mode, new_mode, old, new, status] = words[..] else {
                continue;
            };
            let from = parts.next()?;
            let to = match status.starts_with(['R', 'C']) {
                true => parts.next()?,
                false => from,
            };
            if status == "U" {
                continue;
            }
            let change = FileChange {
                old: named(old_mode, old, from),
                new: named(new_mode, new, to),
            };
            if change.old.is_some() || change.new.is_some() {
                return Some(Row::Change(change));
            }
        }
    })
}

/// A file whose path is not Unicode is left out: no fact can name it.
fn named(mode: &str, blob: &str, path: &[u8]) -> Option<TreeEntry> {
    let Ok(path) = str::from_utf8(path) else {
        tracing::warn!(path = %String::from_utf8_lossy(path), "a path is not Unicode");
        return None;
    };
    entry(mode, blob, path)
}

fn entry(mode: &str, blob: &str, path: &str) -> Option<TreeEntry> {
    const SUBMODULE: u32 = 0o160_000;
    let mode = u32::from_str_radix(mode, 8).ok()?;
    let is_there = mode != SUBMODULE && blob.bytes().any(|byte| byte != b'0');
    let blob = BlobId::new(blob).filter(|_| is_there)?;
    Some(TreeEntry {
        path: path.to_owned(),
        blob,
        mode,
    })
}

/// The index that git names to the hooks of a commit: `git commit -a` makes one that has not its own name yet. `None`
/// where none is named. One that lies elsewhere may be of another repository, so nothing is said of it.
pub(super) fn named_index(place: &Place) -> Result<Option<PathBuf>, GitError> {
    let Some(named) = std::env::var_os("GIT_INDEX_FILE") else {
        return Ok(None);
    };
    let file = place.root.join(named);
    let folder = file.parent().and_then(|dir| dunce::canonicalize(dir).ok());
    match folder == place.git_dir {
        true => Ok(Some(file)),
        false => Err(GitError::OtherIndex(file)),
    }
}
