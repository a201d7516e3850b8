//! The same tokens in a new layout are the same text.

use super::REFUND;
use crate::support::claude::Claude;
use crate::support::marks::{marks, status};
use crate::support::repo::Repo;
use expect_test::expect;

const UGLY: &str = "fn pay(order:&Order,card:&Card)->Result<Receipt,Refused>{
  let parts=[order.id,order.total,card.number,card.code,order.currency,order.shipping_address_number];
  if order.total<=0{return Err(Refused::Nothing)}
    call(|x|{x+1});
        Ok(bank::charge(card,parts)?) }
";

/// What rustfmt makes of it, for machines that have none.
const PRETTY: &str = "fn pay(order: &Order, card: &Card) -> Result<Receipt, Refused> {
    let parts = [
        order.id,
        order.total,
        card.number,
        card.code,
        order.currency,
        order.shipping_address_number,
    ];
    if order.total <= 0 {
        return Err(Refused::Nothing);
    }
    call(|x| x + 1);
    Ok(bank::charge(card, parts)?)
}
";

#[test]
fn a_formatter_that_an_assistant_runs_marks_nothing() {
    let repo = Repo::with(&[("pay.rs", UGLY)]);
    repo.write("../home/pretty.rs", PRETTY);
    let claude = Claude::new(&repo);
    claude.bash("cat ../home/pretty.rs > pay.rs");
    assert_eq!(status(&repo), "");
    claude.bash("expand -t 2 pay.rs | sed 's/^  *//' > x && mv x pay.rs && git commit -qam flat");
    assert_eq!(status(&repo), "");
}

#[test]
fn a_formatter_loses_no_mark() {
    let repo = Repo::with(&[("pay.rs", UGLY)]);
    repo.write("../home/pretty.rs", format!("{PRETTY}\n{REFUND}"));
    let claude = Claude::new(&repo);
    claude.write(
        "pay.rs",
        &format!("{UGLY}\n{}", REFUND.replace("    ", "\t")),
    );
    claude.bash("cat ../home/pretty.rs > pay.rs");
    expect![[r#"
          fn pay(order: &Order, card: &Card) -> Result<Receipt, Refused> {
              let parts = [
                  order.id,
                  order.total,
                  card.number,
                  card.code,
                  order.currency,
                  order.shipping_address_number,
              ];
              if order.total <= 0 {
                  return Err(Refused::Nothing);
              }
              call(|x| x + 1);
              Ok(bank::charge(card, parts)?)
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
fn a_persons_formatter_loses_no_mark() {
    let repo = Repo::with(&[("pay.rs", UGLY)]);
    let claude = Claude::new(&repo);
    claude.write(
        "pay.rs",
        &format!("{UGLY}\n{}", REFUND.replace("    ", "\t")),
    );
    repo.write("pay.rs", format!("{PRETTY}\n{REFUND}"));
    expect![[r#"
        pay.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

/// Another hook of the same event may format the file before ours looks at it.
#[test]
fn a_formatter_between_the_tool_and_its_report_leaves_the_text_the_assistants() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    let mut write = claude.pre_write("pay.rs", UGLY);
    write.perform();
    repo.write("pay.rs", PRETTY);
    write.post();
    expect![[r#"
        u fn pay(order: &Order, card: &Card) -> Result<Receipt, Refused> {
        u     let parts = [
        u         order.id,
        u         order.total,
        u         card.number,
        u         card.code,
        u         order.currency,
        u         order.shipping_address_number,
        u     ];
        u     if order.total <= 0 {
        u         return Err(Refused::Nothing);
        u     }
        u     call(|x| x + 1);
        u     Ok(bank::charge(card, parts)?)
        u }
    "#]]
    .assert_eq(&marks(&repo, "pay.rs"));
}
