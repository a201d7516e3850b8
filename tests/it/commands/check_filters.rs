//! The gate and files under a filter, as LFS and git-crypt have one: git stores another text than stands on the disk.

use super::{GUARD, PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::marks::{gate, status};
use crate::support::repo::Repo;
use expect_test::expect;

/// Git stores `*.rs` in capitals, so that no token stays. `smudge` is what it makes of them again.
fn filtered(smudge: &str) -> Repo {
    let repo = Repo::new();
    repo.git(&["config", "filter.up.clean", "tr a-z A-Z"]);
    repo.git(&["config", "filter.up.smudge", smudge]);
    repo.git(&["config", "filter.up.required", "true"]);
    repo.write(".gitattributes", "*.rs filter=up\n");
    repo.write("pay.rs", PAY.to_lowercase());
    repo.commit("Pay");
    repo
}

const BACK: &str = "tr A-Z a-z";

/// What the gate says, the commit's name left out.
#[track_caller]
fn said(repo: &Repo, options: &[&str]) -> String {
    let output = repo.run(&[&["check"], options].concat());
    let first = output.stdout.lines().next().unwrap_or("").to_owned();
    format!("{}: {}", output.code, first.replace(&head(repo), "HEAD"))
}

fn head(repo: &Repo) -> String {
    repo.git(&["rev-parse", "HEAD"])[..12].to_owned()
}

#[test]
fn what_stands_on_the_disk_is_judged() {
    let repo = filtered(BACK);
    let refund = REFUND.to_lowercase();
    Claude::new(&repo).write("pay.rs", &format!("{}\n{refund}", PAY.to_lowercase()));
    repo.git(&["add", "pay.rs"]);
    let staged = said(&repo, &["--staged"]);
    repo.commit("Refunds");
    assert_eq!(status(&repo), "pay.rs: 8 unreviewed\n");
    for said in [staged, said(&repo, &[]), said(&repo, &["--base", "HEAD~1"])] {
        assert_eq!(said, "1: pay.rs: 8 lines unreviewed");
    }
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    gate(&repo).ok();
    repo.run(&["check", "--base", "HEAD~1"]).ok();
}

#[test]
fn where_the_disk_has_other_text_the_one_of_a_checkout_is_judged() {
    let repo = filtered(BACK);
    Claude::new(&repo).write("refund.rs", &REFUND.to_lowercase());
    repo.commit("Refunds");
    repo.write("refund.rs", "fn nothing() {}\n");
    assert_eq!(said(&repo, &[]), "1: refund.rs: 8 lines unreviewed");
    assert_eq!(
        said(&repo, &["--base", "HEAD~1"]),
        "1: refund.rs: 8 lines unreviewed"
    );
    repo.git(&["mv", "--force", "refund.rs", "back.rs"]);
    repo.write("back.rs", REFUND.to_lowercase());
    repo.commit("Renamed");
    assert_eq!(said(&repo, &[]), "1: back.rs: 8 lines unreviewed");
}

#[test]
fn a_removal_under_a_filter_is_judged() {
    let repo = filtered(BACK);
    Claude::new(&repo).edit("pay.rs", &GUARD.to_lowercase(), "");
    repo.commit("No guard");
    for options in [&[][..], &["--base", "HEAD~1"]] {
        assert_eq!(said(&repo, options), "1: pay.rs: 1 removal unreviewed");
    }
}

#[test]
fn what_cannot_be_had_is_not_judged() {
    let repo = filtered("false");
    Claude::new(&repo).write("refund.rs", &REFUND.to_lowercase());
    repo.commit("Refunds");
    assert_eq!(said(&repo, &[]), "1: refund.rs: 8 lines unreviewed");
    repo.write("refund.rs", "fn nothing() {}\n");
    expect![[r#"
        error: git stores refund.rs through a filter, and has no text here that could be judged: an assistant may have written it
        hint: let git put it on the disk (`git lfs pull`, `git-crypt unlock`), commit or stash what changed in it, and repeat; `ignore` in countersign.toml leaves it out
    "#]]
    .assert_eq(&gate(&repo).expect_code(2).stderr);
    repo.run(&["check", "--base", "HEAD~1"]).expect_code(2);
    repo.write("countersign.toml", "ignore = [\"refund.rs\"]\n");
    repo.git(&["add", "countersign.toml"]);
    repo.git(&["commit", "--quiet", "--message", "Left out"]);
    gate(&repo).ok();
}

#[test]
fn files_of_which_nothing_is_known_are_passed_over() {
    let repo = filtered("false");
    Claude::new(&repo).write("notes.md", "Refunds are given back in full, and at once.\n");
    repo.commit("Notes");
    repo.run_in_terminal(&["confirm", "notes.md"]).ok();
    repo.write("more.rs", "fn more() {}\n");
    repo.commit("More");
    repo.write("more.rs", "fn less() {}\n");
    gate(&repo).ok();
    repo.run(&["check", "--base", "HEAD~1"]).ok();
}
