//! The help texts have examples, and wrong words are told.

use crate::support::repo::Repo;

#[test]
fn every_command_has_help_with_an_example() {
    let repo = Repo::without_git();
    for command in [
        "init", "hook", "status", "blame", "confirm", "claim", "undo", "check", "doctor",
    ] {
        let help = repo.run(&[command, "--help"]).ok();
        assert!(help.stdout.contains("Example"), "{help}");
        assert!(
            help.stdout.contains(&format!("countersign {command}")),
            "{help}"
        );
    }
    let help = repo.run(&["--help"]).ok();
    assert!(help.stdout.contains("Exit codes:"), "{help}");
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
