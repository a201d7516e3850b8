//! Events told twice, late, half, or by several at once.

use super::{PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::marks::{log, marks, regions, status};
use crate::support::repo::Repo;
use expect_test::expect;
use std::io::Write as _;
use std::process::Stdio;

#[test]
fn what_is_told_twice_counts_once() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    let mut edit = claude.pre_edit("pay.rs", "order.total <= 0", "order.total <= limit()");
    edit.pre();
    edit.perform();
    edit.post();
    edit.post();
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    edit.post();
    edit.pre();
    edit.post();
    expect![[r#"
        confirmed: limit() (for 1 lines)
    "#]]
    .assert_eq(&regions(&repo, "pay.rs"));
}

#[test]
fn a_command_that_is_told_twice_counts_once() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    let mut bash = claude.pre_bash("echo 'fn more() {}' >> pay.rs");
    bash.pre();
    bash.perform();
    bash.post();
    repo.append("pay.rs", "fn mine() { of_a_person(); }\n");
    bash.post();
    expect![[r#"
          fn pay(order: &Order) -> Result<Receipt, Refused> {
              if order.total <= 0 {
                  return Err(Refused::Nothing);
              }
              let receipt = bank::charge(order.card, order.total)?;
              audit::note(order.id, receipt.id);
              Ok(receipt)
          }
        u fn more() {}
          fn mine() { of_a_person(); }
    "#]]
    .assert_eq(&marks(&repo, "pay.rs"));
}

#[test]
fn a_beginning_that_is_told_again_later_does_not_count() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    let mut edit = claude.pre_edit("pay.rs", "order.total <= 0", "order.total <= limit()");
    edit.perform();
    edit.pre();
    edit.post();
    expect![[r#"
        unreviewed: limit() (for 1 lines)
    "#]]
    .assert_eq(&regions(&repo, "pay.rs"));
}

#[test]
fn a_command_of_whose_beginning_nobody_told_is_a_guess() {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    let command =
        "sed -i /audit/d pay.rs; echo 'fn more() {}' >> pay.rs; echo 'mod more;' > new.rs";
    let mut bash = claude.plan_bash(command);
    bash.perform();
    let mut payload = bash.post_payload();
    payload["duration_ms"] = 60_000.into();
    claude.tell(&payload);
    expect![[r#"
          fn pay(order: &Order) -> Result<Receipt, Refused> {
              if order.total <= 0 {
                  return Err(Refused::Nothing);
              }
              let receipt = bank::charge(order.card, order.total)?;
        - 1 lines suspected
              Ok(receipt)
          }
        s fn more() {}
    "#]]
    .assert_eq(&marks(&repo, "pay.rs"));
    expect![[r#"
        new.rs: 1 suspected
        pay.rs: 1 suspected, 1 removals
    "#]]
    .assert_eq(&status(&repo));
}

/// Tells payloads by as many processes at once.
fn at_once(repo: &Repo, payloads: &[serde_json::Value]) {
    let start = |payload: &serde_json::Value| {
        let mut child = repo
            .command(repo.program().to_str().unwrap())
            .args(["hook", "claude-code"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(payload.to_string().as_bytes()).unwrap();
        child
    };
    let children: Vec<_> = payloads.iter().map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn what_is_told_by_two_at_once_counts_once() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    let mut write = claude.plan_write("refund.rs", REFUND);
    at_once(
        &repo,
        &[
            write.pre_payload(),
            write.pre_payload(),
            write.pre_payload(),
        ],
    );
    write.perform();
    at_once(&repo, &vec![write.post_payload(); 6]);
    expect![[r#"
        u fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
        u     let left = receipt.total - receipt.refunded;
        u     let amount = amount.min(left);
        u     bank::give_back(receipt.card, amount)?;
        u     Ok(())
        u }
    "#]]
    .assert_eq(&marks(&repo, "refund.rs"));
    let blame = repo.run(&["blame", "refund.rs", "--json"]).json();
    assert_eq!(blame["regions"].as_array().unwrap().len(), 1);
}

#[test]
fn two_assistants_on_one_file_keep_their_own() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let (one, two) = (
        Claude::in_session(&repo, "11111111-one"),
        Claude::in_session(&repo, "22222222-two"),
    );
    let mut first = one.pre_edit("pay.rs", "order.total <= 0", "order.total <= first_limit()");
    let mut second = two.pre_edit(
        "pay.rs",
        "    Ok(receipt)\n",
        "    second::thing();\n    Ok(receipt)\n",
    );
    first.perform();
    second.perform();
    at_once(&repo, &[first.post_payload(), second.post_payload()]);
    let blame = repo.run(&["blame", "pay.rs", "--json"]).json();
    let regions = blame["regions"].as_array().unwrap().iter();
    let who: Vec<String> = regions
        .map(|region| {
            format!(
                "{} {} {}",
                region["first_line"], region["state"], region["origin"]["session"]
            )
        })
        .collect();
    assert_eq!(
        who,
        [
            r#"2 "unreviewed" "11111111-one""#,
            r#"7 "unreviewed" "22222222-two""#
        ],
        "{}",
        regions_of(&repo)
    );
}

#[test]
fn two_calls_that_write_the_same_word_keep_their_own() {
    let text: String = (0..8).map(|n| format!("line {n} of a person\n")).collect();
    let repo = Repo::with(&[("notes.txt", &text)]);
    let claude = Claude::new(&repo);
    let mut first = claude.pre_edit("notes.txt", "2 of a person", "2 of mine");
    let mut second = claude.pre_edit("notes.txt", "6 of a person", "6 of mine");
    first.perform();
    second.perform();
    first.post();
    second.post();
    expect![[r#"
        unreviewed: mine (for 1 lines)
        unreviewed: mine (for 1 lines)
    "#]]
    .assert_eq(&regions(&repo, "notes.txt"));
}

fn regions_of(repo: &Repo) -> String {
    regions(repo, "pay.rs")
}

#[test]
fn many_assistants_on_many_files_lose_nothing() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let sessions: Vec<String> = (0..6)
        .map(|n| format!("{n}{n}{n}{n}{n}{n}{n}{n}-many"))
        .collect();
    let agents: Vec<Claude<'_>> = sessions
        .iter()
        .map(|session| Claude::in_session(&repo, session))
        .collect();
    for round in 0..4 {
        let text = |agent: usize| REFUND.replace("refund", &format!("refund_{agent}_{round}"));
        let mut uses: Vec<_> = agents
            .iter()
            .enumerate()
            .map(|(n, claude)| claude.plan_write(&format!("f{n}_{round}.rs"), &text(n)))
            .collect();
        at_once(
            &repo,
            &uses.iter().map(|one| one.pre_payload()).collect::<Vec<_>>(),
        );
        uses.iter_mut().for_each(|one| one.perform());
        at_once(
            &repo,
            &uses
                .iter()
                .map(|one| one.post_payload())
                .collect::<Vec<_>>(),
        );
    }
    let status = repo.run(&["status", "--json"]).json();
    assert_eq!(status["totals"]["files"], 24);
    assert_eq!(status["totals"]["unreviewed_lines"], 24 * 6);
    assert_eq!(log(&repo), "");
}

#[test]
fn an_end_without_its_beginning_goes_by_what_the_payload_says() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    repo.append("pay.rs", "fn mine(a: u8) -> u8 { a + 41 }\n");
    let claude = Claude::new(&repo);
    claude.post_edit("pay.rs", "order.total <= 0", "order.total <= limit()");
    claude.post_write("refund.rs", REFUND);
    expect![[r#"
        pay.rs: 1 unreviewed
        refund.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn an_end_without_its_beginning_and_without_a_text_goes_by_the_ledger_and_by_head() {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    let tell = |path: &str, old: &str, new: &str| {
        let mut edit = claude.plan_edit(path, old, new, crate::support::claude::Which::One);
        edit.perform();
        let mut payload = edit.post_payload();
        payload["tool_response"]
            .as_object_mut()
            .unwrap()
            .remove("originalFile");
        claude.tell(&payload);
    };
    tell("pay.rs", "order.total <= 0", "order.total <= limit()");
    tell("refund.rs", "    Ok(())\n", "    log();\n    Ok(())\n");
    expect![[r#"
        pay.rs: 1 unreviewed
        refund.rs: 7 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    expect![[r#"
        unreviewed: limit() (for 1 lines)
    "#]]
    .assert_eq(&regions(&repo, "pay.rs"));
}

#[test]
fn a_payload_without_names_counts_once_all_the_same() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    let mut edit = claude.plan_edit(
        "pay.rs",
        "order.total <= 0",
        "order.total <= limit()",
        crate::support::claude::Which::One,
    );
    edit.perform();
    let mut payload = edit.post_payload();
    payload.as_object_mut().unwrap().remove("tool_use_id");
    claude.tell(&payload);
    claude.tell(&payload);
    expect![[r#"
        unreviewed: limit() (for 1 lines)
    "#]]
    .assert_eq(&regions(&repo, "pay.rs"));
}

#[test]
fn an_edit_that_is_told_after_the_file_is_gone() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    let mut write = claude.pre_write("refund.rs", REFUND);
    write.perform();
    repo.delete("refund.rs");
    write.post();
    expect![""].assert_eq(&status(&repo));
    assert_eq!(log(&repo), "");
}
