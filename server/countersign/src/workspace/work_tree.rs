//! Looks at the files of a work tree, and reads those that are not as they were.

mod changes;
mod reading;

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::thread;
use std::time::Duration;

use countersign_ledger::git::CommitId;
use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::{BlobId, Removal};

use super::looks::{Looks, Tally};
use super::survey::{Counts, Survey, Surveyed, come, count, survey};
use super::{Fault, clock};
use changes::Changes;
use reading::{Found, Reading};

/// How long a look may go on to forget texts that nobody needs.
const COMPACTING: Duration = Duration::from_millis(30);

/// A work tree: what was read of it, and what was counted in all of its files.
pub(crate) struct WorkTree {
    /// The files that were read, as far as they have a region in any state.
    pub(crate) survey: Survey,
    /// The lines of every file that has a region to be shown, by path.
    pub(crate) counts: BTreeMap<String, Counts>,
    /// Files that could not be read, with the reason: what is known of them is in neither.
    pub(crate) unread: Vec<(String, Fault)>,
}

/// How far a look at a work tree is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// Files looked at.
    pub(crate) done: usize,
    /// Files to look at, as far as they are known by now.
    pub(crate) all: usize,
}

/// How a work tree is looked at.
pub(crate) struct Manner<'a> {
    /// Called before each file; may end it, which leaves out the files to come.
    pub(crate) step: &'a mut dyn FnMut(Step) -> ControlFlow<()>,
    /// Of a file that is as it was: whether its text is not needed, but what was counted in it.
    pub(crate) is_enough: &'a dyn Fn(&str, &BlobId, Counts) -> bool,
}

/// Looks at all files of the work tree that may have a region: those that facts name; those that git does not have so;
/// and what has come with commits that nobody has looked at. Git looks for the latter meanwhile.
pub(crate) fn work_tree(
    ledger: &mut Ledger,
    place: &Place,
    manner: Manner<'_>,
) -> Result<WorkTree, Fault> {
    let named = ledger.paths()?;
    let looks = Looks::of(ledger, place)?;
    let (looked, born) = (looks.head().cloned(), ledger.born()?);
    let mut reading = Reading::begin(ledger, looks, manner)?;
    let changes = thread::scope(|scope| {
        let changes = scope.spawn(|| Changes::of(place, looked.as_ref(), born.as_ref()));
        let read = reading.look_at(&named);
        let changes = changes.join().unwrap_or_else(|panic| resume_unwind(panic));
        read.and(changes)
    })?;
    let strangers = ledger.strangers_among(&changes.blobs())?;
    let others = changes.paths(&strangers, &named);
    reading.look_at(&others)?;
    reading.look_for_ended()?;
    let has_seen_all = reading.has_seen(&changes, &named, &strangers);
    let Reading {
        mut looks,
        seen,
        texts,
        tallied,
        standing,
        has_ended,
        unread,
        ..
    } = reading;
    if !has_ended {
        looks.forget_others(&named, &others);
    }
    let is_kept = seen.keep(ledger);
    if let Err(error) = ledger.compact(clock::now(), COMPACTING) {
        tracing::warn!(%error, "texts that nobody needs are kept for now");
    }
    let (survey, counts) = gather(ledger, place, &mut looks, texts, tallied, &standing)?;
    let head = match changes.head {
        Some(head) if looked.as_ref() == Some(&head) => looked,
        Some(head) if has_seen_all && is_kept && is_head(place, &head) => Some(head),
        _ => looked,
    };
    looks.keep(ledger, head);
    Ok(WorkTree {
        survey,
        counts,
        unread,
    })
}

/// Whether a commit still is HEAD: what was read is of that commit then.
fn is_head(place: &Place, commit: &CommitId) -> bool {
    git::rev_parse(place, "HEAD").is_ok_and(|head| head == *commit)
}

/// Gathers what is known of the texts, and counts.
fn gather(
    ledger: &Ledger,
    place: &Place,
    looks: &mut Looks<'_>,
    texts: Vec<Found>,
    tallied: Vec<(String, Counts)>,
    standing: &HashMap<String, Option<BlobId>>,
) -> Result<(Survey, BTreeMap<String, Counts>), Fault> {
    let about: Vec<_> = texts
        .iter()
        .map(|it| (it.blob.clone(), it.rests_on))
        .collect();
    let found = texts
        .into_iter()
        .map(|it| (it.path, it.text, it.regions))
        .collect();
    let survey = survey(ledger, place, None, found, is_back(ledger, place, standing))?;
    let mut counts: BTreeMap<String, Counts> = tallied.into_iter().collect();
    for (file, (blob, rests_on)) in survey.files.iter().zip(about) {
        let regions = survey.regions(file);
        let counted = (!regions.is_empty()).then(|| count(&file.text, &regions));
        if knows_all(&survey, file) {
            let tally = Tally::new(counted, file.by_attribute, rests_on);
            looks.count(&file.path, &blob, tally);
        }
        counts.extend(counted.map(|counts| (file.path.clone(), counts)));
    }
    Ok((survey, counts))
}

/// Whether a deleted file stands again, at its path or, with the same text, at another.
fn is_back(
    ledger: &Ledger,
    place: &Place,
    standing: &HashMap<String, Option<BlobId>>,
) -> impl Fn(&Removal) -> bool {
    let stands = |path: &str| place.absolute(path).is_file();
    // Few look for it: all that has come since the ledger began.
    let all_come = OnceCell::new();
    move |removal: &Removal| {
        let is_it = |blob: &BlobId| *blob == removal.before;
        let all_come = || all_come.get_or_init(|| come(ledger, place, "HEAD").unwrap_or_default());
        let mut read = standing.iter();
        stands(&removal.path)
            || read.any(|(path, blob)| blob.as_ref().is_some_and(is_it) && stands(path))
            || all_come()
                .iter()
                .any(|(path, blob)| is_it(blob) && stands(path))
    }
}

/// Whether all that the regions name is known: else they change when it becomes known.
fn knows_all(survey: &Survey, file: &Surveyed) -> bool {
    let (mut spans, mut marks) = (file.raw.spans.iter(), file.raw.marks.iter());
    spans.all(|span| survey.knowledge.knows(span.origin))
        && marks.all(|mark| survey.knowledge.removal(mark.removal).is_some())
}
