//! What can be found again at some cost: heads, open buffers, outlines.

use std::ops::Range;

use countersign_provenance::BlobId;
use rusqlite::{OptionalExtension as _, Row, params};

use super::Ledger;
use super::squeeze::{expand, squeeze};
use crate::{Head, Journal, LedgerError, Outline};

impl Ledger {
    /// The text that was last seen at a path.
    pub fn head(&self, worktree: &str, path: &str) -> Result<Option<Head>, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT worktree, path, blob, mtime_ns, size FROM heads
                       WHERE worktree = ?1 AND path = ?2";
            connection
                .prepare_cached(sql)?
                .query_row([worktree, path], read_head)
                .optional()
        })
    }

    /// All heads of a work tree, sorted by path.
    pub fn heads(&self, worktree: &str) -> Result<Vec<Head>, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT worktree, path, blob, mtime_ns, size FROM heads
                       WHERE worktree = ?1 ORDER BY path";
            let mut query = connection.prepare_cached(sql)?;
            query.query_map([worktree], read_head)?.collect()
        })
    }

    /// The open buffer of a path, as a server last wrote it down.
    pub fn journal(&self, worktree: &str, path: &str) -> Result<Option<Journal>, LedgerError> {
        let found = self.ask(|connection| {
            let sql = "SELECT blob, codec, content, typed FROM journal
                       WHERE worktree = ?1 AND path = ?2";
            let mut query = connection.prepare_cached(sql)?;
            let read = |row: &Row<'_>| {
                let text = expand(row.get(1)?, row.get(2)?)?;
                Ok((row.get::<_, String>(0)?, text, row.get::<_, String>(3)?))
            };
            query.query_row([worktree, path], read).optional()
        })?;
        Ok(found.and_then(|(blob, text, typed)| {
            let blob = BlobId::new(blob)?;
            let typed = typed_ranges(&typed, text.len());
            Some(Journal { blob, text, typed })
        }))
    }

    /// Writes an open buffer down; the one before it at that path is forgotten.
    pub fn put_journal(
        &mut self,
        worktree: &str,
        path: &str,
        journal: &Journal,
    ) -> Result<(), LedgerError> {
        let (codec, content) = squeeze(&journal.text);
        let rows: Vec<(u32, u32)> = journal.typed.iter().map(|r| (r.start, r.end)).collect();
        let typed = serde_json::to_string(&rows).expect("pairs of numbers are JSON");
        self.ask(|connection| {
            let sql = "INSERT OR REPLACE INTO journal VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let row = params![worktree, path, journal.blob.as_str(), codec, content, typed];
            connection.prepare_cached(sql)?.execute(row)
        })?;
        Ok(())
    }

    /// The buffer is closed, or is what stands on the disk.
    pub fn drop_journal(&mut self, worktree: &str, path: &str) -> Result<(), LedgerError> {
        self.ask(|connection| {
            let sql = "DELETE FROM journal WHERE worktree = ?1 AND path = ?2";
            connection.prepare_cached(sql)?.execute([worktree, path])
        })?;
        Ok(())
    }

    /// The units of a text, in the caller's own shape. `language` names the
    /// grammar and its version.
    pub fn outline(&self, blob: &BlobId, language: &str) -> Result<Option<String>, LedgerError> {
        self.ask(|connection| {
            let sql = "SELECT body FROM outlines WHERE blob = ?1 AND language = ?2";
            let mut query = connection.prepare_cached(sql)?;
            query
                .query_row([blob.as_str(), language], |row| row.get(0))
                .optional()
        })
    }

    /// The units of the newest text of a path that anybody found them of, by
    /// the same grammar. Only the last few texts are looked at.
    pub fn outline_at(&self, path: &str, language: &str) -> Result<Option<Outline>, LedgerError> {
        let found = self.ask(|connection| {
            let sql = "SELECT o.blob, o.body FROM (
                           SELECT seq, blob FROM texts WHERE path = ?1 ORDER BY seq DESC LIMIT 32
                       ) t JOIN outlines o ON o.blob = t.blob AND o.language = ?2
                       ORDER BY t.seq DESC LIMIT 1";
            let row = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get(1)?));
            connection
                .prepare_cached(sql)?
                .query_row([path, language], row)
                .optional()
        })?;
        Ok(found.and_then(|(blob, body)| {
            let language = language.to_owned();
            let blob = BlobId::new(blob)?;
            Some(Outline {
                blob,
                language,
                body,
            })
        }))
    }

    /// Remembers the units of texts.
    pub fn put_outlines(&mut self, outlines: &[Outline]) -> Result<(), LedgerError> {
        if outlines.is_empty() {
            return Ok(());
        }
        self.ask(|connection| {
            let transaction = connection.unchecked_transaction()?;
            let sql = "INSERT OR REPLACE INTO outlines VALUES (?1, ?2, ?3)";
            let mut insert = transaction.prepare_cached(sql)?;
            for outline in outlines {
                insert.execute([outline.blob.as_str(), &outline.language, &outline.body])?;
            }
            drop(insert);
            transaction.commit()
        })
    }
}

fn read_head(row: &Row<'_>) -> rusqlite::Result<Head> {
    let blob: Option<String> = row.get(2)?;
    let size: i64 = row.get(4)?;
    Ok(Head {
        worktree: row.get(0)?,
        path: row.get(1)?,
        blob: blob.and_then(BlobId::new),
        mtime_ns: row.get(3)?,
        size: u64::try_from(size).unwrap_or(0),
    })
}

/// Those that lie inside the text.
fn typed_ranges(json: &str, length: usize) -> Vec<Range<u32>> {
    let mut typed = ranges(json);
    typed.retain(|range| range.end as usize <= length);
    typed
}

/// Ranges as they were written down.
pub(super) fn ranges(json: &str) -> Vec<Range<u32>> {
    let rows: Vec<(u32, u32)> = serde_json::from_str(json).unwrap_or_default();
    rows.into_iter()
        .filter(|(start, end)| start <= end)
        .map(|(start, end)| start..end)
        .collect()
}
