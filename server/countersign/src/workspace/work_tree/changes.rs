//! What git says of a work tree.

use std::collections::{BTreeSet, HashSet};

use countersign_ledger::git::{CommitId, DirtyFile, DirtyKind};
use countersign_ledger::{Place, git};
use countersign_provenance::BlobId;

use crate::workspace::Fault;
use crate::workspace::survey::{Come, come_since};

/// What git says.
#[derive(Default)]
pub(super) struct Changes {
    /// `None` before the first commit.
    pub(super) head: Option<CommitId>,
    /// What HEAD does not have so.
    pub(super) dirty: Vec<DirtyFile>,
    /// What HEAD has and the commit did not have that was looked at last.
    pub(super) come: Come,
}

impl Changes {
    /// Since a commit that was looked at, else since the ledger began.
    pub(super) fn of(
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

    /// The texts that have come.
    pub(super) fn blobs(&self) -> Vec<BlobId> {
        self.come.iter().map(|(_, blob)| blob.clone()).collect()
    }

    /// What is to be looked at beside the files that facts name.
    pub(super) fn paths(
        &self,
        strangers: &HashSet<BlobId>,
        named: &BTreeSet<String>,
    ) -> BTreeSet<String> {
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
