//! Facts shared through git, without the program around it.

use std::fs;

use countersign_ledger::{Ledger, Mode, Place, SyncError, git, locate_in, sync};
use countersign_provenance::{ActKind, Fact, FactId, Statement};

use crate::fixture::{
    Folder, act, batch, blob_of, fact, ledger_with, origin, repository, text_fact, undo,
};

const NOTES: &str = "refs/notes/countersign";
const TEXT: &str = "text that an assistant wrote";

/// A repository with this text in a commit, a bare one that it pushes to, and clones of that.
fn clones(names: &[&str]) -> Folder {
    let folder = repository();
    folder.write("a.rs", TEXT);
    folder.commit_all("Start");
    folder.git_in("", &["clone", "-q", "--bare", "repo", "hub.git"]);
    for name in names {
        folder.git_in("", &["clone", "-q", "hub.git", name]);
    }
    folder
}

fn place(folder: &Folder, clone: &str) -> Place {
    locate_in(&folder.path.join(clone), Some(&folder.state()))
}

fn share(ledger: &mut Ledger) -> Result<usize, SyncError> {
    sync(ledger, "origin", Mode::Both, 1_700_000_000_000).map(|synced| synced.shared)
}

fn written(id: u128) -> [Fact; 2] {
    let text = text_fact(TEXT, "a.rs");
    [origin(1), fact(id, Statement::Text(text))]
}

#[test]
fn any_order_ends_in_the_same_notes() {
    let orders: [[usize; 6]; 4] = [
        [0, 1, 2, 0, 1, 2],
        [2, 1, 0, 2, 1, 0],
        [1, 1, 0, 2, 0, 1],
        [2, 0, 1, 1, 0, 2],
    ];
    let names = ["one", "two", "three"];
    let mut known = Vec::new();
    for order in orders {
        let folder = clones(&names);
        let facts = [
            vec![act(11, ActKind::Confirm, &[1], &[]), origin(1)],
            vec![undo(12, 11), origin(1)],
            vec![act(13, ActKind::Claim, &[1], &[]), origin(1)],
        ];
        let mut ledgers: Vec<Ledger> = names
            .iter()
            .zip(facts)
            .map(|(name, facts)| {
                ledger_with(&place(&folder, name), facts.into_iter().chain(written(2)))
            })
            .collect();
        order.iter().for_each(|at| {
            share(&mut ledgers[*at]).unwrap();
        });
        ledgers.iter_mut().for_each(|ledger| {
            share(ledger).unwrap();
        });
        let tree = |name: &str| folder.git_in(name, &["rev-parse", &format!("{NOTES}^{{tree}}")]);
        for (name, ledger) in names.iter().zip(&ledgers) {
            assert_eq!(tree(name), tree("one"), "{order:?}");
            for id in [1, 2, 11, 12, 13] {
                assert!(
                    ledger.has_fact(FactId(id)).unwrap(),
                    "{id} in {name} after {order:?}"
                );
            }
        }
        known.push(folder.git_in("one", &["ls-tree", "-r", "--name-only", NOTES]));
    }
    let blob = blob_of(TEXT).to_string();
    known
        .iter()
        .for_each(|listed| assert_eq!(*listed, format!("{}/{}", &blob[..2], &blob[2..])));
}

#[test]
fn two_of_one_name_are_settled_the_same_way_everywhere() {
    let folder = clones(&["one", "two"]);
    let mut ledgers = ["one", "two"].map(|name| {
        let mut text = text_fact(TEXT, name);
        text.regions.marks.clear();
        ledger_with(
            &place(&folder, name),
            [origin(1), fact(2, Statement::Text(text))],
        )
    });
    for _ in 0..2 {
        ledgers.iter_mut().for_each(|ledger| {
            share(ledger).unwrap();
        });
    }
    let [one, two] = ["one", "two"].map(|name| folder.git_in(name, &["rev-parse", NOTES]));
    assert_eq!(one, two);
}

#[test]
fn a_ledger_that_was_lost_is_found_again_in_the_notes() {
    let folder = clones(&["one"]);
    let place = place(&folder, "one");
    let mut ledger = ledger_with(&place, written(2));
    share(&mut ledger).unwrap();
    drop(ledger);
    fs::write(place.dir.join("ledger.db"), "damaged").unwrap();
    let ledger = Ledger::open_known(&place).unwrap().unwrap();
    assert!(ledger.has_fact(FactId(2)).unwrap());
    assert!(ledger.loss().unwrap().is_some(), "and it is still said");
}

#[test]
fn nothing_new_makes_no_commit_and_no_fact() {
    let folder = clones(&["one"]);
    let mut ledger = ledger_with(&place(&folder, "one"), written(2));
    assert!(share(&mut ledger).unwrap() > 0);
    let (tip, facts) = (
        folder.git_in("one", &["rev-parse", NOTES]),
        ledger.count_facts().unwrap(),
    );
    assert_eq!(share(&mut ledger).unwrap(), 0);
    assert_eq!(folder.git_in("one", &["rev-parse", NOTES]), tip);
    assert_eq!(ledger.count_facts().unwrap(), facts);
    ledger
        .append(
            &batch([act(11, ActKind::Confirm, &[1], &[])]),
            countersign_ledger::Durability::Durable,
        )
        .unwrap();
    assert_eq!(share(&mut ledger).unwrap(), 1);
}

#[test]
fn names_of_the_ref_are_read_from_files_of_every_kind() {
    let folder = clones(&["one"]);
    let place = place(&folder, "one");
    let tip = || git::SharedNotes::of(&place).tip().unwrap();
    assert_eq!(tip(), None);
    let mut ledger = ledger_with(&place, written(2));
    share(&mut ledger).unwrap();
    let id = folder.git_in("one", &["rev-parse", NOTES]);
    assert_eq!(tip().map(|tip| tip.as_str().to_owned()), Some(id.clone()));
    folder.git_in(
        "one",
        &["update-ref", &format!("refs/heads/x/{NOTES}"), "HEAD"],
    );
    folder.git_in("one", &["pack-refs", "--all"]);
    assert_eq!(tip().map(|tip| tip.as_str().to_owned()), Some(id));
}

#[test]
fn facts_that_the_ledger_has_lost_come_back_from_the_notes() {
    let folder = clones(&["one"]);
    let mut ledger = ledger_with(&place(&folder, "one"), written(2));
    share(&mut ledger).unwrap();
    assert_eq!(ledger.restore_from_notes().unwrap(), 0);
    let db = rusqlite::Connection::open(ledger.place().dir.join("ledger.db")).unwrap();
    db.execute_batch("DELETE FROM facts WHERE kind = 'text'")
        .unwrap();
    assert!(!ledger.has_fact(FactId(2)).unwrap());
    assert_eq!(ledger.restore_from_notes().unwrap(), 1);
    assert!(ledger.has_fact(FactId(2)).unwrap());
}
