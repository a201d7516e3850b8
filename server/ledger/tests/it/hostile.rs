//! Records from anywhere: ignored where they make no sense, and never a panic.

use countersign_ledger::{Batch, Durability, Ledger, LedgerError, MAX_RECORD, Record};
use countersign_provenance::{Fact, FactId, Regions, Span, Statement, TextFact};

use crate::fixture::{batch, blob_of, fact, folder, text_fact};

const ID: &str = "00000000000000000000000000000001";
const BLOB: &str = "f3a34851d44d6b97c90fbb99dddd4ccd6c1f3a5b";

fn read(line: &str) -> Option<Fact> {
    Record::parse(line)?.fact()
}

fn text_with(fields: &str) -> Option<Fact> {
    read(&format!(
        r#"{{"v":1,"id":"{ID}","kind":"text","at":0,"blob":"{BLOB}",{fields}}}"#
    ))
}

#[test]
fn lines_that_are_no_records_are_ignored() {
    let deep = format!(
        r#"{{"v":1,"x":{}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let long = format!(
        r#"{{"v":1,"id":"{ID}","kind":"{}","at":0}}"#,
        "x".repeat(MAX_RECORD)
    );
    let lines = [
        "",
        "null",
        "[]",
        "{}",
        "\u{0}\u{1}\u{feff}",
        "{\"v\":1",
        r#"{"v":1,"id":"zz","kind":"undo","at":0}"#,
        r#"{"v":-1,"id":"00000000000000000000000000000001","kind":"undo","at":0}"#,
        r#"{"v":1,"id":"00000000000000000000000000000001","kind":"undo","at":1e400}"#,
        r#"{"v":1,"id":"00000000000000000000000000000001","kind":["undo"],"at":0}"#,
        r#"{"v":1,"id":"+0000000000000000000000000000001","kind":"undo","at":0}"#,
        &deep,
        &long,
    ];
    for line in lines {
        assert_eq!(Record::parse(line), None, "{:.60}", line);
    }
}

#[test]
fn bodies_of_another_shape_are_not_understood() {
    for kind in [
        "origin", "evidence", "text", "removal", "returned", "confirm", "undo",
    ] {
        for body in [
            "",
            r#","origin":7"#,
            r#","fact":{},"removal":[]"#,
            r#","spans":"x""#,
        ] {
            let line = format!(r#"{{"v":1,"id":"{ID}","kind":"{kind}","at":0{body}}}"#);
            assert_eq!(read(&line), None, "{line}");
        }
    }
}

#[test]
fn ranges_that_cannot_be_are_not_understood() {
    let with_spans = |spans: &str| {
        text_with(&format!(
            r#""path":"a","origins":["{ID}"],"spans":{spans},"marks":[]"#
        ))
    };
    assert!(with_spans("[[0,4,0,0,4],[4,6,0,4,6]]").is_some());
    for spans in [
        "[[4,0,0,0,4]]",
        "[[0,0,0,0,1]]",
        "[[0,4,0,0,5]]",
        "[[0,4,0,4,0]]",
        "[[0,4,1,0,4]]",
        "[[5,9,0,0,4],[0,4,0,4,8]]",
        "[[0,4,0,0,4],[3,6,0,4,6]]",
        "[[0,4294967296,0,0,4]]",
        "[[-1,4,0,0,4]]",
        "[[0,4,0,0,4.5]]",
    ] {
        assert_eq!(with_spans(spans), None, "{spans}");
    }
}

#[test]
fn marks_have_an_order() {
    let with_marks = |marks: &str| {
        text_with(&format!(
            r#""path":"a","origins":[],"spans":[],"marks":{marks}"#
        ))
    };
    assert!(with_marks(&format!(r#"[[0,"{ID}"],[4,"{ID}"]]"#)).is_some());
    assert_eq!(with_marks(&format!(r#"[[4,"{ID}"],[0,"{ID}"]]"#)), None);
}

#[test]
fn paths_that_lead_elsewhere_are_not_understood() {
    let at = |path: &str| text_with(&format!(r#""path":"{path}","origins":[],"spans":[]"#));
    assert!(at("src/a.rs").is_some());
    for path in [
        "",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a//b",
        "./a",
        "a\\u0000b",
    ] {
        assert_eq!(at(path), None, "{path}");
    }
    assert_eq!(at(&"x/".repeat(5000)), None);
}

#[test]
fn millions_of_spans_are_not_written() {
    let span = |n: u32| Span {
        bytes: n..n + 1,
        origin: FactId(1),
        ink: n..n + 1,
    };
    let regions = Regions {
        spans: (0..2_000_000).map(span).collect(),
        marks: Vec::new(),
    };
    let text = TextFact {
        regions,
        ..text_fact("text", "a")
    };
    let folder = folder();
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    let refused = ledger.append(
        &batch([fact(1, Statement::Text(text))]),
        Durability::Durable,
    );
    assert!(matches!(
        refused,
        Err(LedgerError::TooLarge {
            limit: MAX_RECORD,
            ..
        })
    ));
}

#[test]
fn facts_beyond_the_end_of_a_known_text_are_left_out() {
    let folder = folder();
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    let long = "the same again\n".repeat(100);
    for (id, text, expected) in [(1, "tex", 0), (2, "text", 1), (3, &long, 1)] {
        let batch = Batch {
            snapshots: vec![(blob_of(text), text.to_owned().into())],
            ..batch([fact(id, Statement::Text(text_fact(text, "a")))])
        };
        ledger.append(&batch, Durability::Recoverable).unwrap();
        assert_eq!(
            ledger.texts(&blob_of(text), "a").unwrap().len(),
            expected,
            "{text:.9}"
        );
    }
}
