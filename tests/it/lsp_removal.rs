//! What an assistant took away is shown where it stood, and confirmed or put back.

use crate::support::claude::Claude;
use crate::support::editor::{Editor, listed};
use crate::support::repo::Repo;
use serde_json::json;

const GUARDED: &str = "\
fn pay(amount: i64, limit: i64) -> Result<i64, String> {
    if amount > limit {
        return Err(\"over the limit\".to_owned());
    }
    Ok(amount)
}
";

const GUARD: &str = "    if amount > limit {
        return Err(\"over the limit\".to_owned());
    }
";

const REMOVED: &str = "(information) `pay`: 3 lines taken away by Claude Code, unreviewed";

/// A repository in which Claude Code took the guard out of `pay`, and an editor that shows it.
fn unguarded() -> (Repo, Editor) {
    let repo = Repo::with(&[("lib.rs", GUARDED)]);
    Claude::new(&repo).edit("lib.rs", GUARD, "");
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    let all = editor.diagnostics("lib.rs");
    assert!(
        all.len() == 1 && all[0].code == "removed" && listed(&all).ends_with(REMOVED),
        "{}",
        listed(&all)
    );
    (repo, editor)
}

#[test]
fn a_removal_is_shown_and_confirmed() {
    let (repo, mut editor) = unguarded();
    let regions = editor.regions("lib.rs");
    let region = &regions["regions"][0];
    assert_eq!(
        region["range"]["start"], region["range"]["end"],
        "nothing stands in its place"
    );
    assert_eq!(region["removed_lines"], 3);
    let line = editor.diagnostics("lib.rs")[0].from.line;
    let hover = editor.hover("lib.rs", line, 0).unwrap();
    assert!(
        hover.starts_with("**Claude Code** took something away from `pay`: **unreviewed**"),
        "{hover}"
    );
    let went = "3 lines that stood here went:\n\n```\nif amount > limit {\n    return Err(\"over the limit\".to_owned());\n}\n```";
    assert!(hover.contains(went), "{hover}");
    let action = editor.code_action("lib.rs", line, "Confirm `pay`");
    assert_eq!(
        action.title,
        "Confirm `pay` (3 lines taken away by Claude Code)"
    );
    assert_eq!(
        editor.run(&action).unwrap(),
        json!({ "confirmed_lines": 0, "removals": 1 })
    );
    editor.diagnostics_until("lib.rs", "nothing", <[_]>::is_empty);
    assert_eq!(editor.shutdown(), 0);
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["totals"]["removals"], 0);
}

#[test]
fn what_a_person_deletes_and_saves_while_a_command_runs_the_command_did_not_take_away() {
    let repo = Repo::with(&[("lib.rs", GUARDED), ("other.rs", GUARDED)]);
    let claude = Claude::new(&repo);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    let mut bash = claude.pre_bash("sed -i '/over the limit/d' other.rs");
    bash.perform();
    editor.replace("lib.rs", GUARD, "");
    editor.save("lib.rs");
    editor.regions("lib.rs");
    editor.replace("lib.rs", "    Ok(amount)\n", "    Ok(amount + 1)\n");
    editor.save("lib.rs");
    editor.regions("lib.rs");
    bash.post();
    let status = repo.run(&["status"]).ok().stdout;
    assert!(
        status.contains("other.rs") && !status.contains("lib.rs"),
        "{status}"
    );
}

#[test]
fn what_a_command_takes_away_beside_a_persons_saves_is_a_removal() {
    let repo = Repo::with(&[("lib.rs", GUARDED)]);
    let claude = Claude::new(&repo);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    let mut bash = claude.pre_bash("sed -i '/over the limit/d' lib.rs");
    editor.replace("lib.rs", "    Ok(amount)\n", "");
    editor.save("lib.rs");
    editor.regions("lib.rs");
    bash.perform();
    bash.post();
    editor.reload("lib.rs");
    let all = editor.diagnostics_until("lib.rs", "a removal", |all| all.len() == 1);
    let shown = listed(&all);
    assert!(
        shown.ends_with("`pay`: 1 line taken away by Claude Code, unreviewed"),
        "{shown}"
    );
}

#[test]
fn what_a_person_takes_out_and_puts_back_while_a_command_runs_is_not_the_commands_to_take_away() {
    let repo = Repo::with(&[("lib.rs", GUARDED)]);
    let claude = Claude::new(&repo);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    let mut bash = claude.pre_bash("sed -i '/over the limit/d' lib.rs");
    let put_back = format!("{GUARD}    Ok(amount)\n");
    for (from, to) in [(GUARD, ""), ("    Ok(amount)\n", &put_back)] {
        editor.replace("lib.rs", from, to);
        editor.save("lib.rs");
        editor.regions("lib.rs");
    }
    bash.perform();
    bash.post();
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["totals"]["removals"], 1, "{status:#}");
}

#[test]
fn a_removal_is_rejected_and_the_text_is_back() {
    let (repo, mut editor) = unguarded();
    let line = editor.diagnostics("lib.rs")[0].from.line;
    let action = editor.code_action("lib.rs", line, "Reject: put back what stood before");
    assert_eq!(editor.run(&action).unwrap(), json!({ "rejected": true }));
    assert_eq!(editor.text("lib.rs"), GUARDED);
    editor.diagnostics_until("lib.rs", "nothing", <[_]>::is_empty);
    editor.save("lib.rs");
    editor.diagnostics_until("lib.rs", "nothing", <[_]>::is_empty);
    assert_eq!(editor.shutdown(), 0);
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["totals"]["removals"], 0, "{status:#}");
    assert_eq!(status["totals"]["unreviewed_lines"], 0, "{status:#}");
}

#[test]
fn a_rewrite_is_rejected_and_the_text_is_back() {
    let repo = Repo::with(&[("lib.rs", GUARDED)]);
    Claude::new(&repo).edit("lib.rs", GUARD, "    let _ = limit;\n");
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    let all = editor.diagnostics("lib.rs");
    assert_eq!(
        listed(&all),
        "2: unreviewed (information) `pay`: 1 line by Claude Code, unreviewed"
    );
    let action = editor.code_action("lib.rs", 1, "Reject: put back what stood before");
    editor.run(&action).unwrap();
    assert_eq!(editor.text("lib.rs"), GUARDED);
    editor.diagnostics_until("lib.rs", "nothing", <[_]>::is_empty);
}

#[test]
fn text_that_a_person_types_back_needs_no_confirmation() {
    let (_repo, mut editor) = unguarded();
    editor.type_after("lib.rs", "Result<i64, String> {\n", GUARD);
    editor.save("lib.rs");
    editor.diagnostics_until("lib.rs", "nothing", <[_]>::is_empty);
}
