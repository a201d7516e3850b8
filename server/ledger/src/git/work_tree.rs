//! How the work tree differs from what git has stored.

use countersign_provenance::BlobId;

use super::attributes::may_set;
use super::command::{Running, start, words};
use super::range::start_untracked;
use super::refs::{AskedRefs, ask_refs};
use super::{CommitId, GitError};
use crate::Place;

/// What git knows, and what stands on the disk beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkTree {
    /// `None` before the first commit.
    pub head: Option<CommitId>,
    /// See [`super::refs`].
    pub refs: Vec<(String, CommitId)>,
    /// All other files are on the disk as in the index, and in the index as in HEAD.
    pub dirty: Vec<DirtyFile>,
}

/// A file that is not everywhere the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirtyFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// What HEAD has there.
    pub head_blob: Option<BlobId>,
    /// What the index has there. In a conflict: our side.
    pub index_blob: Option<BlobId>,
    /// How the disk differs.
    pub kind: DirtyKind,
}

/// How a file on the disk differs from the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirtyKind {
    /// Not at all: it is staged.
    Staged,
    /// It has other content or another type.
    Changed,
    /// It is gone.
    Deleted,
    /// Git does not track it, and does not ignore it.
    Untracked,
    /// A merge left it open.
    Unmerged,
}

/// Compares the work tree with the index and HEAD. Ignored files and
/// submodules are left out; a folder that is untracked is listed by its files.
pub fn work_tree(place: &Place) -> Result<WorkTree, GitError> {
    compare(place)?.finish()
}

/// Git at work on the question of [`work_tree`].
pub struct Compared<'a> {
    place: &'a Place,
    comparing: Comparing,
    refs: AskedRefs,
}

/// Like [`work_tree`], for those who have something else to do meanwhile.
pub fn compare(place: &Place) -> Result<Compared<'_>, GitError> {
    Ok(Compared {
        place,
        comparing: Comparing::start(place)?,
        refs: ask_refs(place)?,
    })
}

impl Compared<'_> {
    /// Waits for git.
    pub fn finish(self) -> Result<WorkTree, GitError> {
        let refs = self.refs.answer(self.place)?;
        let (head, dirty) = self.comparing.finish()?;
        Ok(WorkTree { head, refs, dirty })
    }
}

/// HEAD, and the files of the work tree that it does not have so: changed,
/// staged, gone, or not tracked.
pub fn dirty(place: &Place) -> Result<(Option<CommitId>, Vec<DirtyFile>), GitError> {
    Comparing::start(place)?.finish()
}

/// Git at work on a comparison.
struct Comparing {
    status: Running,
    others: Option<Running>,
}

impl Comparing {
    /// Two gits look at a large tree in less time than one. It alone reads the
    /// cache of untracked files that some people keep.
    fn start(place: &Place) -> Result<Self, GitError> {
        let alone = may_set(place, &["untrackedcache", "fsmonitor", "manyfiles"]);
        // It works on one processor only, and so begins first.
        let others = (!alone).then(|| start_untracked(place)).transpose()?;
        let status = start_status(place, if alone { "all" } else { "no" })?;
        Ok(Comparing { status, others })
    }

    fn finish(self) -> Result<(Option<CommitId>, Vec<DirtyFile>), GitError> {
        let (head, mut dirty) = read_status(&self.status.finish()?);
        let others = self.others.map(Running::finish).transpose()?;
        dirty.extend(words(&others.unwrap_or_default()).map(untracked));
        Ok((head, dirty))
    }
}

fn start_status(place: &Place, untracked: &str) -> Result<Running, GitError> {
    let untracked = format!("--untracked-files={untracked}");
    let arguments = [
        "status",
        "--porcelain=v2",
        "-z",
        "--branch",
        "--no-ahead-behind",
        &untracked,
        "--no-renames",
        "--ignore-submodules=all",
    ];
    start(place, &arguments)
}

fn read_status(answer: &[u8]) -> (Option<CommitId>, Vec<DirtyFile>) {
    let mut head = None;
    let mut dirty = Vec::new();
    for line in words(answer) {
        if let Some(id) = line.strip_prefix("# branch.oid ") {
            head = CommitId::new(id);
        } else {
            dirty.extend(dirty_file(line));
        }
    }
    (head, dirty)
}

fn dirty_file(line: &str) -> Option<DirtyFile> {
    let (sort, rest) = line.split_once(' ')?;
    match sort {
        "1" => changed(rest),
        "u" => unmerged(rest),
        "?" => Some(untracked(rest)),
        _ => None,
    }
}

fn untracked(path: &str) -> DirtyFile {
    DirtyFile {
        path: path.to_owned(),
        head_blob: None,
        index_blob: None,
        kind: DirtyKind::Untracked,
    }
}

/// `XY sub mH mI mW hH hI path`
fn changed(rest: &str) -> Option<DirtyFile> {
    let words: Vec<&str> = rest.splitn(8, ' ').collect();
    let [state, _, _, _, _, in_head, in_index, path] = words[..] else {
        return None;
    };
    let kind = match state.as_bytes().get(1)? {
        b'.' if state.starts_with('D') => DirtyKind::Deleted,
        b'.' => DirtyKind::Staged,
        b'D' => DirtyKind::Deleted,
        _ => DirtyKind::Changed,
    };
    Some(DirtyFile {
        path: path.to_owned(),
        head_blob: blob(in_head),
        index_blob: blob(in_index),
        kind,
    })
}

/// `XY sub m1 m2 m3 mW h1 h2 h3 path`: the base, ours, theirs.
fn unmerged(rest: &str) -> Option<DirtyFile> {
    let words: Vec<&str> = rest.splitn(10, ' ').collect();
    let [_, _, _, _, _, _, _, ours, _, path] = words[..] else {
        return None;
    };
    let (head_blob, index_blob) = (blob(ours), blob(ours));
    Some(DirtyFile {
        path: path.to_owned(),
        head_blob,
        index_blob,
        kind: DirtyKind::Unmerged,
    })
}

fn blob(id: &str) -> Option<BlobId> {
    id.bytes()
        .any(|byte| byte != b'0')
        .then(|| BlobId::new(id))
        .flatten()
}
