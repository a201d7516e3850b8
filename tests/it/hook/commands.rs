//! Shell commands name no file.

use super::{PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::marks::{log, marks, regions, status};
use crate::support::repo::Repo;
use expect_test::expect;

#[test]
fn what_a_command_appends_is_unreviewed() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).bash("echo 'fn more() { later(); }' >> pay.rs");
    expect![[r#"
          fn pay(order: &Order) -> Result<Receipt, Refused> {
              if order.total <= 0 {
                  return Err(Refused::Nothing);
              }
              let receipt = bank::charge(order.card, order.total)?;
              audit::note(order.id, receipt.id);
              Ok(receipt)
          }
        u fn more() { later(); }
    "#]]
    .assert_eq(&marks(&repo, "pay.rs"));
}

#[test]
fn what_a_command_replaces_is_unreviewed() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).bash("sed -i 's/order.total <= 0/order.total < 1/' pay.rs");
    expect![[r#"
        unreviewed: 1 (for 1 lines)
    "#]]
    .assert_eq(&regions(&repo, "pay.rs"));
}

#[test]
fn a_command_that_writes_and_commits_at_once_marks_what_it_wrote() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let command = "echo 'fn more() { later(); }' >> pay.rs; cp pay.rs b.rs; echo 'fn b() {}' > c.rs; \
                   git add -A; git commit -qm more; echo 'fn c() {}' >> c.rs; git commit -qam again";
    Claude::new(&repo).bash(command);
    expect![[r#"
        b.rs: 9 unreviewed
        c.rs: 2 unreviewed
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    expect![[r#"
        u fn b() {}
        u fn c() {}
    "#]]
    .assert_eq(&marks(&repo, "c.rs"));
    assert_eq!(repo.run(&["check"]).code, 1);
}

#[test]
fn a_command_that_writes_commits_and_goes_elsewhere_marks_what_it_wrote() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let command = "git checkout -qb topic; echo 'fn more() { later(); }' >> pay.rs; \
                   git commit -qam more; git checkout -q main";
    Claude::new(&repo).bash(command);
    expect![""].assert_eq(&status(&repo));
    repo.git(&["checkout", "--quiet", "topic"]);
    expect![[r#"
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_command_that_fails_may_have_changed_files() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let ended = Claude::new(&repo).bash("echo 'fn more() { later(); }' >> pay.rs; exit 3");
    assert_eq!(ended.code, 3);
    expect![[r#"
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_command_that_changes_nothing_marks_nothing() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    repo.write("new.rs", REFUND);
    repo.append("pay.rs", "fn mine() {}\n");
    let claude = Claude::new(&repo);
    claude.bash("ls; touch pay.rs new.rs; git status; cat pay.rs > /dev/null");
    claude.bash("git add -A");
    claude.bash("git commit -qm 'what the person wrote'");
    expect![""].assert_eq(&status(&repo));
    assert_eq!(log(&repo), "");
}

#[test]
fn new_files_in_new_folders_are_found() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let command = "mkdir -p 'a b/c' && printf 'fn one() { two(); }\\n' > 'a b/c/ünï \"x\".rs'";
    Claude::new(&repo).bash(command);
    expect![[r#"
        a b/c/ünï "x".rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_command_in_a_folder_below_is_seen_in_all_the_repository() {
    let repo = Repo::with(&[("pay.rs", PAY), ("src/lib.rs", PAY)]);
    let claude = Claude::new(&repo);
    let mut use_ = claude.plan_bash("cd src && echo 'fn x() { y(); }' >> ../pay.rs");
    let below = |mut payload: serde_json::Value| {
        payload["cwd"] = repo.path("src").to_string_lossy().into();
        payload
    };
    claude.tell(&below(use_.pre_payload()));
    use_.perform();
    claude.tell(&below(use_.post_payload()));
    expect![[r#"
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn an_agents_copy_by_command_is_its_own_text_and_the_persons_stays() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).bash("cp pay.rs copy.rs");
    expect![[r#"
        copy.rs: 8 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn what_the_command_before_wrote_stays_when_the_next_one_commits_it() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    claude.bash("git add -A && git commit -qm refund");
    claude.bash("git commit -q --amend -m 'Refund'");
    expect![[r#"
        refund.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(repo.run(&["check"]).code, 1);
}
