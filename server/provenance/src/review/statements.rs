//! Statements on stretches of one origin.

use std::ops::Range;
use std::sync::Arc;

/// What is said of which ink, sorted by where it begins.
#[derive(Debug, Clone)]
pub(super) struct Statements<T> {
    by_start: Vec<(Range<u32>, Arc<T>)>,
    /// Length of the longest, in ink.
    longest: u32,
}

impl<T> Default for Statements<T> {
    fn default() -> Self {
        Statements {
            by_start: Vec::new(),
            longest: 0,
        }
    }
}

impl<T: PartialEq> Statements<T> {
    /// Adds a statement; one that is told twice counts once.
    pub(super) fn add(&mut self, ink: &Range<u32>, what: &Arc<T>) {
        let first = self
            .by_start
            .partition_point(|(known, _)| known.start < ink.start);
        let last = self
            .by_start
            .partition_point(|(known, _)| known.start <= ink.start);
        let told = self.by_start[first..last]
            .iter()
            .any(|known| known.0 == *ink && known.1 == *what);
        if !told && ink.start < ink.end {
            self.by_start.insert(last, (ink.clone(), what.clone()));
            self.longest = self.longest.max(ink.end - ink.start);
        }
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.by_start.retain(|(_, what)| keep(what));
    }

    /// Those that share some ink.
    pub(super) fn touching(&self, ink: &Range<u32>) -> impl Iterator<Item = &(Range<u32>, Arc<T>)> {
        let earliest = ink.start.saturating_sub(self.longest);
        let first = self
            .by_start
            .partition_point(|(known, _)| known.start < earliest);
        let (start, end) = (ink.start, ink.end);
        let begun = self.by_start[first..]
            .iter()
            .take_while(move |(known, _)| known.start < end);
        begun.filter(move |(known, _)| known.end > start)
    }

    /// Those that hold all of this ink.
    pub(super) fn covering(&self, ink: &Range<u32>) -> impl Iterator<Item = &Arc<T>> {
        let (start, end) = (ink.start, ink.end);
        let covers = move |known: &Range<u32>| known.start <= start && end <= known.end;
        self.touching(ink)
            .filter(move |(known, _)| covers(known))
            .map(|(_, what)| what)
    }
}
