//! Questions about git itself, for who looks after it.

use std::path::PathBuf;

use super::GitError;
use super::command::{run, start};
use crate::Place;

/// The ref of the notes in which facts are shared.
pub const NOTES: &str = "refs/notes/countersign";

/// What is known of the notes in which facts are shared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Notes {
    /// Whether there are any here.
    pub is_present: bool,
    /// The texts (blobs) that they are about.
    pub blobs: usize,
    /// Whether a remote's settings name them, so that a fetch or a push takes them along.
    pub is_shared: bool,
}

/// The version of git, such as "2.47.3".
pub fn version(place: &Place) -> Result<String, GitError> {
    let answer = run(place, &["version"])?;
    let answer = String::from_utf8_lossy(&answer);
    let version = answer.trim();
    Ok(version
        .strip_prefix("git version ")
        .unwrap_or(version)
        .to_owned())
}

/// Whether a repository has no work tree at this place.
pub fn is_bare(place: &Place) -> Result<bool, GitError> {
    let answer = run(place, &["rev-parse", "--is-bare-repository"])?;
    Ok(answer.starts_with(b"true"))
}

/// Where git looks for the hooks of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksFolder {
    /// Absolute.
    pub path: PathBuf,
    /// Whether it serves other repositories too.
    pub is_everybodys: bool,
}

/// Asks git where it looks for hooks here.
pub fn hooks_folder(place: &Place) -> Result<HooksFolder, GitError> {
    let scope = ["config", "--show-scope", "--get", "core.hooksPath"];
    let scope = start(place, &scope)?.finish_search()?;
    let is_everybodys = scope.starts_with(b"global") || scope.starts_with(b"system");
    let answer = run(place, &["rev-parse", "--git-path", "hooks"])?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(HooksFolder {
        path: place.root.join(answer.trim_end_matches(['\n', '\r'])),
        is_everybodys,
    })
}

/// Looks at the notes of a repository.
pub fn notes(place: &Place) -> Result<Notes, GitError> {
    let found = run(place, &["for-each-ref", "--format=%(objectname)", NOTES])?;
    let is_present = !found.is_empty();
    let blobs = match is_present {
        true => run(place, &["ls-tree", "-r", "--name-only", NOTES])?,
        false => Vec::new(),
    };
    let refspecs = ["config", "--get-regexp", r"^remote\..*\.(fetch|push)$"];
    let refspecs = start(place, &refspecs)?.finish_search()?;
    let refspecs = String::from_utf8_lossy(&refspecs);
    Ok(Notes {
        is_present,
        blobs: memchr::memchr_iter(b'\n', &blobs).count(),
        is_shared: refspecs.contains(NOTES) || refspecs.contains("refs/notes/*"),
    })
}
