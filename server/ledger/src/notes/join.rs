//! Two histories of notes made one: the union of their lines.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use countersign_provenance::{BlobId, Statement};

use super::SyncError;
use super::lines::Lines;
use crate::git::{CommitId, GitError, Listing, SharedNotes};

/// What a new commit of notes builds on.
#[derive(Default)]
pub(super) struct Base {
    /// The tree of the first is changed; the others are its further parents.
    pub(super) parents: Vec<CommitId>,
    /// The notes of the first parent.
    pub(super) listing: Listing,
    /// What differs from them. `None`: no such note any more.
    pub(super) changes: BTreeMap<BlobId, Option<Lines>>,
}

impl Base {
    /// Whether a blob has a note.
    pub(super) fn has(&self, blob: &BlobId) -> bool {
        match self.changes.get(blob) {
            Some(lines) => lines.is_some(),
            None => self.listing.contains_key(blob),
        }
    }

    /// The lines of these blobs' notes; those without one have no lines.
    pub(super) fn lines<'a>(
        &self,
        notes: &SharedNotes<'_>,
        blobs: &'a [BlobId],
    ) -> Result<Vec<(&'a BlobId, Lines)>, SyncError> {
        let unread = blobs
            .iter()
            .filter(|blob| !self.changes.contains_key(*blob));
        let read = read(notes, unread.filter_map(|blob| self.listing.get(blob)))?;
        let lines = |blob: &BlobId| match self.changes.get(blob) {
            Some(lines) => lines.clone(),
            None => self
                .listing
                .get(blob)
                .and_then(|note| read.get(note))
                .cloned(),
        };
        let found = blobs
            .iter()
            .map(|blob| (blob, lines(blob).unwrap_or_default()));
        Ok(found.collect())
    }

    /// How many texts have a note.
    pub(super) fn texts(&self) -> usize {
        let gone = self
            .changes
            .values()
            .filter(|lines| lines.is_none())
            .count();
        let new = |(blob, lines): &(&BlobId, &Option<Lines>)| {
            lines.is_some() && !self.listing.contains_key(*blob)
        };
        self.listing.len() + self.changes.iter().filter(new).count() - gone
    }

    /// Whether it is already a commit.
    pub(super) fn as_commit(&self) -> Option<&CommitId> {
        match self.parents.as_slice() {
            [only] if self.changes.is_empty() => Some(only),
            _ => None,
        }
    }
}

/// Joins our notes with those of a remote. No line goes, also where one side
/// descends from the other and has taken some away; but for notes that were
/// pruned, of texts that `reached` does not find.
pub(super) fn join(
    notes: &SharedNotes<'_>,
    ours: Option<&CommitId>,
    theirs: Option<&CommitId>,
    reached: impl FnOnce(&HashSet<BlobId>) -> Result<HashSet<BlobId>, GitError>,
) -> Result<Base, SyncError> {
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        return match ours.or(theirs) {
            Some(only) => plain(notes, only),
            None => Ok(Base::default()),
        };
    };
    if ours == theirs {
        return plain(notes, ours);
    }
    let ancestor = notes.merge_base(ours, theirs)?;
    // The tree that is changed, and the other one.
    let (first, other) = match ancestor.as_ref() == Some(theirs) {
        true => (ours, theirs),
        false => (theirs, ours),
    };
    let (here, there) = (notes.list(first)?, notes.list(other)?);
    let mut sides = Sides {
        notes,
        ancestor: ancestor.as_ref(),
        changed: BTreeMap::new(),
    };
    sides.look(first, &here)?;
    sides.look(other, &there)?;
    let changes = sides.union(&here, &there, reached)?;
    let both = ancestor.is_none_or(|ancestor| ancestor != *other);
    let mut parents = vec![first.clone()];
    parents.extend(both.then(|| other.clone()));
    Ok(Base {
        parents,
        listing: here,
        changes,
    })
}

fn plain(notes: &SharedNotes<'_>, only: &CommitId) -> Result<Base, SyncError> {
    Ok(Base {
        parents: vec![only.clone()],
        listing: notes.list(only)?,
        changes: BTreeMap::new(),
    })
}

/// What two sides have changed since they were one.
struct Sides<'a> {
    notes: &'a SharedNotes<'a>,
    ancestor: Option<&'a CommitId>,
    /// Whether a side took the note away.
    changed: BTreeMap<BlobId, bool>,
}

impl Sides<'_> {
    fn look(&mut self, tip: &CommitId, listing: &Listing) -> Result<(), GitError> {
        let Some(ancestor) = self.ancestor else {
            self.changed
                .extend(listing.keys().map(|blob| (blob.clone(), false)));
            return Ok(());
        };
        for (blob, note) in self.notes.changed(ancestor, tip)? {
            *self.changed.entry(blob).or_default() |= note.is_none();
        }
        Ok(())
    }

    fn union(
        &self,
        here: &Listing,
        there: &Listing,
        reached: impl FnOnce(&HashSet<BlobId>) -> Result<HashSet<BlobId>, GitError>,
    ) -> Result<BTreeMap<BlobId, Option<Lines>>, SyncError> {
        let differ = |(blob, _): &(&BlobId, &bool)| here.get(*blob) != there.get(*blob);
        let blobs: Vec<(&BlobId, &bool)> = self.changed.iter().filter(differ).collect();
        let ids = blobs
            .iter()
            .flat_map(|(blob, _)| [here.get(*blob), there.get(*blob)]);
        let read = read(self.notes, ids.flatten())?;
        let lines = |listing: &Listing, blob: &BlobId| {
            listing
                .get(blob)
                .and_then(|note| read.get(note))
                .cloned()
                .unwrap_or_default()
        };
        let pruned = pruned(&read);
        let old = |lines: &Lines| pruned.is_some_and(|before| lines.is_older_than(before));
        let (mut changes, mut gone) = (BTreeMap::new(), HashSet::new());
        for (blob, taken_away) in blobs {
            let own = lines(here, blob);
            let mut joined = own.clone();
            joined.join(lines(there, blob));
            if *taken_away && old(&joined) {
                gone.insert(blob.clone());
            }
            if joined != own || gone.contains(blob) {
                changes.insert(blob.clone(), Some(joined));
            }
        }
        let stay = match gone.is_empty() {
            true => HashSet::new(),
            false => reached(&gone)?,
        };
        for blob in gone.difference(&stay) {
            match here.contains_key(blob) {
                true => changes.insert(blob.clone(), None),
                false => changes.remove(blob),
            };
        }
        // What was to go and stays as it stands here is no change.
        changes.retain(|blob, joined| joined.is_none() || *joined != Some(lines(here, blob)));
        Ok(changes)
    }
}

/// Reads notes, by their names.
pub(super) fn read<'a>(
    notes: &SharedNotes<'_>,
    ids: impl Iterator<Item = &'a BlobId>,
) -> Result<HashMap<BlobId, Lines>, SyncError> {
    let ids: BTreeSet<&BlobId> = ids.collect();
    let ids: Vec<BlobId> = ids.into_iter().cloned().collect();
    let mut read = HashMap::new();
    notes.read(&ids, |at, note| {
        let (lines, _) = Lines::of(&note.unwrap_or_default());
        read.insert(ids[at].clone(), lines);
        Ok::<(), SyncError>(())
    })?;
    Ok(read)
}

/// Up to when notes were pruned, as these tell.
fn pruned(read: &HashMap<BlobId, Lines>) -> Option<i64> {
    let records = read.values().flat_map(Lines::all);
    let told = records.filter(|record| record.kind == "pruned");
    let before = told.filter_map(|record| match record.fact()?.statement {
        Statement::Pruned(before) => Some(before),
        _ => None,
    });
    before.max()
}
