//! Forgetting texts that nobody needs any more. Facts are never forgotten.

use std::time::{Duration, Instant};

use countersign_provenance::{BlobId, OriginId, Prints, Statement};

use super::Ledger;
use super::bodies::{pack, told};
use super::facts::{bodies, facts, id_list};
use crate::LedgerError;
use crate::notes::print_missing;

/// So many of the newest texts are kept whatever they are: hooks and servers
/// that are at work may need them.
const RECENT: i64 = 500;

/// Texts that are looked at and dropped in one go.
const AT_ONCE: i64 = 50;

/// Up to which row texts were looked through.
const DONE: &str = "compacted";

/// Up to which fact old ones were packed, and how many new ones are worth another go.
const PACKED: &str = "packed";
/// The path that was packed last where there was no time for all of them.
const PACKED_PATH: &str = "packed_path";
const WORTH_PACKING: i64 = 1000;

/// How long an event is remembered, in milliseconds: told again after that it would count again.
const REMEMBERED: i64 = 90 * 24 * 60 * 60 * 1000;

impl Ledger {
    /// Drops texts that no path, open buffer or removal needs, and packs facts about texts that were written over, as
    /// far as that is done within `budget`; the rest waits for the next time. What finds the regions of a dropped text
    /// again is written down first. `at` is UTC milliseconds since 1970. Returns how many texts were dropped.
    pub fn compact(&mut self, at: i64, budget: Duration) -> Result<usize, LedgerError> {
        let began = Instant::now();
        let is_over = || began.elapsed() > budget;
        let dropped = self.drop_unneeded(at, is_over)?;
        if !is_over() {
            self.pack_old_facts(at, is_over)?;
        }
        Ok(dropped)
    }

    fn drop_unneeded(&mut self, at: i64, is_over: impl Fn() -> bool) -> Result<usize, LedgerError> {
        let newest: i64 = self.ask(|connection| {
            let sql = "SELECT coalesce(max(rowid), 0) FROM snapshots";
            connection
                .prepare_cached(sql)?
                .query_row([], |row| row.get(0))
        })?;
        let done = self.meta(DONE)?.and_then(|done| done.parse().ok());
        if newest - done.unwrap_or(0) <= RECENT {
            return Ok(0);
        }
        let mut dropped = 0;
        loop {
            let texts = self.unneeded(newest - RECENT)?;
            if texts.is_empty() {
                self.put_meta(&[(DONE, &(newest - RECENT).to_string())])?;
                return Ok(dropped);
            }
            print_missing(self, &texts, at, |_| true)?;
            self.drop_texts(&texts)?;
            dropped += texts.len();
            if is_over() {
                return Ok(dropped);
            }
        }
    }

    /// Each text fact says again what the one before it of its path says, and adds a little: together they need little
    /// room. The newest of a path is what most readers want, and stays plain.
    fn pack_old_facts(&mut self, at: i64, is_over: impl Fn() -> bool) -> Result<(), LedgerError> {
        let newest = self.last_seq()?;
        let done = self.meta(PACKED)?.and_then(|done| done.parse().ok());
        let done: i64 = done.unwrap_or(0);
        if newest - done <= WORTH_PACKING {
            return Ok(());
        }
        let last = self.meta(PACKED_PATH)?.unwrap_or_default();
        let paths = self.ask(|connection| {
            let sql = "SELECT DISTINCT path FROM texts WHERE seq > ?1 AND path > ?2 ORDER BY path";
            bodies(connection, sql, (done, last))
        })?;
        for path in paths {
            let old = "SELECT f.seq, f.body FROM texts t JOIN facts f USING (seq)
                       WHERE t.path = ?1 AND t.seq < (SELECT max(seq) FROM texts WHERE path = ?1)
                         AND typeof(f.body) = 'text' ORDER BY t.seq";
            self.in_one_go(|connection| pack(connection, old, [&path]))?;
            if is_over() {
                return self.put_meta(&[(PACKED_PATH, &path)]);
            }
        }
        let prints = "SELECT seq, body FROM facts WHERE seq > ?1 AND seq <= ?2 AND kind = 'prints' ORDER BY seq";
        self.in_one_go(|connection| pack(connection, prints, [done, newest]))?;
        self.expire_events(at - REMEMBERED)?;
        self.put_meta(&[(PACKED, &newest.to_string()), (PACKED_PATH, "")])
    }

    /// Some texts up to this row that nobody needs.
    fn unneeded(&self, up_to: i64) -> Result<Vec<BlobId>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT blob FROM snapshots WHERE rowid <= ?1
                       AND blob NOT IN (SELECT blob FROM heads WHERE blob IS NOT NULL)
                       AND blob NOT IN (SELECT blob FROM journal)
                       AND blob NOT IN (SELECT blob FROM texts
                                        WHERE seq IN (SELECT max(seq) FROM texts GROUP BY path))
                       AND blob NOT IN (SELECT f.body ->> 'before'
                                        FROM removals JOIN facts f USING (seq))
                       AND NOT EXISTS (SELECT 1 FROM pending WHERE instr(pending.body, blob))
                       ORDER BY rowid LIMIT ?2";
            bodies(connection, sql, [up_to, AT_ONCE])
        })?;
        Ok(rows.into_iter().filter_map(BlobId::new).collect())
    }

    fn drop_texts(&self, texts: &[BlobId]) -> Result<(), LedgerError> {
        let list: Vec<&str> = texts.iter().map(BlobId::as_str).collect();
        let list = serde_json::to_string(&list).expect("a list of strings is JSON");
        self.ask(|connection| {
            for table in ["snapshots", "outlines"] {
                let sql =
                    format!("DELETE FROM {table} WHERE blob IN (SELECT value FROM json_each(?1))");
                connection.prepare_cached(&sql)?.execute([&list])?;
            }
            Ok(())
        })
    }

    /// Prints that find any of these stretches' events again, the newest first.
    pub fn prints_of(&self, origins: &[OriginId]) -> Result<Vec<Prints>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT body FROM facts WHERE seq IN (
                           SELECT seq FROM printed WHERE id IN (SELECT value FROM json_each(?1)))
                       ORDER BY seq DESC";
            told(connection, sql, [id_list(origins)])
        })?;
        let facts = facts(&rows);
        Ok(facts
            .filter_map(|fact| match fact.statement {
                Statement::Prints(prints) => Some(prints),
                _ => None,
            })
            .collect())
    }
}
