//! What this ledger knows and the notes do not.

use std::collections::{BTreeMap, HashSet};

use countersign_provenance::BlobId;

use super::SyncError;
use super::join::Base;
use super::lines::Lines;
use super::printed::print_missing;
use super::reach::reached;
use crate::git::{CommitId, SharedNotes};
use crate::{Ledger, LedgerError};

/// What was shared up to now, as the ledger remembers it: the facts up to this
/// number, what these branches reached, in this commit of notes.
const SHARED_SEQ: &str = "shared_seq";
const SHARED_TIPS: &str = "shared_tips";
const SHARED_IN: &str = "shared_in";

/// What is to be shared.
pub(super) struct Export {
    /// The whole notes, where they gain something.
    pub(super) notes: BTreeMap<BlobId, Lines>,
    /// Lines that they gain, in all.
    pub(super) gained: usize,
    seq: i64,
    tips: Vec<CommitId>,
}

/// Works out what is to be shared on top of these notes. `at` is UTC
/// milliseconds since 1970.
pub(super) fn export(
    ledger: &mut Ledger,
    notes: &SharedNotes<'_>,
    base: &Base,
    tips: Vec<CommitId>,
    at: i64,
) -> Result<Export, SyncError> {
    let (since, before) = shared(ledger, notes, base)?;
    let seq = ledger.last_seq()?;
    let mut wanted = texts_to_share(ledger, &tips, &before, since)?;
    let touched = ledger.touched_since(since)?;
    let naming = ledger.texts_naming(&touched)?.into_iter();
    wanted.extend(naming.filter(|blob| base.has(blob)));
    if !wanted.is_empty() {
        ledger.tell_birth(at)?;
        let texts: Vec<BlobId> = wanted.iter().cloned().collect();
        let shared = |blob: &BlobId| base.has(blob) || wanted.contains(blob);
        print_missing(ledger, &texts, at, shared)?;
    }
    let mut export = Export {
        notes: BTreeMap::new(),
        gained: 0,
        seq,
        tips,
    };
    let births = ledger.births()?;
    let deleted = ledger.deleted_texts()?;
    let mut wanted: Vec<BlobId> = wanted.into_iter().collect();
    wanted.sort();
    for part in wanted.chunks(AT_ONCE) {
        for (blob, mut lines) in base.lines(notes, part)? {
            let removals = deleted.get(blob).map_or(&[][..], Vec::as_slice);
            let records = ledger.records_about(blob, removals)?;
            let known = lines.len();
            let told = !records.is_empty();
            records.into_iter().for_each(|record| lines.add_new(record));
            births
                .iter()
                .filter(|_| told)
                .for_each(|birth| lines.add_new(birth.clone()));
            if lines.len() > known {
                export.gained += lines.len() - known;
                export.notes.insert(blob.clone(), lines);
            }
        }
    }
    Ok(export)
}

/// Notes that are read at once.
const AT_ONCE: usize = 2000;

impl Export {
    /// Remembers that all of it is in this commit of our notes.
    pub(super) fn done(&self, ledger: &mut Ledger, tip: &CommitId) -> Result<(), LedgerError> {
        let tips: Vec<&str> = self.tips.iter().map(CommitId::as_str).collect();
        let (seq, tips) = (self.seq.to_string(), tips.join(" "));
        ledger.put_meta(&[
            (SHARED_SEQ, &seq),
            (SHARED_TIPS, &tips),
            (SHARED_IN, tip.as_str()),
        ])
    }
}

/// Up to which fact, and from which branches, all is in these notes. Notes that
/// were replaced, rather than added to, hold nothing of ours for certain.
fn shared(
    ledger: &Ledger,
    notes: &SharedNotes<'_>,
    base: &Base,
) -> Result<(i64, Vec<CommitId>), SyncError> {
    let began = || Ok((0, ledger.born_tips()?));
    let Some(tip) = ledger.meta(SHARED_IN)?.and_then(CommitId::new) else {
        return began();
    };
    let holds = |parent: &CommitId| {
        let same = || notes.merge_base(&tip, parent).ok().flatten();
        *parent == tip || same().as_ref() == Some(&tip)
    };
    if !base.parents.iter().any(holds) {
        return began();
    }
    let tips = ledger.meta(SHARED_TIPS)?.unwrap_or_default();
    let tips = tips.split(' ').filter_map(CommitId::new).collect();
    let seq = ledger.meta(SHARED_SEQ)?.and_then(|seq| seq.parse().ok());
    Ok((seq.unwrap_or(0), tips))
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
