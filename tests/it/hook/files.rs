//! Files that go, and files that only get another name.

use super::{PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::marks::{log, marks, status};
use crate::support::repo::Repo;
use expect_test::expect;

#[test]
fn a_persons_file_that_an_assistant_deletes_is_a_removal_under_its_name() {
    for command in [
        "rm pay.rs",
        "git rm -q pay.rs",
        "git rm -q pay.rs && git commit -qm gone",
    ] {
        let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
        Claude::new(&repo).bash(command);
        assert_eq!(status(&repo), "pay.rs: 1 removals\n", "{command}");
    }
}

#[test]
fn a_persons_file_that_git_never_saw_is_a_removal_too() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    repo.write("pay.rs", PAY);
    Claude::new(&repo).bash("rm pay.rs");
    expect![[r#"
        pay.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn an_assistants_own_unreviewed_file_leaves_nothing_behind() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    claude.bash("rm refund.rs");
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn an_assistants_file_that_a_person_confirmed_is_a_removal() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    claude.bash("rm refund.rs");
    expect![[r#"
        refund.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_deleted_file_that_is_back_is_no_removal() {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.bash("rm pay.rs");
    claude.bash("git checkout -q pay.rs");
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn a_person_who_deletes_a_file_removes_nothing() {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    Claude::new(&repo).write("refund.rs", REFUND);
    repo.delete("pay.rs");
    repo.delete("refund.rs");
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn a_file_that_an_assistant_moves_keeps_its_authors() {
    let moves = [
        "mv pay.rs cash.rs",
        "git mv pay.rs cash.rs",
        "mkdir src && git mv pay.rs src/cash.rs && git commit -qm moved",
        "cp pay.rs cash.rs && git rm -q pay.rs && git add -A && git commit -qm moved",
    ];
    for command in moves {
        let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
        Claude::new(&repo).bash(command);
        assert_eq!(status(&repo), "", "{command}");
        assert_eq!(log(&repo), "");
    }
}

#[test]
fn a_short_file_that_an_assistant_moves_keeps_its_marks() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("short.rs", "fn short() {}\n");
    claude.bash("git add -A && git commit -qm short");
    claude.bash("git mv short.rs tiny.rs && git commit -qm tiny");
    expect![[r#"
        tiny.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_file_that_is_moved_and_changed_at_once_shows_the_change_only() {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    Claude::new(&repo)
        .bash("git mv pay.rs cash.rs; sed -i 's/total <= 0/total <= limit()/' cash.rs");
    expect![[r#"
          fn pay(order: &Order) -> Result<Receipt, Refused> {
        u     if order.total <= limit() {
                  return Err(Refused::Nothing);
              }
              let receipt = bank::charge(order.card, order.total)?;
              audit::note(order.id, receipt.id);
              Ok(receipt)
          }
    "#]]
    .assert_eq(&marks(&repo, "cash.rs"));
    expect![[r#"
        cash.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn marks_move_along_whoever_moves_the_file() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    repo.rename("refund.rs", "src/repay.rs");
    expect![[r#"
        src/repay.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    repo.commit("Repay");
    claude.bash("git mv src/repay.rs back.rs");
    expect![[r#"
        back.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(repo.run(&["check"]).code, 1);
}

#[test]
fn a_folder_that_is_moved_keeps_everything() {
    let repo = Repo::with(&[("src/pay.rs", PAY), ("src/lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("src/refund.rs", REFUND);
    claude.bash("mv src source && git add -A && git commit -qm 'Source'");
    expect![[r#"
        source/refund.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_file_in_the_place_of_a_folder_and_back() {
    let repo = Repo::with(&[("src/pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.bash("rm -r src && echo 'fn now_a_file() { x(); }' > src");
    expect![[r#"
        src: 1 unreviewed
        src/pay.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
    claude.bash("rm src && git checkout -q src");
    expect![""].assert_eq(&status(&repo));
    assert_eq!(log(&repo), "");
}

#[test]
fn an_assistants_copy_over_another_file_does_not_blame_the_first() {
    let repo = Repo::with(&[("pay.rs", PAY), ("copy.rs", "fn other() {}\n")]);
    Claude::new(&repo).bash("cp pay.rs copy.rs");
    expect![[r#"
        copy.rs: 8 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_copy_of_a_file_that_git_never_saw_does_not_blame_the_person() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    repo.write("pay.rs", PAY);
    Claude::new(&repo).bash("cp pay.rs copy.rs");
    expect![[r#"
        copy.rs: 8 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}
