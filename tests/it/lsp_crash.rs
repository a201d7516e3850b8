//! The server is killed while a buffer is not saved, and the editor offers the text that it has rescued.

use crate::support::claude::Claude;
use crate::support::editor::{Editor, listed};
use crate::support::marks::status;
use crate::support::repo::Repo;
use serde_json::json;

const SHIP: &str = "\
fn ship(order: &Order) -> Parcel {
    let shelf = depot::shelf_of(order);
    shelf.take(order.count)
}
";
const SHORT: &str = "    audit::note(order);\n";
const MARKED_SHIP: &str = "1: unreviewed (information) `ship`: 4 lines by Claude Code, unreviewed";
const MARKED_SHORT: &str = "2: unreviewed (information) `ship`: 1 line by Copilot, unreviewed";

/// `ship.rs`, which an assistant wrote, in an editor.
fn opened() -> (Repo, Editor) {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    Claude::new(&repo).write("ship.rs", SHIP);
    let mut editor = Editor::open_on(&repo);
    editor.open("ship.rs");
    shows(&mut editor, MARKED_SHIP);
    (repo, editor)
}

#[track_caller]
fn shows(editor: &mut Editor, wanted: &str) {
    editor.diagnostics_until("ship.rs", wanted, |all| listed(all) == wanted);
}

#[track_caller]
fn confirm(editor: &mut Editor) {
    let action = editor.code_action("ship.rs", 0, "Confirm `");
    editor.run(&action).unwrap();
    shows(editor, "");
}

/// Copilot's line comes into the buffer.
fn insert_short(editor: &mut Editor) {
    editor.type_after("ship.rs", "-> Parcel {\n", SHORT);
    let (uri, version) = (editor.uri("ship.rs"), editor.version("ship.rs"));
    let start = json!({ "line": 1, "character": 0 });
    let end = json!({ "line": 2, "character": 0 });
    editor.notify(
        "countersign/inserted",
        json!({
            "textDocument": { "uri": uri, "version": version },
            "ranges": [{ "start": start, "end": end }],
            "origin": { "source": "copilot" },
        }),
    );
}

/// The server goes at once; another one is given the text.
fn rescued(repo: &Repo, editor: Editor) -> Editor {
    let text = editor.text("ship.rs").to_owned();
    editor.kill();
    let mut editor = Editor::open_on(repo);
    editor.open_as("ship.rs", &text);
    editor
}

#[test]
fn what_a_person_confirmed_and_typed_on_stays() {
    let (repo, mut editor) = opened();
    confirm(&mut editor);
    editor.type_after("ship.rs", "shelf_of(order);\n", "    let mine = 1;\n");
    editor.diagnostics("ship.rs");
    let mut editor = rescued(&repo, editor);
    shows(&mut editor, "");
    editor.save("ship.rs");
    shows(&mut editor, "");
    assert_eq!(editor.shutdown(), 0);
    assert_eq!(status(&repo), "ship.rs: 4 confirmed\n");
}

#[test]
fn a_line_that_came_into_the_buffer_stays_marked_however_short() {
    let (repo, mut editor) = opened();
    confirm(&mut editor);
    insert_short(&mut editor);
    shows(&mut editor, MARKED_SHORT);
    editor.type_after("ship.rs", "shelf_of(order);\n", "    let mine = 1;\n");
    editor.diagnostics("ship.rs");
    let mut editor = rescued(&repo, editor);
    shows(&mut editor, MARKED_SHORT);
    editor.save("ship.rs");
    shows(&mut editor, MARKED_SHORT);
    assert_eq!(editor.shutdown(), 0);
    assert_eq!(status(&repo), "ship.rs: 1 unreviewed, 4 confirmed\n");
}

#[test]
fn an_editor_that_rescued_nothing_shows_what_stands_in_the_file() {
    let (repo, mut editor) = opened();
    insert_short(&mut editor);
    editor.diagnostics("ship.rs");
    editor.kill();
    let mut editor = Editor::open_on(&repo);
    editor.open("ship.rs");
    shows(&mut editor, MARKED_SHIP);
    assert_eq!(status(&repo), "ship.rs: 4 unreviewed\n");
}
