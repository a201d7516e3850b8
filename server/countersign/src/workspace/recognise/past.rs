//! What stood at a path before the first fact: no assistant wrote it, as far as anybody knows.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::BlobId;

use super::unanswered;
use crate::workspace::Fault;

/// How far back it is looked what stood at a path.
const LOOKED_BACK: usize = 50;
/// How long it is looked what stood at one path; at several together, so many times as long.
const LOOKED: Duration = Duration::from_millis(300);
const AT_MOST: u32 = 4;
/// So many paths are asked about together.
const TOGETHER: usize = 256;

/// The time before the ledger began.
pub(super) struct Past<'a> {
    place: &'a Place,
    /// The paths that may be asked about, sorted: each is asked about together with those behind it.
    paths: Vec<String>,
    texts: RefCell<HashMap<String, Option<String>>>,
    blobs: RefCell<HashMap<String, HashSet<BlobId>>>,
}

impl<'a> Past<'a> {
    /// Each path is asked about by itself.
    pub(super) fn of(place: &'a Place) -> Self {
        Past::about(place, [])
    }

    /// These paths are going to be asked about, in their order.
    pub(super) fn about(place: &'a Place, paths: impl IntoIterator<Item = String>) -> Self {
        let mut paths: Vec<String> = paths.into_iter().collect();
        paths.sort_unstable();
        Past {
            place,
            paths,
            texts: RefCell::default(),
            blobs: RefCell::default(),
        }
    }

    /// The text at a path in the commit at which the ledger began.
    pub(super) fn text_at(&self, ledger: &Ledger, path: &str) -> Result<Option<String>, Fault> {
        let Some(born) = ledger.born()? else {
            return Ok(None);
        };
        let mut texts = self.texts.borrow_mut();
        if !texts.contains_key(path) {
            let paths = self.from(path);
            let found = git::read_at(self.place, born.as_str(), &paths);
            let found = found.unwrap_or_else(unanswered).into_iter();
            let text = |bytes: Option<Vec<u8>>| String::from_utf8(bytes?).ok();
            let found = found.map(text).chain(std::iter::repeat(None));
            texts.extend(paths.into_iter().zip(found));
        }
        Ok(texts.get(path).cloned().flatten())
    }

    /// Whether this very text stood at this path, on any branch.
    pub(super) fn had(&self, ledger: &Ledger, path: &str, blob: &BlobId) -> Result<bool, Fault> {
        let mut blobs = self.blobs.borrow_mut();
        if !blobs.contains_key(path) {
            let (paths, tips) = (self.from(path), ledger.born_tips()?);
            let within = LOOKED * AT_MOST.min(paths.len() as u32);
            let changes = git::path_changes(self.place, &paths, &tips, None, LOOKED_BACK, within);
            blobs.extend(paths.into_iter().map(|path| (path, HashSet::new())));
            for change in changes.unwrap_or_else(unanswered) {
                let stood = blobs.entry(change.path).or_default();
                stood.extend(change.old.into_iter().chain(change.new));
            }
        }
        Ok(blobs.get(path).is_some_and(|stood| stood.contains(blob)))
    }

    /// A path, with those that are asked about together with it.
    fn from(&self, path: &str) -> Vec<String> {
        match self
            .paths
            .binary_search_by(|other| other.as_str().cmp(path))
        {
            Ok(at) => self.paths[at..].iter().take(TOGETHER).cloned().collect(),
            Err(_) => vec![path.to_owned()],
        }
    }
}
