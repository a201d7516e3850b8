//! The repositories inside a repository.

use super::GitError;
use super::command::{start, words};
use crate::{Place, locate};

/// The submodules of a work tree that are checked out, without those inside them.
pub fn submodules(place: &Place) -> Result<Vec<Place>, GitError> {
    if place.git_dir.is_none() || !place.root.join(".gitmodules").is_file() {
        return Ok(Vec::new());
    }
    let arguments = [
        "config",
        "--file",
        ".gitmodules",
        "-z",
        "--get-regexp",
        r"^submodule\..*\.path$",
    ];
    let answer = start(place, &arguments)?.finish_search()?;
    let path = |setting| Some(place.root.join(str::split_once(setting, '\n')?.1));
    let folders = words(&answer).filter_map(path);
    let is_one = |inner: &Place| inner.root != place.root && inner.root.starts_with(&place.root);
    Ok(folders.map(|path| locate(&path)).filter(is_one).collect())
}
