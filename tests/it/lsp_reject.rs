//! "Reject" puts back what stood before, byte for byte, and leaves nothing that asks anybody.

use crate::support::claude::Claude;
use crate::support::editor::{Answer, Editor, Options, listed};
use crate::support::repo::Repo;
use serde_json::{Value, json};

const BEFORE: &str = "\
fn one(x: u32) -> u32 {
    let first = alpha(x, 71);
    let second = beta(x, 80);
    first + second
}

fn two(x: u32) -> u32 {
    let third = gamma(x, 59);
    third
}
";

/// An editor that shows what Claude Code made of `BEFORE`.
fn rewritten(after: &str) -> (Repo, Editor) {
    let repo = Repo::with(&[("lib.rs", BEFORE)]);
    Claude::new(&repo).write("lib.rs", after);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    editor.diagnostics_until("lib.rs", "something", |all| !all.is_empty());
    (repo, editor)
}

/// Rejects unit after unit until none is left.
#[track_caller]
fn reject_all(editor: &mut Editor) {
    while let [first, ..] = editor.diagnostics("lib.rs").as_slice() {
        let left = editor.diagnostics("lib.rs").len();
        let action = editor.code_action("lib.rs", first.from.line, "Reject");
        assert_eq!(editor.run(&action), Ok(json!({ "rejected": true })));
        editor.diagnostics_until("lib.rs", "fewer", |all| all.len() < left);
    }
}

#[track_caller]
fn check(after: &str) {
    let (repo, mut editor) = rewritten(after);
    reject_all(&mut editor);
    assert_eq!(editor.text("lib.rs"), BEFORE);
    assert_eq!(editor.regions("lib.rs")["regions"], json!([]));
    editor.save("lib.rs");
    assert_eq!(editor.shutdown(), 0);
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["files"], json!([]), "{status:#}");
}

#[test]
fn a_line_for_a_line_that_is_much_like_it() {
    check(&BEFORE.replace(
        "    let second = beta(x, 80);\n",
        "    let other = zeta(9);\n    let more = eta(3);\n",
    ));
}

#[test]
fn blank_lines_come_and_go_with_it() {
    check(&BEFORE.replace("}\n\nfn two", "}\nlet between = 1;\nfn two"));
    check(&BEFORE.replace("}\n\nfn two", "}\n\nfn new() {\n    made();\n}\n\n\nfn two"));
    check(&format!("fn new() {{\n    made();\n}}\n\n{BEFORE}"));
}

#[test]
fn what_was_wrapped_is_unwrapped() {
    check(&BEFORE.replace(
        "    let third = gamma(x, 59);\n    third\n",
        "    if x > 9 {\n        let third = gamma(x, 59);\n        third\n    } else {\n        never()\n    }\n",
    ));
}

#[test]
fn text_that_closes_nothing_any_more() {
    check(&BEFORE.replace("fn two(x: u32) -> u32 {\n", ""));
    check(&BEFORE.replace("}\n\nfn two(x: u32) -> u32 {\n", ""));
}

#[test]
fn a_persons_lines_beside_it_stay() {
    let (_repo, mut editor) = rewritten(&BEFORE.replace(
        "    let third = gamma(x, 59);\n",
        "    let third = wrong();\n",
    ));
    editor.type_after("lib.rs", "fn two(x: u32) -> u32 {\n", "    mine(x);\n");
    editor.replace("lib.rs", "alpha(x, 71)", "alpha(x, 72)");
    reject_all(&mut editor);
    let mine = BEFORE
        .replace("alpha(x, 71)", "alpha(x, 72)")
        .replace("    let third", "    mine(x);\n    let third");
    assert_eq!(editor.text("lib.rs"), mine);
}

#[test]
fn what_was_confirmed_before_is_confirmed_again() {
    let repo = Repo::with(&[("lib.rs", "")]);
    let claude = Claude::new(&repo);
    claude.write("lib.rs", BEFORE);
    repo.run_in_terminal(&["confirm", "lib.rs"]).ok();
    claude.edit("lib.rs", "beta(x, 80)", "beta(x, 81) + omega(x)");
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    editor.diagnostics_until("lib.rs", "something", |all| !all.is_empty());
    reject_all(&mut editor);
    assert_eq!(editor.text("lib.rs"), BEFORE);
    let regions = editor.regions("lib.rs");
    let states: Vec<_> = regions["regions"].as_array().unwrap().iter().collect();
    assert!(
        states.iter().all(|it| it["state"] == "confirmed"),
        "{regions:#}"
    );
    editor.save("lib.rs");
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["totals"]["confirmed_lines"], 9, "{status:#}");
}

/// What an editor that cannot or will not make the edit is told.
#[track_caller]
fn check_unmade(options: Options) -> (Result<Value, String>, String) {
    let repo = Repo::with(&[("lib.rs", BEFORE)]);
    Claude::new(&repo).edit("lib.rs", "    third\n", "    third + wrong()\n");
    let mut editor = Editor::with(&repo, options);
    editor.open("lib.rs");
    let all = editor.diagnostics_until("lib.rs", "something", |all| !all.is_empty());
    let target = json!({ "uri": editor.uri("lib.rs"), "regions": all[0].raw["data"]["regions"] });
    let answer = editor.execute("countersign.reject", target);
    let all = editor.diagnostics("lib.rs");
    (answer.map_err(|refused| refused.message), listed(&all))
}

#[test]
fn an_editor_that_makes_no_edit_has_rejected_nothing() {
    let shown = "9: unreviewed (information) `two`: 1 line by Claude Code, unreviewed";
    let refuses = Answer::Result(json!({ "applied": false, "failureReason": "read only" }));
    let answers = vec![("workspace/applyEdit", refuses)];
    let options = Options {
        answers,
        ..Options::default()
    };
    let rejected = json!({ "rejected": false, "reason": "read only" });
    assert_eq!(check_unmade(options), (Ok(rejected), shown.to_owned()));
    // It is not even asked where it said that it cannot.
    let answers = vec![("workspace/applyEdit", Answer::Never)];
    let lacks = vec!["/workspace/applyEdit"];
    let options = Options {
        answers,
        lacks,
        ..Options::default()
    };
    let (answer, all) = check_unmade(options);
    let message = answer.unwrap_err();
    assert!(message.contains("by hand"), "{message}");
    assert_eq!(all, shown);
}
