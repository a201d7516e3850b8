//! Many clones that push at once lose nothing.

use super::{SHIP, Team, notes, sync, tree};
use crate::support::claude::Claude;
use crate::support::repo::Repo;
use std::thread;

const CLONES: usize = 50;

/// A clone in which an assistant wrote a file of its own into a commit of its own.
fn writer(team: &Team, number: usize) -> Repo {
    let clone = team.clone(&format!("clone{number}"), &[]);
    let path = format!("ship{number}.rs");
    Claude::in_session(&clone, &format!("{number:08}"))
        .write(&path, &SHIP.replace("ship", &format!("ship{number}")));
    clone.commit("Shipping");
    clone
}

#[test]
fn fifty_clones_that_push_at_once_lose_nothing() {
    let team = Team::new();
    let clones: Vec<Repo> = (0..CLONES).map(|number| writer(&team, number)).collect();
    let mut syncs: Vec<_> = clones.iter().map(sync_in_background).collect();
    for sync in &mut syncs {
        let ended = sync.wait().unwrap();
        assert!(ended.success(), "{ended}");
    }
    sync(&team.ben);
    let known = notes(&team.ben);
    assert_eq!(known.len(), CLONES);
    let origins: usize = known
        .iter()
        .map(|(_, note)| note.matches(r#""kind":"origin""#).count())
        .sum();
    assert_eq!(origins, CLONES);
    // The last who pushed has what the remote has; who was earlier gets it.
    sync(&clones[0]);
    assert_eq!(tree(&clones[0]), tree(&team.ben));
}

fn sync_in_background(clone: &Repo) -> std::process::Child {
    clone
        .command(&clone.program().to_string_lossy())
        .arg("sync")
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn two_in_one_clone_and_its_worktree_at_once() {
    let team = Team::new();
    let tree_of_ada = team.ada.worktree("topic");
    Claude::new(&team.ada).write("ship.rs", SHIP);
    Claude::new(&tree_of_ada).write("topic.rs", &SHIP.replace("ship", "topic"));
    team.ada.commit("Shipping");
    tree_of_ada.commit("Topic");
    thread::scope(|scope| {
        for repo in [&team.ada, &tree_of_ada, &team.ada, &tree_of_ada] {
            let mut sync = sync_in_background(repo);
            scope.spawn(move || assert!(sync.wait().unwrap().success()));
        }
    });
    sync(&team.ben);
    assert_eq!(notes(&team.ben).len(), 2);
}
