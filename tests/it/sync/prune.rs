//! Notes of texts that no branch holds any more are taken away, and stay away.

use super::{NOTES, RETURN, SHIP, Team, hand_over, notes, sync, take_over, tree};
use crate::support::claude::Claude;
use crate::support::marks::marks;
use crate::support::repo::Repo;
use expect_test::expect;

/// Both know of a feature branch, of which nothing came into `main`; there is another file of an assistant's.
fn abandoned() -> Team {
    let team = Team::new();
    Claude::new(&team.ada).write(
        "list.rs",
        "fn list(all: &mut Vec<u8>) {\n    all.push(41);\n}\n",
    );
    hand_over(&team.ada, "List");
    team.ada.git(&["checkout", "--quiet", "-b", "feature"]);
    Claude::new(&team.ada).write("ship.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    sync(&team.ben);
    team.ada.git(&["checkout", "--quiet", "main"]);
    team
}

/// The branch is gone, here and at the remote.
fn delete_the_feature(team: &Team) {
    team.git(&["branch", "--quiet", "-D", "feature"]);
    team.ada.git(&["branch", "--quiet", "-D", "feature"]);
    forget_the_feature(&team.ada);
}

fn forget_the_feature(repo: &Repo) {
    repo.git(&["fetch", "--quiet", "--prune", "origin"]);
}

fn prune(repo: &Repo) -> String {
    repo.run(&["sync", "--prune=0"]).ok().stdout
}

#[test]
fn what_a_branch_holds_anywhere_keeps_its_facts() {
    let team = abandoned();
    let blobs = notes(&team.ada).len();
    // Ada's own branch is gone; the remote still has it.
    team.ada.git(&["branch", "--quiet", "-D", "feature"]);
    prune(&team.ada);
    assert_eq!(notes(&team.ada).len(), blobs);
    // Somebody has pushed what this clone has not fetched.
    let other = team.clone("other", &[]);
    other.git(&["commit", "--quiet", "--allow-empty", "-m", "More"]);
    other.git(&["push", "--quiet", "origin", "HEAD:more"]);
    let said = team.ada.run(&["sync", "--prune"]).expect_code(2);
    expect![[r#"
        error: origin has branches that this clone lacks, so it cannot tell what no branch holds
        hint: git fetch origin
    "#]]
    .assert_eq(&said.stderr);
    let shallow = team.clone("shallow", &["--depth=1"]);
    let said = shallow.run(&["sync", "--prune"]).expect_code(2);
    expect![[r#"
        error: this clone is not whole, so it cannot tell what no branch holds any more
        hint: prune in a clone that is neither shallow nor partial
    "#]]
    .assert_eq(&said.stderr);
}

#[test]
fn what_was_pruned_does_not_come_back_from_those_who_have_it() {
    let team = abandoned();
    let pruned = team.ada.git(&["rev-parse", "feature:ship.rs"]);
    delete_the_feature(&team);
    expect![[r#"
        Took in 0 facts from origin.
        Took away the notes of 1 text that no branch holds.
        Shared 0 facts. There are notes on 1 text.
    "#]]
    .assert_eq(&prune(&team.ada));
    // Ben has notes and facts of it, and news of his own that diverge.
    forget_the_feature(&team.ben);
    Claude::new(&team.ben).write("back.rs", RETURN);
    team.ben.commit("Back");
    sync(&team.ben);
    sync(&team.ada);
    take_over(&team.ben);
    for repo in [&team.ada, &team.ben] {
        let known: Vec<String> = notes(repo).into_iter().map(|(blob, _)| blob).collect();
        assert_eq!(known.len(), 2);
        assert!(!known.contains(&pruned));
    }
    assert_eq!(tree(&team.ada), tree(&team.ben));
}

#[test]
fn a_branch_of_another_clone_that_was_never_pushed_keeps_its_facts() {
    let team = abandoned();
    team.ben.git(&["fetch", "--quiet", "origin"]);
    team.ben
        .git(&["branch", "--quiet", "kept", "origin/feature"]);
    let blob = team.ben.git(&["rev-parse", "kept:ship.rs"]);
    delete_the_feature(&team);
    prune(&team.ada);
    assert!(notes(&team.ada).iter().all(|(known, _)| *known != blob));
    sync(&team.ben);
    sync(&team.ada);
    assert!(notes(&team.ada).iter().any(|(known, _)| *known == blob));
    assert_eq!(tree(&team.ada), tree(&team.ben));
}

#[test]
fn only_what_was_said_before_the_cutoff_goes() {
    let team = abandoned();
    delete_the_feature(&team);
    let before = tree(&team.ada);
    team.ada.run(&["sync", "--prune"]).ok();
    assert_eq!(tree(&team.ada), before, "90 days unless it is said");
}

/// A fresh clone that knows no more than the notes, after somebody renamed and edited the file.
fn renamed_on_the_server(team: &Team) -> Repo {
    team.git(&["gc", "--quiet", "--prune=now"]);
    let server = team.clone("server", &[]);
    server.rename("ship.rs", "parcel.rs");
    server.replace("parcel.rs", "order.count", "order.count.max(1)");
    server.commit("Renamed");
    server.git(&["push", "--quiet", "origin", "HEAD"]);
    let clone = team.clone("fresh", &["--depth=1"]);
    clone.git(&["fetch", "--quiet", "origin", &format!("{NOTES}:{NOTES}")]);
    clone
}

/// Nobody's ledger knows the squashed text itself: what finds it stands in the notes of the feature's.
#[test]
fn what_was_squashed_is_still_found() {
    let team = abandoned();
    team.ada
        .write("ship.rs", format!("use crate::depot::Depot;\n\n{SHIP}"));
    hand_over(&team.ada, "Squashed");
    delete_the_feature(&team);
    prune(&team.ada);
    let clone = renamed_on_the_server(&team);
    expect![[r#"
          use crate::depot::Depot;

        u fn ship(order: &Order, depot: &mut Depot) -> Result<Parcel, NoStock> {
        u     let shelf = depot.shelf_of(&order.article)?;
        u     let parcel = shelf.take(order.count.max(1))?;
        u     depot.log.push(Event::Shipped(parcel.id));
        u     Ok(parcel)
        u }
    "#]]
    .assert_eq(&marks(&clone, "parcel.rs"));
}

/// The prints were taken of the text that went; they go on with the one that took its place.
#[test]
fn what_finds_a_text_again_goes_on_with_its_heir() {
    let team = Team::new();
    let claude = Claude::new(&team.ada);
    claude.write("ship.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    let old = team.ada.git(&["rev-parse", "HEAD:ship.rs"]);
    claude.edit("ship.rs", SHIP, &format!("{SHIP}\n{RETURN}"));
    team.ada.git(&[
        "commit",
        "--quiet",
        "--all",
        "--amend",
        "-m",
        "Shipping, both ways",
    ]);
    team.ada
        .git(&["push", "--quiet", "--force", "origin", "HEAD"]);
    prune(&team.ada);
    let known = notes(&team.ada);
    assert!(known.len() == 1 && known[0].0 != old, "{known:?}");
    let clone = renamed_on_the_server(&team);
    assert_eq!(marks(&clone, "parcel.rs").matches("u ").count(), 11);
}
