//! The tables that are found again from the facts, compared with what the facts say.

use countersign_provenance::{FactId, Statement};
use rusqlite::{Connection, Result};

use super::count;
use crate::Record;
use crate::store::append::put_index;
use crate::store::bodies::Packs;
use crate::store::runs::{Hashing, put_hashes};
use crate::store::texts::has_snapshot;

/// All that `put_index` writes.
const DERIVED: [&str; 8] = [
    "texts",
    "act_on",
    "undone",
    "evidence_on",
    "removals",
    "returned",
    "named",
    "printed",
];

/// How many rows do not agree with the facts, or lack.
pub(super) fn disagreeing(connection: &Connection) -> Result<usize> {
    beside_new_ones(connection, |_| Ok(()))
}

/// Replaces the tables that do not agree, and says how many rows did not. Call it in a transaction.
pub(super) fn make_anew(connection: &Connection) -> Result<usize> {
    beside_new_ones(connection, |table| {
        connection.execute_batch(&format!(
            "DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM temp.{table};"
        ))
    })
}

/// Makes all tables once more from the facts, as temporary ones: a name without a schema means those then. Each that
/// differs is handed on.
fn beside_new_ones(
    connection: &Connection,
    mut differs: impl FnMut(&str) -> Result<()>,
) -> Result<usize> {
    let compared = make_temporary(connection).and_then(|()| {
        let mut rows = 0;
        for table in DERIVED {
            let off = difference(connection, table)?;
            if off > 0 {
                differs(table)?;
            }
            rows += off;
        }
        Ok(rows)
    });
    for table in DERIVED {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS temp.{table}"))?;
    }
    compared
}

fn make_temporary(connection: &Connection) -> Result<()> {
    for table in DERIVED {
        let sql = "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?1";
        let made: String = connection.query_row(sql, [table], |row| row.get(0))?;
        connection.execute_batch(&made.replacen("CREATE TABLE", "CREATE TEMP TABLE", 1))?;
    }
    connection.execute_batch("CREATE INDEX temp.new_texts_by_path ON texts (path)")?;
    each_fact(connection, |seq, _, statement| {
        put_index(connection, seq, &statement)
    })
}

/// Rows that stand in one of the two only.
fn difference(connection: &Connection, table: &str) -> Result<usize> {
    let only = |one: &str, other: &str| {
        format!("SELECT * FROM (SELECT * FROM {one}.{table} EXCEPT SELECT * FROM {other}.{table})")
    };
    let (old, new) = (only("main", "temp"), only("temp", "main"));
    let sql = format!("SELECT count(*) FROM ({old} UNION ALL {new})");
    count(connection, &sql)
}

/// What is wrong with the hashes by which texts are found.
#[derive(Default)]
pub(super) struct Lost {
    /// Facts that none of their hashes finds, with these.
    unfindable: Vec<(i64, Vec<u64>)>,
    /// Hashes of what is no fact.
    orphans: usize,
}

impl Lost {
    pub(super) fn count(&self) -> usize {
        self.unfindable.len() + self.orphans
    }
}

/// Only texts that are kept can be looked at; what is known of others by their hashes stays.
pub(super) fn lost_hashes(connection: &Connection) -> Result<Lost> {
    let sql = "SELECT count(*) FROM hashes WHERE seq NOT IN (SELECT seq FROM facts)";
    let orphans = count(connection, sql)?;
    let (mut hashing, mut unfindable) = (Hashing::of(connection), Vec::new());
    each_fact(connection, |seq, id, statement| {
        let is_kept = match &statement {
            Statement::Text(text) => has_snapshot(connection, &text.blob)?,
            Statement::Removal(removal) => has_snapshot(connection, &removal.before)?,
            Statement::Prints(_) => true,
            _ => false,
        };
        let hashes = hashing.hashes(id, &statement)?;
        if is_kept && !hashes.is_empty() && !is_any_known(connection, &hashes)? {
            unfindable.push((seq, hashes));
        }
        Ok(())
    })?;
    Ok(Lost {
        unfindable,
        orphans,
    })
}

/// Puts them right. Call it in a transaction.
pub(super) fn put_lost_hashes(connection: &Connection) -> Result<usize> {
    let lost = lost_hashes(connection)?;
    let count = lost.count();
    connection.execute_batch("DELETE FROM hashes WHERE seq NOT IN (SELECT seq FROM facts)")?;
    let pairs = lost.unfindable.into_iter();
    let pairs = pairs.flat_map(|(seq, hashes)| hashes.into_iter().map(move |hash| (hash, seq)));
    put_hashes(connection, pairs.collect())?;
    Ok(count)
}

fn is_any_known(connection: &Connection, hashes: &[u64]) -> Result<bool> {
    let mut query = connection.prepare_cached("SELECT 1 FROM hashes WHERE hash = ?1")?;
    for hash in hashes {
        if query.exists([hash.cast_signed()])? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Every fact that is understood, in the order of its coming.
fn each_fact(
    connection: &Connection,
    mut each: impl FnMut(i64, FactId, Statement) -> Result<()>,
) -> Result<()> {
    let mut query = connection.prepare("SELECT seq, body FROM facts ORDER BY seq")?;
    let (mut rows, mut packs) = (query.query([])?, Packs::of(connection));
    while let Some(row) = rows.next()? {
        let body = packs.body(row.get_ref(1)?)?;
        if let Some(fact) = Record::parse(&body).and_then(|record| record.fact()) {
            each(row.get(0)?, fact.id, fact.statement)?;
        }
    }
    Ok(())
}
