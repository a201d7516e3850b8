//! What git knew at some paths.

use std::collections::{HashMap, HashSet};
use std::thread;
use std::time::Duration;

use countersign_ledger::git::{self, CommitId, DirtyKind, TreeChange};
use countersign_provenance::BlobId;

use super::comparison::{Comparison, joined};
use crate::workspace::file::Disk;
use crate::workspace::report::KnownText;
use crate::workspace::{Fault, conflict};

/// How many changes of a path are looked at.
const EARLIER: usize = 1000;
/// Of so many texts of a path the parts are known, too.
const TEXTS: usize = 12;
/// How long history is searched for so many files: an agent waits.
const WITHIN: Duration = Duration::from_millis(400);
const FEW: usize = 64;
/// The same for more of them.
const WITHIN_FOR_MANY: Duration = Duration::from_millis(1500);

/// By path, newest first.
type Changes = HashMap<String, Vec<TreeChange>>;

/// How some paths have changed in history.
#[derive(Default)]
pub(super) struct History {
    /// In what git could reach before the command.
    reach: Changes,
    /// In what HEAD could not reach then, where git has brought changes from there.
    beside: Changes,
    /// In what it can reach now; only for files that were not committed and are gone.
    now: Changes,
    /// The texts that it speaks of, and those that were staged.
    texts: HashMap<BlobId, String>,
}

impl History {
    /// The texts that git knew at a path, newest first, each once.
    fn blobs(&self, path: &str) -> Vec<BlobId> {
        let changes = at(&self.reach, path);
        let blobs = changes
            .flat_map(|change| [&change.new, &change.old])
            .flatten();
        let mut seen = HashSet::new();
        blobs.filter(|blob| seen.insert(*blob)).cloned().collect()
    }

    /// The texts before and after each of the newest changes of a path on other branches.
    fn changed_beside(&self, path: &str) -> impl Iterator<Item = (&BlobId, &BlobId)> {
        let newest = at(&self.beside, path).take(TEXTS);
        newest.filter_map(|change| change.old.as_ref().zip(change.new.as_ref()))
    }

    /// Whether a commit that git knew had deleted just this text at a path.
    fn deletes(&self, path: &str, text: &BlobId) -> bool {
        let mut changes = at(&self.reach, path);
        changes.any(|change| change.new.is_none() && change.old.as_ref() == Some(text))
    }

    /// Whether git can now reach this text at a path: a stash may hold it.
    fn keeps(&self, path: &str, text: &BlobId) -> bool {
        at(&self.now, path).any(|change| change.new.as_ref() == Some(text))
    }
}

fn at<'a>(changes: &'a Changes, path: &str) -> impl Iterator<Item = &'a TreeChange> + use<'a> {
    changes.get(path).into_iter().flatten()
}

fn by_path(all: Vec<TreeChange>) -> Changes {
    let mut changes = Changes::new();
    for change in all {
        changes.entry(change.path.clone()).or_default().push(change);
    }
    changes
}

impl Comparison<'_> {
    /// What git knew of these paths.
    pub(super) fn history(&self, paths: &[String]) -> Result<History, Fault> {
        let mut history = History::default();
        if !paths.is_empty() {
            let within = match paths.len() <= FEW {
                true => WITHIN,
                false => WITHIN_FOR_MANY,
            };
            let (place, known) = (self.place, &self.known);
            let head = self.head_before.as_ref();
            let others = match git::has_brought(place, head) {
                true => known.as_slice(),
                false => &[],
            };
            let (reach, beside) = thread::scope(|scope| {
                let beside = scope.spawn(|| self.changes_beside(paths, others, within));
                let reach = git::path_changes(place, paths, known, None, EARLIER, within);
                (reach, joined(beside))
            });
            let dropped = |path: &&String| {
                self.before.dirty.contains_key(*path) && !self.place.absolute(path).exists()
            };
            let dropped: Vec<String> = paths.iter().filter(dropped).cloned().collect();
            let now = git::path_changes(place, &dropped, &self.now, None, EARLIER, within)?;
            (history.reach, history.now) = (by_path(reach?), by_path(now));
            history.beside = beside?;
        }
        let blobs = paths.iter().flat_map(|path| self.blobs(&history, path));
        let beside = paths.iter().flat_map(|path| history.changed_beside(path));
        let beside = beside.flat_map(|(old, new)| [old.clone(), new.clone()]);
        let blobs: HashSet<BlobId> = blobs.chain(beside).collect();
        let blobs: Vec<BlobId> = blobs.into_iter().collect();
        let texts = git::read_blobs(self.place, &blobs)?;
        let text = |bytes: Option<Vec<u8>>| String::from_utf8(bytes?).ok();
        let texts = blobs.into_iter().zip(texts);
        history.texts = texts
            .filter_map(|(blob, bytes)| Some((blob, text(bytes)?)))
            .collect();
        Ok(history)
    }

    /// How files changed in what these commits reach and HEAD did not, also under the names that they had here before.
    fn changes_beside(
        &self,
        paths: &[String],
        others: &[CommitId],
        within: Duration,
    ) -> Result<Changes, Fault> {
        let Some(head) = self.head_before.as_ref().filter(|_| !others.is_empty()) else {
            return Ok(Changes::new());
        };
        let (place, wanted) = (self.place, paths.iter().collect::<HashSet<_>>());
        let renamed = git::renamings(place, head, within)?.into_iter();
        let renamed = renamed.filter(|renamed| wanted.contains(&renamed.new.path));
        let named: Vec<(String, String)> = renamed.map(|it| (it.old.path, it.new.path)).collect();
        let earlier = named.iter().map(|(old, _)| old.clone());
        let paths: Vec<String> = paths.iter().cloned().chain(earlier).collect();
        let found = git::path_changes(place, &paths, others, Some(head), TEXTS, within)?;
        let mut changes = by_path(found);
        for (old, new) in named {
            let under_old = changes.get(&old).cloned().unwrap_or_default();
            changes.entry(new).or_default().extend(under_old);
        }
        Ok(changes)
    }

    /// The texts that git knew at a path, and the one that was staged there.
    fn blobs(&self, history: &History, path: &str) -> Vec<BlobId> {
        let staged = self.before.dirty.get(path);
        let staged = staged.and_then(|file| BlobId::new(file.staged.as_deref()?));
        let texts = history.blobs(path).into_iter().take(TEXTS);
        let beside = history.changed_beside(path).map(|(_, new)| new.clone());
        texts.chain(beside).chain(staged).collect()
    }

    /// Whether what now stands at a path is something that git knew there: a
    /// text, or that the text before is gone.
    pub(super) fn is_known(
        &self,
        history: &History,
        path: &str,
        before: Option<&(String, String)>,
        after: &Disk,
    ) -> bool {
        if let Some(blob) = after.blob() {
            return history.blobs(path).contains(blob);
        }
        let (Disk::Absent, Some((_, text))) = (after, before) else {
            return false;
        };
        let text = git::blob_id(text.as_bytes(), git::object_format(self.place));
        if self.dirty.contains_key(path) {
            false
        } else if self.is_head_new() {
            history.deletes(path, &text)
        } else {
            self.before.dirty.contains_key(path) && history.keeps(path, &text)
        }
    }

    /// The texts before and after each change of a path that was made on other branches, where git has brought some.
    pub(super) fn made_beside(&self, history: &History, path: &str) -> Vec<(String, String)> {
        let text = |blob| history.texts.get(blob).cloned();
        let changes = history.changed_beside(path);
        changes
            .filter_map(|(old, new)| text(old).zip(text(new)))
            .collect()
    }

    /// Texts that git knew at a path, and the lines that a merge left open.
    pub(super) fn texts_known(
        &self,
        history: &History,
        path: &str,
        after: &Disk,
    ) -> Vec<KnownText> {
        let blobs = self.blobs(history, path);
        let texts = blobs.iter().filter_map(|blob| history.texts.get(blob));
        let mut known: Vec<KnownText> = texts
            .map(|text| KnownText {
                text: text.clone(),
                ..KnownText::default()
            })
            .collect();
        if let (Some(DirtyKind::Unmerged), Disk::Text { text, .. }) = (self.dirty.get(path), after)
        {
            known.push(KnownText {
                text: conflict_lines(text),
                ..KnownText::default()
            });
        }
        known
    }
}

/// The lines with which git sets the two sides of a conflict apart.
fn conflict_lines(text: &str) -> String {
    let lines = conflict::lines(text).into_iter();
    lines
        .map(|line| &text[line.start as usize..line.end as usize])
        .collect()
}
