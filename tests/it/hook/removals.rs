//! What an assistant takes away is a mark of its own.

use super::{PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::marks::{marks, regions, status};
use crate::support::repo::Repo;
use expect_test::expect;

const GUARD: &str = "    if order.total <= 0 {\n        return Err(Refused::Nothing);\n    }\n";

#[test]
fn a_persons_text_that_goes_is_a_removal_where_it_stood() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).edit("pay.rs", GUARD, "");
    expect![[r#"
          fn pay(order: &Order) -> Result<Receipt, Refused> {
        - 3 lines unreviewed
              let receipt = bank::charge(order.card, order.total)?;
              audit::note(order.id, receipt.id);
              Ok(receipt)
          }
    "#]]
    .assert_eq(&marks(&repo, "pay.rs"));
    expect![[r#"
        pay.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn confirmed_text_that_goes_is_a_removal() {
    let repo = Repo::with(&[("lib.rs", "mod refund;\n")]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    claude.edit("refund.rs", "    let amount = amount.min(left);\n", "");
    expect![[r#"
        c fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
        c     let left = receipt.total - receipt.refunded;
        - 1 lines unreviewed
        c     bank::give_back(receipt.card, amount)?;
        c     Ok(())
        c }
    "#]]
    .assert_eq(&marks(&repo, "refund.rs"));
}

#[test]
fn confirmed_text_that_is_changed_is_unreviewed_where_it_is_new() {
    let repo = Repo::with(&[("lib.rs", "mod refund;\n")]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    claude.edit("refund.rs", "amount.min(left)", "amount.max(left)");
    expect![[r#"
        confirmed: fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {\n    let left = receipt.total - receipt.refunded;\n    let amount = amount.
        unreviewed: max (for 1 lines)
        confirmed: (left);\n    bank::give_back(receipt.card, amount)?;\n    Ok(())\n}
    "#]].assert_eq(&regions(&repo, "refund.rs"));
    expect![[r#"
        refund.rs: 1 unreviewed, 5 confirmed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn its_own_unreviewed_text_may_go() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.write("pay.rs", &format!("{PAY}\n{REFUND}"));
    claude.edit("pay.rs", "    let amount = amount.min(left);\n", "");
    claude.write("pay.rs", PAY);
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn replaced_text_is_one_region_that_says_what_it_replaced() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).edit("pay.rs", GUARD, "    assert!(order.is_sound());\n");
    expect![[r#"
        unreviewed: assert!(order.is_sound()); (for 3 lines)
    "#]]
    .assert_eq(&regions(&repo, "pay.rs"));
    expect![[r#"
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_removal_ends_when_its_text_is_back() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.edit("pay.rs", GUARD, "");
    claude.edit(
        "pay.rs",
        "    let receipt",
        &format!("{GUARD}    let receipt"),
    );
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn a_removal_ends_when_a_person_puts_the_text_back_elsewhere_in_the_file() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).edit("pay.rs", GUARD, "");
    repo.replace("pay.rs", "    audit", &format!("{GUARD}    audit"));
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn a_removal_stays_through_edits_around_it_and_moves_outward() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.edit("pay.rs", GUARD, "");
    repo.write(
        "pay.rs",
        repo.read("pay.rs")
            .replace("fn pay(", "/// Pays.\npub fn pay("),
    );
    repo.replace(
        "pay.rs",
        "    let receipt = bank::charge(order.card, order.total)?;\n",
        "",
    );
    expect![[r#"
          /// Pays.
          pub fn pay(order: &Order) -> Result<Receipt, Refused> {
        - 3 lines unreviewed
              audit::note(order.id, receipt.id);
              Ok(receipt)
          }
    "#]]
    .assert_eq(&marks(&repo, "pay.rs"));
    claude.bash("git commit -qam less");
    expect![[r#"
        pay.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(repo.run(&["check"]).code, 1);
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    expect![[r#"
        pay.rs: 
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(repo.run(&["check"]).code, 0);
}

#[test]
fn text_that_an_assistant_moves_within_a_file_is_no_removal_and_not_its_own() {
    let repo = Repo::with(&[("pay.rs", &format!("{PAY}\n{REFUND}"))]);
    Claude::new(&repo).write("pay.rs", &format!("{REFUND}\n{PAY}"));
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn a_command_takes_away_as_well() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).bash("sed -i 2,4d pay.rs && git commit -qam 'No guard'");
    expect![[r#"
        pay.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(repo.run(&["check"]).code, 1);
}

#[test]
fn blank_lines_and_layout_are_not_taken_away() {
    let repo = Repo::with(&[("pay.rs", &PAY.replace("    let", "\n\n    let"))]);
    Claude::new(&repo).write("pay.rs", PAY);
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn a_file_that_is_deleted_and_then_written_anew_was_changed() {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.bash("rm pay.rs");
    let unchecked = PAY
        .split_inclusive('\n')
        .filter(|line| !line.contains("audit"))
        .collect::<String>();
    claude.write("pay.rs", &unchecked);
    expect![[r#"
          fn pay(order: &Order) -> Result<Receipt, Refused> {
              if order.total <= 0 {
                  return Err(Refused::Nothing);
              }
              let receipt = bank::charge(order.card, order.total)?;
        - 1 lines unreviewed
              Ok(receipt)
          }
    "#]]
    .assert_eq(&marks(&repo, "pay.rs"));
    claude.bash("git add -A; git commit -qm anew; git rm -q pay.rs");
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    claude.write("pay.rs", REFUND);
    expect![[r#"
        pay.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn what_one_command_moves_between_files_stays_whose_it_was() {
    let repo = Repo::with(&[("lib.rs", &format!("{PAY}\n{REFUND}"))]);
    repo.write("../home/pay.rs", PAY);
    repo.write("../home/refund.rs", REFUND);
    let claude = Claude::new(&repo);
    claude.bash("cp ../home/pay.rs pay.rs; cp ../home/refund.rs lib.rs");
    expect![""].assert_eq(&status(&repo));
    repo.commit("Split");
    claude.bash("cat lib.rs >> pay.rs; echo 'mod pay;' > lib.rs");
    expect![[r#"
        lib.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_file_that_is_written_under_another_name_and_then_deleted_was_moved() {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("payment.rs", PAY);
    claude.bash("rm pay.rs");
    expect![""].assert_eq(&status(&repo));
    repo.commit("Rename");
    claude.write("unchecked.rs", &PAY.replace(GUARD, ""));
    claude.bash("rm payment.rs");
    expect![[r#"
        payment.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn what_was_confirmed_stays_so_where_one_command_moves_it() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("pay.rs", &format!("{PAY}\n{REFUND}"));
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    repo.write("../home/refund.rs", REFUND);
    claude.bash("cp ../home/refund.rs refund.rs; sed -i '/^fn refund/,$d' pay.rs");
    expect![[r#"
        pay.rs: 8 confirmed
        refund.rs: 6 confirmed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_file_that_gives_way_to_a_folder_is_gone() {
    let repo = Repo::with(&[("pay", PAY)]);
    Claude::new(&repo).bash("rm pay; mkdir pay; echo 'mod card;' > pay/mod.rs");
    expect![[r#"
        pay: 1 removals
        pay/mod.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    repo.run_in_terminal(&["confirm", "pay"]).ok();
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["totals"]["removals"], 0);
}
