//! The tables, and how older ledgers become newer ones.

use rusqlite::{Connection, Result, Transaction, TransactionBehavior};

use super::runs::index_all;

/// The format of ledger that this program writes and reads.
pub const SCHEMA: i64 = MIGRATIONS.len() as i64;

/// The step at index `n` makes format `n + 1` of format `n`; an empty file has
/// format 0. Steps that were released are never changed.
const MIGRATIONS: &[fn(&Transaction<'_>) -> Result<()>] =
    &[first, second, third, fourth, fifth, sixth, seventh, eighth];

/// The format of an open ledger.
pub(super) fn version(connection: &Connection) -> Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Brings a ledger to [`SCHEMA`], in one transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = usize::try_from(version(&transaction)?).unwrap_or(0);
    for step in MIGRATIONS.iter().skip(from) {
        step(&transaction)?;
    }
    transaction.pragma_update(None, "user_version", SCHEMA)?;
    transaction.commit()
}

/// `facts` is the truth. The tables down to `returned` are found again from it;
/// those below are caches and things in flight.
fn first(transaction: &Transaction<'_>) -> Result<()> {
    transaction.execute_batch(
        "
        CREATE TABLE facts (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            person TEXT NOT NULL,
            body TEXT NOT NULL
        );
        CREATE INDEX acts_by_person ON facts (person, seq)
            WHERE kind IN ('confirm', 'claim', 'reject');

        CREATE TABLE texts (
            seq INTEGER PRIMARY KEY, blob TEXT NOT NULL, path TEXT NOT NULL, bound INTEGER NOT NULL
        );
        CREATE INDEX texts_by_blob ON texts (blob, path);
        CREATE INDEX texts_by_path ON texts (path);
        CREATE TABLE act_on (
            target TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (target, seq)
        ) WITHOUT ROWID;
        CREATE TABLE undone (
            fact TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (fact, seq)
        ) WITHOUT ROWID;
        CREATE TABLE evidence_on (
            origin TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (origin, seq)
        ) WITHOUT ROWID;
        CREATE TABLE removals (
            seq INTEGER PRIMARY KEY, path TEXT NOT NULL, whole_file INTEGER NOT NULL
        );
        CREATE INDEX removals_by_path ON removals (path);
        CREATE INDEX removals_of_files ON removals (seq) WHERE whole_file;
        CREATE TABLE returned (
            removal TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (removal, seq)
        ) WITHOUT ROWID;

        CREATE TABLE snapshots (blob TEXT PRIMARY KEY, codec INTEGER NOT NULL, content BLOB NOT NULL);
        CREATE TABLE heads (
            worktree TEXT NOT NULL, path TEXT NOT NULL, blob TEXT,
            mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL,
            PRIMARY KEY (worktree, path)
        ) WITHOUT ROWID;
        CREATE TABLE events (key TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE pending (key TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL);
        CREATE TABLE journal (
            worktree TEXT NOT NULL, path TEXT NOT NULL, blob TEXT NOT NULL,
            codec INTEGER NOT NULL, content BLOB NOT NULL, typed TEXT NOT NULL,
            PRIMARY KEY (worktree, path)
        );
        CREATE TABLE outlines (
            blob TEXT NOT NULL, language TEXT NOT NULL, body TEXT NOT NULL,
            PRIMARY KEY (blob, language)
        );
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        ",
    )
}

/// `hashes` finds texts again by their tokens; it too is found again from the
/// facts, as far as their texts are kept.
fn second(transaction: &Transaction<'_>) -> Result<()> {
    transaction.execute_batch(
        "
        CREATE TABLE hashes (
            hash INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (hash, seq)
        ) WITHOUT ROWID;
        CREATE INDEX moves ON facts (seq) WHERE kind = 'moved';
        CREATE TABLE strangers (blob TEXT PRIMARY KEY) WITHOUT ROWID;
        ",
    )?;
    index_all(transaction)
}

/// `printed` says of which stretches, and of which removals (0 to 0), there are
/// prints; found again from the facts.
fn third(transaction: &Transaction<'_>) -> Result<()> {
    transaction.execute_batch(
        "
        CREATE TABLE printed (
            id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
            blob TEXT NOT NULL, seq INTEGER NOT NULL
        );
        CREATE INDEX printed_by_id ON printed (id);
        CREATE INDEX began ON facts (seq) WHERE kind = 'began';
        ",
    )
}

/// A cache of what stands in work trees: see `looks.rs`.
fn fourth(transaction: &Transaction<'_>) -> Result<()> {
    transaction.execute_batch(
        "
        CREATE TABLE looks (
            worktree TEXT NOT NULL, path TEXT NOT NULL,
            stat BLOB NOT NULL, blob TEXT, body TEXT,
            PRIMARY KEY (worktree, path)
        ) WITHOUT ROWID;
        CREATE TABLE looked (
            worktree TEXT PRIMARY KEY, seq INTEGER NOT NULL, head TEXT, by TEXT NOT NULL
        ) WITHOUT ROWID;
        ",
    )
}

/// `named` says which text facts name an origin or a removal; found again from
/// the facts.
fn fifth(transaction: &Transaction<'_>) -> Result<()> {
    transaction.execute_batch(
        "
        CREATE TABLE named (
            id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (id, seq)
        ) WITHOUT ROWID;
        INSERT OR IGNORE INTO named
            SELECT o.value, t.seq FROM texts t JOIN facts f USING (seq), json_each(f.body, '$.origins') o
            UNION ALL
            SELECT m.value ->> 1, t.seq FROM texts t JOIN facts f USING (seq), json_each(f.body, '$.marks') m;
        ",
    )
}

/// `hashes` finds the places again where something was taken away, too.
fn sixth(transaction: &Transaction<'_>) -> Result<()> {
    index_all(transaction)
}

/// `packs` holds what many facts say, see `bodies.rs`. `named` says of each path in which stretch of its text facts,
/// from the first number to the last, an origin or a removal is named without a gap: one row for what was a row a fact.
fn seventh(transaction: &Transaction<'_>) -> Result<()> {
    transaction.execute_batch(
        "
        CREATE TABLE packs (id INTEGER PRIMARY KEY, codec INTEGER NOT NULL, content BLOB NOT NULL);
        ALTER TABLE named RENAME TO named_singly;
        CREATE TABLE named (
            id TEXT NOT NULL, path TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY (id, path, first)
        ) WITHOUT ROWID;
        INSERT INTO named
            SELECT id, path, min(seq), max(seq) FROM (
                SELECT n.id, t.path, t.seq, t.nth - row_number() OVER (
                    PARTITION BY n.id, t.path ORDER BY t.seq
                ) AS gaps
                FROM named_singly n JOIN (
                    SELECT seq, path, row_number() OVER (PARTITION BY path ORDER BY seq) AS nth FROM texts
                ) t USING (seq)
            ) GROUP BY id, path, gaps;
        DROP TABLE named_singly;
        ",
    )
}

/// What editors save while an agent is at work, see `saves.rs`.
fn eighth(transaction: &Transaction<'_>) -> Result<()> {
    transaction.execute_batch(
        "
        CREATE TABLE saves (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            worktree TEXT NOT NULL, path TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL
        );
        ",
    )
}
