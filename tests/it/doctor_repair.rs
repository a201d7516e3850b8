//! `doctor --repair`: what can be put right is, no fact goes, and what was done is told.

use crate::support::claude::Claude;
use crate::support::marks::status;
use crate::support::output::Output;
use crate::support::repo::Repo;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const LEDGER: &str = ".git/countersign/ledger.db";

const PAY: &str = "\
fn pay(order: &Order) -> Result<Receipt, Declined> {
    let charge = order.total()?;
    order.card.charge(charge)
}
";

/// Forty files of an assistant's, one of which a person has confirmed.
fn worked_in() -> Repo {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    for number in 0..40 {
        let text = PAY.replace("pay", &format!("pay_{number}"));
        claude.write(&format!("pay_{number}.rs"), &text);
    }
    repo.run_in_terminal(&["confirm", "pay_7.rs"]).ok();
    repo
}

fn repair(repo: &Repo) -> Output {
    repo.run(&["doctor", "--repair"])
}

/// The lines that say what was done.
fn repaired(said: &Output) -> String {
    let lines = said.stdout.lines();
    let lines = lines.filter(|line| line.starts_with("repaired: "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn where_nothing_is_wrong_nothing_is_repaired() {
    let repo = worked_in();
    let before = status(&repo);
    let said = repair(&repo).ok();
    assert!(
        said.stdout.starts_with("Nothing had to be repaired.\n"),
        "{said}"
    );
    let json = repo.run(&["doctor", "--repair", "--json"]).ok().json();
    assert_eq!(json["repairs"], serde_json::json!([]));
    assert!(repo.run(&["doctor", "--json"]).ok().json()["repairs"].is_null());
    assert_eq!(status(&repo), before);
}

#[test]
fn where_there_is_no_ledger_none_is_made() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    repair(&repo).ok();
    assert!(!repo.path(".git/countersign").exists());
}

#[test]
fn files_are_closed_to_others() {
    let repo = worked_in();
    let ledger = repo.path(LEDGER);
    fs::set_permissions(&ledger, fs::Permissions::from_mode(0o644)).unwrap();
    repo.run(&["doctor"]).expect_code(1);
    let said = repair(&repo).ok();
    let line = format!("repaired: files: closed {} to others\n", ledger.display());
    assert_eq!(repaired(&said), line);
    let mode = fs::metadata(&ledger).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn batches_that_wait_are_taken_in_and_unreadable_ones_set_aside_until_a_person_accepts_it() {
    let repo = worked_in();
    repo.write(".git/countersign/spool/1.json", "{ not JSON");
    repo.run(&["doctor"]).expect_code(1);
    let said = repair(&repo).expect_code(1);
    let done = repaired(&said);
    assert!(
        done.contains("took in 0 facts of a batch that cannot be read as a whole"),
        "{said}"
    );
    assert!(
        said.stdout.contains("countersign doctor --accept-loss"),
        "{said}"
    );
    assert!(repo.path(".git/countersign/spool/1.set-aside").exists());
    repo.run(&["doctor", "--accept-loss"]).expect_code(3);
    repo.run_in_terminal(&["doctor", "--accept-loss"]).ok();
    assert!(repo.path(".git/countersign/spool/1.accepted").exists());
    repo.run(&["doctor"]).ok();
}

/// Overwrites the beginning of the ledger. The log beside it goes as well: a whole one could put that back.
fn damage(repo: &Repo) {
    let file = repo.path(LEDGER);
    let mut bytes = fs::read(&file).unwrap();
    bytes[..4096].fill(0xa5);
    fs::write(file, bytes).unwrap();
    let _absent = fs::remove_file(repo.path(".git/countersign/ledger.db-wal"));
}

#[test]
fn what_can_be_read_of_a_damaged_ledger_is_taken_in_and_the_loss_stays_told() {
    let repo = worked_in();
    // So much that the log is moved into the file.
    let large = (0..200_000_u64).map(|n| format!("{:x} ", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    Claude::new(&repo).write("large.txt", &large.collect::<String>());
    repo.delete("large.txt");
    let before = status(&repo);
    damage(&repo);
    let said = repo.run(&["status"]);
    assert!(said.stderr.contains("damaged"), "{said}");
    let said = repair(&repo).expect_code(1);
    let done = repaired(&said);
    assert!(done.contains("facts that can still be read of"), "{said}");
    assert!(said.stdout.contains("facts may be missing"), "{said}");
    assert_eq!(status(&repo), before);
    repo.run(&["check"]).expect_code(2);
}
