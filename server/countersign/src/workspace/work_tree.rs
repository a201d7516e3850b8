//! Looks at the files of a work tree, and reads those that are not as they were.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::thread;
use std::time::Duration;

use countersign_ledger::git::{CommitId, DirtyFile, DirtyKind};
use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::{BlobId, Regions, Removal};

use super::file::Disk;
use super::known::{RestsOn, regions_of};
use super::looks::{Looks, Standing, Tally};
use super::seen::Seen;
use super::survey::{Come, Counts, Survey, Surveyed, come, come_since, count, survey};
use super::{Fault, clock, generated};

/// How long a look may go on to forget texts that nobody needs.
const COMPACTING: Duration = Duration::from_millis(30);

/// A work tree: what was read of it, and what was counted in all of its files.
pub(crate) struct WorkTree {
    /// The files that were read, as far as they have a region in any state.
    pub(crate) survey: Survey,
    /// The lines of every file that has a region to be shown, by path.
    pub(crate) counts: BTreeMap<String, Counts>,
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
    let mut reading = Reading::new(ledger, looks, manner);
    let changes = thread::scope(|scope| {
        let changes = scope.spawn(|| Changes::of(place, looked.as_ref(), born.as_ref()));
        let read = reading.look_at(&named);
        let changes = changes.join().unwrap_or_else(|panic| resume_unwind(panic));
        read.and(changes)
    })?;
    let strangers = ledger.strangers_among(&changes.blobs())?;
    let others = changes.paths(&strangers, &named);
    reading.look_at(&others)?;
    let has_seen_all = reading.has_seen(&changes, &named, &strangers);
    let Reading {
        mut looks,
        seen,
        texts,
        tallied,
        standing,
        has_ended,
        ..
    } = reading;
    if !has_ended {
        looks.forget_others(&named, &others);
    }
    let is_kept = seen.keep(ledger);
    if let Err(error) = ledger.compact(clock::now(), COMPACTING) {
        tracing::warn!(%error, "texts that nobody needs are kept for now");
    }
    let tree = gather(ledger, place, &mut looks, texts, tallied, &standing)?;
    let head = match changes.head {
        Some(head) if looked.as_ref() == Some(&head) => looked,
        Some(head) if has_seen_all && is_kept && is_head(place, &head) => Some(head),
        _ => looked,
    };
    looks.keep(ledger, head);
    Ok(tree)
}

/// Whether a commit still is HEAD: what was read is of that commit then.
fn is_head(place: &Place, commit: &CommitId) -> bool {
    git::rev_parse(place, "HEAD").is_ok_and(|head| head == *commit)
}

/// What git says.
#[derive(Default)]
struct Changes {
    head: Option<CommitId>,
    dirty: Vec<DirtyFile>,
    /// What HEAD has and the commit did not have that was looked at last.
    come: Come,
}

impl Changes {
    fn of(
        place: &Place,
        looked: Option<&CommitId>,
        born: Option<&CommitId>,
    ) -> Result<Self, Fault> {
        if place.git_dir.is_none() {
            return Ok(Changes::default());
        }
        let (head, dirty) = git::dirty(place)?;
        let come = match &head {
            Some(head) if Some(head) != looked => come_since(place, looked, born, head)?,
            _ => Vec::new(),
        };
        Ok(Changes { head, dirty, come })
    }

    fn blobs(&self) -> Vec<BlobId> {
        self.come.iter().map(|(_, blob)| blob.clone()).collect()
    }

    /// What is to be looked at beside the files that facts name.
    fn paths(&self, strangers: &HashSet<BlobId>, named: &BTreeSet<String>) -> BTreeSet<String> {
        let come = self
            .come
            .iter()
            .filter(|(_, blob)| !strangers.contains(blob));
        let dirty = self
            .dirty
            .iter()
            .filter(|file| file.kind != DirtyKind::Deleted);
        let paths = come
            .map(|(path, _)| path)
            .chain(dirty.map(|file| &file.path));
        paths
            .filter(|path| !named.contains(*path))
            .cloned()
            .collect()
    }
}

/// A work tree that is being looked at.
struct Reading<'l, 'p, 'm> {
    ledger: &'l Ledger,
    looks: Looks<'p>,
    manner: Manner<'m>,
    seen: Seen,
    texts: Vec<Found>,
    /// Files that are as before.
    tallied: Vec<(String, Counts)>,
    /// The texts that stand where; `None` for what is no text.
    standing: HashMap<String, Option<BlobId>>,
    /// The files that attributes call generated, among those that were counted before.
    generated: HashSet<String>,
    step: Step,
    has_ended: bool,
    has_failed: bool,
}

/// A text that was read.
struct Found {
    path: String,
    blob: BlobId,
    text: String,
    regions: Regions,
    rests_on: RestsOn,
}

impl<'l, 'p, 'm> Reading<'l, 'p, 'm> {
    fn new(ledger: &'l Ledger, looks: Looks<'p>, manner: Manner<'m>) -> Self {
        Reading {
            generated: generated::by_attribute(ledger.place(), &looks.counted()),
            ledger,
            looks,
            manner,
            seen: Seen::default(),
            texts: Vec::new(),
            tallied: Vec::new(),
            standing: HashMap::new(),
            step: Step { done: 0, all: 0 },
            has_ended: false,
            has_failed: false,
        }
    }

    fn look_at(&mut self, paths: &BTreeSet<String>) -> Result<(), Fault> {
        self.step.all += paths.len();
        for path in paths {
            self.has_ended |= (self.manner.step)(self.step).is_break();
            if self.has_ended {
                break;
            }
            self.look_at_one(path)?;
            self.step.done += 1;
        }
        Ok(())
    }

    fn look_at_one(&mut self, path: &str) -> Result<(), Fault> {
        let is_generated = self.generated.contains(path);
        let is_enough = |blob: &BlobId, tally: &Tally| match tally.counts {
            Some(counts) => {
                tally.is_generated == is_generated && (self.manner.is_enough)(path, blob, counts)
            }
            None => true,
        };
        match self.looks.at(path, is_enough) {
            Ok(Standing::AsBefore(blob, tally)) => {
                self.tallied
                    .extend(tally.counts.map(|counts| (path.to_owned(), counts)));
                self.standing.insert(path.to_owned(), Some(blob));
            }
            Ok(Standing::Read(Disk::Text { text, blob, .. })) => {
                self.standing.insert(path.to_owned(), Some(blob.clone()));
                self.look_into(path, blob, text)?;
            }
            Ok(Standing::Read(Disk::NotText(_))) => {
                self.standing.insert(path.to_owned(), None);
            }
            Ok(Standing::Read(Disk::Absent)) => {}
            Err(fault) => {
                tracing::debug!("{path} is left out: {fault}");
                self.has_failed = true;
            }
        }
        Ok(())
    }

    fn look_into(&mut self, path: &str, blob: BlobId, text: String) -> Result<(), Fault> {
        let known = regions_of(self.ledger, self.ledger.place(), path, &blob, &text)?;
        self.seen.look(path, &blob, &text, &known);
        if known.regions.is_empty() {
            let tally = Tally::new(None, false, known.rests_on);
            self.looks.count(path, &blob, tally);
            return Ok(());
        }
        self.texts.push(Found {
            path: path.to_owned(),
            blob,
            text,
            regions: known.regions,
            rests_on: known.rests_on,
        });
        Ok(())
    }

    /// Whether all that has come was looked at, as it stands in HEAD: then it need not be looked for again. What
    /// facts name is looked at every time.
    fn has_seen(
        &self,
        changes: &Changes,
        named: &BTreeSet<String>,
        strangers: &HashSet<BlobId>,
    ) -> bool {
        let dirty: HashSet<&str> = changes
            .dirty
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        let is_read = |path: &str, blob: &BlobId| {
            let standing = self.standing.get(path);
            !dirty.contains(path)
                && standing.is_some_and(|it| it.as_ref().is_none_or(|it| it == blob))
        };
        let mut come = changes.come.iter();
        !self.has_ended
            && !self.has_failed
            && come.all(|(path, blob)| {
                named.contains(path) || strangers.contains(blob) || is_read(path, blob)
            })
    }
}

/// Gathers what is known of the texts, and counts.
fn gather(
    ledger: &Ledger,
    place: &Place,
    looks: &mut Looks<'_>,
    texts: Vec<Found>,
    tallied: Vec<(String, Counts)>,
    standing: &HashMap<String, Option<BlobId>>,
) -> Result<WorkTree, Fault> {
    let about: Vec<_> = texts
        .iter()
        .map(|it| (it.blob.clone(), it.rests_on))
        .collect();
    let found = texts
        .into_iter()
        .map(|it| (it.path, it.text, it.regions))
        .collect();
    let survey = survey(ledger, place, found, is_back(ledger, place, standing))?;
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
    Ok(WorkTree { survey, counts })
}

/// Whether a deleted file stands again, at its path or, with the same text, at another.
fn is_back(
    ledger: &Ledger,
    place: &Place,
    standing: &HashMap<String, Option<BlobId>>,
) -> impl Fn(&Removal) -> bool {
    let stands = |path: &str| place.absolute(path).exists();
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
