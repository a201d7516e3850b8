//! What a person did before, between and during stays the person's.

use super::{PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::marks::{marks, regions, status};
use crate::support::repo::Repo;
use expect_test::expect;

#[test]
fn what_a_person_had_not_committed_stays_the_persons() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    repo.append("pay.rs", "fn mine(a: u8) -> u8 { a + 41 }\n");
    repo.write("mine.rs", REFUND);
    let claude = Claude::new(&repo);
    claude.bash("echo 'fn more() {}' >> pay.rs; echo 'fn more() {}' >> mine.rs");
    claude.bash("git add -A && git commit -qm all");
    expect![[r#"
        mine.rs: 1 unreviewed
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    expect![[r#"
          fn pay(order: &Order) -> Result<Receipt, Refused> {
              if order.total <= 0 {
                  return Err(Refused::Nothing);
              }
              let receipt = bank::charge(order.card, order.total)?;
              audit::note(order.id, receipt.id);
              Ok(receipt)
          }
          fn mine(a: u8) -> u8 { a + 41 }
        u fn more() {}
    "#]]
    .assert_eq(&marks(&repo, "pay.rs"));
}

#[test]
fn what_a_person_writes_between_two_uses_stays_the_persons() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.edit("pay.rs", "order.total <= 0", "order.total <= limit()");
    repo.append("pay.rs", "fn mine(a: u8) -> u8 { a + 41 }\n");
    claude.edit(
        "pay.rs",
        "    Ok(receipt)\n",
        "    mail::send();\n    Ok(receipt)\n",
    );
    repo.append("pay.rs", "fn mine_too(a: u8) -> u8 { a + 42 }\n");
    claude.bash("true");
    expect![[r#"
        unreviewed: limit() (for 1 lines)
        unreviewed: mail::send();
    "#]]
    .assert_eq(&regions(&repo, "pay.rs"));
}

#[test]
fn a_change_beyond_what_was_announced_is_suspected() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    let mut edit = claude.pre_edit("pay.rs", "order.total <= 0", "order.total <= limit()");
    edit.perform();
    repo.append("pay.rs", "fn perhaps_a_person(a: u8) -> u8 { a + 41 }\n");
    edit.post();
    expect![[r#"
        unreviewed: limit() (for 1 lines)
        suspected: fn perhaps_a_person(a: u8) -> u8 { a + 41 }
    "#]]
    .assert_eq(&regions(&repo, "pay.rs"));
    expect![[r#"
        pay.rs: 1 unreviewed, 1 suspected
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_person_who_types_into_a_mark_takes_only_what_they_typed() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    repo.replace(
        "refund.rs",
        "    let amount = amount.min(left);\n",
        "    let amount = amount.min(left);\n    check(amount);\n",
    );
    expect![[r#"
        u fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
        u     let left = receipt.total - receipt.refunded;
        u     let amount = amount.min(left);
              check(amount);
        u     bank::give_back(receipt.card, amount)?;
        u     Ok(())
        u }
    "#]]
    .assert_eq(&marks(&repo, "refund.rs"));
    claude.edit("refund.rs", "    Ok(())\n", "    log();\n    Ok(())\n");
    expect![[r#"
        u fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
        u     let left = receipt.total - receipt.refunded;
        u     let amount = amount.min(left);
              check(amount);
        u     bank::give_back(receipt.card, amount)?;
        u     log();
        u     Ok(())
        u }
    "#]]
    .assert_eq(&marks(&repo, "refund.rs"));
}

#[test]
fn a_use_that_was_denied_claims_nothing_of_what_a_person_writes_then() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    drop(claude.pre_edit("pay.rs", "order.total <= 0", "order.total <= limit()"));
    drop(claude.pre_bash("rm -rf ."));
    drop(claude.pre_write("new.rs", PAY));
    repo.append("pay.rs", "fn mine(a: u8) -> u8 { a + 41 }\n");
    claude.bash("git add -A && git commit -qm mine");
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn a_person_who_undoes_all_of_it_has_nothing_marked() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.edit("pay.rs", "    let receipt", "    let slip");
    claude.edit(
        "pay.rs",
        "    if order.total <= 0 {\n        return Err(Refused::Nothing);\n    }\n",
        "",
    );
    repo.write("pay.rs", PAY);
    expect![""].assert_eq(&status(&repo));
}
