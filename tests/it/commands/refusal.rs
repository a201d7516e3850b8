//! Only a person confirms.

use super::visited;
use crate::support::output::Output;
use crate::support::repo::Repo;

const ACTS: &[&[&str]] = &[
    &["confirm", "refund.rs"],
    &["claim", "refund.rs:1"],
    &["mark", "pay.rs"],
    &["undo"],
];

/// Every act is refused, and not one byte of the ledger changes.
#[track_caller]
fn refused(repo: &Repo, why: &str, run: impl Fn(&[&str]) -> Output) {
    repo.run_in_terminal(&["confirm", "refund.rs:8-10"]).ok();
    let ledger = || {
        let file = |name: &str| {
            std::fs::read(repo.path(&format!(".git/countersign/{name}"))).unwrap_or_default()
        };
        (file("ledger.db"), file("ledger.db-wal"))
    };
    let before = ledger();
    for act in ACTS {
        let said = run(act).expect_code(3);
        assert!(said.stderr.contains(why), "{said}");
        assert!(said.stdout.is_empty(), "{said}");
    }
    assert!(ledger() == before, "the ledger is as it was");
}

#[test]
fn a_process_with_an_assistants_variable_is_refused() {
    let variables = [
        ("CLAUDECODE", "1"),
        ("CODEX_CI", ""),
        ("GEMINI_CLI", "1"),
        ("CURSOR_AGENT", "1"),
        ("AGENT", "goose"),
        ("AI_AGENT", "claude-code_1.2.3"),
    ];
    let repo = visited();
    refused(&repo, "CLAUDECODE", |act| {
        repo.run_in_terminal_with(&variables[..1], act)
    });
    for variable in variables {
        let said = repo
            .run_in_terminal_with(&[variable], &["confirm", "refund.rs"])
            .expect_code(3);
        assert!(said.stderr.contains(variable.0), "{said}");
    }
}

#[test]
fn a_process_below_an_assistant_is_refused() {
    let repo = visited();
    refused(&repo, "claude", |act| {
        repo.run_in_terminal_of("claude", act)
    });
}

#[test]
fn a_process_without_a_terminal_is_refused() {
    let repo = visited();
    refused(&repo, "no terminal", |act| repo.run(act));
}

#[test]
fn a_person_in_a_terminal_is_not() {
    let repo = visited();
    let variables = [("CURSOR_TRACE_ID", "1"), ("COPILOT_MODEL", "x")];
    repo.run_in_terminal_with(&variables, &["confirm", "refund.rs:1"])
        .ok();
    repo.run_in_terminal_of("bash-claudette", &["confirm", "refund.rs:2"])
        .ok();
}

#[test]
fn reading_is_never_refused() {
    let repo = visited();
    for command in [&["status"][..], &["blame", "refund.rs"], &["check"]] {
        let said = repo.run_with(&[("CLAUDECODE", "1")], command, b"");
        assert!(said.code < 2, "{said}");
    }
}
