//! Partial clones: texts that only a remote holds are fetched all at once, never one by one.

use std::collections::HashSet;

use countersign_provenance::BlobId;

use super::attributes::may_set;
use super::command::{run_with, start};
use super::{GitError, known_blobs};
use crate::Place;

/// Whether this clone left objects with a remote, to be fetched when they are needed.
pub fn is_partial(place: &Place) -> Result<bool, GitError> {
    Ok(!promisors(place)?.is_empty())
}

/// Brings the blobs that a partial clone lacks, all of them in one fetch from each remote that promised them; one is
/// the rule. In a whole clone, or where none is missing, nothing is fetched. An error where one is still missing then.
pub fn prefetch(place: &Place, ids: &[BlobId]) -> Result<(), GitError> {
    let remotes = promisors(place)?;
    if remotes.is_empty() {
        return Ok(());
    }
    let mut missing = missing(place, ids)?;
    let mut fault = None;
    for remote in remotes {
        if missing.is_empty() {
            return Ok(());
        }
        fault = fetch(place, &remote, &missing)
            .err()
            .map(|error| (remote, error));
        missing = self::missing(place, &missing)?;
    }
    let Some(count) = Some(missing.len()).filter(|count| *count > 0) else {
        return Ok(());
    };
    Err(match fault {
        Some((remote, GitError::Failed { message, .. })) => GitError::Promised {
            count,
            remote,
            message,
        },
        Some((_, error)) => error,
        None => GitError::Missing("cat-file".to_owned()),
    })
}

/// The remotes that promised to hold what this clone lacks. Most repositories have none, and start no git for it.
fn promisors(place: &Place) -> Result<Vec<String>, GitError> {
    if place.git_dir.is_none() || !may_set(place, &["promisor", "partialclone"]) {
        return Ok(Vec::new());
    }
    let names = r"^(extensions\.partialclone|remote\..*\.promisor)$";
    let asked = start(place, &["config", "-z", "--get-regexp", names])?;
    let answer = asked.finish_search()?;
    let answer = String::from_utf8_lossy(&answer);
    let mut remotes: Vec<String> = answer.split('\0').filter_map(promisor).collect();
    let mut seen = HashSet::new();
    remotes.retain(|remote| seen.insert(remote.clone()));
    Ok(remotes)
}

/// Reads `remote.NAME.promisor LF true`, and `extensions.partialclone LF NAME`.
fn promisor(setting: &str) -> Option<String> {
    let (key, value) = setting.split_once('\n')?;
    match key.strip_prefix("remote.") {
        Some(rest) => {
            let is_set = !["false", "no", "off", "0"].contains(&value);
            let name = rest.strip_suffix(".promisor")?;
            is_set.then(|| name.to_owned())
        }
        None => Some(value.to_owned()),
    }
}

fn missing(place: &Place, ids: &[BlobId]) -> Result<Vec<BlobId>, GitError> {
    let mut seen = HashSet::new();
    let ids: Vec<BlobId> = ids.iter().filter(|id| seen.insert(*id)).cloned().collect();
    let known = known_blobs(place, &ids)?;
    let missing = ids.into_iter().zip(known).filter(|(_, known)| !known);
    Ok(missing.map(|(id, _)| id).collect())
}

/// As git does it for its own commands: without a word about what is here, and without leaving a trace in FETCH_HEAD.
fn fetch(place: &Place, remote: &str, ids: &[BlobId]) -> Result<(), GitError> {
    let arguments = [
        "-c",
        "fetch.negotiationAlgorithm=noop",
        "fetch",
        remote,
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-auto-gc",
        "--recurse-submodules=no",
        "--filter=blob:none",
        "--stdin",
    ];
    let asked: String = ids.iter().flat_map(|id| [id.as_str(), "\n"]).collect();
    tracing::info!(
        remote,
        texts = ids.len(),
        "fetched as the partial clone lacks them"
    );
    run_with(place, &arguments, asked.as_bytes()).map(drop)
}

#[cfg(test)]
mod tests {
    use super::promisor;

    #[test]
    fn a_remote_is_named_by_either_setting_and_may_have_dots() {
        let read = |setting| promisor(setting).unwrap_or_default();
        assert_eq!(read("remote.my.fork.promisor\ntrue"), "my.fork");
        assert_eq!(read("extensions.partialclone\norigin"), "origin");
        assert_eq!(read("remote.origin.promisor\nfalse"), "");
    }
}
