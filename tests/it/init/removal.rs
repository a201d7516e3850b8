//! `init --remove` where somebody else has written since, or nothing is known of before.

use super::{Desk, SETTINGS};
use expect_test::expect;

const THEIRS: &str = "{\n  // mine\n  \"model\": \"opus\"\n}\n";

#[test]
fn only_ours_goes_where_others_have_written_since() {
    let desk = Desk::new();
    desk.repo.write(SETTINGS, THEIRS);
    desk.init(&["claude-code"]);
    desk.repo.replace(SETTINGS, "\"opus\"", "\"sonnet\"");
    let said = desk.run(&["init", "--remove", "--yes"]).ok();
    assert!(
        said.stdout.contains("only our entries are taken out"),
        "{said}"
    );
    assert_eq!(desk.repo.read(SETTINGS), THEIRS.replace("opus", "sonnet"));
}

#[test]
fn hooks_that_others_put_beside_ours_stay() {
    let desk = Desk::new();
    desk.init(&["claude-code"]);
    let theirs = "\"hooks\": [\n          {\"type\": \"command\", \"command\": \"fmt\"},";
    let text = desk.repo.read(SETTINGS).replacen("\"hooks\": [", theirs, 1);
    desk.repo.write(SETTINGS, text);
    desk.run(&["init", "--remove", "--yes"]).ok();
    expect![[r#"
        {
          "hooks": {
            "PreToolUse": [
              {
                "matcher": "Write|Edit|MultiEdit|NotebookEdit|Bash",
                "hooks": [
                  {"type": "command", "command": "fmt"}
                ]
              }
            ]
          }
        }
    "#]]
    .assert_eq(&desk.repo.read(SETTINGS));
}

#[test]
fn a_file_of_ours_goes_though_another_program_has_laid_it_out_anew() {
    let desk = Desk::new();
    desk.init(&["claude-code"]);
    let value: serde_json::Value = serde_json::from_str(&desk.repo.read(SETTINGS)).unwrap();
    desk.repo.write(SETTINGS, value.to_string());
    desk.run(&["init", "--remove", "--yes"]).ok();
    assert_eq!(desk.files(), []);
    assert!(!desk.repo.path(".claude").exists());
}

#[test]
fn a_folder_that_holds_something_else_by_now_stays() {
    let desk = Desk::new();
    desk.init(&["claude-code"]);
    desk.repo.write(".claude/notes.md", "mine\n");
    desk.run(&["init", "--remove", "--yes"]).ok();
    assert_eq!(
        desk.files(),
        [(".claude/notes.md".to_owned(), b"mine\n".to_vec())]
    );
}

#[test]
fn a_clone_that_knows_nothing_of_before_takes_out_ours() {
    let desk = Desk::new();
    desk.repo.write(SETTINGS, THEIRS);
    desk.init(&["claude-code"]);
    desk.repo.delete(".git/countersign/init.json");
    let said = desk.run(&["init", "--remove", "--yes"]).ok();
    assert!(
        said.stdout.contains("only our entries are taken out"),
        "{said}"
    );
    assert_eq!(desk.repo.read(SETTINGS), THEIRS);
}

#[test]
fn a_call_within_a_persons_own_command_is_theirs() {
    let desk = Desk::new();
    desk.init(&["claude-code"]);
    let text = desk.repo.read(SETTINGS);
    desk.repo.write(
        SETTINGS,
        text.replacen("countersign hook", "nice countersign hook", 1),
    );
    let said = desk.run(&["init", "--remove", "--yes"]).ok();
    assert!(
        said.stdout.contains("`nice countersign hook claude-code`"),
        "{said}"
    );
    let text = desk.repo.read(SETTINGS);
    assert_eq!(text.matches("countersign hook").count(), 1, "{text}");
    assert!(!text.contains("PostToolUse"), "{text}");
}

#[test]
fn the_text_from_before_comes_back_after_an_older_setup_was_completed() {
    let desk = Desk::new();
    desk.repo.write(SETTINGS, THEIRS);
    desk.init(&["claude-code"]);
    // As if an earlier version had known two events only.
    let record = desk.repo.read(".git/countersign/init.json");
    let older = |text: &str| text.replace("PostToolUseFailure", "Notification");
    desk.repo.write(SETTINGS, older(&desk.repo.read(SETTINGS)));
    desk.repo
        .write(".git/countersign/init.json", older(&record));
    desk.init(&["claude-code"]);
    assert!(desk.repo.read(SETTINGS).contains("PostToolUseFailure"));
    desk.run(&["init", "--remove", "--yes"]).ok();
    assert_eq!(desk.repo.read(SETTINGS), THEIRS);
}

#[test]
fn a_removal_shows_its_plan_asks_and_runs_twice() {
    let desk = Desk::new();
    desk.init(&["claude-code"]);
    let before = desk.files();
    desk.run(&["init", "--remove", "--dry-run"]).ok();
    let said = desk.run(&["init", "--remove"]).expect_code(2);
    assert!(said.stdout.contains("+++ /dev/null"), "{said}");
    assert_eq!(desk.files(), before);
    desk.run(&["init", "--remove", "--yes"]).ok();
    let said = desk.run(&["init", "--remove", "--yes"]).ok();
    assert!(
        said.stdout.contains("Nothing of ours is set up here."),
        "{said}"
    );
    assert_eq!(desk.files(), []);
}

#[test]
fn broken_settings_that_do_not_name_us_are_not_judged() {
    let desk = Desk::new();
    desk.init(&["claude-code"]);
    desk.repo.write(".claude/settings.local.json", "{ broken");
    desk.run(&["init", "--remove", "--yes"]).ok();
    assert!(!desk.repo.path(SETTINGS).exists());
    desk.repo
        .write(SETTINGS, "{ \"countersign hook claude-code\"");
    let said = desk.run(&["init", "--remove", "--yes"]).expect_code(2);
    assert!(
        said.stderr.contains("settings.json cannot be understood"),
        "{said}"
    );
}

#[test]
fn a_call_that_a_person_wrote_for_some_tools_is_completed_and_stays_theirs() {
    let desk = Desk::new();
    let theirs = r#"{"hooks":{"PreToolUse":[{"matcher":"Bash","hooks":[{"type":"command","command":"countersign hook claude-code"}]}]}}"#;
    desk.repo.write(SETTINGS, theirs);
    desk.init(&["claude-code"]);
    let value: serde_json::Value = serde_json::from_str(&desk.repo.read(SETTINGS)).unwrap();
    assert_eq!(value["hooks"]["PreToolUse"].as_array().unwrap().len(), 2);
    let complete = desk.repo.read(SETTINGS);
    desk.run(&["init", "--remove", "--yes"]).ok();
    assert_eq!(desk.repo.read(SETTINGS), theirs);
    desk.repo.write(SETTINGS, complete);
    let said = desk.run(&["init", "--remove", "--yes"]).ok();
    assert!(said.stdout.contains("theirs to take out"), "{said}");
    let value: serde_json::Value = serde_json::from_str(&desk.repo.read(SETTINGS)).unwrap();
    assert_eq!(
        value,
        serde_json::from_str::<serde_json::Value>(theirs).unwrap()
    );
}

/// What is left of settings after `init`, changes by somebody, and the removal in a clone; and what that says.
#[track_caller]
fn left_of(before: &str, changes: &[(&str, &str)]) -> (String, String) {
    let desk = Desk::new();
    desk.repo.write(SETTINGS, before);
    desk.init(&["claude-code"]);
    desk.repo.delete(".git/countersign/init.json");
    let mut text = desk.repo.read(SETTINGS);
    for (old, new) in changes {
        assert!(text.contains(old), "{old:?} in {text}");
        text = text.replacen(old, new, 1);
    }
    desk.repo.write(SETTINGS, text);
    let said = desk.run(&["init", "--remove", "--yes"]).ok();
    (desk.repo.read(SETTINGS), said.stdout)
}

#[test]
fn comments_among_hooks_keep_what_they_stand_in() {
    for text in [
        "{\n  \"hooks\": {\n    // keep this\n    \"PreToolUse\": [\n      // none yet\n    ]\n  }\n}\n",
        "{\n  \"hooks\": {\n    // hooks to come\n  },\n  \"model\": \"opus\"\n}\n",
        "{\n  \"hooks\": {\n    \"PreToolUse\": [] // none yet\n  }\n}\n",
        "{\n  \"hooks\": {}, // none yet\n  \"model\": \"opus\"\n}\n",
    ] {
        assert_eq!(left_of(text, &[]).0, text);
    }
    let pre = "    \"PreToolUse\": [\n";
    let commented = format!("    // first\n{pre}      // then\n");
    let post = "    \"PostToolUse\": [\n";
    let after = format!("    // after each tool\n{post}");
    let (left, _) = left_of(THEIRS, &[(pre, &commented), (post, &after)]);
    expect![[r#"
        {
          // mine
          "model": "opus",
          "hooks": {
            // first
            "PreToolUse": [
              // then
            ]
            // after each tool
          }
        }
    "#]]
    .assert_eq(&left);
}

#[test]
fn a_call_with_a_comment_beside_it_stays_and_is_told() {
    let (left, said) = left_of(
        THEIRS,
        &[("\"timeout\": 10\n", "\"timeout\": 10 // seconds\n")],
    );
    let told = "`countersign hook claude-code` in .claude/settings.json stays";
    assert!(said.contains(told), "{said}");
    expect![[r#"
        {
          // mine
          "model": "opus",
          "hooks": {
            "PreToolUse": [
              {
                "matcher": "Write|Edit|MultiEdit|NotebookEdit|Bash",
                "hooks": [
                  {
                    "type": "command",
                    "command": "countersign hook claude-code",
                    "timeout": 10 // seconds
                  }
                ]
              }
            ]
          }
        }
    "#]]
    .assert_eq(&left);
    // Where it stands beside the call, the call goes.
    let (left, said) = left_of(
        THEIRS,
        &[("\"hooks\": [\n", "\"hooks\": [ // fmt is slow\n")],
    );
    assert!(!said.contains(told), "{said}");
    expect![[r#"
        {
          // mine
          "model": "opus",
          "hooks": {
            "PreToolUse": [
              {
                "matcher": "Write|Edit|MultiEdit|NotebookEdit|Bash",
                "hooks": [ // fmt is slow
                ]
              }
            ]
          }
        }
    "#]]
    .assert_eq(&left);
}
