//! Opening: an existing ledger without any lock, else one made whole under a
//! temporary name and then renamed, so that nobody ever meets half a ledger.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::connection::{Patience, connect, connect_frozen, wait_with};
use super::{Ledger, SCHEMA, adopt, beside, damage, fault, file_of, identity, lock, schema};
use crate::git::{self, CommitId};
use crate::{LedgerError, Loss, Place, new_fact_id, spool};

/// What stands where the ledger should be.
enum Found {
    Ready(Connection),
    Older,
    Damaged,
    Missing,
}

/// What a ledger is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// What is written stays.
    Acts,
    /// All that is known counts, also what waits beside a ledger that another program holds. What is written
    /// may be lost.
    Reading,
}

impl Purpose {
    pub(super) fn patience(self) -> Patience {
        match self {
            Purpose::Acts => Patience::PEOPLE,
            Purpose::Reading => Patience::READERS,
        }
    }
}

impl Ledger {
    /// Opens the ledger of a place. Makes one where there is none, takes in
    /// the spool, and sets a damaged ledger aside (see [`Ledger::loss`]).
    pub fn open(place: &Place) -> Result<Ledger, LedgerError> {
        Ledger::open_within(place, Patience::PEOPLE)
    }

    /// For readers: makes nothing. `None` where nothing was ever written.
    pub fn open_existing(place: &Place) -> Result<Option<Ledger>, LedgerError> {
        Ledger::open_for(place, Purpose::Acts)
    }

    pub(crate) fn open_for(place: &Place, purpose: Purpose) -> Result<Option<Ledger>, LedgerError> {
        let open = || Ledger::open_within(place, purpose.patience())?.fit_for(purpose);
        is_there(place).then(open).transpose()
    }

    pub(crate) fn open_within(place: &Place, patience: Patience) -> Result<Ledger, LedgerError> {
        let file = file_of(place);
        let began = Instant::now();
        let mut connection = match look(&file, patience.opening())? {
            Found::Ready(connection) => connection,
            _ => make(place, &file, patience.opening())?,
        };
        let waited = wait_with(&mut connection, patience)
            .map_err(|error| fault::worded(error, &file, began.elapsed()))?;
        let (place, file) = (place.clone(), identity(&file));
        let mut ledger = Ledger {
            connection,
            place,
            patience,
            waited,
            file,
            taken_over: None,
            scratch: None,
        };
        if let Err(error) = spool::take_in(&mut ledger) {
            tracing::warn!(%error, "what waits beside the ledger stays there for now");
        }
        Ok(ledger)
    }

    /// Where a damaged ledger was set aside and nobody has accepted the loss.
    pub fn loss(&self) -> Result<Option<Loss>, LedgerError> {
        let value = self.meta("loss")?;
        let loss = value.and_then(|value| serde_json::from_str::<(PathBuf, i64)>(&value).ok());
        Ok(loss.map(|(set_aside, at)| Loss { set_aside, at }))
    }

    /// The commit at which this ledger began: what stood in it then, no fact
    /// speaks of. `None` where that is not known, or was before the first commit.
    pub fn born(&self) -> Result<Option<CommitId>, LedgerError> {
        Ok(self.meta("born")?.and_then(CommitId::new))
    }

    /// Where this very ledger began, as hex; empty where that was before the first
    /// commit. `None` where it began with what others know, or anew after damage.
    pub(crate) fn own_beginning(&self) -> Result<Option<String>, LedgerError> {
        self.meta("began")
    }

    /// All commits that had a name then.
    pub fn born_tips(&self) -> Result<Vec<CommitId>, LedgerError> {
        let value = self.meta("born_tips")?.unwrap_or_default();
        Ok(value.split(' ').filter_map(CommitId::new).collect())
    }

    /// What the last look at branches rested on, in the caller's own words.
    pub fn looked_at_branches(&self) -> Result<Option<String>, LedgerError> {
        self.meta("looked_at_branches")
    }

    /// Remembers that.
    pub fn put_looked_at_branches(&mut self, basis: &str) -> Result<(), LedgerError> {
        self.put_meta(&[("looked_at_branches", basis)])
    }

    /// A word that the ledger keeps about itself.
    pub(crate) fn meta(&self, key: &str) -> Result<Option<String>, LedgerError> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
                .query_row([key], |row| row.get(0))
                .optional()
        })
    }

    /// Keeps such words.
    pub(crate) fn put_meta(&mut self, words: &[(&str, &str)]) -> Result<(), LedgerError> {
        let keys: Vec<_> = words.iter().collect();
        let words = serde_json::to_string(&keys).unwrap_or_default();
        self.ask(|connection| {
            let sql = "INSERT OR REPLACE INTO meta
                       SELECT value ->> 0, value ->> 1 FROM json_each(?1)";
            connection.execute(sql, [words])
        })?;
        Ok(())
    }

    /// The person knows that facts may be missing.
    pub fn accept_loss(&mut self) -> Result<(), LedgerError> {
        self.accept_spool()?;
        self.ask(|connection| connection.execute("DELETE FROM meta WHERE key = 'loss'", []))?;
        Ok(())
    }
}

/// Whether anything was ever written.
fn is_there(place: &Place) -> bool {
    let file = file_of(place);
    file.exists()
        || beside(&file, "-wal").exists()
        || spool::waits(place)
        || adopt::Before::of(place).is_ok_and(|before| before.is_some())
}

/// Makes a new file readable for its owner only.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Makes the folder of a ledger, but not the repository around it: whoever still knows of one that was deleted would
/// leave something that git takes for its folder.
pub(crate) fn home(place: &Place) -> Result<(), LedgerError> {
    match &place.common_dir {
        // It may be a dangling symlink.
        Some(git) if git.join("HEAD").symlink_metadata().is_err() => {
            Err(LedgerError::NoRepository { path: git.clone() })
        }
        _ => private_folder(&place.dir),
    }
}

/// Makes a folder, readable for its owner only.
pub(crate) fn private_folder(folder: &Path) -> Result<(), LedgerError> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .recursive(true)
        .create(folder)
        .map_err(|error| LedgerError::file(folder, error))
}

fn look(file: &Path, patience: Patience) -> Result<Found, LedgerError> {
    let before = identity(file);
    if !file.exists() {
        return Ok(Found::Missing);
    }
    let began = Instant::now();
    let checked = checked(file, patience);
    // Another opener set it aside meanwhile: the file may be the old one and
    // its log the new one. Whoever finds nothing looks again under the lock.
    if !file.exists() || identity(file) != before {
        return Ok(Found::Missing);
    }
    match checked {
        Ok((connection, version)) => sorted_out(file, connection, version),
        Err(error) if fault::is_damage(&error) => Ok(Found::Damaged),
        Err(error) => Err(fault::worded(error, file, began.elapsed())),
    }
}

fn sorted_out(file: &Path, connection: Connection, version: i64) -> Result<Found, LedgerError> {
    let path = file.to_owned();
    match version {
        SCHEMA => Ok(Found::Ready(connection)),
        // A ledger gets its name when it is whole, so one without a format was emptied.
        ..=0 => Ok(Found::Damaged),
        found if found < SCHEMA => Ok(Found::Older),
        found => Err(LedgerError::Newer {
            path,
            found,
            known: SCHEMA,
        }),
    }
}

/// Opens the file and looks where damage shows soonest.
fn checked(file: &Path, patience: Patience) -> rusqlite::Result<(Connection, i64)> {
    let connection = connect(file, patience)?;
    let version = match schema::version(&connection) {
        Err(error) if fault::is_frozen(&error) => return frozen(file),
        other => other?,
    };
    if version == SCHEMA {
        cheap_check(&connection)?;
    }
    if damage::is_suspect(file) {
        if !damage::is_sound(&connection)? {
            return Ok((connection, 0));
        }
        damage::clear(file);
    }
    Ok((connection, version))
}

fn frozen(file: &Path) -> rusqlite::Result<(Connection, i64)> {
    let connection = connect_frozen(file)?;
    let version = schema::version(&connection)?;
    Ok((connection, version))
}

/// The schema, and the newest leaf of the facts.
fn cheap_check(connection: &Connection) -> rusqlite::Result<()> {
    let sql = "SELECT length(body) FROM facts ORDER BY seq DESC LIMIT 1";
    connection
        .prepare_cached(sql)?
        .query_row([], |row| row.get::<_, i64>(0))
        .optional()?;
    Ok(())
}

/// Under the lock, looks again and does what is needed.
fn make(place: &Place, file: &Path, patience: Patience) -> Result<Connection, LedgerError> {
    home(place)?;
    let _lock = lock::lock(file, patience)?;
    let log_without_ledger = beside(file, "-wal").exists();
    match look(file, patience)? {
        Found::Ready(connection) => return Ok(connection),
        Found::Older => return migrated(file, patience),
        Found::Missing if !log_without_ledger => match adopt::Before::of(place)? {
            Some(before) => before.adopt(file, patience)?,
            None => create(file, beginning(place))?,
        },
        Found::Missing | Found::Damaged => {
            let loss = Loss {
                set_aside: damage::set_aside(file)?,
                at: now(),
            };
            create(file, Beginning::After(loss))?;
        }
    }
    let began = Instant::now();
    connect(file, patience).map_err(|error| fault::worded(error, file, began.elapsed()))
}

fn migrated(file: &Path, patience: Patience) -> Result<Connection, LedgerError> {
    let began = Instant::now();
    let migrated = || {
        let mut connection = connect(file, patience)?;
        schema::migrate(&mut connection)?;
        Ok(connection)
    };
    migrated().map_err(|error| fault::worded(error, file, began.elapsed()))
}

/// How a ledger begins.
enum Beginning {
    /// As the first of its repository, at this commit.
    At {
        head: Option<CommitId>,
        tips: Vec<CommitId>,
    },
    /// With what others know: they began before, and their notes say where.
    WithNotes,
    /// In the place of a damaged one.
    After(Loss),
}

fn beginning(place: &Place) -> Beginning {
    if git::SharedNotes::of(place)
        .tip()
        .is_ok_and(|tip| tip.is_some())
    {
        return Beginning::WithNotes;
    }
    let head = place
        .git_dir
        .as_ref()
        .and_then(|_| git::rev_parse(place, "HEAD").ok());
    let mut tips: Vec<CommitId> = Vec::new();
    if head.is_some() {
        let refs = git::refs(place).unwrap_or_default();
        tips.extend(refs.into_iter().map(|(_, tip)| tip).chain(head.clone()));
    }
    tips.sort();
    tips.dedup();
    Beginning::At { head, tips }
}

/// Makes a whole ledger and then gives it its name. Only under the lock.
fn create(file: &Path, beginning: Beginning) -> Result<(), LedgerError> {
    remove_unfinished(file);
    let draft = unfinished(file);
    private(OpenOptions::new().write(true).create_new(true))
        .open(&draft)
        .map_err(|error| LedgerError::file(&draft, error))?;
    let began = Instant::now();
    fill(&draft, &beginning).map_err(|error| fault::worded(error, file, began.elapsed()))?;
    finish(&draft, file)
}

fn fill(draft: &Path, beginning: &Beginning) -> rusqlite::Result<()> {
    let mut connection = connect(draft, Patience::PEOPLE)?;
    schema::migrate(&mut connection)?;
    let put = |key: &str, value: &str| {
        connection.execute("INSERT INTO meta VALUES (?1, ?2)", params![key, value])
    };
    match beginning {
        Beginning::At { head, tips } => {
            let head = head.as_ref().map_or("", CommitId::as_str);
            put("born", head)?;
            put("began", head)?;
            let tips: Vec<&str> = tips.iter().map(CommitId::as_str).collect();
            put("born_tips", &tips.join(" "))?;
        }
        Beginning::WithNotes => {}
        Beginning::After(loss) => {
            let loss = serde_json::to_string(&(&loss.set_aside, loss.at)).unwrap_or_default();
            put("loss", &loss)?;
        }
    }
    // Last, so that all of it stands in the file itself and not in a log.
    // Network disks refuse: the default, a journal, works there too.
    let mode = connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get::<_, String>(0));
    if !mode.is_ok_and(|mode| mode == "wal") {
        tracing::info!("this disk allows no write-ahead log; a journal does");
    }
    connection.close().map_err(|(_, error)| error)
}

/// Names for a ledger that is being made.
pub(super) fn unfinished(file: &Path) -> PathBuf {
    beside(file, &format!(".new-{}", new_fact_id()))
}

/// Gives a ledger that is whole its name.
pub(super) fn finish(draft: &Path, file: &Path) -> Result<(), LedgerError> {
    fs::rename(draft, file).map_err(|error| LedgerError::file(file, error))?;
    remove_unfinished(file);
    // The new name must outlive a power cut as well; where a folder cannot be
    // synchronised, the system does it in its own time.
    let _ = File::open(file.parent().unwrap_or(file)).and_then(|folder| folder.sync_all());
    Ok(())
}

/// What a process left that was killed while it made a ledger.
fn remove_unfinished(file: &Path) {
    let prefix = beside(file, ".new-");
    let Some(folder) = file.parent() else { return };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry
            .path()
            .as_os_str()
            .as_encoded_bytes()
            .starts_with(prefix.as_os_str().as_encoded_bytes())
        {
            // It is a file or a folder.
            let _ = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path()));
        }
    }
}

/// UTC milliseconds since 1970, for housekeeping. Never in a fact.
#[expect(
    clippy::disallowed_methods,
    reason = "no caller is there to pass the time in"
)]
pub(crate) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
