//! What the notes say comes into the ledger.

use std::collections::BTreeMap;

use countersign_provenance::{BlobId, Fact};

use super::SyncError;
use super::odd::Odd;
use crate::git::{CommitId, SharedNotes, known_blobs};
use crate::store::Purpose;
use crate::{Ledger, LedgerError, Place, Record};

/// What the ledger says when notes were taken in up to this commit.
pub(super) const TAKEN: &str = "notes_taken";

/// So many notes are read in a moment.
const FEW: usize = 100;

/// Facts that are written at once.
const AT_ONCE: usize = 30_000;

impl Ledger {
    /// Opens the ledger of a place with what its notes know. `None` where there
    /// is neither ledger nor notes; a ledger is made where there are notes only.
    pub fn open_known(place: &Place) -> Result<Option<Ledger>, LedgerError> {
        known(place, Purpose::Acts)
    }

    /// The same for those who only read: what waits beside a ledger that another program holds is in it, too.
    /// What is written to it may be lost.
    pub fn open_to_read(place: &Place) -> Result<Option<Ledger>, LedgerError> {
        known(place, Purpose::Reading)
    }

    /// The same for a judgement: an error where not all of the notes is known, and `None` also where the notes say
    /// nothing that is understood, and nothing else was ever written.
    pub fn open_to_judge(place: &Place) -> Result<Option<Ledger>, SyncError> {
        let tip = SharedNotes::of(place).tip()?;
        let (ledger, taken) = open_with(place, tip.as_ref(), Purpose::Reading)?;
        taken?;
        Ok(match ledger {
            Some(ledger) if ledger.meta(TAKEN)?.is_some() && ledger.has_heard_nothing()? => None,
            ledger => ledger,
        })
    }

    /// Takes in all that the shared notes of this clone say, whatever was taken in before, and says how many facts were
    /// lacking.
    pub fn restore_from_notes(&mut self) -> Result<usize, SyncError> {
        let Some(tip) = SharedNotes::of(self.place()).tip()? else {
            return Ok(0);
        };
        let facts = self.count_facts()?;
        self.put_meta(&[(TAKEN, "")])?;
        self.take_in_notes(&tip)?;
        Ok(self.count_facts()?.saturating_sub(facts))
    }

    /// Takes in what is new in the shared notes of this clone, where that is little and at hand. Whoever reads next takes
    /// in the rest, and carries it on to what was made of the texts by then.
    pub(crate) fn take_in_few(&mut self) -> Result<(), SyncError> {
        let place = self.place().clone();
        let notes = SharedNotes::of(&place);
        let (Some(tip), Some(taken)) = (notes.tip()?, self.taken()?) else {
            return Ok(());
        };
        if taken == tip {
            return Ok(());
        }
        let wanted = wanted(notes.changed(&taken, &tip)?);
        let ids: Vec<BlobId> = wanted.values().take(FEW + 1).cloned().collect();
        // What a partial clone lacks would be fetched.
        if ids.len() > FEW || known_blobs(&place, &ids)?.contains(&false) {
            return Ok(());
        }
        self.take_in_up_to(&notes, wanted, &tip)
    }

    /// Takes in what the notes of this commit say, as far as that is new. One
    /// warning in the log tells of what is not understood.
    pub fn take_in_notes(&mut self, tip: &CommitId) -> Result<(), SyncError> {
        let taken = self.taken()?;
        if taken.as_ref() == Some(tip) {
            return Ok(());
        }
        let place = self.place().clone();
        let notes = SharedNotes::of(&place);
        let changed = taken.and_then(|taken| notes.changed(&taken, tip).ok());
        let wanted = changed.map_or_else(|| notes.list(tip), |changed| Ok(wanted(changed)))?;
        self.take_in_up_to(&notes, wanted, tip)
    }

    /// The commit up to which the notes were taken in.
    fn taken(&self) -> Result<Option<CommitId>, LedgerError> {
        Ok(self.meta(TAKEN)?.and_then(CommitId::new))
    }

    fn take_in_up_to(
        &mut self,
        notes: &SharedNotes<'_>,
        wanted: BTreeMap<BlobId, BlobId>,
        tip: &CommitId,
    ) -> Result<(), SyncError> {
        self.take_in_each(notes, wanted)?;
        self.put_meta(&[(TAKEN, tip.as_str())])?;
        Ok(())
    }

    pub(super) fn take_in_each(
        &mut self,
        notes: &SharedNotes<'_>,
        wanted: BTreeMap<BlobId, BlobId>,
    ) -> Result<(), SyncError> {
        let (blobs, ids): (Vec<BlobId>, Vec<BlobId>) = wanted.into_iter().unzip();
        let (mut records, mut odd) = (Vec::new(), Odd::default());
        notes.read(&ids, |at, note| {
            records.extend(odd.of(note.as_deref(), &blobs[at]));
            match records.len() < AT_ONCE {
                true => Ok::<(), SyncError>(()),
                false => Ok(self.take_in_told(std::mem::take(&mut records))?),
            }
        })?;
        self.take_in_told(records)?;
        if odd.is_any() {
            tracing::warn!(
                "the shared notes hold what is not understood, and it is passed over: {odd}"
            );
        }
        if !ids.is_empty() {
            self.forget_strangers()?;
        }
        self.adopt_births()
    }

    /// Takes in what was read, and what comes late of it, at once.
    fn take_in_told(
        &mut self,
        mut records: Vec<(Record, Option<Fact>)>,
    ) -> Result<(), LedgerError> {
        for fact in self.told_late(&records)? {
            records.push((Record::of(&fact)?, Some(fact)));
        }
        self.take_in_read(records)
    }
}

/// The notes that there are now of those that changed.
fn wanted(changed: BTreeMap<BlobId, Option<BlobId>>) -> BTreeMap<BlobId, BlobId> {
    let there = changed.into_iter();
    there
        .filter_map(|(blob, note)| Some((blob, note?)))
        .collect()
}

fn known(place: &Place, purpose: Purpose) -> Result<Option<Ledger>, LedgerError> {
    let opened = match SharedNotes::of(place).tip() {
        Ok(tip) => open_with(place, tip.as_ref(), purpose)?,
        Err(error) => (Ledger::open_for(place, purpose)?, Err(error.into())),
    };
    let (ledger, taken) = opened;
    if let Err(error) = taken {
        let hint = error.hint();
        tracing::warn!("the shared notes are not all known: {error} ({hint})");
    }
    Ok(ledger)
}

fn open_with(
    place: &Place,
    tip: Option<&CommitId>,
    purpose: Purpose,
) -> Result<(Option<Ledger>, Result<(), SyncError>), LedgerError> {
    let Some(tip) = tip else {
        return Ok((Ledger::open_for(place, purpose)?, Ok(())));
    };
    let mut ledger = Ledger::open_or_copy(place, purpose)?;
    let taken = ledger.take_in_notes(tip);
    Ok((Some(ledger), taken))
}
