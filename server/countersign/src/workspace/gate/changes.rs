//! The files that differ, and their texts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use countersign_ledger::git::{FileChange, TreeEntry};
use countersign_ledger::{Place, git};
use countersign_provenance::BlobId;

use super::is_file;
use crate::workspace::Fault;
use crate::workspace::file::LARGEST;

/// A file of the head that differs from each base.
pub(super) struct ChangedFile {
    pub(super) path: String,
    pub(super) blob: BlobId,
    /// What it was in each base, in their order; `None` where it was not there.
    pub(super) olds: Vec<Option<TreeEntry>>,
}

/// What differs between the head and its bases.
pub(super) struct Changes {
    /// Sorted by path.
    pub(super) files: Vec<ChangedFile>,
    /// Paths that each base has and the head has not.
    pub(super) gone: BTreeSet<String>,
    /// The files of each base that are other ones in the head, or are gone.
    pub(super) olds: Vec<Vec<TreeEntry>>,
}

impl Changes {
    /// Puts together what differs from each of the bases.
    pub(super) fn of(from_each: Vec<Vec<FileChange>>) -> Self {
        let mut files: BTreeMap<String, ChangedFile> = BTreeMap::new();
        let (mut gone, mut olds) = (None, Vec::new());
        for (index, mut changes) in from_each.into_iter().enumerate() {
            changes.iter_mut().for_each(only_files);
            let paths_gone = paths_gone(&changes);
            gone = Some(match gone {
                None => paths_gone,
                Some(before) => &before & &paths_gone,
            });
            olds.push(
                changes
                    .iter()
                    .filter_map(|change| change.old.clone())
                    .collect(),
            );
            for FileChange { old, new } in changes {
                let Some(new) = new else { continue };
                let file = files.entry(new.path.clone());
                let file = file.or_insert_with(|| ChangedFile {
                    path: new.path,
                    blob: new.blob,
                    olds: Vec::new(),
                });
                if file.olds.len() == index {
                    file.olds.push(old);
                }
            }
        }
        let is_in_all = |file: &ChangedFile| file.olds.len() == olds.len();
        Changes {
            files: files.into_values().filter(is_in_all).collect(),
            gone: gone.unwrap_or_default(),
            olds,
        }
    }

    /// The file of the head at a path, if it differs.
    pub(super) fn file(&self, path: &str) -> Option<&ChangedFile> {
        let at = self.files.binary_search_by(|file| (*file.path).cmp(path));
        at.ok().map(|at| &self.files[at])
    }

    /// Whether each base has this very text at a path that is gone.
    pub(super) fn has_gone(&self, blob: &BlobId) -> bool {
        let is_it = |old: &TreeEntry| old.blob == *blob && self.gone.contains(&old.path);
        let mut olds = self.olds.iter();
        olds.all(|olds| olds.iter().any(is_it))
    }

    /// The paths of both sides.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.blobs().map(|(_, path)| path)
    }

    /// The texts that are compared, each with a path for messages.
    pub(super) fn blobs(&self) -> impl Iterator<Item = (&BlobId, &str)> {
        let news = self.files.iter().map(|file| (&file.blob, &*file.path));
        let olds = self.olds.iter().flatten();
        news.chain(olds.map(|old| (&old.blob, &*old.path)))
    }
}

/// A symlink's target is no text that anybody wrote.
fn only_files(change: &mut FileChange) {
    change.old.take_if(|old| !is_file(old));
    change.new.take_if(|new| !is_file(new));
}

fn paths_gone(changes: &[FileChange]) -> BTreeSet<String> {
    let there: BTreeSet<&str> = changes
        .iter()
        .filter_map(|change| Some(&*change.new.as_ref()?.path))
        .collect();
    let olds = changes.iter().filter_map(|change| change.old.as_ref());
    let gone = olds.filter(|old| !there.contains(&*old.path));
    gone.map(|old| old.path.clone()).collect()
}

/// Texts by their names.
pub(crate) struct Texts(HashMap<BlobId, String>);

impl Texts {
    /// Reads texts, each named with a path for messages. What is no UTF-8, or larger than any file that is looked at, is
    /// left out; what this clone lacks is a fault.
    pub(crate) fn read<'a>(
        place: &Place,
        named: impl Iterator<Item = (&'a BlobId, &'a str)>,
    ) -> Result<Self, Fault> {
        let mut paths: HashMap<&BlobId, &str> = named.collect();
        let ids: Vec<BlobId> = paths.keys().map(|id| (*id).clone()).collect();
        for (id, size) in ids.iter().zip(git::blob_sizes(place, &ids)?) {
            let size = size.ok_or_else(|| unreadable(id, paths[id]))?;
            if size > LARGEST {
                paths.remove(id);
            }
        }
        let ids: Vec<BlobId> = paths.keys().map(|id| (*id).clone()).collect();
        let mut texts = HashMap::new();
        for (id, bytes) in ids.iter().zip(git::read_blobs(place, &ids)?) {
            let bytes = bytes.ok_or_else(|| unreadable(id, paths[id]))?;
            if let Ok(text) = git::text_of(bytes) {
                texts.insert(id.clone(), text);
            }
        }
        Ok(Texts(texts))
    }

    /// Adds one that git does not store so.
    pub(super) fn add(&mut self, name: BlobId, text: String) {
        self.0.insert(name, text);
    }

    /// A text, where it is one.
    pub(crate) fn get(&self, blob: &BlobId) -> Option<&str> {
        self.0.get(blob).map(String::as_str)
    }
}

fn unreadable(blob: &BlobId, path: &str) -> Fault {
    Fault::CannotCompare {
        why: format!("this clone lacks the text of {path} ({blob})"),
        next: "git fetch --refetch, or see what `git fsck` says".to_owned(),
    }
}
