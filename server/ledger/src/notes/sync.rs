//! Fetch, join, add our own, push: again until nobody came between.

use std::collections::BTreeMap;
use std::time::Duration;

use countersign_provenance::BlobId;

use super::export::{Export, export};
use super::join::{Base, join};
use super::lines::Lines;
use super::prune::{Prune, prune};
use super::reach::{branches, reached};
use super::{SyncError, TAKEN};
use crate::git::{CommitId, Listing, Note, Pushed, SharedNotes};
use crate::{Ledger, LedgerError, new_fact_id};

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Fetch, join and push.
    Both,
    /// Fetch and join; nothing of ours is added, and nothing pushed.
    FetchOnly,
    /// Fetch, and say what would be shared. No note and no fact changes.
    DryRun,
    /// Like `Both`, and take away what was said before this time (UTC
    /// milliseconds since 1970) of texts that no branch holds any more.
    Prune(i64),
}

/// What was done, or would be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Synced {
    /// Facts that came into this ledger.
    pub taken: usize,
    /// Facts that the notes gained, each once for every text that it is told of.
    pub shared: usize,
    /// The texts that have a note now.
    pub texts: usize,
    /// Texts whose notes were taken away.
    pub pruned: usize,
    /// The remote has all of ours.
    pub pushed: bool,
}

/// So many others may come between before we give up.
const ROUNDS: u32 = 400;

/// Shares facts with a remote. `at` is UTC milliseconds since 1970.
pub fn sync(ledger: &mut Ledger, remote: &str, mode: Mode, at: i64) -> Result<Synced, SyncError> {
    let facts = ledger.count_facts()?;
    for round in 0..ROUNDS {
        wait_for_others(round);
        if let Some(synced) = once(ledger, remote, mode, at)? {
            let taken = ledger.count_facts()?.saturating_sub(facts + synced.own);
            return Ok(Synced {
                taken,
                ..synced.told
            });
        }
    }
    Err(SyncError::Outrun(ROUNDS))
}

/// The longer the more others are at it, and never the same for two of them.
#[expect(
    clippy::disallowed_methods,
    reason = "a remote has no event to wait for"
)]
fn wait_for_others(round: u32) {
    let most = u64::from(round.min(10)) * 40;
    if most > 0 {
        let some = (new_fact_id().0 as u64) % most;
        std::thread::sleep(Duration::from_millis(some));
    }
}

struct Round {
    told: Synced,
    /// Facts that sharing itself added to the ledger.
    own: usize,
}

/// One try. `None` where somebody else came between.
fn once(
    ledger: &mut Ledger,
    remote: &str,
    mode: Mode,
    at: i64,
) -> Result<Option<Round>, SyncError> {
    let place = ledger.place().clone();
    let notes = SharedNotes::of(&place);
    let theirs = notes.fetch(remote)?;
    let ours = notes.tip()?;
    let tips = branches(&place)?;
    let base = {
        let is_reached = |blob: &BlobId| {
            let asked = std::iter::once(blob.clone()).collect();
            reached(ledger, &asked, &tips, &[]).is_ok_and(|found| !found.is_empty())
        };
        join(&notes, ours.as_ref(), theirs.as_ref(), is_reached)?
    };
    if mode != Mode::DryRun {
        take_in(ledger, &base)?;
    }
    let listing = match base.parents.first() {
        Some(first) => notes.list(first)?,
        None => Listing::new(),
    };
    let before = ledger.count_facts()?;
    let shared = match mode {
        Mode::FetchOnly => None,
        Mode::DryRun => Some(export(ledger, &notes, &listing, &base.changes, tips, None)?),
        _ => Some(export(
            ledger,
            &notes,
            &listing,
            &base.changes,
            tips,
            Some(at),
        )?),
    };
    let own = ledger.count_facts()?.saturating_sub(before);
    let mut told = Synced {
        shared: shared.as_ref().map_or(0, |export| export.gained),
        ..Synced::default()
    };
    let mut changes = base.changes.clone();
    let gained = shared.as_ref().into_iter().flat_map(|export| &export.notes);
    changes.extend(gained.map(|(blob, lines)| (blob.clone(), Some(lines.clone()))));
    if let Mode::Prune(before) = mode {
        let asked = Prune { before, at };
        told.pruned = prune(ledger, &notes, &listing, &mut changes, &asked)?;
    }
    told.texts = texts(&listing, &changes);
    if mode == Mode::DryRun {
        return Ok(Some(Round { told, own }));
    }
    let Some(tip) = write(&notes, ours.as_ref(), &base, &changes, at)? else {
        // Either there is nothing at all, or somebody came between.
        let nothing = base.parents.is_empty() && changes.is_empty();
        return Ok(nothing.then_some(Round { told, own }));
    };
    remember(ledger, &tip, shared.as_ref())?;
    if mode != Mode::FetchOnly {
        if theirs.as_ref() != Some(&tip) && notes.push(remote)? == Pushed::Outrun {
            return Ok(None);
        }
        told.pushed = true;
    }
    Ok(Some(Round { told, own }))
}

fn take_in(ledger: &mut Ledger, base: &Base) -> Result<(), SyncError> {
    if let Some(first) = base.parents.first() {
        ledger.take_in_notes(first)?;
    }
    let changed = base.changes.iter();
    let joined = changed.filter_map(|(blob, lines)| Some((blob, lines.clone()?)));
    for (blob, lines) in joined {
        ledger.take_in(&lines.records(blob))?;
    }
    Ok(())
}

fn texts(listing: &Listing, changes: &BTreeMap<BlobId, Option<Lines>>) -> usize {
    let stays = |blob: &&BlobId| changes.get(*blob).is_none_or(Option::is_some);
    let new =
        |(blob, lines): &(&BlobId, &Option<Lines>)| lines.is_some() && !listing.contains_key(*blob);
    listing.keys().filter(stays).count() + changes.iter().filter(new).count()
}

/// Writes what changed and gives our notes the new commit. `None` where there is
/// nothing to name, or somebody else was faster.
fn write(
    notes: &SharedNotes<'_>,
    ours: Option<&CommitId>,
    base: &Base,
    changes: &BTreeMap<BlobId, Option<Lines>>,
    at: i64,
) -> Result<Option<CommitId>, SyncError> {
    let (tip, draft) = match (base.as_commit(), changes.is_empty()) {
        (Some(commit), true) => (commit.clone(), None),
        (None, true) if base.parents.is_empty() => return Ok(None),
        _ => {
            let note = |(blob, lines): (&BlobId, &Option<Lines>)| Note {
                blob: blob.clone(),
                content: lines.as_ref().map(Lines::content),
            };
            let all: Vec<Note> = changes.iter().map(note).collect();
            let parents: Vec<&CommitId> = base.parents.iter().collect();
            let (commit, draft) = notes.commit(&parents, &all, at)?;
            (commit, Some(draft))
        }
    };
    if ours == Some(&tip) {
        return Ok(Some(tip));
    }
    let done = notes.swap(ours, &tip, draft.as_deref())?;
    Ok(done.then_some(tip))
}

fn remember(
    ledger: &mut Ledger,
    tip: &CommitId,
    shared: Option<&Export>,
) -> Result<(), LedgerError> {
    ledger.put_meta(&[(TAKEN, tip.as_str())])?;
    shared.map_or(Ok(()), |export| export.done(ledger))
}
