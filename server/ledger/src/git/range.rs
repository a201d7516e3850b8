//! What is new between two states of a repository.

use std::collections::HashSet;

use countersign_provenance::BlobId;

use super::command::{run, run_with, words};
use super::objects::contents;
use super::{CommitId, GitError};
use crate::Place;

/// The bytes of files at a revision, in their order; `None` for what it lacks.
pub fn read_at(
    place: &Place,
    revision: &str,
    paths: &[String],
) -> Result<Vec<Option<Vec<u8>>>, GitError> {
    let commit = super::rev_parse(place, revision)?;
    let mut asked = String::new();
    for path in paths {
        // The protocol is a line an object: such a path cannot be asked for.
        let path = if path.contains('\n') { "" } else { path };
        asked.push_str(&format!("{}:{path}\n", commit.as_str()));
    }
    let answer = run_with(place, &["cat-file", "--batch"], asked.as_bytes())?;
    contents(&answer, paths.len())
}

/// The blobs that a commit reaches and none of the tips does.
pub fn new_blobs(
    place: &Place,
    commit: &CommitId,
    tips: &[CommitId],
) -> Result<HashSet<BlobId>, GitError> {
    let mut asked = format!("{}\n--not\n", commit.as_str());
    for tip in tips {
        asked.push_str(tip.as_str());
        asked.push('\n');
    }
    let arguments =
        ["rev-list", "--objects", "--no-object-names", "--ignore-missing", "--stdin"];
    let answer = run_with(place, &arguments, asked.as_bytes())?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().filter_map(BlobId::new).collect())
}

/// Files that git neither tracks nor ignores.
pub fn untracked(place: &Place) -> Result<Vec<String>, GitError> {
    let arguments = ["ls-files", "-z", "--others", "--exclude-standard", "--full-name"];
    let answer = run(place, &arguments)?;
    Ok(words(&answer).map(str::to_owned).collect())
}
