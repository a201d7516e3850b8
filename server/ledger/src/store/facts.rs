//! Reading facts by their names and by their order of arrival.

use countersign_provenance::{BlobId, Fact, FactId};
use rusqlite::{Connection, Params};

use super::Ledger;
use super::append::last_seq;
use super::bodies::told;
use crate::{LedgerError, Record, Touched};

/// Kinds that can change the state of regions in any text.
const FAR_REACHING: &str = "kind NOT IN ('origin', 'text', 'removal', 'prints', 'began', 'pruned')";

impl Ledger {
    /// What came after a sequence number, so that one process sees what others wrote.
    pub fn paths_since(&self, seq: i64) -> Result<Touched, LedgerError> {
        self.ask(|connection| {
            let mut touched = Touched {
                seq: last_seq(connection)?,
                ..Touched::default()
            };
            let sql = "SELECT blob, path FROM texts WHERE seq > ?1
                       UNION ALL SELECT NULL, path FROM removals WHERE seq > ?1";
            let mut query = connection.prepare_cached(sql)?;
            let mut rows = query.query([seq])?;
            while let Some(row) = rows.next()? {
                touched
                    .blobs
                    .extend(row.get::<_, Option<String>>(0)?.and_then(BlobId::new));
                touched.paths.insert(row.get(1)?);
            }
            let sql = format!("SELECT 1 FROM facts WHERE seq > ?1 AND {FAR_REACHING} LIMIT 1");
            touched.acts = connection.prepare_cached(&sql)?.exists([seq])?;
            Ok(touched)
        })
    }

    /// The newest sequence number of a fact, 0 in an empty ledger. It means
    /// nothing outside this ledger.
    pub fn last_seq(&self) -> Result<i64, LedgerError> {
        self.ask(last_seq)
    }

    /// Another number whenever another process or connection has written.
    pub fn data_version(&self) -> Result<i64, LedgerError> {
        self.ask(|connection| {
            connection
                .prepare_cached("PRAGMA data_version")?
                .query_row([], |row| row.get(0))
        })
    }

    /// When the first fact was told, in UTC milliseconds since 1970.
    pub(super) fn first_told(&self) -> Result<Option<i64>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT body FROM facts ORDER BY seq LIMIT 1";
            told(connection, sql, [])
        })?;
        Ok(facts(&rows).next().map(|fact| fact.at))
    }

    /// How many facts there are.
    pub fn count_facts(&self) -> Result<usize, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT count(*) FROM facts";
            let mut count = connection.prepare_cached(sql)?;
            let facts: u32 = count.query_row([], |row| row.get(0))?;
            Ok(facts as usize)
        })
    }

    /// Whether a fact is known.
    pub fn has_fact(&self, id: FactId) -> Result<bool, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT 1 FROM facts WHERE id = ?1";
            connection.prepare_cached(sql)?.exists([id.to_string()])
        })
    }

    /// One fact by its name.
    pub fn fact(&self, id: FactId) -> Result<Option<Fact>, LedgerError> {
        Ok(self.record(id)?.and_then(|record| record.fact()))
    }

    /// One fact by its name, as it is stored, with what this program does not know.
    pub fn record(&self, id: FactId) -> Result<Option<Record>, LedgerError> {
        let bodies = self.ask(|connection| {
            let sql = "SELECT body FROM facts WHERE id = ?1";
            told(connection, sql, [id.to_string()])
        })?;
        Ok(bodies.first().and_then(|body| Record::parse(body)))
    }
}

/// The first column of all rows.
pub(super) fn bodies(
    connection: &Connection,
    sql: &str,
    with: impl Params,
) -> rusqlite::Result<Vec<String>> {
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map(with, |row| row.get(0))?;
    rows.collect()
}

/// Those that are understood.
pub(super) fn facts(bodies: &[String]) -> impl Iterator<Item = Fact> {
    bodies.iter().filter_map(|body| Record::parse(body)?.fact())
}

/// For `json_each`: one statement serves any number of ids.
pub(super) fn id_list(ids: &[FactId]) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    format!("[{}]", quoted.join(","))
}
