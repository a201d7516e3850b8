//! `countersign blame`: every line's origin and who stands behind it.

use super::{PAY, REFUND, visited};
use crate::support::claude::Claude;
use crate::support::marks::{marks, marks_at};
use crate::support::repo::{PERSON, Repo};
use expect_test::expect;
use serde_json::{Value, json};

/// A time as RFC 3339 writes it in UTC, taken out of a value for comparing.
#[track_caller]
fn take_time(value: &mut Value) {
    let time = value.take();
    let time = time.as_str().unwrap();
    assert!(
        time.len() == 24 && time.ends_with('Z') && time.as_bytes()[10] == b'T',
        "{time}"
    );
}

#[test]
fn a_region_says_where_it_came_from_and_who_confirmed_it() {
    let repo = visited();
    let confirm = [
        "confirm",
        "refund.rs:8-10",
        "--level",
        "verified",
        "--note",
        "ran it",
    ];
    repo.run_in_terminal(&confirm).ok();
    let mut blame = repo.run(&["blame", "refund.rs", "--json"]).ok().json();
    assert_eq!(blame["path"], "refund.rs");
    assert_eq!(blame["lines"], 10);
    assert_eq!(blame["blob"], repo.git(&["hash-object", "refund.rs"]));
    let regions = blame["regions"].as_array_mut().unwrap();
    assert_eq!(regions.len(), 2);
    for region in regions.iter_mut() {
        take_time(&mut region["origin"]["at"]);
    }
    take_time(&mut regions[1]["confirmations"][0]["at"]);
    let origin = json!({
        "source": "claude-code", "model": null, "session": "e0643688-029d-4daf-bd0c-3bcbed709a5c",
        "evidence": "reported", "at": null,
    });
    let middle = REFUND.find("fn void").unwrap();
    assert_eq!(
        regions[0],
        json!({
            "first_line": 1, "last_line": 6, "bytes": [0, middle - 2], "state": "unreviewed",
            "removed_lines": 0, "origin": origin, "unit": "refund", "questions": [],
            "confirmations": [],
        })
    );
    assert_eq!(
        regions[1],
        json!({
            "first_line": 8, "last_line": 10, "bytes": [middle, REFUND.len() - 1],
            "state": "confirmed", "removed_lines": 0, "origin": origin, "unit": "void",
            "questions": [],
            "confirmations": [{
                "by": PERSON, "at": null, "level": "verified", "note": "ran it", "answers": [],
            }],
        })
    );
}

#[test]
fn people_read_it_beside_the_text() {
    let repo = visited();
    repo.run_in_terminal(&["confirm", "refund.rs:1-6"]).ok();
    expect![[r#"
        Claude Code, confirmed by Ada Lovelace  1 fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
        Claude Code, confirmed by Ada Lovelace  2     let left = receipt.total - receipt.refunded;
                                                3 
        Claude Code, confirmed by Ada Lovelace  4     bank::give_back(receipt.card, amount.min(left))?;
        Claude Code, confirmed by Ada Lovelace  5     Ok(())
        Claude Code, confirmed by Ada Lovelace  6 }
                                                7 
        Claude Code, unreviewed                 8 fn void(receipt: &Receipt) -> Result<(), Refused> {
        Claude Code, unreviewed                 9     refund(receipt, receipt.total)
        Claude Code, unreviewed                10 }
    "#]].assert_eq(&repo.run(&["blame", "refund.rs"]).ok().stdout);
    expect![[r#"
                                1 fn pay(order: &Order) -> Result<Receipt, Refused> {
                                  (3 lines taken away here by Claude Code, unreviewed)
                                2 
                                3     let receipt = bank::charge(order.card, order.total)?;
        Claude Code, unreviewed 4     log::info("paid");
                                5     Ok(receipt)
                                6 }
    "#]]
    .assert_eq(&repo.run(&["blame", "pay.rs"]).ok().stdout);
    let nobody = repo.run(&["blame", "lib.rs"]).ok();
    assert!(nobody.stderr.contains("no assistant is known"), "{nobody}");
}

#[test]
fn a_file_is_read_as_it_was_in_a_commit() {
    let repo = visited();
    repo.commit("All");
    repo.append("refund.rs", "fn mine() {}\n");
    repo.replace("refund.rs", "    Ok(())\n", "");
    repo.commit("Mine");
    repo.delete("refund.rs");
    expect![[r#"
        u fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
        u     let left = receipt.total - receipt.refunded;

        u     bank::give_back(receipt.card, amount.min(left))?;
        u }

        u fn void(receipt: &Receipt) -> Result<(), Refused> {
        u     refund(receipt, receipt.total)
        u }
          fn mine() {}
    "#]]
    .assert_eq(&marks_at(&repo, "refund.rs", "HEAD"));
    assert!(marks_at(&repo, "refund.rs", "HEAD~1").contains("u     Ok(())"));
    assert!(!marks_at(&repo, "pay.rs", "HEAD~2").contains("u "));
    let no_file = repo
        .run(&["blame", "refund.rs", "--rev", "HEAD~2"])
        .expect_code(2);
    assert!(
        no_file.stderr.contains("has no file refund.rs"),
        "{no_file}"
    );
    let no_rev = repo
        .run(&["blame", "refund.rs", "--rev", "nowhere"])
        .expect_code(2);
    assert!(no_rev.stderr.contains("nowhere"), "{no_rev}");
}

#[test]
fn what_cannot_be_blamed_is_told() {
    let repo = visited();
    repo.write("raw.bin", b"a\0b");
    for (file, why) in [
        ("raw.bin", "NUL"),
        ("gone.rs", "cannot be read"),
        (".", "is not a file"),
    ] {
        let refused = repo.run(&["blame", file]).expect_code(2);
        assert!(refused.stderr.contains(why), "{refused}");
        assert!(refused.stdout.is_empty(), "{refused}");
    }
    assert_eq!(
        Repo::without_git()
            .run(&["blame", "gone.rs", "--rev", "HEAD"])
            .code,
        2
    );
}

#[test]
fn nothing_is_counted_in_an_empty_file() {
    let repo = visited();
    repo.write("empty.rs", "");
    let blame = repo.run(&["blame", "empty.rs", "--json"]).ok().json();
    assert_eq!(
        (&blame["lines"], &blame["regions"]),
        (&json!(0), &json!([]))
    );
}

#[test]
fn a_line_without_an_end_is_a_line() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).write("a.rs", "fn first() { a(); }\nfn second() { b(); }");
    let blame = repo.run(&["blame", "a.rs", "--json"]).ok().json();
    assert_eq!(blame["lines"], 2);
    expect![[r#"
        u fn first() { a(); }
        u fn second() { b(); }
    "#]]
    .assert_eq(&marks(&repo, "a.rs"));
}

#[test]
fn what_went_from_a_file_that_holds_nothing_now_is_told() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).write("pay.rs", "");
    let blame = repo.run(&["blame", "pay.rs"]).ok().stdout;
    assert!(
        blame.contains("taken away here by Claude Code, unreviewed)"),
        "{blame}"
    );
}
