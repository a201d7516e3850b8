//! The work tree after a command, against what it was before.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::panic::resume_unwind;
use std::thread::{self, ScopedJoinHandle};

use countersign_ledger::git::{self, CommitId, DirtyKind, NewObjects, Storing, WorkTree};
use countersign_ledger::{Ledger, Place};
use countersign_provenance::BlobId;

use super::changed::Changed;
use super::{TreeBefore, moves};
use crate::workspace::Fault;
use crate::workspace::file::{self, Disk, read, read_of_many};
use crate::workspace::report::{Call, snapshot};

/// What now stands at some paths.
struct Now {
    /// In the order of the paths.
    disks: Vec<Disk>,
    /// Whether git has these texts.
    in_git: HashMap<BlobId, bool>,
}

/// The work tree now, against what it was.
pub(super) struct Comparison<'a> {
    pub(super) place: &'a Place,
    pub(super) before: &'a TreeBefore,
    pub(super) head_before: Option<CommitId>,
    pub(super) head: Option<CommitId>,
    /// What git could reach then, or has fetched since.
    pub(super) known: Vec<CommitId>,
    /// What git can reach now.
    pub(super) now: Vec<CommitId>,
    /// Changed between the two HEADs: blob before and after by path.
    pub(super) moved: HashMap<String, (Option<BlobId>, Option<BlobId>)>,
    /// What only commits made since can reach, no matter whether a ref names them still.
    pub(super) new: NewObjects,
    pub(super) dirty: BTreeMap<String, DirtyKind>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(
        call: &Call<'a>,
        before: &'a TreeBefore,
        tree: &WorkTree,
    ) -> Result<Self, Fault> {
        let place = call.place;
        let head_before = before.head.as_deref().and_then(CommitId::new);
        let mut known: Vec<CommitId> = before
            .tips
            .iter()
            .filter_map(|tip| CommitId::new(tip.as_str()))
            .collect();
        let then: HashSet<&CommitId> = known.iter().collect();
        let is_new = |(_, tip): &&(String, CommitId)| !then.contains(tip);
        let moved: Vec<_> = tree.refs.iter().filter(is_new).cloned().collect();
        known.extend(git::fetched(place, &moved));
        let now: Vec<CommitId> = tree
            .refs
            .iter()
            .map(|(_, tip)| tip.clone())
            .chain(tree.head.clone())
            .collect();
        let mut moved = HashMap::new();
        if let Some(head) = tree
            .head
            .as_ref()
            .filter(|head| Some(*head) != head_before.as_ref())
        {
            for change in git::tree_diff(place, head_before.as_ref(), head)? {
                moved.insert(change.path, (change.old, change.new));
            }
        }
        // A commit that was made and left again stands in the log of HEAD only, and may be fetched from there.
        let made = [now.as_slice(), &git::head_log(place)].concat();
        let new = git::new_objects(place, &made, &known)?;
        let dirty = tree
            .dirty
            .iter()
            .map(|file| (file.path.clone(), file.kind))
            .collect();
        let head = tree.head.clone();
        Ok(Comparison {
            place,
            before,
            head_before,
            head,
            known,
            now,
            moved,
            new,
            dirty,
        })
    }

    /// The files that the command changed otherwise than by bringing what git knew; then those that it changed so
    /// beside them, from which it may have moved something.
    pub(super) fn changed(&self, ledger: &Ledger) -> Result<(Vec<Changed>, Vec<Changed>), Fault> {
        let paths = self.paths();
        if paths.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        // Each of them asks git, which needs some milliseconds to start.
        let (now, before, history) = thread::scope(|scope| {
            let history = scope.spawn(|| self.history(&paths));
            let now = scope.spawn(|| self.now(&paths));
            let before = self.texts_before(ledger, &paths);
            (joined(now), before, joined(history))
        });
        let (now, mut before, history) = (now?, before?, history?);
        let (mut changed, mut brought) = (Vec::new(), Vec::new());
        for (path, after) in paths.into_iter().zip(now.disks) {
            let before = before.remove(&path).map(|text| (path.clone(), text));
            let known = self.is_known(&history, &path, before.as_ref(), &after);
            let file = Changed {
                path,
                before,
                after,
                known: Vec::new(),
                made_beside: Vec::new(),
                has_twin: false,
            };
            match known {
                true => brought.push(file),
                false => changed.push(file),
            }
        }
        self.add_renamed(&mut changed)?;
        let mut changed = moves::pair(changed);
        self.find_twins(&mut changed, &now.in_git)?;
        for changed in &mut changed {
            changed.known = self.texts_known(&history, &changed.path, &changed.after);
            changed.made_beside = self.made_beside(&history, &changed.path);
        }
        Ok((changed, brought))
    }

    /// What now stands at these paths.
    fn now(&self, paths: &[String]) -> Result<Now, Fault> {
        let storing = Storing::of(self.place);
        let disks = paths
            .iter()
            .map(|path| read_of_many(self.place, &storing, path));
        let disks: Vec<Disk> = disks.collect::<Result<_, _>>()?;
        let in_git = self.in_git(disks.iter().filter_map(Disk::blob))?;
        Ok(Now { disks, in_git })
    }

    /// Whether git has these texts.
    fn in_git<'b>(
        &self,
        blobs: impl Iterator<Item = &'b BlobId>,
    ) -> Result<HashMap<BlobId, bool>, Fault> {
        let blobs: Vec<BlobId> = blobs.cloned().collect();
        let known = git::known_blobs(self.place, &blobs)?;
        Ok(blobs.into_iter().zip(known).collect())
    }

    /// What differs from before and is not clean in a HEAD that git knew.
    fn paths(&self) -> Vec<String> {
        let all = self
            .moved
            .keys()
            .chain(self.dirty.keys())
            .chain(self.before.dirty.keys());
        let all: BTreeSet<&String> = all.collect();
        let differs = |path: &&&String| match self.before.dirty.get(**path) {
            Some(before) => before.stat != file::stat_of(self.place, path) || before.stat == (0, 0),
            None => true,
        };
        let open = all
            .iter()
            .filter(|path| !self.is_brought(path))
            .filter(differs);
        open.map(|path| (**path).clone()).collect()
    }

    /// Whether a path is as in a commit that git knew, or in one that holds there what git knew.
    fn is_brought(&self, path: &str) -> bool {
        let is_clean = !self.dirty.contains_key(path);
        is_clean
            && self.moved.get(path).is_some_and(|(_, after)| match after {
                Some(blob) => !self.new.blobs.contains_key(blob),
                None => !self.is_head_new(),
            })
    }

    pub(super) fn is_head_new(&self) -> bool {
        self.head
            .as_ref()
            .is_some_and(|head| self.new.commits.contains(head))
    }

    pub(super) fn texts_before(
        &self,
        ledger: &Ledger,
        paths: &[String],
    ) -> Result<HashMap<String, String>, Fault> {
        let mut texts = HashMap::new();
        let mut committed = Vec::new();
        for path in paths {
            match self.before.dirty.get(path) {
                Some(before) => {
                    let text = match self.before.texts.get(path) {
                        Some(text) => Some(text.clone()),
                        None => snapshot(ledger, before.blob.as_deref())?,
                    };
                    texts.extend(text.map(|text| (path.clone(), text)));
                }
                None => committed.push(path.clone()),
            }
        }
        if let Some(head) = self.head_before.as_ref().filter(|_| !committed.is_empty()) {
            let found = git::read_at(self.place, head.as_str(), &committed)?;
            let text = |bytes: Option<Vec<u8>>| String::from_utf8(bytes?).ok();
            let found = committed.into_iter().zip(found);
            texts.extend(found.filter_map(|(path, bytes)| Some((path, text(bytes)?))));
        }
        Ok(texts)
    }

    /// A file that is gone may stand, just the same, where git calls it known.
    fn add_renamed(&self, changed: &mut Vec<Changed>) -> Result<(), Fault> {
        let format = git::object_format(self.place);
        let gone = changed.iter().filter(|changed| changed.is_gone());
        let gone: HashSet<BlobId> = gone
            .filter_map(|changed| changed.before.as_ref())
            .map(|(_, text)| git::blob_id(text.as_bytes(), format))
            .collect();
        for (path, (old, new)) in &self.moved {
            let come = old.is_none() && new.as_ref().is_some_and(|blob| gone.contains(blob));
            if come && changed.iter().all(|changed| changed.path != *path) {
                let (path, after) = (path.clone(), read(self.place, path)?);
                changed.push(Changed {
                    path,
                    before: None,
                    after,
                    known: Vec::new(),
                    made_beside: Vec::new(),
                    has_twin: false,
                });
            }
        }
        Ok(())
    }

    /// Notes which texts are copies of files that the command did not write.
    fn find_twins(
        &self,
        changed: &mut [Changed],
        in_git: &HashMap<BlobId, bool>,
    ) -> Result<(), Fault> {
        let blobs = || changed.iter().filter_map(|changed| changed.after.blob());
        let others_in_git = self.in_git(blobs().filter(|blob| !in_git.contains_key(blob)))?;
        let is_in_git = |blob| in_git.get(blob).or_else(|| others_in_git.get(blob)) == Some(&true);
        let any_in_git = blobs().any(is_in_git);
        let mut others: HashSet<BlobId> = HashSet::new();
        let own: HashSet<&str> = changed
            .iter()
            .map(|changed| changed.path.as_str())
            .collect();
        if any_in_git {
            let tracked = git::tracked(self.place)?.into_iter();
            others.extend(
                tracked
                    .filter(|(path, _)| !own.contains(path.as_str()))
                    .map(|(_, blob)| blob),
            );
        }
        let dirty = self
            .before
            .dirty
            .iter()
            .filter(|(path, _)| !own.contains(path.as_str()));
        others.extend(dirty.filter_map(|(_, file)| BlobId::new(file.blob.as_deref()?)));
        for changed in changed {
            changed.has_twin = changed
                .after
                .blob()
                .is_some_and(|blob| others.contains(blob));
        }
        Ok(())
    }
}

/// What a thread found.
pub(super) fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}
