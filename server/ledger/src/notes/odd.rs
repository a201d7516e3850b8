//! What stands in notes that is not understood.

use std::collections::BTreeMap;
use std::fmt;

use countersign_provenance::{BlobId, Fact};

use super::SyncError;
use super::lines::Lines;
use crate::git::{self, Listing, SharedNotes};
use crate::{Place, Record};

/// What notes hold and this program does not understand, so that it is passed over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Odd {
    /// Lines that are no facts.
    pub lines: usize,
    /// Facts of another version, or of another text than the note's.
    pub facts: usize,
    /// Notes that are too long to be read.
    pub notes: usize,
}

/// How some of the notes read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    /// Notes that were looked at.
    pub looked_at: usize,
    /// What is not understood in them.
    pub odd: Odd,
    /// A text in whose note some of it stands.
    pub example: Option<BlobId>,
}

/// So many notes are looked at, and so many of their bytes.
const MOST: (usize, u64) = (2000, 32 << 20);

/// Reads some of the notes of this clone, which cost the same however many there are. Texts have their names by
/// chance, so the first ones are as good as any. What a partial clone lacks is passed over: nothing is fetched.
pub fn sample(place: &Place) -> Result<Sample, SyncError> {
    let notes = SharedNotes::of(place);
    let mut sample = Sample::default();
    let Some(tip) = notes.tip()? else {
        return Ok(sample);
    };
    let (blobs, ids): (Vec<BlobId>, Vec<BlobId>) =
        some_of(place, notes.list(&tip)?)?.into_iter().unzip();
    notes.read(&ids, |at, note| {
        let before = sample.odd;
        sample.odd.of(note.as_deref(), &blobs[at]);
        if sample.odd != before {
            sample.example.get_or_insert_with(|| blobs[at].clone());
        }
        Ok::<(), SyncError>(())
    })?;
    sample.looked_at = ids.len();
    Ok(sample)
}

fn some_of(place: &Place, listing: Listing) -> Result<BTreeMap<BlobId, BlobId>, SyncError> {
    let (most, mut room) = MOST;
    let (some, notes): (Vec<BlobId>, Vec<BlobId>) = listing.into_iter().take(most).unzip();
    let sizes = git::blob_sizes(place, &notes)?;
    let is_read = |size: Option<u64>| match size {
        Some(size) if size <= room => {
            room -= size;
            true
        }
        // One that is too long is counted, and not read.
        Some(size) => SharedNotes::is_too_long(size),
        None => false,
    };
    let pairs = some.into_iter().zip(notes);
    let read = sizes.into_iter().map(is_read);
    let wanted = pairs.zip(read.collect::<Vec<_>>());
    Ok(wanted
        .filter_map(|(pair, read)| read.then_some(pair))
        .collect())
}

impl Odd {
    /// Whether there is anything.
    pub fn is_any(&self) -> bool {
        *self != Odd::default()
    }

    /// Counts what is odd in the note of a text, and gives the rest.
    pub(super) fn of(&mut self, note: Option<&[u8]>, blob: &BlobId) -> Vec<(Record, Option<Fact>)> {
        self.notes += usize::from(note.is_none());
        let (lines, odd) = Lines::of(note.unwrap_or_default());
        self.lines += odd;
        let count = lines.len();
        let records = lines.records(blob);
        self.facts += count - records.len();
        self.facts += records.iter().filter(|(_, fact)| fact.is_none()).count();
        records
    }
}

impl fmt::Display for Odd {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Odd {
            lines,
            facts,
            notes,
        } = self;
        write!(
            out,
            "{lines} lines that are no facts, {facts} facts of another version or another text, {notes} notes that \
             are too long"
        )
    }
}
