//! What the user's git knows. The only place that starts a process.
//!
//! Only commands that read, and none that could reach a network, ask for
//! anything or take a lock that the person's own git would wait for.

mod about;
mod attributes;
mod blob;
mod command;
mod error;
mod history;
mod identity;
mod objects;
mod range;
mod refs;
mod search;
mod stored;
mod work_tree;

pub use about::{NOTES, Notes, notes, version};
pub use attributes::{Attribute, attribute, may_mention};
pub use blob::{ObjectFormat, blob_id, object_format};
pub use error::GitError;
pub use history::{TreeChange, TreeEntry, head_tree, path_changes, tree_diff};
pub use identity::{NoIdentity, identity};
pub use objects::{Ignored, ask_ignored, ignored, known_blobs, read_blobs, tracked};
pub use range::{NewObjects, new_objects, read_at, untracked};
pub use refs::{CommitId, fetched, head_log, refs, rev_parse};
pub use search::files_with;
pub use stored::{LineEnds, NotText, Stored, Storing, as_stored};
pub use work_tree::{Compared, DirtyFile, DirtyKind, WorkTree, compare, dirty, work_tree};
