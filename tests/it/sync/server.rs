//! A language server that runs while a terminal syncs.

use super::{RETURN, SHIP, Team, hand_over, sync};
use crate::support::claude::Claude;
use crate::support::editor::{Editor, listed};

#[test]
fn it_shows_what_a_sync_took_in() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", &format!("{SHIP}\n{RETURN}"));
    hand_over(&team.ada, "Shipping");
    team.ben.git(&["pull", "--quiet"]);
    let mut editor = Editor::open_on(&team.ben);
    editor.open("ship.rs");
    assert_eq!(listed(&editor.diagnostics("ship.rs")), "");
    sync(&team.ben);
    editor.diagnostics_until("ship.rs", "two units", |all| all.len() == 2);
    team.ada.run_in_terminal(&["confirm", "ship.rs:1-6"]).ok();
    sync(&team.ada);
    sync(&team.ben);
    editor.diagnostics_until("ship.rs", "one unit", |all| {
        listed(all).contains("`take_back`") && all.len() == 1
    });
    assert_eq!(editor.shutdown(), 0);
}

#[test]
fn it_shows_what_a_plain_fetch_of_notes_brought_also_where_refs_were_packed() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", &format!("{SHIP}\n{RETURN}"));
    hand_over(&team.ada, "Shipping");
    team.ben.git(&["pull", "--quiet"]);
    sync(&team.ben);
    // Takes away the folder in which the ref stood.
    team.ben.git(&["pack-refs", "--all"]);
    let mut editor = Editor::open_on(&team.ben);
    editor.open("ship.rs");
    editor.diagnostics_until("ship.rs", "two units", |all| all.len() == 2);
    for (lines, left) in [("1-6", 1), ("8-12", 0)] {
        team.ada
            .run_in_terminal(&["confirm", &format!("ship.rs:{lines}")])
            .ok();
        sync(&team.ada);
        let notes = "refs/notes/countersign:refs/notes/countersign";
        team.ben.git(&["fetch", "--quiet", "origin", notes]);
        editor.diagnostics_until("ship.rs", "fewer units", |all| all.len() == left);
        team.ben.git(&["pack-refs", "--all"]);
    }
    assert_eq!(editor.shutdown(), 0);
}
