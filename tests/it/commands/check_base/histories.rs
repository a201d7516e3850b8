//! What HEAD is compared with, whatever the history looks like.

use super::{PAY, REFUND, found, since, topic, words};
use crate::support::claude::Claude;
use crate::support::repo::Repo;
use expect_test::expect;

const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

#[test]
fn nothing_is_new_since_head_itself_or_a_descendant_of_it() {
    let repo = topic();
    assert_eq!(found(&repo, &["--base", "HEAD"]), "");
    repo.git(&["checkout", "--quiet", "main"]);
    assert_eq!(found(&repo, &["--base", "topic"]), "");
}

#[test]
fn the_other_branch_may_have_gone_on() {
    let repo = topic();
    let parted = repo.git(&["rev-parse", "main"]);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("pay.rs", format!("/// Pays.\n{PAY}"));
    repo.commit("Main goes on");
    repo.git(&["checkout", "--quiet", "topic"]);
    let judged = repo
        .run(&["check", "--base", "main", "--format", "json"])
        .json();
    assert_eq!(judged["base"], parted, "the merge base, not the tip");
    assert_eq!(
        found(&repo, &["--base", "main"]),
        "pay.rs: 1 removal\nrefund.rs:8-10 reported\n"
    );
    assert_eq!(
        found(&repo, &["--base", ":/Refunds"]),
        "pay.rs: 1 removal\nrefund.rs:8-10 reported\n",
        "the newest commit of which the message says so"
    );
}

#[test]
fn a_merge_of_the_base_brings_nothing_new() {
    let repo = topic();
    repo.git(&["checkout", "--quiet", "main"]);
    Claude::new(&repo).write("void.rs", REFUND);
    repo.commit("Main goes on");
    repo.git(&["checkout", "--quiet", "topic"]);
    repo.git(&["merge", "--quiet", "--no-edit", "main"]);
    assert_eq!(
        found(&repo, &["--base", "main"]),
        "pay.rs: 1 removal\nrefund.rs:8-10 reported\n"
    );
}

#[test]
fn a_merge_with_several_parents_is_judged_by_what_all_of_them_bring() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    for (branch, file) in [("one", "one.rs"), ("two", "two.rs")] {
        repo.git(&["checkout", "--quiet", "-b", branch, "main"]);
        claude.write(file, &REFUND.replace("refund", branch));
        repo.commit(branch);
    }
    repo.git(&["checkout", "--quiet", "-b", "all", "main"]);
    repo.write("person.rs", "fn person() {}\n");
    repo.commit("A person");
    repo.git(&["merge", "--quiet", "--no-edit", "one", "two"]);
    assert_eq!(
        found(&repo, &["--base", "main"]),
        "one.rs:1-6 reported\none.rs:8-10 reported\ntwo.rs:1-6 reported\ntwo.rs:8-10 reported\n"
    );
    assert_eq!(
        found(&repo, &["--base", "one"]),
        "two.rs:1-6 reported\ntwo.rs:8-10 reported\n"
    );
}

/// Two branches of which each merged the other's first commit.
#[test]
fn of_several_merge_bases_a_line_is_new_only_against_each() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    repo.git(&["checkout", "--quiet", "-b", "left"]);
    claude.write("left.rs", REFUND);
    let left = repo.commit("Left");
    repo.git(&["checkout", "--quiet", "-b", "right", "main"]);
    claude.write("right.rs", &REFUND.replace("refund", "repay"));
    let right = repo.commit("Right");
    repo.git(&["merge", "--quiet", "--no-edit", "left"]);
    repo.git(&["checkout", "--quiet", "left"]);
    repo.git(&["merge", "--quiet", "--no-edit", &right]);
    assert_eq!(
        found(&repo, &["--base", "right"]),
        "",
        "each file stands in one of the bases"
    );
    claude.edit("left.rs", "    Ok(())\n", "    log::info();\n    Ok(())\n");
    repo.commit("Left goes on");
    assert_eq!(found(&repo, &["--base", "right"]), "left.rs:5-5 reported\n");
    let judged = repo
        .run(&["check", "--base", "right", "--format", "json"])
        .json();
    let mut bases: Vec<_> = judged["bases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap())
        .collect();
    assert_eq!(judged["base"], bases[0]);
    bases.sort_unstable();
    let mut both = [left.as_str(), right.as_str()];
    both.sort_unstable();
    assert_eq!(bases, both);
}

#[test]
fn without_a_common_commit_all_of_head_is_new_and_that_is_said() {
    let repo = topic();
    repo.git(&["checkout", "--quiet", "--orphan", "other"]);
    repo.commit("Another beginning");
    let said = since(&repo, "main").expect_code(1);
    assert_eq!(
        said.stderr,
        "warning: main and HEAD have no commit in common: all that HEAD holds counts as new\n"
    );
    assert_eq!(
        found(&repo, &["--base", "main"]),
        "refund.rs:1-6 reported\nrefund.rs:8-10 reported\nrefund.rs:12-14 reported\n",
        "nothing was there that could have been taken away"
    );
    let judged = repo
        .run(&["check", "--base", "main", "--format", "json"])
        .json();
    assert_eq!(judged["base"], EMPTY_TREE);
}

#[test]
fn the_first_commit_has_no_parent_and_can_be_judged_and_be_a_base() {
    let repo = Repo::new();
    Claude::new(&repo).write("refund.rs", REFUND);
    let first = repo.commit("First");
    assert_eq!(found(&repo, &["--base", &first]), "");
    Claude::new(&repo).write("more.rs", "fn more(a: u8) -> u8 {\n    a + 1\n}\n");
    repo.commit("Second");
    assert_eq!(found(&repo, &["--base", &first]), "more.rs:1-3 reported\n");
    let said = since(&repo, "HEAD~2").expect_code(2);
    assert!(
        said.stderr
            .starts_with("error: this clone has no revision `HEAD~2`"),
        "{said}"
    );
}

#[test]
fn it_is_the_same_from_a_detached_head_another_worktree_and_a_subfolder() {
    let repo = topic();
    let all = found(&repo, &["--base", "main"]);
    repo.git(&["checkout", "--quiet", "--detach"]);
    assert_eq!(found(&repo, &["--base", "main"]), all);
    let tree = repo.worktree("beside");
    assert_eq!(found(&tree, &["--base", "main"]), all);
    repo.write("deep/down/x.rs", "fn x() {}\n");
    assert_eq!(
        found(&repo, &["--base", "main", "--repository", "deep/down"]),
        all
    );
    let said = repo.run(&["check", "--base", "main", "--repository", "deep"]);
    let next = format!(
        "Read it, then: countersign confirm {}\n",
        repo.path("pay.rs").display()
    );
    assert!(
        said.stdout.ends_with(&next),
        "a path that is right from anywhere: {said}"
    );
}

#[test]
fn a_submodule_is_passed_over() {
    let other = Repo::with(&[("lib.rs", "fn lib() {}\n")]);
    let repo = topic();
    repo.git(&[
        "submodule",
        "--quiet",
        "add",
        &other.root().to_string_lossy(),
        "vendor",
    ]);
    repo.commit("A submodule");
    assert_eq!(found(&repo, &["--base", "HEAD~1"]), "");
    repo.git(&["rm", "--quiet", "--cached", "vendor"]);
    std::fs::remove_dir_all(repo.path("vendor")).unwrap();
    Claude::new(&repo).write("vendor", "fn vendor(a: u8) -> u8 {\n    a + 1\n}\n");
    repo.commit("A file in its place");
    assert_eq!(found(&repo, &["--base", "HEAD~1"]), "vendor:1-3 reported\n");
}

#[test]
fn without_a_commit_or_a_record_it_does_not_judge() {
    let unborn = Repo::new();
    Claude::new(&unborn).write("refund.rs", REFUND);
    assert!(
        since(&unborn, "main")
            .expect_code(2)
            .stderr
            .contains("there is no commit to judge yet")
    );
    let never = Repo::with(&[("pay.rs", PAY)]);
    assert!(
        since(&never, "main")
            .expect_code(2)
            .stderr
            .contains("nothing is recorded")
    );
    assert_eq!(since(&Repo::without_git(), "main").code, 2);
}

#[test]
fn a_wrong_base_is_told_with_what_to_do() {
    let repo = topic();
    expect![[r#"
        error: this clone has no revision `mian` to compare HEAD with
        hint: name one that is here (`git branch --all` lists the branches); there is no remote to fetch from
    "#]]
    .assert_eq(&since(&repo, "mian").expect_code(2).stderr);
    expect![[r#"
        error: --base takes one revision, not the range main..topic: what is new in HEAD since it parted from that
    "#]]
    .assert_eq(&since(&repo, "main..topic").expect_code(2).stderr);
    let clone = repo.clone_to("clone");
    Claude::new(&clone).write("x.rs", REFUND);
    let hint = |base: &str| {
        let said = since(&clone, base).expect_code(2).stderr;
        said.lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(
        hint("origin/next"),
        "hint: git fetch origin next:refs/remotes/origin/next"
    );
    assert_eq!(
        hint("next"),
        "hint: git fetch origin next, then: countersign check --base FETCH_HEAD"
    );
    let id = "0123456789012345678901234567890123456789";
    assert_eq!(hint(id), format!("hint: git fetch origin {id}"));
    assert!(hint("HEAD~99").contains("git log --oneline"));
    assert!(hint("").contains("name a commit"));
    assert_eq!(repo.run(&["check", "--base", "main", "--staged"]).code, 2);
    assert_eq!(repo.run(&["check", "--base"]).code, 2);
}

#[test]
fn the_words_for_people_name_both_commits() {
    let repo = topic();
    let said = since(&repo, "main").stdout;
    assert!(
        words(&repo, &said, &["topic", "main"]).contains("what is new in topic since main"),
        "{said}"
    );
}
