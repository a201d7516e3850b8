//! What only the editor can see: text that was offered and inserted, text that was pasted, text that a person marks.

use crate::support::editor::{Editor, Options, Position, listed};
use crate::support::repo::Repo;
use serde_json::{Value, json};

const OWN: &str = "fn mine() -> u32 {\n    1\n}\n";
const OFFERED: &str =
    "\nfn offered(count: usize) -> Vec<usize> {\n    (0..count).map(|it| it * it).collect()\n}\n";
const SHOWN: &str = "5: unreviewed (information) `offered`: 3 lines by Copilot, unreviewed";

fn opened(options: Options) -> (Repo, Editor) {
    let repo = Repo::with(&[("lib.rs", OWN)]);
    let mut editor = Editor::with(&repo, options);
    editor.open("lib.rs");
    (repo, editor)
}

/// Where `OFFERED` stands once it is inserted behind `OWN`.
fn place() -> Value {
    json!([{ "start": { "line": 3, "character": 0 }, "end": { "line": 7, "character": 0 } }])
}

fn tell(editor: &mut Editor, method: &str, version: i64) {
    let uri = editor.uri("lib.rs");
    editor.notify(method, json!({
        "textDocument": { "uri": uri, "version": version }, "ranges": place(), "origin": { "source": "copilot" },
    }));
}

#[track_caller]
fn shows(editor: &mut Editor, wanted: &str) {
    editor.diagnostics_until("lib.rs", wanted, |all| listed(all) == wanted);
}

#[test]
fn an_inserted_text_is_the_assistants_and_stays_so() {
    let (repo, mut editor) = opened(Options::default());
    editor.type_after("lib.rs", OWN, OFFERED);
    tell(&mut editor, "countersign/inserted", 2);
    shows(&mut editor, SHOWN);
    editor.save("lib.rs");
    editor.close("lib.rs");
    editor.open("lib.rs");
    shows(&mut editor, SHOWN);
    let origin = &editor.regions("lib.rs")["regions"][0]["origin"];
    assert_eq!(
        (&origin["source"], &origin["evidence"]),
        (&json!("copilot"), &json!("observed"))
    );
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["totals"]["unreviewed_lines"], 3);
}

#[test]
fn a_word_about_an_older_version_is_carried_forward() {
    let (_repo, mut editor) = opened(Options::default());
    editor.type_after("lib.rs", OWN, OFFERED);
    editor.replace("lib.rs", "fn mine()", "/// Mine.\nfn mine()");
    tell(&mut editor, "countersign/inserted", 2);
    shows(&mut editor, &SHOWN.replace("5:", "6:"));
}

#[test]
fn what_was_typed_into_it_meanwhile_is_not_the_assistants() {
    let (_repo, mut editor) = opened(Options::default());
    editor.type_after("lib.rs", OWN, OFFERED);
    editor.replace("lib.rs", "(0..count)", "(0..my_own(count))");
    tell(&mut editor, "countersign/inserted", 2);
    let regions = editor.regions("lib.rs");
    let on_line_5: Vec<_> = regions["regions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["range"]["start"], &it["range"]["end"]))
        .filter(|(start, end)| start["line"] == 5 || end["line"] == 5)
        .map(|(start, end)| (start["character"].clone(), end["character"].clone()))
        .collect();
    let typed = 8..18;
    for (start, end) in on_line_5 {
        let (start, end) = (start.as_u64().unwrap(), end.as_u64().unwrap());
        assert!(
            end <= typed.start || typed.end <= start || end < start,
            "{regions:#}"
        );
    }
    shows(&mut editor, SHOWN);
}

#[test]
fn what_was_laid_out_anew_meanwhile_is_the_assistants() {
    let (_repo, mut editor) = opened(Options::default());
    editor.type_after("lib.rs", OWN, OFFERED);
    let wide = OFFERED.replace("(0..count).map(", "(0..count)\n        .map(");
    editor.replace("lib.rs", OFFERED, &wide);
    tell(&mut editor, "countersign/inserted", 2);
    shows(&mut editor, &SHOWN.replace("3 lines", "4 lines"));
}

#[test]
fn a_word_about_a_version_that_is_not_here_yet_is_dropped() {
    let (_repo, mut editor) = opened(Options::default());
    editor.type_after("lib.rs", OWN, OFFERED);
    tell(&mut editor, "countersign/inserted", 3);
    let regions = editor.regions("lib.rs");
    assert_eq!(regions, json!({ "version": 2, "regions": [] }));
}

#[test]
fn a_pasted_text_is_a_guess_and_a_hint() {
    let (_repo, mut editor) = opened(Options::default());
    editor.type_after("lib.rs", OWN, OFFERED);
    tell(&mut editor, "countersign/pasted", 2);
    shows(
        &mut editor,
        "5: suspected (hint) `offered`: 3 lines by paste, suspected",
    );
}

#[test]
fn a_person_marks_what_an_assistant_wrote() {
    let (repo, mut editor) = opened(Options::default());
    editor.type_after("lib.rs", OWN, OFFERED);
    let at = |line, character| Position { line, character };
    let actions = editor.code_actions_in("lib.rs", at(4, 0), at(7, 0));
    let titles: Vec<_> = actions.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["Mark the selection as written by an assistant"]);
    assert_eq!(editor.run(&actions[0]).unwrap(), json!({ "marked": true }));
    shows(
        &mut editor,
        "5: unreviewed (information) `offered`: 3 lines by an unknown source, unreviewed",
    );
    editor.save("lib.rs");
    editor.kill();
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    shows(
        &mut editor,
        "5: unreviewed (information) `offered`: 3 lines by an unknown source, unreviewed",
    );
}

#[test]
fn severities_are_the_users_choice() {
    let initialization = json!({ "severity": { "unreviewed": "warning" } });
    let (_repo, mut editor) = opened(Options {
        initialization,
        ..Options::default()
    });
    editor.type_after("lib.rs", OWN, OFFERED);
    tell(&mut editor, "countersign/inserted", 2);
    shows(&mut editor, &SHOWN.replace("information", "warning"));
}

#[test]
fn nothing_is_looked_at_where_the_user_has_turned_it_off() {
    let initialization = json!({ "enable": false });
    let (_repo, mut editor) = opened(Options {
        initialization,
        ..Options::default()
    });
    let uri = editor.uri("lib.rs");
    let answer = editor.request(
        "countersign/regions",
        json!({ "textDocument": { "uri": uri } }),
    );
    assert_eq!(answer, Ok(Value::Null));
    assert_eq!(editor.published("lib.rs"), 0);
}

#[test]
fn regions_and_sums_are_sent_to_who_asked_for_them() {
    let initialization = json!({ "regions": true });
    let (_repo, mut editor) = opened(Options {
        initialization,
        ..Options::default()
    });
    editor.type_after("lib.rs", OWN, OFFERED);
    tell(&mut editor, "countersign/inserted", 2);
    let told = |editor: &Editor, method: &str| {
        let mut all = editor.notified.iter().filter(|it| it["method"] == method);
        all.next_back()
            .map_or(Value::Null, |it| it["params"].clone())
    };
    let status = json!({ "files": 1, "unreviewedLines": 3, "suspectedLines": 0 });
    editor.wait("the sums", |editor| {
        (told(editor, "countersign/status") == status).then_some(())
    });
    let changed = told(&editor, "countersign/regionsChanged");
    let regions = editor.regions("lib.rs");
    assert_eq!(changed["textDocument"]["version"], 2);
    assert_eq!(changed["regions"], regions["regions"]);
    assert_eq!(regions["regions"][0]["unit"], "offered");
}

#[test]
fn nothing_of_ours_is_sent_to_who_did_not_ask() {
    let (_repo, mut editor) = opened(Options::default());
    editor.type_after("lib.rs", OWN, OFFERED);
    tell(&mut editor, "countersign/inserted", 2);
    shows(&mut editor, SHOWN);
    assert_eq!(editor.notified, Vec::<Value>::new());
}

#[test]
fn a_name_is_no_markup_and_ends_no_line() {
    let (repo, mut editor) = opened(Options::default());
    editor.type_after("lib.rs", OWN, OFFERED);
    let (uri, source) = (editor.uri("lib.rs"), "\u{1b}[31mred\n**md**");
    editor.notify(
        "countersign/inserted",
        json!({
            "textDocument": { "uri": uri, "version": 2 }, "ranges": place(), "origin": { "source": source },
        }),
    );
    let escaped = "\\u{1b}[31mred\\n**md**";
    shows(&mut editor, &SHOWN.replace("Copilot", escaped));
    let hover = editor.hover("lib.rs", 5, 8).unwrap();
    let (first, _) = hover.split_once("\n\n").unwrap();
    assert_eq!(
        first,
        "**\\\\u{1b}\\[31mred\\\\n\\*\\*md\\*\\*** wrote this in `offered`: **unreviewed**"
    );
    editor.save("lib.rs");
    assert_eq!(editor.shutdown(), 0);
    let blame = repo.run(&["blame", "lib.rs"]).ok().stdout;
    assert!(blame.contains(&format!("{escaped}, unreviewed")), "{blame}");
}
