//! Taking away what was said of texts that no branch holds any more.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use countersign_provenance::{BlobId, Fact, Prints, Statement, fingerprints};

use super::SyncError;
use super::join::{Base, Change};
use super::lines::Lines;
use super::reach::branches;
use crate::git::{self, CommitId, SharedNotes};
use crate::{Ledger, Place, Record, new_fact_id};

/// Notes that are read at once.
const AT_ONCE: usize = 2000;

/// What is to go.
pub(super) struct Prune<'a> {
    /// What was said before this time.
    pub(super) before: i64,
    /// Now. Both are UTC milliseconds since 1970.
    pub(super) at: i64,
    /// Its branches count as ours do.
    pub(super) remote: &'a str,
}

/// Takes those notes out, and says so in one that stays, so that no clone brings
/// them back. Returns how many. What finds a text again goes on with a note that
/// names the same origins; where there is none and the text stands in a branch
/// all the same, as after a squash, the note stays.
pub(super) fn prune(
    ledger: &Ledger,
    notes: &SharedNotes<'_>,
    base: &mut Base,
    asked: &Prune<'_>,
) -> Result<usize, SyncError> {
    let place = ledger.place();
    let tips = tips(place, notes, asked.remote)?;
    let mut gone = old_and_unreached(place, notes, base, &tips, asked.before)?;
    let mut living = Living::in_trees_of(place, &tips);
    let mut kept: BTreeMap<BlobId, Vec<Record>> = BTreeMap::new();
    for blob in gone.keys().cloned().collect::<Vec<_>>() {
        let records = gone[&blob].all().cloned();
        let prints: Vec<Record> = records.filter(|record| record.kind == "prints").collect();
        let mut heirs = Vec::new();
        for record in prints {
            let Some(Statement::Prints(prints)) = record.fact().map(|fact| fact.statement) else {
                continue;
            };
            match heir(ledger, &prints, base, &gone)? {
                Some(heir) => heirs.push((heir, record)),
                None if living.holds(&prints)? => {
                    heirs.clear();
                    gone.remove(&blob);
                    break;
                }
                None => {}
            }
        }
        for (heir, record) in heirs {
            kept.entry(heir).or_default().push(record);
        }
    }
    let stays = |blob: &&BlobId| base.has(blob) && !gone.contains_key(*blob);
    let teller = base.listing.keys().chain(base.changes.keys()).find(stays);
    let Some(teller) = teller.or(gone.keys().next()).filter(|_| !gone.is_empty()) else {
        return Ok(0);
    };
    let told = Fact {
        id: new_fact_id(),
        at: asked.at,
        by: String::new(),
        statement: Statement::Pruned(asked.before),
    };
    let told = Record::of(&told)?;
    kept.entry(teller.clone()).or_default().push(told);
    let count = gone.len();
    let keepers: Vec<BlobId> = kept.keys().cloned().collect();
    for (keeper, mut lines) in base.lines(notes, &keepers)? {
        if gone.remove(keeper).is_some() {
            lines = Lines::default();
        }
        let records = kept.remove(keeper).unwrap_or_default();
        records.into_iter().for_each(|record| lines.add(record));
        base.changes.insert(keeper.clone(), Change::Lines(lines));
    }
    base.changes
        .extend(gone.into_keys().map(|blob| (blob, Change::Gone)));
    Ok(count)
}

/// What branches here and at the remote name, and HEAD.
fn tips(place: &Place, notes: &SharedNotes<'_>, remote: &str) -> Result<Vec<CommitId>, SyncError> {
    if git::is_shallow(place) || git::is_partial(place)? {
        return Err(SyncError::NotWhole);
    }
    let mut tips: BTreeSet<CommitId> = branches(place)?.into_iter().collect();
    tips.extend(notes.branches_of(remote)?);
    tips.extend(git::rev_parse(place, "HEAD"));
    Ok(tips.into_iter().collect())
}

/// The notes that may go, by their blobs.
fn old_and_unreached(
    place: &Place,
    notes: &SharedNotes<'_>,
    base: &Base,
    tips: &[CommitId],
    before: i64,
) -> Result<BTreeMap<BlobId, Lines>, SyncError> {
    let reached = git::reached_objects(place, tips, &[])?;
    let unreached = base.listing.keys().filter(|blob| !reached.contains(*blob));
    let unreached: Vec<BlobId> = unreached.filter(|blob| base.has(blob)).cloned().collect();
    let mut gone = BTreeMap::new();
    for part in unreached.chunks(AT_ONCE) {
        let old = base.lines(notes, part)?.into_iter();
        let old = old.filter(|(_, lines)| lines.is_older_than(before));
        gone.extend(old.map(|(blob, lines)| (blob.clone(), lines)));
    }
    Ok(gone)
}

/// A text that stays and holds some of what these prints find.
fn heir(
    ledger: &Ledger,
    prints: &Prints,
    base: &Base,
    gone: &BTreeMap<BlobId, Lines>,
) -> Result<Option<BlobId>, SyncError> {
    let origins = prints.regions.spans.iter().map(|span| span.origin);
    let removals = prints.regions.marks.iter().map(|mark| mark.removal);
    let heirs = ledger.texts_naming(&origins.chain(removals).collect())?;
    let stays = |blob: &&BlobId| base.has(blob) && !gone.contains_key(*blob);
    Ok(heirs.iter().filter(stays).min().cloned())
}

/// The texts that branches hold now, by the hashes of their tokens.
struct Living<'a> {
    place: &'a Place,
    tips: &'a [CommitId],
    /// Read when it is first asked for.
    hashes: Option<HashSet<u64>>,
}

impl<'a> Living<'a> {
    fn in_trees_of(place: &'a Place, tips: &'a [CommitId]) -> Self {
        Living {
            place,
            tips,
            hashes: None,
        }
    }

    fn holds(&mut self, prints: &Prints) -> Result<bool, SyncError> {
        let hashes = match self.hashes.take() {
            Some(hashes) => hashes,
            None => self.read()?,
        };
        let hashes = self.hashes.insert(hashes);
        Ok(prints.runs.iter().any(|run| hashes.contains(&run.hash)))
    }

    fn read(&self) -> Result<HashSet<u64>, SyncError> {
        let (mut blobs, mut hashes) = (BTreeSet::new(), HashSet::new());
        for tip in self.tips {
            let tree = git::head_tree(self.place, tip.as_str())?.into_iter();
            blobs.extend(tree.map(|entry| entry.blob));
        }
        let blobs: Vec<BlobId> = blobs.into_iter().collect();
        SharedNotes::of(self.place).read(&blobs, |_, text| {
            if let Some(text) = text.and_then(|bytes| String::from_utf8(bytes).ok()) {
                let all = 0..text.len() as u32;
                hashes.extend(fingerprints(&text, std::slice::from_ref(&all)));
            }
            Ok::<(), SyncError>(())
        })?;
        Ok(hashes)
    }
}
