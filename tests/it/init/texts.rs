//! Settings that people have written: what is theirs keeps its bytes.

use super::{Desk, SETTINGS};
use crate::support::repo::Repo;
use expect_test::expect;

/// Settings as people write them, by what is odd about them.
const TEXTS: &[(&str, &str)] = &[
    ("an empty file", ""),
    ("a line end", "\n"),
    ("an empty object", "{}"),
    ("an empty object and a line end", "{}\n"),
    ("an empty object over two lines", "{\n}\n"),
    ("one line", "{\"model\": \"opus\", \"env\": {\"A\": \"1\"}}"),
    (
        "tabs",
        "{\n\t\"model\": \"opus\",\n\t\"env\": {\n\t\t\"A\": \"1\"\n\t}\n}\n",
    ),
    (
        "four blanks",
        "{\n    \"z\": 1,\n    \"a\": [1,2,   3]\n}\n",
    ),
    ("CRLF", "{\r\n  \"model\": \"opus\"\r\n}\r\n"),
    ("no line end at its end", "{\n  \"model\": \"opus\"\n}"),
    (
        "blank lines at its end",
        "{\n  \"model\": \"opus\"\n}\n\n\n",
    ),
    ("a BOM", "\u{feff}{\n  \"model\": \"opus\"\n}\n"),
    (
        "comments",
        "// mine\n{\n  /* why */ \"model\": \"opus\", // because\n  // \"env\": {}\n}\n// end\n",
    ),
    ("a trailing comma", "{\n  \"env\": {\"A\": \"1\",},\n}\n"),
    ("no hooks yet", "{\n  \"hooks\": {}\n}\n"),
    (
        "an event without hooks",
        "{\n  \"hooks\": {\n    \"PreToolUse\": []\n  }\n}\n",
    ),
    (
        "only a comment among hooks",
        "{\n  \"hooks\": {\n    // none yet\n  }\n}\n",
    ),
    (
        "hooks of others",
        "{\n  \"hooks\": {\n    \"PostToolUse\": [\n      {\"matcher\": \"Write\", \"hooks\": [{\"type\": \"command\", \
         \"command\": \"fmt\"}]} // theirs\n    ],\n    \"Stop\": [{\"hooks\": [{\"type\": \"command\", \
         \"command\": \"beep\"}]}]\n  },\n  \"model\": \"opus\"\n}\n",
    ),
    (
        "letters of all kinds",
        "{\n  \"naïve\": \"日本語 🦀 \\u00e9 \\\"x\\\"\"\n}\n",
    ),
];

fn with(text: &str) -> Desk {
    let desk = Desk::new();
    desk.repo.write(SETTINGS, text);
    desk
}

/// The text's lines without what an insertion may add to one: a comma, and the blanks around it.
fn words(text: &str) -> Vec<String> {
    let tokens = text
        .trim_start_matches('\u{feff}')
        .split(|c: char| c.is_whitespace() || ",{}[]".contains(c));
    tokens
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn what_stands_there_stays_in_its_order() {
    for (what, text) in TEXTS {
        let desk = with(text);
        desk.init(&["claude-code"]);
        let after = desk.repo.read(SETTINGS);
        let mut rest = words(&after).into_iter();
        for word in words(text) {
            assert!(
                rest.any(|it| it == word),
                "{what}: {word:?} is missing in\n{after}"
            );
        }
        assert_eq!(
            after.matches("countersign hook claude-code").count(),
            3,
            "{what}: {after}"
        );
        assert_eq!(
            after.starts_with('\u{feff}'),
            text.starts_with('\u{feff}'),
            "{what}"
        );
        let bare = after.replace("\r\n", "").matches('\n').count();
        assert!(!text.contains('\r') || bare == 0, "{what}: {after:?}");
    }
}

#[test]
fn a_second_run_and_the_removal_leave_every_text_as_it_was() {
    for (what, text) in TEXTS {
        let desk = with(text);
        let before = desk.files();
        desk.init(&["claude-code"]);
        let once = desk.files();
        assert_ne!(once, before, "{what}");
        desk.init(&["claude-code"]);
        assert_eq!(desk.files(), once, "{what}");
        let said = desk.run(&["init", "--remove", "--yes"]).ok();
        assert!(said.stdout.contains("byte for byte"), "{what}: {said}");
        assert_eq!(desk.files(), before, "{what}");
        assert!(!desk.repo.path(".git/countersign").exists(), "{what}");
    }
}

#[test]
fn hooks_of_others_stay_before_ours() {
    let desk = with(
        TEXTS
            .iter()
            .find(|(what, _)| *what == "hooks of others")
            .unwrap()
            .1,
    );
    let text = desk
        .repo
        .read(SETTINGS)
        .replace("\"Stop\"", "\"PreToolUse\": [], \"Stop\"");
    desk.repo.write(SETTINGS, text);
    desk.init(&["claude-code"]);
    expect![[r#"
        {
          "hooks": {
            "PostToolUse": [
              {"matcher": "Write", "hooks": [{"type": "command", "command": "fmt"}]}, // theirs
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
            ], "Stop": [{"hooks": [{"type": "command", "command": "beep"}]}],
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
          },
          "model": "opus"
        }
    "#]]
    .assert_eq(&desk.repo.read(SETTINGS));
}

#[test]
fn tabs_comments_and_line_ends_are_taken_up() {
    let desk = with("{\r\n\t// mine\r\n\t\"model\": \"opus\", // because\r\n}\r\n");
    desk.init(&["claude-code"]);
    let text = desk.repo.read(SETTINGS);
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let head: Vec<&str> = text.lines().take(9).collect();
    expect![[r#"
        {
        	// mine
        	"model": "opus", // because
        	"hooks": {
        		"PreToolUse": [
        			{
        				"matcher": "Write|Edit|MultiEdit|NotebookEdit|Bash",
        				"hooks": [
        					{"#]]
    .assert_eq(&head.join("\n"));
}

#[test]
fn comments_stay_with_what_they_are_beside() {
    let text = "{
  // first
  \"model\": \"opus\", // because
  // \"model\": \"sonnet\"

  /* of no use */
}
";
    let desk = with(text);
    desk.init(&["claude-code"]);
    let kept = text.strip_suffix("\n}\n").unwrap();
    let after = desk.repo.read(SETTINGS);
    assert!(
        after.starts_with(&format!("{kept}\n  \"hooks\": {{")),
        "{after}"
    );

    let text = "{
  \"hooks\": {
    // theirs
    \"PreToolUse\": [
      // before
      {\"hooks\": [{\"type\": \"command\", \"command\": \"fmt\"}]} // fast
      // {\"hooks\": []}
    ] // of use
    // the last of hooks
  }
  // the last
}
";
    let desk = with(text);
    desk.init(&["claude-code"]);
    let after = desk.repo.read(SETTINGS);
    for kept in [
        "}]}, // fast\n      // {\"hooks\": []}\n      {\n",
        "    ], // of use\n    // the last of hooks\n    \"PostToolUse\": [",
        "    ]\n  }\n  // the last\n}\n",
    ] {
        assert!(after.contains(kept), "{kept:?} in {after}");
    }
    // Only ours goes again, though another line was changed since.
    desk.repo.replace(SETTINGS, "// the last\n", "// the end\n");
    desk.run(&["init", "--remove", "--yes"]).ok();
    assert_eq!(
        desk.repo.read(SETTINGS),
        text.replace("// the last\n", "// the end\n")
    );
}

/// Settings in which every event calls us in this way.
fn calling(command: &str) -> String {
    let event = |name: &str| {
        format!(
            "    \"{name}\": [{{\"matcher\": \"Write|Edit|NotebookEdit|Bash\", \"hooks\": [{{\"type\": \"command\", \
             \"command\": \"{command}\"}}]}}]"
        )
    };
    let events = ["PreToolUse", "PostToolUse", "PostToolUseFailure"].map(event);
    format!("{{\n  \"hooks\": {{\n{}\n  }}\n}}\n", events.join(",\n"))
}

#[test]
fn a_call_that_a_person_has_written_is_known_in_any_form() {
    for command in [
        "countersign hook claude-code",
        "/opt/bin/countersign hook claude-code",
        "'/opt/my bin/countersign' hook claude-code",
        "$HOME/.cargo/bin/countersign hook claude-code",
        "nice -n 5 countersign hook claude-code",
        "sh -c 'countersign hook claude-code || true'",
    ] {
        let desk = with(&calling(command));
        let before = desk.files();
        let said = desk.init(&["claude-code"]);
        assert!(said.stdout.contains("Already set up"), "{command}: {said}");
        assert_eq!(desk.files(), before, "{command}");
    }
}

#[test]
fn events_that_lack_the_call_get_it() {
    let text = calling("countersign hook claude-code").replace("PostToolUseFailure", "Stop");
    let desk = with(&text);
    desk.init(&["claude-code"]);
    let after = desk.repo.read(SETTINGS);
    assert_eq!(
        after.matches("countersign hook claude-code").count(),
        4,
        "{after}"
    );
    assert!(after.contains("PostToolUseFailure"), "{after}");
    // What stood there before was a person's.
    desk.run(&["init", "--remove", "--yes"]).ok();
    assert_eq!(desk.repo.read(SETTINGS), text);
}

#[test]
fn the_mode_of_a_file_stays() {
    use std::os::unix::fs::PermissionsExt;
    let desk = with("{}\n");
    let file = desk.repo.path(SETTINGS);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    desk.init(&["claude-code"]);
    let mode = || std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o640);
    desk.run(&["init", "--remove", "--yes"]).ok();
    assert_eq!(mode(), 0o640);
}

#[test]
fn work_trees_of_one_repository_are_set_up_each_for_itself() {
    let repo = Repo::with(&[("README", "hello\n")]);
    let tree = repo.worktree("side");
    let (desk, side) = (Desk::of(repo), Desk::of(tree));
    desk.init(&["claude-code"]);
    side.init(&["claude-code"]);
    side.run(&["init", "--remove", "--yes"]).ok();
    assert!(!side.repo.path(".claude").exists());
    assert!(desk.repo.path(SETTINGS).exists());
    let said = desk.run(&["init", "--remove", "--yes"]).ok();
    assert!(said.stdout.contains("there was none before init"), "{said}");
    assert!(!desk.repo.path(".claude").exists());
}
