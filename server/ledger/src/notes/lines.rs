//! The lines of one note.

use std::collections::BTreeMap;

use countersign_provenance::{BlobId, FactId};

use super::belongs;
use crate::{MAX_RECORD, Record};

/// The lines of a note: each fact once, by its name; what is no fact by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lines {
    facts: BTreeMap<FactId, Record>,
}

impl Lines {
    /// Reads a note, which may come from anywhere. What is no fact is left out,
    /// and one line in the log tells how much that was.
    pub(super) fn of(note: &str) -> Self {
        let mut lines = Lines::default();
        let mut odd = 0_u32;
        for line in note.lines().filter(|line| !line.trim().is_empty()) {
            match Record::parse(line).filter(|_| line.len() <= MAX_RECORD) {
                Some(record) => lines.add(record),
                None => odd += 1,
            }
        }
        if odd > 0 {
            tracing::warn!(lines = odd, "a shared note has lines that are no facts");
        }
        lines
    }

    /// Of two that bear the same name, the lesser in bytes stays, in any order.
    pub(super) fn add(&mut self, record: Record) {
        let known = self
            .facts
            .entry(record.id)
            .or_insert_with(|| record.clone());
        if record.body < known.body {
            *known = record;
        }
    }

    pub(super) fn join(&mut self, others: Lines) {
        others
            .facts
            .into_values()
            .for_each(|record| self.add(record));
    }

    /// Whether all of it was said before a time, in UTC milliseconds since 1970.
    pub(super) fn is_older_than(&self, time: i64) -> bool {
        let old = |record: &Record| record.fact().is_some_and(|fact| fact.at < time);
        self.facts.values().all(old)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Record> {
        self.facts.values()
    }

    pub(super) fn has(&self, id: FactId) -> bool {
        self.facts.contains_key(&id)
    }

    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    /// The facts that this note may tell of its blob.
    pub(super) fn records(self, blob: &BlobId) -> Vec<Record> {
        let records = self.facts.into_values();
        records.filter(|record| belongs(record, blob)).collect()
    }

    /// The note: in the order of the names, so that equal facts make equal notes.
    pub(super) fn content(&self) -> Vec<u8> {
        let mut content = Vec::new();
        for record in self.facts.values() {
            content.extend_from_slice(record.body.as_bytes());
            content.push(b'\n');
        }
        content
    }
}
