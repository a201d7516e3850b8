//! What is found, what is asked, and what an agent then calls.

use super::{Desk, SETTINGS};
use crate::support::claude::Claude;
use crate::support::marks::{log, status};
use crate::support::repo::Repo;
use expect_test::expect;
use serde_json::Value;

/// The command under an event of the settings.
#[track_caller]
fn command(repo: &Repo, event: &str) -> String {
    let settings: Value = serde_json::from_str(&repo.read(SETTINGS)).unwrap();
    let command = &settings["hooks"][event][0]["hooks"][0]["command"];
    command.as_str().unwrap().to_owned()
}

#[test]
fn a_new_repository_gets_the_hooks_of_the_agent_that_is_found() {
    let desk = Desk::new();
    desk.install("claude");
    let said = desk.init(&[]);
    assert!(
        said.stdout
            .contains("Found: Claude Code (`claude` on PATH)."),
        "{said}"
    );
    expect![[r#"
        {
          "hooks": {
            "PreToolUse": [
              {
                "matcher": "Write|Edit|MultiEdit|NotebookEdit|Bash",
                "hooks": [
                  {
                    "type": "command",
                    "command": "countersign hook claude-code",
                    "timeout": 10
                  }
                ]
              }
            ],
            "PostToolUse": [
              {
                "matcher": "Write|Edit|MultiEdit|NotebookEdit|Bash",
                "hooks": [
                  {
                    "type": "command",
                    "command": "countersign hook claude-code",
                    "timeout": 10
                  }
                ]
              }
            ],
            "PostToolUseFailure": [
              {
                "matcher": "Write|Edit|MultiEdit|NotebookEdit|Bash",
                "hooks": [
                  {
                    "type": "command",
                    "command": "countersign hook claude-code",
                    "timeout": 10
                  }
                ]
              }
            ]
          }
        }
    "#]]
    .assert_eq(&desk.repo.read(SETTINGS));
    assert_eq!(desk.files().len(), 1, "{:?}", desk.files());
}

#[test]
fn the_command_in_the_settings_makes_marks() {
    for desk in [Desk::new(), Desk::without_program()] {
        desk.init(&["claude-code"]);
        let claude = Claude::new(&desk.repo);
        let tell = |event: &str, recording: &str| {
            let payload = claude.recorded(recording).to_string();
            let path = desk.bin().to_string_lossy().into_owned();
            let run = |program: &str| {
                let mut command = desk.repo.command(program);
                command.env("PATH", &path).env("CLAUDECODE", "1");
                command
            };
            let words = ["-c", &command(&desk.repo, event)];
            let shell = std::path::Path::new("/bin/sh");
            let said = crate::support::detached::run(run, shell, &words, payload.as_bytes()).ok();
            assert!(said.stdout.is_empty() && said.stderr.is_empty(), "{said}");
        };
        let post = include_str!("../payloads/claude/004-PostToolUse-Write.json");
        let written = claude.recorded(post);
        let file = written["tool_input"]["file_path"].as_str().unwrap();
        let name = file.rsplit('/').next().unwrap();
        tell(
            "PreToolUse",
            include_str!("../payloads/claude/003-PreToolUse-Write.json"),
        );
        desk.repo
            .write(name, written["tool_input"]["content"].as_str().unwrap());
        tell("PostToolUse", post);
        assert_eq!(log(&desk.repo), "");
        assert_eq!(status(&desk.repo), format!("{name}: 3 unreviewed\n"));
    }
}

#[test]
fn a_dry_run_shows_the_plan_and_changes_nothing() {
    let desk = Desk::new();
    let said = desk.run(&["init", "claude-code", "--dry-run"]).ok();
    for line in [
        "--- /dev/null",
        "+++ .claude/settings.json",
        "+            \"command\": \"countersign hook claude-code\",",
        "(the repository's: whoever clones it gets it)",
    ] {
        assert!(said.stdout.contains(line), "{line} in {said}");
    }
    assert_eq!(desk.files(), []);
    assert!(!desk.repo.path(".git/countersign").exists());
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_changed() {
    let desk = Desk::new();
    let said = desk.run(&["init", "claude-code"]).expect_code(2);
    assert!(said.stdout.contains("+++ .claude/settings.json"), "{said}");
    assert!(said.stderr.contains("--yes"), "{said}");
    assert_eq!(desk.files(), []);
}

#[test]
fn a_person_at_a_terminal_is_asked() {
    let desk = Desk::new();
    for no in ["n\n", "\n", "what?\n"] {
        let said = desk
            .repo
            .run_in_terminal_typing(no, &["init", "claude-code"]);
        let said = said.expect_code(2);
        assert!(said.stderr.contains("[y/N]"), "{said}");
        assert!(said.stdout.contains("Nothing was changed."), "{said}");
        assert_eq!(desk.files(), []);
    }
    let said = desk
        .repo
        .run_in_terminal_typing("y\n", &["init", "claude-code"]);
    assert!(said.ok().stdout.contains("Wrote .claude/settings.json."));
    assert_eq!(desk.files().len(), 1);
}

#[test]
fn an_assistant_may_set_up_what_it_was_told_to() {
    let desk = Desk::new();
    let said = desk.repo.run_with(
        &[("CLAUDECODE", "1")],
        &["init", "--yes", "claude-code"],
        b"",
    );
    assert!(said.ok().stdout.contains("Wrote .claude/settings.json."));
}

#[test]
fn a_second_run_changes_nothing() {
    let desk = Desk::new();
    desk.init(&["claude-code"]);
    let (files, record) = (desk.files(), desk.repo.read(".git/countersign/init.json"));
    let said = desk.run(&["init", "claude-code"]).ok();
    assert!(
        said.stdout
            .contains("Already set up: Claude Code in .claude/settings.json."),
        "{said}"
    );
    assert_eq!(desk.files(), files);
    assert_eq!(desk.repo.read(".git/countersign/init.json"), record);
}

#[test]
fn a_program_that_is_not_on_path_is_called_by_its_own() {
    let desk = Desk::without_program();
    let said = desk.init(&["claude-code"]);
    assert!(
        said.stdout.contains("`countersign` is not on your PATH"),
        "{said}"
    );
    let program = desk.repo.program().to_string_lossy().into_owned();
    assert_eq!(
        command(&desk.repo, "PreToolUse"),
        format!("{program} hook claude-code")
    );
}

#[test]
fn settings_of_the_work_tree_or_of_the_person_are_used_on_demand() {
    let desk = Desk::new();
    let said = desk.init(&["claude-code", "--local"]);
    assert!(
        said.stdout
            .contains("git does not ignore .claude/settings.local.json"),
        "{said}"
    );
    assert_eq!(desk.files()[0].0, ".claude/settings.local.json");
    desk.run(&["init", "--remove", "--yes"]).ok();
    assert_eq!(desk.files(), []);

    let said = desk.init(&["claude-code", "--user"]);
    assert!(
        said.stdout.contains("Wrote ~/.claude/settings.json."),
        "{said}"
    );
    assert_eq!(desk.files(), []);
    assert!(desk.home(".claude/settings.json").exists());
    desk.run(&["init", "--remove", "--yes", "--user"]).ok();
    assert!(!desk.home(".claude").exists());
}

#[test]
fn a_persons_own_settings_need_no_repository() {
    let desk = Desk::of(Repo::without_git());
    desk.init(&["claude-code", "--user"]);
    assert!(desk.home(".claude/settings.json").exists());
}

#[test]
fn where_nothing_is_found_the_names_are_told() {
    let desk = Desk::new();
    let said = desk.run(&["init", "--yes"]).expect_code(2);
    assert!(
        said.stdout.contains("countersign init claude-code"),
        "{said}"
    );
    let said = desk
        .run(&["init", "--yes", "helix", "--local"])
        .expect_code(2);
    assert!(said.stdout.ends_with("Nothing was changed.\n"), "{said}");
    let said = desk.run(&["init", "--yes", "clod"]).expect_code(2);
    assert!(said.stderr.contains("invalid value 'clod'"), "{said}");
    assert!(said.stderr.contains("claude-code, neovim, helix"), "{said}");
    assert_eq!(desk.files(), []);
}
