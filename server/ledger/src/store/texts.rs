//! Reading texts and their regions.

use std::ops::RangeInclusive;

use countersign_provenance::{BlobId, Statement, TextFact};
use rusqlite::{Connection, OptionalExtension as _, Params};

use super::Ledger;
use super::bodies::told;
use super::facts::{bodies, facts};
use super::squeeze::expand;
use crate::{LedgerError, git};

impl Ledger {
    /// The text facts that speak for a blob at a path: those of that very
    /// path; only where there is none, those that are bound to no path.
    ///
    /// Where the ledger holds the text itself, spans beyond its end are left out
    /// with their fact; else the caller has to look at that.
    pub fn texts(&self, blob: &BlobId, path: &str) -> Result<Vec<TextFact>, LedgerError> {
        let rows = self.ask(|connection| {
            let own = "WHERE t.blob = ?1 AND t.path = ?2";
            let rows = text_rows(connection, own, [blob.as_str(), path])?;
            if !rows.is_empty() {
                return Ok(rows);
            }
            text_rows(
                connection,
                "WHERE t.blob = ?1 AND NOT t.bound",
                [blob.as_str()],
            )
        })?;
        let length = self.ask(|connection| text_length(connection, blob))?;
        let texts = facts(&rows).filter_map(|fact| match fact.statement {
            Statement::Text(text) => Some(text),
            _ => None,
        });
        let length = length.and_then(|length| usize::try_from(length).ok());
        Ok(texts
            .filter(|text| length.is_none_or(|length| fits(text, length)))
            .collect())
    }

    /// Whether a text fact names this path with this blob.
    pub fn path_has_text(&self, path: &str, blob: &BlobId) -> Result<bool, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT 1 FROM texts WHERE blob = ?1 AND path = ?2";
            connection
                .prepare_cached(sql)?
                .exists([blob.as_str(), path])
        })
    }

    /// Whether any text fact names this blob.
    pub fn blob_known(&self, blob: &BlobId) -> Result<bool, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT 1 FROM texts WHERE blob = ?1";
            connection.prepare_cached(sql)?.exists([blob.as_str()])
        })
    }

    /// The paths at which text facts name this blob, the newest first.
    pub fn paths_of_blob(&self, blob: &BlobId) -> Result<Vec<String>, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT path FROM texts WHERE blob = ?1 GROUP BY path ORDER BY max(seq) DESC";
            bodies(connection, sql, [blob.as_str()])
        })
    }

    /// The blobs that text facts name for this path, newest fact first.
    pub fn blobs_of_path(&self, path: &str, limit: u32) -> Result<Vec<BlobId>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT blob FROM texts WHERE path = ?1 GROUP BY blob
                       ORDER BY max(seq) DESC LIMIT ?2";
            let mut query = connection.prepare_cached(sql)?;
            let rows = query.query_map((path, limit), |row| row.get::<_, String>(0))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        Ok(rows.into_iter().filter_map(BlobId::new).collect())
    }

    /// The blobs that text facts newer than a sequence number name for this
    /// path, newest fact first.
    pub fn blobs_since(&self, path: &str, seq: i64) -> Result<Vec<BlobId>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT blob FROM texts WHERE path = ?1 AND seq > ?2
                       GROUP BY blob ORDER BY max(seq) DESC";
            let mut query = connection.prepare_cached(sql)?;
            let rows = query.query_map((path, seq), |row| row.get::<_, String>(0))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        Ok(rows.into_iter().filter_map(BlobId::new).collect())
    }

    /// The texts stored here of which facts with these sequence numbers speak, with their paths, in the order of the facts.
    pub(crate) fn texts_told_in(
        &self,
        seqs: RangeInclusive<i64>,
    ) -> Result<Vec<(String, BlobId)>, LedgerError> {
        let rows: Vec<(String, String)> = self.ask(|connection| {
            let sql = "SELECT path, blob FROM texts
                       WHERE seq BETWEEN ?1 AND ?2 AND blob IN (SELECT blob FROM snapshots)
                       GROUP BY path, blob ORDER BY max(seq)";
            let mut query = connection.prepare_cached(sql)?;
            let rows = query.query_map([seqs.start(), seqs.end()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
            rows.collect()
        })?;
        let named = rows.into_iter();
        Ok(named
            .filter_map(|(path, blob)| Some((path, BlobId::new(blob)?)))
            .collect())
    }

    /// Whether a text is stored under this name.
    pub fn has_snapshot(&self, blob: &BlobId) -> Result<bool, LedgerError> {
        self.ask(|connection| has_snapshot(connection, blob))
    }

    /// A text by its name: as it was stored here, else as git has it.
    pub fn snapshot(&self, blob: &BlobId) -> Result<Option<String>, LedgerError> {
        let stored = self.ask(|connection| {
            let sql = "SELECT codec, content FROM snapshots WHERE blob = ?1";
            let mut query = connection.prepare_cached(sql)?;
            let row = |row: &rusqlite::Row<'_>| expand(row.get(0)?, row.get(1)?);
            query.query_row([blob.as_str()], row).optional()
        })?;
        if stored.is_some() || self.place.git_dir.is_none() {
            return Ok(stored);
        }
        // Git may be absent, or not have it either.
        let answer = git::read_blobs(&self.place, std::slice::from_ref(blob)).ok();
        let bytes = answer.and_then(|mut bytes| bytes.pop().flatten());
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
    }
}

pub(super) fn has_snapshot(connection: &Connection, blob: &BlobId) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM snapshots WHERE blob = ?1";
    connection.prepare_cached(sql)?.exists([blob.as_str()])
}

fn text_rows(
    connection: &Connection,
    filter: &str,
    with: impl Params,
) -> rusqlite::Result<Vec<String>> {
    let sql = format!("SELECT f.body FROM texts t JOIN facts f USING (seq) {filter} ORDER BY seq");
    told(connection, &sql, with)
}

/// The length of a stored text in bytes, without unpacking it.
fn text_length(connection: &Connection, blob: &BlobId) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT codec, length(content), substr(content, 1, 4) FROM snapshots WHERE blob = ?1";
    let length = |row: &rusqlite::Row<'_>| {
        let (codec, length): (i64, i64) = (row.get(0)?, row.get(1)?);
        // Of nothing, the start is NULL.
        let start: Option<Vec<u8>> = row.get(2)?;
        let packed = start
            .as_deref()
            .and_then(<[u8]>::first_chunk)
            .map(|length| i64::from(u32::from_le_bytes(*length)));
        Ok(if codec == 0 { Some(length) } else { packed })
    };
    let length = connection
        .prepare_cached(sql)?
        .query_row([blob.as_str()], length)
        .optional()?;
    Ok(length.flatten())
}

/// Whether a fact speaks of no more than its text holds, of a length in bytes. One that does not is warned of: it came
/// from elsewhere.
pub fn fits(text: &TextFact, length: usize) -> bool {
    let span_end = text.regions.spans.last().map(|span| span.bytes.end);
    let mark_end = text.regions.marks.last().map(|mark| mark.at);
    let fits = span_end.max(mark_end).unwrap_or(0) as usize <= length;
    if !fits {
        tracing::warn!(
            target: crate::NOTES,
            "{}: a fact speaks of more text than stands there, and is passed over", text.path
        );
    }
    fits
}
