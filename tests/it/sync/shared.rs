//! What is shared, and what is not.

use super::{NOTES, SHIP, Team, hand_over, notes, sync};
use crate::support::claude::Claude;
use crate::support::repo::Repo;

/// The texts that the notes speak of.
fn spoken_of(repo: &Repo) -> Vec<String> {
    notes(repo).into_iter().map(|(blob, _)| blob).collect()
}

#[test]
fn only_texts_that_a_branch_holds_are_spoken_of() {
    let team = Team::new();
    let claude = Claude::new(&team.ada);
    claude.write("draft.rs", &SHIP.replace("ship", "draft"));
    let draft = team.ada.git(&["hash-object", "draft.rs"]);
    let said = sync(&team.ada);
    assert!(said.stdout.contains("nothing to share yet"), "{said}");
    claude.write("draft.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    let kept = team.ada.git(&["rev-parse", "HEAD:draft.rs"]);
    assert_eq!(spoken_of(&team.ada), [kept.as_str()]);
    // A commit may hold what was only a draft before, and nothing was written since.
    team.ada.write("draft.rs", SHIP.replace("ship", "draft"));
    hand_over(&team.ada, "As it was");
    let mut both = [kept, draft];
    both.sort();
    assert_eq!(spoken_of(&team.ada), both);
}

#[test]
fn a_stash_and_the_index_are_no_branches() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    team.ada.git(&["add", "ship.rs"]);
    sync(&team.ada);
    team.ada.git(&["stash", "--quiet"]);
    sync(&team.ada);
    let refs = team.git(&["for-each-ref", "--format=%(refname)", NOTES]);
    assert_eq!(refs, "");
}

#[test]
fn no_code_and_no_prompt_leaves_the_clone() {
    const WORDS: [&str; 5] = ["shelf_of", "parcel", "NoStock", "Shipped", "unwrap_or"];
    let team = Team::new();
    let claude = Claude::new(&team.ada);
    claude.write("ship.rs", SHIP);
    claude.edit(
        "tax.rs",
        "    let rate = rates.of(order.country).unwrap_or(Rate::ZERO);\n",
        "",
    );
    claude.bash("git rm -q main.rs");
    hand_over(&team.ada, "Shipping");
    team.ada.run_in_terminal(&["confirm", "ship.rs"]).ok();
    sync(&team.ada);
    let said: String = notes(&team.ada).into_iter().map(|(_, note)| note).collect();
    assert!(
        said.contains("prints") && said.contains("confirm"),
        "{said}"
    );
    for word in WORDS {
        assert!(!said.contains(word), "{word} in {said}");
    }
    let fields = [
        "v",
        "id",
        "kind",
        "at",
        "by",
        "origin",
        "blob",
        "path",
        "bound",
        "origins",
        "spans",
        "marks",
        "ink",
        "runs",
        "removed",
        "lines",
        "occurrences",
        "whole_file",
        "before",
        "level",
        "stretches",
        "removals",
        "commit",
    ];
    for line in said.lines() {
        let fact: serde_json::Value = serde_json::from_str(line).unwrap();
        for field in fact.as_object().unwrap().keys() {
            assert!(fields.contains(&field.as_str()), "{field} in {line}");
        }
    }
}

#[test]
fn notes_lie_where_git_shows_them() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    let shown = team
        .ada
        .git(&["notes", "--ref=countersign", "show", "HEAD:ship.rs"]);
    assert_eq!(shown + "\n", notes(&team.ada)[0].1);
}
