//! What is known, as immutable statements. A fact is appended and never
//! edited; everything shown to people is derived from facts.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::prints::Prints;
use crate::region::{Regions, Stretch};

/// A random name for a fact, the same in every clone. Written as 32 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactId(pub u128);

/// The fact that says who wrote a text.
pub type OriginId = FactId;

/// The fact that says what was taken away.
pub type RemovalId = FactId;

impl fmt::Display for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

/// The text is not 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAFactId;

impl FromStr for FactId {
    type Err = NotAFactId;

    fn from_str(text: &str) -> Result<Self, NotAFactId> {
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(NotAFactId);
        }
        u128::from_str_radix(text, 16)
            .map(FactId)
            .map_err(|_| NotAFactId)
    }
}

/// The name of a text: its git blob id in hex, of 40 or 64 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobId(String);

impl BlobId {
    /// Wraps a hex id as git prints it. `None` where it is not one.
    pub fn new(hex: impl Into<String>) -> Option<Self> {
        let hex = hex.into();
        let known_length = hex.len() == 40 || hex.len() == 64;
        (known_length && hex.bytes().all(|b| b.is_ascii_hexdigit())).then_some(BlobId(hex))
    }

    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How an origin is known, weakest first, so that `max` is the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evidence {
    /// A heuristic.
    Suspected,
    /// A third party says so: a commit trailer, another tool's record.
    Declared,
    /// A person said so.
    Marked,
    /// Its text was seen offered and then inserted.
    Observed,
    /// The assistant's own program told us.
    Reported,
}

/// Who wrote a text, and how we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The assistant's name, "claude-code"; or "pasted", "unknown".
    pub source: String,
    /// The model, where the assistant tells it.
    pub model: Option<String>,
    /// The assistant's own name for its session.
    pub session: Option<String>,
    /// How this is known.
    pub evidence: Evidence,
    /// UTC milliseconds since 1970. For display only; nothing is ordered by it.
    pub at: i64,
}

/// What an assistant took away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The event that took it away.
    pub origin: OriginId,
    /// The path it was taken from, relative to the work tree, with `/`.
    pub path: String,
    /// The text before, and the bytes in it that went.
    pub before: BlobId,
    /// Sorted and disjoint, in bytes of the text before.
    pub removed: Vec<Range<u32>>,
    /// Lines of the text before that lost something, without blank ones.
    pub lines: u32,
    /// How often the removed run of ink stood in the text before: when a text
    /// holds it as often again, it came back.
    pub occurrences: u32,
    /// The whole file went.
    pub whole_file: bool,
}

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActKind {
    /// Stands behind the text.
    Confirm,
    /// Says: I wrote this.
    Claim,
    /// Put back what stood before.
    Reject,
}

/// How well the person knows what they confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Level {
    /// "I read every line."
    Read,
    /// "I can explain this without an assistant and answer for it."
    #[default]
    Understood,
    /// "I saw it work."
    Verified,
}

/// A person's immutable statement about stretches of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// What was done.
    pub kind: ActKind,
    /// How well the person knows the text.
    pub level: Level,
    /// Free words.
    pub note: Option<String>,
    /// Question id and answer, in the order in which they were given.
    pub answers: Vec<(String, String)>,
    /// The text as the person read it.
    pub blob: BlobId,
    /// Where it stood.
    pub path: String,
    /// What the act covers.
    pub stretches: Vec<Stretch>,
    /// The removals that it covers.
    pub removals: Vec<RemovalId>,
}

/// The regions of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFact {
    /// The text's name.
    pub blob: BlobId,
    /// Where it was seen, relative to the work tree, with `/`.
    pub path: String,
    /// It speaks for this path only: a short text, or one that stood elsewhere
    /// before an assistant wrote it here.
    pub bound: bool,
    /// Its spans and marks, in bytes of the text as git stores it.
    pub regions: Regions,
}

/// What a fact says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// This event of writing happened. Its stretches count the ink of the text after it.
    Origin(Origin),
    /// More is known of who wrote these stretches than their own origin says.
    Evidence {
        /// What is now known better.
        stretches: Vec<Stretch>,
        /// Who wrote it.
        origin: Origin,
    },
    /// These are the regions of a text.
    Text(TextFact),
    /// This finds the regions of a text where nobody has it.
    Prints(Prints),
    /// This was taken away.
    Removal(Removal),
    /// What was taken away stands elsewhere again: it was a move.
    Returned(RemovalId),
    /// These stretches are text that stood elsewhere before: an assistant put it
    /// here and then took it away there. It is that text, or nobody's.
    Moved(Vec<(Stretch, Option<Stretch>)>),
    /// A person acted.
    Act(Act),
    /// A person takes an act back.
    Undo(FactId),
    /// Somebody's ledger began at this commit, in hex: no fact of theirs speaks
    /// of what stood in it. Empty: before the first commit.
    Began(String),
    /// What is older, in UTC milliseconds since 1970, and on a text that no branch
    /// held, was taken out of the shared notes.
    Pruned(i64),
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Random, the same in every clone.
    pub id: FactId,
    /// UTC milliseconds since 1970. For display only; nothing is ordered by it.
    pub at: i64,
    /// `Name <mail>` of a person; empty where a program speaks.
    pub by: String,
    /// What it says.
    pub statement: Statement,
}
