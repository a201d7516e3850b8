//! Texts that nobody needs are forgotten, and found again all the same.

use std::time::Duration;

use countersign_ledger::{Batch, Durability, Head, Ledger, LedgerError, Place, Wear};
use countersign_provenance::{BlobId, FactId, Regions, Span, Statement, TextFact, fingerprints};

use crate::fixture::{blob_of, fact, origin, repository, some_removal};

const FOREVER: Duration = Duration::from_secs(60);

/// What an assistant wrote at the `n`th time: long enough to be known.
fn text(n: u128) -> String {
    (0..40).map(|word| format!("step_{n}_{word} ")).collect()
}

/// So many texts of one path, each a new event, the last of which stands there.
fn ledger_of(place: &Place, texts: u128) -> Ledger {
    let mut ledger = Ledger::open(place).unwrap();
    for n in 1..=texts {
        ledger
            .append(&written(place, "src/a.rs", n), Durability::Recoverable)
            .unwrap();
    }
    ledger
}

fn written(place: &Place, path: &str, n: u128) -> Batch {
    let text = text(n);
    let blob = blob_of(&text);
    let ink = text.bytes().filter(|byte| *byte != b' ').count() as u32;
    let span = Span {
        bytes: 0..text.len() as u32 - 1,
        origin: FactId(n),
        ink: 0..ink,
    };
    let told = TextFact {
        blob: blob.clone(),
        path: path.to_owned(),
        bound: false,
        regions: Regions {
            spans: vec![span],
            marks: Vec::new(),
        },
    };
    let head = Head {
        worktree: place.worktree.clone(),
        path: path.to_owned(),
        blob: Some(blob.clone()),
        mtime_ns: 0,
        size: text.len() as u64,
    };
    Batch {
        facts: vec![origin(n), fact(1_000_000 + n, Statement::Text(told))],
        snapshots: vec![(blob, text.into())],
        heads: vec![head],
        ..Batch::default()
    }
}

fn kept(ledger: &Ledger, texts: std::ops::RangeInclusive<u128>) -> usize {
    let blobs = texts.map(|n| blob_of(&text(n)));
    blobs
        .filter(|blob| ledger.has_snapshot(blob).unwrap())
        .count()
}

#[test]
fn a_young_ledger_forgets_nothing() {
    let folder = repository();
    let mut ledger = ledger_of(&folder.place(), 100);
    assert_eq!(ledger.compact(0, FOREVER).unwrap(), 0);
    assert_eq!(kept(&ledger, 1..=100), 100);
}

#[test]
fn what_was_written_over_long_ago_is_forgotten_once_and_the_newest_stay() {
    let folder = repository();
    let mut ledger = ledger_of(&folder.place(), 620);
    assert_eq!(ledger.compact(0, FOREVER).unwrap(), 120);
    assert_eq!(kept(&ledger, 1..=120), 0);
    assert_eq!(kept(&ledger, 121..=620), 500);
    assert_eq!(ledger.compact(0, FOREVER).unwrap(), 0);
}

#[test]
fn no_time_forgets_a_part_and_the_next_time_the_rest() {
    let folder = repository();
    let mut ledger = ledger_of(&folder.place(), 620);
    let first = ledger.compact(0, Duration::ZERO).unwrap();
    assert!((1..120).contains(&first), "{first}");
    assert_eq!(first + ledger.compact(0, FOREVER).unwrap(), 120);
}

#[test]
fn a_forgotten_text_is_found_by_its_hashes_and_its_regions_by_its_prints() {
    let folder = repository();
    let mut ledger = ledger_of(&folder.place(), 620);
    ledger.compact(0, FOREVER).unwrap();
    let seen_again = format!("something else entirely\n{}", text(7));
    let all = 0..seen_again.len() as u32;
    let sharing = fingerprints(&seen_again, std::slice::from_ref(&all));
    let found = ledger.facts_sharing(&sharing, 5).unwrap();
    assert!(
        matches!(&found[0].statement, Statement::Text(told) if told.blob == blob_of(&text(7))),
        "{found:?}"
    );
    let prints = ledger.prints_of(&[FactId(7)]).unwrap();
    let (_, regions) = prints[0].restored(&seen_again).unwrap();
    assert_eq!(regions.spans[0].origin, FactId(7));
}

#[test]
fn what_stands_at_a_path_or_was_taken_away_stays() {
    let folder = repository();
    let place = folder.place();
    let mut ledger = Ledger::open(&place).unwrap();
    let stands = written(&place, "src/still.rs", 5000);
    ledger.append(&stands, Durability::Recoverable).unwrap();
    let before = "before".to_owned();
    let taken = Batch {
        facts: vec![fact(6000, Statement::Removal(some_removal("src/a.rs")))],
        snapshots: vec![(blob_of(&before), before.into())],
        ..Batch::default()
    };
    ledger.append(&taken, Durability::Recoverable).unwrap();
    drop(ledger);
    let mut ledger = ledger_of(&place, 620);
    assert_eq!(ledger.compact(0, FOREVER).unwrap(), 122 - 2);
    let names: [BlobId; 2] = [blob_of(&text(5000)), blob_of("before")];
    for name in names {
        assert!(ledger.has_snapshot(&name).unwrap(), "{name}");
    }
}

/// What each fact says, in the order of their coming.
fn bodies(ledger: &Ledger, facts: u128) -> Vec<String> {
    let ids = (1..=facts).flat_map(|n| [FactId(n), FactId(1_000_000 + n)]);
    let records = ids.map(|id| ledger.record(id).unwrap().unwrap());
    records.map(|record| record.body).collect()
}

fn packed(place: &Place) -> i64 {
    let db = rusqlite::Connection::open(place.dir.join("ledger.db")).unwrap();
    let sql = "SELECT count(*) FROM facts WHERE typeof(body) = 'blob'";
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn old_facts_about_a_path_are_packed_and_say_the_same() {
    let folder = repository();
    let place = folder.place();
    let mut ledger = ledger_of(&place, 620);
    let before = bodies(&ledger, 620);
    ledger.compact(0, FOREVER).unwrap();
    assert!(packed(&place) > 600, "{}", packed(&place));
    assert_eq!(bodies(&ledger, 620), before);
    let told = ledger.texts(&blob_of(&text(300)), "src/a.rs").unwrap();
    assert_eq!(told[0].regions.spans[0].origin, FactId(300));
    // Not the newest, which most ask for.
    let newest = FactId(1_000_620);
    let db = rusqlite::Connection::open(place.dir.join("ledger.db")).unwrap();
    let sql = "SELECT typeof(body) FROM facts WHERE id = ?1";
    let kind: String = db
        .query_row(sql, [newest.to_string()], |row| row.get(0))
        .unwrap();
    assert_eq!(kind, "text");
    assert_eq!(ledger.wear(0).unwrap(), Wear::default());
}

#[test]
fn a_pack_that_makes_no_sense_is_damage() {
    let folder = repository();
    let place = folder.place();
    let mut ledger = ledger_of(&place, 620);
    ledger.compact(0, FOREVER).unwrap();
    let db = rusqlite::Connection::open(place.dir.join("ledger.db")).unwrap();
    db.execute_batch("DELETE FROM packs").unwrap();
    let asked = ledger.record(FactId(1_000_001));
    assert!(
        matches!(asked, Err(LedgerError::Damaged { .. })),
        "{asked:?}"
    );
}

#[test]
fn an_older_ledger_names_the_same_texts() {
    let folder = repository();
    let place = folder.place();
    drop(ledger_of(&place, 30));
    let db = rusqlite::Connection::open(place.dir.join("ledger.db")).unwrap();
    db.execute_batch(
        "DROP TABLE named; DROP TABLE packs; DROP TABLE saves;
         CREATE TABLE named (id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (id, seq)) WITHOUT ROWID;
         INSERT INTO named SELECT o.value, t.seq FROM texts t JOIN facts f USING (seq), json_each(f.body, '$.origins') o;
         PRAGMA user_version = 6;",
    )
    .unwrap();
    drop(db);
    let ledger = Ledger::open(&place).unwrap();
    assert_eq!(ledger.wear(0).unwrap(), Wear::default());
}
