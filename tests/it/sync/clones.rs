//! Clones of every shape.

use super::{NOTES, RETURN, SHIP, Team, hand_over, notes, sync, take_over, tree};
use crate::support::claude::Claude;
use crate::support::marks::status;
use crate::support::repo::Repo;
use std::fs;
use std::path::PathBuf;

const SHIPPED: &str = "ship.rs: 6 unreviewed\n";

fn team_with(options: &[&str]) -> Team {
    let ada = Repo::without_git();
    ada.git(&[&["init", "--quiet"], options].concat());
    ada.write("tax.rs", super::TAX);
    ada.commit("Start");
    let team = Team::of(ada);
    Claude::new(&team.ada).write("ship.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    team
}

/// Ben sees what Ada shared, and she what he adds.
fn both_ways(team: &Team) {
    take_over(&team.ben);
    assert_eq!(status(&team.ben), SHIPPED);
    team.ben.run_in_terminal(&["confirm", "ship.rs"]).ok();
    sync(&team.ben);
    sync(&team.ada);
    assert_eq!(status(&team.ada), "ship.rs: 6 confirmed\n");
    assert_eq!(tree(&team.ada), tree(&team.ben));
}

#[test]
fn with_long_ids() {
    both_ways(&team_with(&["--object-format=sha256"]));
}

#[test]
fn with_refs_in_tables() {
    both_ways(&team_with(&["--ref-format=reftable"]));
}

#[test]
fn packed_refs_and_a_linked_worktree() {
    let team = team_with(&[]);
    take_over(&team.ben);
    let linked = team.ben.worktree("linked");
    linked.git(&["pack-refs", "--all"]);
    assert_eq!(status(&linked), SHIPPED);
    linked.run_in_terminal(&["confirm", "ship.rs"]).ok();
    sync(&linked);
    sync(&team.ada);
    assert_eq!(team.ada.run(&["check"]).code, 0);
}

#[test]
fn a_bare_repository() {
    let team = team_with(&[]);
    let bare = team.clone("bare.git", &["--bare"]);
    sync(&bare);
    assert_eq!(bare.run(&["check"]).code, 1);
    let blame = bare
        .run(&["blame", "ship.rs", "--rev", "HEAD", "--json"])
        .ok()
        .json();
    assert_eq!(blame["regions"][0]["state"], "unreviewed");
}

#[test]
fn a_shallow_one_shares_as_any_other() {
    let team = team_with(&[]);
    let shallow = team.clone("shallow", &["--depth=1"]);
    sync(&shallow);
    assert_eq!(status(&shallow), SHIPPED);
    Claude::new(&shallow).write("back.rs", RETURN);
    hand_over(&shallow, "Back");
    assert!(shallow.path(".git/shallow").exists(), "it has stayed so");
    take_over(&team.ada);
    assert_eq!(
        status(&team.ada),
        "back.rs: 5 unreviewed\nship.rs: 6 unreviewed\n"
    );
}

/// A file that has a line for each time that a clone fetches from now on.
fn counted(team: &Team, clone: &Repo) -> PathBuf {
    let served = team.ada.root().parent().unwrap().join("served");
    let serve = format!(
        "#!/bin/sh\necho fetch >> '{}'\nexec git-upload-pack \"$@\"\n",
        served.display()
    );
    clone.write(".git/serve", serve);
    let serve = format!("sh {}", clone.path(".git/serve").display());
    clone.git(&["config", "remote.origin.uploadpack", &serve]);
    served
}

/// Without blobs, a clone fetches what it needs of the notes, all of it at once.
#[test]
fn a_partial_one_fetches_the_notes_at_once() {
    let team = team_with(&[]);
    let claude = Claude::new(&team.ada);
    for number in 0..20 {
        claude.write(
            &format!("ship{number}.rs"),
            &SHIP.replace("ship", &format!("ship{number}")),
        );
    }
    hand_over(&team.ada, "More");
    team.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = team.clone("partial", &["--filter=blob:none"]);
    let served = counted(&team, &partial);
    sync(&partial);
    let fetches = fs::read_to_string(&served).unwrap().lines().count();
    assert_eq!(fetches, 2, "the ref, and all notes");
    assert_eq!(status(&partial).lines().count(), 21);
    partial.run_in_terminal(&["confirm", "ship.rs"]).ok();
    sync(&partial);
    sync(&team.ada);
    assert!(status(&team.ada).contains("ship.rs: 6 confirmed"));
    assert_eq!(notes(&team.ada).len(), 21);
}

/// The agent waits for a hook, and a remote may be far away.
#[test]
fn a_hook_in_a_partial_one_fetches_nothing() {
    let team = team_with(&[]);
    team.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = team.clone("partial", &["--filter=blob:none"]);
    sync(&partial);
    team.ada.run_in_terminal(&["confirm", "ship.rs"]).ok();
    sync(&team.ada);
    partial.git(&["fetch", "--quiet", "origin", &format!("{NOTES}:{NOTES}")]);
    let served = counted(&team, &partial);
    Claude::in_session(&partial, "another").write("new.rs", SHIP);
    assert!(!served.exists());
    assert!(status(&partial).contains("ship.rs: 6 confirmed"));
    assert!(served.exists());
}

/// In CI nobody syncs: the notes are fetched like any ref.
#[test]
fn reading_needs_no_more_than_a_fetch() {
    let team = team_with(&[]);
    for options in [&["--depth=1"][..], &["--bare"], &[]] {
        let clone = team.clone(options.first().unwrap_or(&"whole"), options);
        assert_eq!(clone.run(&["check"]).code, 2, "nothing is known yet");
        clone.git(&["fetch", "--quiet", "origin", &format!("{NOTES}:{NOTES}")]);
        assert_eq!(clone.run(&["check"]).code, 1);
    }
    team.ada.run_in_terminal(&["confirm", "ship.rs"]).ok();
    sync(&team.ada);
    let clone = team.clone("later", &["--depth=1"]);
    clone.git(&["fetch", "--quiet", "origin", &format!("{NOTES}:{NOTES}")]);
    assert_eq!(status(&clone), "ship.rs: 6 confirmed\n");
    assert_eq!(clone.run(&["check"]).code, 0);
}
