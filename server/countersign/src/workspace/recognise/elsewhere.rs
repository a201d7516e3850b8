//! Where a copied text also stands while it is nobody's: then it may be anybody's.

use std::cell::{OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::ops::Range;
use std::panic::resume_unwind;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use countersign_ledger::git::{DirtyKind, Version};
use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::found::blocks;
use countersign_provenance::{BlobId, printed_runs};

use super::{SHORTEST, unanswered};
use crate::workspace::Fault;
use crate::workspace::file::{Disk, read};
use crate::workspace::known::known_of_path;

/// Larger files are not searched, in bytes: people write none.
const LARGEST: u64 = 4 << 20;
/// So many texts of git are held at once.
const AT_ONCE: usize = 256;
/// How many lines of a copy have to stand in another text.
const LINES: usize = 3;
/// How many other texts are compared with a copy, of those on disk and of those before.
const OTHERS: usize = 16;

/// All texts of a repository: those on disk, and those that stood there when the ledger began.
pub(super) struct Elsewhere<'a> {
    place: &'a Place,
    sought: Sought,
    index: OnceCell<Index>,
    /// The texts that were compared: by path, with their regions.
    here: RefCell<HashMap<String, Rc<Here>>>,
    before: RefCell<HashMap<BlobId, Option<Rc<str>>>>,
}

/// A file on disk, with the regions that are known by its path, in bytes.
#[derive(Default)]
struct Here {
    text: Arc<String>,
    spans: Vec<Range<u32>>,
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
            here: RefCell::default(),
            before: RefCell::default(),
        }
    }

    /// From now on many texts are asked about, of which each shares its runs with some fact.
    pub(super) fn seek_all(&mut self) {
        if matches!(self.sought, Sought::One) {
            self.sought = Sought::All;
            self.index = OnceCell::new();
        }
    }

    /// Whether a part of the text at a path also stands where it is nobody's; `runs` are all of that text, in bytes.
    pub(super) fn holds(
        &self,
        ledger: &Ledger,
        path: &str,
        (text, part): (&str, &Range<u32>),
        runs: &[(u64, Range<u32>)],
    ) -> Result<bool, Fault> {
        let index = self.index(ledger, runs)?;
        let within = |run: &Range<u32>| part.start <= run.start && run.end <= part.end;
        let own = runs.iter().filter(|(_, run)| within(run));
        let own: Vec<u64> = own.map(|(hash, _)| *hash).collect();
        let part = &text[part.start as usize..part.end as usize];
        let lines = telling_lines(part);
        let has_all = |other: &str| lines.iter().all(|line| other.contains(line));
        for number in sharing(&index.before, &own) {
            if self
                .text_before(&index.gone[number])
                .is_some_and(|it| has_all(&it))
            {
                return Ok(true);
            }
        }
        for number in sharing(&index.here, &own) {
            let file = &index.files[number];
            if file == path {
                continue;
            }
            let here = self.here(ledger, file)?;
            if has_all(&here.text) && here.holds_beside_regions(part) {
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

    fn text_before(&self, blob: &BlobId) -> Option<Rc<str>> {
        let mut before = self.before.borrow_mut();
        if !before.contains_key(blob) {
            let bytes = git::read_blobs(self.place, std::slice::from_ref(blob));
            let bytes = bytes.unwrap_or_else(unanswered).pop().flatten();
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            before.insert(blob.clone(), text.map(Rc::from));
        }
        before.get(blob).cloned().flatten()
    }

    fn here(&self, ledger: &Ledger, path: &str) -> Result<Rc<Here>, Fault> {
        if let Some(here) = self.here.borrow().get(path) {
            return Ok(Rc::clone(here));
        }
        let mut here = Here::default();
        if let Ok(Disk::Text { text, blob, .. }) = read(self.place, path) {
            let regions = known_of_path(ledger, self.place, path, &blob, &text)?;
            let spans = regions.spans.into_iter().map(|span| span.bytes);
            here.spans = spans.collect();
            here.text = text;
        }
        let here = Rc::new(here);
        let mut all = self.here.borrow_mut();
        all.insert(path.to_owned(), Rc::clone(&here));
        Ok(here)
    }
}

impl Here {
    fn holds_beside_regions(&self, part: &str) -> bool {
        let all = 0..part.len() as u32;
        let same = blocks(&self.text, part, std::slice::from_ref(&all));
        let mut same = same.iter();
        same.any(|block| block.longest >= SHORTEST && !block.holds_any(&self.spans))
    }
}

/// Which of the runs that are looked for stand where.
#[derive(Default)]
struct Index {
    /// In which files on disk, by their number.
    here: HashMap<u64, Vec<usize>>,
    files: Vec<String>,
    /// In which texts that stood there when the ledger began, and do not stand there now; by their number.
    before: HashMap<u64, Vec<usize>>,
    gone: Vec<BlobId>,
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
        for (chunk, some) in gone.chunks(AT_ONCE).enumerate() {
            let texts = git::read_blobs(place, some).unwrap_or_else(unanswered);
            let found = search(&texts, Option::clone, sought).into_iter();
            for (number, runs) in found.enumerate() {
                let number = chunk * AT_ONCE + number;
                for run in runs {
                    index.before.entry(run).or_default().push(number);
                }
            }
        }
        index.gone = gone;
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

/// The numbers of those that share most of these runs.
fn sharing(found: &HashMap<u64, Vec<usize>>, runs: &[u64]) -> Vec<usize> {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for number in runs.iter().filter_map(|run| found.get(run)).flatten() {
        *counts.entry(*number).or_default() += 1;
    }
    let mut counts: Vec<(usize, usize)> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(number, count)| (Reverse(*count), *number));
    counts.truncate(OTHERS);
    counts.into_iter().map(|(number, _)| number).collect()
}

/// The longest lines of a text: few others hold them.
fn telling_lines(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let mut seen = HashSet::new();
    lines.retain(|line| seen.insert(*line));
    lines.sort_by_key(|line| Reverse(line.len()));
    lines.truncate(LINES);
    lines
}
