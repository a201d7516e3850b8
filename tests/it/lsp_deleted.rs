//! A file that an assistant deleted is reviewed in the editor, whether it is opened there or not.

use crate::support::claude::Claude;
use crate::support::editor::{Change, Diagnostics, Editor, Options, listed};
use crate::support::repo::Repo;
use serde_json::{Value, json};

const PAY: &str = "\
fn pay(amount: i64, limit: i64) -> Result<i64, String> {
    if amount > limit {
        return Err(\"over the limit\".to_owned());
    }
    Ok(amount)
}
";

const MARKED: &str =
    "1: removed (information) the whole file: 6 lines taken away by Claude Code, unreviewed";
const CONFIRM: &str = "Confirm the whole file (6 lines taken away by Claude Code)";

/// A repository in which Claude Code deleted `src/pay.rs`, and an editor that asks for diagnostics.
fn deleted(options: Options) -> (Repo, Editor) {
    let repo = Repo::with(&[("src/pay.rs", PAY), ("src/lib.rs", "mod pay;\n")]);
    Claude::new(&repo).bash("rm src/pay.rs");
    let editor = Editor::with(&repo, options);
    (repo, editor)
}

fn pulling() -> Options {
    Options {
        diagnostics: Diagnostics::Pull,
        ..Options::default()
    }
}

#[track_caller]
fn removals(repo: &Repo) -> Value {
    repo.run(&["status", "--json"]).ok().json()["totals"]["removals"].clone()
}

#[test]
fn it_stands_in_the_report_on_all_files() {
    let (_repo, mut editor) = deleted(pulling());
    let report = editor.pull_all();
    assert_eq!(
        editor.listed_all(&report),
        format!("src/pay.rs: [{MARKED}]\n")
    );
    let diagnostic = &report["items"][0]["items"][0];
    let start = json!({ "line": 0, "character": 0 });
    assert_eq!(diagnostic["range"], json!({ "start": start, "end": start }));
    let named = diagnostic["data"]["regions"][0].as_str().unwrap();
    assert!(named.starts_with("removal:"), "{named}");
    assert_eq!(listed(&editor.pull_list("src/pay.rs")), MARKED);
}

#[test]
fn it_is_confirmed_without_being_opened() {
    let (repo, mut editor) = deleted(pulling());
    let hover = editor.hover("src/pay.rs", 0, 0).unwrap();
    assert!(hover.contains("if amount > limit"), "{hover}");
    let action = editor.code_action("src/pay.rs", 0, "Confirm");
    assert_eq!((&*action.title, action.preferred), (CONFIRM, true));
    let answer = json!({ "confirmed_lines": 0, "removals": 1 });
    assert_eq!(editor.run(&action), Ok(answer));
    assert_eq!(removals(&repo), 0);
    assert_eq!(listed(&editor.pull_list("src/pay.rs")), "");
    let undo = editor.code_action("src/pay.rs", 0, "Undo");
    editor.run(&undo).unwrap();
    assert_eq!(removals(&repo), 1);
}

#[test]
fn the_names_in_the_report_are_good_for_a_command() {
    let (repo, mut editor) = deleted(pulling());
    let report = editor.pull_all();
    let regions = &report["items"][0]["items"][0]["data"]["regions"];
    let argument = json!({ "uri": editor.uri("src/pay.rs"), "regions": regions });
    editor.execute("countersign.confirm", argument).unwrap();
    assert_eq!(removals(&repo), 0);
}

#[test]
fn it_is_put_back_without_being_opened() {
    let (repo, mut editor) = deleted(pulling());
    let action = editor.code_action("src/pay.rs", 0, "Reject");
    assert_eq!(editor.run(&action), Ok(json!({ "rejected": true })));
    assert_eq!(repo.read("src/pay.rs"), PAY);
    assert_eq!(removals(&repo), 0);
    let again = editor.run(&action).unwrap_err();
    assert!(again.message.contains("is not open here"), "{again:?}");
}

#[test]
fn an_assistant_can_do_neither() {
    let variables = vec![("CLAUDECODE", "1")];
    let (repo, mut editor) = deleted(Options {
        variables,
        ..pulling()
    });
    for title in ["Confirm", "Reject", "I wrote this"] {
        let action = editor.code_action("src/pay.rs", 0, title);
        assert_eq!(editor.run(&action).unwrap_err().code, -32803, "{title}");
    }
    assert!(!repo.path("src/pay.rs").exists());
    assert_eq!(removals(&repo), 1);
}

#[test]
fn a_buffer_of_its_name_shows_it() {
    let (repo, mut editor) = deleted(Options::default());
    editor.open_as("src/pay.rs", "");
    editor.diagnostics_until("src/pay.rs", MARKED, |all| listed(all) == MARKED);
    let action = editor.code_action("src/pay.rs", 0, "Reject");
    editor.run(&action).unwrap();
    assert_eq!(editor.text("src/pay.rs"), PAY);
    editor.save("src/pay.rs");
    editor.diagnostics_until("src/pay.rs", "nothing", <[_]>::is_empty);
    assert_eq!(removals(&repo), 0);
}

#[test]
fn text_that_a_person_writes_in_its_place_leaves_it_open() {
    let (repo, mut editor) = deleted(Options::default());
    editor.open_as("src/pay.rs", "");
    editor.diagnostics_until("src/pay.rs", MARKED, |all| listed(all) == MARKED);
    let action = editor.code_action("src/pay.rs", 0, "Confirm");
    let mine = "fn other() {}\n";
    editor.change(
        "src/pay.rs",
        &[Change {
            range: None,
            text: mine.to_owned(),
        }],
    );
    assert_eq!(editor.run(&action).unwrap_err().code, -32801);
    editor.save("src/pay.rs");
    let still = |all: &[_]| listed(all).contains("6 lines taken away by Claude Code");
    editor.diagnostics_until("src/pay.rs", "the removal", still);
    assert_eq!(removals(&repo), 1);
}

#[test]
fn blame_tells_what_went() {
    let (repo, editor) = deleted(Options::default());
    editor.kill();
    let blame = || repo.run(&["blame", "src/pay.rs"]).ok().stdout;
    let told = "(6 lines taken away here by Claude Code, unreviewed)";
    assert_eq!(blame().trim(), told);
    let json = repo.run(&["blame", "src/pay.rs", "--json"]).ok().json();
    let region = &json["regions"][0];
    assert_eq!(
        (&json["lines"], &region["removed_lines"], &region["state"]),
        (&json!(0), &json!(6), &json!("unreviewed"))
    );
    repo.run_in_terminal(&["confirm", "src/pay.rs"]).ok();
    let told = "(6 lines taken away here by Claude Code, confirmed by Ada Lovelace)";
    assert_eq!(blame().trim(), told);
    repo.run(&["blame", "src/none.rs"]).expect_code(2);
}
