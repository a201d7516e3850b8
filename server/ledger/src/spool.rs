//! Batches that wait beside the ledger while it cannot be written.
//!
//! Each is a file of its own, written under a name that nobody reads and then
//! renamed. So writers need no lock, a crash leaves a whole batch or none, and
//! an opener that dies after taking one in merely meets it again: its event is
//! known by then.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_provenance::BlobId;
use serde::{Deserialize, Serialize};

use crate::store::{HeadsRule, Patience, Prepared, home, now, private, private_folder};
use crate::{
    Appended, Batch, Durability, Head, Ledger, LedgerError, Pending, Place, Record, Written,
    new_fact_id,
};

const VERSION: u32 = 1;

/// Work tree, path, blob, time of change, size.
type WaitingHead = (String, String, Option<String>, i64, u64);

/// A batch as JSON.
#[derive(Serialize, Deserialize)]
struct Waiting {
    v: u32,
    /// Each a record, as text.
    facts: Vec<String>,
    snapshots: Vec<(String, String)>,
    heads: Vec<WaitingHead>,
    event: Option<String>,
    pending: Option<(String, i64, String)>,
    done_pending: Option<String>,
}

/// Appends a batch if that can be done within `wait`; else leaves it beside
/// the ledger, where the next opener takes it in. For hooks, which must never
/// keep their agent waiting.
pub fn append_or_spool(
    place: &Place,
    batch: &Batch,
    wait: Duration,
) -> Result<Written, LedgerError> {
    let patience = Patience::Until(Instant::now() + wait);
    let appended = Ledger::open_within(place, patience)
        .and_then(|mut ledger| ledger.append(batch, Durability::Recoverable));
    written(place, batch, appended)
}

impl Ledger {
    /// Like [`append_or_spool`], for one that [`Ledger::open_for_hook`] opened.
    pub fn append_or_spool(&mut self, batch: &Batch) -> Result<Written, LedgerError> {
        if let Some(home) = self.home_of_copy() {
            return put(home, batch).map(|()| Written::Spool);
        }
        let appended = self.append(batch, Durability::Recoverable);
        written(&self.place().clone(), batch, appended)
    }
}

fn written(
    place: &Place,
    batch: &Batch,
    appended: Result<Appended, LedgerError>,
) -> Result<Written, LedgerError> {
    match appended {
        Ok(Appended::Now) => Ok(Written::Ledger),
        Ok(Appended::AlreadyTold) => Ok(Written::AlreadyTold),
        Ok(Appended::Outdated) => Ok(Written::Outdated),
        Err(error @ LedgerError::TooLarge { .. }) => Err(error),
        Err(error) => {
            tracing::info!(%error, "the batch waits beside the ledger");
            put(place, batch).map(|()| Written::Spool)
        }
    }
}

/// What lies beside a ledger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spooled {
    /// Batches that the next opener takes in.
    pub waiting: usize,
    /// Batches that nobody could read, and that were kept.
    pub unreadable: usize,
    /// Those of which [`Ledger::mend_spool`] took in what it could read.
    pub set_aside: usize,
}

/// A batch that could not be read as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// Its facts that could be read and were taken in, also where they were known.
    pub facts: usize,
    /// Where the file lies now; `None` where all of it could be read after all.
    pub set_aside: Option<PathBuf>,
}

/// Counts what lies beside a ledger.
pub fn spooled(place: &Place) -> Spooled {
    Spooled {
        waiting: waiting(place).len(),
        unreadable: ending_in(place, UNREADABLE).len(),
        set_aside: ending_in(place, SET_ASIDE).len(),
    }
}

/// How the names of files end that nobody takes in: of which nothing was read yet, of which the rest is lost, and of
/// which a person knows that.
const UNREADABLE: &str = "unreadable";
const SET_ASIDE: &str = "set-aside";
const ACCEPTED: &str = "accepted";

impl Ledger {
    /// Takes in what can be read of batches that could not be read as a whole, and sets the rest aside.
    pub fn mend_spool(&mut self) -> Result<Vec<Salvaged>, LedgerError> {
        let files = ending_in(self.place(), UNREADABLE);
        files.iter().map(|file| salvage(self, file)).collect()
    }

    /// A person knows that the rest of the batches that were set aside is lost. The files stay.
    pub(crate) fn accept_spool(&self) -> Result<(), LedgerError> {
        let files = ending_in(self.place(), SET_ASIDE).into_iter();
        files.into_iter().try_for_each(|file| {
            fs::rename(&file, file.with_extension(ACCEPTED))
                .map_err(|error| LedgerError::file(&file, error))
        })
    }
}

fn salvage(ledger: &mut Ledger, file: &Path) -> Result<Salvaged, LedgerError> {
    let bytes = fs::read(file).map_err(|error| LedgerError::file(file, error))?;
    let whole = str::from_utf8(&bytes).ok();
    let whole = whole.and_then(|json| decode(json).ok().flatten());
    if let Some(batch) = whole {
        let facts = batch.records.len();
        ledger.write(&batch, Durability::Durable)?;
        remove(file)?;
        return Ok(Salvaged {
            facts,
            set_aside: None,
        });
    }
    let records = carved(&bytes);
    let facts = records.len();
    ledger.take_in(&records)?;
    let set_aside = file.with_extension(SET_ASIDE);
    fs::rename(file, &set_aside).map_err(|error| LedgerError::file(file, error))?;
    Ok(Salvaged {
        facts,
        set_aside: Some(set_aside),
    })
}

/// The facts of a batch that has lost its beginning, its end or some of its middle: each is a string of its own.
fn carved(bytes: &[u8]) -> Vec<Record> {
    const BEGINS: &[u8] = br#""{\"v\":"#;
    let fact = |at: usize| {
        let mut strings = serde_json::Deserializer::from_slice(&bytes[at..]).into_iter::<String>();
        Record::parse(&strings.next()?.ok()?).filter(|record| record.fact().is_some())
    };
    memchr::memmem::find_iter(bytes, BEGINS)
        .filter_map(fact)
        .collect()
}

/// Whether anything waits.
pub(crate) fn waits(place: &Place) -> bool {
    !waiting(place).is_empty()
}

/// Takes in what waits, oldest first as far as clocks can tell.
pub(crate) fn take_in(ledger: &mut Ledger) -> Result<(), LedgerError> {
    for file in waiting(ledger.place()) {
        take_in_one(ledger, &file)?;
    }
    Ok(())
}

/// Writes what waits for one ledger into a copy of it; it goes on waiting.
pub(crate) fn read_in(copy: &mut Ledger, home: &Place) -> Result<(), LedgerError> {
    for file in waiting(home) {
        let batch = fs::read_to_string(&file)
            .ok()
            .and_then(|json| decode(&json).ok().flatten());
        if let Some(batch) = batch {
            copy.write(&batch, Durability::Recoverable)?;
        }
    }
    Ok(())
}

fn folders(place: &Place) -> [PathBuf; 2] {
    [place.dir.join("spool"), place.overflow.clone()]
}

fn put(place: &Place, batch: &Batch) -> Result<(), LedgerError> {
    let json = encode(batch)?;
    let [near, far] = folders(place);
    let beside = home(place).and_then(|()| put_into(&near, &json));
    beside.or_else(|_| put_into(&far, &json))
}

fn put_into(folder: &Path, json: &str) -> Result<(), LedgerError> {
    private_folder(folder)?;
    let name = format!("{:015}-{}", now(), new_fact_id());
    let draft = folder.join(format!("{name}.draft"));
    let write = || -> io::Result<()> {
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&draft)?;
        file.write_all(json.as_bytes())?;
        file.sync_data()?;
        fs::rename(&draft, folder.join(format!("{name}.json")))
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&draft);
        LedgerError::file(folder, error)
    })
}

fn waiting(place: &Place) -> Vec<PathBuf> {
    ending_in(place, "json")
}

fn ending_in(place: &Place, wanted: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = folders(place)
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == wanted))
        .collect();
    files.sort_by(|one, other| one.file_name().cmp(&other.file_name()));
    files
}

fn take_in_one(ledger: &mut Ledger, file: &Path) -> Result<(), LedgerError> {
    let json = match fs::read_to_string(file) {
        Ok(json) => json,
        // Another opener was faster.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return keep_unread(file, &error),
    };
    match decode(&json) {
        Ok(Some(mut batch)) => {
            // Without a name of its own it would be written again if we died
            // before the file is gone.
            batch
                .event
                .get_or_insert_with(|| format!("spool {}", name_of(file)));
            ledger.write(&batch, Durability::Durable)?;
            remove(file)
        }
        // A later program wrote it and will take it in.
        Ok(None) => Ok(()),
        Err(error) => keep_unread(file, &error),
    }
}

fn name_of(file: &Path) -> String {
    file.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn remove(file: &Path) -> Result<(), LedgerError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(LedgerError::file(file, error))
        }
        _ => Ok(()),
    }
}

/// What cannot be read is kept, out of the way of the rest.
fn keep_unread(file: &Path, why: &dyn std::error::Error) -> Result<(), LedgerError> {
    tracing::warn!(file = %file.display(), %why, "a waiting batch cannot be read; it is kept");
    fs::rename(file, file.with_extension(UNREADABLE))
        .map_err(|error| LedgerError::file(file, error))
}

fn encode(batch: &Batch) -> Result<String, LedgerError> {
    let facts: Result<_, _> = batch
        .facts
        .iter()
        .map(|fact| Record::of(fact).map(|record| record.body))
        .collect();
    let head = |head: &Head| {
        let blob = head.blob.as_ref().map(BlobId::to_string);
        (
            head.worktree.clone(),
            head.path.clone(),
            blob,
            head.mtime_ns,
            head.size,
        )
    };
    let snapshot = |(blob, text): &(BlobId, Arc<String>)| (blob.to_string(), text.to_string());
    let waiting = Waiting {
        v: VERSION,
        facts: facts?,
        snapshots: batch.snapshots.iter().map(snapshot).collect(),
        heads: batch.heads.iter().map(head).collect(),
        event: batch.event.clone(),
        pending: batch
            .pending
            .clone()
            .map(|pending| (pending.key, pending.at, pending.body)),
        done_pending: batch.done_pending.clone(),
    };
    Ok(serde_json::to_string(&waiting).expect("strings, numbers and lists are JSON"))
}

/// `None` where a later program wrote it.
fn decode(json: &str) -> serde_json::Result<Option<Prepared<'static>>> {
    let waiting: Waiting = serde_json::from_str(json)?;
    if waiting.v > VERSION {
        return Ok(None);
    }
    let records = waiting.facts.iter().filter_map(|body| Record::parse(body));
    let snapshot = |(blob, text): (String, String)| Some((BlobId::new(blob)?, Arc::new(text)));
    Ok(Some(Prepared {
        records: records
            .map(|record| (record.clone(), record.fact()))
            .collect(),
        snapshots: waiting.snapshots.into_iter().filter_map(snapshot).collect(),
        heads: waiting.heads.into_iter().filter_map(waiting_head).collect(),
        event: waiting.event,
        pending: waiting
            .pending
            .map(|(key, at, body)| Pending { key, at, body }),
        done_pending: waiting.done_pending,
        basis: None,
        heads_rule: HeadsRule::KeepLater,
    }))
}

fn waiting_head((worktree, path, blob, mtime_ns, size): WaitingHead) -> Option<Head> {
    let blob = match blob {
        Some(hex) => Some(BlobId::new(hex)?),
        None => None,
    };
    Some(Head {
        worktree,
        path,
        blob,
        mtime_ns,
        size,
    })
}
