//! Text that nothing is known of, but whose commit carries an assistant's mark.

use super::clones::share_ledger;
use super::{PAY, REFUND, found, since};
use crate::support::claude::Claude;
use crate::support::marks::marks;
use crate::support::repo::Repo;
use expect_test::expect;

const TRAILER: &str = "\n\nCo-Authored-By: Claude <noreply@anthropic.com>";

/// A repository with a record, in which an assistant then works that no hook tells of.
fn recorded() -> Repo {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    Claude::new(&repo).write("note.txt", "one line of an assistant\n");
    repo.commit("A record");
    repo.git(&["branch", "start"]);
    repo
}

#[test]
fn what_a_marked_commit_brought_is_unreviewed_until_somebody_confirms_it() {
    let repo = recorded();
    repo.write("refund.rs", REFUND);
    repo.replace(
        "pay.rs",
        "audit::note(order.id, receipt.id)",
        "log::info(\"paid\")",
    );
    repo.commit(&format!("Refunds{TRAILER}"));
    assert_eq!(
        repo.run(&["check"]).code,
        1,
        "the note; without a base no history is walked"
    );
    assert!(!repo.run(&["check"]).stdout.contains("refund.rs"));
    assert_eq!(
        found(&repo, &["--base", "start"]),
        "pay.rs:7-7 declared\nrefund.rs:1-6 declared\nrefund.rs:8-10 declared\n"
    );
    let json = repo
        .run(&["check", "--base", "start", "--format", "json"])
        .json();
    assert_eq!(
        json["files"][0]["regions"][0]["origin"]["source"],
        "claude-code"
    );
    expect![[r#"
        u fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
        u     let left = receipt.total - receipt.refunded;

        u     bank::give_back(receipt.card, amount.min(left))?;
        u     Ok(())
        u }

        u fn void(receipt: &Receipt) -> Result<(), Refused> {
        u     refund(receipt, receipt.total)
        u }
    "#]]
    .assert_eq(&marks(&repo, "refund.rs"));
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    assert_eq!(found(&repo, &["--base", "start"]), "pay.rs:7-7 declared\n");
    repo.run_in_terminal(&["claim", "pay.rs:7"]).ok();
    assert_eq!(found(&repo, &["--base", "start"]), "");
}

#[test]
fn a_person_alone_and_a_commit_before_the_base_declare_nothing() {
    let repo = recorded();
    repo.write("refund.rs", REFUND);
    repo.commit("A person's\n\nReviewed-by: Claude <noreply@anthropic.com>");
    assert_eq!(found(&repo, &["--base", "start"]), "");
    repo.write("void.rs", REFUND);
    repo.commit(&format!("Marked{TRAILER}"));
    repo.append("void.rs", "fn person(a: u8) -> u8 {\n    a + 1\n}\n");
    repo.commit("A person goes on");
    assert_eq!(found(&repo, &["--base", "HEAD~1"]), "");
    assert_eq!(
        found(&repo, &["--base", "start"]),
        "void.rs:1-6 declared\nvoid.rs:8-10 declared\n"
    );
}

#[test]
fn the_author_of_a_commit_may_be_an_assistant() {
    let repo = recorded();
    repo.write("refund.rs", REFUND);
    repo.git(&["add", "--all"]);
    let bot = "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>";
    repo.git(&["commit", "--quiet", "--author", bot, "--message", "Refunds"]);
    let json = repo
        .run(&["check", "--base", "start", "--format", "json"])
        .json();
    assert_eq!(
        json["files"][0]["regions"][0]["origin"]["source"],
        "copilot"
    );
}

#[test]
fn what_a_hook_told_is_known_better() {
    let repo = recorded();
    repo.write("refund.rs", "fn person(a: u8) -> u8 {\n    a + 1\n}\n");
    let claude = Claude::new(&repo);
    claude.edit(
        "refund.rs",
        "fn person",
        "fn new(b: u16) -> u16 {\n    b * 2\n}\n\nfn person",
    );
    repo.commit(&format!("Both of us{TRAILER}"));
    assert_eq!(
        found(&repo, &["--base", "start"]),
        "refund.rs:1-3 reported\n",
        "not the person's lines"
    );
}

#[test]
fn later_commits_take_it_along() {
    let repo = recorded();
    repo.write("refund.rs", REFUND);
    repo.commit(&format!("Refunds{TRAILER}"));
    repo.replace(
        "refund.rs",
        "    Ok(())\n",
        "    audit::note(receipt);\n    Ok(())\n",
    );
    repo.write("refund.rs", repo.read("refund.rs").replace("    ", "\t"));
    repo.commit("A person's line, in tabs");
    repo.git(&["mv", "refund.rs", "back.rs"]);
    repo.commit("Renamed");
    assert_eq!(
        found(&repo, &["--base", "start"]),
        "back.rs:1-4 declared\nback.rs:6-7 declared\nback.rs:9-11 declared\n"
    );
}

#[test]
fn a_block_that_a_person_moves_on_is_still_the_assistants_and_a_copy_of_few_lines_is_not() {
    let repo = recorded();
    let (refund, void) = REFUND.split_once("\nfn void").unwrap();
    repo.write("refund.rs", REFUND);
    repo.commit(&format!("Refunds{TRAILER}"));
    repo.write("refund.rs", refund);
    repo.append("lib.rs", &format!("\nfn void{void}"));
    repo.append(
        "pay.rs",
        "\nfn own(receipt: &Receipt) {\n    bank::give_back(receipt.card, amount.min(left))?;\n}\n",
    );
    repo.commit("A person moves a function, and writes a line like the assistant's");
    assert_eq!(
        found(&repo, &["--base", "start"]),
        "lib.rs:3-5 declared\nrefund.rs:1-6 declared\n"
    );
}

#[test]
fn a_marked_merge_declares_only_what_no_parent_has() {
    let repo = recorded();
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.write("refund.rs", REFUND);
    repo.replace(
        "pay.rs",
        "    Ok(receipt)\n",
        "    mail::send(&receipt);\n    Ok(receipt)\n",
    );
    repo.commit("A person's");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.append("lib.rs", "mod refund;\n");
    repo.commit("A person's, too");
    repo.git(&["merge", "--quiet", "--no-commit", "--no-ff", "topic"]);
    repo.replace(
        "pay.rs",
        "    mail::send(&receipt);\n",
        "    mail::send(&receipt);\n    log::info();\n",
    );
    repo.commit(&format!("Merge{TRAILER}"));
    assert_eq!(found(&repo, &["--base", "start"]), "pay.rs:9-9 declared\n");
}

#[test]
fn two_clones_call_it_by_the_same_name() {
    let repo = recorded();
    repo.write("refund.rs", REFUND);
    repo.commit(&format!("Refunds{TRAILER}"));
    let clone = repo.clone_to("clone");
    share_ledger(&repo, &clone);
    let judged = [&repo, &clone].map(|repo| {
        let base = repo.git(&["rev-parse", "HEAD~1"]);
        found(repo, &["--base", &base]);
        let ids = r#"SELECT id FROM facts WHERE body LIKE '%"declared"%' ORDER BY id"#;
        let python = format!(
            "import sqlite3; print([r[0] for r in sqlite3.connect('.git/countersign/ledger.db').execute('''{ids}''')])"
        );
        let names = repo.command("python3").args(["-c", &python]).output().unwrap();
        String::from_utf8_lossy(&names.stdout).into_owned()
    });
    assert!(judged[0].len() > 32, "{judged:?}");
    assert_eq!(judged[0], judged[1]);
}

#[test]
fn the_first_commit_may_be_marked() {
    let repo = Repo::new();
    repo.write("refund.rs", REFUND);
    repo.commit(&format!("Refunds{TRAILER}"));
    repo.git(&["checkout", "--quiet", "--orphan", "other"]);
    repo.git(&["rm", "--quiet", "-rf", "."]);
    Claude::new(&repo).write("note.txt", "one line of an assistant\n");
    repo.commit("Another beginning");
    repo.git(&["checkout", "--quiet", "main"]);
    let said = since(&repo, "other").expect_code(1);
    assert!(
        said.stdout.contains("refund.rs: 8 lines unreviewed"),
        "{said}"
    );
}
