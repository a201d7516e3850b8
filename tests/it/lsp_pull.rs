//! An editor that asks for diagnostics is told when to ask again.

use crate::support::claude::Claude;
use crate::support::editor::{Diagnostics, Editor, Options, listed};
use crate::support::repo::Repo;

const REFRESH: &str = "workspace/diagnostic/refresh";
const WRITTEN: &str =
    "fn alpha(items: &[u32]) -> u32 {\n    items.iter().map(|it| it * 2).sum()\n}\n";
const MARKED: &str = "1: unreviewed (information) `alpha`: 3 lines by Claude Code, unreviewed";

fn opened(repo: &Repo) -> Editor {
    let mut editor = Editor::with(
        repo,
        Options {
            diagnostics: Diagnostics::Pull,
            ..Options::default()
        },
    );
    editor.open("lib.rs");
    editor
}

fn written() -> Repo {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    Claude::new(&repo).write("lib.rs", WRITTEN);
    repo
}

#[test]
fn asking_for_every_file_is_offered_and_nothing_is_pushed() {
    let repo = written();
    let mut editor = opened(&repo);
    let provider = &editor.capabilities["diagnosticProvider"];
    assert_eq!(
        (
            &provider["interFileDependencies"],
            &provider["workspaceDiagnostics"]
        ),
        (&false.into(), &true.into())
    );
    assert_eq!(listed(&editor.pull_list("lib.rs")), MARKED);
    assert_eq!(editor.published("lib.rs"), 0);
}

#[test]
fn an_answer_that_still_holds_is_not_repeated() {
    let repo = written();
    let mut editor = opened(&repo);
    let first = editor.pull("lib.rs", None);
    let id = first["resultId"].as_str().unwrap();
    let second = editor.pull("lib.rs", Some(id));
    assert_eq!(
        (second["kind"].as_str(), second["resultId"].as_str()),
        (Some("unchanged"), Some(id))
    );
    editor.type_after("lib.rs", "{\n", "    // typed\n");
    let third = editor.pull("lib.rs", Some(id));
    assert_eq!(third["kind"], "full");
    assert_ne!(third["resultId"], first["resultId"]);
}

#[test]
fn an_answer_from_before_a_reload_does_not_hold() {
    let repo = written();
    let mut editor = opened(&repo);
    let first = editor.pull("lib.rs", None);
    repo.write("lib.rs", "mod other;\n");
    editor.reload("lib.rs");
    let second = editor.pull("lib.rs", first["resultId"].as_str());
    assert_eq!(
        (
            second["kind"].as_str(),
            second["items"].as_array().map(Vec::len)
        ),
        (Some("full"), Some(0))
    );
}

#[test]
fn a_report_of_an_assistant_makes_the_editor_ask_again() {
    let repo = Repo::with(&[("lib.rs", "")]);
    let mut editor = opened(&repo);
    assert_eq!(listed(&editor.pull_list("lib.rs")), "");
    let before = editor.asked_for(REFRESH);
    // The editor has the text before the assistant's program tells of it.
    let claude = Claude::new(&repo);
    let mut write = claude.pre_write("lib.rs", WRITTEN);
    write.perform();
    editor.reload("lib.rs");
    assert_eq!(listed(&editor.pull_list("lib.rs")), "");
    write.post();
    editor.wait_until_asked(REFRESH, before);
    assert_eq!(listed(&editor.pull_list("lib.rs")), MARKED);
}

#[test]
fn an_act_makes_the_editor_ask_again() {
    let repo = written();
    let mut editor = opened(&repo);
    assert_eq!(listed(&editor.pull_list("lib.rs")), MARKED);
    let before = editor.asked_for(REFRESH);
    let action = editor.code_action("lib.rs", 0, "Confirm `alpha`");
    editor.run(&action).unwrap();
    editor.wait_until_asked(REFRESH, before);
    assert_eq!(listed(&editor.pull_list("lib.rs")), "");
}

#[test]
fn typing_does_not_make_the_editor_ask_twice() {
    let repo = written();
    let mut editor = opened(&repo);
    editor.pull("lib.rs", None);
    let before = editor.asked_for(REFRESH);
    for _ in 0..20 {
        editor.type_after("lib.rs", "fn alpha(", " ");
        editor.pull("lib.rs", None);
    }
    assert_eq!(editor.asked_for(REFRESH), before);
}

#[test]
fn a_file_that_is_not_open_is_answered_as_it_stands_on_the_disk() {
    let repo = written();
    let mut editor = opened(&repo);
    Claude::new(&repo).write("other.rs", WRITTEN);
    let report = editor.pull("other.rs", None);
    assert_eq!(
        (&report["kind"], &report["resultId"]),
        (&"full".into(), &serde_json::Value::Null)
    );
    assert_eq!(
        report["items"][0]["data"]["version"],
        serde_json::Value::Null
    );
    assert_eq!(listed(&editor.pull_list("other.rs")), MARKED);
    editor.close("lib.rs");
    assert_eq!(listed(&editor.pull_list("lib.rs")), MARKED);
    assert_eq!(listed(&editor.pull_list("README.md")), "");
    assert_eq!(listed(&editor.pull_list("none.rs")), "");
}
