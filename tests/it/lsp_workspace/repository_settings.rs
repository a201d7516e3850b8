//! `countersign.toml`: what holds for all who work in a repository.

use super::{ALPHA_MARKED, BETA_MARKED, pulling, report_becomes, shown_message, written};
use crate::support::claude::Claude;
use crate::support::editor::{Editor, Options, listed};
use serde_json::json;

const VENDOR: &str = "ignore = [\"vendor/**\"]\n";

fn alpha() -> String {
    format!("alpha.rs: [{ALPHA_MARKED}]\n")
}

fn both() -> String {
    format!("alpha.rs: [{ALPHA_MARKED}]\nvendor/beta.rs: [{BETA_MARKED}]\n")
}

#[test]
fn what_it_ignores_is_not_shown() {
    let repo = written();
    repo.write("countersign.toml", VENDOR);
    let mut editor = Editor::with(&repo, pulling());
    let report = editor.pull_all();
    assert_eq!(editor.listed_all(&report), alpha());
    editor.open("vendor/beta.rs");
    assert_eq!(listed(&editor.pull_list("vendor/beta.rs")), "");
}

#[test]
fn it_is_read_again_when_it_changes() {
    let repo = written();
    let mut editor = Editor::with(&repo, pulling());
    report_becomes(&mut editor, &both());
    editor.open_as("countersign.toml", "");
    editor.replace("countersign.toml", "", VENDOR);
    editor.save("countersign.toml");
    report_becomes(
        &mut editor,
        &format!("{}countersign.toml (version 2): []\n", alpha()),
    );
}

#[test]
fn an_assistants_has_no_effect_until_somebody_confirms_it() {
    let repo = written();
    Claude::new(&repo).write("countersign.toml", VENDOR);
    let mut editor = Editor::with(&repo, pulling());
    let marked = "countersign.toml: [1: unreviewed (information) line 1: 1 line by Claude Code, unreviewed]\n";
    report_becomes(
        &mut editor,
        &both().replace("vendor", &format!("{marked}vendor")),
    );
    shown_message(
        &mut editor,
        "countersign.toml is not heeded: it holds a change by an assistant",
    );
    repo.run_in_terminal(&["confirm", "countersign.toml"]).ok();
    report_becomes(&mut editor, &alpha());
}

#[test]
fn the_editors_own_settings_stand_above_it() {
    let repo = written();
    repo.write(
        "countersign.toml",
        format!("{VENDOR}severity = \"error\"\n"),
    );
    let options = Options {
        configuration: json!({ "ignore": [], "severity": { "unreviewed": "information" } }),
        ..pulling()
    };
    let mut editor = Editor::with(&repo, options);
    report_becomes(&mut editor, &both());
}

#[test]
fn what_is_wrong_in_it_is_told() {
    let repo = written();
    repo.write(
        "countersign.toml",
        "ignore = \"vendor\"\nseverity = \"error\"\n",
    );
    let mut editor = Editor::with(&repo, pulling());
    report_becomes(&mut editor, &both().replace("information", "error"));
    shown_message(
        &mut editor,
        "countersign.toml: `ignore` is a list of globs, not \"vendor\"",
    );
    repo.write("countersign.toml", "ignore = [");
    editor.watched("countersign.toml", crate::support::editor::Watched::Changed);
    report_becomes(&mut editor, &both());
    shown_message(&mut editor, "countersign.toml is not heeded: ");
}
