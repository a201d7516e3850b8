//! One connection to the database file, and how it waits for others.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Result};

/// How long a call waits for other processes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Patience {
    /// A person waits for the answer: this long at each step.
    Each(Duration),
    /// An agent waits: all steps together end then.
    Until(Instant),
}

impl Patience {
    /// What people put up with.
    pub(crate) const PEOPLE: Patience = Patience::Each(Duration::from_secs(10));

    /// What they put up with where nothing has to be written: a copy serves as well.
    pub(crate) const READERS: Patience = Patience::Each(Duration::from_secs(1));

    /// What an agent is made to wait for a write, at most twice.
    pub(crate) const HOOK: Patience = Patience::Each(Duration::from_millis(50));

    /// How long opening may take. Whoever cannot read the ledger cannot tell what
    /// is new, and would lose an event; on a busy machine the first opener after
    /// others may need some time to put the log in order.
    pub(super) fn opening(self) -> Patience {
        match self {
            Patience::Each(limit) => Patience::Each(limit.max(Duration::from_secs(3))),
            Patience::Until(end) => Patience::Until(end),
        }
    }

    /// Whether a wait that began then may go on.
    pub(crate) fn lasts(self, began: Instant) -> bool {
        match self {
            Patience::Each(limit) => began.elapsed() < limit,
            Patience::Until(end) => Instant::now() < end,
        }
    }
}

/// A pause before the try after `tries` others: short, since writers need
/// some hundredths of a millisecond.
#[expect(clippy::disallowed_methods, reason = "SQLite has no event to wait for")]
pub(crate) fn pause(tries: u32) {
    let micros = 50_u64.saturating_mul(u64::from(tries) + 1).min(900);
    std::thread::sleep(Duration::from_micros(micros));
}

/// Pages of log before a writer moves them into the file.
const CHECKPOINT_PAGES: u32 = 400;

/// The first opener reads the log through, half a millisecond a megabyte.
const LONG_LOG: u64 = 1 << 20;

/// Moves a long log into the file and empties it, unless others are at it:
/// then they will. Without this a log that is only ever written by short
/// processes grows for ever, as the next of them cannot know what was moved.
pub(super) fn shorten_log(connection: &mut Connection, log: &Path) {
    let is_long = log.metadata().is_ok_and(|about| about.len() > LONG_LOG);
    if is_long && connection.busy_handler(None::<fn(i32) -> bool>).is_ok() {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        if let Err(error) = connection.query_row(sql, [], |_| Ok(())) {
            tracing::debug!(%error, "the ledger's log stays long for now");
        }
    }
}

/// Opens a file that exists, to write where the disk allows it.
pub(super) fn connect(file: &Path, patience: Patience) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    prepare(&mut connection, patience)?;
    Ok(connection)
}

/// Opens a file on a disk where nothing can be written, not even a lock.
pub(super) fn connect_frozen(file: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let name: String = file.to_string_lossy().chars().map(escaped).collect();
    let mut connection = Connection::open_with_flags(format!("file:{name}?immutable=1"), flags)?;
    prepare(&mut connection, Patience::PEOPLE)?;
    Ok(connection)
}

fn escaped(letter: char) -> String {
    match letter {
        '%' => "%25".to_owned(),
        '?' => "%3f".to_owned(),
        '#' => "%23".to_owned(),
        _ => letter.to_string(),
    }
}

/// Whoever has waited in vain and asks again this soon is still at the same piece of work, and does not wait again.
const AT_ONCE: Duration = Duration::from_secs(1);

/// From now on the connection waits so long for others. Gives the time for which it has last done so.
pub(super) fn wait_with(connection: &mut Connection, patience: Patience) -> Result<Waited> {
    let waited = Waited::default();
    let (mut began, mut gave_up) = (Instant::now(), None::<Instant>);
    let told = waited.clone();
    connection.busy_handler(Some(move |tries: i32| {
        let is_vain = tries == 0 && gave_up.is_some_and(|at| at.elapsed() < AT_ONCE);
        if tries == 0 && !is_vain {
            began = Instant::now();
        }
        if !is_vain {
            pause(tries.unsigned_abs());
        }
        let goes_on = !is_vain && patience.lasts(began);
        gave_up = (!goes_on).then(Instant::now);
        told.set(began.elapsed());
        goes_on
    }))?;
    Ok(waited)
}

/// How long a connection has waited for others the last time that it had to.
#[derive(Debug, Clone, Default)]
pub(super) struct Waited(Arc<AtomicU64>);

impl Waited {
    pub(super) fn get(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }

    fn set(&self, waited: Duration) {
        let millis = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        self.0.store(millis, Ordering::Relaxed);
    }
}

fn prepare(connection: &mut Connection, patience: Patience) -> Result<()> {
    wait_with(connection, patience)?;
    // Without this the last to close deletes the log by its name, which after
    // a damaged ledger was set aside is the name of the new ledger's log.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Without this a query whose limit is a parameter is prepared anew whenever the parameter is given.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch(&format!(
        "PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;
         PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES};"
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn who_has_waited_in_vain_does_not_wait_again_at_once() {
        const LIMIT: Duration = Duration::from_millis(100);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("held.db");
        let holder = Connection::open(&file).unwrap();
        holder
            .execute_batch("CREATE TABLE facts (id); BEGIN IMMEDIATE")
            .unwrap();
        let mut waiting = Connection::open(&file).unwrap();
        let waited = wait_with(&mut waiting, Patience::Each(LIMIT)).unwrap();
        let write = || waiting.execute("INSERT INTO facts VALUES (1)", []);
        let began = Instant::now();
        for _ in 0..5 {
            write().unwrap_err();
        }
        assert!(LIMIT <= began.elapsed() && began.elapsed() < 5 * LIMIT);
        assert!(LIMIT <= waited.get());
        holder.execute_batch("COMMIT").unwrap();
        write().unwrap();
    }
}
