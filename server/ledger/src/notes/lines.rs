//! The lines of one note.

use std::collections::BTreeMap;

use countersign_provenance::{BlobId, Fact, FactId, Statement};

use crate::{MAX_RECORD, Record};

/// The lines of a note: each fact once, by its name; what is no fact by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lines {
    facts: BTreeMap<FactId, Record>,
}

impl Lines {
    /// Reads a note, which may come from anywhere. What is no fact is left out;
    /// also returns how many lines that were.
    pub(super) fn of(note: &[u8]) -> (Self, usize) {
        let mut lines = Lines::default();
        let mut odd = 0;
        for line in note.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
            let short = (line.len() <= MAX_RECORD).then_some(line);
            let record = short.and_then(|line| Record::parse(str::from_utf8(line).ok()?));
            match record {
                Some(record) => lines.add(record),
                None => odd += usize::from(!line.is_empty()),
            }
        }
        (lines, odd)
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

    /// Adds it unless a fact of that name is here.
    pub(super) fn add_new(&mut self, record: Record) {
        self.facts.entry(record.id).or_insert(record);
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

    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    /// What this note says of its blob, each with what is understood of it.
    pub(super) fn records(self, blob: &BlobId) -> Vec<(Record, Option<Fact>)> {
        let records = self.facts.into_values();
        let read = records.map(|record| {
            let fact = record.fact();
            (record, fact)
        });
        read.filter(|(_, fact)| belongs(fact.as_ref(), blob))
            .collect()
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

/// Only a text's own note speaks for its regions; facts about origins stand in many.
fn belongs(fact: Option<&Fact>, blob: &BlobId) -> bool {
    match fact.map(|fact| &fact.statement) {
        Some(Statement::Text(text)) => text.blob == *blob,
        // A later program may know more.
        _ => true,
    }
}
