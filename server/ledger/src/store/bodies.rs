//! What facts say, as it is stored: plain, or packed with others that read alike.
//!
//! A packed fact is the same fact, byte for byte, under the same number; only reading it costs a little more.

use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Error, Params, Result, Row, params};

use super::squeeze::{expand, squeeze};

/// The bodies of facts, which the first column of these rows holds.
pub(super) fn told(connection: &Connection, sql: &str, with: impl Params) -> Result<Vec<String>> {
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query(with)?;
    let (mut packs, mut bodies) = (Packs::of(connection), Vec::new());
    while let Some(row) = rows.next()? {
        bodies.push(packs.body(row.get_ref(0)?)?);
    }
    Ok(bodies)
}

/// Packs of bodies, of which the last one read is kept: neighbours lie in one.
pub(super) struct Packs<'a> {
    connection: &'a Connection,
    open: Option<(i64, String)>,
}

impl<'a> Packs<'a> {
    pub(super) fn of(connection: &'a Connection) -> Self {
        Packs {
            connection,
            open: None,
        }
    }

    /// The body that a value of the column stands for.
    pub(super) fn body(&mut self, value: ValueRef<'_>) -> Result<String> {
        match value {
            ValueRef::Text(text) => str::from_utf8(text)
                .map(str::to_owned)
                .map_err(|_| damage()),
            ValueRef::Blob(lies) => {
                let (pack, line) = whereabouts(lies).ok_or_else(damage)?;
                let lines = self.content(pack)?.split('\n');
                let body = lines.clone().nth(line).map(str::to_owned);
                body.ok_or_else(damage)
            }
            ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => Err(damage()),
        }
    }

    fn content(&mut self, pack: i64) -> Result<&str> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != pack) {
            let sql = "SELECT codec, content FROM packs WHERE id = ?1";
            let read = |row: &Row<'_>| expand(row.get(0)?, row.get(1)?);
            let mut query = self.connection.prepare_cached(sql)?;
            let content = query.query_row([pack], read).map_err(|error| match error {
                Error::QueryReturnedNoRows => damage(),
                error => error,
            })?;
            self.open = Some((pack, content));
        }
        Ok(self.open.as_ref().map_or("", |(_, content)| content))
    }
}

/// Facts in one pack at most, and fewest that are worth one.
const MOST: usize = 32;
const FEWEST: usize = 8;

/// Packs what these rows hold as far as it is plain: the number of a fact and its body, in an order in which
/// neighbours read alike. Call it in a transaction.
pub(super) fn pack(connection: &Connection, sql: &str, with: impl Params) -> Result<()> {
    let mut plain: Vec<(i64, String)> = Vec::new();
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query(with)?;
    while let Some(row) = rows.next()? {
        if let ValueRef::Text(text) = row.get_ref(1)?
            && let Ok(body) = str::from_utf8(text)
            && !body.contains('\n')
        {
            plain.push((row.get(0)?, body.to_owned()));
        }
    }
    for facts in plain.chunks(MOST).filter(|facts| facts.len() >= FEWEST) {
        let bodies: Vec<&str> = facts.iter().map(|(_, body)| body.as_str()).collect();
        let (codec, content) = squeeze(&bodies.join("\n"));
        let sql = "INSERT INTO packs (codec, content) VALUES (?1, ?2)";
        connection
            .prepare_cached(sql)?
            .execute(params![codec, content])?;
        let pack = connection.last_insert_rowid();
        for (line, (seq, _)) in (0_u32..).zip(facts) {
            let lies = [&pack.to_le_bytes()[..], &line.to_le_bytes()].concat();
            replace(connection, *seq, &lies)?;
        }
    }
    Ok(())
}

/// Puts a row into the place of a longer one. Where a row only becomes shorter its page stays as empty as it is then;
/// one that is taken out lets the database join pages that hold little.
fn replace(connection: &Connection, seq: i64, body: &[u8]) -> Result<()> {
    let sql = "DELETE FROM facts WHERE seq = ?1 RETURNING id, kind, person";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let mut take = connection.prepare_cached(sql)?;
    let (id, kind, person): (String, String, String) = take.query_row([seq], read)?;
    let sql = "INSERT INTO facts (seq, id, kind, person, body) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut put = connection.prepare_cached(sql)?;
    put.execute(params![seq, id, kind, person, body]).map(drop)
}

/// The pack, and the line in it.
fn whereabouts(bytes: &[u8]) -> Option<(i64, usize)> {
    let (pack, line) = bytes.split_first_chunk()?;
    let line = u32::from_le_bytes(line.try_into().ok()?);
    Some((i64::from_le_bytes(*pack), usize::try_from(line).ok()?))
}

fn damage() -> Error {
    Error::InvalidColumnType(0, "body".into(), Type::Blob)
}
