//! What a text that is not known takes over from those that are known at its path.

use std::ops::Range;

use countersign_ledger::{Ledger, LedgerError, Place, git};
use countersign_provenance::carry::{Carried, Source, carry};
use countersign_provenance::review::{Authored, State};
use countersign_provenance::{BlobId, FactId, Regions, Text, ink_of};

use super::generated;
use super::known::{knowledge_of, origins_in, union};

/// How many of the newest texts of a path are compared.
const COMPARED: u32 = 4;

/// A text with its regions.
type Last = (String, Regions);

/// Carries the regions of the closest text that is known at a path, since the one that was seen there last may be of
/// another branch, or older than a buffer that was never saved; what that does not know comes from the last all the
/// same, and so does what was taken away since. `None` where none is known but the text itself.
pub(super) fn last_known(
    ledger: &Ledger,
    place: &Place,
    path: &str,
    blob: &BlobId,
    text: &str,
) -> Result<Option<Carried>, LedgerError> {
    let last = last_texts(ledger, place, path, blob)?;
    let Some((first, others)) = last.split_first() else {
        return Ok(None);
    };
    let carried = carry(&[source(first)], text);
    let marks = carried.regions.marks.clone();
    let mut closest = (new_ink(&carried, text), carried);
    for other in others {
        if closest.0 == 0 {
            break;
        }
        let new = new_ink(&carry(&[source(other)], text), text);
        if new < closest.0 {
            closest = (new, carry(&[source(other), source(first)], text));
        }
    }
    let (_, mut closest) = closest;
    let mut marks = marks;
    for other in restored(ledger, path, blob, text)? {
        closest.take(text, &source(&other));
        marks.extend(carry(&[source(&other)], text).regions.marks);
    }
    for mark in marks {
        closest.regions.add_mark(mark);
    }
    Ok(Some(closest))
}

/// The newest texts that facts name at a path and nobody here has, as far as a text holds them: a branch that was
/// squashed, say.
fn restored(
    ledger: &Ledger,
    path: &str,
    not: &BlobId,
    text: &str,
) -> Result<Vec<Last>, LedgerError> {
    let mut restored = Vec::new();
    for blob in ledger.blobs_of_path(path, COMPARED)? {
        if blob == *not || ledger.snapshot(&blob)?.is_some() {
            continue;
        }
        let facts = ledger.texts(&blob, path)?;
        let ids = facts.iter().flat_map(|fact| {
            let marks = fact.regions.marks.iter().map(|mark| mark.removal);
            origins_in(&fact.regions).into_iter().chain(marks)
        });
        let ids: Vec<FactId> = ids.collect();
        let prints = ledger.prints_of(&ids)?.into_iter();
        let own = prints.filter(|prints| prints.blob == blob && prints.path == path);
        restored.extend(own.filter_map(|prints| prints.restored(text)));
    }
    Ok(restored)
}

fn source((text, regions): &Last) -> Source<'_> {
    Source::new(text, regions)
}

/// How much of a text nothing is known of, in bytes of ink.
fn new_ink(carried: &Carried, text: &str) -> u32 {
    let ink = |part: &Range<u32>| ink_of(&text.as_bytes()[part.start as usize..part.end as usize]);
    carried.fresh.iter().map(ink).sum()
}

/// Whether the text that is known last at a path holds what nobody has reviewed.
pub(super) fn waits_at(ledger: &Ledger, path: &str) -> Result<bool, LedgerError> {
    let Some(blob) = ledger.blobs_of_path(path, 1)?.pop() else {
        return Ok(false);
    };
    let facts = ledger.texts(&blob, path)?;
    let Some(text) = ledger.snapshot(&blob)? else {
        return Ok(facts.iter().any(|fact| !fact.regions.is_empty()));
    };
    let regions = union(ledger, &text, &facts)?;
    let knowledge = knowledge_of(ledger, [&regions])?;
    let removals = regions.marks.iter();
    let removals = removals.filter_map(|mark| knowledge.removal_state(mark.removal));
    let authored = generated::by_name_or_text(path, &text);
    let mut states: Vec<State> = removals.collect();
    if authored == Authored::ByHand {
        let of_text = knowledge.states(&Text::from(text.as_str()), &regions);
        states.extend(of_text.into_iter().map(|(_, state)| state));
    }
    Ok(states.into_iter().any(State::is_open))
}

/// The text that was seen last at a path, then the newest others that facts name there. Where none is kept here, as in a
/// fresh clone, git is asked: first for what HEAD has there, since facts that came from elsewhere have no order.
fn last_texts(
    ledger: &Ledger,
    place: &Place,
    path: &str,
    not: &BlobId,
) -> Result<Vec<Last>, LedgerError> {
    let head = ledger.head(&place.worktree, path)?;
    let mut blobs: Vec<BlobId> = head.and_then(|head| head.blob).into_iter().collect();
    let newest = ledger.blobs_of_path(path, COMPARED)?.into_iter();
    blobs.extend(
        newest
            .filter(|blob| Some(blob) != blobs.first())
            .collect::<Vec<_>>(),
    );
    blobs.retain(|blob| blob != not);
    let mut last = Vec::new();
    for blob in &blobs {
        if ledger.has_snapshot(blob)? {
            last.extend(told(ledger, path, blob, ledger.snapshot(blob)?)?);
        }
    }
    if !last.is_empty() || blobs.is_empty() || place.git_dir.is_none() {
        return Ok(last);
    }
    // Git may be absent, or not have them either.
    let texts = git::texts_at(place, path, &blobs).unwrap_or_default();
    for (blob, text) in texts.into_iter().filter(|(blob, _)| blob != not) {
        last.extend(told(ledger, path, &blob, Some(text))?);
    }
    Ok(last)
}

/// A text with what facts say of its regions, if they do.
fn told(
    ledger: &Ledger,
    path: &str,
    blob: &BlobId,
    text: Option<String>,
) -> Result<Option<Last>, LedgerError> {
    let facts = ledger.texts(blob, path)?;
    let Some(text) = text.filter(|_| !facts.is_empty()) else {
        return Ok(None);
    };
    let regions = union(ledger, &text, &facts)?;
    Ok(Some((text, regions)))
}
