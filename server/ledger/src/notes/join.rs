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
    /// What differs from them.
    pub(super) changes: BTreeMap<BlobId, Change>,
}

/// How the note of a text differs from the first parent's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// There is none any more.
    Gone,
    /// It is this one, which stands in another parent: it need not be read to be taken over.
    Theirs(BlobId),
    /// It has these lines.
    Lines(Lines),
}

/// Notes that are read at once: those of two histories that have nothing in common may be very many.
const AT_ONCE: usize = 2000;

impl Base {
    /// Whether a blob has a note.
    pub(super) fn has(&self, blob: &BlobId) -> bool {
        match self.changes.get(blob) {
            Some(change) => *change != Change::Gone,
            None => self.listing.contains_key(blob),
        }
    }

    /// Where the note of a blob is to be read, if it stands in any parent as it is.
    fn note(&self, blob: &BlobId) -> Option<&BlobId> {
        match self.changes.get(blob) {
            Some(Change::Theirs(note)) => Some(note),
            Some(Change::Gone | Change::Lines(_)) => None,
            None => self.listing.get(blob),
        }
    }

    /// The lines of these blobs' notes; those without one have no lines.
    pub(super) fn lines<'a>(
        &self,
        notes: &SharedNotes<'_>,
        blobs: &'a [BlobId],
    ) -> Result<Vec<(&'a BlobId, Lines)>, SyncError> {
        let read = read(notes, blobs.iter().filter_map(|blob| self.note(blob)))?;
        let lines = |blob: &BlobId| match self.changes.get(blob) {
            Some(Change::Lines(lines)) => Some(lines.clone()),
            _ => self.note(blob).and_then(|note| read.get(note)).cloned(),
        };
        let found = blobs
            .iter()
            .map(|blob| (blob, lines(blob).unwrap_or_default()));
        Ok(found.collect())
    }

    /// How many texts have a note.
    pub(super) fn texts(&self) -> usize {
        let is_gone = |change: &&Change| **change == Change::Gone;
        let gone = self.changes.values().filter(is_gone).count();
        let new = |(blob, change): &(&BlobId, &Change)| {
            **change != Change::Gone && !self.listing.contains_key(*blob)
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
    ) -> Result<BTreeMap<BlobId, Change>, SyncError> {
        let differ = |(blob, _): &(&BlobId, &bool)| here.get(*blob) != there.get(*blob);
        let differing: Vec<(&BlobId, &bool)> = self.changed.iter().filter(differ).collect();
        // Where nobody took any away, a note that only one side has is that side's as it stands.
        let is_any_taken = differing.iter().any(|(_, taken_away)| **taken_away);
        let is_to_read =
            |blob: &BlobId| is_any_taken || here.contains_key(blob) && there.contains_key(blob);
        let mut changes: BTreeMap<BlobId, Change> = BTreeMap::new();
        let mut to_read: Vec<(&BlobId, bool)> = Vec::new();
        for (blob, taken_away) in differing {
            match there.get(blob) {
                _ if is_to_read(blob) => to_read.push((blob, *taken_away)),
                Some(note) => drop(changes.insert(blob.clone(), Change::Theirs(note.clone()))),
                None => {}
            }
        }
        let pruned = match is_any_taken {
            true => self.pruned(&to_read, here, there)?,
            false => None,
        };
        let old = |lines: &Lines| pruned.is_some_and(|before| lines.is_older_than(before));
        let mut gone = HashSet::new();
        for part in to_read.chunks(AT_ONCE) {
            let read = self.read_both(part, here, there)?;
            for (blob, taken_away) in part {
                let own = lines_in(&read, here, blob);
                let mut joined = own.clone();
                joined.join(lines_in(&read, there, blob));
                if *taken_away && old(&joined) {
                    gone.insert((*blob).clone());
                }
                if joined != own {
                    changes.insert((*blob).clone(), Change::Lines(joined));
                }
            }
        }
        let stay = match gone.is_empty() {
            true => HashSet::new(),
            false => reached(&gone)?,
        };
        for blob in gone.difference(&stay) {
            match here.contains_key(blob) {
                true => changes.insert(blob.clone(), Change::Gone),
                false => changes.remove(blob),
            };
        }
        Ok(changes)
    }

    fn read_both(
        &self,
        blobs: &[(&BlobId, bool)],
        here: &Listing,
        there: &Listing,
    ) -> Result<HashMap<BlobId, Lines>, SyncError> {
        let ids = blobs
            .iter()
            .flat_map(|(blob, _)| [here.get(*blob), there.get(*blob)]);
        read(self.notes, ids.flatten())
    }

    /// Up to when notes were pruned, as any of these tells.
    fn pruned(
        &self,
        blobs: &[(&BlobId, bool)],
        here: &Listing,
        there: &Listing,
    ) -> Result<Option<i64>, SyncError> {
        let mut before = None;
        for part in blobs.chunks(AT_ONCE) {
            before = before.max(pruned(&self.read_both(part, here, there)?));
        }
        Ok(before)
    }
}

fn lines_in(read: &HashMap<BlobId, Lines>, listing: &Listing, blob: &BlobId) -> Lines {
    let lines = listing.get(blob).and_then(|note| read.get(note));
    lines.cloned().unwrap_or_default()
}

/// How many lines these notes have that the others of the same texts have not.
pub(super) fn lacking(
    notes: &SharedNotes<'_>,
    own: &Listing,
    others: &Listing,
) -> Result<usize, SyncError> {
    let mut count = 0;
    let blobs: Vec<&BlobId> = own.keys().collect();
    for part in blobs.chunks(AT_ONCE) {
        let ids = part
            .iter()
            .flat_map(|blob| [own.get(*blob), others.get(*blob)]);
        let read = read(notes, ids.flatten())?;
        for blob in part {
            let (mut all, known) = (lines_in(&read, own, blob), lines_in(&read, others, blob));
            let before = known.len();
            all.join(known);
            count += all.len() - before;
        }
    }
    Ok(count)
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
