//! The file's own repository decides, wherever the assistant stands.

use super::{PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::marks::{log, marks, status};
use crate::support::repo::Repo;
use expect_test::expect;
use serde_json::Value;

/// The sum of `status` for a folder: `path: counts` of each file.
pub(super) fn status_in(repo: &Repo, folder: &std::path::Path) -> String {
    let status = repo
        .run(&["status", folder.to_str().unwrap(), "--json"])
        .ok()
        .json();
    let line = |file: &Value| {
        format!(
            "{}: {}\n",
            file["path"].as_str().unwrap(),
            crate::support::marks::counted(file)
        )
    };
    status["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(line)
        .collect()
}

#[test]
fn a_symlink_to_a_file_of_the_repository_is_that_file() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    std::os::unix::fs::symlink("pay.rs", repo.path("link.rs")).unwrap();
    repo.commit("Link");
    let claude = Claude::new(&repo);
    claude.edit("link.rs", "order.total <= 0", "order.total <= limit()");
    expect![[r#"
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    claude.bash("echo 'fn more() {}' >> link.rs; git add -A; git commit -qm more");
    expect![[r#"
        pay.rs: 2 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(repo.run(&["check"]).code, 1);
}

#[test]
fn a_symlink_that_git_does_not_know_yet_is_no_second_file() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).edit("pay.rs", "order.total <= 0", "order.total <= limit()");
    std::os::unix::fs::symlink("pay.rs", repo.path("link.rs")).unwrap();
    expect![[r#"
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_symlink_out_of_the_repository_is_a_file_out_there() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let home = repo.home();
    std::fs::write(home.join("out.rs"), PAY).unwrap();
    std::os::unix::fs::symlink(home.join("out.rs"), repo.path("link.rs")).unwrap();
    let claude = Claude::new(&repo);
    claude.edit("link.rs", "order.total <= 0", "order.total <= limit()");
    expect![""].assert_eq(&status(&repo));
    expect![[r#"
        out.rs: 1 unreviewed
    "#]]
    .assert_eq(&status_in(&repo, &home));
}

#[test]
fn files_outside_a_repository_share_a_ledger_with_their_siblings() {
    let repo = Repo::without_git();
    let claude = Claude::new(&repo);
    claude.write("one.rs", REFUND);
    claude.write("deep/two.rs", PAY);
    claude.edit("one.rs", "    Ok(())\n", "    log();\n    Ok(())\n");
    expect![[r#"
        deep/two.rs: 8 unreviewed
        one.rs: 7 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    repo.run_in_terminal(&["confirm", "one.rs:2-3"]).ok();
    expect![[r#"
        u fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
        c     let left = receipt.total - receipt.refunded;
        c     let amount = amount.min(left);
        u     bank::give_back(receipt.card, amount)?;
        u     log();
        u     Ok(())
        u }
    "#]]
    .assert_eq(&marks(&repo, "one.rs"));
    let state = repo.home().join(".local/state/countersign");
    assert!(state.is_dir(), "the ledger is in the state folder");
    assert!(
        !repo.path(".countersign").exists(),
        "nothing is left beside the files"
    );
}

#[test]
fn a_file_whose_name_has_two_lines() {
    let repo = Repo::with(&[("two\nlines.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.edit(
        "two\nlines.rs",
        "order.total <= 0",
        "order.total <= limit()",
    );
    repo.commit("Limit");
    claude.bash("for it in two*.rs; do echo 'fn more() {}' >> \"$it\"; done");
    assert_eq!(
        repo.run(&["status"]).stdout.lines().next(),
        Some(r"two\nlines.rs: 2 lines unreviewed")
    );
}

#[test]
fn a_path_with_dots_is_the_file_that_it_names() {
    let repo = Repo::with(&[("src/pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.write("src/../src/./refund.rs", REFUND);
    claude.write("../home/outside.rs", REFUND);
    expect![[r#"
        src/refund.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    expect![[r#"
        outside.rs: 6 unreviewed
    "#]]
    .assert_eq(&status_in(&repo, &repo.home()));
}

#[test]
fn what_lies_in_the_git_folder_is_not_looked_at() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 0\n");
    claude.write(".git/description", PAY);
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn a_folder_as_the_file_is_nothing() {
    let repo = Repo::with(&[("src/pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    let write = claude.plan_write("src", REFUND);
    claude.tell(&write.pre_payload());
    claude.tell(&write.post_payload());
    expect![""].assert_eq(&status(&repo));
    assert_eq!(repo.run(&["blame", "src"]).code, 2);
}

#[test]
fn a_submodule_has_a_ledger_of_its_own() {
    let library = Repo::with(&[("lib.rs", PAY)]);
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let url = library.root().to_string_lossy().into_owned();
    repo.git(&["submodule", "--quiet", "add", &url, "sub"]);
    repo.commit("Submodule");
    let claude = Claude::new(&repo);
    claude.edit("sub/lib.rs", "order.total <= 0", "order.total <= limit()");
    expect![""].assert_eq(&status(&repo));
    expect![[r#"
        lib.rs: 1 unreviewed
    "#]]
    .assert_eq(&status_in(&repo, &repo.path("sub")));
    claude.bash("echo 'fn here() { x(); }' | tee -a pay.rs >> sub/lib.rs");
    expect![[r#"
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    expect![[r#"
        lib.rs: 2 unreviewed
    "#]]
    .assert_eq(&status_in(&repo, &repo.path("sub")));
    assert_eq!(log(&repo), "");
}

#[test]
fn a_linked_worktree_shares_the_ledger() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let tree = repo.worktree("topic");
    Claude::new(&tree).write("refund.rs", REFUND);
    expect![""].assert_eq(&status(&repo));
    expect![[r#"
        refund.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&tree));
    tree.commit("Refund");
    repo.git(&["merge", "--quiet", "topic"]);
    expect![[r#"
        refund.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    expect![[r#"
        refund.rs: 6 confirmed
    "#]]
    .assert_eq(&status(&tree));
    assert_eq!(tree.run(&["check"]).code, 0);
}

#[test]
fn a_repository_of_sha256_names() {
    let repo = Repo::without_git();
    repo.git(&["init", "--quiet", "--object-format=sha256"]);
    repo.write("pay.rs", PAY);
    repo.commit("Start");
    let claude = Claude::new(&repo);
    claude.edit("pay.rs", "order.total <= 0", "order.total <= limit()");
    claude.bash("echo 'fn more() { x(); }' >> pay.rs; git commit -qam more");
    claude.bash("git checkout -q HEAD~1; git checkout -q main");
    expect![[r#"
        pay.rs: 2 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(repo.run(&["check"]).code, 1);
    let blame = repo.run(&["blame", "pay.rs", "--json"]).json();
    assert_eq!(blame["blob"].as_str().unwrap().len(), 64);
}

#[test]
fn a_worktree_of_a_bare_repository() {
    let start = Repo::with(&[("pay.rs", PAY)]);
    let tree = start.clone_to("tree");
    tree.git(&["clone", "--quiet", "--bare", ".", "../bare.git"]);
    tree.git(&[
        "--git-dir",
        "../bare.git",
        "worktree",
        "add",
        "--quiet",
        "../beside",
        "main",
    ]);
    let beside = tree.path("../beside/refund.rs");
    let claude = Claude::new(&tree);
    claude.write("../beside/refund.rs", REFUND);
    assert!(beside.exists());
    expect![[r#"
        refund.rs: 6 unreviewed
    "#]]
    .assert_eq(&status_in(&tree, beside.parent().unwrap()));
    assert!(tree.path("../bare.git/countersign/ledger.db").exists());
}

#[test]
fn a_repository_that_a_command_makes_inside_another_and_commits_to_is_its_own() {
    for commit in ["git add -A && git commit -qm first", "git add -A", "true"] {
        let repo = Repo::with(&[("pay.rs", PAY)]);
        Claude::new(&repo).bash(&format!(
            "mkdir inner && cd inner && git init -q && echo 'fn inner() {{}}' > inner.rs && {commit}"
        ));
        assert_eq!(
            status_in(&repo, &repo.path("inner")),
            "inner.rs: 1 unreviewed\n",
            "{commit}"
        );
    }
}

#[test]
fn a_repository_that_a_command_brings_into_another_is_nobodys() {
    for command in [
        "git clone -q . inner",
        "cp -r ../older inner",
        "mv ../older inner",
    ] {
        let repo = Repo::with(&[("pay.rs", PAY)]);
        let older = repo.beside("older");
        older.git(&["init", "--quiet"]);
        older.write("pay.rs", PAY);
        older.git(&["add", "--all"]);
        let mut commit = older.command("git");
        commit.env("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z");
        let committed = commit.args(["commit", "--quiet", "-m", "Old"]).status();
        assert!(committed.unwrap().success());
        Claude::new(&repo).bash(command);
        assert_eq!(status_in(&repo, &repo.path("inner")), "", "{command}");
    }
}
