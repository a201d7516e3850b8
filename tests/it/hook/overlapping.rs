//! Calls on one file that overlap, and what is learnt of a text only later.

use super::{PAY, REFUND};
use crate::support::claude::{Claude, ToolUse, Which};
use crate::support::marks::{gate, marks};
use crate::support::repo::Repo;
use expect_test::expect;

const LIST: &str = "\
one = 1
two = 2
three = 3
";

fn list() -> Repo {
    Repo::with(&[("list.py", LIST)])
}

/// Puts a line below another.
fn line<'a>(claude: &'a Claude<'_>, above: &str, line: &str) -> ToolUse<'a> {
    claude.plan_edit("list.py", above, &format!("{above}\n{line}"), Which::One)
}

#[test]
fn three_that_overlap_are_each_told_whole() {
    let repo = list();
    let claude = Claude::new(&repo);
    let mut one = line(&claude, "one = 1", "first = [1, 1]");
    let mut two = line(&claude, "two = 2", "second = [2, 2]");
    let mut three = line(&claude, "three = 3", "third = [3, 3]");
    one.pre();
    one.perform();
    two.pre();
    three.pre();
    two.perform();
    two.post();
    one.post();
    three.perform();
    three.post();
    expect![[r#"
          one = 1
        u first = [1, 1]
          two = 2
        u second = [2, 2]
          three = 3
        u third = [3, 3]
    "#]]
    .assert_eq(&marks(&repo, "list.py"));
}

#[test]
fn a_text_of_which_was_told_late_is_known_when_it_is_back() {
    let repo = list();
    let claude = Claude::new(&repo);
    let mut one = line(&claude, "one = 1", "first = [1, 1]");
    let mut two = line(&claude, "two = 2", "second = [2, 2]");
    one.pre();
    one.perform();
    let between = repo.read("list.py");
    two.pre();
    two.perform();
    two.post();
    one.post();
    repo.write("list.py", between);
    expect![[r#"
          one = 1
        u first = [1, 1]
          two = 2
          three = 3
    "#]]
    .assert_eq(&marks(&repo, "list.py"));
}

#[test]
fn what_one_call_could_only_suspect_the_other_reports() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    let mut pay = claude.plan_edit(
        "pay.rs",
        "order.total <= 0",
        "order.total <= limit()",
        Which::One,
    );
    let both = format!("    Ok(receipt)\n}}\n\n{REFUND}");
    let mut refund = claude.plan_edit("pay.rs", "    Ok(receipt)\n}\n", &both, Which::One);
    pay.pre();
    refund.pre();
    pay.perform();
    refund.perform();
    pay.post();
    refund.post();
    repo.commit("both");
    expect![[r#"
          fn pay(order: &Order) -> Result<Receipt, Refused> {
        u     if order.total <= limit() {
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
    repo.run_in_terminal(&["confirm", "pay.rs:2"]).ok();
    assert_eq!(gate(&repo).code, 1);
}

#[test]
fn a_guess_about_a_command_gives_way_to_the_report_of_the_edit() {
    let repo = list();
    let claude = Claude::new(&repo);
    let mut edit = claude.plan_write("list.py", &format!("{LIST}{REFUND}"));
    edit.perform();
    claude.post_bash("true");
    assert!(marks(&repo, "list.py").contains("s fn refund"));
    edit.post();
    assert!(marks(&repo, "list.py").contains("u fn refund"));
}

#[test]
fn what_a_person_confirmed_as_a_guess_stays_confirmed_when_it_is_reported() {
    let repo = list();
    let claude = Claude::new(&repo);
    let mut edit = claude.plan_write("list.py", &format!("{LIST}{REFUND}"));
    edit.perform();
    claude.post_bash("true");
    repo.run_in_terminal(&["confirm", "list.py"]).ok();
    edit.post();
    assert!(marks(&repo, "list.py").contains("c fn refund"));
}

#[test]
fn what_the_agent_found_in_the_file_when_it_wrote_is_not_its_own() {
    let repo = list();
    let claude = Claude::new(&repo);
    let mut edit = line(&claude, "one = 1", "first = [1, 1]");
    edit.pre();
    repo.append("list.py", "mine = of_a_person(4)\n");
    edit.perform();
    edit.post();
    expect![[r#"
          one = 1
        u first = [1, 1]
          two = 2
          three = 3
          mine = of_a_person(4)
    "#]]
    .assert_eq(&marks(&repo, "list.py"));
}
