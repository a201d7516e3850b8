//! A folder that is in no repository, and becomes one.

use super::{PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::editor::{Editor, listed};
use crate::support::marks::{gate, status};
use crate::support::repo::Repo;
use expect_test::expect;

/// An assistant begins a project, and a person confirms a part of it.
fn begun() -> Repo {
    let repo = Repo::without_git();
    let claude = Claude::new(&repo);
    claude.write("pay.rs", PAY);
    claude.bash("mkdir src; echo 'pub mod pay;' > src/lib.rs");
    claude.write("src/refund.rs", REFUND);
    repo.git(&["config", "--global", "user.name", "Ada"]);
    repo.git(&["config", "--global", "user.email", "ada@example.org"]);
    repo.run_in_terminal(&["confirm", "src/refund.rs"]).ok();
    repo
}

const BEGUN: &str = "\
pay.rs: 8 unreviewed
src/lib.rs: 1 unreviewed
src/refund.rs: 6 confirmed
";

#[test]
fn all_beneath_the_folder_of_an_agent_shares_a_ledger() {
    assert_eq!(status(&begun()), BEGUN);
}

#[test]
fn a_folder_that_a_person_makes_a_repository_keeps_its_marks() {
    let repo = begun();
    repo.git(&["init", "--quiet"]);
    assert_eq!(status(&repo), BEGUN);
    repo.commit("Start");
    assert_eq!(status(&repo), BEGUN);
    assert_eq!(gate(&repo).code, 1);
}

#[test]
fn a_folder_that_an_agent_makes_a_repository_keeps_its_marks() {
    let repo = begun();
    let claude = Claude::new(&repo);
    claude.bash(
        "git init -q; git add -A; git commit -qm Start; echo 'pub mod refund;' >> src/lib.rs",
    );
    expect![[r#"
        pay.rs: 8 unreviewed
        src/lib.rs: 2 unreviewed
        src/refund.rs: 6 confirmed
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(gate(&repo).code, 1);
}

#[test]
fn a_folder_inside_that_becomes_a_repository_takes_its_marks_along() {
    let repo = begun();
    let inside = repo.beside("project/src");
    inside.git(&["init", "--quiet"]);
    inside.commit("Start");
    expect![[r#"
        lib.rs: 1 unreviewed
        refund.rs: 6 confirmed
    "#]]
    .assert_eq(&status(&inside));
}

#[test]
fn what_people_committed_before_the_first_mark_is_no_copy() {
    let repo = begun();
    let old = Repo::with(&[("back.rs", REFUND)]);
    let mut amend = old.command("git");
    amend.env("GIT_COMMITTER_DATE", "2020-02-02T02:02:02Z");
    amend.args(["commit", "--quiet", "--amend", "--no-edit"]);
    assert!(amend.status().unwrap().success());
    std::fs::rename(old.path(".git"), repo.path(".git")).unwrap();
    repo.write("back.rs", REFUND);
    assert_eq!(status(&repo), BEGUN);
}

#[test]
fn an_open_buffer_goes_on_in_the_repository() {
    let repo = begun();
    let mut editor = Editor::open_on(&repo);
    editor.open("pay.rs");
    let marked = "1: unreviewed (information) `pay`: 8 lines by Claude Code, unreviewed";
    editor.diagnostics_until("pay.rs", marked, |all| listed(all) == marked);
    repo.git(&["init", "--quiet"]);
    repo.commit("Start");
    let confirm = editor.code_action("pay.rs", 0, "Confirm `pay` (8 lines by Claude Code)");
    editor.run(&confirm).unwrap();
    assert_eq!(editor.shutdown(), 0);
    expect![[r#"
        pay.rs: 8 confirmed
        src/lib.rs: 1 unreviewed
        src/refund.rs: 6 confirmed
    "#]]
    .assert_eq(&status(&repo));
}
