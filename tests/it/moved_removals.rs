//! What an assistant took away goes where the text around it goes.

use crate::support::claude::Claude;
use crate::support::marks::{regions, status};
use crate::support::repo::Repo;
use expect_test::expect;

const TAX: &str = "\
fn tax(order: &Order, rates: &Rates) -> Money {
    let rate = rates.of(order.country).unwrap_or(Rate::ZERO);
    order.total.times(rate).rounded()
}
";
const SHIP: &str = "\
fn ship(order: &Order, depot: &mut Depot) -> Result<Parcel, NoStock> {
    let shelf = depot.shelf_of(&order.article)?;
    depot.check_that_it_is_paid(order)?;
    let parcel = shelf.take(order.count)?;
    Ok(parcel)
}
";
const CHECK: &str = "    depot.check_that_it_is_paid(order)?;\n";

/// A person's files, from one of which an assistant took a check and wrote nothing.
fn repo() -> Repo {
    let repo = Repo::with(&[
        ("ship.rs", &format!("{TAX}\n{SHIP}")),
        ("main.rs", "mod ship;\n"),
    ]);
    Claude::new(&repo).edit("ship.rs", CHECK, "");
    repo
}

/// The whole gate agrees that a removal is open.
#[track_caller]
fn is_red(repo: &Repo) {
    let check = repo.run(&["check"]);
    assert_eq!(check.code, 1, "{check}");
}

#[test]
fn a_file_that_is_renamed_and_edited_at_once() {
    let repo = repo();
    repo.commit("Check");
    repo.rename("ship.rs", "parcel.rs");
    repo.replace("parcel.rs", "take(order.count)", "take(order.count.max(1))");
    expect![[r#"
        parcel.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
    repo.commit("Renamed");
    expect![[r#"
        parcel.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
    is_red(&repo);
}

#[test]
fn only_the_gate_looks_at_a_file_that_is_renamed_and_edited() {
    let repo = repo();
    repo.replace("ship.rs", "take(order.count)", "take(order.count.max(1))");
    repo.commit("Check");
    repo.rename("ship.rs", "src/parcel.rs");
    repo.commit("Renamed");
    is_red(&repo);
}

#[test]
fn a_file_that_becomes_part_of_another() {
    let repo = repo();
    let text = repo.read("ship.rs");
    repo.delete("ship.rs");
    repo.append("main.rs", &format!("\n{text}\nfn last() {{}}\n"));
    expect![[r#"
        main.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
    repo.commit("Joined");
    is_red(&repo);
}

#[test]
fn a_function_that_a_person_moves_to_another_file() {
    let repo = repo();
    repo.commit("Check");
    let function = SHIP.replace(CHECK, "");
    repo.replace("ship.rs", &format!("\n{function}"), "");
    repo.append("main.rs", &format!("\n{function}"));
    expect![[r#"
        main.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
    expect![[r#""#]].assert_eq(&regions(&repo, "ship.rs"));
    repo.commit("Moved");
    expect![[r#"
        main.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
    is_red(&repo);
    // And back, where nobody looked between.
    repo.write("main.rs", "mod ship;\n");
    repo.append("ship.rs", &format!("\n{function}"));
    expect![[r#"
        ship.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_function_that_is_cut_long_before_it_is_pasted() {
    let repo = repo();
    repo.commit("Check");
    let function = SHIP.replace(CHECK, "");
    repo.replace("ship.rs", &format!("\n{function}"), "");
    expect![[r#"
        ship.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
    repo.append("main.rs", &format!("\n{function}"));
    expect![[r#"
        main.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn what_stands_in_its_place_stays_one_region_with_it() {
    let repo = Repo::with(&[("ship.rs", SHIP), ("main.rs", "mod ship;\n")]);
    Claude::new(&repo).edit(
        "ship.rs",
        CHECK,
        "    depot.log.push(Event::Opened(shelf.id));\n    shelf.dust();\n",
    );
    // A person writes right above it, another session over a part of it.
    repo.replace(
        "ship.rs",
        "    depot.log",
        "    shelf.lock(depot.key());\n    depot.log",
    );
    Claude::in_session(&repo, "00000002-51a5-4d0e-8a68-2f0f4c8f41d9").edit(
        "ship.rs",
        "    depot.log.push(Event::Opened(shelf.id));\n",
        "    journal::note(order, Opened);\n",
    );
    expect![[r#"
        ship.rs: 2 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    repo.commit("Dusted");
    expect![[r#"
        ship.rs: 2 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    let moved = repo.read("ship.rs");
    repo.write("main.rs", format!("mod ship;\n\n{moved}"));
    repo.write("ship.rs", TAX);
    expect![[r#"
        main.rs: 2 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}
