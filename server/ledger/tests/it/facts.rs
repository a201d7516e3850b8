//! What goes into the ledger comes out of it.

use std::collections::BTreeSet;

use countersign_ledger::{Appended, Batch, Durability, Ledger};
use countersign_provenance::{
    ActKind, BlobId, Evidence, Fact, FactId, Origin, Removal, RemovalId, Statement, TextFact,
};

use crate::fixture::{
    act, batch, blob_of, fact, folder, ledger_with, origin, some_origin, some_removal, stretch,
    text_fact, undo,
};

fn one_of_each_kind() -> Vec<Fact> {
    let evidence = Statement::Evidence {
        stretches: vec![stretch(1), stretch(8)],
        origin: some_origin(),
    };
    vec![
        origin(1),
        fact(2, Statement::Removal(some_removal("src/a.rs"))),
        fact(3, Statement::Text(text_fact("text", "src/a.rs"))),
        fact(4, evidence),
        fact(5, Statement::Returned(FactId(2))),
        act(6, ActKind::Confirm, &[1], &[2]),
        act(7, ActKind::Claim, &[1], &[]),
        act(8, ActKind::Reject, &[1], &[]),
        undo(9, 7),
    ]
}

#[test]
fn every_kind_of_fact_reads_as_it_was_written() {
    let folder = folder();
    let ledger = ledger_with(&folder.place(), one_of_each_kind());
    for fact in one_of_each_kind() {
        assert_eq!(ledger.fact(fact.id).unwrap(), Some(fact));
    }
}

#[test]
fn a_fact_appended_twice_is_there_once() {
    let folder = folder();
    let mut ledger = ledger_with(&folder.place(), one_of_each_kind());
    let before = ledger.last_seq().unwrap();
    ledger
        .append(&batch(one_of_each_kind()), Durability::Durable)
        .unwrap();
    assert_eq!(ledger.last_seq().unwrap(), before);
    assert_eq!(ledger.texts(&blob_of("text"), "src/a.rs").unwrap().len(), 1);
}

#[test]
fn an_event_told_twice_writes_nothing_the_second_time() {
    let folder = folder();
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    let told = |id| Batch {
        event: Some("session 1, call 7".to_owned()),
        ..batch([origin(id)])
    };
    let first = ledger.append(&told(1), Durability::Recoverable).unwrap();
    let second = ledger.append(&told(2), Durability::Recoverable).unwrap();
    assert_eq!((first, second), (Appended::Now, Appended::AlreadyTold));
    assert_eq!(ledger.fact(FactId(2)).unwrap(), None);

    assert_eq!(ledger.expire_events(i64::MAX).unwrap(), 1);
    let later = ledger.append(&told(2), Durability::Recoverable).unwrap();
    assert_eq!(later, Appended::Now);
}

#[test]
fn the_facts_of_a_path_outrank_those_of_other_paths() {
    let folder = folder();
    let here = fact(1, Statement::Text(text_fact("text", "here.rs")));
    let there = fact(2, Statement::Text(text_fact("text", "there.rs")));
    let ledger = ledger_with(&folder.place(), [here, there]);
    let paths = |path| -> Vec<String> {
        let texts = ledger.texts(&blob_of("text"), path).unwrap();
        texts.into_iter().map(|text| text.path).collect()
    };
    assert_eq!(paths("here.rs"), ["here.rs"]);
    assert_eq!(paths("elsewhere.rs"), ["here.rs", "there.rs"]);
    assert!(ledger.path_has_text("here.rs", &blob_of("text")).unwrap());
    assert!(
        !ledger
            .path_has_text("elsewhere.rs", &blob_of("text"))
            .unwrap()
    );
    assert!(ledger.blob_known(&blob_of("text")).unwrap());
    assert!(!ledger.blob_known(&blob_of("other")).unwrap());
}

#[test]
fn a_bound_fact_speaks_for_its_own_path_only() {
    let folder = folder();
    let bound = TextFact {
        bound: true,
        ..text_fact("text", "here.rs")
    };
    let ledger = ledger_with(&folder.place(), [fact(1, Statement::Text(bound))]);
    assert_eq!(ledger.texts(&blob_of("text"), "here.rs").unwrap().len(), 1);
    assert_eq!(ledger.texts(&blob_of("text"), "elsewhere.rs").unwrap(), []);
}

#[test]
fn the_blobs_of_a_path_come_newest_first() {
    let folder = folder();
    let text = |id, text| fact(id, Statement::Text(text_fact(text, "a.rs")));
    let ledger = ledger_with(
        &folder.place(),
        [
            text(1, "one"),
            text(2, "two"),
            text(3, "three"),
            text(4, "one"),
        ],
    );
    let blobs = ledger.blobs_of_path("a.rs", 2).unwrap();
    assert_eq!(blobs, [blob_of("one"), blob_of("three")]);
}

fn ids(facts: &[Fact]) -> Vec<u128> {
    facts.iter().map(|fact| fact.id.0).collect()
}

#[test]
fn acts_are_found_by_what_they_are_on_unless_taken_back() {
    let folder = folder();
    // The undo comes before the act that it names: the order of arrival is no order.
    let facts = [
        undo(20, 11),
        act(10, ActKind::Confirm, &[1, 2], &[7]),
        act(11, ActKind::Confirm, &[1], &[]),
        act(12, ActKind::Claim, &[3], &[]),
    ];
    let ledger = ledger_with(&folder.place(), facts);
    let on = |origins: &[u128], removals: &[u128]| {
        let ids = |ids: &[u128]| ids.iter().copied().map(FactId).collect::<Vec<_>>();
        self::ids(&ledger.acts_on(&ids(origins), &ids(removals)).unwrap())
    };
    assert_eq!(on(&[1, 2], &[7]), [10]);
    assert_eq!(on(&[], &[7]), [10]);
    assert_eq!(on(&[2, 3], &[]), [10, 12]);
    assert_eq!(on(&[4], &[8]), [] as [u128; 0]);
}

#[test]
fn thousands_of_ids_are_one_question() {
    let folder = folder();
    let many: Vec<u128> = (1..=5000).collect();
    let facts = many
        .iter()
        .map(|id| origin(*id))
        .chain([act(9000, ActKind::Confirm, &many, &[])]);
    let ledger = ledger_with(&folder.place(), facts);
    let many: Vec<FactId> = many.into_iter().map(FactId).collect();
    assert_eq!(ledger.origins(&many).unwrap().len(), 5000);
    assert_eq!(ids(&ledger.acts_on(&many, &many).unwrap()), [9000]);
}

#[test]
fn the_last_act_is_this_persons_newest_that_stands() {
    let folder = folder();
    let by = |name: &str, act: Fact| Fact {
        by: name.to_owned(),
        ..act
    };
    let mut ledger = ledger_with(
        &folder.place(),
        [
            by("Ada", act(1, ActKind::Confirm, &[1], &[])),
            by("Ada", act(2, ActKind::Claim, &[1], &[])),
            by("Bob", act(3, ActKind::Confirm, &[1], &[])),
            by("Ada", undo(4, 2)),
        ],
    );
    let last = |ledger: &Ledger| ledger.last_act("Ada").unwrap().map(|fact| fact.id.0);
    assert_eq!(last(&ledger), Some(1));
    ledger
        .append(&batch([undo(5, 1)]), Durability::Durable)
        .unwrap();
    assert_eq!(last(&ledger), None);
}

#[test]
fn what_one_mark_says_is_told_together_until_it_is_taken_back() {
    let folder = folder();
    let said = |at: i64, fact: Fact| Fact {
        at,
        by: "Ada".to_owned(),
        ..fact
    };
    let evidence = Statement::Evidence {
        stretches: vec![stretch(8)],
        origin: some_origin(),
    };
    let mut ledger = ledger_with(
        &folder.place(),
        [
            said(1, act(1, ActKind::Confirm, &[1], &[])),
            said(2, origin(2)),
            said(3, origin(3)),
            said(3, fact(4, evidence)),
            said(3, fact(5, Statement::Text(text_fact("text", "src/a.rs")))),
            origin(6),
        ],
    );
    let last = |ledger: &Ledger| ids(&ledger.last_said("Ada").unwrap());
    let mut take_back = |undos: &[Fact]| {
        let batch = batch(undos.iter().cloned());
        ledger.append(&batch, Durability::Durable).unwrap();
        last(&ledger)
    };
    assert_eq!(take_back(&[]), [5, 4, 3]);
    assert_eq!(take_back(&[undo(7, 3), undo(8, 4)]), [2]);
    assert_eq!(take_back(&[undo(9, 2)]), [1]);
    assert_eq!(take_back(&[undo(10, 1)]), []);
    let undos = ledger.undos_of(&[FactId(3), FactId(6)]).unwrap();
    assert_eq!(ids(&undos), [7]);
}

#[test]
fn evidence_is_found_by_the_origin_it_is_about() {
    let folder = folder();
    let better = Origin {
        evidence: Evidence::Observed,
        ..some_origin()
    };
    let statement = Statement::Evidence {
        stretches: vec![stretch(1), stretch(2)],
        origin: better.clone(),
    };
    let ledger = ledger_with(&folder.place(), [fact(9, statement)]);
    assert_eq!(
        ledger.evidence_on(&[FactId(2)]).unwrap(),
        [(stretch(2), better)]
    );
    assert_eq!(ledger.evidence_on(&[FactId(3)]).unwrap(), []);
}

#[test]
fn removals_of_deleted_files_are_listed_until_they_return() {
    let folder = folder();
    let deleted = |path| Removal {
        whole_file: true,
        ..some_removal(path)
    };
    let mut ledger = ledger_with(
        &folder.place(),
        [
            fact(1, Statement::Removal(deleted("gone.rs"))),
            fact(2, Statement::Removal(deleted("moved.rs"))),
            fact(3, Statement::Removal(some_removal("edited.rs"))),
        ],
    );
    ledger
        .append(
            &batch([fact(4, Statement::Returned(FactId(2)))]),
            Durability::Durable,
        )
        .unwrap();
    let all: Vec<RemovalId> = (1..=9).map(FactId).collect();
    assert_eq!(
        ledger.removals_of_deleted().unwrap(),
        [(FactId(1), deleted("gone.rs"))]
    );
    assert_eq!(
        ledger
            .returned(&all)
            .unwrap()
            .into_iter()
            .collect::<Vec<_>>(),
        [FactId(2)]
    );
    assert_eq!(ledger.removals(&all).unwrap().len(), 3);
}

#[test]
fn another_process_sees_what_was_written_since() {
    let folder = folder();
    let mut writer = ledger_with(&folder.place(), [origin(1)]);
    let reader = Ledger::open_existing(&folder.place()).unwrap().unwrap();
    let (seq, version) = (reader.last_seq().unwrap(), reader.data_version().unwrap());

    let text = fact(2, Statement::Text(text_fact("text", "a.rs")));
    let removal = fact(3, Statement::Removal(some_removal("b.rs")));
    writer
        .append(&batch([text, removal]), Durability::Recoverable)
        .unwrap();
    assert_ne!(reader.data_version().unwrap(), version);
    let touched = reader.paths_since(seq).unwrap();
    assert_eq!(
        touched.paths,
        BTreeSet::from(["a.rs".to_owned(), "b.rs".to_owned()])
    );
    assert_eq!(touched.blobs, BTreeSet::<BlobId>::from([blob_of("text")]));
    assert!(!touched.acts);

    writer
        .append(
            &batch([act(4, ActKind::Confirm, &[1], &[])]),
            Durability::Durable,
        )
        .unwrap();
    assert!(reader.paths_since(touched.seq).unwrap().acts);
}
