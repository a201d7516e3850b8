//! The settings that an editor has, and what it says when it is asked for them.

use super::{ALPHA_MARKED, pulling, shown_message, told, written};
use crate::support::editor::{Answer, Editor, Options, listed};
use crate::support::repo::Repo;
use serde_json::{Value, json};

const PULL: &str = "workspace/configuration";
const CHANGED: &str = "workspace/didChangeConfiguration";

fn configured(repo: &Repo, configuration: Value) -> Editor {
    let options = Options {
        configuration,
        ..Options::default()
    };
    let mut editor = Editor::with(repo, options);
    editor.open("alpha.rs");
    editor
}

#[track_caller]
fn shows(editor: &mut Editor, wanted: &str) {
    editor.diagnostics_until("alpha.rs", wanted, |all| listed(all) == wanted);
}

#[test]
fn they_are_asked_for_by_folder_and_heeded() {
    let repo = written();
    let mut editor = configured(&repo, json!({ "severity": { "unreviewed": "error" } }));
    shows(&mut editor, &ALPHA_MARKED.replace("information", "error"));
    let asked = editor.asked.iter().find(|it| it["method"] == PULL).unwrap();
    let top = format!("file://{}", repo.root().to_string_lossy());
    assert_eq!(
        asked["params"]["items"],
        json!([{ "section": "countersign" }, { "scopeUri": top, "section": "countersign" }])
    );
}

#[test]
fn a_workspace_is_turned_off_and_on_again() {
    let repo = written();
    let mut editor = configured(&repo, Value::Null);
    shows(&mut editor, ALPHA_MARKED);
    editor.configuration = json!({ "enable": false });
    editor.notify(CHANGED, json!({ "settings": null }));
    shows(&mut editor, "");
    assert_eq!(editor.hover("alpha.rs", 0, 4), None);
    assert_eq!(editor.code_actions("alpha.rs", 0).len(), 0);
    // What is typed meanwhile is not lost: it is followed, and not shown.
    editor.type_after("alpha.rs", "fn alpha(", " ");
    editor.configuration = json!({});
    editor.notify(CHANGED, json!({ "settings": null }));
    shows(&mut editor, ALPHA_MARKED);
}

#[test]
fn a_folder_has_settings_of_its_own() {
    let repo = written();
    let other = repo.clone_to("other");
    let options = Options {
        folders: vec![repo.root().to_owned(), other.root().to_owned()],
        ..pulling()
    };
    let mut editor = Editor::with(&repo, options);
    let uri = format!("file://{}", repo.root().to_string_lossy());
    editor
        .configurations
        .insert(uri, json!({ "severity": "off" }));
    editor.notify(CHANGED, json!({ "settings": null }));
    super::report_becomes(&mut editor, "");
}

#[test]
fn an_editor_without_answers_is_heeded_when_it_sends_them() {
    let repo = written();
    let mut editor = configured(&repo, Value::Null);
    shows(&mut editor, ALPHA_MARKED);
    let settings = json!({ "countersign": { "severity": "hint" } });
    editor.notify(CHANGED, json!({ "settings": settings }));
    shows(&mut editor, &ALPHA_MARKED.replace("information", "hint"));
    // Those of other servers are none of ours.
    editor.notify(
        CHANGED,
        json!({ "settings": { "pylsp": { "enable": false } } }),
    );
    editor.notify(CHANGED, json!({ "settings": {} }));
    shows(&mut editor, ALPHA_MARKED);
}

#[test]
fn what_makes_no_sense_is_told_once_and_the_rest_holds() {
    let repo = written();
    let wrong = json!({ "severity": { "unreviewed": "error", "removed": "loud" }, "enabel": 1 });
    let mut editor = configured(&repo, wrong);
    shows(&mut editor, &ALPHA_MARKED.replace("information", "error"));
    shown_message(&mut editor, "`enabel` is not a setting");
    let asked = editor.asked_for(PULL);
    editor.notify(CHANGED, json!({ "settings": null }));
    editor.wait_until_asked(PULL, asked);
    let messages = shown_message(&mut editor, "`severity.removed` is error, warning");
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(!told(&editor, "window/logMessage").is_empty());
}

#[test]
fn an_editor_that_answers_nonsense_is_served_all_the_same() {
    let repo = written();
    let answers = [
        Answer::Error,
        Answer::Never,
        Answer::Result(Value::Null),
        Answer::Result(json!("nothing")),
        Answer::Result(json!([])),
        Answer::Result(json!([7, [true]])),
        Answer::Result(json!([null, null, null, null])),
    ];
    for answer in answers {
        let options = Options {
            answers: vec![(PULL, answer.clone())],
            initialization: json!({ "severity": "warning" }),
            ..Options::default()
        };
        let mut editor = Editor::with(&repo, options);
        editor.open("alpha.rs");
        shows(&mut editor, &ALPHA_MARKED.replace("information", "warning"));
        assert_eq!(editor.shutdown(), 0, "{answer:?}");
    }
}
