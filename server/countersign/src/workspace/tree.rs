//! All files of a commit or of the index, listed when the first of them is asked for.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use countersign_ledger::git::{TreeEntry, Version};
use countersign_ledger::{Place, git};
use countersign_provenance::BlobId;

/// What stands at which path. Most questions about a change never need it.
pub(crate) struct Tree<'a> {
    place: &'a Place,
    version: &'a Version,
    files: OnceCell<HashMap<String, BlobId>>,
    texts: OnceCell<HashSet<BlobId>>,
}

impl<'a> Tree<'a> {
    /// Not listed yet.
    pub(crate) fn of(place: &'a Place, version: &'a Version) -> Self {
        Tree {
            place,
            version,
            files: OnceCell::new(),
            texts: OnceCell::new(),
        }
    }

    /// Listed already.
    pub(crate) fn listed(place: &'a Place, version: &'a Version, files: &[TreeEntry]) -> Self {
        let tree = Tree::of(place, version);
        tree.files.get_or_init(|| by_path(files));
        tree
    }

    /// The text at a path.
    pub(crate) fn blob_at(&self, path: &str) -> Option<&BlobId> {
        self.files().get(path)
    }

    /// Whether a text stands at any path.
    pub(crate) fn holds(&self, blob: &BlobId) -> bool {
        let all = || self.files().values().cloned().collect();
        self.texts.get_or_init(all).contains(blob)
    }

    /// Where git does not answer nothing stands: then what is known of a text that may have been moved is kept.
    fn files(&self) -> &HashMap<String, BlobId> {
        self.files.get_or_init(|| {
            let files = git::files(self.place, self.version).unwrap_or_else(|error| {
                tracing::warn!(%error, "the files are not known");
                Vec::new()
            });
            by_path(&files)
        })
    }
}

fn by_path(files: &[TreeEntry]) -> HashMap<String, BlobId> {
    let named = files.iter();
    named
        .map(|file| (file.path.clone(), file.blob.clone()))
        .collect()
}
