//! The log: where it goes, and how much of it.

use super::{ALPHA_MARKED, pulling, told, written};
use crate::support::editor::{Editor, Options, listed};
use crate::support::repo::Repo;
use serde_json::{Value, json};

fn logging(arguments: &[&str], initialization: Value) -> (Repo, Editor) {
    let repo = written();
    let file = repo.home().join("log");
    let file = file.to_string_lossy();
    let mut arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    arguments.extend(["--log-file".to_owned(), file.into_owned()]);
    let options = Options {
        arguments,
        initialization,
        ..pulling()
    };
    let editor = Editor::with(&repo, options);
    (repo, editor)
}

/// The log of a session that read the workspace and ended.
fn log(arguments: &[&str], initialization: Value) -> String {
    let (repo, mut editor) = logging(arguments, initialization);
    editor.pull_all();
    assert_eq!(editor.shutdown(), 0);
    std::fs::read_to_string(repo.home().join("log")).unwrap()
}

#[test]
fn its_level_is_named_on_the_command_line_or_by_a_setting() {
    assert_eq!(log(&[], Value::Null), "");
    let settings = json!({ "log": { "level": "info" } });
    for log in [
        log(&["--log-level", "info"], Value::Null),
        log(&[], settings.clone()),
    ] {
        assert!(log.contains("2 files wait for review"), "{log}");
        let begins = format!("countersign {} ", env!("CARGO_PKG_VERSION"));
        assert!(log.contains(&begins) && log.contains(" serves /"), "{log}");
    }
    assert_eq!(log(&["--log-level", "error"], settings), "");
}

#[test]
fn a_variable_that_makes_no_sense_is_told_and_leaves_the_level_to_the_settings() {
    for (words, complaint) in [
        (
            "loud",
            "COUNTERSIGN_LOG is not heeded: `loud` is neither a level",
        ),
        ("countersign=warn", ""),
        ("", ""),
    ] {
        let repo = written();
        let file = repo.home().join("log").to_string_lossy().into_owned();
        let options = Options {
            variables: vec![("COUNTERSIGN_LOG", words)],
            arguments: vec!["--log-file".to_owned(), file.clone()],
            ..pulling()
        };
        assert_eq!(Editor::with(&repo, options).shutdown(), 0);
        let log = std::fs::read_to_string(file).unwrap();
        assert!(log.contains(complaint), "{words}: {log}");
        assert_eq!(log.is_empty(), complaint.is_empty(), "{words}: {log}");
    }
}

#[test]
fn a_level_that_there_is_not_and_a_file_that_cannot_be_are_told() {
    let repo = written();
    let wrong = repo.run(&["lsp", "--log-level", "loud"]).expect_code(2);
    assert!(
        wrong
            .stderr
            .contains("off, error, warn, info, debug, trace"),
        "{wrong}"
    );
    let file = repo.path("alpha.rs/log").to_string_lossy().into_owned();
    let wrong = repo.run(&["lsp", "--log-file", &file]).expect_code(2);
    assert!(
        wrong.stderr.contains("the log cannot be written to"),
        "{wrong}"
    );
}

#[test]
fn the_editor_sees_as_much_as_its_trace_asks_for() {
    let repo = written();
    let mut editor = Editor::with(&repo, pulling());
    editor.pull_all();
    assert_eq!(told(&editor, "$/logTrace"), Vec::<&Value>::new());
    editor.notify("$/setTrace", json!({ "value": "messages" }));
    repo.run_in_terminal(&["confirm", "vendor/beta.rs"]).ok();
    editor.wait("a trace", |editor| {
        let mut all = told(editor, "$/logTrace").into_iter();
        all.any(|it| {
            let words = it["message"].as_str().unwrap_or("");
            words.starts_with("1 file waits for review: 3 unreviewed lines")
        })
        .then_some(())
    });
    editor.notify("$/setTrace", json!({ "value": 7 }));
    editor.open("alpha.rs");
    assert_eq!(listed(&editor.pull_list("alpha.rs")), ALPHA_MARKED);
}
