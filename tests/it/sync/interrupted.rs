//! A sync that is killed at any instant. `COUNTERSIGN_KILLS` asks for more of them.

use super::{NOTES, SHIP, Team, notes, sync, tree};
use crate::support::claude::Claude;
use crate::support::marks::status;
use crate::trouble::kill::kills;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// So often it is killed, a little later each time.
const KILLS: u32 = 40;

#[test]
fn nothing_is_lost_and_nothing_is_left_behind() {
    let team = Team::new();
    let (ada, ben) = (&team.ada, &team.ben);
    let kills = kills(KILLS);
    let mut whole = Duration::ZERO;
    for number in 0..kills {
        let name = format!("ship{number}");
        Claude::in_session(ada, &name).write(&format!("{name}.rs"), &SHIP.replace("ship", &name));
        ada.commit("Shipping");
        let mut command = ada.command(&ada.program().to_string_lossy());
        let begun = Instant::now();
        let mut child = command
            .arg("sync")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        if number > 0 {
            while begun.elapsed() < whole * (number % KILLS) / KILLS
                && child.try_wait().unwrap().is_none()
            {
                std::hint::spin_loop();
            }
            let _ended = child.kill();
        }
        let _ended = child.wait().unwrap();
        whole = whole.max(begun.elapsed());
    }
    sync(ada);
    sync(ben);
    assert_eq!(tree(ada), tree(ben));
    assert_eq!(notes(ben).len(), kills as usize);
    ben.git(&["fetch", "--quiet", &ada.root().to_string_lossy(), "main"]);
    ben.git(&["reset", "--quiet", "--hard", "FETCH_HEAD"]);
    assert_eq!(status(ben), status(ada));
    assert_eq!(
        status(ben).matches(": 6 unreviewed").count(),
        kills as usize
    );
    // One ref for the remote, one for the notes, and no file of ours or of git's but what belongs there.
    let refs = ada.git(&[
        "for-each-ref",
        "--format=%(refname)",
        "refs/countersign",
        "refs/notes",
    ]);
    assert_eq!(refs.lines().count(), 2, "{refs}");
    assert!(refs.contains(NOTES));
    for entry in fs::read_dir(ada.path(".git")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(!name.contains("tmp") && !name.contains("crash"), "{name}");
    }
}
