//! Where the runs of a text also stand while they are nobody's: what stands there too may be anybody's.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

use countersign_ledger::git::{DirtyKind, Version};
use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::{BlobId, printed_runs};

use super::unanswered;
use crate::workspace::Fault;
use crate::workspace::file::{Disk, read};
use crate::workspace::known::known_of_path;

/// Larger files are not searched, in bytes: people write none.
const LARGEST: u64 = 4 << 20;
/// So many texts of git are held at once.
const AT_ONCE: usize = 256;

/// All texts of a repository: those on disk, and those that stood there when the ledger began.
pub(super) struct Elsewhere<'a> {
    place: &'a Place,
    sought: Sought,
    index: OnceCell<Index>,
    /// By path, what a file that facts name says beside its regions; `None` where none names it.
    beside: RefCell<HashMap<String, Option<HashSet<u64>>>>,
}

/// What is looked for when the texts are read.
enum Sought {
    /// The runs of one text.
    One,
    /// Whatever facts speak of.
    All,
}

impl<'a> Elsewhere<'a> {
    /// Searched for one text when it is first asked about.
    pub(super) fn of(place: &'a Place) -> Self {
        Elsewhere {
            place,
            sought: Sought::One,
            index: OnceCell::new(),
            beside: RefCell::default(),
        }
    }

    /// From now on many texts are asked about, of which each shares its runs with some fact.
    pub(super) fn seek_all(&mut self) {
        if matches!(self.sought, Sought::One) {
            self.sought = Sought::All;
            self.index = OnceCell::new();
        }
    }

    /// Whether a run of the text at a path also stands where it is nobody's; `runs` are all of that text.
    pub(super) fn holds(
        &self,
        ledger: &Ledger,
        path: &str,
        run: u64,
        runs: &[(u64, Range<u32>)],
    ) -> Result<bool, Fault> {
        let index = self.index(ledger, runs)?;
        if index.before.contains(&run) {
            return Ok(true);
        }
        let files = index.here.get(&run).into_iter().flatten();
        for file in files.map(|file| &index.files[*file]) {
            if file != path && self.is_nobodys(ledger, file, run)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn index(&self, ledger: &Ledger, runs: &[(u64, Range<u32>)]) -> Result<&Index, Fault> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let sought = match self.sought {
            Sought::One => runs.iter().map(|(hash, _)| *hash).collect(),
            Sought::All => ledger.hashes()?,
        };
        let index = Index::of(ledger, self.place, &sought)?;
        Ok(self.index.get_or_init(|| index))
    }

    /// Whether a run that stands in a file does so where no region is.
    fn is_nobodys(&self, ledger: &Ledger, path: &str, run: u64) -> Result<bool, Fault> {
        let mut beside = self.beside.borrow_mut();
        if !beside.contains_key(path) {
            let is_named = !ledger.blobs_of_path(path, 1)?.is_empty();
            let runs = is_named.then(|| self.runs_beside(ledger, path));
            beside.insert(path.to_owned(), runs.transpose()?);
        }
        let runs = beside.get(path).and_then(Option::as_ref);
        Ok(runs.is_none_or(|runs| runs.contains(&run)))
    }

    fn runs_beside(&self, ledger: &Ledger, path: &str) -> Result<HashSet<u64>, Fault> {
        let Ok(Disk::Text { text, blob, .. }) = read(self.place, path) else {
            return Ok(HashSet::new());
        };
        let spans = known_of_path(ledger, self.place, path, &blob, &text)?.spans;
        let mut runs = printed_runs(&text);
        runs.retain(|(_, run)| {
            let next = spans.partition_point(|span| span.bytes.end <= run.start);
            let next = spans.get(next);
            next.is_none_or(|span| run.end <= span.bytes.start)
        });
        Ok(runs.into_iter().map(|(hash, _)| hash).collect())
    }
}

/// Which of the runs that are looked for stand where.
#[derive(Default)]
struct Index {
    /// In what stood there when the ledger began, and does not stand there now.
    before: HashSet<u64>,
    /// In which files on disk, by their number.
    here: HashMap<u64, Vec<usize>>,
    files: Vec<String>,
}

impl Index {
    fn of(ledger: &Ledger, place: &Place, sought: &HashSet<u64>) -> Result<Self, Fault> {
        let mut index = Index::default();
        if place.git_dir.is_none() {
            return Ok(index);
        }
        let (stands, files) = on_disk(place);
        index.files = files;
        let text = |path: &String| {
            let path = place.absolute(path);
            let about = fs::symlink_metadata(&path).ok()?;
            let is_read = about.is_file() && about.len() <= LARGEST;
            is_read.then(|| fs::read(&path).ok()).flatten()
        };
        for (file, runs) in search(&index.files, text, sought).into_iter().enumerate() {
            for run in runs {
                index.here.entry(run).or_default().push(file);
            }
        }
        let born = ledger.born()?.map(Version::Commit);
        let born = born.map(|born| git::files(place, &born).unwrap_or_else(unanswered));
        let mut gone: Vec<BlobId> = born
            .into_iter()
            .flatten()
            .map(|entry| entry.blob)
            .filter(|blob| !stands.contains(blob))
            .collect();
        gone.sort_unstable();
        gone.dedup();
        for some in gone.chunks(AT_ONCE) {
            let texts = git::read_blobs(place, some).unwrap_or_else(unanswered);
            let found = search(&texts, Option::clone, sought);
            index.before.extend(found.into_iter().flatten());
        }
        Ok(index)
    }
}

/// The blobs that stand on disk, as far as git can tell without reading, and the paths of all files.
fn on_disk(place: &Place) -> (HashSet<BlobId>, Vec<String>) {
    let tracked = git::tracked(place).unwrap_or_else(unanswered);
    let dirty = git::dirty(place).map(|(_, dirty)| dirty);
    let dirty = dirty.unwrap_or_else(unanswered);
    let changed: HashSet<&str> = dirty
        .iter()
        .filter(|file| file.kind != DirtyKind::Staged)
        .map(|file| &*file.path)
        .collect();
    let clean = tracked
        .iter()
        .filter(|(path, _)| !changed.contains(&**path));
    let stands = clean.map(|(_, blob)| blob.clone()).collect();
    let untracked = dirty
        .iter()
        .filter(|file| file.kind == DirtyKind::Untracked);
    let untracked: Vec<String> = untracked.map(|file| file.path.clone()).collect();
    let files = tracked.into_iter().map(|(path, _)| path);
    (stands, files.chain(untracked).collect())
}

/// Of each thing, in their order, the runs that are looked for. On as many processors as there are.
fn search<T: Sync>(
    things: &[T],
    text: impl Fn(&T) -> Option<Vec<u8>> + Sync,
    sought: &HashSet<u64>,
) -> Vec<HashSet<u64>> {
    let several = thread::available_parallelism().map_or(1, usize::from);
    let share = things.len().div_ceil(several).max(1);
    let runs_in = |thing: &T| -> HashSet<u64> {
        let text = text(thing).and_then(|bytes| String::from_utf8(bytes).ok());
        let runs = printed_runs(&text.unwrap_or_default()).into_iter();
        let hashes = runs.map(|(hash, _)| hash);
        hashes.filter(|hash| sought.contains(hash)).collect()
    };
    let search = |things: &[T]| things.iter().map(&runs_in).collect();
    thread::scope(|scope| {
        let search = &search;
        let shares = things.chunks(share);
        let shares = shares.map(|share| scope.spawn(move || -> Vec<_> { search(share) }));
        let shares: Vec<_> = shares.collect();
        let found = shares.into_iter().map(|share| share.join());
        let found = found.map(|found| found.unwrap_or_else(|panic| resume_unwind(panic)));
        found.flatten().collect()
    })
}
