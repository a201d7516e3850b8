//! A review in the editor: what an assistant wrote is shown, a person confirms it, and that stays.

use crate::support::claude::Claude;
use crate::support::editor::{Editor, Options, listed};
use crate::support::repo::{PERSON, Repo};
use expect_test::expect;
use serde_json::json;

const ALPHA: &str = "\
fn alpha(items: &[u32]) -> u32 {
    let mut total = 0;
    for item in items {
        total += item * 2;
    }
    total
}
";

const BETA: &str = "\
fn beta(name: &str) -> String {
    let greeting = format!(\"hello, {name}\");
    greeting.to_uppercase()
}
";

/// A repository in which Claude Code wrote `alpha` and `beta` into `src/lib.rs`.
fn written() -> Repo {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    Claude::new(&repo).write("src/lib.rs", &format!("{ALPHA}\n{BETA}"));
    repo
}

fn opened(repo: &Repo) -> Editor {
    let mut editor = Editor::open_on(repo);
    editor.open("src/lib.rs");
    editor
}

const BOTH: &str = "\
1: unreviewed (information) `alpha`: 7 lines by Claude Code, unreviewed
9: unreviewed (information) `beta`: 4 lines by Claude Code, unreviewed";
const ONLY_ALPHA: &str = "1: unreviewed (information) `alpha`: 7 lines by Claude Code, unreviewed";
const ONLY_BETA: &str = "9: unreviewed (information) `beta`: 4 lines by Claude Code, unreviewed";

#[track_caller]
fn shows(editor: &mut Editor, wanted: &str) {
    editor.diagnostics_until("src/lib.rs", wanted, |all| listed(all) == wanted);
}

#[track_caller]
fn confirm(editor: &mut Editor, line: usize) {
    let action = editor.code_action("src/lib.rs", line, "Confirm `");
    editor.run(&action).unwrap();
}

#[test]
fn each_function_that_an_assistant_wrote_is_one_diagnostic() {
    let repo = written();
    let mut editor = opened(&repo);
    let all = editor.diagnostics("src/lib.rs");
    assert_eq!(listed(&all), BOTH);
    assert_eq!(all[0].raw["source"], "countersign");
    assert_eq!(
        all[0].raw["range"]["end"],
        json!({ "line": 0, "character": 32 }),
        "its first line"
    );
    assert_eq!(editor.shutdown(), 0);
}

#[test]
fn a_place_where_no_unit_is_confirms_nothing() {
    let repo = written();
    let mut editor = opened(&repo);
    shows(&mut editor, BOTH);
    let uri = editor.uri("src/lib.rs");
    for (line, says) in [
        (7, "nothing to"),
        (12, "nothing to"),
        (13, "ends with line 13: it has no line 14"),
        (500, "it has no line 501"),
    ] {
        let at = json!({ "line": line, "character": 0 });
        let range = json!({ "start": at, "end": at });
        for command in ["countersign.confirm", "countersign.claim"] {
            let refused = editor.execute(command, json!({ "uri": uri, "range": range }));
            let message = refused.unwrap_err().message;
            assert!(message.contains(says), "{command} at {line}: {message}");
        }
        let offered = editor.code_actions("src/lib.rs", line);
        assert!(offered.iter().all(|it| !it.preferred), "at {line}");
    }
    shows(&mut editor, BOTH);
}

#[test]
fn a_file_that_is_not_open_is_to_be_opened_first() {
    let repo = written();
    let mut editor = Editor::open_on(&repo);
    let uri = editor.uri("src/lib.rs");
    let at = json!({ "line": 0, "character": 0 });
    let argument = json!({ "uri": uri, "range": { "start": at, "end": at } });
    for name in ["confirm", "claim", "mark", "undo", "reject"] {
        let refused = editor.execute(&format!("countersign.{name}"), argument.clone());
        let message = refused.unwrap_err().message;
        assert!(
            message.ends_with("is not open here. Hint: open it in the editor and repeat"),
            "{message}"
        );
    }
}

#[test]
fn what_is_confirmed_is_gone_and_the_rest_stays() {
    let repo = written();
    let mut editor = opened(&repo);
    shows(&mut editor, BOTH);
    let action = editor.code_action("src/lib.rs", 2, "Confirm `alpha`");
    assert_eq!(action.title, "Confirm `alpha` (7 lines by Claude Code)");
    assert!(action.preferred && action.kind == "quickfix");
    assert_eq!(
        editor.run(&action).unwrap(),
        json!({ "confirmed_lines": 7, "removals": 0 })
    );
    shows(&mut editor, ONLY_BETA);
    confirm(&mut editor, 8);
    shows(&mut editor, "");
}

#[test]
fn a_confirmation_survives_kill_9_right_after_the_answer() {
    let repo = written();
    let mut editor = opened(&repo);
    shows(&mut editor, BOTH);
    confirm(&mut editor, 0);
    editor.kill();
    let mut editor = opened(&repo);
    shows(&mut editor, ONLY_BETA);
}

#[test]
fn a_second_editor_learns_of_a_confirmation() {
    let repo = written();
    let mut first = opened(&repo);
    let mut second = opened(&repo);
    shows(&mut second, BOTH);
    shows(&mut first, BOTH);
    confirm(&mut first, 0);
    shows(&mut second, ONLY_BETA);
    let undo = second.code_action("src/lib.rs", 0, "Undo my last confirmation");
    second.run(&undo).unwrap();
    shows(&mut first, BOTH);
}

#[test]
fn undo_brings_the_mark_back() {
    let repo = written();
    let mut editor = opened(&repo);
    shows(&mut editor, BOTH);
    confirm(&mut editor, 0);
    shows(&mut editor, ONLY_BETA);
    let undo = editor.code_action("src/lib.rs", 8, "Undo my last confirmation");
    assert_eq!(
        editor.run(&undo).unwrap(),
        json!({ "undone": "confirm", "path": "src/lib.rs" })
    );
    shows(&mut editor, BOTH);
}

#[test]
fn the_whole_file_is_confirmed_at_once() {
    let repo = written();
    let mut editor = opened(&repo);
    shows(&mut editor, BOTH);
    let all = editor.code_action("src/lib.rs", 0, "Confirm all");
    assert_eq!(all.title, "Confirm all of this file (2 units, 11 lines)");
    assert!(!all.preferred);
    editor.run(&all).unwrap();
    shows(&mut editor, "");
}

#[test]
fn the_selected_lines_are_confirmed_and_no_others() {
    let repo = written();
    let mut editor = opened(&repo);
    shows(&mut editor, BOTH);
    let uri = editor.uri("src/lib.rs");
    let range =
        json!({ "start": { "line": 8, "character": 3 }, "end": { "line": 9, "character": 1 } });
    let answer = editor
        .execute("countersign.confirm", json!({ "uri": uri, "range": range }))
        .unwrap();
    assert_eq!(answer, json!({ "confirmed_lines": 2, "removals": 0 }));
    let left = "11: unreviewed (information) `beta`: 2 lines by Claude Code, unreviewed";
    shows(&mut editor, &format!("{ONLY_ALPHA}\n{left}"));
}

#[test]
fn the_person_confirms_the_text_that_they_saw() {
    let repo = written();
    let mut editor = opened(&repo);
    shows(&mut editor, BOTH);
    let action = editor.code_action("src/lib.rs", 0, "Confirm `alpha`");
    editor.replace("src/lib.rs", "item * 2", "item * 3");
    let refused = editor.run(&action).unwrap_err();
    assert_eq!(refused.code, -32801);
    assert_eq!(
        refused.message,
        "the text changed since it was shown. Hint: look at it again and repeat"
    );
    let shown = editor
        .notified
        .iter()
        .find(|it| it["method"] == "window/showMessage")
        .unwrap();
    assert!(
        shown["params"]["message"]
            .as_str()
            .unwrap()
            .contains("the text changed")
    );
    shows(&mut editor, BOTH);
}

#[test]
fn an_assistant_cannot_confirm() {
    let repo = written();
    let variables = vec![("CLAUDECODE", "1")];
    let mut editor = Editor::with(
        &repo,
        Options {
            variables,
            ..Options::default()
        },
    );
    editor.open("src/lib.rs");
    shows(&mut editor, BOTH);
    for title in ["Confirm `alpha`", "I wrote this", "Reject"] {
        let action = editor.code_action("src/lib.rs", 0, title);
        let refused = editor.run(&action).unwrap_err();
        assert_eq!(refused.code, -32803, "{title}");
        assert!(
            refused.message.contains("CLAUDECODE"),
            "{}",
            refused.message
        );
    }
    let uri = editor.uri("src/lib.rs");
    let at =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 1, "character": 0 } });
    for command in ["countersign.undo", "countersign.mark"] {
        let refused = editor.execute(command, json!({ "uri": uri, "range": at }));
        assert_eq!(refused.unwrap_err().code, -32803, "{command}");
    }
    let shown = editor
        .notified
        .iter()
        .filter(|it| it["method"] == "window/showMessage")
        .count();
    assert_eq!(shown, 5, "each refusal is shown");
    editor.kill();
    shows(&mut opened(&repo), BOTH);
}

#[test]
fn a_person_without_a_name_is_told_what_to_do() {
    let repo = written();
    std::fs::write(
        repo.home().parent().unwrap().join("gitconfig"),
        "[user]\n\tuseConfigOnly = true\n",
    )
    .unwrap();
    let mut editor = opened(&repo);
    shows(&mut editor, BOTH);
    let action = editor.code_action("src/lib.rs", 0, "Confirm `alpha`");
    let refused = editor.run(&action).unwrap_err();
    assert!(
        refused.message.contains("git config"),
        "{}",
        refused.message
    );
    shows(&mut editor, BOTH);
}

#[test]
fn who_wrote_it_says_so_and_the_report_is_not_erased() {
    let repo = written();
    let mut editor = opened(&repo);
    shows(&mut editor, BOTH);
    let action = editor.code_action("src/lib.rs", 0, "I wrote this");
    assert_eq!(
        editor.run(&action).unwrap(),
        json!({ "claimed_lines": 7, "removals": 0 })
    );
    shows(&mut editor, ONLY_BETA);
    let regions = editor.regions("src/lib.rs");
    let first = &regions["regions"][0];
    assert_eq!(
        (&first["state"], &first["origin"]["source"]),
        (&json!("claimed"), &json!("claude-code"))
    );
    let hover = editor.hover("src/lib.rs", 1, 6).unwrap();
    assert!(
        hover.contains("claimed against a report by Claude Code"),
        "{hover}"
    );
}

#[test]
fn the_hover_says_where_it_came_from_and_who_stands_behind_it() {
    let repo = written();
    let mut editor = opened(&repo);
    shows(&mut editor, BOTH);
    let hover = editor.hover("src/lib.rs", 9, 10).unwrap();
    assert!(hover.starts_with("**Claude Code** wrote this in `beta`: **unreviewed**\n\nHow we know: Claude Code reported it itself. At 20"), "{hover}");
    assert!(hover.contains(", session `e0643688-"), "{hover}");
    let uri = editor.uri("src/lib.rs");
    let at = json!({ "line": 9, "character": 0 });
    let argument = json!({
        "uri": uri, "range": { "start": at, "end": at }, "level": "verified", "note": "tried it",
    });
    editor.execute("countersign.confirm", argument).unwrap();
    let hover = editor.hover("src/lib.rs", 9, 10).unwrap();
    assert!(
        hover.contains(&format!("Confirmed by `{PERSON}` at 20")),
        "{hover}"
    );
    assert!(
        hover.ends_with("(verified: saw it work).\n> tried it"),
        "{hover}"
    );
    assert_eq!(
        editor.hover("src/lib.rs", 7, 0),
        None,
        "a blank line between two functions is nobody's"
    );
}

#[test]
fn a_command_says_what_is_wrong_with_its_arguments() {
    let repo = written();
    let mut editor = opened(&repo);
    shows(&mut editor, BOTH);
    let uri = editor.uri("src/lib.rs");
    let at = json!({ "line": 7, "character": 0 });
    let mut says = |command: &str, argument| {
        let refused = editor.execute(command, argument).unwrap_err();
        format!("{} {}", refused.code, refused.message.replace(&uri, "URI"))
    };
    let said = [
        says("countersign.confirm", json!({})),
        says("countersign.confirm", json!({ "uri": uri })),
        says(
            "countersign.confirm",
            json!({ "uri": uri, "regions": ["nonsense"] }),
        ),
        says(
            "countersign.confirm",
            json!({ "uri": uri, "range": { "start": at, "end": at }, "level": "glanced" }),
        ),
        says(
            "countersign.confirm",
            json!({ "uri": "file:///nowhere", "regions": [] }),
        ),
        says("countersign.mark", json!({ "uri": uri })),
        says("countersign.dance", json!({ "uri": uri })),
    ];
    expect![[r#"
        -32602 `countersign.confirm` takes one object with a `uri`: missing field `uri`
        -32602 say what it is about: `regions` or a `range`
        -32602 `nonsense` names no region
        -32602 `level` is read, understood or verified, not `glanced`
        -32602 file:///nowhere is not open here. Hint: open it in the editor and repeat
        -32602 select what an assistant wrote: `range` is missing
        -32602 there is no command `countersign.dance`"#]]
    .assert_eq(&said.join("\n"));
    shows(&mut editor, BOTH);
}

#[test]
fn two_blocks_of_one_name_are_confirmed_each_by_itself() {
    let repo = Repo::with(&[("README.md", "Something.\n")]);
    let first = "impl Foo {\n    const A: u8 = 1;\n\n    fn a() {}\n\n    const B: u8 = 2;\n}\n";
    let second = "impl Foo {\n    const KEY: &str = \"secret\";\n}\n";
    Claude::new(&repo).write("src/lib.rs", &format!("{first}\n{second}"));
    let mut editor = opened(&repo);
    let block = |line: usize, lines: usize| {
        format!(
            "{line}: unreviewed (information) `impl Foo`: {lines} lines by Claude Code, unreviewed"
        )
    };
    let method = "4: unreviewed (information) `Foo::a`: 1 line by Claude Code, unreviewed";
    shows(
        &mut editor,
        &format!("{}\n{method}\n{}", block(1, 4), block(9, 3)),
    );
    confirm(&mut editor, 1);
    shows(&mut editor, &format!("{method}\n{}", block(9, 3)));
    confirm(&mut editor, 9);
    shows(&mut editor, method);
}

#[test]
fn the_hover_answers_on_all_of_a_marked_line() {
    let repo = Repo::with(&[("src/lib.rs", "fn one() {\n    let a = 1;\n}\n")]);
    Claude::new(&repo).edit("src/lib.rs", "a = 1", "a = 2");
    let mut editor = opened(&repo);
    let shown = "2: unreviewed (information) `one`: 1 line by Claude Code, unreviewed";
    shows(&mut editor, shown);
    for character in [0, 2, 4, 12, 14] {
        let hover = editor.hover("src/lib.rs", 1, character).unwrap_or_default();
        assert!(
            hover.starts_with("**Claude Code** wrote this"),
            "{character}: {hover}"
        );
    }
    assert_eq!(editor.hover("src/lib.rs", 0, 4), None);
}

#[test]
fn an_action_names_all_that_it_confirms() {
    let repo = Repo::with(&[("src/lib.rs", &*format!("{ALPHA}\n{BETA}"))]);
    let claude = Claude::new(&repo);
    // What the person writes meanwhile is not told from the assistant's.
    let mut edit = claude.pre_edit("src/lib.rs", "item * 2", "item * 3");
    edit.perform();
    let greeting = "    greeting.to_uppercase()\n";
    repo.replace(
        "src/lib.rs",
        greeting,
        &format!("    let shout = true;\n{greeting}"),
    );
    edit.post();
    claude.edit(
        "src/lib.rs",
        "    let greeting = format!(\"hello, {name}\");\n",
        "",
    );
    let mut editor = opened(&repo);
    editor.diagnostics("src/lib.rs");
    let action = editor.code_action("src/lib.rs", 9, "Confirm `beta`");
    assert_eq!(
        action.title,
        "Confirm `beta` (1 line taken away by Claude Code and 1 suspected line by Claude Code)"
    );
}
