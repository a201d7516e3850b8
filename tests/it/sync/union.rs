//! The union of lines is the merge, in any order.

use super::{NOTES, RETURN, SHIP, Team, hand_over, notes, sync, take_over, tree};
use crate::support::claude::Claude;
use crate::support::marks::status;
use expect_test::expect;

#[test]
fn two_who_shared_apart_have_the_same_notes_once_they_met() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    team.ada.commit("Shipping");
    Claude::in_session(&team.ben, "another").write("ship.rs", SHIP);
    Claude::in_session(&team.ben, "another").write("back.rs", RETURN);
    team.ben.commit("Shipping, too");
    // Neither has seen the other's notes yet.
    team.ada
        .git(&["clone", "--quiet", "--bare", ".", "../apart.git"]);
    team.ben.run(&["sync", "../apart.git"]).ok();
    sync(&team.ada);
    sync(&team.ben);
    sync(&team.ada);
    assert_eq!(tree(&team.ada), tree(&team.ben));
    assert_eq!(notes(&team.ada).len(), 2);
    let expected = expect![[r#"
        back.rs: 5 unreviewed
        ship.rs: 6 unreviewed
    "#]];
    expected.assert_eq(&status(&team.ben));
}

#[test]
fn acts_of_two_on_one_text_are_joined_whoever_comes_first() {
    for ada_first in [true, false] {
        let team = Team::new();
        Claude::new(&team.ada).write("ship.rs", &format!("{SHIP}\n{RETURN}"));
        hand_over(&team.ada, "Shipping");
        take_over(&team.ben);
        team.ada.run_in_terminal(&["confirm", "ship.rs:1-6"]).ok();
        team.ben.run_in_terminal(&["confirm", "ship.rs:8-12"]).ok();
        let mut order = [&team.ada, &team.ben, &team.ada, &team.ben];
        if !ada_first {
            order.reverse();
        }
        order.iter().for_each(|repo| drop(sync(repo)));
        assert_eq!(tree(&team.ada), tree(&team.ben));
        assert_eq!(team.ada.run(&["check"]).code, 0);
        assert_eq!(team.ben.run(&["check"]).code, 0);
    }
}

#[test]
fn what_others_write_into_the_notes_stays() {
    const THEIRS: &str = r#"{"v":7,"id":"000000000000000000000000000000aa","kind":"praise","at":1,"to":"Ada","deep":{"x":[1.50,2e3]}}"#;
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    take_over(&team.ben);
    team.ben.git(&[
        "notes",
        "--ref=countersign",
        "append",
        "-m",
        THEIRS,
        "HEAD:ship.rs",
    ]);
    team.ben.git(&["push", "--quiet", "origin", NOTES]);
    let said = team.ada.run(&["sync"]).ok();
    assert_eq!(said.stderr.matches("warning:").count(), 1, "{said}");
    team.ada.run_in_terminal(&["confirm", "ship.rs"]).ok();
    assert_eq!(sync(&team.ada).stderr, "");
    sync(&team.ben);
    assert!(
        notes(&team.ben)[0].1.lines().any(|line| line == THEIRS),
        "byte for byte"
    );
    assert_eq!(team.ben.run(&["check"]).code, 0);
}

/// Git's own `notes` can take lines away; with us no removal wins.
#[test]
fn what_somebody_takes_out_by_hand_comes_back() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    let before = tree(&team.ada);
    take_over(&team.ben);
    team.ben
        .git(&["notes", "--ref=countersign", "remove", "HEAD:ship.rs"]);
    team.ben.git(&["push", "--quiet", "origin", NOTES]);
    sync(&team.ada);
    assert_eq!(tree(&team.ada), before);
    team.ada.git(&[
        "notes",
        "--ref=countersign",
        "add",
        "-f",
        "-m",
        "{}",
        "HEAD:ship.rs",
    ]);
    sync(&team.ada);
    assert_eq!(tree(&team.ada), before);
    sync(&team.ben);
    assert_eq!(tree(&team.ben), before);
}

/// As `git fetch origin +refs/notes/*:refs/notes/*` does.
#[test]
fn notes_that_a_fetch_has_overwritten_are_written_again() {
    let team = Team::new();
    sync(&team.ben);
    let hub = team.hub();
    Claude::new(&team.ben).write("back.rs", RETURN);
    hand_over(&team.ben, "Back");
    Claude::new(&team.ada).write("ship.rs", SHIP);
    team.ada.commit("Shipping");
    team.ada
        .run(&["sync", &team.ada.root().to_string_lossy()])
        .ok();
    team.ada
        .git(&["fetch", "--quiet", &hub, &format!("+{NOTES}:{NOTES}")]);
    sync(&team.ada);
    sync(&team.ben);
    assert_eq!(notes(&team.ben).len(), 2);
    assert_eq!(tree(&team.ada), tree(&team.ben));
}
