//! Fetch, join, add our own, push: again until nobody came between.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use countersign_provenance::BlobId;

use super::SyncError;
use super::export::{Export, export};
use super::join::{Base, Change, join, lacking};
use super::prune::{Prune, prune};
use super::reach::{branches, reached};
use super::taking::TAKEN;
use crate::git::{self, CommitId, Content, Listing, Moved, Note, SharedNotes};
use crate::{Ledger, Place, new_fact_id};

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Fetch, join and push.
    Both,
    /// Fetch and join; nothing of ours is added, and nothing pushed.
    FetchOnly,
    /// Fetch, and say what would be shared. No note changes; what sharing writes down goes into the ledger, which is a
    /// copy: [`Ledger::open_copy`].
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
    /// Facts that the remote's notes gained, each once for every text that it is told of.
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
/// So often in a row a ref may be busy though nobody moves it.
const BUSY: u32 = 12;

/// Shares facts with a remote. `at` is UTC milliseconds since 1970.
pub fn sync(ledger: &mut Ledger, remote: &str, mode: Mode, at: i64) -> Result<Synced, SyncError> {
    if mode != Mode::DryRun && ledger.meta(TAKEN)?.is_none() {
        // A ledger that sharing alone has made is none to judge with until something stands in it.
        ledger.put_meta(&[(TAKEN, "")])?;
    }
    let (mut own, facts) = (0, ledger.count_facts()?);
    let (mut stood, mut busy) = (None, 0);
    for round in 0..ROUNDS {
        let begun = Instant::now();
        let mut one = Round::begin(ledger, remote, mode, at)?;
        let ended = one.go(ledger);
        own += one.own;
        match ended? {
            Moved::Done => {
                let taken = ledger.count_facts()?.saturating_sub(facts + own);
                return Ok(Synced { taken, ..one.told });
            }
            Moved::Outrun(error) => {
                let stands = Some((one.ours, one.theirs));
                busy = if stands == stood { busy + 1 } else { 0 };
                if busy > BUSY {
                    return Err(error.into());
                }
                stood = stands;
                wait_for_others(round, begun.elapsed());
            }
        }
    }
    Err(SyncError::Outrun(ROUNDS))
}

/// The longer the more others are at it, and never the same for two of them: on
/// average one of them tries in the time that a try takes.
#[expect(
    clippy::disallowed_methods,
    reason = "a remote has no event to wait for"
)]
fn wait_for_others(round: u32, a_try: Duration) {
    let most = a_try * (2 * round + 1).min(60);
    let some = (new_fact_id().0 % 1000) as u32;
    std::thread::sleep(most * some / 1000);
}

/// One try.
struct Round<'a> {
    place: Place,
    remote: &'a str,
    mode: Mode,
    at: i64,
    ours: Option<CommitId>,
    theirs: Option<CommitId>,
    told: Synced,
    /// Facts that sharing itself added to the ledger.
    own: usize,
}

impl<'a> Round<'a> {
    fn begin(
        ledger: &Ledger,
        remote: &'a str,
        mode: Mode,
        at: i64,
    ) -> Result<Round<'a>, SyncError> {
        let place = ledger.place().clone();
        let notes = SharedNotes::of(&place);
        let theirs = match mode {
            Mode::DryRun => notes.peek(remote)?,
            _ => notes.fetch(remote)?,
        };
        let ours = notes.commit_of(git::NOTES)?;
        Ok(Round {
            place,
            remote,
            mode,
            at,
            ours,
            theirs,
            told: Synced::default(),
            own: 0,
        })
    }

    fn go(&mut self, ledger: &mut Ledger) -> Result<Moved, SyncError> {
        let place = self.place.clone();
        let notes = SharedNotes::of(&place);
        let tips = branches(&place)?;
        let mut base = {
            let reached = |asked: &HashSet<BlobId>| reached(ledger, asked, &tips, &[]);
            join(&notes, self.ours.as_ref(), self.theirs.as_ref(), reached)?
        };
        if self.mode != Mode::DryRun {
            take_in(ledger, &notes, &base)?;
        }
        let shared = self.share(ledger, &notes, &mut base, tips)?;
        self.told.texts = base.texts();
        if self.mode == Mode::DryRun {
            return Ok(Moved::Done);
        }
        let tip = match write(&notes, self.ours.as_ref(), &base, self.at)? {
            (Some(tip), Moved::Done) => tip,
            (_, ended) => return Ok(ended),
        };
        ledger.put_meta(&[(TAKEN, tip.as_str())])?;
        if let Some(shared) = shared {
            shared.done(ledger, &tip)?;
        }
        if self.mode == Mode::FetchOnly {
            return Ok(Moved::Done);
        }
        self.told.pushed = true;
        match self.theirs.as_ref() == Some(&tip) {
            true => Ok(Moved::Done),
            false => Ok(notes.push(self.remote)?),
        }
    }

    /// Adds what is to be shared to the base, and takes away what is pruned.
    fn share(
        &mut self,
        ledger: &mut Ledger,
        notes: &SharedNotes<'_>,
        base: &mut Base,
        tips: Vec<CommitId>,
    ) -> Result<Option<Export>, SyncError> {
        if self.mode == Mode::FetchOnly {
            return Ok(None);
        }
        let before = ledger.count_facts()?;
        let mut export = export(ledger, notes, base, tips, self.at)?;
        self.own = ledger.count_facts()?.saturating_sub(before);
        self.told.shared = export.gained + self.unpushed(notes, base)?;
        let gained = std::mem::take(&mut export.notes).into_iter();
        base.changes
            .extend(gained.map(|(blob, lines)| (blob, Change::Lines(lines))));
        if let Mode::Prune(before) = self.mode {
            let (at, remote) = (self.at, self.remote);
            let asked = Prune { before, at, remote };
            self.told.pruned = prune(ledger, notes, base, &asked)?;
        }
        Ok(Some(export))
    }

    /// How many facts our notes had already, and theirs have not: an earlier push failed, or went elsewhere.
    fn unpushed(&self, notes: &SharedNotes<'_>, base: &Base) -> Result<usize, SyncError> {
        let ours = self.ours.as_ref().filter(|it| base.parents.contains(it));
        let Some(ours) = ours.filter(|it| self.theirs.as_ref() != Some(it)) else {
            return Ok(0);
        };
        let Some(theirs) = &self.theirs else {
            return lacking(notes, &notes.list(ours)?, &Listing::new());
        };
        let changed = notes.changed(theirs, ours)?.into_iter();
        let own = changed.filter_map(|(blob, note)| Some((blob, note?)));
        lacking(notes, &own.collect(), &notes.list(theirs)?)
    }
}

/// What the first parent says, and what the others add to it.
fn take_in(ledger: &mut Ledger, notes: &SharedNotes<'_>, base: &Base) -> Result<(), SyncError> {
    if let Some(first) = base.parents.first() {
        ledger.take_in_notes(first)?;
    }
    let (mut theirs, mut joined) = (BTreeMap::new(), Vec::new());
    for (blob, change) in &base.changes {
        match change {
            Change::Theirs(note) => drop(theirs.insert(blob.clone(), note.clone())),
            Change::Lines(lines) => joined.extend(lines.clone().records(blob)),
            Change::Gone => {}
        }
    }
    ledger.take_in_read(joined)?;
    match theirs.is_empty() {
        true => Ok(()),
        false => ledger.take_in_each(notes, theirs),
    }
}

/// Writes what changed and gives our notes the new commit; none where there is
/// nothing at all.
fn write(
    notes: &SharedNotes<'_>,
    ours: Option<&CommitId>,
    base: &Base,
    at: i64,
) -> Result<(Option<CommitId>, Moved), SyncError> {
    if let Some(commit) = base.as_commit() {
        let moved = match ours == Some(commit) {
            true => Moved::Done,
            false => notes.swap(ours, commit)?,
        };
        return Ok((Some(commit.clone()), moved));
    }
    if base.parents.is_empty() && base.changes.is_empty() {
        return Ok((None, Moved::Done));
    }
    let note = |(blob, change): (&BlobId, &Change)| Note {
        blob: blob.clone(),
        content: match change {
            Change::Gone => Content::None,
            Change::Theirs(note) => Content::Known(note.clone()),
            Change::Lines(lines) => Content::Lines(lines.content()),
        },
    };
    let changed: Vec<Note> = base.changes.iter().map(note).collect();
    let parents: Vec<&CommitId> = base.parents.iter().collect();
    let (commit, moved) = notes.commit(&parents, &changed, at)?;
    Ok((Some(commit), moved))
}
