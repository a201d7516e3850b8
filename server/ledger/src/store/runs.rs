//! Finding text again by what it says: which facts speak of a run of tokens.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use countersign_provenance::{BlobId, Fact, FactId, Statement, fingerprints};
use rusqlite::{Connection, params};

use super::Ledger;
use super::bodies::told;
use super::facts::facts;
use super::squeeze::expand;
use crate::{LedgerError, Record};

/// The hashes under which a fact is found.
pub(super) type Hashes = Vec<u64>;

impl Ledger {
    /// The text and removal facts whose text shares these hashes
    /// ([`fingerprints`]): those that share most first, then the newest.
    pub fn facts_sharing(&self, hashes: &[u64], limit: u32) -> Result<Vec<Fact>, LedgerError> {
        if hashes.is_empty() {
            return Ok(Vec::new());
        }
        let list: Vec<String> = hashes
            .iter()
            .map(|hash| hash.cast_signed().to_string())
            .collect();
        let list = format!("[{}]", list.join(","));
        let rows = self.ask(|connection| {
            let sql = "SELECT f.body FROM facts f JOIN (
                           SELECT seq, count(*) AS shared FROM hashes
                           WHERE hash IN (SELECT value FROM json_each(?1)) GROUP BY seq
                           ORDER BY shared DESC, seq DESC LIMIT ?2
                       ) USING (seq) ORDER BY shared DESC, seq DESC";
            told(connection, sql, params![list, limit])
        })?;
        Ok(facts(&rows).collect())
    }

    /// All hashes by which text is found.
    pub fn hashes(&self) -> Result<HashSet<u64>, LedgerError> {
        self.ask(|connection| {
            let mut query = connection.prepare_cached("SELECT DISTINCT hash FROM hashes")?;
            let rows = query.query_map([], |row| row.get(0))?;
            rows.map(|hash| hash.map(i64::cast_unsigned)).collect()
        })
    }
}

/// The hashes of what each of these facts is the first to speak of: text of an
/// origin told with it, what was taken away, and what stands around the place.
pub(super) fn hashes_of(
    connection: &Connection,
    records: &[(Record, Option<Fact>)],
    snapshots: &[(BlobId, Arc<String>)],
) -> rusqlite::Result<Vec<Hashes>> {
    let told: HashMap<&BlobId, &str> = snapshots
        .iter()
        .map(|(blob, text)| (blob, text.as_str()))
        .collect();
    let text_of = |blob: &BlobId| match told.get(blob) {
        Some(text) => Ok(Some(Cow::Borrowed(*text))),
        None => Ok(snapshot(connection, blob)?.map(Cow::Owned)),
    };
    let facts = || records.iter().filter_map(|(_, fact)| fact.as_ref());
    let mut new: HashSet<FactId> = facts()
        .filter(|fact| matches!(fact.statement, Statement::Origin(_) | Statement::Removal(_)))
        .map(|fact| fact.id)
        .collect();
    let hashes = |fact: &Option<Fact>| match fact.as_ref().map(|fact| &fact.statement) {
        Some(statement) => hashes(statement, &mut new, text_of),
        None => Ok(Hashes::new()),
    };
    records.iter().map(|(_, fact)| fact).map(hashes).collect()
}

fn hashes<'a>(
    statement: &Statement,
    new: &mut HashSet<FactId>,
    text_of: impl Fn(&BlobId) -> rusqlite::Result<Option<Cow<'a, str>>>,
) -> rusqlite::Result<Hashes> {
    let (blob, parts) = match statement {
        Statement::Text(text) => {
            let spans = text.regions.spans.iter();
            let spans = spans.filter(|span| new.contains(&span.origin));
            let marks = text.regions.marks.iter();
            let marks = marks.filter(|mark| new.contains(&mark.removal));
            let parts = spans.map(|span| span.bytes.clone());
            let mut parts: Vec<_> = parts.chain(marks.map(|mark| mark.at..mark.at)).collect();
            parts.sort_by_key(|part| (part.start, part.end));
            (&text.blob, parts)
        }
        Statement::Removal(removal) => (&removal.before, removal.removed.clone()),
        // Where the text itself is kept, it says more.
        Statement::Prints(prints) if text_of(&prints.blob)?.is_none() => {
            return Ok(prints.runs.iter().map(|run| run.hash).collect());
        }
        _ => return Ok(Hashes::new()),
    };
    let Some(text) = (if parts.is_empty() {
        None
    } else {
        text_of(blob)?
    }) else {
        return Ok(Hashes::new());
    };
    if let Statement::Text(fact) = statement {
        for span in &fact.regions.spans {
            new.remove(&span.origin);
        }
        for mark in &fact.regions.marks {
            new.remove(&mark.removal);
        }
    }
    let sound = parts.iter().all(|part| part.end as usize <= text.len());
    Ok(if sound {
        fingerprints(&text, &parts)
    } else {
        Hashes::new()
    })
}

/// Writes under which hashes which facts are found: in the order in which they lie on the disk, as many come at once.
pub(super) fn put_hashes(
    connection: &Connection,
    mut found_by: Vec<(u64, i64)>,
) -> rusqlite::Result<()> {
    found_by.sort_unstable_by_key(|(hash, seq)| (hash.cast_signed(), *seq));
    let sql = "INSERT OR IGNORE INTO hashes VALUES (?1, ?2)";
    let mut insert = connection.prepare_cached(sql)?;
    for (hash, seq) in found_by {
        insert.execute(params![hash.cast_signed(), seq])?;
    }
    Ok(())
}

/// Finds the hashes of facts, one after the other in the order of their coming.
pub(super) struct Hashing<'a> {
    connection: &'a Connection,
    new: HashSet<FactId>,
}

impl<'a> Hashing<'a> {
    pub(super) fn of(connection: &'a Connection) -> Self {
        Hashing {
            connection,
            new: HashSet::new(),
        }
    }

    pub(super) fn hashes(&mut self, id: FactId, fact: &Statement) -> rusqlite::Result<Hashes> {
        if let Statement::Origin(_) | Statement::Removal(_) = fact {
            self.new.insert(id);
        }
        let text_of = |blob: &BlobId| Ok(snapshot(self.connection, blob)?.map(Cow::Owned));
        hashes(fact, &mut self.new, text_of)
    }
}

/// Finds the hashes of all facts of a ledger that had none.
pub(super) fn index_all(connection: &Connection) -> rusqlite::Result<()> {
    let mut query = connection.prepare(
        "SELECT seq, body FROM facts WHERE kind IN ('origin', 'text', 'removal') ORDER BY seq",
    )?;
    let mut rows = query.query([])?;
    let (mut hashing, mut found_by) = (Hashing::of(connection), Vec::new());
    while let Some(row) = rows.next()? {
        let seq = row.get(0)?;
        if let Some(fact) = Record::parse(&row.get::<_, String>(1)?).and_then(|r| r.fact()) {
            let hashes = hashing.hashes(fact.id, &fact.statement)?.into_iter();
            found_by.extend(hashes.map(|hash| (hash, seq)));
        }
    }
    put_hashes(connection, found_by)
}

fn snapshot(connection: &Connection, blob: &BlobId) -> rusqlite::Result<Option<String>> {
    use rusqlite::OptionalExtension as _;
    connection
        .prepare_cached("SELECT codec, content FROM snapshots WHERE blob = ?1")?
        .query_row([blob.as_str()], |row| expand(row.get(0)?, row.get(1)?))
        .optional()
}
