//! `countersign mark`: a person says that an assistant wrote it.

use super::{PAY, visited};
use crate::support::claude::Claude;
use crate::support::editor::{Editor, listed};
use crate::support::marks::{marks, regions, status};
use crate::support::repo::Repo;
use expect_test::expect;

/// Nobody's file: no hook ever spoke of it.
fn alone() -> Repo {
    Repo::with(&[("pay.rs", PAY)])
}

fn undo(repo: &Repo) -> String {
    repo.run_in_terminal(&["undo"]).ok().stdout
}

#[test]
fn a_file_is_marked_as_a_whole_and_confirmed() {
    let repo = alone();
    let said = repo.run_in_terminal(&["mark", "pay.rs"]).ok();
    expect![[r#"
        Marked 8 lines of pay.rs as written by an unknown source: unreviewed until a person confirms.
    "#]]
    .assert_eq(&said.stdout);
    assert_eq!(status(&repo), "pay.rs: 8 unreviewed\n");
    assert_eq!(repo.run(&["check"]).code, 1, "the gate knows of it");
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    assert_eq!(status(&repo), "pay.rs: 8 confirmed\n");
    assert_eq!(repo.run(&["check"]).code, 0);
}

#[test]
fn lines_are_marked_with_the_assistant_and_its_model() {
    let repo = alone();
    let words = [
        "mark",
        "pay.rs:2-5",
        "--source",
        "copilot",
        "--model",
        "gpt-5",
    ];
    let said = repo.run_in_terminal(&words).ok();
    expect![[r#"
        Marked 3 lines of pay.rs as written by Copilot: unreviewed until a person confirms.
    "#]]
    .assert_eq(&said.stdout);
    expect![[r#"
          fn pay(order: &Order) -> Result<Receipt, Refused> {
        u     if order.total <= 0 {
        u         return Err(Refused::Nothing);
        u     }

              let receipt = bank::charge(order.card, order.total)?;
              audit::note(order.id, receipt.id);
              Ok(receipt)
          }
    "#]]
    .assert_eq(&marks(&repo, "pay.rs"));
    let blame = repo.run(&["blame", "pay.rs", "--json"]).json();
    let origin = &blame["regions"][0]["origin"];
    assert_eq!(
        (&origin["source"], &origin["model"], &origin["evidence"]),
        (&"copilot".into(), &"gpt-5".into(), &"marked".into())
    );
}

#[test]
fn a_mark_follows_the_text_that_a_person_goes_on_to_edit() {
    let repo = alone();
    repo.run_in_terminal(&["mark", "pay.rs:7"]).ok();
    repo.replace("pay.rs", "fn pay", "/// Pays.\nfn pay");
    repo.replace("pay.rs", "    audit", "  audit");
    assert!(
        marks(&repo, "pay.rs").contains("u   audit::note(order.id, receipt.id);\n"),
        "{}",
        marks(&repo, "pay.rs")
    );
}

#[test]
fn what_is_an_assistants_already_keeps_its_origin_and_its_confirmations() {
    let repo = visited();
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    repo.run_in_terminal(&["mark", "pay.rs", "--source", "copilot"])
        .ok();
    expect![[r#"
        unreviewed: fn pay(order: &Order) -> Result<Receipt, Refused> {\n\n    let receipt = bank::charge(order.card, order.total)?;
        removed: 3 lines confirmed
        confirmed: log::info(\"paid\"); (for 1 lines)
        unreviewed: Ok(receipt)\n}
    "#]].assert_eq(&regions(&repo, "pay.rs"));
    let blame = repo.run(&["blame", "refund.rs", "--json"]).json();
    assert_eq!(blame["regions"][0]["origin"]["source"], "claude-code");
    for known in ["refund.rs", "refund.rs:2-4", "pay.rs"] {
        let said = repo.run_in_terminal(&["mark", known]).expect_code(2);
        assert_eq!(
            said.stderr,
            format!(
                "error: {known} has nothing to mark\nhint: blank lines, and what is known as an assistant's already, \
                 stay as they are; `countersign blame FILE` shows them\n"
            )
        );
    }
    assert_eq!(undo(&repo), "Took back your mark of pay.rs.\n");
    assert_eq!(
        status(&repo),
        "pay.rs: 1 confirmed\nrefund.rs: 8 unreviewed\n",
        "the report stands"
    );
}

/// What an assistant did not announce, and a person may as well have written, is suspected.
fn suspected() -> Repo {
    let repo = alone();
    let claude = Claude::new(&repo);
    let mut edit = claude.pre_edit("pay.rs", "    Ok(receipt)\n", "    Ok(receipt) // paid\n");
    edit.perform();
    repo.replace(
        "pay.rs",
        "    audit::note(order.id, receipt.id);\n",
        "    audit::note(order.id, receipt.id);\n    audit::seal(order.id, receipt.id, clock::now())?;\n",
    );
    edit.post();
    repo
}

#[test]
fn a_persons_word_is_stronger_than_a_guess() {
    let repo = suspected();
    let before = status(&repo);
    assert_eq!(before, "pay.rs: 1 unreviewed, 1 suspected\n");
    repo.run_in_terminal(&["mark", "pay.rs:6-9", "--source", "copilot"])
        .ok();
    assert_eq!(status(&repo), "pay.rs: 4 unreviewed\n");
    assert_eq!(undo(&repo), "Took back your mark of pay.rs.\n");
    assert_eq!(status(&repo), before, "both parts of one mark are gone");
}

#[test]
fn undo_takes_a_mark_back_and_the_lines_can_be_marked_again() {
    let repo = alone();
    repo.run_in_terminal(&["mark", "pay.rs:1"]).ok();
    repo.run_in_terminal(&["mark", "pay.rs:6-7"]).ok();
    repo.run_in_terminal(&["confirm", "pay.rs:7"]).ok();
    assert_eq!(undo(&repo), "Took back your confirmation of pay.rs.\n");
    assert_eq!(undo(&repo), "Took back your mark of pay.rs.\n");
    assert_eq!(status(&repo), "pay.rs: 1 unreviewed\n");
    repo.run_in_terminal(&["mark", "pay.rs:6-7"]).ok();
    assert_eq!(status(&repo), "pay.rs: 3 unreviewed\n");
    assert_eq!(undo(&repo), "Took back your mark of pay.rs.\n");
    assert_eq!(undo(&repo), "Took back your mark of pay.rs.\n");
    assert_eq!(status(&repo), "");
    let said = repo.run_in_terminal(&["undo"]).expect_code(2);
    assert!(said.stderr.contains("nothing to undo"), "{said}");
}

#[test]
fn nobody_takes_back_the_mark_of_another_person() {
    let repo = alone();
    repo.run_in_terminal(&["mark", "pay.rs"]).ok();
    repo.git(&["config", "user.email", "charles@example.com"]);
    repo.run_in_terminal(&["undo"]).expect_code(2);
    assert_eq!(status(&repo), "pay.rs: 8 unreviewed\n");
}

#[test]
fn an_open_editor_hears_of_a_mark_and_of_its_end() {
    let repo = alone();
    repo.run_in_terminal(&["mark", "pay.rs:1"]).ok();
    let mut editor = Editor::open_on(&repo);
    editor.open("pay.rs");
    editor.replace("pay.rs", "fn pay", "// Not saved.\nfn pay");
    repo.run_in_terminal(&["mark", "pay.rs:2-7"]).ok();
    let both = "2: unreviewed (information) `pay`: 6 lines by an unknown source, unreviewed";
    editor.diagnostics_until("pay.rs", both, |all| listed(all) == both);
    assert_eq!(undo(&repo), "Took back your mark of pay.rs.\n");
    let first = "2: unreviewed (information) `pay`: 1 line by an unknown source, unreviewed";
    editor.diagnostics_until("pay.rs", first, |all| listed(all) == first);
    let uri = editor.uri("pay.rs");
    let undone = editor.execute("countersign.undo", serde_json::json!({ "uri": uri }));
    assert_eq!(
        undone.unwrap(),
        serde_json::json!({ "undone": "mark", "path": "pay.rs" })
    );
    editor.diagnostics_until("pay.rs", "none", |all| all.is_empty());
    assert_eq!(status(&repo), "");
}

#[test]
fn lines_are_those_of_the_file_whatever_ends_them() {
    let repo = Repo::new();
    repo.write("dos.txt", "one line\r\n\r\ntwo lines\r\nthree lines\r\n");
    repo.write(".gitattributes", "auto.txt text=auto eol=crlf\n");
    repo.write("auto.txt", "one line\r\n\r\ntwo lines\r\nthree lines\r\n");
    repo.commit("Start");
    for path in ["dos.txt", "auto.txt"] {
        repo.run_in_terminal(&["mark", &format!("{path}:2-3")]).ok();
        expect![[r#"
              one line

            u two lines
              three lines
        "#]]
        .assert_eq(&marks(&repo, path));
    }
    assert_eq!(repo.read("auto.txt").matches('\r').count(), 4);
}

#[test]
fn a_file_outside_any_repository_is_marked_too() {
    let repo = Repo::without_git();
    repo.write("notes.txt", "one line of somebody\n");
    repo.run_in_terminal(&["mark", "notes.txt"]).ok();
    assert_eq!(status(&repo), "notes.txt: 1 unreviewed\n");
    assert_eq!(undo(&repo), "Took back your mark of notes.txt.\n");
    assert_eq!(status(&repo), "");
}

#[test]
fn what_can_carry_no_mark_says_so_and_nothing_is_kept() {
    let repo = alone();
    repo.write(".gitignore", "target\n");
    repo.write("target/out.rs", PAY);
    repo.write("picture.bin", b"\x89PNG\0\0");
    repo.write("latin.txt", b"caf\xe9\n");
    repo.write("blank.txt", "\n   \n\n");
    repo.write("empty.txt", "");
    for (target, why) in [
        ("target/out.rs", "error: git ignores target/out.rs"),
        ("picture.bin", "is not text: it holds a NUL byte"),
        ("latin.txt", "is not text: it is not UTF-8"),
        ("blank.txt", "error: blank.txt has nothing to mark"),
        ("empty.txt", "error: empty.txt has nothing to mark"),
        ("pay.rs:5", "error: pay.rs:5 has nothing to mark"),
        (
            "pay.rs:400-500",
            "error: pay.rs ends with line 9: it has no line 400",
        ),
        ("pay.rs:9-3", "did you mean pay.rs:3-9?"),
        ("gone.rs", "gone.rs cannot be read"),
        (".", "is not a file that can carry marks"),
        (".git/config", "is not a file that can carry marks"),
    ] {
        let said = repo.run_in_terminal(&["mark", target]).expect_code(2);
        assert!(said.stderr.contains(why), "{said}");
        assert!(said.stdout.is_empty(), "{said}");
    }
    for source in ["", " ", "two\nlines"] {
        let words = ["mark", "pay.rs", "--source", source];
        let said = repo.run_in_terminal(&words).expect_code(2);
        assert!(said.stderr.contains("a name is one line"), "{said}");
    }
    let git = repo.path(".git/countersign");
    assert!(!git.exists(), "nothing was said, so nothing is kept");
}

#[test]
fn without_an_identity_nobody_says_anything() {
    let repo = alone();
    let nobody = [("GIT_CONFIG_GLOBAL", "/dev/null")];
    let said = repo
        .run_in_terminal_with(&nobody, &["mark", "pay.rs"])
        .expect_code(2);
    assert!(
        said.stderr.contains("git config --global user.name"),
        "{said}"
    );
    assert_eq!(status(&repo), "");
}

#[test]
fn a_mark_in_a_file_with_other_changes_holds_for_what_head_has() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    repo.append("pay.rs", "fn mine() {}\n");
    repo.run_in_terminal(&["mark", "pay.rs:1-3"]).ok();
    repo.run(&["check"]).expect_code(1);
    repo.git(&["stash", "--quiet"]);
    assert_eq!(status(&repo), "pay.rs: 3 unreviewed\n");
    repo.git(&["stash", "pop", "--quiet"]);
    assert_eq!(status(&repo), "pay.rs: 3 unreviewed\n");
}
