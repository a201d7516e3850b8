//! `countersign demo`: everything at once, and nothing left behind.

use crate::support::output::Output;
use crate::support::repo::Repo;
use expect_test::{Expect, expect};

/// Runs the demo in a home of its own, and sees that it leaves nothing there.
struct Guest {
    repo: Repo,
}

impl Guest {
    fn new() -> Self {
        let repo = Repo::without_git();
        std::fs::create_dir(repo.path("tmp")).unwrap();
        Self { repo }
    }

    /// Where the demo makes its throwaway repository.
    fn tmp(&self) -> String {
        self.repo.path("tmp").to_string_lossy().into_owned()
    }

    #[track_caller]
    fn leaves_nothing(&self) {
        for folder in [self.repo.path("tmp"), self.repo.home()] {
            let left: Vec<_> = std::fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect();
            assert!(left.is_empty(), "the demo left {left:?}");
        }
    }
}

/// What is printed, without what differs from run to run: the folder and the commit.
#[track_caller]
fn check(output: &Output, code: i32, expected: Expect) {
    assert_eq!(output.code, code, "{output}");
    assert_eq!(output.stderr, "", "{output}");
    let words = output.stdout.split_inclusive([' ', '\n', ',']).map(|word| {
        let bare = word.trim_end_matches([' ', '\n', ',', '.']);
        let is_commit = bare.len() == 12 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
        match () {
            () if word.contains("countersign-demo-") => "TMP/project\n".to_owned(),
            () if is_commit => word.replace(bare, "COMMIT"),
            () => word.to_owned(),
        }
    });
    expected.assert_eq(&words.collect::<String>());
}

#[test]
fn a_person_in_a_terminal_sees_the_gate_turn_green() {
    let guest = Guest::new();
    let output = guest
        .repo
        .run_in_terminal_with(&[("TMPDIR", &guest.tmp())], &["demo"]);
    check(
        &output,
        0,
        expect![[r#"
        A throwaway repository, removed at the end: TMP/project

        1. Ada Lovelace wrote and committed main.rs, 3 lines.

        2. Claude Code works on it and calls `countersign hook claude-code` before and after each step:
             Write  new.rs: "pub fn add(a: i32, b: i32) -> i32 {"
             Edit   main.rs: "println!(\"hi\");" becomes "let s = 1 + 2;"
             Edit   main.rs: "s" becomes "sum"
             Bash   printf '// appended by shell\n' >> main.rs && git add -A && git commit -qm wip

        3. An editor opens both files. The language server marks what nobody has read yet, a function at a time:

           info[unreviewed]: `main`: 2 lines by Claude Code, unreviewed
            --> main.rs:2:5
             |
           2 |     let sum = 1 + 2;
             |     ^^^^^^^^^^^^^^^^

           info[unreviewed]: line 5: 1 line by Claude Code, unreviewed
            --> main.rs:5:1
             |
           5 | // appended by shell
             | ^^^^^^^^^^^^^^^^^^^^

           info[unreviewed]: `add`: 3 lines by Claude Code, unreviewed
            --> new.rs:1:1
             |
           1 | pub fn add(a: i32, b: i32) -> i32 {
             | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

        4. The gate judges HEAD, which the assistant has committed already:
           $ countersign check
           main.rs: 3 lines unreviewed
           new.rs: 3 lines unreviewed

           Red: 6 lines unreviewed in COMMIT, in 2 files.
           Read it, then: countersign confirm main.rs
           exit code 1

        5. Ada reads new.rs in the editor and takes the first code action: Confirm `add` (3 lines by Claude Code)
           new.rs has 0 marks now.

        6. She reads main.rs and confirms it in the terminal:
           $ countersign confirm main.rs
           Confirmed 3 lines and 1 removal of main.rs as Ada Lovelace <ada@example.com>.
           The open editor has heard of it: main.rs has 0 marks now.

        7. The gate again:
           $ countersign check
           Green: a person stands behind all that assistants are known to have written in COMMIT.
           exit code 0

        8. And who stands behind each line is on record:
           $ countersign blame main.rs
                                                  1 fn main() {
           Claude Code, confirmed by Ada Lovelace 2     let sum = 1 + 2;
           Claude Code, confirmed by Ada Lovelace 3     println!("{sum}");
                                                  4 }
           Claude Code, confirmed by Ada Lovelace 5 // appended by shell
    "#]],
    );
    guest.leaves_nothing();
}

#[test]
fn without_a_terminal_all_is_confirmed_in_the_editor() {
    let guest = Guest::new();
    let output = guest
        .repo
        .run_with(&[("TMPDIR", &guest.tmp())], &["demo"], b"")
        .ok();
    assert!(
        output.stdout.contains("as there is no terminal here"),
        "{output}"
    );
    assert!(
        output.stdout.contains("Green: a person stands behind all"),
        "{output}"
    );
    guest.leaves_nothing();
}

#[test]
fn under_an_assistant_it_stops_before_anything_is_confirmed() {
    let guest = Guest::new();
    let variables = [("TMPDIR", guest.tmp()), ("CLAUDECODE", "1".to_owned())];
    let variables = variables
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let output = guest
        .repo
        .run_in_terminal_with(&variables, &["demo"])
        .expect_code(3);
    assert!(
        output.stdout.contains("The demo stops before that"),
        "{output}"
    );
    assert!(
        output
            .stdout
            .contains("the variable CLAUDECODE says that Claude Code started this process"),
        "{output}"
    );
    assert!(!output.stdout.contains("Green"), "{output}");
    guest.leaves_nothing();
}

/// A hook of git, as `pre-commit`, names the repository that it runs for; the demo must not work on that one.
#[test]
fn the_repository_that_git_names_in_variables_is_left_alone() {
    let guest = Guest::new();
    let other = Repo::with(&[("a.txt", "one\n")]);
    let git_dir = other.path(".git").to_string_lossy().into_owned();
    let variables = [
        ("TMPDIR", guest.tmp()),
        ("GIT_DIR", git_dir.clone()),
        ("GIT_INDEX_FILE", format!("{git_dir}/index")),
    ];
    let variables = variables
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    guest.repo.run_with(&variables, &["demo"], b"").ok();
    assert_eq!(other.git(&["log", "--format=%s"]), "Start");
    assert_eq!(other.git(&["status", "--porcelain"]), "");
    assert!(!other.path(".git/countersign").exists());
    guest.leaves_nothing();
}
