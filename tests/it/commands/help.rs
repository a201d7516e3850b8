//! The help texts have examples, and wrong words are told.

use super::commands;
use crate::support::repo::Repo;

#[test]
fn every_command_has_help_with_an_example() {
    let repo = Repo::without_git();
    for command in commands(&repo) {
        let help = repo.run(&[&command, "--help"]).ok();
        assert!(help.stdout.contains("Example"), "{help}");
        assert!(
            help.stdout.contains(&format!("countersign {command}")),
            "{help}"
        );
    }
    let help = repo.run(&["--help"]).ok();
    assert!(help.stdout.contains("Exit codes:"), "{help}");
    assert_eq!(repo.run(&["help"]).ok().stdout, help.stdout);
    let one = repo.run(&["help", "mark"]).ok();
    assert_eq!(one.stdout, repo.run(&["mark", "--help"]).ok().stdout);
}

#[test]
fn a_slip_is_answered_with_what_was_meant() {
    let repo = Repo::without_git();
    for (slip, meant) in [
        (&["stauts"][..], "'status'"),
        (&["conform", "a.rs"], "'confirm'"),
        (&["status", "--jsn"], "'--json'"),
        (&["completions", "bsh"], "'bash'"),
        (&["man", "chek"], "`chek`"),
    ] {
        let said = repo.run(slip).expect_code(2);
        assert!(said.stderr.contains(meant), "{said}");
    }
}

#[test]
fn wrong_words_are_an_error_that_says_so() {
    let repo = Repo::without_git();
    for wrong in [
        &["stauts"][..],
        &[],
        &["blame"],
        &["status", "--jsn"],
        &["check", "--format", "xml"],
    ] {
        let said = repo.run(wrong).expect_code(2);
        assert!(!said.stderr.is_empty() && said.stdout.is_empty(), "{said}");
    }
}

/// The folder around it would be judged, or set up, instead.
#[test]
fn a_repository_that_is_not_there_is_no_other_one() {
    let repo = Repo::new();
    for command in [
        &["check"][..],
        &["doctor"],
        &["sync"],
        &["undo"],
        &["init", "helix", "--yes"],
    ] {
        let said = repo.run(&[command, &["--repository", "sbu"]].concat());
        let said = said.expect_code(2);
        assert!(
            said.stderr.contains("there is no such file or folder"),
            "{said}"
        );
    }
    assert!(!repo.path(".helix").exists());
}

#[test]
fn a_hook_that_is_called_wrongly_still_does_not_fail_its_agent() {
    let repo = Repo::without_git();
    for wrong in [
        &["hook"][..],
        &["hook", "nobody"],
        &["hook", "--wrong"],
        &["hook", "claude-code", "more"],
    ] {
        let said = repo.run_with(&[], wrong, b"{}").ok();
        assert!(said.stdout.is_empty() && said.stderr.is_empty(), "{said}");
    }
}
