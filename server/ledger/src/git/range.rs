//! What is new between two states of a repository.

use std::collections::{HashMap, HashSet};

use countersign_provenance::BlobId;

use super::command::{Running, run_with, start, words};
use super::objects::contents;
use super::{CommitId, GitError, Version, blob_id, file_at, object_format};
use crate::Place;

/// The bytes of files at a revision, in their order; `None` for what it lacks.
pub fn read_at(
    place: &Place,
    revision: &str,
    paths: &[String],
) -> Result<Vec<Option<Vec<u8>>>, GitError> {
    let commit = match CommitId::new(revision) {
        Some(commit) => commit,
        None => super::rev_parse(place, revision)?,
    };
    let mut asked = String::new();
    for path in paths {
        asked.push_str(&name_at(place, &commit, path)?);
    }
    let answer = run_with(place, &["cat-file", "--batch"], asked.as_bytes())?;
    contents(&answer, paths.len())
}

/// The bytes that one path has in these commits, in their order; `None` where a commit lacks it.
pub fn read_in<'a>(
    place: &Place,
    commits: impl Iterator<Item = &'a CommitId>,
    path: &str,
) -> Result<Vec<Option<Vec<u8>>>, GitError> {
    let names: Vec<String> = commits
        .map(|commit| name_at(place, commit, path))
        .collect::<Result<_, _>>()?;
    let answer = run_with(place, &["cat-file", "--batch"], names.concat().as_bytes())?;
    contents(&answer, names.len())
}

/// How `cat-file` is asked for a file of a commit. It reads a line an object, so a path of two lines is
/// looked up first.
fn name_at(place: &Place, commit: &CommitId, path: &str) -> Result<String, GitError> {
    if !path.contains('\n') {
        return Ok(format!("{}:{path}\n", commit.as_str()));
    }
    let file = file_at(place, &Version::Commit(commit.clone()), path)?;
    let blob = file.map(|file| file.blob.to_string()).unwrap_or_default();
    Ok(format!("{blob}\n"))
}

/// The text that HEAD has at a path, then these others, as far as they are here and are text.
pub fn texts_at(
    place: &Place,
    path: &str,
    blobs: &[BlobId],
) -> Result<Vec<(BlobId, String)>, GitError> {
    let mut asked = match path.contains('\n') {
        true => super::rev_parse(place, "HEAD")
            .and_then(|head| name_at(place, &head, path))
            .unwrap_or_else(|_| "\n".to_owned()),
        false => format!("HEAD:{path}\n"),
    };
    asked.extend(blobs.iter().flat_map(|blob| [blob.as_str(), "\n"]));
    let answer = run_with(place, &["cat-file", "--batch"], asked.as_bytes())?;
    let format = object_format(place);
    let text = |bytes: Option<Vec<u8>>| {
        let bytes = bytes?;
        let blob = blob_id(&bytes, format);
        Some((blob, String::from_utf8(bytes).ok()?))
    };
    let texts = contents(&answer, blobs.len() + 1)?.into_iter();
    Ok(texts.filter_map(text).collect())
}

/// What some commits reach and others do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewObjects {
    /// The commits.
    pub commits: HashSet<CommitId>,
    /// Texts with one path of each. There are folders among them, which
    /// [`super::read_blobs`] does not find.
    pub blobs: HashMap<BlobId, String>,
}

/// What these commits reach and none of the tips does.
pub fn new_objects(
    place: &Place,
    commits: &[CommitId],
    tips: &[CommitId],
) -> Result<NewObjects, GitError> {
    let mut new = NewObjects::default();
    if commits.iter().all(|commit| tips.contains(commit)) {
        return Ok(new);
    }
    let named = commits.iter().map(|id| format!("{}\n", id.as_str()));
    let known = tips.iter().map(|tip| format!("^{}\n", tip.as_str()));
    let asked: String = named.chain(known).collect();
    let arguments = [
        "rev-list",
        "--objects",
        "--ignore-missing",
        "--missing=allow-any",
        "--stdin",
    ];
    let answer = run_with(place, &arguments, asked.as_bytes())?;
    for line in answer.split(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(line);
        match line.split_once(' ') {
            None => new.commits.extend(CommitId::new(line.as_ref())),
            Some((id, path)) if !path.is_empty() => {
                new.blobs
                    .extend(BlobId::new(id).map(|id| (id, path.to_owned())));
            }
            Some(_) => {}
        }
    }
    Ok(new)
}

/// All that these commits reach and the others do not, texts among it: also what
/// a partial clone lacks.
pub fn reached_objects(
    place: &Place,
    commits: &[CommitId],
    but: &[CommitId],
) -> Result<HashSet<BlobId>, GitError> {
    let named = commits.iter().map(|id| format!("{}\n", id.as_str()));
    let but = but.iter().map(|id| format!("^{}\n", id.as_str()));
    let asked: String = named.chain(but).collect();
    let arguments = [
        "rev-list",
        "--objects",
        "--no-object-names",
        "--ignore-missing",
        "--missing=print",
        "--stdin",
    ];
    let answer = run_with(place, &arguments, asked.as_bytes())?;
    let answer = String::from_utf8_lossy(&answer);
    let ids = answer.lines().map(|line| line.trim_start_matches('?'));
    Ok(ids.filter_map(BlobId::new).collect())
}

/// The newest commit that all of these descend from. `None` where there is none,
/// or where this clone lacks one of them.
pub fn common_ancestor(place: &Place, commits: &[CommitId]) -> Result<Option<CommitId>, GitError> {
    let mut arguments = vec!["merge-base", "--octopus"];
    arguments.extend(commits.iter().map(CommitId::as_str));
    match start(place, &arguments)?.finish_search() {
        Ok(answer) => Ok(CommitId::new(String::from_utf8_lossy(&answer).trim())),
        Err(GitError::Failed { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The newest commit that both this one and any of the others descend from, or are.
pub fn shared_ancestor(
    place: &Place,
    commit: &CommitId,
    others: &[CommitId],
) -> Result<Option<CommitId>, GitError> {
    let mut arguments = vec!["merge-base", commit.as_str()];
    arguments.extend(others.iter().map(CommitId::as_str));
    match start(place, &arguments)?.finish_search() {
        Ok(answer) => Ok(CommitId::new(String::from_utf8_lossy(&answer).trim())),
        Err(GitError::Failed { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Those of these commits that are in the repository.
pub fn known_commits(place: &Place, commits: Vec<CommitId>) -> Result<Vec<CommitId>, GitError> {
    if commits.is_empty() {
        return Ok(commits);
    }
    let asked: String = commits.iter().flat_map(|id| [id.as_str(), "\n"]).collect();
    let check = ["cat-file", "--batch-check=%(objecttype)", "--buffer"];
    let answer = run_with(place, &check, asked.as_bytes())?;
    let answer = String::from_utf8_lossy(&answer);
    let known = commits.into_iter().zip(answer.lines());
    Ok(known
        .filter(|(_, kind)| *kind == "commit")
        .map(|(id, _)| id)
        .collect())
}

/// Files that git neither tracks nor ignores.
pub fn untracked(place: &Place) -> Result<Vec<String>, GitError> {
    let answer = start_untracked(place)?.finish()?;
    Ok(words(&answer).map(str::to_owned).collect())
}

pub(super) fn start_untracked(place: &Place) -> Result<Running, GitError> {
    let arguments = [
        "ls-files",
        "-z",
        "--others",
        "--exclude-standard",
        "--full-name",
    ];
    start(place, &arguments)
}
