//! A buffer that is not what stands on the disk, and comes to be so.

use crate::support::claude::Claude;
use crate::support::editor::{Change, Editor};
use crate::support::marks::status;
use crate::support::repo::Repo;
use serde_json::json;

const LIB: &str = "\
fn mine() -> u32 {
    let one = first();
    one + 1
}

fn other() -> u32 {
    let two = second();
    two + 2
}
";

fn lib() -> (Repo, Editor) {
    let repo = Repo::with(&[("lib.rs", LIB)]);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    (repo, editor)
}

/// What VS Code and Helix send when a person takes the file's text into the buffer.
fn revert(repo: &Repo, editor: &mut Editor) {
    editor.change("lib.rs", &[Change::whole(&repo.read("lib.rs"))]);
}

#[track_caller]
fn both_say(repo: &Repo, editor: &mut Editor, wanted: &str) {
    let shown = match wanted {
        "" => 0,
        _ => 1,
    };
    editor.diagnostics_until("lib.rs", wanted, |all| all.len() == shown);
    assert_eq!(status(repo), wanted);
    editor.save("lib.rs");
    editor.regions("lib.rs");
    assert_eq!(status(repo), wanted, "after the next save");
}

#[test]
fn of_a_buffer_that_a_server_finds_changed_the_file_is_known_when_it_is_taken_back() {
    let (repo, mut editor) = lib();
    editor.replace("lib.rs", "    two + 2", "    two + 3");
    Claude::new(&repo).edit("lib.rs", "one + 1", "one + 5");
    let changed = editor.text("lib.rs").to_owned();
    editor.kill();
    let mut editor = Editor::open_on(&repo);
    editor.open_as("lib.rs", &changed);
    revert(&repo, &mut editor);
    both_say(&repo, &mut editor, "lib.rs: 1 unreviewed\n");
}

#[test]
fn of_a_buffer_that_a_server_finds_changed_the_change_is_not_a_commands() {
    let (repo, editor) = lib();
    let claude = Claude::new(&repo);
    editor.kill();
    let mut editor = Editor::open_on(&repo);
    editor.open_as(
        "lib.rs",
        &LIB.replace("    two + 2", "    let three = two + third();\n    three"),
    );
    let mut bash = claude.pre_bash("sed -i 's/one + 1/one + 5/' lib.rs");
    editor.save("lib.rs");
    editor.regions("lib.rs");
    bash.perform();
    bash.post();
    revert(&repo, &mut editor);
    both_say(&repo, &mut editor, "lib.rs: 1 unreviewed\n");
}

#[test]
fn what_an_assistant_writes_before_the_server_hears_of_a_save_is_its() {
    let (repo, mut editor) = lib();
    let claude = Claude::new(&repo);
    editor.replace("lib.rs", "    two + 2", "    two + 3");
    editor.regions("lib.rs");
    repo.write("lib.rs", editor.text("lib.rs"));
    let mut edit = claude.pre_edit("lib.rs", "one + 1", "one + 5");
    edit.perform();
    editor.tell_of_saving("lib.rs");
    edit.post();
    revert(&repo, &mut editor);
    both_say(&repo, &mut editor, "lib.rs: 1 unreviewed\n");
}

#[test]
fn what_git_takes_back_is_what_it_was() {
    let (repo, mut editor) = lib();
    repo.replace("lib.rs", "    two + 2", "    two + 3");
    revert(&repo, &mut editor);
    Claude::new(&repo).edit("lib.rs", "let one = first();", "let one = start(1);");
    revert(&repo, &mut editor);
    editor.diagnostics_until("lib.rs", "the assistant's", |all| all.len() == 1);
    repo.git(&["checkout", "--quiet", "HEAD", "--", "lib.rs"]);
    revert(&repo, &mut editor);
    both_say(&repo, &mut editor, "");
}

#[test]
fn what_a_person_marks_in_a_changed_buffer_is_marked_in_the_file_too() {
    let (repo, mut editor) = lib();
    editor.replace("lib.rs", "    two + 2", "    two + 3");
    let range =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 3, "character": 1 } });
    let marked = json!({ "uri": repo.uri("lib.rs"), "range": range, "source": "copilot" });
    let params = json!({ "command": "countersign.mark", "arguments": [marked] });
    assert_eq!(
        editor.request("workspace/executeCommand", params).unwrap(),
        json!({ "marked": true })
    );
    assert_eq!(status(&repo), "lib.rs: 4 unreviewed\n");
    editor.reload("lib.rs");
    both_say(&repo, &mut editor, "lib.rs: 4 unreviewed\n");
}
