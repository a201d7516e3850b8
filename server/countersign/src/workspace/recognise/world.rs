//! What stands where, and stood, while texts are looked at.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::{BlobId, Text};

use super::branches::Branches;
use super::elsewhere::Elsewhere;
use super::past::Past;
use super::renamed::{Earlier, Renamings};
use crate::workspace::Fault;
use crate::workspace::file::{Disk, read};
use crate::workspace::tree::Tree;

/// So long texts are looked for in all files.
const LOOKED_FOR: Duration = Duration::from_millis(500);

/// What stands where. It is for texts that are looked at in one go: what git was asked once is not asked again.
pub(crate) struct World<'a> {
    pub(super) place: &'a Place,
    pub(super) stage: Stage<'a>,
    past: Past<'a>,
    pub(super) branches: Branches<'a>,
    pub(super) elsewhere: Elsewhere<'a>,
    /// Texts that were looked for, and where they stand.
    holding: RefCell<HashMap<String, Vec<String>>>,
    /// How long that took.
    looked: Cell<Duration>,
    /// The files that git leaves out of the work tree.
    left_out: OnceCell<HashMap<String, BlobId>>,
    pub(super) renamings: Rc<Renamings>,
    /// How many renamings back it is.
    pub(super) followed: u32,
}

pub(super) enum Stage<'a> {
    /// The files on disk.
    WorkTree,
    /// These texts; at other paths, the files on disk.
    Buffers(&'a HashMap<String, Text>),
    /// The files of a tree.
    Tree(&'a Tree<'a>),
    /// The same, where only what is new in a change counts: then history is not searched. What the changed files
    /// were before, by path.
    Change(&'a Tree<'a>, &'a HashMap<String, Earlier>),
    /// The files of a tree before a renaming; at paths that it does not have, those of a later one, or on disk.
    Before(&'a Tree<'a>, Option<&'a Tree<'a>>),
}

impl<'a> World<'a> {
    /// The files on disk.
    pub(crate) fn work_tree(place: &'a Place) -> Self {
        World::of(place, Stage::WorkTree)
    }

    /// These texts; at other paths, the files on disk.
    pub(crate) fn buffers(place: &'a Place, texts: &'a HashMap<String, Text>) -> Self {
        World::of(place, Stage::Buffers(texts))
    }

    /// The files of a tree.
    pub(crate) fn tree(place: &'a Place, tree: &'a Tree<'a>) -> Self {
        World::of(place, Stage::Tree(tree))
    }

    /// The files of a tree, where only what is new in a change counts: then history is not searched. `before` is what
    /// the changed files were before, by path.
    pub(crate) fn change(
        place: &'a Place,
        tree: &'a Tree<'a>,
        before: &'a HashMap<String, Earlier>,
    ) -> Self {
        World::of(place, Stage::Change(tree, before))
    }

    /// The files of a tree before a renaming.
    pub(crate) fn before(later: &World<'a>, tree: &'a Tree<'a>) -> Self {
        let now = match later.stage {
            Stage::WorkTree | Stage::Buffers(_) => None,
            Stage::Tree(now) | Stage::Change(now, _) => Some(now),
            Stage::Before(_, now) => now,
        };
        World {
            renamings: Rc::clone(&later.renamings),
            followed: later.followed + 1,
            ..World::of(later.place, Stage::Before(tree, now))
        }
    }

    fn of(place: &'a Place, stage: Stage<'a>) -> Self {
        World {
            place,
            stage,
            past: Past::of(place),
            branches: Branches::of(place),
            elsewhere: Elsewhere::of(place),
            holding: RefCell::default(),
            looked: Cell::default(),
            left_out: OnceCell::new(),
            renamings: Rc::default(),
            followed: 0,
        }
    }

    /// From now on all of these paths are looked at, in their order.
    pub(crate) fn about(&mut self, paths: impl IntoIterator<Item = String>) {
        self.past = Past::about(self.place, paths);
        self.elsewhere.seek_all();
    }

    /// The repository.
    pub(crate) fn place(&self) -> &'a Place {
        self.place
    }

    /// The text at a path, where it is one.
    pub(crate) fn text_at(&self, path: &str) -> Option<String> {
        let on_disk = || match read(self.place, path) {
            Ok(Disk::Text { text, .. }) => Some(Arc::unwrap_or_clone(text)),
            Ok(Disk::Absent) => self.text_left_out(path),
            _ => None,
        };
        match self.stage {
            Stage::Buffers(texts) if texts.contains_key(path) => {
                texts.get(path).map(Text::to_string)
            }
            Stage::WorkTree | Stage::Buffers(_) => on_disk(),
            Stage::Tree(tree) | Stage::Change(tree, _) => tree.text_at(path),
            Stage::Before(tree, now) => {
                let later = || now.map_or_else(on_disk, |now| now.text_at(path));
                tree.text_at(path).or_else(later)
            }
        }
    }

    /// The text of a file that git leaves out of the work tree: it stands all the same.
    fn text_left_out(&self, path: &str) -> Option<String> {
        let blob = self.left_out().get(path)?;
        let bytes = git::read_blobs(self.place, std::slice::from_ref(blob));
        git::text_of(bytes.ok()?.pop()??).ok()
    }

    fn left_out(&self) -> &HashMap<String, BlobId> {
        let all = || git::left_out(self.place).unwrap_or_default();
        self.left_out.get_or_init(|| all().into_iter().collect())
    }

    /// The files in which this very text stands, whatever its first line is indented by; none where git does not
    /// answer, nor once a moment has gone by with such questions.
    pub(super) fn holding(&self, part: &str) -> Vec<String> {
        let part = part.trim();
        let mut holding = self.holding.borrow_mut();
        if let Some(files) = holding.get(part) {
            return files.clone();
        }
        let longest = part.lines().map(str::trim).max_by_key(|line| line.len());
        let longest = longest.filter(|_| self.looked.get() < LOOKED_FOR);
        let begun = Instant::now();
        let mut files = longest.map_or_else(Vec::new, |line| self.with_line(line));
        files.retain(|path| self.text_at(path).is_some_and(|text| text.contains(part)));
        self.looked.set(self.looked.get() + begun.elapsed());
        holding.insert(part.to_owned(), files.clone());
        files
    }

    /// The files in which this line stands; none where git does not answer.
    pub(crate) fn with_line(&self, line: &str) -> Vec<String> {
        let commit = match self.stage {
            Stage::WorkTree | Stage::Buffers(_) | Stage::Before(_, None) => None,
            Stage::Tree(tree) | Stage::Change(tree, _) | Stage::Before(_, Some(tree)) => {
                match tree.commit() {
                    Some(commit) => Some(commit),
                    None => return Vec::new(),
                }
            }
        };
        git::files_with(self.place, commit, &[line]).unwrap_or_default()
    }

    /// Whether this very text surely stood at this path before the first fact: what git has there now is asked about.
    pub(crate) fn stood_before(
        &self,
        ledger: &Ledger,
        path: &str,
        blob: &BlobId,
    ) -> Result<bool, Fault> {
        let is_in_git = match self.stage {
            Stage::WorkTree | Stage::Buffers(_) => git::may_be_staged(self.place, path, blob),
            Stage::Tree(_) | Stage::Change(..) | Stage::Before(..) => true,
        };
        Ok(is_in_git && self.past.had(ledger, path, blob)?)
    }

    pub(super) fn has(&self, path: &str) -> bool {
        let on_disk = || self.place.absolute(path).is_file() || self.left_out().contains_key(path);
        match self.stage {
            Stage::WorkTree | Stage::Buffers(_) => on_disk(),
            Stage::Tree(tree) | Stage::Change(tree, _) => tree.blob_at(path).is_some(),
            Stage::Before(tree, now) => {
                tree.blob_at(path).is_some()
                    || now.map_or_else(on_disk, |now| now.blob_at(path).is_some())
            }
        }
    }

    /// What stood at a path when the ledger began.
    pub(super) fn stood_at(&self, ledger: &Ledger, path: &str) -> Result<Option<String>, Fault> {
        self.past.text_at(ledger, path)
    }

    /// Whether this very text stood at this path before the first fact, on any branch.
    pub(super) fn had(&self, ledger: &Ledger, path: &str, blob: &BlobId) -> Result<bool, Fault> {
        match self.stage {
            Stage::Change(..) => Ok(false),
            _ => self.past.had(ledger, path, blob),
        }
    }
}
