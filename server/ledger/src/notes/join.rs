//! Two histories of notes made one: the union of their lines.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use countersign_provenance::{BlobId, Statement};

use super::SyncError;
use super::lines::Lines;
use crate::Record;
use crate::git::{CommitId, GitError, SharedNotes};

/// What a new commit of notes builds on.
pub(super) struct Base {
    /// Its tree is changed, and the others are its further parents.
    pub(super) parents: Vec<CommitId>,
    /// What differs from the tree of the first parent. `None`: no such note any more.
    pub(super) changes: BTreeMap<BlobId, Option<Lines>>,
}

impl Base {
    /// Whether it is already a commit.
    pub(super) fn as_commit(&self) -> Option<&CommitId> {
        match self.parents.as_slice() {
            [only] if self.changes.is_empty() => Some(only),
            _ => None,
        }
    }
}

/// Joins our notes with those of a remote.
pub(super) fn join(
    notes: &SharedNotes<'_>,
    ours: Option<&CommitId>,
    theirs: Option<&CommitId>,
    is_reached: impl Fn(&BlobId) -> bool,
) -> Result<Base, SyncError> {
    let plain = |tips: Option<&CommitId>| Base {
        parents: tips.into_iter().cloned().collect(),
        changes: BTreeMap::new(),
    };
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        return Ok(plain(ours.or(theirs)));
    };
    let base = notes.merge_base(ours, theirs)?;
    if base.as_ref() == Some(ours) {
        return Ok(plain(Some(theirs)));
    }
    if base.as_ref() == Some(theirs) {
        return Ok(plain(Some(ours)));
    }
    let since = |tip: &CommitId| match &base {
        Some(base) => notes.changed(base, tip),
        None => listed(notes, tip),
    };
    let (mine, others) = (since(ours)?, since(theirs)?);
    let (here, there) = (notes.list(ours)?, notes.list(theirs)?);
    let pruned = pruned(notes, &mine)?.max(pruned(notes, &others)?);
    let blobs: BTreeSet<&BlobId> = mine.keys().chain(others.keys()).collect();
    let differ = |blob: &&BlobId| here.get(*blob) != there.get(*blob);
    let blobs: Vec<&BlobId> = blobs.into_iter().filter(differ).collect();
    let both = |blob: &&BlobId| [here.get(*blob), there.get(*blob)];
    let lines = read(notes, blobs.iter().flat_map(both).flatten().collect())?;
    let mut changes = BTreeMap::new();
    for blob in blobs {
        let (own, other) = (here.get(blob), there.get(blob));
        let mut joined = Lines::default();
        for note in [own, other].into_iter().flatten() {
            joined.join(lines.get(note).cloned().unwrap_or_default());
        }
        let was_pruned = was_taken_away(&mine, &others, blob)
            && pruned.is_some_and(|before| joined.is_older_than(before))
            && !is_reached(blob);
        // The first parent's tree is theirs.
        if !was_pruned || other.is_some() {
            changes.insert(blob.clone(), (!was_pruned).then_some(joined));
        }
    }
    Ok(Base {
        parents: vec![theirs.clone(), ours.clone()],
        changes,
    })
}

type Changed = BTreeMap<BlobId, Option<BlobId>>;

/// Whether one side took a note away that the other has.
fn was_taken_away(mine: &Changed, others: &Changed, blob: &BlobId) -> bool {
    let gone = |side: &Changed| side.get(blob).is_some_and(Option::is_none);
    gone(mine) || gone(others)
}

fn listed(notes: &SharedNotes<'_>, tip: &CommitId) -> Result<Changed, GitError> {
    let all = notes.list(tip)?.into_iter();
    Ok(all.map(|(blob, note)| (blob, Some(note))).collect())
}

/// Reads notes, by their names.
pub(super) fn read(
    notes: &SharedNotes<'_>,
    ids: Vec<&BlobId>,
) -> Result<HashMap<BlobId, Lines>, SyncError> {
    let ids: Vec<BlobId> = ids.into_iter().cloned().collect();
    let mut read = HashMap::new();
    for (id, text) in ids.iter().zip(notes.read(&ids)?) {
        let text = text.ok_or_else(|| GitError::Missing("cat-file".to_owned()))?;
        read.insert(id.clone(), Lines::of(&text));
    }
    Ok(read)
}

/// Up to when notes were pruned, as these changes tell.
fn pruned(notes: &SharedNotes<'_>, changed: &Changed) -> Result<Option<i64>, SyncError> {
    let gone = changed.values().any(Option::is_none);
    if !gone {
        return Ok(None);
    }
    let lines = read(notes, changed.values().flatten().collect())?;
    let records = lines.values().flat_map(Lines::all);
    let before = |record: &Record| match record.fact()?.statement {
        Statement::Pruned(before) => Some(before),
        _ => None,
    };
    Ok(records.filter_map(before).max())
}
