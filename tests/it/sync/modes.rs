//! `--fetch-only` and `--dry-run`, and what is printed.

use super::{NOTES, RETURN, SHIP, Team, hand_over, sync};
use crate::support::claude::Claude;
use crate::support::marks::status;
use crate::support::repo::Repo;
use expect_test::expect;

/// What `sync --dry-run` must leave as it is: all refs, and all that the ledger holds.
fn state(repo: &Repo) -> (String, Vec<String>) {
    let refs = repo.git(&["for-each-ref"]);
    let ledger = repo.path(".git/countersign/ledger.db");
    let rows = match ledger.exists() {
        true => {
            let dump =
                "import sqlite3,sys; print('\\n'.join(sqlite3.connect(sys.argv[1]).iterdump()))";
            let dump = repo
                .command("python3")
                .args(["-c", dump])
                .arg(ledger)
                .output()
                .unwrap();
            assert!(
                dump.status.success(),
                "{}",
                String::from_utf8_lossy(&dump.stderr)
            );
            String::from_utf8_lossy(&dump.stdout)
                .lines()
                .map(str::to_owned)
                .collect()
        }
        false => Vec::new(),
    };
    (refs, rows)
}

#[test]
fn fetch_only_takes_in_and_shares_nothing() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    Claude::new(&team.ben).write("back.rs", RETURN);
    team.ben.commit("Back");
    team.ben.git(&["pull", "--quiet", "--rebase"]);
    let before = team.git(&["for-each-ref"]);
    let said = team.ben.run(&["sync", "--fetch-only"]).ok();
    expect![[r#"
        Took in 4 facts from origin.
    "#]]
    .assert_eq(&said.stdout);
    assert_eq!(team.git(&["for-each-ref"]), before);
    assert_eq!(
        team.ben.git(&["rev-parse", NOTES]),
        team.git(&["rev-parse", NOTES])
    );
    expect![[r#"
        back.rs: 5 unreviewed
        ship.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&team.ben));
}

#[test]
fn a_fetch_that_finds_no_notes_does_not_open_the_gate() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    team.ada.commit("Shipping");
    team.ada.git(&["push", "--quiet", "origin", "HEAD"]);
    let clone = team.clone("clone", &[]);
    for arguments in [&["sync", "--fetch-only"][..], &["sync"]] {
        clone.run(arguments).ok();
        let said = clone.run(&["check"]).expect_code(2);
        assert!(said.stderr.contains("no notes are known"), "{said}");
    }
}

#[test]
fn a_dry_run_changes_nothing_at_all() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    Claude::new(&team.ben).write("back.rs", RETURN);
    team.ben.commit("Back");
    let (before, hub) = (state(&team.ben), team.git(&["for-each-ref"]));
    let said = team.ben.run(&["sync", "--dry-run"]).ok();
    expect![[r#"
        Would share 4 facts with origin; 2 texts would have notes.
    "#]]
    .assert_eq(&said.stdout);
    assert!(before.1.len() > 10, "the ledger holds something");
    assert_eq!(state(&team.ben), before);
    assert_eq!(team.git(&["for-each-ref"]), hub);
    let said = sync(&team.ben);
    assert!(said.stdout.contains("Shared 4 facts."), "{said}");
    let fresh = team.clone("fresh", &[]);
    let before = state(&fresh);
    fresh.run(&["sync", "--dry-run"]).ok();
    assert_eq!(state(&fresh), before);
    assert!(!fresh.path(".git/countersign").exists());
}

#[test]
fn it_says_what_it_did() {
    let team = Team::new();
    let said = sync(&team.ben);
    expect![[r#"
        Took in 0 facts from origin.
        There is nothing to share yet: no commit holds text that an assistant wrote.
    "#]]
    .assert_eq(&said.stdout);
    Claude::new(&team.ada).write("ship.rs", SHIP);
    team.ada.commit("Shipping");
    expect![[r#"
        Took in 0 facts from origin.
        Shared 4 facts. There are notes on 1 text.
    "#]]
    .assert_eq(&sync(&team.ada).stdout);
    expect![[r#"
        Took in 0 facts from origin.
        Shared 0 facts. There are notes on 1 text.
    "#]]
    .assert_eq(&sync(&team.ada).stdout);
    let json = team.ben.run(&["sync", "--json"]).ok().json();
    let expected = serde_json::json!({
        "remote": "origin", "taken": 4, "shared": 0, "texts": 1, "pruned": 0, "pushed": true
    });
    assert_eq!(json, expected);
}

#[test]
fn a_second_sync_makes_no_new_commit() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    let tip = team.git(&["rev-parse", NOTES]);
    sync(&team.ada);
    sync(&team.ben);
    sync(&team.ada);
    assert_eq!(team.git(&["rev-parse", NOTES]), tip);
}

#[test]
fn an_assistant_may_share_as_it_confirms_nothing() {
    let team = Team::new();
    let claude = Claude::new(&team.ada);
    claude.write("ship.rs", SHIP);
    team.ada.commit("Shipping");
    team.ada
        .run_with(&[("CLAUDECODE", "1")], &["sync"], b"")
        .ok();
    assert_eq!(team.ada.run(&["check"]).code, 1);
}
