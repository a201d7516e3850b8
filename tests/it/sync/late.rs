//! An assistant works in a clone that has not read what the others shared.

use super::{NOTES, RETURN, SHIP, Team, hand_over, sync};
use crate::support::claude::Claude;
use crate::support::marks::status;
use crate::support::repo::Repo;

const BOTH: &str = "ship.rs: 11 unreviewed\n";

/// Claude Code wrote `ship.rs` at Ada's, who shared that; a clone without the notes.
fn clone() -> (Team, Repo) {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    let clone = team.clone("late", &[]);
    (team, clone)
}

fn adds_to(clone: &Repo) {
    Claude::in_session(clone, "another").write("ship.rs", &format!("{SHIP}\n{RETURN}"));
}

#[test]
fn a_hook_is_the_first_to_read_notes_that_came_by_a_plain_fetch() {
    let (_team, clone) = clone();
    clone.git(&["fetch", "--quiet", "origin", &format!("{NOTES}:{NOTES}")]);
    adds_to(&clone);
    assert_eq!(status(&clone), BOTH);
}

#[test]
fn notes_that_come_after_an_edit_are_carried_on_to_it() {
    let (team, clone) = clone();
    adds_to(&clone);
    assert_eq!(status(&clone), "ship.rs: 5 unreviewed\n");
    sync(&clone);
    assert_eq!(status(&clone), BOTH);
    hand_over(&clone, "Returns");
    team.ada.git(&["pull", "--quiet", "--rebase"]);
    sync(&team.ada);
    assert_eq!(status(&team.ada), BOTH);
}
