//! What an editor is told of the whole workspace, and how it is set.

mod closed;
mod folders;
mod heads;
mod layers_of_settings;
mod log;
mod notebook;
mod progress;
mod repository_settings;

use crate::support::claude::Claude;
use crate::support::editor::{Diagnostics, Editor, Options};
use crate::support::repo::Repo;
use serde_json::Value;

const ALPHA: &str =
    "fn alpha(items: &[u32]) -> u32 {\n    items.iter().map(|it| it * 2).sum()\n}\n";
const BETA: &str = "fn beta(name: &str) -> String {\n    format!(\"{name} and {name}\")\n}\n";
const ALPHA_MARKED: &str =
    "1: unreviewed (information) `alpha`: 3 lines by Claude Code, unreviewed";
const BETA_MARKED: &str = "1: unreviewed (information) `beta`: 3 lines by Claude Code, unreviewed";

const REFRESH: &str = "workspace/diagnostic/refresh";

/// A repository in which an assistant wrote two files.
fn written() -> Repo {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    let claude = Claude::new(&repo);
    claude.write("alpha.rs", ALPHA);
    claude.write("vendor/beta.rs", BETA);
    repo
}

fn pulling() -> Options {
    Options {
        diagnostics: Diagnostics::Pull,
        ..Options::default()
    }
}

/// All that was notified by a method: its parameters.
fn told<'a>(editor: &'a Editor, method: &str) -> Vec<&'a Value> {
    let all = editor.notified.iter().filter(|it| it["method"] == method);
    all.map(|it| &it["params"]).collect()
}

/// Waits for a message to the user that contains these words, and gives all messages.
#[track_caller]
fn shown_message(editor: &mut Editor, words: &str) -> Vec<String> {
    editor.wait(words, |editor| {
        let all = told(editor, "window/showMessage").into_iter();
        let all: Vec<String> = all
            .map(|it| it["message"].as_str().unwrap_or("").to_owned())
            .collect();
        all.iter().any(|it| it.contains(words)).then_some(all)
    })
}

/// Asks for a report on all files until it reads so, whenever the server says that there is another one.
#[track_caller]
fn report_becomes(editor: &mut Editor, wanted: &str) -> Value {
    report_becomes_since(editor, &Value::Null, wanted)
}

/// The same, knowing an earlier report.
#[track_caller]
fn report_becomes_since(editor: &mut Editor, earlier: &Value, wanted: &str) -> Value {
    loop {
        let before = editor.asked_for(REFRESH);
        let report = editor.pull_all_since(earlier);
        if editor.listed_all(&report) == wanted {
            return report;
        }
        editor.wait_until_asked(REFRESH, before);
    }
}
