//! Whatever an editor sends, the server stays up and loses nothing.

use crate::support::claude::Claude;
use crate::support::editor::{Change, Editor, Options, Watched, listed};
use crate::support::repo::Repo;
use serde_json::{Value, json};

const WRITTEN: &str =
    "fn alpha(items: &[u32]) -> u32 {\n    items.iter().map(|it| it * 2).sum()\n}\n";
const MARKED: &str = "1: unreviewed (information) `alpha`: 3 lines by Claude Code, unreviewed";

fn opened() -> (Repo, Editor) {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    Claude::new(&repo).write("lib.rs", WRITTEN);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    (repo, editor)
}

#[track_caller]
fn still_shows(editor: &mut Editor, wanted: &str) {
    editor.diagnostics_until("lib.rs", wanted, |all| listed(all) == wanted);
    let action = editor.code_action("lib.rs", 0, "Confirm `alpha`");
    editor.run(&action).unwrap();
    editor.diagnostics_until("lib.rs", "nothing", <[_]>::is_empty);
}

#[test]
fn a_malformed_message_is_answered_and_forgotten() {
    let (_repo, mut editor) = opened();
    editor.send_bytes(b"Content-Length: 9\r\n\r\n{\"broken\"");
    editor.send_bytes(b"Content-Length: 2\r\n\r\n[]");
    editor.send_bytes(b"Content-Length: 17\r\n\r\n{\"jsonrpc\":\"2.0\"}");
    editor.notify("textDocument/didChange", json!({ "textDocument": 7 }));
    editor.notify("countersign/inserted", json!({ "ranges": "everywhere" }));
    editor.notify("countersign/pasted", json!([1, 2]));
    editor.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": [null] }),
    );
    assert_eq!(
        editor
            .request("countersign/regions", json!({}))
            .unwrap_err()
            .code,
        -32602
    );
    assert_eq!(
        editor
            .request("countersign/unheard", json!({}))
            .unwrap_err()
            .code,
        -32601
    );
    still_shows(&mut editor, MARKED);
}

/// A message of which only the beginning comes, as long as it may be.
fn too_long(method: &str) -> Vec<u8> {
    let body = format!("{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":{{");
    format!("Content-Length: 99999999999\r\n\r\n{body}").into_bytes()
}

fn told(editor: &Editor) -> Vec<String> {
    let shown = editor
        .notified
        .iter()
        .filter(|it| it["method"] == "window/showMessage");
    shown
        .map(|it| it["params"]["message"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_file_that_is_too_long_is_told_and_the_others_are_followed() {
    let (_repo, mut editor) = opened();
    editor.send_bytes(&too_long("textDocument/didOpen"));
    still_shows(&mut editor, MARKED);
    let told = told(&editor);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("a message of 99999999999 bytes was passed over"),
        "{told:?}"
    );
}

#[test]
fn after_a_change_that_is_too_long_no_text_is_known_until_it_is_opened_again() {
    let (_repo, mut editor) = opened();
    editor.diagnostics("lib.rs");
    editor.send_bytes(&too_long("textDocument/didChange"));
    editor.change("lib.rs", &[Change::new((0, 0), (0, 0), "// above\n")]);
    assert_eq!(editor.regions("lib.rs"), Value::Null);
    let told = told(&editor);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].ends_with("close them and open them again"),
        "{told:?}"
    );
    editor.open("lib.rs");
    still_shows(&mut editor, MARKED);
}

#[test]
fn a_file_that_is_not_utf_8_is_not_marked() {
    let repo = Repo::new();
    repo.write("latin.rs", b"// caf\xe9\nfn latin() {}\n");
    let mut editor = Editor::open_on(&repo);
    editor.open("latin.rs");
    let (start, end) = (
        json!({ "line": 1, "character": 0 }),
        json!({ "line": 1, "character": 13 }),
    );
    let argument =
        json!({ "uri": editor.uri("latin.rs"), "range": { "start": start, "end": end } });
    let refused = editor.execute("countersign.mark", argument).unwrap_err();
    assert!(
        refused.message.contains("is not text: it is not UTF-8"),
        "{refused:?}"
    );
    assert_eq!(listed(&editor.diagnostics("latin.rs")), "");
}

#[test]
fn a_change_before_the_open_is_left_alone() {
    let (repo, mut editor) = opened();
    repo.write("late.rs", "fn late() {}\n");
    let uri = editor.uri("late.rs");
    let document = json!({ "uri": uri, "version": 4 });
    editor.notify(
        "textDocument/didChange",
        json!({
            "textDocument": document, "contentChanges": [{ "text": "" }],
        }),
    );
    editor.notify(
        "textDocument/didSave",
        json!({ "textDocument": { "uri": uri } }),
    );
    editor.notify(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": uri } }),
    );
    editor.open("late.rs");
    assert_eq!(listed(&editor.diagnostics("late.rs")), "");
    still_shows(&mut editor, MARKED);
}

#[test]
fn what_is_no_file_is_not_looked_at() {
    let (_repo, mut editor) = opened();
    for uri in [
        "untitled:Untitled-1",
        "git:/lib.rs?HEAD",
        "file://",
        "file:///",
        "file:///nowhere/at/all.rs",
        "x:",
    ] {
        let document = json!({ "uri": uri, "languageId": "rust", "version": 1, "text": WRITTEN });
        editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
        editor.notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": uri } }),
        );
    }
    editor.watched("gone.rs", Watched::Deleted);
    still_shows(&mut editor, MARKED);
}

#[test]
fn wrong_positions_and_version_gaps_are_taken_as_far_as_they_make_sense() {
    let (_repo, mut editor) = opened();
    let uri = editor.uri("lib.rs");
    let mut version = 10;
    let mut send = |editor: &mut Editor, changes: Value| {
        version += 7;
        let document = json!({ "uri": uri, "version": version });
        editor.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": changes }),
        );
    };
    let far = json!({ "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 });
    let start = json!({ "line": 0, "character": 0 });
    send(
        &mut editor,
        json!([{ "range": { "start": far, "end": far }, "text": "// end\n" }]),
    );
    send(
        &mut editor,
        json!([{ "range": { "start": far, "end": start }, "text": "// end\n" }]),
    );
    send(&mut editor, json!([]));
    editor.diagnostics_until("lib.rs", MARKED, |all| listed(all) == MARKED);
    assert_eq!(editor.hover("lib.rs", 4_000_000, 4_000_000), None);
    let actions = editor.request("textDocument/codeAction", json!({
        "textDocument": { "uri": editor.uri("lib.rs") }, "range": { "start": far, "end": start },
        "context": { "diagnostics": [] },
    }));
    assert!(actions.is_ok());
    assert_eq!(editor.regions("lib.rs")["version"], 31);
}

#[test]
fn a_buffer_that_is_opened_twice_is_opened_anew() {
    let (_repo, mut editor) = opened();
    editor.change("lib.rs", &[Change::whole("")]);
    editor.open_as("lib.rs", &format!("// above\n{WRITTEN}"));
    still_shows(&mut editor, &MARKED.replace("1:", "2:"));
}

#[test]
fn a_ledger_of_a_newer_program_is_told_once() {
    let (repo, mut editor) = opened();
    editor.diagnostics("lib.rs");
    assert_eq!(editor.shutdown(), 0);
    let ledger = repo.path(".git/countersign/ledger.db");
    let sound = std::fs::read(&ledger).unwrap();
    let mut bytes = sound.clone();
    // The schema's number is SQLite's `user_version`, at byte 60 of its header.
    bytes[60..64].copy_from_slice(&999_u32.to_be_bytes());
    std::fs::write(&ledger, bytes).unwrap();
    let mut editor = Editor::open_on(&repo);
    repo.write("other.rs", "fn other() {}\n");
    editor.open("lib.rs");
    editor.open("other.rs");
    let uri = editor.uri("lib.rs");
    assert_eq!(
        editor.request(
            "countersign/regions",
            json!({ "textDocument": { "uri": uri } })
        ),
        Ok(Value::Null)
    );
    let told = told(&editor);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("newer countersign") && told[0].contains("upgrade"),
        "{told:?}"
    );
    // Once it can be read, the buffer that was opened meanwhile is looked at, and what was typed into it is known.
    editor.change("lib.rs", &[Change::new((0, 0), (0, 0), "// above\n")]);
    let beside = repo.path("sound.db");
    std::fs::write(&beside, sound).unwrap();
    std::fs::rename(beside, &ledger).unwrap();
    still_shows(&mut editor, &MARKED.replace("1:", "2:"));
    assert_eq!(editor.shutdown(), 0);
}

#[test]
fn a_client_that_vanishes_leaves_no_server_behind() {
    let (_repo, mut editor) = opened();
    editor.diagnostics("lib.rs");
    assert_eq!(editor.vanish(), 1);
}

#[test]
fn a_client_that_is_gone_before_it_is_answered_leaves_no_server_behind() {
    let repo = Repo::new();
    let mut gone = repo.command("true").spawn().unwrap();
    gone.wait().unwrap();
    let options = Options {
        process_id: Some(gone.id()),
        ..Options::default()
    };
    let mut editor = Editor::with(&repo, options);
    assert_eq!(editor.wait_for_the_end(), 1);
}

#[test]
fn brackets_in_the_name_of_a_file_are_no_obstacle() {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    Claude::new(&repo).write("app/[id].rs", WRITTEN);
    let mut editor = Editor::open_on(&repo);
    // Helix sends the brackets as they are.
    editor.open("app/[id].rs");
    let uri = editor.uri("app/%5Bid%5D.rs");
    editor.wait("the diagnostics of the escaped name", |editor| {
        (editor.published("app/%5Bid%5D.rs") > 0).then_some(())
    });
    let regions = editor
        .request(
            "countersign/regions",
            json!({ "textDocument": { "uri": uri } }),
        )
        .unwrap();
    assert_eq!(regions["regions"][0]["unit"], "alpha");
}
