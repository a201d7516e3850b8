//! Texts that nobody needs are forgotten, and found again all the same.

use std::time::Duration;

use countersign_ledger::{Batch, Durability, Head, Ledger, Place};
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
