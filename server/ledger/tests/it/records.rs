//! Facts as text: what later programs add is kept.

use countersign_ledger::{Ledger, Record};
use countersign_provenance::{ActKind, FactId, Statement};
use expect_test::expect;

use crate::fixture::{act, fact, folder, origin, text_fact, undo};

fn json(fact: &countersign_provenance::Fact) -> String {
    Record::of(fact).unwrap().body.replace(",\"", ",\n\"")
}

#[test]
fn a_text_record_names_each_origin_once() {
    expect![[r#"
        {"v":1,
        "id":"00000000000000000000000000000003",
        "kind":"text",
        "at":1700000000000,
        "blob":"f3a34851d44d6b97c90fbb99dd3d18c261b9a237",
        "path":"a.rs",
        "bound":false,
        "origins":["00000000000000000000000000000001"],
        "spans":[[0,4,0,0,4]],
        "marks":[[4,
        "00000000000000000000000000000002"]]}"#]]
    .assert_eq(&json(&fact(3, Statement::Text(text_fact("text", "a.rs")))));
}

#[test]
fn an_act_record_holds_what_was_said() {
    expect![[r#"
        {"v":1,
        "id":"00000000000000000000000000000006",
        "kind":"confirm",
        "at":1700000000000,
        "by":"Ada <ada@example.com>",
        "level":"verified",
        "note":"read twice",
        "answers":[["swallowed-error",
        "the caller logs it"]],
        "blob":"f3a34851d44d6b97c90fbb99dd3d18c261b9a237",
        "path":"src/a.rs",
        "stretches":[["00000000000000000000000000000001",0,4]]}"#]]
    .assert_eq(&json(&act(6, ActKind::Confirm, &[1], &[])));
}

#[test]
fn an_origin_record_keeps_both_times_apart() {
    expect![[r#"
        {"v":1,
        "id":"00000000000000000000000000000001",
        "kind":"origin",
        "at":1700000000000,
        "origin":{"source":"claude-code",
        "model":"a model",
        "evidence":"reported",
        "at":1700000000000}}"#]]
    .assert_eq(&json(&origin(1)));
}

#[test]
fn fields_of_later_programs_survive() {
    let folder = folder();
    let line = Record::of(&undo(1, 2))
        .unwrap()
        .body
        .replacen('{', r#"{"reason":{"why":"x"},"#, 1);
    let record = Record::parse(&line).unwrap();
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    ledger.take_in(std::slice::from_ref(&record)).unwrap();
    assert_eq!(ledger.record(FactId(1)).unwrap(), Some(record));
    assert_eq!(ledger.fact(FactId(1)).unwrap(), Some(undo(1, 2)));
}

#[test]
fn kinds_and_versions_of_later_programs_survive_unread() {
    let folder = folder();
    let prune = Record::parse(&format!(
        r#"{{"v":1,"id":"{:032x}","kind":"prune","at":0}}"#,
        7
    ));
    let later = Record::parse(&format!(
        r#"{{"v":2,"id":"{:032x}","kind":"undo","at":0}}"#,
        8
    ));
    let records = [prune.unwrap(), later.unwrap()];
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    ledger.take_in(&records).unwrap();
    for record in records {
        assert_eq!(ledger.fact(record.id).unwrap(), None);
        assert_eq!(ledger.record(record.id).unwrap(), Some(record));
    }
    assert!(
        ledger.paths_since(0).unwrap().acts,
        "what is not understood may concern any text"
    );
}

#[test]
fn a_record_over_several_lines_becomes_one() {
    let pretty = format!(
        "{{\n \"v\":1,\n \"id\":\"{:032x}\",\n \"kind\":\"x\", \"at\":0}}",
        1
    );
    let record = Record::parse(&pretty).unwrap();
    assert!(!record.body.contains('\n'));
    assert_eq!(Record::parse(&record.body), Some(record));
}
