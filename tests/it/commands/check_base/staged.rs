//! What the next commit would bring.

use super::{PAY, REFUND, found, topic};
use crate::support::claude::Claude;
use crate::support::repo::Repo;
use expect_test::expect;
use std::os::unix::fs::PermissionsExt;

#[test]
fn only_the_index_is_judged_against_head() {
    let repo = topic();
    let claude = Claude::new(&repo);
    claude.write("more.rs", "fn more(a: u8) -> u8 {\n    a + 1\n}\n");
    assert_eq!(found(&repo, &["--staged"]), "", "nothing is staged");
    repo.git(&["add", "more.rs"]);
    assert_eq!(found(&repo, &["--staged"]), "more.rs:1-3 reported\n");
    let judged = repo.run(&["check", "--staged", "--format", "json"]).json();
    assert_eq!(judged["head"], "index");
    assert_eq!(judged["base"], repo.git(&["rev-parse", "HEAD"]));
    repo.delete("more.rs");
    assert_eq!(
        found(&repo, &["--staged"]),
        "more.rs:1-3 reported\n",
        "the work tree is not judged"
    );
    let said = repo.run(&["check", "--staged"]).expect_code(1);
    let head = repo.git(&["rev-parse", "HEAD"]);
    expect![[r#"
        more.rs: 3 lines unreviewed

        Red: 3 lines unreviewed in what is new in the index since HEAD, in 1 file.
        Read it, then: countersign confirm more.rs
    "#]]
    .assert_eq(&said.stdout.replace(&head[..12], "HEAD"));
    repo.git(&["reset", "--quiet"]);
    assert_eq!(found(&repo, &["--staged"]), "");
}

#[test]
fn a_removal_and_a_deleted_file_are_judged_once_they_are_staged() {
    let repo = Repo::with(&[("pay.rs", PAY), ("old.rs", REFUND)]);
    let claude = Claude::new(&repo);
    claude.edit("pay.rs", "    audit::note(order.id, receipt.id);\n", "");
    claude.bash("rm old.rs");
    assert_eq!(found(&repo, &["--staged"]), "");
    repo.git(&["add", "--all"]);
    assert_eq!(
        found(&repo, &["--staged"]),
        "pay.rs: 1 removal\nold.rs: 1 removal\n"
    );
}

#[test]
fn before_the_first_commit_all_that_is_staged_is_new() {
    let repo = Repo::new();
    Claude::new(&repo).write("refund.rs", REFUND);
    assert_eq!(found(&repo, &["--staged"]), "");
    repo.git(&["add", "refund.rs"]);
    assert_eq!(
        found(&repo, &["--staged"]),
        "refund.rs:1-6 reported\nrefund.rs:8-10 reported\n"
    );
}

#[test]
fn a_conflict_is_no_basis_for_a_judgement() {
    let repo = topic();
    repo.git(&["checkout", "--quiet", "-b", "other", "main"]);
    repo.replace("pay.rs", "order.total <= 0", "order.total < 1");
    repo.commit("Another guard");
    let merge = repo
        .command("git")
        .args(["merge", "--quiet", "topic"])
        .output()
        .unwrap();
    assert!(!merge.status.success());
    expect![[r#"
        error: a merge left pay.rs open, so the index holds no text of it to judge
        hint: settle it, then: git add pay.rs (`git status` lists what is open)
    "#]]
    .assert_eq(&repo.run(&["check", "--staged"]).expect_code(2).stderr);
}

/// `git commit -a` makes an index of its own and names it to the hook.
#[test]
fn a_hook_judges_what_the_commit_will_hold() {
    let repo = topic();
    let hook = repo.path(".git/hooks/pre-commit");
    let program = repo.program().display();
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, format!("#!/bin/sh\nexec {program} check --staged\n")).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    Claude::new(&repo).edit(
        "pay.rs",
        "    Ok(receipt)\n",
        "    log::info();\n    Ok(receipt)\n",
    );
    let commit = |options: &[&str]| {
        let mut git = repo.command("git");
        let output = git
            .args(["commit", "--quiet", "--message", "x"])
            .args(options)
            .output();
        output.unwrap().status.success()
    };
    assert!(!commit(&["--all"]));
    assert!(!commit(&["--only", "pay.rs"]));
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    assert!(commit(&["--all"]));
}

#[test]
fn the_words_for_people_name_no_base_where_nothing_was_before() {
    let repo = Repo::new();
    Claude::new(&repo).write("refund.rs", REFUND);
    repo.git(&["add", "refund.rs"]);
    let said = repo.run(&["check", "--staged"]).expect_code(1);
    assert!(
        said.stdout
            .contains("\nRed: 8 lines unreviewed in the index, in 1 file.\n"),
        "{said}"
    );
}

#[test]
fn the_index_of_another_repository_is_not_judged() {
    let repo = topic();
    let elsewhere = [("GIT_INDEX_FILE", "/tmp/of-another/index")];
    let said = repo
        .run_with(&elsewhere, &["check", "--staged"], b"")
        .expect_code(2);
    expect![[r#"
        error: GIT_INDEX_FILE names /tmp/of-another/index, which is no index of this repository
        hint: unset GIT_INDEX_FILE, and repeat
    "#]]
    .assert_eq(&said.stderr);
}
