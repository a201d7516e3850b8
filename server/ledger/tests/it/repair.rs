//! What does not agree with the facts is found and made anew from them; what can still be read is taken in.

use std::fs::{self, File, Permissions};
use std::path::PathBuf;
use std::time::SystemTime;

use countersign_ledger::{Ledger, Pending, Place, Wear, spooled, strays, tidy};
use countersign_provenance::{ActKind, FactId, Statement};
use rusqlite::Connection;

use crate::fixture::{
    Folder, act, batch, blob_of, fact, folder, ledger_with, origin, some_removal, text_fact, undo,
};

const WEEKS: i64 = 100 * 24 * 60 * 60 * 1000;

fn file(place: &Place) -> PathBuf {
    place.dir.join("ledger.db")
}

fn db(place: &Place) -> Connection {
    Connection::open(file(place)).unwrap()
}

/// A ledger with a fact of each kind that is found again by rows of its own.
fn full(folder: &Folder) -> Ledger {
    let text = (0..60).map(|n| format!("word_{n} ")).collect::<String>();
    let mut told = text_fact(&text, "src/a.rs");
    told.regions.spans[0].bytes = 0..400;
    let facts = [
        origin(1),
        fact(2, Statement::Removal(some_removal("src/a.rs"))),
        fact(3, Statement::Text(told)),
        act(4, ActKind::Confirm, &[1], &[2]),
        undo(5, 4),
        fact(6, Statement::Returned(FactId(2))),
    ];
    let mut all = batch(facts);
    all.snapshots = vec![(blob_of(&text), text.into())];
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    let durability = countersign_ledger::Durability::Recoverable;
    ledger.append(&all, durability).unwrap();
    ledger
}

/// Spoils the ledger with `sql`; `found` is what is found then, and again by who mends it, and nothing after that.
#[track_caller]
fn check(sql: &str, found: Wear) {
    let folder = folder();
    let mut ledger = full(&folder);
    assert_eq!(ledger.wear(0).unwrap(), Wear::default());
    let spoilt = db(&folder.place());
    spoilt.execute_batch(sql).unwrap();
    assert_eq!(ledger.wear(0).unwrap(), found, "{sql}");
    assert_eq!(ledger.mend(0).unwrap(), found, "{sql}");
    assert_eq!(ledger.wear(0).unwrap(), Wear::default(), "{sql}");
    assert_eq!(ledger.count_facts().unwrap(), 6);
}

fn rows(rows: usize) -> Wear {
    Wear {
        rows,
        ..Wear::default()
    }
}

#[test]
fn rows_that_find_facts_are_made_anew() {
    for table in ["texts", "act_on", "undone", "removals", "returned", "named"] {
        let many = if matches!(table, "act_on" | "named") {
            2
        } else {
            1
        };
        check(&format!("DELETE FROM {table}"), rows(many));
    }
    check("UPDATE texts SET path = 'src/b.rs'", rows(2));
    check("INSERT INTO undone VALUES ('no such fact', 77)", rows(1));
}

#[test]
fn hashes_are_found_again() {
    let hashes = |hashes| Wear {
        hashes,
        ..Wear::default()
    };
    check("DELETE FROM hashes", hashes(1));
    check("INSERT INTO hashes VALUES (77, 77)", hashes(1));
}

#[test]
fn an_index_that_lacks_a_row_is_made_anew() {
    let folder = folder();
    let mut ledger = full(&folder);
    let spoilt = db(&folder.place());
    // What the index does not see it does not hold.
    spoilt
        .execute_batch(
            "PRAGMA writable_schema = ON;
             CREATE TEMP TABLE kept AS SELECT * FROM main.sqlite_schema WHERE name = 'removals_by_path';
             DELETE FROM main.sqlite_schema WHERE name = 'removals_by_path';
             PRAGMA writable_schema = RESET;
             UPDATE removals SET path = 'src/b.rs';
             PRAGMA writable_schema = ON;
             INSERT INTO main.sqlite_schema SELECT * FROM kept;
             PRAGMA writable_schema = RESET;",
        )
        .unwrap();
    let found = Wear {
        indexes: true,
        ..rows(2)
    };
    assert_eq!(ledger.wear(0).unwrap(), found);
    assert_eq!(ledger.mend(0).unwrap(), found);
    assert_eq!(ledger.wear(0).unwrap(), Wear::default());
}

#[test]
fn texts_that_are_not_what_their_names_say_are_dropped() {
    let texts = Wear {
        texts: 1,
        ..Wear::default()
    };
    check("UPDATE snapshots SET codec = 0, content = x'4142'", texts);
    check("UPDATE snapshots SET codec = 1, content = x'00'", texts);
}

#[test]
fn looks_that_rest_on_facts_of_another_ledger_are_forgotten() {
    let looks = Wear {
        looks: 1,
        ..Wear::default()
    };
    let look = "INSERT INTO looks VALUES ('w', 'a.rs', zeroblob(40), NULL, NULL);";
    let looked = "INSERT INTO looked VALUES ('w', 99, NULL, 'me');";
    check(&format!("{look}{looked}"), looks);
    check(look, looks);
}

#[test]
fn what_was_begun_long_ago_is_forgotten() {
    let folder = folder();
    let mut ledger = full(&folder);
    for (key, at) in [("old", 0), ("young", WEEKS)] {
        let (key, body) = (key.to_owned(), "{}".to_owned());
        ledger.put_pending(Pending { key, at, body }).unwrap();
    }
    assert_eq!(ledger.wear(WEEKS).unwrap().begun, 1);
    assert_eq!(ledger.mend(WEEKS).unwrap().begun, 1);
    assert!(ledger.pending("young").unwrap().is_some());
    assert_eq!(ledger.wear(WEEKS).unwrap(), Wear::default());
}

/// A ledger of many facts whose pages are overwritten from one part of the file to another; the next opener has set it
/// aside.
fn damaged(place: &Place, from: f64, to: f64) -> Ledger {
    let facts = (1..=3000).map(origin);
    let acts = (5001..=5100).map(|id| act(id, ActKind::Confirm, &[id - 5000], &[]));
    drop(ledger_with(place, facts.chain(acts)));
    let db = db(place);
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(db);
    let mut bytes = fs::read(file(place)).unwrap();
    let pages = bytes.len() / 4096;
    let part = |share: f64| (pages as f64 * share) as usize * 4096;
    bytes[part(from)..part(to)].fill(0xa5);
    fs::write(file(place), bytes).unwrap();
    let ledger = Ledger::open(place);
    if let Ok(ledger) = ledger {
        let _damage = ledger.vitals();
    }
    let ledger = Ledger::open(place).unwrap();
    assert!(ledger.loss().unwrap().is_some());
    assert_eq!(ledger.count_facts().unwrap(), 0);
    ledger
}

#[test]
fn what_can_be_read_of_a_damaged_ledger_is_taken_in() {
    let folder = folder();
    let mut ledger = damaged(&folder.place(), 0.5, 0.6);
    let taken = ledger.salvage().unwrap();
    assert!((2000..3100).contains(&taken), "{taken}");
    assert!(ledger.loss().unwrap().is_some(), "the rest is lost");
    assert_eq!(ledger.wear(0).unwrap(), Wear::default());
    assert_eq!(ledger.salvage().unwrap(), 0);
}

#[test]
fn facts_are_found_in_a_ledger_that_has_lost_its_beginning() {
    let folder = folder();
    let mut ledger = damaged(&folder.place(), 0.0, 0.1);
    let taken = ledger.salvage().unwrap();
    assert!((2000..=3100).contains(&taken), "{taken}");
    let last = ledger.fact(FactId(5100)).unwrap();
    assert_eq!(last, Some(act(5100, ActKind::Confirm, &[100], &[])));
}

#[test]
fn of_a_batch_that_was_cut_off_the_whole_facts_are_taken_in() {
    let folder = folder();
    let place = folder.place();
    let mut ledger = full(&folder);
    let bodies = [origin(21), origin(22), origin(23)].map(|fact| {
        let record = countersign_ledger::Record::of(&fact).unwrap();
        serde_json::to_string(&record.body).unwrap()
    });
    let json = format!("{{\"v\":1,\"facts\":[{}", bodies.join(","));
    let cut = &json[..json.len() - 20];
    fs::create_dir_all(place.dir.join("spool")).unwrap();
    let bad = place.dir.join("spool/1.json");
    fs::write(&bad, cut).unwrap();
    ledger.take_in_spool().unwrap();
    assert_eq!(spooled(&place).unreadable, 1);
    let mended = ledger.mend_spool().unwrap();
    let aside = bad.with_extension("set-aside");
    assert_eq!((mended[0].facts, &mended[0].set_aside), (2, &Some(aside)));
    assert_eq!(
        (spooled(&place).unreadable, spooled(&place).set_aside),
        (0, 1)
    );
    assert!(ledger.has_fact(FactId(21)).unwrap() && ledger.has_fact(FactId(22)).unwrap());
    ledger.accept_loss().unwrap();
    assert_eq!(spooled(&place).set_aside, 0);
    assert!(bad.with_extension("accepted").exists());
}

#[cfg(unix)]
#[test]
fn files_are_closed_to_others_and_what_was_left_is_taken_away() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let place = folder.place();
    drop(full(&folder));
    assert_eq!(strays(&place).open, [] as [PathBuf; 0]);
    fs::set_permissions(file(&place), Permissions::from_mode(0o644)).unwrap();
    let draft = place.dir.join("ledger.db.new-1");
    let young = place.dir.join("ledger.db.new-2");
    for path in [&draft, &young] {
        fs::write(path, "half").unwrap();
        fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
    }
    let before = SystemTime::UNIX_EPOCH;
    File::options()
        .write(true)
        .open(&draft)
        .unwrap()
        .set_modified(before)
        .unwrap();
    let found = tidy(&place).unwrap();
    assert_eq!(found.open, [file(&place)]);
    assert!(found.left.contains(&draft) && !found.left.contains(&young));
    let mode = fs::metadata(file(&place)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!draft.exists() && young.exists());
}

#[test]
fn a_ledger_whose_header_is_damaged_gives_what_stands_in_its_log() {
    let folder = folder();
    let place = folder.place();
    drop(ledger_with(&place, (1..=3).map(origin)));
    let mut bytes = fs::read(file(&place)).unwrap();
    bytes[..100].fill(0xa5);
    fs::write(file(&place), bytes).unwrap();
    let mut ledger = Ledger::open(&place).unwrap();
    assert!(ledger.loss().unwrap().is_some());
    assert_eq!(ledger.salvage().unwrap(), 3);
    assert_eq!(ledger.wear(0).unwrap(), Wear::default());
}
