//! A command names no file: the work tree before and after it tells.

mod changed;
mod comparison;
mod elsewhere;
mod folder;
mod history;
mod moves;
mod places;
mod unseen;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use countersign_ledger::git::{self, CommitId, DirtyFile, WorkTree};
use countersign_ledger::{Batch, Ledger};
use serde::{Deserialize, Serialize};

use super::Fault;
use super::file::{Disk, read};
use super::report::{Beside, Call, Elsewhere, Since};
use changed::Changed;
use comparison::Comparison;
pub(super) use places::{each_place, places};

/// The work tree before a command.
#[derive(Debug, Serialize, Deserialize)]
struct TreeBefore {
    /// What the ledger held; `None` where nobody told of the beginning.
    since: Option<Since>,
    /// What HEAD was.
    head: Option<String>,
    /// All commits that refs named, and those where HEAD was lately.
    tips: Vec<String>,
    /// Files that differed from HEAD, or that git did not track.
    dirty: BTreeMap<String, DirtyBefore>,
    /// Of these files, the texts that another ledger keeps: that of the folder before it was a repository.
    #[serde(skip)]
    texts: HashMap<String, String>,
}

/// A file before a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct DirtyBefore {
    /// The text's name; `None` where there was none.
    blob: Option<String>,
    /// What was staged.
    staged: Option<String>,
    /// Time of change in nanoseconds since 1970, and bytes on disk.
    stat: (i64, u64),
}

impl Call<'_> {
    pub(super) fn before_shell(&self, folder: &Path) -> Result<(), Fault> {
        let Some(key) = &self.key else { return Ok(()) };
        if self.place.git_dir.is_none() {
            return self.before_in_folder(folder, key);
        }
        let comparing = git::compare(self.place)?;
        let ledger = Ledger::open_for_hook(self.place)?;
        let tree = comparing.finish()?;
        let mut snapshots = Vec::new();
        let mut dirty = BTreeMap::new();
        for DirtyFile {
            path, index_blob, ..
        } in &tree.dirty
        {
            let disk = read(self.place, path).unwrap_or(Disk::Absent);
            let file = DirtyBefore {
                blob: disk.blob().map(ToString::to_string),
                staged: index_blob.as_ref().map(ToString::to_string),
                stat: disk.stat(),
            };
            dirty.insert(path.clone(), file);
            snapshots.extend(disk.snapshot());
        }
        let head = tree.head.as_ref().map(|head| head.as_str().to_owned());
        let tips = self
            .tips(&tree)
            .iter()
            .map(|tip| tip.as_str().to_owned())
            .collect();
        self.begin(ledger, key, snapshots, |since| TreeBefore {
            since: Some(since),
            head,
            tips,
            dirty,
            texts: HashMap::new(),
        })
    }

    /// All that git can reach.
    fn tips(&self, tree: &WorkTree) -> Vec<CommitId> {
        let mut tips: Vec<CommitId> = tree.refs.iter().map(|(_, tip)| tip.clone()).collect();
        tips.extend(tree.head.clone());
        tips.extend(git::head_log(self.place));
        tips.sort();
        tips.dedup();
        tips
    }

    /// `took` is how long the command ran, in milliseconds.
    pub(super) fn after_shell(&self, folder: &Path, took: Option<u32>) -> Result<(), Fault> {
        if self.place.git_dir.is_none() {
            return self.after_in_folder(folder);
        }
        self.compare(|ledger, tree| match self.begun::<TreeBefore>(ledger)? {
            Some(before) => Ok(before),
            None => match self.tree_outside(ledger, folder)? {
                Some(before) => Ok(before),
                None => self.tree_last_known(ledger, tree, took),
            },
        })
    }

    /// The same of a repository that the command has made.
    pub(super) fn after_shell_made(&self) -> Result<(), Fault> {
        self.compare(|ledger, _| {
            Ok(TreeBefore {
                since: Some(Since::now(ledger)?),
                head: None,
                tips: Vec::new(),
                dirty: BTreeMap::new(),
                texts: HashMap::new(),
            })
        })
    }

    fn compare(
        &self,
        before: impl Fn(&Ledger, &WorkTree) -> Result<TreeBefore, Fault>,
    ) -> Result<(), Fault> {
        // Git is at work for longer than it takes to open the ledger.
        let comparing = git::compare(self.place)?;
        let ledger = Ledger::open_for_hook(self.place)?;
        let tree = comparing.finish()?;
        self.end(ledger, |ledger| {
            let before = before(ledger, &tree)?;
            let comparison = Comparison::new(self, &before, &tree)?;
            let mut batch = Batch::default();
            let mut stands = HashMap::new();
            let (changed, brought) = comparison.changed(ledger)?;
            let elsewhere = self.between(ledger, &changed, &brought)?;
            let mut beside = Beside::each(&elsewhere).into_iter();
            for (changed, beside) in changed.iter().zip(&mut beside) {
                let one = self.facts(ledger, &changed.change(before.since, beside))?;
                stands.extend(changed.now(&one));
                batch.heads.extend(
                    changed
                        .moved_from()
                        .map(|from| self.head(from, &Disk::Absent)),
                );
                add(&mut batch, one);
            }
            for (brought, beside) in brought.iter().zip(beside) {
                let change = brought.change(before.since, beside);
                add(&mut batch, self.facts_of_source(ledger, &change)?);
            }
            for text in comparison.elsewhere(&self.world, ledger, &stands)? {
                let one = self.facts(ledger, &text.change(before.since, Beside::nothing()))?;
                add(
                    &mut batch,
                    Batch {
                        heads: Vec::new(),
                        ..one
                    },
                );
            }
            batch.event.clone_from(&self.key);
            Ok(batch)
        })
    }
}

impl Call<'_> {
    /// The files that a command changed, for each other; those that only git brought come last.
    fn between(
        &self,
        ledger: &Ledger,
        changed: &[Changed],
        brought: &[Changed],
    ) -> Result<Vec<Elsewhere>, Fault> {
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        if changed.len() + brought.len() == 1 {
            return Ok(vec![Elsewhere::nowhere()]);
        }
        let elsewhere = |changed: &Changed| {
            let was = self.was(ledger, &changed.change(None, Beside::nothing()))?;
            Ok(changed.elsewhere(was.known))
        };
        changed.iter().chain(brought).map(elsewhere).collect()
    }
}

fn add(batch: &mut Batch, more: Batch) {
    batch.facts.extend(more.facts);
    batch.snapshots.extend(more.snapshots);
    batch.heads.extend(more.heads);
}
