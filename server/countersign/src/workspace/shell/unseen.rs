//! A command of whose beginning nobody told: its hook was set up meanwhile, or did not get through.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use countersign_ledger::git::{self, CommitId, WorkTree};
use countersign_ledger::{Ledger, locate_outside};
use countersign_provenance::BlobId;

use super::folder::FolderBefore;
use super::{DirtyBefore, TreeBefore};
use crate::workspace::Fault;
use crate::workspace::file;
use crate::workspace::report::{Call, Since, snapshot};

/// The clocks of disks are coarse, and a hook needs some time to start: in milliseconds.
const SLACK: i64 = 300;

impl Call<'_> {
    /// The work tree as it was last known. What was not touched while the command ran stands there as it is now.
    pub(super) fn tree_last_known(
        &self,
        ledger: &Ledger,
        tree: &WorkTree,
        took: Option<u32>,
    ) -> Result<TreeBefore, Fault> {
        let began = took.map(|took| self.at - i64::from(took) - SLACK);
        let mut tips = self.tips(tree);
        let made = began.and_then(|began| git::made_since(self.place, began));
        // What stood there when the ledger began, no fact speaks of.
        let is_young = ledger.born()? == tree.head;
        let head = match made.filter(|_| !is_young) {
            Some(made) => {
                tips.retain(|tip| !made.commits.contains(tip));
                Some(made.before)
            }
            None => tree.head.clone(),
        };
        let mut dirty = BTreeMap::new();
        for now in &tree.dirty {
            let touched = file::touched_at(self.place, &now.path);
            let is_old = |began| touched.is_none_or(|touched| touched < began);
            let (blob, stat) = match ledger.head(&self.place.worktree, &now.path)? {
                _ if began.is_some_and(is_old) => (None, file::stat_of(self.place, &now.path)),
                Some(head) => (head.blob, (head.mtime_ns, head.size)),
                None => continue,
            };
            let before = DirtyBefore {
                blob: blob.as_ref().map(BlobId::to_string),
                staged: now.index_blob.as_ref().map(BlobId::to_string),
                stat,
            };
            dirty.insert(now.path.clone(), before);
        }
        Ok(TreeBefore {
            since: None,
            head: head.as_ref().map(|head| head.as_str().to_owned()),
            tips: tips
                .iter()
                .map(CommitId::as_str)
                .map(str::to_owned)
                .collect(),
            dirty,
            texts: HashMap::new(),
        })
    }

    /// The folder before a command that made a repository of it.
    pub(super) fn tree_outside(
        &self,
        ledger: &Ledger,
        folder: &Path,
    ) -> Result<Option<TreeBefore>, Fault> {
        let outside = locate_outside(folder);
        let Some(known) = Ledger::open_existing(&outside)? else {
            return Ok(None);
        };
        let Some(before) = self.begun::<FolderBefore>(&known)? else {
            return Ok(None);
        };
        let (mut dirty, mut texts) = (BTreeMap::new(), HashMap::new());
        for (path, before) in before.files {
            if let Some(path) = self.place.relative(&outside.absolute(&path)) {
                let text = snapshot(&known, before.blob.as_deref())?;
                texts.extend(text.map(|text| (path.clone(), text)));
                dirty.insert(path, before);
            }
        }
        Ok(Some(TreeBefore {
            since: Some(Since::now(ledger)?),
            head: None,
            tips: Vec::new(),
            dirty,
            texts,
        }))
    }
}
