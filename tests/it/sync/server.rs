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
