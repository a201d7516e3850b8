//! Which texts a branch reaches: only those are spoken of in shared notes.

use std::collections::HashSet;

use countersign_provenance::BlobId;

use crate::git::{self, CommitId, GitError};
use crate::{Ledger, Place};

/// What branches here and on remotes name.
pub(super) fn branches(place: &Place) -> Result<Vec<CommitId>, GitError> {
    let branch = |name: &str| name.starts_with("refs/heads/") || name.starts_with("refs/remotes/");
    let refs = git::refs(place)?.into_iter();
    let mut tips: Vec<CommitId> = refs
        .filter(|(name, _)| branch(name))
        .map(|(_, tip)| tip)
        .collect();
    tips.sort();
    tips.dedup();
    Ok(tips)
}

/// Those of these texts that a branch reaches. What came since `before` is
/// looked at first; what is older, only for texts that git has at all.
pub(super) fn reached(
    ledger: &Ledger,
    candidates: &HashSet<BlobId>,
    tips: &[CommitId],
    before: &[CommitId],
) -> Result<HashSet<BlobId>, GitError> {
    let place = ledger.place();
    if candidates.is_empty() || tips.is_empty() {
        return Ok(HashSet::new());
    }
    let mut found = between(place, before, tips, candidates)?;
    if let Ok(head) = git::rev_parse(place, "HEAD") {
        let tree = git::head_tree(place, head.as_str())?.into_iter();
        let blobs = tree.map(|entry| entry.blob);
        found.extend(blobs.filter(|blob| candidates.contains(blob)));
    }
    let rest: Vec<BlobId> = candidates.difference(&found).cloned().collect();
    let known = git::known_blobs(place, &rest)?.into_iter();
    let there = rest.into_iter().zip(known).filter(|(_, known)| *known);
    let rest: HashSet<BlobId> = there.map(|(blob, _)| blob).collect();
    if !rest.is_empty() {
        let born = ledger.born().ok().flatten();
        let born: Vec<CommitId> = born.into_iter().collect();
        found.extend(between(place, &born, tips, &rest)?);
        // What stood there from the beginning may be gone by now.
        for commit in &born {
            let tree = git::head_tree(place, commit.as_str()).unwrap_or_default();
            let blobs = tree.into_iter().map(|entry| entry.blob);
            found.extend(blobs.filter(|blob| rest.contains(blob)));
        }
    }
    Ok(found)
}

/// Those of these texts that some commits reach and others do not.
fn between(
    place: &Place,
    from: &[CommitId],
    to: &[CommitId],
    candidates: &HashSet<BlobId>,
) -> Result<HashSet<BlobId>, GitError> {
    let mut found = git::reached_objects(place, to, from)?;
    found.retain(|blob| candidates.contains(blob));
    Ok(found)
}
