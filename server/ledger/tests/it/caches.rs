//! Texts, heads, open buffers, outlines and things begun.

use countersign_ledger::{Batch, Durability, Head, Journal, Ledger, Outline, Pending};
use countersign_provenance::Statement;

use crate::fixture::{blob_of, fact, folder, ledger_with, text_fact};

#[test]
fn texts_are_kept_byte_for_byte() {
    let folder = folder();
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    let texts = [
        "",
        "\u{feff}one\r\n",
        &"the same line again\n".repeat(5000),
        "日本語 🦀",
    ];
    let snapshots = texts
        .iter()
        .map(|text| (blob_of(text), text.to_string().into()))
        .collect();
    let batch = Batch {
        snapshots,
        ..Batch::default()
    };
    ledger.append(&batch, Durability::Recoverable).unwrap();
    for text in texts {
        assert_eq!(
            ledger.snapshot(&blob_of(text)).unwrap().as_deref(),
            Some(text)
        );
    }
    assert_eq!(ledger.snapshot(&blob_of("never seen")).unwrap(), None);
}

#[test]
fn a_head_is_replaced_by_the_next_at_its_path() {
    let folder = folder();
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    let head = |path: &str, text: Option<&str>| Head {
        worktree: "/w".to_owned(),
        path: path.to_owned(),
        blob: text.map(blob_of),
        mtime_ns: 1_700_000_000_123_456_789,
        size: 5,
    };
    let mut put = |heads| {
        let batch = Batch {
            heads,
            ..Batch::default()
        };
        ledger.append(&batch, Durability::Recoverable).unwrap();
    };
    put(vec![head("b", Some("old")), head("a", Some("kept"))]);
    put(vec![head("b", None)]);
    assert_eq!(ledger.head("/w", "b").unwrap(), Some(head("b", None)));
    assert_eq!(
        ledger.heads("/w").unwrap(),
        [head("a", Some("kept")), head("b", None)]
    );
    assert_eq!(ledger.heads("/another").unwrap(), []);
}

#[test]
fn an_open_buffer_is_kept_until_it_is_dropped() {
    let folder = folder();
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    let text = "fn main() {}\n".to_owned();
    let journal = Journal {
        blob: blob_of(&text),
        text,
        typed: vec![0..2, 5..13],
    };
    ledger.put_journal("/w", "a.rs", &journal).unwrap();
    assert_eq!(ledger.journal("/w", "a.rs").unwrap(), Some(journal));
    ledger.drop_journal("/w", "a.rs").unwrap();
    assert_eq!(ledger.journal("/w", "a.rs").unwrap(), None);
}

#[test]
fn outlines_are_told_apart_by_grammar() {
    let folder = folder();
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    let outline = Outline {
        blob: blob_of("x"),
        language: "rust 1".to_owned(),
        body: "[]".to_owned(),
    };
    ledger.put_outlines(&[outline]).unwrap();
    assert_eq!(
        ledger.outline(&blob_of("x"), "rust 1").unwrap().as_deref(),
        Some("[]")
    );
    assert_eq!(ledger.outline(&blob_of("x"), "rust 2").unwrap(), None);
}

#[test]
fn the_newest_text_of_a_path_that_has_an_outline_is_found() {
    let folder = folder();
    let facts = ["one", "two", "three"].map(|text| Statement::Text(text_fact(text, "a.rs")));
    let facts = (1..).zip(facts).map(|(id, text)| fact(id, text));
    let mut ledger = ledger_with(&folder.place(), facts);
    let outline = |text: &str, language: &str| Outline {
        blob: blob_of(text),
        language: language.to_owned(),
        body: format!("[{text}]"),
    };
    let kept = [
        outline("one", "rust"),
        outline("two", "rust"),
        outline("three", "go"),
    ];
    ledger.put_outlines(&kept).unwrap();
    let [_, two, three] = kept;
    assert_eq!(ledger.outline_at("a.rs", "rust").unwrap(), Some(two));
    assert_eq!(ledger.outline_at("a.rs", "go").unwrap(), Some(three));
    assert_eq!(ledger.outline_at("b.rs", "rust").unwrap(), None);
}

fn pending(key: &str, at: i64) -> Pending {
    Pending {
        key: key.to_owned(),
        at,
        body: format!("{{\"of\":\"{key}\"}}"),
    }
}

#[test]
fn what_was_begun_ends_once() {
    let folder = folder();
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    ledger.put_pending(pending("s1/a", 1)).unwrap();
    ledger.put_pending(pending("s1/b", 2)).unwrap();
    ledger.put_pending(pending("s1/a", 3)).unwrap();
    assert_eq!(ledger.pending("s1/a").unwrap(), Some(pending("s1/a", 1)));
    assert_eq!(
        ledger.take_pending("s1/a").unwrap(),
        Some(pending("s1/a", 1))
    );
    assert_eq!(ledger.take_pending("s1/a").unwrap(), None);

    let batch = Batch {
        done_pending: Some("s1/b".to_owned()),
        ..Batch::default()
    };
    ledger.append(&batch, Durability::Recoverable).unwrap();
    assert_eq!(ledger.pending("s1/b").unwrap(), None);
}

#[test]
fn what_was_begun_long_ago_expires_by_prefix() {
    let folder = folder();
    let mut ledger = Ledger::open(&folder.place()).unwrap();
    for (key, at) in [("s1/a", 1), ("s1/b", 9), ("s2/a", 1), ("s1%/a", 1)] {
        ledger.put_pending(pending(key, at)).unwrap();
    }
    assert_eq!(ledger.expire_pending("s1/", 5).unwrap(), 1);
    let left = ledger.pending_with_prefix("s").unwrap();
    let keys: Vec<_> = left.iter().map(|pending| pending.key.as_str()).collect();
    assert_eq!(keys, ["s1%/a", "s1/b", "s2/a"]);
}
