//! What a file was before it was renamed, or changed: text that stood in it then has not come from elsewhere.

use std::time::Duration;

use countersign_ledger::git::{self, CommitId, Renames, TreeEntry, Version};
use countersign_provenance::BlobId;

use super::World;
use super::world::Stage;

/// How long history is searched for a renaming.
const SEARCHED: Duration = Duration::from_millis(300);
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

impl World<'_> {
    /// What the file of a path that is new was before it was renamed, as far as git knows and can tell in a moment; in
    /// a change, what it was before that.
    pub(crate) fn before_renaming(&self, path: &str, blob: &BlobId) -> Option<Earlier> {
        let place = self.place;
        if place.git_dir.is_none() || self.followed >= FOLLOWED {
            return None;
        }
        let (commit, is_open) = match self.stage {
            Stage::Change(_, before) => return before.get(path).cloned(),
            Stage::Tree(tree) | Stage::Before(tree, _) if tree.commit().is_some() => {
                (tree.commit().cloned()?, false)
            }
            _ => (git::rev_parse(place, "HEAD").ok()?, true),
        };
        let committed = Version::Commit(commit.clone());
        let is_new = || git::file_at(place, &committed, path).is_ok_and(|it| it.is_none());
        let found = match is_open && is_new() {
            true => {
                let staged = self.staged_from(&commit, path);
                let entry = staged.or_else(|| self.gone_with(&committed, blob));
                entry.map(|entry| (commit, entry))
            }
            false => git::renamed_last(place, path, &commit, SEARCHED).unwrap_or_default(),
        };
        found.map(|(commit, entry)| Earlier {
            version: Version::Commit(commit),
            entry,
        })
    }

    /// What the index takes for the file's old name.
    fn staged_from(&self, head: &CommitId, path: &str) -> Option<TreeEntry> {
        let changes =
            git::file_changes(self.place, Some(head), &Version::Index, Renames::Paired).ok()?;
        let is_it = |entry: &TreeEntry| entry.path == path;
        let change = changes
            .into_iter()
            .find(|change| change.new.as_ref().is_some_and(is_it));
        change?.old.filter(|old| old.path != path)
    }

    /// A file with this very text that is gone.
    fn gone_with(&self, head: &Version, blob: &BlobId) -> Option<TreeEntry> {
        let files = git::files(self.place, head).ok()?;
        files
            .into_iter()
            .find(|entry| entry.blob == *blob && !self.has(&entry.path))
    }
}
