//! The recordings of the real program, told again.

use crate::support::claude::Claude;
use crate::support::marks::{log, marks, regions, status};
use crate::support::repo::Repo;
use expect_test::expect;
use serde_json::Value;

macro_rules! tell {
    ($claude:ident, $name:literal) => {
        $claude.tell(&$claude.recorded(include_str!(concat!(
            "../payloads/claude/",
            $name,
            ".json"
        ))))
    };
}

macro_rules! recorded {
    ($claude:ident, $name:literal) => {
        $claude.recorded(include_str!(concat!("../payloads/claude/", $name, ".json")))
    };
}

/// What the recorded tool said that it wrote.
fn content(payload: &Value) -> String {
    payload["tool_input"]["content"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The file of a recording, relative to the repository.
fn file(repo: &Repo, payload: &Value) -> String {
    let path = payload["tool_input"]["file_path"].as_str().unwrap();
    let top = repo.root().to_string_lossy().into_owned() + "/";
    path.strip_prefix(&top).unwrap().to_owned()
}

#[test]
fn a_recorded_write_and_edit_are_unreviewed() {
    let repo = Repo::with(&[("README", "hello\n")]);
    let claude = Claude::new(&repo);
    let written = recorded!(claude, "004-PostToolUse-Write");
    let path = file(&repo, &written);
    tell!(claude, "003-PreToolUse-Write");
    repo.write(&path, content(&written));
    tell!(claude, "004-PostToolUse-Write");
    expect![[r#"
        u pub fn add(a: i32, b: i32) -> i32 {
        u     a + b
        u }
    "#]]
    .assert_eq(&marks(&repo, &path));

    let edited = recorded!(claude, "007-PostToolUse-Edit");
    let path = file(&repo, &edited);
    let input = |key: &str| edited["tool_input"][key].as_str().unwrap().to_owned();
    let original = edited["tool_response"]["originalFile"].as_str().unwrap();
    repo.write(&path, original);
    tell!(claude, "006-PreToolUse-Edit");
    repo.write(
        &path,
        original.replace(&input("old_string"), &input("new_string")),
    );
    tell!(claude, "007-PostToolUse-Edit");
    expect![[r#"
        unreviewed: let s = 1 + 2;
        unreviewed: {s} (for 1 lines)
    "#]]
    .assert_eq(&regions(&repo, &path));
}

#[test]
fn a_recorded_edit_of_a_notebook_marks_its_cell() {
    let repo = Repo::with(&[("README", "hello\n")]);
    let claude = Claude::new(&repo);
    let told = recorded!(claude, "018-PostToolUse-NotebookEdit");
    let text = |key: &str| told["tool_response"][key].as_str().unwrap().to_owned();
    repo.write("nb.ipynb", text("original_file"));
    repo.commit("A notebook");
    tell!(claude, "017-PreToolUse-NotebookEdit");
    repo.write("nb.ipynb", text("updated_file"));
    tell!(claude, "018-PostToolUse-NotebookEdit");
    expect![[r#"
        unreviewed: \"y = 2 (for 1 lines)
    "#]]
    .assert_eq(&regions(&repo, "nb.ipynb"));
}

#[test]
fn a_notebook_that_is_written_anew_has_only_its_new_cell_marked() {
    let repo = Repo::with(&[("README", "hello\n")]);
    let claude = Claude::new(&repo);
    let told = recorded!(claude, "018-PostToolUse-NotebookEdit");
    let cell = |id: &str, source: &str| serde_json::json!({ "cell_type": "code", "id": id, "execution_count": null, "metadata": { "tags": ["kept"] }, "outputs": [], "source": [source] });
    let notebook = |first: Value| serde_json::json!({ "nbformat": 4, "nbformat_minor": 5, "metadata": { "language_info": { "name": "python" } }, "cells": [first, cell("c2", "print(total)")] });
    // Compact and in another order of keys than the program's own.
    let before = notebook(cell("c1", "x=1\n")).to_string();
    let mut after: serde_json::Map<String, Value> = serde_json::Map::new();
    let new = notebook(cell("c1", "y = 2\n"));
    for key in ["cells", "metadata", "nbformat", "nbformat_minor"] {
        after.insert(key.to_owned(), new[key].clone());
    }
    repo.write("nb.ipynb", &before);
    repo.commit("A notebook");
    tell!(claude, "017-PreToolUse-NotebookEdit");
    let written = serde_json::to_string_pretty(&after).unwrap();
    repo.write("nb.ipynb", &written);
    let mut told = told.clone();
    told["tool_response"]["original_file"] = before.into();
    told["tool_response"]["updated_file"] = written.into();
    claude.tell(&told);
    expect![[r#"
        unreviewed: y (for 1 lines)
        unreviewed: 2
    "#]]
    .assert_eq(&regions(&repo, "nb.ipynb"));
}

#[test]
fn a_recorded_command_that_failed_marks_what_it_changed_before() {
    let repo = Repo::with(&[("main.rs", "fn main() {\n    let total = 1;\n}\n")]);
    let claude = Claude::new(&repo);
    tell!(claude, "028-PreToolUse-Bash");
    repo.replace("main.rs", "total", "grand");
    let failed = recorded!(claude, "030-PostToolUseFailure-Bash");
    assert_eq!(failed["hook_event_name"], "PostToolUseFailure");
    claude.tell(&failed);
    expect![[r#"
        unreviewed: grand (for 1 lines)
    "#]]
    .assert_eq(&regions(&repo, "main.rs"));
    assert_eq!(log(&repo), "");
    assert_eq!(status(&repo), "main.rs: 1 unreviewed\n");
}
