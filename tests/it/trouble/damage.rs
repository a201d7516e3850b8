//! A ledger that is damaged, or of a later program.

use super::{REFUND, is_told};
use crate::support::claude::Claude;
use crate::support::editor::Editor;
use crate::support::marks::status;
use crate::support::repo::Repo;
use expect_test::expect;

const LEDGER: &str = ".git/countersign/ledger.db";

fn visited() -> Repo {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    claude.bash("git add -A && git commit -qm refund");
    repo
}

#[test]
fn a_damaged_ledger_is_set_aside_and_that_is_told_until_somebody_accepts_it() {
    let repo = visited();
    repo.write(LEDGER, "this is no database, not at all, ".repeat(1000));
    let _ = std::fs::remove_file(repo.path(".git/countersign/ledger.db-wal"));
    let said = repo.run(&["status"]);
    assert!(said.stderr.contains("damaged"), "{said}");
    let status = repo.run(&["status", "--json"]).ok().json();
    assert!(
        status["warning"]
            .as_str()
            .unwrap()
            .contains("facts may be missing"),
        "{status}"
    );
    let blame = repo.run(&["blame", "refund.rs"]).ok();
    assert!(blame.stderr.contains("facts may be missing"), "{blame}");
    let mut editor = Editor::open_on(&repo);
    editor.open("refund.rs");
    is_told(&mut editor, "facts may be missing");
    assert_eq!(editor.shutdown(), 0);
    let said = repo.run(&["check"]).expect_code(2);
    assert!(said.stderr.contains("set aside as"), "{said}");
    Claude::new(&repo).write("more.rs", REFUND);
    assert_eq!(
        repo.run(&["check"]).code,
        2,
        "a new ledger does not know what the old one knew"
    );
    let aside = std::fs::read_dir(repo.path(".git/countersign"))
        .unwrap()
        .flatten();
    let aside = aside.filter(|entry| entry.file_name().to_string_lossy().contains("damaged"));
    assert!(aside.count() > 0, "the damaged file is kept");
    let said = repo.run(&["doctor"]).expect_code(1);
    assert!(said.stdout.contains("doctor --accept-loss"), "{said}");
    repo.run(&["doctor", "--accept-loss"]).expect_code(3);
    assert_eq!(repo.run(&["check"]).code, 2, "no person has accepted it");
    repo.run_in_terminal(&["doctor", "--accept-loss"]).ok();
    repo.run(&["doctor"]).ok();
    assert_ne!(repo.run(&["check"]).code, 2, "the gate judges again");
}

#[test]
fn a_ledger_that_was_cut_short_is_damaged() {
    let repo = visited();
    let bytes = std::fs::read(repo.path(LEDGER)).unwrap();
    repo.write(LEDGER, &bytes[..bytes.len() / 2]);
    let _ = std::fs::remove_file(repo.path(".git/countersign/ledger.db-wal"));
    repo.run(&["status"]);
    assert_eq!(repo.run(&["check"]).code, 2);
    Claude::new(&repo).write("more.rs", REFUND);
    assert!(
        status(&repo).contains("more.rs: 6 unreviewed"),
        "{}",
        status(&repo)
    );
}

/// Gives the ledger another format and says which it had; `None` where there is no Python to do it.
fn put_format(repo: &Repo, format: u32) -> Option<u32> {
    let script = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); print(c.execute('PRAGMA user_version').fetchone()[0]); \
                  c.execute('PRAGMA user_version='+sys.argv[2]); c.commit()";
    let python = repo
        .command("python3")
        .args(["-c", script])
        .arg(repo.path(LEDGER))
        .arg(format.to_string())
        .output()
        .ok()?;
    String::from_utf8_lossy(&python.stdout).trim().parse().ok()
}

#[test]
fn a_ledger_of_a_later_program_is_left_alone() {
    let repo = visited();
    let Some(format) = put_format(&repo, 999) else {
        return;
    };
    let before = std::fs::read(repo.path(LEDGER)).unwrap();
    let claude = Claude::new(&repo);
    claude.write("more.rs", "fn more() {\n    audit::note();\n}\n");
    claude.edit("refund.rs", "}\n", "    // Refunded.\n}\n");
    for command in [&["status"][..], &["check"], &["blame", "refund.rs"]] {
        let said = repo.run(command).expect_code(2);
        assert!(
            said.stderr.contains("written by a newer countersign"),
            "{said}"
        );
        assert!(said.stderr.contains("hint: upgrade"), "{said}");
    }
    assert!(std::fs::read(repo.path(LEDGER)).unwrap() == before);
    put_format(&repo, format).unwrap();
    expect![[r#"
        more.rs: 3 unreviewed
        refund.rs: 7 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_ledger_that_is_empty_is_made_anew() {
    let repo = visited();
    repo.write(LEDGER, "");
    let _ = std::fs::remove_file(repo.path(".git/countersign/ledger.db-wal"));
    Claude::new(&repo).write("more.rs", REFUND);
    expect![[r#"
        more.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(repo.run(&["check"]).code, 2, "what it held is lost");
}
