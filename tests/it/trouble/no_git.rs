//! Git is not to be found.

use super::REFUND;
use crate::support::claude::{Claude, Which};
use crate::support::marks::status;
use crate::support::repo::Repo;
use serde_json::Value;
use std::io::Write as _;
use std::process::Stdio;

/// Runs the hook where no program at all is to be found.
#[track_caller]
fn tell_without_git(repo: &Repo, payload: &Value) {
    let mut child = repo
        .command(repo.program().to_str().unwrap())
        .env("PATH", repo.home())
        .args(["hook", "claude-code"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(payload.to_string().as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(),
        "{output:?}"
    );
}

#[test]
fn a_file_that_is_named_is_marked_without_git() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    for mut one in [
        claude.plan_write("refund.rs", REFUND),
        claude.plan_edit(
            "lib.rs",
            "mod pay;\n",
            "mod pay;\nmod refund;\n",
            Which::One,
        ),
    ] {
        tell_without_git(&repo, &one.pre_payload());
        one.perform();
        tell_without_git(&repo, &one.post_payload());
    }
    let mut bash = claude.plan_bash("echo 'fn x() {}' >> lib.rs");
    tell_without_git(&repo, &bash.pre_payload());
    bash.perform();
    tell_without_git(&repo, &bash.post_payload());
    assert_eq!(
        status(&repo),
        "lib.rs: 1 unreviewed\nrefund.rs: 6 unreviewed\n"
    );
}

#[test]
fn commands_say_that_git_is_missing() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    Claude::new(&repo).write("refund.rs", REFUND);
    for (command, needs_git) in [
        (&["status"][..], true),
        (&["check"], true),
        (&["blame", "refund.rs", "--json"], false),
    ] {
        let output = repo
            .command(repo.program().to_str().unwrap())
            .env("PATH", repo.home())
            .args(command)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert_eq!(
            code,
            Some(if needs_git { 2 } else { 0 }),
            "{command:?} {said}"
        );
        assert!(
            !needs_git || said.contains("git") && said.contains("hint: "),
            "{said}"
        );
    }
}
