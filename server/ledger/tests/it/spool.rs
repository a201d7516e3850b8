//! Batches that cannot be written wait beside the ledger and lose nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use countersign_ledger::{
    Batch, Durability, Head, Ledger, LedgerError, Pending, Place, Written, append_or_spool,
};
use countersign_provenance::{Fact, FactId, Statement};

use crate::fixture::{batch, blob_of, fact, folder, ledger_with, origin, text_fact};

const WAIT: Duration = Duration::from_millis(50);

/// Keeps the ledger from being written until it is dropped.
fn hold(place: &Place) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(place.dir.join("ledger.db")).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}

fn waiting(place: &Place) -> Vec<PathBuf> {
    let entries = fs::read_dir(place.dir.join("spool")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn full_batch() -> Batch {
    let head = Head {
        worktree: "/w".to_owned(),
        path: "a.rs".to_owned(),
        blob: Some(blob_of("text")),
        mtime_ns: 5,
        size: 4,
    };
    let pending = Pending {
        key: "k".to_owned(),
        at: 1,
        body: "{}".to_owned(),
    };
    Batch {
        facts: vec![
            origin(1),
            fact(2, Statement::Text(text_fact("text", "a.rs"))),
        ],
        snapshots: vec![(blob_of("text"), "text".to_owned().into())],
        heads: vec![head],
        event: Some("an event".to_owned()),
        pending: Some(pending),
        done_pending: None,
        basis: None,
    }
}

fn check_has_all(ledger: &Ledger, batch: &Batch) {
    for fact in &batch.facts {
        assert_eq!(ledger.fact(fact.id).unwrap().as_ref(), Some(fact));
    }
    assert_eq!(
        ledger.snapshot(&blob_of("text")).unwrap().as_deref(),
        Some("text")
    );
    assert_eq!(ledger.heads("/w").unwrap(), batch.heads);
    assert_eq!(ledger.pending("k").unwrap(), batch.pending);
    assert_eq!(ledger.last_seq().unwrap(), batch.facts.len() as i64);
}

#[test]
fn a_free_ledger_is_written_at_once() {
    let folder = folder();
    let batch = full_batch();
    assert_eq!(
        append_or_spool(&folder.place(), &batch, WAIT).unwrap(),
        Written::Ledger
    );
    assert_eq!(
        append_or_spool(&folder.place(), &batch, WAIT).unwrap(),
        Written::AlreadyTold
    );
    check_has_all(&Ledger::open(&folder.place()).unwrap(), &batch);
}

#[test]
fn a_busy_ledger_is_not_waited_for_and_the_next_opener_takes_the_batch_in() {
    let folder = folder();
    let place = folder.place();
    drop(Ledger::open(&place).unwrap());
    let held = hold(&place);
    let began = Instant::now();
    assert_eq!(
        append_or_spool(&place, &full_batch(), WAIT).unwrap(),
        Written::Spool
    );
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "a hook must not wait"
    );
    drop(held);

    check_has_all(
        &Ledger::open_existing(&place).unwrap().unwrap(),
        &full_batch(),
    );
    assert_eq!(waiting(&place), [] as [PathBuf; 0]);
}

#[test]
fn a_reader_finds_what_waits_where_there_is_no_ledger_yet() {
    let folder = folder();
    let place = folder.place();
    assert!(Ledger::open_existing(&place).unwrap().is_none());
    assert!(!place.dir.exists(), "a reader makes nothing");
    spool_while_held(&place, &full_batch());
    fs::remove_file(place.dir.join("ledger.db")).unwrap();
    let _ = fs::remove_file(place.dir.join("ledger.db-wal"));
    check_has_all(
        &Ledger::open_existing(&place).unwrap().unwrap(),
        &full_batch(),
    );
}

#[test]
fn who_reads_or_tells_has_what_waits_while_the_ledger_is_held() {
    let folder = folder();
    let place = folder.place();
    drop(Ledger::open(&place).unwrap());
    let held = hold(&place);
    append_or_spool(&place, &full_batch(), WAIT).unwrap();
    check_has_all(
        &Ledger::open_to_read(&place).unwrap().unwrap(),
        &full_batch(),
    );
    check_has_all(
        &Ledger::open_to_judge(&place).unwrap().unwrap(),
        &full_batch(),
    );
    check_has_all(&Ledger::open_for_hook(&place).unwrap(), &full_batch());
    assert_eq!(waiting(&place).len(), 1, "it goes on waiting");
    drop(held);
}

fn spool_while_held(place: &Place, batch: &Batch) -> PathBuf {
    drop(Ledger::open(place).unwrap());
    let held = hold(place);
    assert_eq!(append_or_spool(place, batch, WAIT).unwrap(), Written::Spool);
    drop(held);
    waiting(place).pop().unwrap()
}

#[test]
fn an_opener_killed_before_it_deletes_doubles_nothing() {
    let folder = folder();
    let place = folder.place();
    let unnamed = Batch {
        event: None,
        ..full_batch()
    };
    for batch in [full_batch(), unnamed] {
        let file = spool_while_held(&place, &batch);
        let json = fs::read(&file).unwrap();
        drop(Ledger::open(&place).unwrap());
        fs::write(&file, json).unwrap();
        check_has_all(&Ledger::open(&place).unwrap(), &batch);
        assert!(!file.exists());
    }
}

#[test]
fn a_writer_killed_halfway_leaves_nothing_that_is_read() {
    let folder = folder();
    let place = folder.place();
    let file = spool_while_held(&place, &full_batch());
    let half = &fs::read(&file).unwrap()[..100];
    fs::write(file.with_extension("draft"), half).unwrap();
    check_has_all(&Ledger::open(&place).unwrap(), &full_batch());
}

#[test]
fn a_batch_that_waited_does_not_turn_back_a_later_head() {
    let folder = folder();
    let place = folder.place();
    let file = spool_while_held(&place, &full_batch());
    let json = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let mut ledger = Ledger::open(&place).unwrap();
    let later = Head {
        mtime_ns: 6,
        blob: None,
        ..full_batch().heads.remove(0)
    };
    let newer = Batch {
        heads: vec![later.clone()],
        ..Batch::default()
    };
    ledger.append(&newer, Durability::Recoverable).unwrap();
    fs::write(&file, json).unwrap();
    assert_eq!(Ledger::open(&place).unwrap().heads("/w").unwrap(), [later]);
}

#[test]
fn what_cannot_be_read_is_kept_and_holds_nobody_up() {
    let folder = folder();
    let place = folder.place();
    let file = spool_while_held(&place, &full_batch());
    let bad = file.with_file_name("000-bad.json");
    fs::write(&bad, b"{\"v\":1,\xff").unwrap();
    let newer = file.with_file_name("000-newer.json");
    let json = fs::read_to_string(&file).unwrap();
    fs::write(&newer, json.replacen("\"v\":1", "\"v\":2", 1)).unwrap();
    check_has_all(&Ledger::open(&place).unwrap(), &full_batch());
    assert!(bad.with_extension("unreadable").exists());
    assert!(newer.exists());
}

#[test]
fn where_the_ledgers_folder_cannot_be_the_batch_waits_in_the_state_folder() {
    let folder = folder();
    let mut place = folder.place();
    let blocked = folder.path.join("blocked");
    fs::write(&blocked, "a file where a folder should be").unwrap();
    let good = std::mem::replace(&mut place.dir, blocked.join("countersign"));
    assert_eq!(
        append_or_spool(&place, &full_batch(), WAIT).unwrap(),
        Written::Spool
    );
    check_is_private(&place.overflow);

    place.dir = good;
    check_has_all(
        &Ledger::open_existing(&place).unwrap().unwrap(),
        &full_batch(),
    );
}

#[cfg(unix)]
fn check_is_private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder), 0o700);
    for entry in fs::read_dir(folder).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[cfg(not(unix))]
fn check_is_private(_: &Path) {}

#[test]
fn a_newer_ledger_is_left_alone_and_the_batch_waits() {
    let folder = folder();
    let place = folder.place();
    drop(ledger_with(&place, [origin(9)]));
    let db = rusqlite::Connection::open(place.dir.join("ledger.db")).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let batch: Vec<Fact> = vec![origin(1)];
    assert_eq!(
        append_or_spool(&place, &self::batch(batch), WAIT).unwrap(),
        Written::Spool
    );
    assert!(matches!(
        Ledger::open(&place),
        Err(LedgerError::Newer { .. })
    ));

    let db = rusqlite::Connection::open(place.dir.join("ledger.db")).unwrap();
    db.pragma_update(None, "user_version", countersign_ledger::SCHEMA)
        .unwrap();
    drop(db);
    assert!(
        Ledger::open(&place)
            .unwrap()
            .fact(FactId(1))
            .unwrap()
            .is_some()
    );
}
