//! What the user's git knows. The only place that starts a process.
//!
//! Only commands that read, and none that ask for anything or take a lock that
//! the person's own git would wait for; but for [`SharedNotes`], which writes
//! our own ref and asks remotes for theirs. Else none reaches a network but the
//! one fetch of [`prefetch`].

mod about;
mod attributes;
mod blob;
mod command;
mod commits;
mod compare;
mod error;
mod exchange;
mod history;
mod identity;
mod index;
mod notes;
mod objects;
mod promisor;
mod range;
mod ref_files;
mod refs;
mod search;
mod stored;
mod submodules;
mod work_tree;

pub use about::{HooksFolder, NOTES, Notes, hooks_folder, is_bare, notes, version};
pub use attributes::{Attribute, attribute, attribute_in, may_mention};
pub(crate) use blob::disk_id;
pub use blob::{ObjectFormat, blob_id, object_format};
pub use command::ask_nobody;
pub use commits::{Commit, commit_changes, commits};
pub use compare::{
    FileChange, Renames, Version, cut_off, empty_tree_id, file_at, file_changes, files,
    merge_bases, unmerged,
};
pub use error::GitError;
pub use history::{
    Renamed, TreeChange, TreeEntry, before_changes, head_tree, path_changes, renamings, tree_diff,
};
pub use identity::{NoIdentity, identity};
pub use index::may_be_staged;
pub use notes::{Content, Listing, Moved, Note, SharedNotes};
pub use objects::{
    Ignored, ask_ignored, blob_sizes, ignored, known_blobs, left_out, read_blobs, tracked,
};
pub use promisor::{is_partial, prefetch};
pub use range::{
    NewObjects, common_ancestor, known_commits, new_objects, reached_objects, read_at, read_in,
    shared_ancestor, texts_at, untracked,
};
pub(crate) use refs::last_before;
pub use refs::{
    CommitId, Made, began_here, fetched, has_brought, head_log, is_shallow, made_since, refs,
    remotes, rev_parse,
};
pub use search::files_with;
pub use stored::{LineEnds, NotText, Stored, Storing, as_stored, text_of};
pub use submodules::submodules;
pub use work_tree::{Compared, DirtyFile, DirtyKind, WorkTree, compare, dirty, work_tree};
