//! The tools that name their file.

use super::{PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::marks::{log, marks, regions, status};
use crate::support::repo::Repo;
use expect_test::expect;

#[test]
fn a_new_file_is_unreviewed_from_its_first_to_its_last_line() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).write("refund.rs", REFUND);
    expect![[r#"
        u fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
        u     let left = receipt.total - receipt.refunded;
        u     let amount = amount.min(left);
        u     bank::give_back(receipt.card, amount)?;
        u     Ok(())
        u }
    "#]]
    .assert_eq(&marks(&repo, "refund.rs"));
    expect![[r#"
        refund.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn an_edit_marks_only_its_new_tokens() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).edit("pay.rs", "order.total <= 0", "order.total <= limit()");
    expect![[r#"
        unreviewed: limit() (for 1 lines)
    "#]]
    .assert_eq(&regions(&repo, "pay.rs"));
}

#[test]
fn an_edit_of_all_occurrences_marks_each() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).edit_all("pay.rs", "receipt", "slip");
    expect![[r#"
        unreviewed: slip (for 3 lines)
        unreviewed: slip
        unreviewed: slip
    "#]]
    .assert_eq(&regions(&repo, "pay.rs"));
}

#[test]
fn a_file_that_is_rewritten_keeps_what_people_wrote() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).write("pay.rs", &format!("{PAY}\n{REFUND}"));
    expect![[r#"
          fn pay(order: &Order) -> Result<Receipt, Refused> {
              if order.total <= 0 {
                  return Err(Refused::Nothing);
              }
              let receipt = bank::charge(order.card, order.total)?;
              audit::note(order.id, receipt.id);
              Ok(receipt)
          }

        u fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
        u     let left = receipt.total - receipt.refunded;
        u     let amount = amount.min(left);
        u     bank::give_back(receipt.card, amount)?;
        u     Ok(())
        u }
    "#]]
    .assert_eq(&marks(&repo, "pay.rs"));
}

#[test]
fn a_file_that_is_rewritten_as_it_was_is_as_it_was() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.write("pay.rs", PAY);
    expect![""].assert_eq(&regions(&repo, "pay.rs"));
    claude.write("refund.rs", REFUND);
    let before = regions(&repo, "refund.rs");
    claude.write("refund.rs", REFUND);
    assert_eq!(regions(&repo, "refund.rs"), before);
}

#[test]
fn an_assistant_that_goes_back_to_an_earlier_text_has_its_regions_again() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.write("pay.rs", &format!("{PAY}\n{REFUND}"));
    claude.write("pay.rs", PAY);
    expect![""].assert_eq(&marks_of_lines(&repo));
    claude.write("pay.rs", &format!("{PAY}\n{REFUND}"));
    expect![[r#"
        pay.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

fn marks_of_lines(repo: &Repo) -> String {
    regions(repo, "pay.rs")
}

#[test]
fn an_assistants_copy_of_a_persons_file_does_not_blame_the_person() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).write("copy.rs", PAY);
    expect![[r#"
        copy.rs: 8 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_subagent_is_the_same_assistant() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.subagent().write("refund.rs", REFUND);
    let blame = repo.run(&["blame", "refund.rs", "--json"]).json();
    let origin = &blame["regions"][0]["origin"];
    assert_eq!(origin["source"], "claude-code");
    assert_eq!(origin["evidence"], "reported");
    assert_eq!(origin["session"], "e0643688-029d-4daf-bd0c-3bcbed709a5c");
}

#[test]
fn one_edit_after_another_adds_up() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    for number in 0..8 {
        let line = format!("    audit::note(order.id, receipt.id);\n    step{number}();\n");
        claude.edit("pay.rs", "    audit::note(order.id, receipt.id);\n", &line);
    }
    expect![[r#"
          fn pay(order: &Order) -> Result<Receipt, Refused> {
              if order.total <= 0 {
                  return Err(Refused::Nothing);
              }
              let receipt = bank::charge(order.card, order.total)?;
              audit::note(order.id, receipt.id);
        u     step7();
        u     step6();
        u     step5();
        u     step4();
        u     step3();
        u     step2();
        u     step1();
        u     step0();
              Ok(receipt)
          }
    "#]]
    .assert_eq(&marks(&repo, "pay.rs"));
    assert_eq!(log(&repo), "");
}

#[test]
fn a_repository_without_a_commit_will_do() {
    let repo = Repo::new();
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    claude.bash("echo 'fn more() { let a = 1; }' >> refund.rs");
    expect![[r#"
        u fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
        u     let left = receipt.total - receipt.refunded;
        u     let amount = amount.min(left);
        u     bank::give_back(receipt.card, amount)?;
        u     Ok(())
        u }
        u fn more() { let a = 1; }
    "#]]
    .assert_eq(&marks(&repo, "refund.rs"));
}

#[test]
fn words_behind_the_agents_name_keep_nothing_from_being_taken_in() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    let mut write = claude.plan_write("refund.rs", REFUND);
    let tell = |payload: serde_json::Value| {
        let words = ["hook", "claude-code", "--verbose", "more"];
        let said = repo.run_with(&[], &words, payload.to_string().as_bytes());
        let said = said.ok();
        assert!(said.stdout.is_empty() && said.stderr.is_empty(), "{said}");
    };
    tell(write.pre_payload());
    write.perform();
    tell(write.post_payload());
    assert_eq!(status(&repo), "refund.rs: 6 unreviewed\n");
}
