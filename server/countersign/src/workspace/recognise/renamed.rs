//! What a file was before it was renamed, or changed: text that stood in it then has not come from elsewhere.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use countersign_ledger::Place;
use countersign_ledger::git::{self, CommitId, Renamed, Renames, TreeEntry, Version};
use countersign_provenance::BlobId;

use super::World;
use super::unanswered;
use super::world::Stage;
use crate::workspace::tree::{Listing, Tree};

/// How long history is searched for renamings.
const SEARCHED: Duration = Duration::from_millis(600);
/// A file that was renamed more often is followed so far.
const FOLLOWED: u32 = 3;

/// A file before it was renamed, or changed.
#[derive(Debug, Clone)]
pub(crate) struct Earlier {
    /// A state of all files in which it was so.
    pub(crate) version: Version,
    /// What stood there.
    pub(crate) entry: TreeEntry,
}

/// What git tells of renamings; each thing is asked once.
#[derive(Default)]
pub(super) struct Renamings {
    open: OnceCell<Option<Open>>,
    logs: RefCell<Vec<(CommitId, Vec<Renamed>)>>,
    listings: RefCell<HashMap<Version, Rc<Listing>>>,
}

/// Between HEAD and the work tree.
struct Open {
    head: CommitId,
    /// The files of HEAD.
    files: HashMap<String, TreeEntry>,
    /// The paths in HEAD of each text.
    paths: HashMap<BlobId, Vec<String>>,
    /// What the index takes for the old names of files, by the new ones.
    staged: HashMap<String, TreeEntry>,
}

impl World<'_> {
    /// What the file of a path that is new was before it was renamed, as far as git knows and can tell in a moment; in
    /// a change, what it was before that.
    pub(crate) fn before_renaming(&self, path: &str, blob: &BlobId) -> Option<Earlier> {
        if self.place.git_dir.is_none() || self.followed >= FOLLOWED {
            return None;
        }
        let commit = match self.stage {
            Stage::Change(_, before) => return before.get(path).cloned(),
            Stage::Tree(tree) | Stage::Before(tree, _) => tree.commit(),
            Stage::WorkTree | Stage::Buffers(_) => None,
        };
        let found = match commit {
            Some(commit) => self.renamings.last(self.place, commit, path),
            None => {
                let open = self.renamings.open(self.place)?;
                match open.files.contains_key(path) {
                    true => self.renamings.last(self.place, &open.head, path),
                    false => {
                        let entry = open.before(path, blob, |path| self.has(path))?;
                        Some((open.head.clone(), entry.clone()))
                    }
                }
            }
        };
        found.map(|(commit, entry)| Earlier {
            version: Version::Commit(commit),
            entry,
        })
    }

    /// All files of a state that [`World::before_renaming`] names.
    pub(crate) fn tree_of<'b>(&'b self, version: &'b Version) -> Tree<'b> {
        Tree::sharing(self.place, version, self.renamings.listing(version))
    }
}

impl Renamings {
    /// What is known of all files of a state.
    pub(super) fn listing(&self, version: &Version) -> Rc<Listing> {
        let mut listings = self.listings.borrow_mut();
        Rc::clone(listings.entry(version.clone()).or_default())
    }

    fn open(&self, place: &Place) -> Option<&Open> {
        let open = self.open.get_or_init(|| Open::of(place));
        open.as_ref()
    }

    /// Where a path was renamed last in what a commit reaches: the commit before that, and the file at the old path.
    fn last(&self, place: &Place, tip: &CommitId, path: &str) -> Option<(CommitId, TreeEntry)> {
        let mut logs = self.logs.borrow_mut();
        let begin = |(of, log): &(CommitId, Vec<Renamed>)| match of == tip {
            true => Some(0),
            // What comes behind the last renaming after a commit was renamed before it.
            false => Some(log.iter().rposition(|renamed| renamed.before == *tip)? + 1),
        };
        let mut known = logs.iter().enumerate();
        let known = known.find_map(|(number, log)| Some((number, begin(log)?)));
        let (number, begin) = known.unwrap_or_else(|| {
            let log = git::renamings(place, tip, SEARCHED).unwrap_or_else(unanswered);
            logs.push((tip.clone(), log));
            (logs.len() - 1, 0)
        });
        let mut since = logs[number].1[begin..].iter();
        let renamed = since.find(|renamed| renamed.new.path == path)?;
        Some((renamed.before.clone(), renamed.old.clone()))
    }
}

impl Open {
    fn of(place: &Place) -> Option<Self> {
        let head = git::rev_parse(place, "HEAD").ok()?;
        let files = git::files(place, &Version::Commit(head.clone())).unwrap_or_else(unanswered);
        let changes = git::file_changes(place, Some(&head), &Version::Index, Renames::Paired);
        let changes = changes.unwrap_or_else(unanswered).into_iter();
        let staged = changes.filter_map(|change| {
            let (old, new) = (change.old?, change.new?);
            (old.path != new.path).then_some((new.path, old))
        });
        let mut paths: HashMap<BlobId, Vec<String>> = HashMap::new();
        for file in &files {
            paths
                .entry(file.blob.clone())
                .or_default()
                .push(file.path.clone());
        }
        Some(Open {
            head,
            staged: staged.collect(),
            paths,
            files: files
                .into_iter()
                .map(|file| (file.path.clone(), file))
                .collect(),
        })
    }

    /// What a file that HEAD lacks was there: by the index, or a file with this very text that is gone.
    fn before(
        &self,
        path: &str,
        blob: &BlobId,
        stands: impl Fn(&str) -> bool,
    ) -> Option<&TreeEntry> {
        self.staged.get(path).or_else(|| {
            let gone = self.paths.get(blob)?.iter().find(|path| !stands(path))?;
            self.files.get(gone)
        })
    }
}
