//! What stands at a path on other branches and in other work trees only: it did not vanish here, so that it cannot
//! have been moved from there.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use countersign_ledger::git::{self, CommitId};
use countersign_ledger::{Place, other_work_trees};

use super::{holds, unanswered};

/// So many refs are looked at.
const REFS: usize = 500;
/// So many changes of a path are looked at, and for so long.
const LOOKED_BACK: usize = 50;
const LOOKED: Duration = Duration::from_millis(300);

/// The other branches and work trees of a repository.
pub(super) struct Branches<'a> {
    place: &'a Place,
    tips: OnceCell<Tips>,
    by_path: RefCell<HashMap<String, Rc<Texts>>>,
}

/// What this branch and the others are at.
struct Tips {
    /// `None` before the first commit, and where git does not answer.
    head: Option<CommitId>,
    others: Vec<CommitId>,
    work_trees: Vec<PathBuf>,
}

/// What stands at one path, beside the file on disk.
struct Texts {
    head: Option<String>,
    elsewhere: Vec<String>,
    /// In the history of this branch; few ask for it.
    earlier: OnceCell<Vec<String>>,
}

impl<'a> Branches<'a> {
    pub(super) fn of(place: &'a Place) -> Self {
        Branches {
            place,
            tips: OnceCell::new(),
            by_path: RefCell::default(),
        }
    }

    /// Whether a part of a text that stands no more at a path on disk stands there on another branch or in another
    /// work tree, and never did on this one.
    pub(super) fn alone_hold(&self, path: &str, part: &str) -> bool {
        let texts = self.texts(path);
        let has = |text: &String| holds(text, part);
        texts.elsewhere.iter().any(has)
            && !texts.head.iter().any(has)
            && !texts
                .earlier
                .get_or_init(|| self.earlier(path))
                .iter()
                .any(has)
    }

    fn texts(&self, path: &str) -> Rc<Texts> {
        let mut by_path = self.by_path.borrow_mut();
        let texts = by_path
            .entry(path.to_owned())
            .or_insert_with(|| Rc::new(self.read(path)));
        Rc::clone(texts)
    }

    fn read(&self, path: &str) -> Texts {
        let tips = self.tips.get_or_init(|| Tips::of(self.place));
        let on_disk = |root: &PathBuf| fs::read_to_string(root.join(path)).ok();
        let mut elsewhere: Vec<String> = tips.work_trees.iter().filter_map(on_disk).collect();
        let mut head = None;
        if let Some(own) = &tips.head {
            let found = git::read_in(self.place, std::iter::once(own).chain(&tips.others), path);
            let mut found = found.unwrap_or_else(unanswered).into_iter();
            let text = |bytes: Option<Vec<u8>>| git::text_of(bytes?).ok();
            head = found.next().and_then(text);
            elsewhere.extend(found.filter_map(text));
        }
        Texts {
            head,
            elsewhere,
            earlier: OnceCell::new(),
        }
    }

    /// What stood at a path in the history of this branch.
    fn earlier(&self, path: &str) -> Vec<String> {
        let head = self.tips.get().and_then(|tips| tips.head.as_ref());
        let (paths, head) = (
            [path.to_owned()],
            head.map_or(&[][..], std::slice::from_ref),
        );
        let changes = git::path_changes(self.place, &paths, head, None, LOOKED_BACK, LOOKED);
        let blobs: Vec<_> = changes
            .unwrap_or_else(unanswered)
            .into_iter()
            .filter_map(|change| change.old)
            .collect();
        let texts = git::read_blobs(self.place, &blobs).unwrap_or_else(unanswered);
        let texts = texts.into_iter().flatten();
        texts.filter_map(|bytes| git::text_of(bytes).ok()).collect()
    }
}

impl Tips {
    fn of(place: &Place) -> Self {
        let head = git::rev_parse(place, "HEAD").ok();
        let refs = git::refs(place).unwrap_or_else(unanswered);
        let mut seen: HashSet<CommitId> = head.iter().cloned().collect();
        let tips = refs.into_iter().map(|(_, commit)| commit);
        let others = tips.filter(|tip| seen.insert(tip.clone()));
        Tips {
            others: others.take(REFS).collect(),
            work_trees: other_work_trees(place),
            head,
        }
    }
}
