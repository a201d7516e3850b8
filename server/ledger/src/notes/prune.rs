//! Taking away what was said of texts that no branch holds any more.

use std::collections::{BTreeMap, HashSet};

use countersign_provenance::{BlobId, Fact, Statement};

use super::lines::Lines;
use super::reach::{between, branches};
use super::{SyncError, join};
use crate::git::{self, Listing, SharedNotes};
use crate::{Ledger, Record, new_fact_id};

/// What is to go.
pub(super) struct Prune {
    /// What was said before this time.
    pub(super) before: i64,
    /// Now. Both are UTC milliseconds since 1970.
    pub(super) at: i64,
}

/// Takes those notes out, and says so in one that stays, so that no clone brings
/// them back. Returns how many.
pub(super) fn prune(
    ledger: &Ledger,
    notes: &SharedNotes<'_>,
    listing: &Listing,
    changes: &mut BTreeMap<BlobId, Option<Lines>>,
    asked: &Prune,
) -> Result<usize, SyncError> {
    let place = ledger.place();
    if git::is_shallow(place) {
        return Err(SyncError::Shallow);
    }
    let noted: HashSet<BlobId> = listing.keys().cloned().collect();
    let reached = between(place, &[], &branches(place)?, &noted)?;
    let unreached = listing.iter().filter(|(blob, _)| !reached.contains(blob));
    let unreached: Vec<_> = unreached
        .filter(|(blob, _)| !changes.contains_key(blob))
        .collect();
    let read = join::read(notes, unreached.iter().map(|(_, note)| *note).collect())?;
    let gone: BTreeMap<&BlobId, &Lines> = unreached
        .into_iter()
        .filter_map(|(blob, note)| Some((blob, read.get(note)?)))
        .filter(|(_, lines)| lines.is_older_than(asked.before))
        .collect();
    let stays = |blob: &&BlobId| !gone.contains_key(*blob);
    let Some(first) = listing.keys().find(stays).filter(|_| !gone.is_empty()) else {
        return Ok(0);
    };
    let mut kept: BTreeMap<BlobId, Vec<Record>> = BTreeMap::new();
    let told = Fact {
        id: new_fact_id(),
        at: asked.at,
        by: String::new(),
        statement: Statement::Pruned(asked.before),
    };
    kept.entry(first.clone())
        .or_default()
        .push(Record::of(&told)?);
    for lines in gone.values() {
        for record in lines.all().filter(|record| record.kind == "prints") {
            if let Some(heir) = heir(ledger, record, listing, &stays)? {
                kept.entry(heir).or_default().push(record.clone());
            }
        }
    }
    let unread: Vec<&BlobId> = kept
        .keys()
        .filter(|blob| !changes.contains_key(*blob))
        .collect();
    let mut read = join::read(
        notes,
        unread
            .iter()
            .filter_map(|blob| listing.get(*blob))
            .collect(),
    )?;
    let count = gone.len();
    let gone: Vec<BlobId> = gone.into_keys().cloned().collect();
    for (blob, records) in kept {
        let lines = changes.entry(blob.clone()).or_insert_with(|| {
            let note = listing.get(&blob);
            note.and_then(|note| read.remove(note))
        });
        let lines = lines.get_or_insert_default();
        records.into_iter().for_each(|record| lines.add(record));
    }
    changes.extend(gone.into_iter().map(|blob| (blob, None)));
    Ok(count)
}

/// A text that stays and holds some of what these prints find.
fn heir(
    ledger: &Ledger,
    prints: &Record,
    listing: &Listing,
    stays: &impl Fn(&&BlobId) -> bool,
) -> Result<Option<BlobId>, SyncError> {
    let Some(Statement::Prints(prints)) = prints.fact().map(|fact| fact.statement) else {
        return Ok(None);
    };
    let origins = prints.regions.spans.iter().map(|span| span.origin);
    let heirs = ledger.texts_naming(&origins.collect())?;
    let noted = |blob: &&BlobId| listing.contains_key(*blob) && stays(blob);
    Ok(heirs.iter().filter(noted).min().cloned())
}
