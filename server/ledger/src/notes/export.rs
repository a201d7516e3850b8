//! What this ledger knows and the notes do not.

use std::collections::{BTreeMap, HashSet};

use countersign_provenance::{BlobId, Statement};

use super::lines::Lines;
use super::printed::{append, fact, print_missing};
use super::reach::reached;
use super::{SyncError, join};
use crate::git::{CommitId, Listing, SharedNotes};
use crate::{Ledger, LedgerError};

/// What was shared up to now, as the ledger remembers it.
const SHARED_SEQ: &str = "shared_seq";
const SHARED_TIPS: &str = "shared_tips";

/// What is to be shared.
pub(super) struct Export {
    /// The whole notes, where they gain something.
    pub(super) notes: BTreeMap<BlobId, Lines>,
    /// Lines that they gain, in all.
    pub(super) gained: usize,
    seq: i64,
    tips: Vec<CommitId>,
}

/// Works out what is to be shared on top of the notes that `listing` names,
/// with these changes to them. `at` is UTC milliseconds since 1970; without it
/// the ledger stays as it is, and what would be added to it is left out.
pub(super) fn export(
    ledger: &mut Ledger,
    notes: &SharedNotes<'_>,
    listing: &Listing,
    changes: &BTreeMap<BlobId, Option<Lines>>,
    tips: Vec<CommitId>,
    at: Option<i64>,
) -> Result<Export, SyncError> {
    let since: i64 = number(ledger.meta(SHARED_SEQ)?);
    let before = known_tips(ledger)?;
    let seq = ledger.last_seq()?;
    let mut wanted = texts_to_share(ledger, &tips, &before, since)?;
    let noted = |blob: &BlobId| listing.contains_key(blob) || changes.contains_key(blob);
    let touched = ledger.touched_since(since)?;
    wanted.extend(ledger.texts_naming(&touched)?.into_iter().filter(noted));
    if let Some(at) = at.filter(|_| !wanted.is_empty()) {
        began(ledger, at)?;
        let texts: Vec<BlobId> = wanted.iter().cloned().collect();
        let shared = |blob: &BlobId| noted(blob) || wanted.contains(blob);
        print_missing(ledger, &texts, at, shared)?;
    }
    let deleted = ledger.deleted_texts()?;
    let mut export = Export {
        notes: BTreeMap::new(),
        gained: 0,
        seq,
        tips,
    };
    let unread = wanted.iter().filter(|blob| !changes.contains_key(*blob));
    let unread: Vec<&BlobId> = unread.filter_map(|blob| listing.get(blob)).collect();
    let mut read = join::read(notes, unread)?;
    for blob in wanted {
        let removals = deleted.get(&blob).map_or(&[][..], Vec::as_slice);
        let records = ledger.records_about(&blob, removals)?;
        let mut lines = match changes.get(&blob) {
            Some(lines) => lines.clone().unwrap_or_default(),
            None => listing
                .get(&blob)
                .and_then(|note| read.remove(note))
                .unwrap_or_default(),
        };
        let known = lines.len();
        for record in records {
            if !lines.has(record.id) {
                lines.add(record);
            }
        }
        if lines.len() > known {
            export.gained += lines.len() - known;
            export.notes.insert(blob, lines);
        }
    }
    Ok(export)
}

impl Export {
    /// Remembers that all of it is in our notes.
    pub(super) fn done(&self, ledger: &mut Ledger) -> Result<(), LedgerError> {
        let tips: Vec<&str> = self.tips.iter().map(CommitId::as_str).collect();
        let (seq, tips) = (self.seq.to_string(), tips.join(" "));
        ledger.put_meta(&[(SHARED_SEQ, &seq), (SHARED_TIPS, &tips)])
    }
}

fn number(word: Option<String>) -> i64 {
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// The branches as they were at the last time; before the first, where the ledger began.
fn known_tips(ledger: &Ledger) -> Result<Vec<CommitId>, LedgerError> {
    match ledger.meta(SHARED_TIPS)? {
        Some(tips) => Ok(tips.split(' ').filter_map(CommitId::new).collect()),
        None => ledger.born_tips(),
    }
}

/// Texts told of since then, and older ones that a branch holds only now.
fn texts_to_share(
    ledger: &Ledger,
    tips: &[CommitId],
    before: &[CommitId],
    since: i64,
) -> Result<HashSet<BlobId>, SyncError> {
    let new = ledger.texts_told_since(since)?;
    let all = match tips == before {
        true => new,
        false => ledger.texts_told_since(0)?,
    };
    Ok(reached(ledger, &all, tips, before)?)
}

/// The first to share tells where it began.
fn began(ledger: &mut Ledger, at: i64) -> Result<(), LedgerError> {
    let Some(born) = ledger.born()? else {
        return Ok(());
    };
    if !ledger.births()?.is_empty() {
        return Ok(());
    }
    append(
        ledger,
        vec![fact(Statement::Began(born.as_str().to_owned()), at)],
    )
}
