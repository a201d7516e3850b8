//! What was found at the paths of a work tree the last time somebody looked.

use countersign_provenance::BlobId;
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};

use super::Ledger;
use crate::git::CommitId;
use crate::{LedgerError, Stat};

/// What was found at a path. It holds while the file's [`Stat`] is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Relative to the work tree, with `/`.
    pub path: String,
    /// The file's when it was read.
    pub stat: Stat,
    /// The text's name; `None` where there is no text.
    pub blob: Option<BlobId>,
    /// What was worked out of it, in the caller's own shape.
    pub body: Option<String>,
}

/// What all looks of a work tree rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The newest fact that was heeded.
    pub seq: i64,
    /// A commit of which every file has been looked at.
    pub head: Option<CommitId>,
    /// Names who looked: another program may find other things.
    pub by: String,
}

/// What a look at a work tree changes.
#[derive(Debug, Clone, Default)]
pub struct Relook {
    /// New, or other than before.
    pub put: Vec<Look>,
    /// Paths of which nothing is known any more.
    pub drop: Vec<String>,
}

impl Ledger {
    /// What the looks of a work tree rest on; `None` where nobody has looked.
    pub fn looked(&self, worktree: &str) -> Result<Option<Looked>, LedgerError> {
        self.ask(|connection| looked(connection, worktree))
    }

    /// All looks of a work tree.
    pub fn looks(&self, worktree: &str) -> Result<Vec<Look>, LedgerError> {
        let rows = self.ask(|connection| {
            let sql = "SELECT path, stat, blob, body FROM looks WHERE worktree = ?1";
            let mut query = connection.prepare_cached(sql)?;
            let rows = query.query_map([worktree], read)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Keeps what was found. Where somebody else has looked since `before` was
    /// read, nothing is written: what they found may rest on other facts.
    pub fn put_looks(
        &mut self,
        worktree: &str,
        before: Option<&Looked>,
        now: &Looked,
        found: &Relook,
    ) -> Result<bool, LedgerError> {
        let began = std::time::Instant::now();
        let behavior = TransactionBehavior::Immediate;
        let write = |connection: &mut Connection| {
            let transaction = connection.transaction_with_behavior(behavior)?;
            if looked(&transaction, worktree)?.as_ref() != before {
                return Ok(false);
            }
            write(&transaction, worktree, now, found)?;
            transaction.commit()?;
            Ok(true)
        };
        write(&mut self.connection).map_err(|error| self.fault(error, began))
    }
}

fn looked(connection: &Connection, worktree: &str) -> rusqlite::Result<Option<Looked>> {
    let sql = "SELECT seq, head, by FROM looked WHERE worktree = ?1";
    let read = |row: &Row<'_>| {
        Ok(Looked {
            seq: row.get(0)?,
            head: row.get::<_, Option<String>>(1)?.and_then(CommitId::new),
            by: row.get(2)?,
        })
    };
    connection
        .prepare_cached(sql)?
        .query_row([worktree], read)
        .optional()
}

/// `None` where it makes no sense: then the file is read again.
fn read(row: &Row<'_>) -> rusqlite::Result<Option<Look>> {
    let stat: Vec<u8> = row.get(1)?;
    let blob: Option<String> = row.get(2)?;
    let (path, body) = (row.get(0)?, row.get(3)?);
    let look = |stat| Look {
        path,
        stat,
        blob: blob.and_then(BlobId::new),
        body,
    };
    Ok(Stat::from_bytes(&stat).map(look))
}

fn write(
    connection: &Connection,
    worktree: &str,
    now: &Looked,
    found: &Relook,
) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO looks VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut put = connection.prepare_cached(sql)?;
    for look in &found.put {
        let blob = look.blob.as_ref().map(BlobId::as_str);
        put.execute(params![
            worktree,
            look.path,
            look.stat.to_bytes(),
            blob,
            look.body
        ])?;
    }
    let sql = "DELETE FROM looks WHERE worktree = ?1 AND path = ?2";
    let mut drop = connection.prepare_cached(sql)?;
    for path in &found.drop {
        drop.execute([worktree, path])?;
    }
    let head = now.head.as_ref().map(CommitId::as_str);
    let row = params![worktree, now.seq, head, now.by];
    let sql = "INSERT OR REPLACE INTO looked VALUES (?1, ?2, ?3, ?4)";
    connection
        .prepare_cached(sql)?
        .execute(row)
        .map(std::mem::drop)
}
