//! `countersign check`: the gate.

use super::{PAY, REFUND, visited};
use crate::support::claude::Claude;
use crate::support::marks::gate;
use crate::support::repo::Repo;
use expect_test::expect;

/// What the gate says to people, with the commit's name left out.
fn said(repo: &Repo, code: i32) -> String {
    let head = repo.git(&["rev-parse", "HEAD"]);
    gate(repo)
        .expect_code(code)
        .stdout
        .replace(&head[..12], "HEAD")
}

#[test]
fn what_is_no_text_does_not_close_the_gate() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    Claude::new(&repo).write("pay.rs", REFUND);
    repo.write("pay.bin", format!("\0\n{REFUND}"));
    repo.commit("Paid");
    repo.delete("pay.rs");
    repo.commit("Away");
    gate(&repo).expect_code(0);
    let blame = repo.run(&["blame", "pay.bin", "--rev", "HEAD"]);
    assert!(blame.expect_code(2).stderr.contains("it holds a NUL byte"));
}

#[test]
fn what_waits_for_review_is_not_green_where_its_file_is_no_text_any_more() {
    for spoilt in [&b"\0"[..], b"\xe9\n"] {
        let repo = Repo::with(&[("lib.rs", "mod refund;\n")]);
        Claude::new(&repo).write("refund.rs", REFUND);
        repo.commit("Refund");
        repo.write("refund.rs", [REFUND.as_bytes(), spoilt].concat());
        let status = repo.run(&["status"]);
        assert!(status.stderr.contains("refund.rs is not text"), "{status}");
        repo.commit("Spoilt");
        for base in [&[][..], &["--base", "HEAD~2"]] {
            let judged = repo.run(&[&["check"], base].concat()).expect_code(2);
            let told = "refund.rs held what an assistant wrote and nobody has reviewed";
            assert!(judged.stderr.contains(told), "{judged}");
        }
        repo.write("countersign.toml", "ignore = [\"refund.rs\"]\n");
        repo.commit("Settings");
        gate(&repo).expect_code(0);
    }
}

#[test]
fn attributes_that_the_judged_files_do_not_hold_do_not_open_it() {
    let repo = Repo::with(&[("lib.rs", "mod refund;\n")]);
    Claude::new(&repo).write("refund.rs", REFUND);
    repo.git(&["add", "refund.rs"]);
    repo.write(".gitattributes", "*.rs linguist-generated\n");
    repo.run(&["check", "--staged"]).expect_code(1);
    repo.git(&["commit", "--quiet", "-m", "Refund"]);
    gate(&repo).expect_code(1);
    repo.run(&["check", "--base", "HEAD~1"]).expect_code(1);
    repo.git(&["add", ".gitattributes"]);
    repo.run(&["check", "--staged"]).expect_code(0);
    repo.commit("A person says it is generated");
    gate(&repo).expect_code(0);
}

#[test]
fn it_is_red_until_all_is_confirmed() {
    let repo = visited();
    repo.commit("All");
    expect![[r#"
        pay.rs: 1 line unreviewed, 1 removal unreviewed
        refund.rs: 8 lines unreviewed

        Red: 9 lines unreviewed, 1 removal unreviewed in HEAD, in 2 files.
        Read it, then: countersign confirm pay.rs
    "#]]
    .assert_eq(&said(&repo, 1));
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    expect![[r#"
        pay.rs: 1 line unreviewed, 1 removal unreviewed

        Red: 1 line unreviewed, 1 removal unreviewed in HEAD, in 1 file.
        Read it, then: countersign confirm pay.rs
    "#]]
    .assert_eq(&said(&repo, 1));
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    expect![[r#"
        Green: a person stands behind all that assistants are known to have written in HEAD.
    "#]]
    .assert_eq(&said(&repo, 0));
    repo.run_in_terminal(&["undo"]).ok();
    assert_eq!(gate(&repo).code, 1);
}

#[test]
fn programs_read_it_as_json() {
    let repo = visited();
    let head = repo.commit("All");
    let check = repo
        .run(&["check", "--format", "json"])
        .expect_code(1)
        .json();
    assert_eq!(check["pass"], false);
    assert_eq!(check["base"], serde_json::Value::Null);
    assert_eq!(check["head"], head);
    assert_eq!(check["unreviewed_lines"], 9);
    let files = check["files"].as_array().unwrap();
    let paths: Vec<_> = files
        .iter()
        .map(|file| file["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, ["pay.rs", "refund.rs"]);
    let blame = repo.run(&["blame", "refund.rs", "--json"]).json();
    assert_eq!(
        files[1]["regions"], blame["regions"],
        "the regions are as in blame"
    );
    let blame = repo.run(&["blame", "pay.rs", "--json"]).json();
    assert_eq!(
        files[0]["regions"], blame["regions"],
        "a removal among them"
    );
}

#[test]
fn the_work_tree_is_not_judged() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    claude.edit("pay.rs", "    Ok(receipt)\n", "");
    assert_eq!(gate(&repo).code, 0, "nothing of it is committed");
    repo.commit("All");
    repo.delete("refund.rs");
    repo.write("pay.rs", PAY);
    expect![[r#"
        pay.rs: 1 removal unreviewed
        refund.rs: 8 lines unreviewed

        Red: 8 lines unreviewed, 1 removal unreviewed in HEAD, in 2 files.
        Read it, then: countersign confirm pay.rs
    "#]]
    .assert_eq(&said(&repo, 1));
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    assert_eq!(gate(&repo).code, 0);
}

#[test]
fn what_is_only_suspected_does_not_close_the_gate() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    let mut edit = claude.pre_edit("pay.rs", "order.total <= 0", "order.total <= limit()");
    edit.perform();
    repo.append("pay.rs", "fn perhaps(a: u8) -> u8 { a + 41 }\n");
    edit.post();
    repo.run_in_terminal(&["confirm", "pay.rs:2"]).ok();
    repo.commit("All");
    assert_eq!(gate(&repo).code, 0);
}

#[test]
fn a_file_that_an_assistant_deleted_counts() {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.bash("git rm -q pay.rs");
    assert_eq!(gate(&repo).code, 0, "HEAD still has it");
    claude.bash("git commit -qm 'No pay'");
    expect![[r#"
        pay.rs: 1 removal unreviewed

        Red: 1 removal unreviewed in HEAD, in 1 file.
        Read it, then: countersign confirm pay.rs
    "#]]
    .assert_eq(&said(&repo, 1));
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    assert_eq!(gate(&repo).code, 0);
}

#[test]
fn a_file_that_was_renamed_keeps_its_marks_and_its_confirmations() {
    let repo = visited();
    repo.commit("All");
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    repo.git(&["mv", "refund.rs", "back.rs"]);
    repo.git(&["mv", "pay.rs", "cash.rs"]);
    repo.commit("Renamed");
    expect![[r#"
        back.rs: 8 lines unreviewed

        Red: 8 lines unreviewed in HEAD, in 1 file.
        Read it, then: countersign confirm back.rs
    "#]]
    .assert_eq(&said(&repo, 1));
    repo.run_in_terminal(&["confirm", "back.rs"]).ok();
    assert_eq!(gate(&repo).code, 0);
}

#[test]
fn a_merge_commit_is_judged_by_what_it_holds() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    claude.edit(
        "pay.rs",
        "    Ok(receipt)\n",
        "    log::info();\n    Ok(receipt)\n",
    );
    repo.commit("Topic");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.replace("pay.rs", "fn pay", "/// Pays.\nfn pay");
    repo.commit("Main");
    repo.git(&["merge", "--quiet", "--no-edit", "topic"]);
    expect![[r#"
        pay.rs: 1 line unreviewed
        refund.rs: 8 lines unreviewed

        Red: 9 lines unreviewed in HEAD, in 2 files.
        Read it, then: countersign confirm pay.rs
    "#]]
    .assert_eq(&said(&repo, 1));
}

#[test]
fn without_enough_known_it_does_not_judge() {
    let never = Repo::with(&[("pay.rs", PAY)]);
    expect![[r#"
        error: nothing is recorded for this repository: no assistant's hook ran here, and no notes are known
        hint: `countersign init` sets up the assistants' hooks; or judge where they ran
    "#]].assert_eq(&gate(&never).expect_code(2).stderr);
    let outside = Repo::without_git();
    let said = gate(&outside)
        .expect_code(2)
        .stderr
        .replace(&*outside.root().to_string_lossy(), "ROOT");
    expect![[r#"
        error: ROOT is not in a git repository, so there is no HEAD to judge
        hint: go to a repository, or name one: countersign check --repository FOLDER
    "#]]
    .assert_eq(&said);
    let unborn = Repo::new();
    Claude::new(&unborn).write("refund.rs", REFUND);
    expect![[r#"
        error: there is no commit to judge yet
        hint: git commit
    "#]]
    .assert_eq(&gate(&unborn).expect_code(2).stderr);
}

#[test]
fn a_path_below_and_another_repository_may_be_named() {
    let repo = visited();
    repo.commit("All");
    repo.write("deep/x.rs", "fn x() {}\n");
    let other = repo.clone_to("other");
    assert_eq!(repo.run(&["check", "--repository", "deep"]).code, 1);
    let folder = other.root().to_string_lossy().into_owned();
    assert_eq!(
        repo.run(&["check", "--repository", &folder]).code,
        2,
        "no hook ran there"
    );
}
