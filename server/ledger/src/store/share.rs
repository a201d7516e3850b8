//! What is shared: all that is known of the regions of a text, and what is new
//! since the last time.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use countersign_provenance::{BlobId, FactId, OriginId, RemovalId, Statement, Stretch, TextFact};
use rusqlite::Row;
use serde::Deserialize;

use super::Ledger;
use super::bodies::told;
use super::facts::{bodies, id_list};
use crate::{LedgerError, Record};

/// An undo may itself be taken back, and a move be moved, so many times over.
const DEPTH: usize = 8;

/// The names that a text record mentions.
#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    origins: Vec<String>,
    #[serde(default)]
    marks: Vec<(u32, String)>,
}

impl Ledger {
    /// The blobs that text facts newer than a sequence number name, and those
    /// of files that were deleted.
    pub(crate) fn texts_told_since(&self, seq: i64) -> Result<HashSet<BlobId>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT DISTINCT blob FROM texts WHERE seq > ?1
                       UNION SELECT f.body ->> 'before' FROM removals r JOIN facts f USING (seq)
                       WHERE r.whole_file AND r.seq > ?1";
            bodies(connection, sql, [seq])
        })?;
        Ok(rows.into_iter().filter_map(BlobId::new).collect())
    }

    /// The origins and removals of which newer facts than a sequence number
    /// change what is known: acts, undos, better evidence.
    pub(crate) fn touched_since(&self, seq: i64) -> Result<HashSet<FactId>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT body FROM facts WHERE seq > ?1
                       AND kind NOT IN ('origin', 'text', 'prints', 'began', 'pruned')";
            told(connection, sql, [seq])
        })?;
        let mut touched = HashSet::new();
        for record in records(&rows) {
            self.subjects(&record, &mut touched, DEPTH)?;
        }
        Ok(touched)
    }

    fn subjects(
        &self,
        record: &Record,
        subjects: &mut HashSet<FactId>,
        depth: usize,
    ) -> Result<(), LedgerError> {
        let origins = |stretches: &[Stretch]| -> Vec<FactId> {
            stretches.iter().map(|stretch| stretch.origin).collect()
        };
        match record.fact().map(|fact| fact.statement) {
            Some(Statement::Act(act)) => {
                subjects.extend(origins(&act.stretches));
                subjects.extend(act.removals);
            }
            Some(Statement::Evidence { stretches, .. }) => subjects.extend(origins(&stretches)),
            Some(Statement::Moved(parts)) => {
                subjects.extend(parts.iter().map(|(now, _)| now.origin));
            }
            Some(Statement::Returned(id)) => drop(subjects.insert(id)),
            Some(Statement::Undo(id)) => {
                subjects.insert(id);
                if let Some(record) = self.record(id)?.filter(|_| depth > 0) {
                    self.subjects(&record, subjects, depth - 1)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The blobs whose text facts name any of these origins or removals.
    pub(crate) fn texts_naming(
        &self,
        ids: &HashSet<FactId>,
    ) -> Result<HashSet<BlobId>, LedgerError> {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let ids_asked: Vec<FactId> = ids.iter().copied().collect();
        let rows = self.ask(|connection| {
            let sql = "SELECT DISTINCT t.blob FROM named n
                       JOIN texts t ON t.path = n.path AND t.seq BETWEEN n.first AND n.last
                       WHERE n.id IN (SELECT value FROM json_each(?1))";
            bodies(connection, sql, [id_list(&ids_asked)])
        })?;
        let mut blobs: HashSet<BlobId> = rows.into_iter().filter_map(BlobId::new).collect();
        let deleted = self.deleted_texts()?;
        let named =
            |(_, removals): &(&BlobId, &Vec<RemovalId>)| removals.iter().any(|id| ids.contains(id));
        blobs.extend(deleted.iter().filter(named).map(|(blob, _)| blob.clone()));
        Ok(blobs)
    }

    /// The texts of files that an assistant deleted, with the removals.
    pub(crate) fn deleted_texts(&self) -> Result<HashMap<BlobId, Vec<RemovalId>>, LedgerError> {
        let mut texts: HashMap<BlobId, Vec<RemovalId>> = HashMap::new();
        for (id, removal) in self.removals_of_all_deleted()? {
            texts.entry(removal.before).or_default().push(id);
        }
        Ok(texts)
    }

    /// All that is known of the regions of a text: its own facts, and whatever
    /// was said about their origins and removals. Each once, by name.
    pub(crate) fn records_about(
        &self,
        blob: &BlobId,
        deleted: &[RemovalId],
    ) -> Result<Vec<Record>, LedgerError> {
        let mut known: BTreeMap<FactId, Record> = BTreeMap::new();
        let texts = self.records_where(TEXTS, blob.as_str())?;
        let (mut origins, mut removals) = (HashSet::new(), HashSet::new());
        removals.extend(deleted.iter().copied());
        for record in texts {
            if let Ok(named) = serde_json::from_str::<Named>(&record.body) {
                origins.extend(
                    named
                        .origins
                        .iter()
                        .filter_map(|id| id.parse::<FactId>().ok()),
                );
                removals.extend(
                    named
                        .marks
                        .iter()
                        .filter_map(|(_, id)| id.parse::<FactId>().ok()),
                );
            }
            known.insert(record.id, record);
        }
        if known.is_empty() && removals.is_empty() {
            return Ok(Vec::new());
        }
        let mut keep = |records: Vec<Record>| -> Vec<FactId> {
            let ids = records.iter().map(|record| record.id).collect();
            known.extend(records.into_iter().map(|record| (record.id, record)));
            ids
        };
        keep(self.facts_about(REMOVALS, &removals)?);
        origins.extend(self.origins_of_removals(&removals)?);
        self.with_origins_before_moves(&mut origins)?;
        let all: HashSet<FactId> = origins.union(&removals).copied().collect();
        let mut said = keep(self.facts_about(OF_ORIGINS, &origins)?);
        said.extend(keep(self.facts_about(ACTS, &all)?));
        for _ in 0..DEPTH {
            if said.is_empty() {
                break;
            }
            said = keep(self.facts_about(UNDOS, &said.iter().copied().collect())?);
        }
        let mut prints = self.facts_about(PRINTS, &all)?;
        prints.retain(|record| is_of(record, blob));
        keep(prints);
        Ok(known.into_values().collect())
    }

    fn origins_of_removals(
        &self,
        removals: &HashSet<RemovalId>,
    ) -> Result<Vec<OriginId>, LedgerError> {
        let ids: Vec<RemovalId> = removals.iter().copied().collect();
        Ok(self
            .removals(&ids)?
            .into_values()
            .map(|r| r.origin)
            .collect())
    }

    fn with_origins_before_moves(
        &self,
        origins: &mut HashSet<OriginId>,
    ) -> Result<(), LedgerError> {
        for _ in 0..DEPTH {
            let ids: Vec<OriginId> = origins.iter().copied().collect();
            let known = origins.len();
            for fact in self.moves_of(&ids)? {
                if let Statement::Moved(parts) = fact.statement {
                    origins.extend(parts.into_iter().filter_map(|(_, was)| Some(was?.origin)));
                }
            }
            if origins.len() == known {
                break;
            }
        }
        Ok(())
    }

    /// Where ledgers began, as far as that was shared.
    pub(crate) fn births(&self) -> Result<Vec<Record>, LedgerError> {
        self.records_where("kind = ?1", "began")
    }

    /// The facts about the regions of a text, at any path.
    pub(crate) fn texts_of_blob(&self, blob: &BlobId) -> Result<Vec<TextFact>, LedgerError> {
        let records = self.records_where(TEXTS, blob.as_str())?;
        let facts = records.iter().filter_map(Record::fact);
        Ok(facts
            .filter_map(|fact| match fact.statement {
                Statement::Text(text) => Some(text),
                _ => None,
            })
            .collect())
    }

    fn facts_about(&self, which: &str, ids: &HashSet<FactId>) -> Result<Vec<Record>, LedgerError> {
        let ids: Vec<FactId> = ids.iter().copied().collect();
        self.records_where(which, &id_list(&ids))
    }

    fn records_where(&self, which: &str, with: &str) -> Result<Vec<Record>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = format!("SELECT body FROM facts WHERE {which}");
            told(connection, &sql, [with])
        })?;
        Ok(records(&rows).collect())
    }

    /// The stretches of an origin that prints speak of, in ink, each with the
    /// text of which they were taken; of a removal, nothing but that they do.
    pub(crate) fn printed(&self, id: FactId) -> Result<Vec<(Range<u32>, BlobId)>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT start, end, blob FROM printed WHERE id = ?1 ORDER BY start, end";
            let mut query = connection.prepare_cached(sql)?;
            let row = |row: &Row<'_>| Ok((row.get(0)?..row.get(1)?, row.get::<_, String>(2)?));
            let rows = query.query_map([id.to_string()], row)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        let part = |(ink, blob)| Some((ink, BlobId::new(blob)?));
        Ok(rows.into_iter().filter_map(part).collect())
    }
}

/// Prints stand in the note of the text that they were taken of, and only there.
fn is_of(prints: &Record, blob: &BlobId) -> bool {
    #[derive(Deserialize)]
    struct Of {
        blob: String,
    }
    serde_json::from_str::<Of>(&prints.body).is_ok_and(|of| of.blob == blob.as_str())
}

const TEXTS: &str = "seq IN (SELECT seq FROM texts WHERE blob = ?1)";
const REMOVALS: &str = "id IN (SELECT value FROM json_each(?1)) AND kind = 'removal'
    OR seq IN (SELECT seq FROM returned WHERE removal IN (SELECT value FROM json_each(?1)))";
const OF_ORIGINS: &str = "id IN (SELECT value FROM json_each(?1)) AND kind = 'origin'
    OR seq IN (SELECT seq FROM evidence_on WHERE origin IN (SELECT value FROM json_each(?1)))";
const PRINTS: &str =
    "seq IN (SELECT seq FROM printed WHERE id IN (SELECT value FROM json_each(?1)))";
const ACTS: &str =
    "seq IN (SELECT seq FROM act_on WHERE target IN (SELECT value FROM json_each(?1)))";
const UNDOS: &str =
    "seq IN (SELECT seq FROM undone WHERE fact IN (SELECT value FROM json_each(?1)))";

fn records(bodies: &[String]) -> impl Iterator<Item = Record> {
    bodies.iter().filter_map(|body| Record::parse(body))
}
