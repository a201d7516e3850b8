//! Writing. What costs time (JSON, compression) is done before the lock is taken.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Instant;

use countersign_provenance::{BlobId, Fact, FactId, Prints, Statement};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::Ledger;
use super::open::now;
use super::runs::{Hashes, hashes_of, put_hashes};
use super::squeeze::{Codec, squeeze};
use super::texts::has_snapshot;
use crate::{Appended, Batch, Durability, Head, LedgerError, Pending, Record};

/// A batch, ready to be written.
#[derive(Debug, Default)]
pub(crate) struct Prepared<'a> {
    /// Each with what it says, where that is understood.
    pub(crate) records: Vec<(Record, Option<Fact>)>,
    pub(crate) snapshots: Cow<'a, [(BlobId, Arc<String>)]>,
    pub(crate) heads: Cow<'a, [Head]>,
    pub(crate) event: Option<String>,
    pub(crate) pending: Option<Pending>,
    pub(crate) done_pending: Option<String>,
    pub(crate) basis: Option<i64>,
    pub(crate) heads_rule: HeadsRule,
}

/// What happens to a head that is known.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadsRule {
    /// It is replaced.
    #[default]
    Replace,
    /// It is replaced unless it is of a later file: for what has waited.
    KeepLater,
}

impl<'a> Prepared<'a> {
    pub(crate) fn of(batch: &'a Batch) -> Result<Self, LedgerError> {
        let record = |fact: &Fact| Ok((Record::of(fact)?, Some(fact.clone())));
        Ok(Prepared {
            records: batch.facts.iter().map(record).collect::<Result<_, _>>()?,
            snapshots: Cow::from(&batch.snapshots),
            heads: Cow::from(&batch.heads),
            event: batch.event.clone(),
            pending: batch.pending.clone(),
            done_pending: batch.done_pending.clone(),
            basis: batch.basis,
            heads_rule: HeadsRule::Replace,
        })
    }
}

type Squeezed<'a> = Vec<(&'a BlobId, Codec, Vec<u8>)>;

impl Ledger {
    /// Writes a batch, all of it or nothing, and waits for other writers.
    pub fn append(
        &mut self,
        batch: &Batch,
        durability: Durability,
    ) -> Result<Appended, LedgerError> {
        self.write(&Prepared::of(batch)?, durability)
    }

    /// Takes in records from elsewhere, also of kinds that a later program
    /// wrote. Those whose id is known are left out.
    pub fn take_in(&mut self, records: &[Record]) -> Result<(), LedgerError> {
        let read = |record: &Record| (record.clone(), record.fact());
        self.take_in_read(records.iter().map(read).collect())
    }

    /// The same where it is known what they say.
    pub(crate) fn take_in_read(
        &mut self,
        records: Vec<(Record, Option<Fact>)>,
    ) -> Result<(), LedgerError> {
        let mut news: Vec<(Record, Option<Fact>)> = Vec::new();
        let mut known = HashSet::new();
        for (record, fact) in records {
            if known.insert(record.id) && !self.has_fact(record.id)? {
                news.push((record, fact));
            }
        }
        if news.is_empty() {
            return Ok(());
        }
        let records = news;
        self.write(
            &Prepared {
                records,
                ..Prepared::default()
            },
            Durability::Recoverable,
        )?;
        Ok(())
    }

    pub(crate) fn write(
        &mut self,
        batch: &Prepared<'_>,
        durability: Durability,
    ) -> Result<Appended, LedgerError> {
        self.follow()?;
        let began = Instant::now();
        self.commit(batch, durability)
            .map_err(|error| self.fault(error, began))
    }

    fn commit(
        &mut self,
        batch: &Prepared<'_>,
        durability: Durability,
    ) -> rusqlite::Result<Appended> {
        let snapshots = self.squeezed(&batch.snapshots)?;
        let hashes = hashes_of(&self.connection, &batch.records, &batch.snapshots)?;
        let synchronous = match durability {
            Durability::Durable => "PRAGMA synchronous=FULL",
            Durability::Recoverable => "PRAGMA synchronous=NORMAL",
        };
        self.connection.execute_batch(synchronous)?;
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        if let Some(event) = &batch.event
            && !is_news(&transaction, event)?
        {
            return Ok(Appended::AlreadyTold);
        }
        if is_outdated(&transaction, batch)? {
            return Ok(Appended::Outdated);
        }
        put_facts(&transaction, &batch.records, &hashes)?;
        put_snapshots(&transaction, &snapshots)?;
        put_heads(&transaction, &batch.heads, batch.heads_rule)?;
        put_pending(&transaction, batch)?;
        transaction.commit()?;
        Ok(Appended::Now)
    }

    /// Leaves out what is known before the work of compressing.
    fn squeezed<'a>(&self, texts: &'a [(BlobId, Arc<String>)]) -> rusqlite::Result<Squeezed<'a>> {
        let mut squeezed = Vec::new();
        for (blob, text) in texts {
            if !has_snapshot(&self.connection, blob)? {
                let (codec, content) = squeeze(text);
                squeezed.push((blob, codec, content));
            }
        }
        Ok(squeezed)
    }
}

fn is_news(transaction: &Transaction<'_>, event: &str) -> rusqlite::Result<bool> {
    let sql = "INSERT OR IGNORE INTO events VALUES (?1, ?2)";
    Ok(transaction
        .prepare_cached(sql)?
        .execute(params![event, now()])?
        == 1)
}

/// Whether others have said something of the same paths since the batch's basis.
fn is_outdated(transaction: &Transaction<'_>, batch: &Prepared<'_>) -> rusqlite::Result<bool> {
    let Some(basis) = batch.basis else {
        return Ok(false);
    };
    let sql = "SELECT 1 FROM texts WHERE path = ?1 AND seq > ?2";
    let mut newer = transaction.prepare_cached(sql)?;
    for (_, fact) in &batch.records {
        if let Some(Statement::Text(text)) = fact.as_ref().map(|fact| &fact.statement)
            && newer.exists(params![text.path, basis])?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// More facts than a tool use or a person tells: they come from notes, and touch pages all over the indexes. They
/// are kept in memory then, 64 MB of them, so that each is written once.
const MANY: usize = 2000;

fn put_facts(
    connection: &Connection,
    records: &[(Record, Option<Fact>)],
    hashes: &[Hashes],
) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO facts (id, kind, person, body) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = connection.prepare_cached(sql)?;
    let mut found_by = Vec::new();
    if records.len() > MANY {
        connection.execute_batch("PRAGMA cache_size = -65536")?;
    }
    for ((record, fact), hashes) in records.iter().zip(hashes) {
        let id = record.id.to_string();
        if insert.execute(params![id, record.kind, record.by, record.body])? == 1
            && let Some(fact) = fact
        {
            let seq = connection.last_insert_rowid();
            put_index(connection, seq, &fact.statement)?;
            found_by.extend(hashes.iter().map(|hash| (*hash, seq)));
        }
    }
    put_hashes(connection, found_by)
}

/// The rows that find a fact again.
pub(super) fn put_index(
    connection: &Connection,
    seq: i64,
    statement: &Statement,
) -> rusqlite::Result<()> {
    let link = |sql: &str, target: &dyn std::fmt::Display| -> rusqlite::Result<()> {
        connection
            .prepare_cached(sql)?
            .execute(params![target.to_string(), seq])?;
        Ok(())
    };
    match statement {
        Statement::Origin(_) | Statement::Began(_) | Statement::Pruned(_) => Ok(()),
        Statement::Prints(Prints { blob, regions, .. }) => {
            let spans = regions.spans.iter().map(|span| (span.origin, &span.ink));
            let marks = regions.marks.iter().map(|mark| (mark.removal, &(0..0)));
            spans.chain(marks).try_for_each(|(id, ink)| {
                let sql = "INSERT INTO printed VALUES (?1, ?2, ?3, ?4, ?5)";
                let row = params![id.to_string(), ink.start, ink.end, blob.as_str(), seq];
                connection.prepare_cached(sql)?.execute(row).map(drop)
            })
        }
        Statement::Evidence { stretches, .. } => stretches.iter().try_for_each(|part| {
            link(
                "INSERT OR IGNORE INTO evidence_on VALUES (?1, ?2)",
                &part.origin,
            )
        }),
        Statement::Text(text) => {
            let sql = "SELECT max(seq) FROM texts WHERE path = ?1";
            let mut newest = connection.prepare_cached(sql)?;
            let before: Option<i64> = newest.query_row([&text.path], |row| row.get(0))?;
            let sql = "INSERT INTO texts VALUES (?1, ?2, ?3, ?4)";
            let row = params![seq, text.blob.as_str(), text.path, text.bound];
            connection.prepare_cached(sql)?.execute(row)?;
            let origins = text.regions.spans.iter().map(|span| &span.origin);
            let removals = text.regions.marks.iter().map(|mark| &mark.removal);
            let named: BTreeSet<_> = origins.chain(removals).collect();
            put_named(connection, seq, before, &text.path, named)
        }
        Statement::Removal(removal) => {
            let sql = "INSERT INTO removals VALUES (?1, ?2, ?3)";
            let row = params![seq, removal.path, removal.whole_file];
            connection.prepare_cached(sql)?.execute(row).map(drop)
        }
        Statement::Moved(parts) => parts.iter().try_for_each(|(now, _)| {
            link(
                "INSERT OR IGNORE INTO evidence_on VALUES (?1, ?2)",
                &now.origin,
            )
        }),
        Statement::Returned(removal) => {
            link("INSERT OR IGNORE INTO returned VALUES (?1, ?2)", removal)
        }
        Statement::Undo(act) => link("INSERT OR IGNORE INTO undone VALUES (?1, ?2)", act),
        Statement::Act(act) => {
            let origins = act.stretches.iter().map(|part| &part.origin);
            origins
                .chain(&act.removals)
                .try_for_each(|id| link("INSERT OR IGNORE INTO act_on VALUES (?1, ?2)", id))
        }
    }
}

/// Where the text fact before this one of the same path names them too, its row goes on.
fn put_named(
    connection: &Connection,
    seq: i64,
    before: Option<i64>,
    path: &str,
    named: BTreeSet<&FactId>,
) -> rusqlite::Result<()> {
    let sql = "UPDATE named SET last = ?4 WHERE id = ?1 AND path = ?2 AND last = ?3";
    let mut go_on = connection.prepare_cached(sql)?;
    let sql = "INSERT OR IGNORE INTO named VALUES (?1, ?2, ?3, ?3)";
    let mut begin = connection.prepare_cached(sql)?;
    for id in named {
        let id = id.to_string();
        if go_on.execute(params![id, path, before, seq])? == 0 {
            begin.execute(params![id, path, seq])?;
        }
    }
    Ok(())
}

fn put_snapshots(connection: &Connection, snapshots: &Squeezed<'_>) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO snapshots VALUES (?1, ?2, ?3)";
    let mut insert = connection.prepare_cached(sql)?;
    for (blob, codec, content) in snapshots {
        insert.execute(params![blob.as_str(), codec, content])?;
    }
    Ok(())
}

fn put_heads(connection: &Connection, heads: &[Head], rule: HeadsRule) -> rusqlite::Result<()> {
    let sql = match rule {
        HeadsRule::Replace => "INSERT OR REPLACE INTO heads VALUES (?1, ?2, ?3, ?4, ?5)",
        HeadsRule::KeepLater => {
            "INSERT INTO heads VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE
             SET blob = excluded.blob, mtime_ns = excluded.mtime_ns, size = excluded.size
             WHERE excluded.mtime_ns >= heads.mtime_ns"
        }
    };
    let mut insert = connection.prepare_cached(sql)?;
    for head in heads {
        let blob = head.blob.as_ref().map(BlobId::as_str);
        let size = i64::try_from(head.size).unwrap_or(i64::MAX);
        insert.execute(params![head.worktree, head.path, blob, head.mtime_ns, size])?;
    }
    Ok(())
}

fn put_pending(connection: &Connection, batch: &Prepared<'_>) -> rusqlite::Result<()> {
    if let Some(Pending { key, at, body }) = &batch.pending {
        // Told twice: what was seen first is what was there before.
        let sql = "INSERT OR IGNORE INTO pending VALUES (?1, ?2, ?3)";
        connection
            .prepare_cached(sql)?
            .execute(params![key, at, body])?;
    }
    if let Some(done) = &batch.done_pending {
        connection
            .prepare_cached("DELETE FROM pending WHERE key = ?1")?
            .execute([done])?;
    }
    Ok(())
}

/// The newest sequence number, 0 in an empty ledger.
pub(super) fn last_seq(connection: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT seq FROM facts ORDER BY seq DESC LIMIT 1";
    let seq = connection
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(seq.unwrap_or(0))
}
