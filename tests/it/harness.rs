//! The tools of the stories do what they say: what the stories conclude rests on this.

use crate::support::claude::{Claude, Which};
use crate::support::detached;
use crate::support::repo::{PERSON, Repo};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn a_repository_is_cut_off_from_this_machine() {
    let repo = Repo::with(&[("src/main.rs", "fn main() {}\n")]);
    assert_eq!(repo.git(&["log", "--format=%an <%ae>"]), PERSON);
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    assert_eq!(
        repo.git(&["rev-parse", "--show-toplevel"]),
        repo.root().to_string_lossy()
    );
    let variables = repo.command("env").output().unwrap().stdout;
    let variables = String::from_utf8(variables).unwrap();
    for name in [
        "CLAUDECODE",
        "AI_AGENT",
        "CODEX_CI",
        "GEMINI_CLI",
        "OPENCODE",
    ] {
        assert!(!variables.contains(&format!("{name}=")), "{variables}");
    }
    assert!(
        variables.contains(&format!("HOME={}", repo.home().display())),
        "{variables}"
    );
}

#[test]
fn worktrees_and_clones_lie_beside_it() {
    let repo = Repo::with(&[("a.txt", "one\n")]);
    let tree = repo.worktree("topic");
    let clone = repo.clone_to("clone");
    assert_eq!(tree.read("a.txt"), "one\n");
    assert_eq!(tree.git(&["branch", "--show-current"]), "topic");
    assert_eq!(
        clone.git(&["rev-parse", "HEAD"]),
        repo.git(&["rev-parse", "HEAD"])
    );
}

/// Runs a shell line in a terminal of its own.
fn in_terminal(repo: &Repo, line: &str, typed: &str) -> String {
    let command = |program: &str| repo.command(program);
    detached::run_in_terminal(command, Path::new("/bin/sh"), &["-c", line], typed)
        .ok()
        .stdout
}

#[test]
fn the_terminal_is_real_and_controls_its_session() {
    let repo = Repo::without_git();
    let said = in_terminal(&repo, "test -t 0 && : </dev/tty && tty && pwd", "");
    let (tty, folder) = said.trim_end().split_once('\n').unwrap();
    assert!(tty.starts_with("/dev/"), "{tty}");
    assert_eq!(folder, repo.root().to_string_lossy());
}

#[test]
fn a_person_types_into_the_terminal() {
    let repo = Repo::without_git();
    assert_eq!(
        in_terminal(&repo, "read -r a; read -r b; echo $b $a", "one\ntwo\n"),
        "two one\n"
    );
}

#[test]
fn the_end_of_a_program_in_the_terminal_is_told() {
    let repo = Repo::without_git();
    let command = |program: &str| repo.command(program);
    let output = detached::run_in_terminal(
        command,
        Path::new("/bin/sh"),
        &["-c", "echo 'it'\\''s' >&2; exit 7"],
        "",
    );
    assert_eq!((output.code, output.stderr.as_str()), (7, "it's\n"));
}

/// None of the processes above a detached one is above this test, but for those that adopt orphans.
#[test]
fn nothing_of_ours_stands_above_a_detached_program() {
    let repo = Repo::without_git();
    let climb =
        "p=$$; while [ $p -gt 1 ]; do set -- $(sed 's/.*) //' /proc/$p/stat); p=$2; echo $p; done";
    let said = in_terminal(&repo, climb, "");
    let me = std::process::id().to_string();
    assert!(said.lines().count() >= 2, "{said}");
    assert!(!said.lines().any(|pid| pid == me), "{me} in {said}");
    let orphan = detached::run(
        |program| repo.command(program),
        Path::new("/bin/sh"),
        &["-c", climb],
        b"",
    );
    assert!(!orphan.ok().stdout.lines().any(|pid| pid == me));
}

#[test]
fn an_orphan_has_no_terminal_and_its_end_is_told() {
    let repo = Repo::without_git();
    let line = "cat; (: </dev/tty) 2>/dev/null && exit 1; echo err >&2; exit 5";
    let output = detached::run(
        |program| repo.command(program),
        Path::new("/bin/sh"),
        &["-c", line],
        b"in\n",
    );
    assert_eq!(
        (output.code, output.stdout.as_str(), output.stderr.as_str()),
        (5, "in\n", "err\n")
    );
}

/// Every field of a payload by its path, with its kind of value.
fn shape(payload: &Value) -> BTreeSet<String> {
    fn walk(at: &str, value: &Value, shape: &mut BTreeSet<String>) {
        let kind = match value {
            Value::Object(fields) => {
                return fields
                    .iter()
                    .for_each(|(name, value)| walk(&format!("{at}.{name}"), value, shape));
            }
            Value::Null | Value::String(_) => "text or null",
            Value::Bool(_) => "bool",
            Value::Number(_) => "number",
            Value::Array(_) => "list",
        };
        shape.insert(format!("{at}: {kind}"));
    }
    let mut all = BTreeSet::new();
    walk("", payload, &mut all);
    all
}

#[track_caller]
fn same_shape(ours: &Value, recorded: &str) {
    let recorded: Value = serde_json::from_str(recorded).unwrap();
    assert_eq!(
        shape(ours),
        shape(&recorded),
        "{} {}",
        ours["hook_event_name"],
        ours["tool_name"]
    );
}

#[test]
fn our_payloads_have_the_shape_of_the_recorded_ones() {
    let repo = Repo::without_git();
    let claude = Claude::new(&repo);

    let mut write = claude.plan_write("new.rs", "one\n");
    same_shape(
        &write.pre_payload(),
        include_str!("payloads/claude/003-PreToolUse-Write.json"),
    );
    write.perform();
    same_shape(
        &write.post_payload(),
        include_str!("payloads/claude/004-PostToolUse-Write.json"),
    );

    let mut edit = claude.plan_edit("new.rs", "one", "two", Which::One);
    same_shape(
        &edit.pre_payload(),
        include_str!("payloads/claude/006-PreToolUse-Edit.json"),
    );
    edit.perform();
    same_shape(
        &edit.post_payload(),
        include_str!("payloads/claude/007-PostToolUse-Edit.json"),
    );
    assert_eq!(repo.read("new.rs"), "two\n");

    let mut bash = claude.plan_bash("echo three >> new.rs");
    same_shape(
        &bash.pre_payload(),
        include_str!("payloads/claude/021-PreToolUse-Bash.json"),
    );
    bash.perform();
    same_shape(
        &bash.post_payload(),
        include_str!("payloads/claude/022-PostToolUse-Bash.json"),
    );

    let mut failing = claude.plan_bash("echo four >> new.rs; false");
    failing.perform();
    same_shape(
        &failing.post_payload(),
        include_str!("payloads/claude/030-PostToolUseFailure-Bash.json"),
    );
    assert_eq!(repo.read("new.rs"), "two\nthree\nfour\n");

    let subagent = claude.subagent();
    let mut write = subagent.plan_write("sub.rs", "// by subagent\n");
    same_shape(
        &write.pre_payload(),
        include_str!("payloads/claude/029-PreToolUse-Write.json"),
    );
    write.perform();
    same_shape(
        &write.post_payload(),
        include_str!("payloads/claude/031-PostToolUse-Write.json"),
    );
}

#[test]
fn an_edit_of_a_crlf_file_keeps_its_line_ends_and_tells_of_none() {
    let repo = Repo::without_git();
    repo.write("a.txt", "one\r\ntwo\r\n");
    let claude = Claude::new(&repo);
    let mut edit = claude.plan_edit("a.txt", "one\ntwo", "one\n1.5\ntwo", Which::One);
    edit.perform();
    assert_eq!(repo.read("a.txt"), "one\r\n1.5\r\ntwo\r\n");
    assert_eq!(
        edit.post_payload()["tool_response"]["originalFile"],
        "one\ntwo\n"
    );
}
