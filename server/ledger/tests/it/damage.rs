//! Ledgers that are damaged, newer, emptied or gone.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::thread;

use countersign_ledger::{Batch, Durability, Ledger, LedgerError, Place, SCHEMA};
use countersign_provenance::FactId;
use expect_test::expect;

use crate::fixture::{batch, blob_of, folder, ledger_with, origin};

fn file(place: &Place) -> PathBuf {
    place.dir.join("ledger.db")
}

/// A ledger on disk with one fact, all of it in the file itself.
fn on_disk(place: &Place) -> PathBuf {
    drop(ledger_with(place, [origin(1)]));
    let file = file(place);
    let db = rusqlite::Connection::open(&file).unwrap();
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    file
}

fn set_aside(place: &Place) -> Vec<String> {
    let names = fs::read_dir(&place.dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| name.contains("damaged") && !name.ends_with("-shm"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_newer_ledger_is_refused_with_both_numbers() {
    let folder = folder();
    let place = folder.place();
    let file = on_disk(&place);
    let db = rusqlite::Connection::open(&file).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let before = fs::read(&file).unwrap();
    let error = Ledger::open(&place).unwrap_err();
    assert!(matches!(
        &error,
        LedgerError::Newer {
            found: 99,
            known: SCHEMA,
            ..
        }
    ));
    expect!["the ledger LEDGER was written by a newer countersign (format 99; this one reads 8)"]
        .assert_eq(
            &error
                .to_string()
                .replace(&file.display().to_string(), "LEDGER"),
        );
    expect!["upgrade countersign here, or use the newer one that wrote it"]
        .assert_eq(&error.hint());
    assert_eq!(fs::read(&file).unwrap(), before);
    assert_eq!(set_aside(&place), [] as [&str; 0]);
}

#[test]
fn damage_that_opening_does_not_meet_is_found_by_who_reads_all_of_it() {
    let folder = folder();
    let place = folder.place();
    drop(ledger_with(&place, (1..400).map(origin)));
    let file = on_disk(&place);
    let whole = Ledger::open(&place).unwrap().vitals().unwrap();
    assert!(whole.is_sound);
    assert_eq!((whole.facts, &whole.file), (399, &file));
    #[cfg(unix)]
    assert_eq!(whole.mode, Some(0o600));

    let mut bytes = fs::read(&file).unwrap();
    // In the middle, where opening does not look.
    let page = bytes.len() / 4096 * 2 / 3 * 4096;
    bytes[page..page + 4096].fill(0xaa);
    fs::write(&file, bytes).unwrap();
    let ledger = Ledger::open(&place).unwrap();
    assert_eq!(
        ledger.loss().unwrap(),
        None,
        "opening looks only where damage shows soonest"
    );
    assert!(!ledger.vitals().unwrap().is_sound);
    drop(ledger);
    assert!(Ledger::open(&place).unwrap().loss().unwrap().is_some());
}

#[test]
fn an_agent_was_last_heard_when_it_began_or_ended_something() {
    let folder = folder();
    let place = folder.place();
    let mut ledger = Ledger::open(&place).unwrap();
    assert_eq!(ledger.last_heard("claude-code").unwrap(), None);
    let begun = |agent: &str, at| countersign_ledger::Pending {
        key: format!("{agent}\nsession\ncall"),
        at,
        body: "{}".to_owned(),
    };
    ledger.put_pending(begun("claude-code", 5)).unwrap();
    ledger.put_pending(begun("claude-code-2", 7)).unwrap();
    assert_eq!(ledger.last_heard("claude-code").unwrap(), Some(5));
    let told = Batch {
        event: Some("claude-code\nsession\nother".to_owned()),
        ..Batch::default()
    };
    ledger.append(&told, Durability::Recoverable).unwrap();
    assert!(ledger.last_heard("claude-code").unwrap() > Some(5));
}

#[test]
fn a_damaged_ledger_is_set_aside_and_the_loss_is_told_until_it_is_accepted() {
    let folder = folder();
    let place = folder.place();
    let file = on_disk(&place);
    fs::write(
        &file,
        "this is no database, though it is long enough".repeat(200),
    )
    .unwrap();
    let mut ledger = Ledger::open(&place).unwrap();
    let loss = ledger.loss().unwrap().unwrap();
    assert_eq!(loss.set_aside, place.dir.join("ledger.db.damaged-1"));
    assert!(
        fs::read_to_string(&loss.set_aside)
            .unwrap()
            .starts_with("this is no database")
    );
    assert_eq!(ledger.fact(FactId(1)).unwrap(), None);
    ledger
        .append(&batch([origin(2)]), Durability::Durable)
        .unwrap();
    drop(ledger);

    let mut again = Ledger::open(&place).unwrap();
    assert_eq!(again.loss().unwrap(), Some(loss));
    again.accept_loss().unwrap();
    assert_eq!(again.loss().unwrap(), None);
    assert!(again.fact(FactId(2)).unwrap().is_some());
    assert_eq!(set_aside(&place).len(), 1);
}

#[test]
fn openers_at_once_set_a_damaged_ledger_aside_once() {
    let folder = folder();
    let place = folder.place();
    for round in 1..=10 {
        let file = on_disk(&place);
        fs::write(&file, "no database".repeat(1000)).unwrap();
        let start = Barrier::new(4);
        thread::scope(|scope| {
            for writer in 0..4 {
                let (place, start) = (&place, &start);
                scope.spawn(move || {
                    start.wait();
                    let mut ledger = Ledger::open(place).unwrap();
                    let fact = origin(round * 100 + writer);
                    ledger
                        .append(&batch([fact]), Durability::Recoverable)
                        .unwrap();
                });
            }
        });
        let ledger = Ledger::open(&place).unwrap();
        let written: Vec<FactId> = (0..4).map(|writer| FactId(round * 100 + writer)).collect();
        assert_eq!(ledger.origins(&written).unwrap().len(), 4);
        assert_eq!(set_aside(&place).len(), round as usize);
    }
}

#[test]
fn a_ledger_that_was_emptied_is_a_loss() {
    let folder = folder();
    let place = folder.place();
    fs::write(on_disk(&place), "").unwrap();
    assert!(Ledger::open(&place).unwrap().loss().unwrap().is_some());
}

#[test]
fn a_log_whose_ledger_is_gone_is_not_taken_for_the_new_ones() {
    let folder = folder();
    let place = folder.place();
    drop(ledger_with(&place, (1..50).map(origin)));
    fs::remove_file(file(&place)).unwrap();
    let mut ledger = Ledger::open(&place).unwrap();
    assert!(ledger.loss().unwrap().is_some());
    assert_eq!(set_aside(&place), ["ledger.db.damaged-1-wal"]);
    ledger
        .append(&batch([origin(1)]), Durability::Durable)
        .unwrap();
    assert_eq!(ledger.last_seq().unwrap(), 1);
}

#[test]
fn damage_deep_inside_is_told_and_the_next_opener_sets_the_ledger_aside() {
    let folder = folder();
    let place = folder.place();
    // Most of the file are texts, so that the damage is in them.
    let word = |n: u64| format!("{:x} ", n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let text = |n: u64| (n * 100..n * 100 + 100).map(word).collect();
    let texts: Vec<String> = (1..200).map(text).collect();
    let mut ledger = Ledger::open(&place).unwrap();
    let snapshots = texts
        .iter()
        .map(|text| (blob_of(text), text.clone().into()))
        .collect();
    ledger
        .append(
            &Batch {
                snapshots,
                ..Batch::default()
            },
            Durability::Durable,
        )
        .unwrap();
    drop(ledger);
    let file = on_disk(&place);
    let mut bytes = fs::read(&file).unwrap();
    let end = bytes.len();
    bytes[end / 2..].fill(0xa5);
    fs::write(&file, bytes).unwrap();

    let ledger = Ledger::open(&place).unwrap();
    let read = |ledger: &Ledger| {
        texts
            .iter()
            .map(|text| ledger.snapshot(&blob_of(text)))
            .collect::<Result<Vec<_>, _>>()
    };
    let error = read(&ledger).unwrap_err();
    assert!(matches!(error, LedgerError::Damaged { .. }), "{error}");
    drop(ledger);
    let ledger = Ledger::open(&place).unwrap();
    assert!(ledger.loss().unwrap().is_some());
    assert!(read(&ledger).is_ok());
}

#[test]
fn a_ledger_open_elsewhere_while_set_aside_is_opened_anew_to_write() {
    let folder = folder();
    let place = folder.place();
    let mut old = ledger_with(&place, [origin(1)]);
    fs::write(place.dir.join("ledger.db.suspect"), "").unwrap();
    for ending in ["", "-wal", "-shm"] {
        let name = |stem: &str| place.dir.join(format!("{stem}{ending}"));
        fs::rename(name("ledger.db"), name("ledger.db.damaged-1")).unwrap();
    }
    let new = Ledger::open(&place).unwrap();
    assert!(!old.is_current());
    old.append(&batch([origin(2)]), Durability::Durable)
        .unwrap();
    assert!(old.is_current());
    assert!(new.fact(FactId(2)).unwrap().is_some());
}

#[test]
fn an_unfinished_ledger_of_a_killed_process_is_cleared_away() {
    let folder = folder();
    let place = folder.place();
    fs::create_dir_all(&place.dir).unwrap();
    fs::write(place.dir.join("ledger.db.new-1"), "half").unwrap();
    let ledger = Ledger::open(&place).unwrap();
    assert_eq!(ledger.loss().unwrap(), None);
    let drafts = fs::read_dir(&place.dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    assert_eq!(
        drafts
            .filter(|name| name.to_string_lossy().contains("new-"))
            .count(),
        0
    );
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let place = folder.place();
    let ledger = ledger_with(&place, [origin(1)]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place.dir), 0o700);
    for entry in fs::read_dir(&place.dir).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    drop(ledger);
}

#[cfg(unix)]
#[test]
fn what_a_deleted_ledger_held_is_written_into_the_one_that_has_its_name_by_whoever_has_it_open() {
    let folder = folder();
    let place = folder.place();
    let mut old = ledger_with(&place, (1..50).map(origin));
    assert_eq!(old.renew().unwrap(), None);
    for ending in ["", "-wal", "-shm"] {
        fs::remove_file(place.dir.join(format!("ledger.db{ending}"))).unwrap();
    }
    let new = ledger_with(&place, [origin(49), origin(50)]);
    old.append(&batch([origin(51)]), Durability::Durable)
        .unwrap();
    assert!(old.is_current());
    assert_eq!(new.count_facts().unwrap(), 51);
    assert_eq!(old.renew().unwrap(), Some(48), "told once");
    assert_eq!(old.renew().unwrap(), None);
}

#[test]
fn a_deleted_repository_is_not_made_again() {
    let folder = folder();
    let git = folder.place().dir.join("project/.git");
    let place = Place {
        dir: git.join("countersign"),
        common_dir: Some(git.clone()),
        ..folder.place()
    };
    let error = Ledger::open(&place).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the repository of {} is gone", git.display())
    );
    let wait = std::time::Duration::ZERO;
    let spooled = countersign_ledger::append_or_spool(&place, &batch([origin(1)]), wait);
    assert_eq!(spooled.unwrap(), countersign_ledger::Written::Spool);
    assert!(!git.exists());
}
