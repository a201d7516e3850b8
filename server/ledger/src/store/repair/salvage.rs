//! What can still be read of a ledger that was damaged and set aside.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign_provenance::{BlobId, Fact, FactId, Statement};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::texts::is_named;
use crate::git::ObjectFormat;
use crate::store::append::Prepared;
use crate::store::bodies::Packs;
use crate::store::open::{private, private_folder};
use crate::store::squeeze::expand;
use crate::store::{Ledger, beside, file_of, schema};
use crate::{Durability, LedgerError, Record, git, new_fact_id};

/// Facts and texts that are written at once.
const AT_ONCE: usize = 2000;

/// More rows than any ledger has.
const MOST_ROWS: i64 = 20_000_000;

/// So many rows one after the other that are not there, or cannot be read, are taken for the end.
const GAP: i64 = 100_000;

/// How the plain body of a fact begins, as this program writes it.
const BEGINS: &[u8] = br#"{"v":1,"id":""#;

/// The words of a ledger about itself that stay true of the one after it.
const ABOUT: [&str; 4] = ["born", "began", "born_tips", "loss"];

/// What was found in a damaged ledger.
#[derive(Default)]
struct Found {
    records: Vec<(Record, Option<Fact>)>,
    texts: Vec<(BlobId, Arc<String>)>,
}

impl Found {
    fn by(connection: &Connection, format: ObjectFormat) -> Self {
        Found {
            records: facts(connection),
            texts: texts(connection, format),
        }
    }
}

impl Ledger {
    /// Takes in what can still be read of the ledgers that were set aside here, and says how many facts were lacking.
    /// What cannot be read is lost: see [`Ledger::loss`].
    pub fn salvage(&mut self) -> Result<usize, LedgerError> {
        let facts = self.count_facts()?;
        for file in set_aside(&file_of(self.place())) {
            self.take_what_can_be_read(&file)?;
        }
        Ok(self.count_facts()?.saturating_sub(facts))
    }

    /// Takes in what can be read of a ledger that is open and has lost its name to this one, and says how many facts
    /// were lacking. Where that began, this began, and its loss is one still.
    pub(in crate::store) fn take_over(&mut self, old: &Ledger) -> Result<usize, LedgerError> {
        let facts = self.count_facts()?;
        self.take_found(&Found::by(
            &old.connection,
            git::object_format(self.place()),
        ))?;
        let word = |key| Some((key, old.meta(key).ok()??));
        let words: Vec<_> = ABOUT.into_iter().filter_map(word).collect();
        let words: Vec<_> = words.iter().map(|(key, word)| (*key, &**word)).collect();
        let sql = "DELETE FROM meta WHERE key IN ('born', 'began', 'born_tips')";
        self.ask(|connection| connection.execute(sql, []))?;
        self.put_meta(&words)?;
        Ok(self.count_facts()?.saturating_sub(facts))
    }

    /// Takes in what can be read of another ledger's file, with the log that lies beside it. The file stays as it is.
    pub(in crate::store) fn take_what_can_be_read(
        &mut self,
        file: &Path,
    ) -> Result<(), LedgerError> {
        let format = git::object_format(self.place());
        let found = read(file, &file_of(self.place()), format)?;
        self.take_found(&found)
    }

    /// Takes in what another ledger tells of the files below a path, which are this ledger's own.
    pub(in crate::store) fn take_what_is_below(
        &mut self,
        other: &Ledger,
        below: &str,
        format: ObjectFormat,
    ) -> Result<(), LedgerError> {
        let mut found = Found::by(&other.connection, format);
        if !below.is_empty() {
            let moved = |(record, fact): (Record, Option<Fact>)| {
                let mut fact = fact?;
                match path_of(&mut fact.statement) {
                    Some(path) => *path = path.strip_prefix(below)?.to_owned(),
                    None => return Some((record, Some(fact))),
                }
                Some((Record::of(&fact).ok()?, Some(fact)))
            };
            found.records = found.records.into_iter().filter_map(moved).collect();
        }
        self.take_found(&found)
    }

    fn take_found(&mut self, found: &Found) -> Result<(), LedgerError> {
        for texts in found.texts.chunks(AT_ONCE) {
            self.write_found(Vec::new(), texts)?;
        }
        for records in found.records.chunks(AT_ONCE) {
            self.write_found(records.to_vec(), &[])?;
        }
        Ok(())
    }

    fn write_found(
        &mut self,
        records: Vec<(Record, Option<Fact>)>,
        texts: &[(BlobId, Arc<String>)],
    ) -> Result<(), LedgerError> {
        let found = Prepared {
            records,
            snapshots: texts.into(),
            ..Prepared::default()
        };
        self.write(&found, Durability::Durable).map(drop)
    }
}

/// The path that a statement speaks of.
fn path_of(statement: &mut Statement) -> Option<&mut String> {
    match statement {
        Statement::Text(text) => Some(&mut text.path),
        Statement::Prints(prints) => Some(&mut prints.path),
        Statement::Removal(removal) => Some(&mut removal.path),
        Statement::Act(act) => Some(&mut act.path),
        Statement::Origin(_)
        | Statement::Evidence { .. }
        | Statement::Returned(_)
        | Statement::Moved(_)
        | Statement::Undo(_)
        | Statement::Began(_)
        | Statement::Pruned(_) => None,
    }
}

/// The ledgers that were set aside, the oldest first.
fn set_aside(file: &Path) -> Vec<PathBuf> {
    let numbered = (1..).map(|n: u64| beside(file, &format!(".damaged-{n}")));
    numbered.take_while(|name| name.exists()).collect()
}

/// Reads a copy, with the log that lies beside it: the file itself stays as it was found. Where its header makes no
/// sense, that of a sound ledger stands for it, so that the log can be read, too.
fn read(file: &Path, sound: &Path, format: ObjectFormat) -> Result<Found, LedgerError> {
    let folder = std::env::temp_dir().join(format!("countersign-{}", new_fact_id()));
    private_folder(&folder)?;
    let copy = folder.join("ledger.db");
    let read = || {
        for ending in ["", "-wal"] {
            let from = beside(file, ending);
            if from.exists() {
                let bytes = fs::read(&from)?;
                let mut options = fs::OpenOptions::new();
                let mut into =
                    private(options.write(true).create_new(true)).open(beside(&copy, ending))?;
                into.write_all(&bytes)?;
            }
        }
        let mut found = Found::default();
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || Connection::open_with_flags(&copy, flags);
        if open().and_then(|it| schema::version(&it)).is_err() {
            put_header(&copy, sound)?;
        }
        if let Ok(connection) = open() {
            found = Found::by(&connection, format);
        }
        carve(&fs::read(file)?, &mut found.records);
        Ok(found)
    };
    let found = read();
    let _ = fs::remove_dir_all(&folder);
    found.map_err(|error: io::Error| LedgerError::file(file, error))
}

/// Gives a database the header of another one, but for what that says of its size: the file itself tells.
fn put_header(file: &Path, sound: &Path) -> io::Result<()> {
    let mut header = [0; 100];
    File::open(sound)?.read_exact(&mut header)?;
    header[28..40].fill(0);
    File::options().write(true).open(file)?.write_all(&header)
}

/// Every fact that its row still gives. A page that makes no sense costs the rows on it.
fn facts(connection: &Connection) -> Vec<(Record, Option<Fact>)> {
    let mut packs = Packs::of(connection);
    let mut found = Vec::new();
    rows(connection, "facts", "seq", |seq| {
        let sql = "SELECT id, kind, person, body FROM facts WHERE seq = ?1";
        let mut query = connection.prepare_cached(sql)?;
        let mut rows = query.query([seq])?;
        let Some(row) = rows.next()? else {
            return Ok(false);
        };
        let told: [String; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
        let record = Record::parse(&packs.body(row.get_ref(3)?)?);
        let agrees =
            |it: &Record| it.id.to_string() == told[0] && it.kind == told[1] && it.by == told[2];
        found.extend(record.filter(agrees).map(|record| {
            let fact = record.fact();
            (record, fact)
        }));
        Ok(true)
    });
    found
}

fn texts(connection: &Connection, format: ObjectFormat) -> Vec<(BlobId, Arc<String>)> {
    let mut found = Vec::new();
    rows(connection, "snapshots", "rowid", |row| {
        let sql = "SELECT blob, codec, content FROM snapshots WHERE rowid = ?1";
        let mut query = connection.prepare_cached(sql)?;
        let text = |row: &rusqlite::Row<'_>| {
            Ok((row.get::<_, String>(0)?, expand(row.get(1)?, row.get(2)?)?))
        };
        let Some((blob, text)) = query.query_row([row], text).optional()? else {
            return Ok(false);
        };
        let is_whole = is_named(&blob, &text, format);
        let blob = BlobId::new(blob).filter(|_| is_whole);
        found.extend(blob.map(|blob| (blob, Arc::new(text))));
        Ok(true)
    });
    found
}

/// Asks for each row by its number, up to the highest that there is. `each` says whether it was there.
fn rows(
    connection: &Connection,
    table: &str,
    number: &str,
    mut each: impl FnMut(i64) -> rusqlite::Result<bool>,
) {
    let last = format!("SELECT max({number}) FROM {table}");
    let last: Option<i64> = connection.query_row(&last, [], |row| row.get(0)).ok();
    let (end, mut unread) = (last.unwrap_or(MOST_ROWS).min(MOST_ROWS), 0);
    for row in 1..=end {
        match each(row) {
            Ok(true) => unread = 0,
            Ok(false) | Err(_) => unread += 1,
        }
        if unread > GAP {
            break;
        }
    }
}

/// Looks for facts in the bytes of the file, where no row leads to them any more. Only the file itself: all that ever
/// came there was written to its end.
fn carve(bytes: &[u8], found: &mut Vec<(Record, Option<Fact>)>) {
    let mut known: HashSet<FactId> = found.iter().map(|(record, _)| record.id).collect();
    for at in memchr::memmem::find_iter(bytes, BEGINS) {
        let mut values =
            serde_json::Deserializer::from_slice(&bytes[at..]).into_iter::<serde::de::IgnoredAny>();
        if !matches!(values.next(), Some(Ok(_))) {
            continue;
        }
        let body = str::from_utf8(&bytes[at..at + values.byte_offset()]);
        let Some(record) = body.ok().and_then(Record::parse) else {
            continue;
        };
        if let Some(fact) = record.fact()
            && known.insert(record.id)
        {
            found.push((record, Some(fact)));
        }
    }
}
