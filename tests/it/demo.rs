//! `countersign demo`: everything at once, and nothing left behind.

use crate::support::detached;
use crate::support::output::Output;
use crate::support::repo::Repo;
use expect_test::{Expect, expect};
use std::path::Path;

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

/// What is printed, and that it can be read in a narrow terminal.
#[track_caller]
fn check(output: &Output, code: i32, expected: Expect) {
    assert_eq!(output.code, code, "{output}");
    assert_eq!(output.stderr, "", "{output}");
    let widest = output.stdout.lines().map(|line| line.chars().count()).max();
    assert!(widest.is_some_and(|width| width <= 90), "{output}");
    assert!(output.stdout.lines().count() <= 45, "{output}");
    expected.assert_eq(&output.stdout);
}

#[test]
fn a_person_in_a_terminal_sees_the_gate_open() {
    let guest = Guest::new();
    let output = guest
        .repo
        .run_in_terminal_with(&[("TMPDIR", &guest.tmp())], &["demo"]);
    check(
        &output,
        0,
        expect![[r#"
            An assistant can write code; it cannot answer for it. Countersign marks what it wrote
            until a person stands behind it. (A recorded session, in a throwaway repository.)

            1. Claude Code changes Ada's program, and its hook tells countersign of each step:
                 Write  new.rs   pub fn add(a: i32, b: i32) -> i32 {
                 Edit   main.rs  println!("hi");  becomes  let s = 1 + 2;
                 Edit   main.rs  s  becomes  sum
                 Bash   printf '// appended by shell\n' >> main.rs && git add -A && git commit -qm wip

            2. Ada's editor marks what no person answers for yet, a function at a time:
               main.rs:2:5: info[unreviewed]: `main`: 2 lines by Claude Code, unreviewed
               2 |     let sum = 1 + 2;
                 |     ^^^^^^^^^^^^^^^^
               main.rs:5:1: info[unreviewed]: line 5: 1 line by Claude Code, unreviewed
               5 | // appended by shell
                 | ^^^^^^^^^^^^^^^^^^^^
               new.rs:1:1: info[unreviewed]: `add`: 3 lines by Claude Code, unreviewed
               1 | pub fn add(a: i32, b: i32) -> i32 {
                 | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

            3. It is committed already, but the gate before a push is shut (exit code 1):
               $ countersign check
               main.rs: 3 lines unreviewed
               new.rs: 3 lines unreviewed
               Red: 6 lines unreviewed in 8c5a6bb0624e, in 2 files.
               Read it, then: countersign confirm main.rs

            4. Ada reads it, can explain it, and stands behind it: in her editor, or in a terminal.
               new.rs, code action: Confirm `add` (3 lines by Claude Code)
               $ countersign confirm main.rs
               Confirmed 3 lines of main.rs as Ada Lovelace <ada@example.com>.

            5. The gate opens (exit code 0), and who stands behind each line is on record:
               $ countersign check
               Green: a person stands behind all that assistants are known to have written in
               8c5a6bb0624e.
               $ countersign blame main.rs
                                                      1 fn main() {
               Claude Code, confirmed by Ada Lovelace 2     let sum = 1 + 2;
               Claude Code, confirmed by Ada Lovelace 3     println!("{sum}");
                                                      4 }
               Claude Code, confirmed by Ada Lovelace 5 // appended by shell

            In a repository of yours: `countersign init` (it shows its plan first).
        "#]],
    );
    guest.leaves_nothing();
}

/// The demo opens a terminal of its own for the person.
#[test]
fn without_a_terminal_it_is_the_same() {
    let guest = Guest::new();
    let variables = [("TMPDIR", guest.tmp())];
    let variables = variables
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let seen = guest.repo.run_in_terminal_with(&variables, &["demo"]).ok();
    let piped = guest.repo.run_with(&variables, &["demo"], b"").ok();
    assert_eq!(piped.stdout, seen.stdout);
    guest.leaves_nothing();
}

#[test]
fn colours_are_for_those_who_see_them() {
    let guest = Guest::new();
    let tmp = guest.tmp();
    let demo = |more: &[(&str, &str)]| {
        let variables = [&[("TMPDIR", &*tmp), ("TERM", "xterm-256color")], more].concat();
        guest.repo.run_with(&variables, &["demo"], b"").ok().stdout
    };
    let plain = demo(&[]);
    assert!(!plain.contains('\x1b'), "{plain}");
    let coloured = demo(&[("CLICOLOR_FORCE", "1")]);
    assert!(coloured.contains("\x1b[31m"), "{coloured}");
    assert_eq!(without_colours(&coloured), plain);
    assert_eq!(demo(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);

    let on_terminal = |more: &str| {
        let line = format!("{more} {} demo", guest.repo.program().display());
        let command = |program: &str| {
            let mut command = guest.repo.command(program);
            command.env("TMPDIR", &tmp);
            command
        };
        let script = ["-q", "-e", "-c", &line, "/dev/null"];
        detached::run(command, Path::new("script"), &script, b"").ok()
    };
    let seen = on_terminal("TERM=xterm-256color").stdout;
    assert_eq!(seen.replace("\r\n", "\n"), coloured);
    for plainly in [
        "TERM=dumb",
        "TERM=xterm NO_COLOR=1",
        "TERM=xterm CLICOLOR=0",
    ] {
        let seen = on_terminal(plainly).stdout;
        assert_eq!(seen.replace("\r\n", "\n"), plain, "{plainly}");
    }
}

/// Text without the codes that colour it.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').unwrap().1)
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
    let words: Vec<_> = output.stdout.split_whitespace().collect();
    let words = words.join(" ");
    assert!(words.contains("The demo stops before that"), "{output}");
    assert!(
        words.contains("the variable CLAUDECODE says that Claude Code started this process"),
        "{output}"
    );
    assert!(!words.contains("Green"), "{output}");
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
