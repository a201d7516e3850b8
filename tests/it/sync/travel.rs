//! What one person's clone knows, the other's knows after both have synced.

use super::{RETURN, SHIP, TAX, Team, hand_over, sync, take_over};
use crate::support::claude::Claude;
use crate::support::marks::{marks, regions, status};
use expect_test::expect;

#[test]
fn what_an_assistant_wrote_and_took_away_is_seen_in_the_other_clone() {
    let team = Team::new();
    let claude = Claude::new(&team.ada);
    claude.write("ship.rs", SHIP);
    claude.edit(
        "tax.rs",
        "    let rate = rates.of(order.country).unwrap_or(Rate::ZERO);\n",
        "",
    );
    hand_over(&team.ada, "Shipping");
    take_over(&team.ben);
    let expected = expect![[r#"
        ship.rs: 6 unreviewed
        tax.rs: 1 removals
    "#]];
    expected.assert_eq(&status(&team.ben));
    expected.assert_eq(&status(&team.ada));
    let blame = |repo| {
        let blame = crate::support::repo::Repo::run(repo, &["blame", "ship.rs", "--json"]);
        blame.ok().json()["regions"].clone()
    };
    assert_eq!(blame(&team.ben), blame(&team.ada), "with its origin");
}

#[test]
fn confirmations_and_undos_travel_both_ways() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", &format!("{SHIP}\n{RETURN}"));
    hand_over(&team.ada, "Shipping");
    take_over(&team.ben);
    team.ben.run_in_terminal(&["confirm", "ship.rs:1-6"]).ok();
    sync(&team.ben);
    sync(&team.ada);
    expect![[r#"
        ship.rs: 5 unreviewed, 6 confirmed
    "#]]
    .assert_eq(&status(&team.ada));
    team.ada.run_in_terminal(&["confirm", "ship.rs:8-12"]).ok();
    team.ben.run_in_terminal(&["undo"]).ok();
    sync(&team.ben);
    sync(&team.ada);
    sync(&team.ben);
    let expected = expect![[r#"
        ship.rs: 6 unreviewed, 5 confirmed
    "#]];
    expected.assert_eq(&status(&team.ada));
    expected.assert_eq(&status(&team.ben));
}

#[test]
fn a_confirmed_removal_is_confirmed_there_too() {
    let team = Team::new();
    Claude::new(&team.ada).edit("tax.rs", "    order.total.times(rate).rounded()\n", "");
    hand_over(&team.ada, "Taxes");
    take_over(&team.ben);
    assert_eq!(team.ben.run(&["check"]).code, 1);
    team.ben.run_in_terminal(&["confirm", "tax.rs"]).ok();
    assert_eq!(team.ben.run(&["check"]).code, 0);
    sync(&team.ben);
    sync(&team.ada);
    assert_eq!(team.ada.run(&["check"]).code, 0);
}

#[test]
fn a_file_that_an_assistant_deleted_is_missed_there_too() {
    let team = Team::new();
    Claude::new(&team.ada).bash("git rm -q tax.rs");
    hand_over(&team.ada, "No taxes");
    take_over(&team.ben);
    let expected = expect![[r#"
        tax.rs: 1 removals
    "#]];
    expected.assert_eq(&status(&team.ada));
    expected.assert_eq(&status(&team.ben));
    team.ben.run_in_terminal(&["confirm", "tax.rs"]).ok();
    sync(&team.ben);
    sync(&team.ada);
    assert_eq!(team.ada.run(&["check"]).code, 0);
}

#[test]
fn a_persons_function_that_an_assistant_moved_is_the_persons_there_too() {
    let team = Team::new();
    let claude = Claude::new(&team.ada);
    claude.edit(
        "main.rs",
        "mod tax;\n",
        &format!("mod tax;\nmod ship;\n\n{TAX}"),
    );
    claude.edit("tax.rs", TAX, "\n");
    hand_over(&team.ada, "Moved");
    take_over(&team.ben);
    let expected = expect![[r#"
        unreviewed: mod ship;
    "#]];
    expected.assert_eq(&regions(&team.ada, "main.rs"));
    expected.assert_eq(&regions(&team.ben, "main.rs"));
}

#[test]
fn what_the_other_edits_keeps_its_marks() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    hand_over(&team.ada, "Shipping");
    take_over(&team.ben);
    team.ben
        .replace("ship.rs", "order.count", "order.count.max(1)");
    team.ben
        .append("ship.rs", "\nfn mine() -> u8 {\n    41\n}\n");
    hand_over(&team.ben, "Mine");
    take_over(&team.ada);
    let expected = expect![[r#"
        u fn ship(order: &Order, depot: &mut Depot) -> Result<Parcel, NoStock> {
        u     let shelf = depot.shelf_of(&order.article)?;
        u     let parcel = shelf.take(order.count.max(1))?;
        u     depot.log.push(Event::Shipped(parcel.id));
        u     Ok(parcel)
        u }

          fn mine() -> u8 {
              41
          }
    "#]];
    expected.assert_eq(&marks(&team.ben, "ship.rs"));
    expected.assert_eq(&marks(&team.ada, "ship.rs"));
}

/// A copy is nobody's where the same text stood before the first fact. The other's ledger may be younger than that.
#[test]
fn a_younger_ledger_does_not_make_older_text_nobodys() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", &format!("{SHIP}\n{RETURN}"));
    team.ada.commit("Shipping");
    team.ada.git(&["push", "--quiet", "origin", "HEAD"]);
    team.ben.git(&["pull", "--quiet"]);
    Claude::new(&team.ben).write(
        "more.rs",
        "fn more(list: &mut Vec<u8>) {\n    list.push(41);\n}\n",
    );
    hand_over(&team.ben, "More");
    take_over(&team.ada);
    take_over(&team.ben);
    for repo in [&team.ada, &team.ben] {
        repo.append("tax.rs", &format!("\n{SHIP}"));
        expect![[r#"
            more.rs: 3 unreviewed
            ship.rs: 11 unreviewed
            tax.rs: 6 unreviewed
        "#]]
        .assert_eq(&status(repo));
    }
}
