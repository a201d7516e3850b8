//! All files of a commit or of the index, listed when the first of them is asked for.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use countersign_ledger::git::{CommitId, TreeEntry, Version};
use countersign_ledger::{Place, git};
use countersign_provenance::BlobId;

/// What stands at which path. Most questions about a change never need it.
pub(crate) struct Tree<'a> {
    place: &'a Place,
    version: &'a Version,
    listing: Rc<Listing>,
}

/// What git was asked about a state of all files.
#[derive(Default)]
pub(crate) struct Listing {
    files: OnceCell<HashMap<String, BlobId>>,
    blobs: OnceCell<HashSet<BlobId>>,
    /// What was read, so that it is read once.
    texts: RefCell<HashMap<BlobId, Option<String>>>,
}

impl<'a> Tree<'a> {
    /// Not listed yet.
    pub(crate) fn of(place: &'a Place, version: &'a Version) -> Self {
        Tree::sharing(place, version, Rc::default())
    }

    /// What was asked about this state before is not asked again.
    pub(crate) fn sharing(place: &'a Place, version: &'a Version, listing: Rc<Listing>) -> Self {
        Tree {
            place,
            version,
            listing,
        }
    }

    /// Listed already.
    pub(crate) fn listed(place: &'a Place, version: &'a Version, files: &[TreeEntry]) -> Self {
        let tree = Tree::of(place, version);
        tree.listing.files.get_or_init(|| by_path(files));
        tree
    }

    /// The state that it is of.
    pub(crate) fn version(&self) -> &Version {
        self.version
    }

    /// The commit that it is of, if it is of one.
    pub(crate) fn commit(&self) -> Option<&CommitId> {
        match self.version {
            Version::Commit(commit) => Some(commit),
            Version::Index => None,
        }
    }

    /// The text at a path, where it is one and can be read.
    pub(crate) fn text_at(&self, path: &str) -> Option<String> {
        let blob = self.blob_at(path)?;
        if let Some(text) = self.listing.texts.borrow().get(blob) {
            return text.clone();
        }
        let bytes = git::read_blobs(self.place, std::slice::from_ref(blob));
        let bytes = bytes.ok().and_then(|mut bytes| bytes.pop().flatten());
        let text = bytes.and_then(|bytes| git::text_of(bytes).ok());
        let mut texts = self.listing.texts.borrow_mut();
        texts.insert(blob.clone(), text.clone());
        text
    }

    /// The name of the text at a path.
    pub(crate) fn blob_at(&self, path: &str) -> Option<&BlobId> {
        self.files().get(path)
    }

    /// Whether a text stands at any path.
    pub(crate) fn holds(&self, blob: &BlobId) -> bool {
        let all = || self.files().values().cloned().collect();
        self.listing.blobs.get_or_init(all).contains(blob)
    }

    /// Where git does not answer nothing stands: then what is known of a text that may have been moved is kept.
    fn files(&self) -> &HashMap<String, BlobId> {
        self.listing.files.get_or_init(|| {
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
