//! What this ledger knows and the notes do not.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use countersign_provenance::{BlobId, Fact, FactId, Regions, Span, Statement, prints};

use super::lines::Lines;
use super::reach::reached;
use super::{SyncError, join};
use crate::git::{CommitId, Listing, SharedNotes};
use crate::{Batch, Durability, Ledger, LedgerError, new_fact_id};

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
        print_missing(ledger, &wanted, at)?;
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

/// Takes prints of all regions of these texts of which there are none yet.
fn print_missing(ledger: &mut Ledger, blobs: &HashSet<BlobId>, at: i64) -> Result<(), LedgerError> {
    let mut printed = Printed::default();
    let mut facts = Vec::new();
    for blob in blobs {
        for mut text in ledger.texts_of_blob(blob)? {
            printed.retain_news(ledger, &mut text.regions)?;
            if text.regions.is_empty() {
                continue;
            }
            let Some(content) = ledger.snapshot(blob)? else {
                continue;
            };
            let regions = text.regions.fit(content.as_str());
            printed.add(&regions);
            let prints = prints(text.blob, text.path, text.bound, &content, &regions);
            facts.push(fact(Statement::Prints(prints), at));
        }
    }
    append(ledger, facts)
}

/// Of which stretches, and around which removals, there are prints.
#[derive(Default)]
struct Printed(HashMap<FactId, Vec<Range<u32>>>);

impl Printed {
    fn retain_news(&mut self, ledger: &Ledger, regions: &mut Regions) -> Result<(), LedgerError> {
        let origins = regions.spans.iter().map(|span| span.origin);
        let removals = regions.marks.iter().map(|mark| mark.removal);
        for id in origins.chain(removals) {
            if let Entry::Vacant(unknown) = self.0.entry(id) {
                unknown.insert(ledger.printed(id)?);
            }
        }
        regions.spans.retain(|span| !self.covers(span));
        regions
            .marks
            .retain(|mark| self.0[&mark.removal].is_empty());
        Ok(())
    }

    fn covers(&self, span: &Span) -> bool {
        let mut at = span.ink.start;
        for part in &self.0[&span.origin] {
            if part.start <= at && at < part.end {
                at = part.end;
            }
        }
        at >= span.ink.end
    }

    fn add(&mut self, regions: &Regions) {
        for mark in &regions.marks {
            self.0.entry(mark.removal).or_default().push(0..0);
        }
        for span in &regions.spans {
            let known = self.0.entry(span.origin).or_default();
            known.push(span.ink.clone());
            known.sort_by_key(|part| (part.start, part.end));
        }
    }
}

fn fact(statement: Statement, at: i64) -> Fact {
    Fact {
        id: new_fact_id(),
        at,
        by: String::new(),
        statement,
    }
}

/// One that is too large to be told is left out.
fn append(ledger: &mut Ledger, mut facts: Vec<Fact>) -> Result<(), LedgerError> {
    facts.retain(|fact| crate::Record::of(fact).is_ok());
    if facts.is_empty() {
        return Ok(());
    }
    let batch = Batch {
        facts,
        ..Batch::default()
    };
    ledger.append(&batch, Durability::Recoverable).map(drop)
}
