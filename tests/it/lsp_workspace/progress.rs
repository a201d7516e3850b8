//! Progress that is shown while the workspace is read.

use super::{ALPHA, ALPHA_MARKED, pulling, told, written};
use crate::support::claude::Claude;
use crate::support::editor::{Answer, Editor, Options, listed};
use crate::support::repo::Repo;
use serde_json::{Value, json};

const CREATE: &str = "window/workDoneProgress/create";

fn answering(answer: Answer) -> Options {
    Options {
        answers: vec![(CREATE, answer)],
        ..pulling()
    }
}

/// What was said under the token that the server asked for.
fn kinds(editor: &Editor) -> Vec<&Value> {
    let asked = editor.asked.iter().find(|it| it["method"] == CREATE);
    let token = asked.map_or(&Value::Null, |it| &it["params"]["token"]);
    let all = told(editor, "$/progress").into_iter();
    all.filter(|it| it["token"] == *token)
        .map(|it| &it["value"])
        .collect()
}

#[test]
fn it_is_begun_once_the_editor_agrees_and_ended_with_the_sums() {
    let repo = written();
    let mut editor = Editor::with(&repo, pulling());
    editor.wait("the end", |editor| {
        kinds(editor)
            .last()
            .is_some_and(|it| it["kind"] == "end")
            .then_some(())
    });
    let kinds = kinds(&editor);
    assert_eq!(kinds[0]["kind"], "begin");
    assert_eq!(kinds[0]["cancellable"], true);
    let between = &kinds[1..kinds.len() - 1];
    assert!(between.iter().all(|it| it["kind"] == "report"), "{kinds:?}");
    let end = kinds.last().unwrap();
    assert_eq!(
        end["message"],
        "2 files wait for review: 6 unreviewed lines"
    );
}

#[test]
fn an_editor_that_refuses_it_is_told_nothing() {
    let repo = written();
    let mut editor = Editor::with(&repo, answering(Answer::Error));
    editor.wait_until_asked(CREATE, 0);
    editor.pull_all();
    assert_eq!(kinds(&editor), Vec::<&Value>::new());
    assert_eq!(editor.shutdown(), 0);
}

#[test]
fn an_editor_that_never_answers_holds_nothing_up() {
    let repo = written();
    let mut editor = Editor::with(&repo, answering(Answer::Never));
    editor.open("alpha.rs");
    editor.type_after("alpha.rs", "fn alpha(", " ");
    assert_eq!(listed(&editor.pull_list("alpha.rs")), ALPHA_MARKED);
    let report = editor.pull_all();
    assert_eq!(report["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(kinds(&editor), Vec::<&Value>::new());
    assert_eq!(editor.shutdown(), 0);
}

#[test]
fn ending_it_from_the_editor_ends_the_reading() {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    Claude::new(&repo).write("z.rs", ALPHA);
    // They are looked at first, and take far longer than the editor's word.
    for number in 0..8_000 {
        repo.write(&format!("many/{number}"), "Nothing.\n");
    }
    let mut editor = Editor::with(&repo, pulling());
    let asked = editor.wait(CREATE, |editor| {
        let mut asked = editor.asked.iter();
        asked.find(|it| it["method"] == CREATE).cloned()
    });
    editor.notify(
        "window/workDoneProgress/cancel",
        json!({ "token": asked["params"]["token"] }),
    );
    let report = editor.pull_all();
    assert_eq!(editor.listed_all(&report), "");
    let last = kinds(&editor).last().map(|it| (*it).clone());
    assert_eq!(last, Some(json!({ "kind": "end", "message": "ended" })));
}

#[test]
fn ending_it_from_the_editor_leaves_the_server_in_order() {
    let repo = written();
    let mut editor = Editor::with(&repo, answering(Answer::Never));
    let asked = editor.wait(CREATE, |editor| {
        let mut asked = editor.asked.iter();
        asked.find(|it| it["method"] == CREATE).cloned()
    });
    let cancel = "window/workDoneProgress/cancel";
    for token in [
        json!("another"),
        json!([1]),
        asked["params"]["token"].clone(),
    ] {
        editor.notify(cancel, json!({ "token": token }));
    }
    // Whatever was read by then is answered; what was not is not waited for.
    editor.pull_all();
    editor.open("alpha.rs");
    assert_eq!(listed(&editor.pull_list("alpha.rs")), ALPHA_MARKED);
}

#[test]
fn where_nothing_is_known_nothing_is_shown() {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    let mut editor = Editor::with(&repo, pulling());
    editor.pull_all();
    assert_eq!(editor.asked_for(CREATE), 0);
}
