//! The present state, derived from the facts: who stands behind which text.

mod knowledge;
mod show;
mod statements;

use std::ops::Range;
use std::sync::Arc;

use crate::fact::{Fact, Origin, OriginId, RemovalId};
use crate::region::Stretch;
pub use knowledge::Knowledge;

/// What became of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// An assistant wrote it and no person stands behind it.
    Unreviewed,
    /// It looks as if an assistant wrote it.
    Suspected,
    /// A person stands behind it.
    Confirmed,
    /// A person says: I wrote this.
    Claimed,
    /// A tool wrote it; listed apart.
    Generated,
}

impl State {
    /// The word for it in messages and JSON.
    pub fn word(self) -> &'static str {
        match self {
            State::Unreviewed => "unreviewed",
            State::Suspected => "suspected",
            State::Confirmed => "confirmed",
            State::Claimed => "claimed",
            State::Generated => "generated",
        }
    }

    /// Whether somebody should still look at it.
    pub fn is_open(self) -> bool {
        matches!(self, State::Unreviewed | State::Suspected)
    }
}

/// Whether a tool writes the file, so that its regions are listed apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authored {
    /// People and assistants write it.
    ByHand,
    /// A lock file, a bundle, what `linguist-generated` names.
    Generated,
}

/// A stretch of a text with one origin and one review state, for showing.
#[derive(Debug, Clone)]
pub struct Region {
    /// Half open, in bytes; empty where only something was taken away.
    pub bytes: Range<u32>,
    /// First and last line, from 0.
    pub lines: (u32, u32),
    /// What became of it.
    pub state: State,
    /// Who wrote it, or took something away.
    pub origin: Arc<Origin>,
    /// The event's name.
    pub origin_id: OriginId,
    /// What stands here.
    pub stretches: Vec<Stretch>,
    /// What it replaced.
    pub removals: Vec<RemovalId>,
    /// Lines that were taken away here, without blank ones.
    pub removed_lines: u32,
    /// The acts that cover it.
    pub acts: Vec<Arc<Fact>>,
}

impl Region {
    /// Whether it marks a removal with nothing in its place.
    pub fn is_removal(&self) -> bool {
        self.stretches.is_empty()
    }
}
