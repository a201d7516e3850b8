//! What goes into a ledger at once, and the small things that come out.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use countersign_provenance::{BlobId, Fact};

/// What must survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On the disk before the call returns: what a person said.
    Durable,
    /// Survives the end of the process, but not a power cut: what can be seen again.
    Recoverable,
}

/// All of it is written, or nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// Facts; those whose id is known already are left out.
    pub facts: Vec<Fact>,
    /// Texts by their names. Whoever tells of one need not copy it.
    pub snapshots: Vec<(BlobId, Arc<String>)>,
    /// What now stands at which path.
    pub heads: Vec<Head>,
    /// Names the event that is told. When it is known, nothing is written.
    pub event: Option<String>,
    /// Something begun, to be found again under its key.
    pub pending: Option<Pending>,
    /// The key of something begun that this batch ends.
    pub done_pending: Option<String>,
    /// The newest fact that its texts were worked out from. Where others have
    /// said something of the same paths since, nothing is written.
    pub basis: Option<i64>,
}

/// The text that was last seen at a path of a work tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// [`crate::Place::worktree`].
    pub worktree: String,
    /// Relative to the work tree, with `/`.
    pub path: String,
    /// `None` where the file was deleted.
    pub blob: Option<BlobId>,
    /// The file's time of change, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// The file's size on disk, in bytes.
    pub size: u64,
}

/// Something that an agent has begun and not yet ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Names it.
    pub key: String,
    /// UTC milliseconds since 1970, for [`crate::Ledger::expire_pending`].
    pub at: i64,
    /// JSON of the caller's own shape.
    pub body: String,
}

/// An open buffer that is not saved, for other processes and for after a crash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// The name of `text`.
    pub blob: BlobId,
    /// The buffer.
    pub text: String,
    /// What a person typed, in bytes of `text`.
    pub typed: Vec<Range<u32>>,
}

/// The units of a text, as somebody found them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The name of the text.
    pub blob: BlobId,
    /// Names the grammar and its version.
    pub language: String,
    /// The units, in the caller's own shape.
    pub body: String,
}

/// Whether a batch was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It was, just now.
    Now,
    /// Its event is known: nothing was written.
    AlreadyTold,
    /// Its basis is not the newest any more: nothing was written.
    Outdated,
}

/// Where a batch went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Into the ledger.
    Ledger,
    /// Beside it: the next opener takes it in.
    Spool,
    /// Nowhere: its event is known.
    AlreadyTold,
    /// Nowhere: others were faster, see [`Batch::basis`].
    Outdated,
}

/// What facts later than a sequence number are about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// The newest sequence number looked at.
    pub seq: i64,
    /// Paths that new texts or removals name.
    pub paths: BTreeSet<String>,
    /// Blobs that have new text facts.
    pub blobs: BTreeSet<BlobId>,
    /// Something came that changes the state of regions anywhere: an act, an
    /// undo, a stronger evidence, a return, or a fact not understood.
    pub acts: bool,
}

/// A damaged ledger was set aside: facts may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Where the damaged file lies now.
    pub set_aside: PathBuf,
    /// UTC milliseconds since 1970.
    pub at: i64,
}
