//! An assistant works in a clone that has not read what the others shared.

use super::{NOTES, RETURN, SHIP, TAX, Team, hand_over, sync};
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

#[test]
fn what_commands_made_of_a_text_before_its_notes_came_keeps_its_marks() {
    for (command, expected) in [
        ("git mv ship.rs send.rs", "send.rs: 6 unreviewed\n"),
        (
            "git mv ship.rs send.rs && echo '// Sent.' >> send.rs",
            "send.rs: 7 unreviewed\n",
        ),
        (
            "cat ship.rs >> tax.rs && git rm -q ship.rs",
            "tax.rs: 6 unreviewed\n",
        ),
    ] {
        let (_team, clone) = clone();
        Claude::in_session(&clone, "another").bash(command);
        sync(&clone);
        assert_eq!(status(&clone), expected, "{command}");
    }
}

#[test]
fn what_a_command_merged_before_its_notes_came_keeps_its_marks() {
    for command in [
        "git pull -q --rebase",
        "git pull -q --no-rebase",
        "git fetch -q && git merge -q --squash origin/main && git commit -qm squashed",
    ] {
        let team = Team::new();
        Claude::new(&team.ada).bash(&format!("cat >> tax.rs <<'END'\n{SHIP}END"));
        hand_over(&team.ada, "Shipping");
        team.ben.write("tax.rs", format!("// Ben's.\n{TAX}"));
        team.ben.commit("Mine");
        let output = Claude::in_session(&team.ben, "another").bash(command);
        assert_eq!(output.code, 0, "{output}");
        sync(&team.ben);
        assert_eq!(status(&team.ben), "tax.rs: 6 unreviewed\n", "{command}");
    }
}

#[test]
fn what_a_person_wrote_on_another_branch_in_the_place_of_an_assistants_text_stays_theirs() {
    let team = Team::new();
    Claude::new(&team.ada).bash(&format!("cat >> tax.rs <<'END'\n{SHIP}END"));
    hand_over(&team.ada, "Shipping");
    team.ben.append(
        "tax.rs",
        &SHIP.replace("ship", "send").replace("parcel", "letter"),
    );
    team.ben.commit("Mine");
    Claude::in_session(&team.ben, "another")
        .write("tax.rs", &format!("// Ben's.\n{}", team.ben.read("tax.rs")));
    team.ben.git(&["fetch", "--quiet", "origin"]);
    sync(&team.ben);
    assert_eq!(status(&team.ben), "tax.rs: 1 unreviewed\n");
}
