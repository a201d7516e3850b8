//! A person types: marks stay with the text, whatever is typed around and inside it.

use crate::support::claude::Claude;
use crate::support::editor::{Change, Editor, Encoding, Options, listed};
use crate::support::repo::Repo;
use serde_json::json;

const WRITTEN: &str = "\
fn alpha(items: &[u32]) -> u32 {
    let mut total = 0;
    for item in items {
        total += item * 2;
    }
    total
}
";

/// A repository in which Claude Code wrote `alpha` into `lib.rs`, and an editor with it.
fn opened() -> (Repo, Editor) {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    Claude::new(&repo).write("lib.rs", WRITTEN);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    (repo, editor)
}

#[track_caller]
fn shows(editor: &mut Editor, wanted: &str) {
    editor.diagnostics_until("lib.rs", wanted, |all| listed(all) == wanted);
}

#[test]
fn typing_is_shown_with_the_version_that_it_left() {
    let (_repo, mut editor) = opened();
    shows(
        &mut editor,
        "1: unreviewed (information) `alpha`: 7 lines by Claude Code, unreviewed",
    );
    for line in 2..6 {
        editor.change("lib.rs", &[Change::new((0, 0), (0, 0), "// mine\n")]);
        let wanted =
            format!("{line}: unreviewed (information) `alpha`: 7 lines by Claude Code, unreviewed");
        shows(&mut editor, &wanted);
    }
}

#[test]
fn what_a_person_types_inside_is_theirs_and_the_rest_stays_marked() {
    let (repo, mut editor) = opened();
    editor.type_after(
        "lib.rs",
        "let mut total = 0;\n",
        "    let mine = items.len();\n    let more = mine + 1;\n",
    );
    shows(
        &mut editor,
        "1: unreviewed (information) `alpha`: 7 lines by Claude Code, unreviewed",
    );
    editor.save("lib.rs");
    editor.close("lib.rs");
    editor.open("lib.rs");
    shows(
        &mut editor,
        "1: unreviewed (information) `alpha`: 7 lines by Claude Code, unreviewed",
    );
    assert_eq!(editor.hover("lib.rs", 2, 8), None);
    assert_eq!(editor.shutdown(), 0);
    let blame = repo.run(&["blame", "lib.rs", "--json"]).ok().json();
    let lines: Vec<_> = blame["regions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["first_line"], &it["last_line"]))
        .collect();
    assert_eq!(
        format!("{lines:?}"),
        "[(Number(1), Number(2)), (Number(5), Number(9))]"
    );
}

#[test]
fn undo_in_the_buffer_brings_the_mark_back() {
    let (_repo, mut editor) = opened();
    editor.change("lib.rs", &[Change::whole("")]);
    shows(&mut editor, "");
    editor.change("lib.rs", &[Change::whole(WRITTEN)]);
    shows(
        &mut editor,
        "1: unreviewed (information) `alpha`: 7 lines by Claude Code, unreviewed",
    );
}

#[test]
fn a_flood_of_changes_and_questions_is_answered_in_order() {
    let (_repo, mut editor) = opened();
    let uri = editor.uri("lib.rs");
    let mut questions = Vec::new();
    for version in 2..400 {
        editor.change("lib.rs", &[Change::new((0, 0), (0, 0), "// mine\n")]);
        questions.push((
            version,
            editor.ask(
                "countersign/regions",
                json!({ "textDocument": { "uri": uri } }),
            ),
        ));
    }
    for (version, question) in questions {
        let answer = editor.answer_to(question).unwrap();
        assert_eq!(answer["version"], version);
        assert_eq!(answer["regions"][0]["range"]["start"]["line"], version - 1);
    }
    shows(
        &mut editor,
        "399: unreviewed (information) `alpha`: 7 lines by Claude Code, unreviewed",
    );
}

/// Where `alpha` is shown and confirmed on a line that begins with `🙂é`.
#[track_caller]
fn check_emoji(encodings: &[Encoding], from: usize) {
    let repo = Repo::with(&[("lib.rs", "/* 🙂é */ fn mine() {}\n")]);
    Claude::new(&repo).edit(
        "lib.rs",
        "fn mine() {}",
        "fn mine() { other() }\nfn other() { /* 🙂 */ }",
    );
    let mut editor = Editor::with(
        &repo,
        Options {
            encodings: encodings.to_vec(),
            ..Options::default()
        },
    );
    editor.open("lib.rs");
    editor.diagnostics("lib.rs");
    let regions = editor.regions("lib.rs");
    let start = &regions["regions"][0]["range"]["start"];
    assert_eq!(
        start,
        &json!({ "line": 0, "character": from }),
        "{encodings:?}: {regions:#}"
    );
    editor.type_after("lib.rs", "🙂é", "🙂");
    let action = editor.code_action("lib.rs", 1, "Confirm `other`");
    editor.run(&action).unwrap();
    let left = editor.diagnostics_until("lib.rs", "one left", |all| all.len() == 1);
    assert!(left[0].message.starts_with("`mine`"), "{}", listed(&left));
}

#[test]
fn places_behind_an_emoji_are_counted_in_the_agreed_unit() {
    // `/* 🙂é */ fn mine() { ` is 25 bytes of UTF-8, 22 units of UTF-16, 21 characters.
    check_emoji(&[Encoding::Utf8, Encoding::Utf16], 25);
    check_emoji(&[Encoding::Utf16], 22);
    check_emoji(&[Encoding::Utf32, Encoding::Utf16], 21);
}

#[test]
fn a_file_with_crlf_is_marked_and_confirmed_like_any_other() {
    let repo = Repo::new();
    repo.git(&["config", "core.autocrlf", "true"]);
    repo.write("lib.rs", "fn mine() {}\r\n");
    repo.commit("Start");
    Claude::new(&repo).edit(
        "lib.rs",
        "fn mine() {}",
        "fn mine() {}\n\nfn other() {\n    mine();\n}",
    );
    assert!(repo.read("lib.rs").contains("fn other() {\r\n"));
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    shows(
        &mut editor,
        "3: unreviewed (information) `other`: 3 lines by Claude Code, unreviewed",
    );
    editor.type_after("lib.rs", "fn mine() {}\r\n", "// typed\r\n");
    shows(
        &mut editor,
        "4: unreviewed (information) `other`: 3 lines by Claude Code, unreviewed",
    );
    editor.save("lib.rs");
    let action = editor.code_action("lib.rs", 3, "Confirm `other`");
    editor.run(&action).unwrap();
    shows(&mut editor, "");
    assert_eq!(editor.shutdown(), 0);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    shows(&mut editor, "");
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["totals"]["unreviewed_lines"], 0);
    assert_eq!(status["totals"]["confirmed_lines"], 3);
}
