//! A command of whose beginning nobody told: its hook was set up meanwhile, or did not get through.

use std::collections::BTreeMap;

use countersign_ledger::Ledger;
use countersign_ledger::git::{self, CommitId, WorkTree};
use countersign_provenance::BlobId;

use super::{DirtyBefore, TreeBefore};
use crate::workspace::Fault;
use crate::workspace::file;
use crate::workspace::report::Call;

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
        let head = match began.and_then(|began| git::made_since(self.place, began)) {
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
            seq: None,
            head: head.as_ref().map(|head| head.as_str().to_owned()),
            tips: tips
                .iter()
                .map(CommitId::as_str)
                .map(str::to_owned)
                .collect(),
            dirty,
        })
    }
}
