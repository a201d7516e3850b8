//! Where lines stand in a repository.

use super::command::{start, words};
use super::{CommitId, GitError};
use crate::Place;

/// The files that hold all of these lines, each somewhere in a line of its own:
/// of a commit, or of the work tree with what git does not track yet.
pub fn files_with(
    place: &Place,
    commit: Option<&CommitId>,
    lines: &[&str],
) -> Result<Vec<String>, GitError> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let mut arguments = vec!["grep", "-z", "-I", "-l", "-F", "--all-match", "--full-name"];
    if commit.is_none() {
        arguments.push("--untracked");
    }
    arguments.extend(lines.iter().flat_map(|line| ["-e", *line]));
    arguments.extend(commit.map(CommitId::as_str));
    let answer = start(place, &arguments)?.finish_search()?;
    let plain = |name: &str| match commit {
        Some(commit) => name
            .strip_prefix(commit.as_str())?
            .strip_prefix(':')
            .map(str::to_owned),
        None => Some(name.to_owned()),
    };
    Ok(words(&answer).filter_map(plain).collect())
}
