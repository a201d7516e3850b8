//! What was found in a work tree, kept for the next look.

use std::fs;

use countersign_ledger::git::CommitId;
use countersign_ledger::{Ledger, Look, Looked, Relook, Stat};

use crate::fixture::{Folder, blob_of, folder};

const W: &str = "/w";

fn look(folder: &Folder, path: &str) -> Look {
    let file = folder.path.join(path);
    fs::write(&file, path).unwrap();
    Look {
        path: path.to_owned(),
        stat: Stat::of(&fs::metadata(&file).unwrap()).unwrap(),
        blob: Some(blob_of(path)),
        body: Some("{}".to_owned()),
    }
}

fn looked(seq: i64) -> Looked {
    Looked {
        seq,
        head: CommitId::new("1234567890".repeat(4)),
        by: "this".to_owned(),
    }
}

fn put(look: &Look) -> Relook {
    Relook {
        put: vec![look.clone()],
        drop: Vec::new(),
    }
}

#[test]
fn a_look_is_found_again_in_its_own_work_tree() {
    let folder = folder();
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    let (a, mut b) = (look(&folder, "a"), look(&folder, "b"));
    assert!(ledger.put_looks(W, None, &looked(1), &put(&a)).unwrap());
    (b.blob, b.body) = (None, None);
    let only_b = Relook {
        drop: vec!["a".to_owned()],
        ..put(&b)
    };
    let before = ledger.looked(W).unwrap();
    assert_eq!(before, Some(looked(1)));
    assert!(
        ledger
            .put_looks(W, before.as_ref(), &looked(2), &only_b)
            .unwrap()
    );
    assert_eq!(ledger.looks(W).unwrap(), [b]);
    assert_eq!(ledger.looked("/another").unwrap(), None);
    assert_eq!(ledger.looks("/another").unwrap(), []);
}

#[test]
fn who_looked_at_older_facts_than_another_writes_nothing() {
    let folder = folder();
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    let (a, b) = (look(&folder, "a"), look(&folder, "b"));
    assert!(ledger.put_looks(W, None, &looked(2), &put(&a)).unwrap());
    assert!(!ledger.put_looks(W, None, &looked(1), &put(&b)).unwrap());
    assert!(
        !ledger
            .put_looks(W, Some(&looked(1)), &looked(3), &put(&b))
            .unwrap()
    );
    assert_eq!(ledger.looks(W).unwrap(), [a]);
    assert_eq!(ledger.looked(W).unwrap(), Some(looked(2)));
}
