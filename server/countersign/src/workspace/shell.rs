//! A command names no file: the work tree before and after it tells.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use countersign_ledger::git::{self, CommitId, WorkTree};
use countersign_ledger::{Batch, Ledger, Pending};
use countersign_provenance::BlobId;
use countersign_provenance::removal::Tolerance;
use serde::{Deserialize, Serialize};

use super::Fault;
use super::file::{Disk, read};
use super::report::{Call, Change, json};
use super::sighting::Offered;

/// Beyond this many changed files, texts in history are not searched for each.
const SEARCHED: usize = 64;
/// How many earlier texts of a path are looked at.
const EARLIER: u32 = 12;

/// The work tree before a command.
#[derive(Debug, Serialize, Deserialize)]
struct TreeBefore {
    /// The newest fact then.
    seq: i64,
    /// What HEAD was.
    head: Option<String>,
    /// All commits that refs named.
    tips: Vec<String>,
    /// Files that differed from HEAD, or that git did not track.
    dirty: BTreeMap<String, FileBefore>,
}

/// A file before a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FileBefore {
    /// The text's name; `None` where there was none.
    blob: Option<String>,
    mtime_ns: i64,
    size: u64,
}

impl Call<'_> {
    pub(super) fn before_shell(&self) -> Result<(), Fault> {
        let (Some(key), Some(_)) = (&self.key, &self.place.git_dir) else { return Ok(()) };
        let tree = git::work_tree(self.place)?;
        let ledger = Ledger::open_existing(self.place)?;
        let seq = ledger.as_ref().map_or(Ok(0), Ledger::last_seq)?;
        let mut batch = Batch::default();
        let mut dirty = BTreeMap::new();
        for file in &tree.dirty {
            let disk = read(self.place, &file.path).unwrap_or(Disk::Absent);
            let (mtime_ns, size) = disk.stat();
            let blob = disk.blob().map(ToString::to_string);
            batch.snapshots.extend(disk.snapshot());
            dirty.insert(file.path.clone(), FileBefore { blob, mtime_ns, size });
        }
        let before = TreeBefore {
            seq,
            head: tree.head.as_ref().map(|head| head.as_str().to_owned()),
            tips: tips(&tree).into_iter().map(|tip| tip.as_str().to_owned()).collect(),
            dirty,
        };
        batch.pending = Some(Pending { key: key.clone(), at: self.at, body: json(&before) });
        self.write(&batch)
    }

    pub(super) fn after_shell(&self) -> Result<(), Fault> {
        let (Some(key), Some(_)) = (&self.key, &self.place.git_dir) else { return Ok(()) };
        let ledger = Ledger::open(self.place)?;
        let Some(pending) = ledger.pending(key)? else { return Ok(()) };
        let Ok(before) = serde_json::from_str::<TreeBefore>(&pending.body) else {
            return Ok(());
        };
        let tree = git::work_tree(self.place)?;
        let comparison = Comparison::new(self, &before, &tree)?;
        let mut batch = Batch::default();
        for path in comparison.paths(self, &ledger)? {
            let one = comparison.judge(self, &ledger, &path)?;
            batch.facts.extend(one.facts);
            batch.snapshots.extend(one.snapshots);
            batch.heads.extend(one.heads);
        }
        batch.event = Some(key.clone());
        batch.done_pending = Some(key.clone());
        drop(ledger);
        self.write(&batch)
    }
}

fn tips(tree: &WorkTree) -> Vec<CommitId> {
    let mut tips: Vec<CommitId> = tree.refs.iter().map(|(_, tip)| tip.clone()).collect();
    tips.extend(tree.head.clone());
    tips.sort();
    tips.dedup();
    tips
}

/// The work tree now, against what it was.
struct Comparison<'a> {
    before: &'a TreeBefore,
    head_before: Option<CommitId>,
    /// What git could reach then, or has fetched since.
    tips: Vec<CommitId>,
    /// Changed between the two HEADs: path, blob before and after.
    moved: HashMap<String, (Option<BlobId>, Option<BlobId>)>,
    /// Blobs that only commits made since can reach; `None` where none were made.
    new_blobs: HashSet<BlobId>,
    dirty: BTreeSet<String>,
}

impl<'a> Comparison<'a> {
    fn new(call: &Call<'_>, before: &'a TreeBefore, tree: &WorkTree) -> Result<Self, Fault> {
        let head_before = before.head.as_deref().and_then(CommitId::new);
        let mut tips: Vec<CommitId> =
            before.tips.iter().filter_map(|tip| CommitId::new(tip.as_str())).collect();
        let fetched = tree.refs.iter().filter(|(name, _)| name.starts_with("refs/remotes/"));
        tips.extend(fetched.map(|(_, tip)| tip.clone()));
        tips.extend(git::fetched(call.place));
        tips.sort();
        tips.dedup();
        let mut moved = HashMap::new();
        let mut new_blobs = HashSet::new();
        if let Some(head) = tree.head.as_ref().filter(|head| Some(*head) != head_before.as_ref()) {
            for change in git::tree_diff(call.place, head_before.as_ref(), head)? {
                moved.insert(change.path, (change.old, change.new));
            }
            new_blobs = git::new_blobs(call.place, head, &tips)?;
        }
        let dirty = tree.dirty.iter().map(|file| file.path.clone()).collect();
        Ok(Comparison { before, head_before, tips, moved, new_blobs, dirty })
    }

    /// What the command may have written, without what git brought from where
    /// it knew it already.
    fn paths(&self, call: &Call<'_>, _ledger: &Ledger) -> Result<Vec<String>, Fault> {
        let all = self.moved.keys().chain(&self.dirty).chain(self.before.dirty.keys());
        let all: BTreeSet<&String> = all.collect();
        let mut paths = Vec::new();
        for path in all {
            let clean_and_known = !self.dirty.contains(path)
                && self.moved.get(path).is_some_and(|(_, after)| match after {
                    Some(blob) => !self.new_blobs.contains(blob),
                    None => self.new_blobs.is_empty(),
                });
            if !clean_and_known && self.has_changed(call, path) {
                paths.push(path.clone());
            }
        }
        Ok(paths)
    }

    /// By time and size first: most dirty files are as they were.
    fn has_changed(&self, call: &Call<'_>, path: &str) -> bool {
        let Some(before) = self.before.dirty.get(path) else { return true };
        let disk = read(call.place, path).unwrap_or(Disk::Absent);
        let blob = disk.blob().map(ToString::to_string);
        before.blob != blob
    }

    fn text_before(&self, call: &Call<'_>, ledger: &Ledger, path: &str) -> Result<Option<String>, Fault> {
        if let Some(before) = self.before.dirty.get(path) {
            let blob = before.blob.as_deref().and_then(BlobId::new);
            return Ok(blob.map(|blob| ledger.snapshot(&blob)).transpose()?.flatten());
        }
        let Some(head) = &self.head_before else { return Ok(None) };
        let text = git::read_at(call.place, head.as_str(), &[path.to_owned()])?.pop().flatten();
        Ok(text.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    fn judge(&self, call: &Call<'_>, ledger: &Ledger, path: &str) -> Result<Batch, Fault> {
        let after = read(call.place, path)?;
        let before = self.text_before(call, ledger, path)?;
        let mut known = Vec::new();
        if self.moved.len() + self.dirty.len() <= SEARCHED {
            let earlier = git::path_blobs(call.place, path, &self.tips, EARLIER)?;
            if after.blob().is_some_and(|blob| earlier.contains(blob)) {
                return Ok(Batch::default());
            }
            let texts = git::read_blobs(call.place, &earlier)?;
            known = texts.into_iter().flatten().filter_map(|t| String::from_utf8(t).ok()).collect();
        }
        let change = Change {
            path,
            before: before.as_deref(),
            known: &known,
            after,
            offered: &Offered::Unknown,
            tolerance: Tolerance::Formatter,
            seen_at: Some(self.before.seq),
        };
        call.facts(ledger, change)
    }
}
