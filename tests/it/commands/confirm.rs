//! `countersign confirm` and `countersign claim`.

use super::{PAY, visited};
use crate::support::claude::Claude;
use crate::support::marks::{marks, status};
use crate::support::repo::Repo;
use expect_test::expect;

#[test]
fn a_file_is_confirmed_as_a_whole() {
    let repo = visited();
    let said = repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    expect![[r#"
        Confirmed 8 lines of refund.rs as Ada Lovelace <ada@example.com>.
    "#]]
    .assert_eq(&said.stdout);
    expect![[r#"
        pay.rs: 1 unreviewed, 1 removals
        refund.rs: 8 confirmed
    "#]]
    .assert_eq(&status(&repo));
    let said = repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    expect![[r#"
        Confirmed 1 line and 1 removal of pay.rs as Ada Lovelace <ada@example.com>.
    "#]]
    .assert_eq(&said.stdout);
    expect![[r#"
        pay.rs: 1 confirmed
        refund.rs: 8 confirmed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_name_that_holds_the_end_of_a_line_stays_in_one() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    Claude::new(&repo).write("a\nb.rs", PAY);
    let said = repo.run_in_terminal(&["confirm", "a\nb.rs"]).ok();
    assert_eq!(said.stdout.lines().count(), 1, "{said}");
    assert!(said.stdout.contains(r"of a\nb.rs as"), "{said}");
    let said = repo.run_in_terminal(&["undo"]).ok();
    assert!(said.stdout.ends_with("of a\\nb.rs.\n"), "{said}");
    repo.write("c\nd.rs", "fn mine() {}\n");
    for (act, target) in [
        ("confirm", "c\nd.rs"),
        ("claim", "c\nd.rs:1"),
        ("mark", "a\nb.rs"),
        ("confirm", "a\nb.rs:99"),
        ("claim", "a\nb.rs:0"),
        ("claim", "gone\n\x1b[1m.rs"),
    ] {
        let said = repo.run_in_terminal(&[act, target]).expect_code(2);
        let mut lines = said.stderr.lines();
        assert!(
            lines.next().is_some_and(|line| line.contains("\\n")),
            "{said}"
        );
        assert!(lines.all(|line| line.starts_with("hint: ")), "{said}");
        assert!(!said.stderr.contains('\x1b'), "{said}");
    }
    let said = repo.run_in_terminal(&["mark", "c\nd.rs"]).ok();
    assert!(said.stdout.contains(r"of c\nd.rs as"), "{said}");
}

#[test]
fn lines_that_are_confirmed_are_cut_out() {
    let repo = visited();
    let said = repo.run_in_terminal(&["confirm", "refund.rs:2-4"]).ok();
    expect![[r#"
        Confirmed 2 lines of refund.rs as Ada Lovelace <ada@example.com>.
    "#]]
    .assert_eq(&said.stdout);
    repo.run_in_terminal(&["confirm", "refund.rs:10"]).ok();
    expect![[r#"
        u fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
        c     let left = receipt.total - receipt.refunded;

        c     bank::give_back(receipt.card, amount.min(left))?;
        u     Ok(())
        u }

        u fn void(receipt: &Receipt) -> Result<(), Refused> {
        u     refund(receipt, receipt.total)
        c }
    "#]]
    .assert_eq(&marks(&repo, "refund.rs"));
}

#[test]
fn a_removal_is_confirmed_by_the_line_where_it_stood() {
    let repo = visited();
    repo.run_in_terminal(&["confirm", "pay.rs:1"]).ok();
    expect![[r#"
          fn pay(order: &Order) -> Result<Receipt, Refused> {
        - 3 lines confirmed

              let receipt = bank::charge(order.card, order.total)?;
        u     log::info("paid");
              Ok(receipt)
          }
    "#]]
    .assert_eq(&marks(&repo, "pay.rs"));
    repo.run_in_terminal(&["confirm", "pay.rs:4"]).ok();
    expect![[r#"
        pay.rs: 1 confirmed
        refund.rs: 8 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_deleted_file_is_confirmed_by_its_name() {
    let repo = visited();
    repo.commit("All");
    Claude::new(&repo).bash("git rm -q lib.rs && git commit -qm 'No lib'");
    assert!(status(&repo).starts_with("lib.rs: 1 removals\n"));
    let said = repo.run_in_terminal(&["confirm", "lib.rs"]).ok();
    expect![[r#"
        Confirmed 1 removal of lib.rs as Ada Lovelace <ada@example.com>.
    "#]]
    .assert_eq(&said.stdout);
    assert!(
        !status(&repo).contains("1 removals\nlib"),
        "{}",
        status(&repo)
    );
}

#[test]
fn a_claim_says_so_and_the_report_stays_on_record() {
    let repo = visited();
    let said = repo
        .run_in_terminal(&["claim", "refund.rs:8-10", "--note", "typed it myself"])
        .ok();
    expect![[r#"
        Claimed 3 lines of refund.rs as Ada Lovelace <ada@example.com>.
    "#]]
    .assert_eq(&said.stdout);
    expect![[r#"
        pay.rs: 1 unreviewed, 1 removals
        refund.rs: 5 unreviewed, 3 claimed
    "#]]
    .assert_eq(&status(&repo));
    let blame = repo.run(&["blame", "refund.rs", "--json"]).json();
    assert_eq!(blame["regions"][1]["state"], "claimed");
    assert_eq!(blame["regions"][1]["origin"]["source"], "claude-code");
    assert_eq!(
        blame["regions"][1]["confirmations"][0]["note"],
        "typed it myself"
    );
    repo.run_in_terminal(&["confirm", "refund.rs:1-7"]).ok();
    assert_eq!(repo.run_in_terminal(&["confirm", "pay.rs"]).code, 0);
    repo.commit("All");
    assert_eq!(repo.run(&["check"]).code, 0, "a claim settles it as well");
}

#[test]
fn where_there_is_nothing_to_confirm_that_is_told() {
    let repo = visited();
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    for target in ["refund.rs", "lib.rs", "refund.rs:3", "pay.rs:2-3"] {
        let said = repo.run_in_terminal(&["confirm", target]).expect_code(2);
        assert_eq!(
            said.stderr.lines().next(),
            Some(&*format!("error: {target} has nothing to confirm"))
        );
    }
    for target in [
        "refund.rs:0",
        "refund.rs:9-3",
        "refund.rs:x",
        "gone.rs",
        ".",
    ] {
        let said = repo.run_in_terminal(&["confirm", target]).expect_code(2);
        assert!(said.stderr.starts_with("error: "), "{said}");
    }
}

#[test]
fn a_line_behind_the_last_one_and_a_file_that_is_not_there_are_told() {
    let repo = visited();
    repo.write("folder/file", "");
    for (target, says) in [
        (
            "refund.rs:11",
            "refund.rs ends with line 10: it has no line 11",
        ),
        ("refund.rs:11-12", "it has no line 11"),
        ("refund.rs:9-999", "it has no line 11"),
        ("folder", "folder is a folder, not a file"),
        ("gone.rs", "gone.rs cannot be read: there is no such file"),
    ] {
        for act in ["confirm", "claim", "mark"] {
            let output = repo.run_in_terminal(&[act, target]);
            assert_eq!(output.code, 2, "{output}");
            assert!(output.stderr.contains(says), "{output}");
        }
    }
}

#[test]
fn what_was_confirmed_stays_so_wherever_its_text_goes() {
    let repo = visited();
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    repo.rename("refund.rs", "money/back.rs");
    expect![[r#"
        money/back.rs: 8 confirmed
        pay.rs: 1 unreviewed, 1 removals
    "#]]
    .assert_eq(&status(&repo));
    repo.commit("Moved");
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    expect![[r#"
        money/back.rs: 8 confirmed
        pay.rs: 1 unreviewed, 1 removals
    "#]]
    .assert_eq(&status(&repo));
    repo.write(
        "money/back.rs",
        format!("// Mine.\n{}", repo.read("money/back.rs")),
    );
    expect![[r#"
        money/back.rs: 8 confirmed
        pay.rs: 1 unreviewed, 1 removals
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn without_an_identity_git_is_told_first() {
    let repo = visited();
    let nobody = [("GIT_CONFIG_GLOBAL", "/dev/null")];
    let said = repo
        .run_in_terminal_with(&nobody, &["confirm", "refund.rs"])
        .expect_code(2);
    expect![[r#"
        error: git does not know who you are
        hint: git config --global user.name "Your Name"
        git config --global user.email you@example.com
    "#]]
    .assert_eq(&said.stderr);
    assert!(
        status(&repo).contains("refund.rs: 8 unreviewed"),
        "{}",
        status(&repo)
    );
}

#[test]
fn a_file_with_a_colon_in_its_name() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).write("a:1", "fn colon() { x(); }\nfn again() { y(); }\n");
    repo.run_in_terminal(&["confirm", "a:1:2"]).ok();
    expect![[r#"
        u fn colon() { x(); }
        c fn again() { y(); }
    "#]]
    .assert_eq(&marks(&repo, "a:1"));
    repo.run_in_terminal(&["confirm", "a:1"]).ok();
    expect![[r#"
        a:1: 2 confirmed
    "#]]
    .assert_eq(&status(&repo));
}
