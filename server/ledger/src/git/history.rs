//! Trees, and the texts that a path has had.

use std::collections::HashSet;
use std::time::Duration;

use countersign_provenance::BlobId;

use super::command::{run, run_within, words};
use super::compare::{FileChange, Renames, Row, raw, rows};
use super::{CommitId, GitError, ObjectFormat, object_format};
use crate::Place;

/// A file of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Its text, or a symlink's target.
    pub blob: BlobId,
    /// As git writes it: `0o100644`, `0o100755`, `0o120000` for a symlink.
    pub mode: u32,
}

/// A path that differs between two trees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeChange {
    /// Relative to the root, with `/`.
    pub path: String,
    /// `None` where it was not there.
    pub old: Option<BlobId>,
    /// `None` where it is gone.
    pub new: Option<BlobId>,
}

/// The files of a revision's tree, sorted by path. Submodules are left out.
pub fn head_tree(place: &Place, revision: &str) -> Result<Vec<TreeEntry>, GitError> {
    let commit = super::rev_parse(place, revision)?;
    let answer = run(
        place,
        &["ls-tree", "-r", "-z", "--full-tree", commit.as_str()],
    )?;
    Ok(words(&answer).filter_map(tree_entry).collect())
}

pub(super) fn tree_entry(line: &str) -> Option<TreeEntry> {
    let (about, path) = line.split_once('\t')?;
    let mut words = about.split(' ');
    let mode = u32::from_str_radix(words.next()?, 8).ok()?;
    let is_blob = words.next()? == "blob";
    let blob = BlobId::new(words.next()?)?;
    is_blob.then(|| TreeEntry {
        path: path.to_owned(),
        blob,
        mode,
    })
}

/// The paths that differ from one commit to another; all of them where there
/// was none before. Renames are a path gone and a path come. Submodules are left out.
pub fn tree_diff(
    place: &Place,
    from: Option<&CommitId>,
    to: &CommitId,
) -> Result<Vec<TreeChange>, GitError> {
    let from = from.map_or_else(|| empty_tree(object_format(place)), CommitId::as_str);
    let arguments = [
        "diff-tree",
        "-r",
        "-z",
        "--no-renames",
        "--raw",
        from,
        to.as_str(),
    ];
    let answer = run(place, &arguments)?;
    Ok(changes(&answer).collect())
}

/// Git knows this tree in every repository.
pub(super) fn empty_tree(format: ObjectFormat) -> &'static str {
    match format {
        ObjectFormat::Sha1 => "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
        ObjectFormat::Sha256 => "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
    }
}

/// Git compares each file with each path that it is told.
const MANY: usize = 256;

/// How these paths have changed in what these commits reach, but for what `not` reaches, newest first. At
/// most `limit` commits a path are looked at, and no longer than `within`: what
/// came by then counts.
pub fn path_changes(
    place: &Place,
    paths: &[String],
    tips: &[CommitId],
    not: Option<&CommitId>,
    limit: usize,
    within: Duration,
) -> Result<Vec<TreeChange>, GitError> {
    if tips.is_empty() || paths.is_empty() {
        return Ok(Vec::new());
    }
    let count = (limit * paths.len()).to_string();
    let told = match paths.len() <= MANY {
        true => paths,
        false => &[],
    };
    let pathspecs = told.iter().map(|path| format!(":(literal){path}"));
    // Without full history git passes over side branches that left no trace;
    // without -m what only a merge or a stash holds would not be shown.
    let mut arguments: Vec<String> = [
        "-c",
        "log.showRoot=true",
        "-c",
        "log.showSignature=false",
        "log",
        "--format=",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--full-history",
        "-m",
        "-n",
        &count,
        "--ignore-missing",
        "--stdin",
        "--",
    ]
    .map(str::to_owned)
    .into();
    arguments.extend(pathspecs);
    let not = not.map(|commit| format!("^{}\n", commit.as_str()));
    let tips = tips.iter().map(|tip| format!("{}\n", tip.as_str()));
    let input: String = tips.chain(not).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let answer = run_within(place, &arguments, input.as_bytes(), within)?;
    let wanted: HashSet<&str> = paths.iter().map(String::as_str).collect();
    let changes = changes(&answer).filter(|change| wanted.contains(&*change.path));
    Ok(changes.collect())
}

/// What stood before each change of a path in what a commit reaches, newest first:
/// the first parents of the commits that made them. At most `limit` of them, and
/// as many as are found `within` so long.
pub fn before_changes(
    place: &Place,
    path: &str,
    tip: &CommitId,
    limit: usize,
    within: Duration,
) -> Result<Vec<CommitId>, GitError> {
    let (count, pathspec) = (limit.to_string(), format!(":(literal){path}"));
    let arguments = [
        "-c",
        "log.showSignature=false",
        "log",
        "--format=%P",
        "--full-history",
        "-n",
        &count,
        tip.as_str(),
        "--",
        &pathspec,
    ];
    let answer = run_within(place, &arguments, b"", within)?;
    let answer = String::from_utf8_lossy(&answer);
    let first = |line: &str| CommitId::new(line.split(' ').next()?);
    Ok(answer.lines().filter_map(first).collect())
}

/// A file that a commit renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// The commit before that one.
    pub before: CommitId,
    /// What it had.
    pub old: TreeEntry,
    /// What became of it.
    pub new: TreeEntry,
}

/// The renamings in what a commit reaches, newest first; as many as are found `within` so long. What merges renamed is
/// left out.
pub fn renamings(
    place: &Place,
    tip: &CommitId,
    within: Duration,
) -> Result<Vec<Renamed>, GitError> {
    let arguments = [
        &["-c", "log.showSignature=false", "log", "--format=%P"][..],
        &["--no-abbrev", "--diff-filter=R"],
        &raw(Renames::Paired),
        &[tip.as_str()],
    ];
    let answer = run_within(place, &arguments.concat(), b"", within)?;
    let mut before = None;
    let renamed = rows(&answer).filter_map(|row| match row {
        Row::Heading(parent) => {
            before = Some(parent);
            None
        }
        Row::Change(FileChange { old, new }) => Some(Renamed {
            before: before.clone()?,
            old: old?,
            new: new?,
        }),
    });
    Ok(renamed.collect())
}

/// Reads `:mode mode old new status NUL path NUL` and so on.
fn changes(answer: &[u8]) -> impl Iterator<Item = TreeChange> {
    let mut parts = answer.split(|byte| *byte == 0);
    std::iter::from_fn(move || {
        loop {
            let about = parts.next()?;
            let Some(about) = str::from_utf8(about).ok().map(str::trim_start) else {
                continue;
            };
            let Some(about) = about.strip_prefix(':') else {
                continue;
            };
            let path = str::from_utf8(parts.next()?).ok().map(str::to_owned);
            if let Some(change) = path.and_then(|path| change(about, path)) {
                return Some(change);
            }
        }
    })
}

fn change(about: &str, path: String) -> Option<TreeChange> {
    const SUBMODULE: &str = "160000";
    let words: Vec<&str> = about.split(' ').collect();
    let [old_mode, new_mode, old, new, _] = words[..] else {
        return None;
    };
    let blob = |mode: &str, id: &str| {
        let there = mode != SUBMODULE && id.bytes().any(|byte| byte != b'0');
        there.then(|| BlobId::new(id)).flatten()
    };
    let (old, new) = (blob(old_mode, old), blob(new_mode, new));
    (old.is_some() || new.is_some()).then_some(TreeChange { path, old, new })
}
