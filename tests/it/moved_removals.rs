//! What an assistant took away goes where the text around it goes.

use crate::support::claude::Claude;
use crate::support::editor::{Change, Editor, listed};
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

/// What a person makes of the check that was taken away.
const PAID: &str = "
fn paid(order: &Order, depot: &Depot) -> Result<(), NoStock> {
    depot.check_that_it_is_paid(order, &depot.rates, Grace::NONE)?;
    depot.book.note(order.article, order.count, Seen::Paid);
    Ok(())
}
";

const NOTE: &str = "    depot.check_that_it_is_paid(order, &depot.rates, Grace::NONE)?;
    depot.book.note(order.article, order.count, Seen::Paid);
";

/// A person's files, from one of which an assistant took two lines and wrote nothing.
fn without_note() -> Repo {
    let repo = Repo::with(&[
        ("ship.rs", &SHIP.replace(CHECK, NOTE)),
        ("main.rs", "mod ship;\n"),
    ]);
    Claude::new(&repo).edit("ship.rs", NOTE, "");
    repo.commit("No note");
    is_red(&repo);
    repo
}

#[test]
fn a_removal_ends_where_a_person_puts_its_text_into_another_file() {
    for path in ["main.rs", "paid.rs"] {
        let repo = without_note();
        assert_eq!(status(&repo), "ship.rs: 1 removals\n");
        repo.append(path, PAID);
        assert_eq!(status(&repo), "", "in {path}");
        repo.commit("Paid");
        repo.run(&["check"]).ok();
        repo.run(&["check", "--base", "HEAD~2"]).ok();
    }
}

#[test]
fn it_ends_where_only_the_gate_looks() {
    let repo = without_note();
    repo.append("main.rs", PAID);
    repo.commit("Paid");
    repo.run(&["check", "--base", "HEAD~2"]).ok();
    let repo = without_note();
    repo.append("paid.rs", PAID);
    repo.commit("Paid");
    repo.run(&["check"]).ok();
}

#[test]
fn it_ends_where_a_hook_looks_first() {
    let repo = without_note();
    repo.append("paid.rs", PAID);
    Claude::new(&repo).edit("paid.rs", "Ok(())", "Ok(depot.close())");
    assert_eq!(status(&repo), "paid.rs: 1 unreviewed\n");
}

#[test]
fn it_ends_where_an_editor_saves_it() {
    let repo = without_note();
    // What is known of a path is written down at once.
    Claude::new(&repo).write("paid.rs", "mod order_of_a_person;\n");
    let mut editor = Editor::open_on(&repo);
    editor.open("paid.rs");
    editor.change("paid.rs", &[Change::new((1, 0), (1, 0), PAID)]);
    assert_eq!(
        status(&repo),
        "paid.rs: 1 unreviewed\nship.rs: 1 removals\n",
        "it is not saved"
    );
    editor.save("paid.rs");
    editor.open("ship.rs");
    editor.diagnostics_until("ship.rs", "nothing", |all| listed(all).is_empty());
    assert_eq!(status(&repo), "paid.rs: 1 unreviewed\n");
}

#[test]
fn it_does_not_end_with_a_look_at_a_branch_where_its_text_stands_in_another_file() {
    let repo = Repo::with(&[("main.rs", "mod ship;\n")]);
    Claude::new(&repo).write("begun.rs", "mod begun;\n");
    repo.write("depot.rs", SHIP.replace(CHECK, NOTE));
    repo.commit("Depot");
    repo.git(&["branch", "old"]);
    repo.git(&["mv", "depot.rs", "ship.rs"]);
    repo.append("ship.rs", TAX);
    repo.commit("Ship");
    Claude::new(&repo).edit("ship.rs", NOTE, "");
    repo.commit("No note");
    repo.git(&["checkout", "--quiet", "old"]);
    repo.run(&["status"]).ok();
    repo.run(&["check"]);
    repo.git(&["checkout", "--quiet", "main"]);
    assert_eq!(
        status(&repo),
        "begun.rs: 1 unreviewed\nship.rs: 1 removals\n"
    );
}

#[test]
fn it_does_not_end_with_a_copy_that_stood_there_before() {
    let repo = Repo::with(&[("main.rs", "mod ship;\n")]);
    Claude::new(&repo).write("begun.rs", "mod begun;\n");
    repo.write("ship.rs", SHIP.replace(CHECK, NOTE));
    repo.write("paid.rs", PAID);
    repo.commit("Ship");
    Claude::new(&repo).edit("ship.rs", NOTE, "");
    let open = "begun.rs: 1 unreviewed\nship.rs: 1 removals\n";
    assert_eq!(status(&repo), open);
    repo.commit("No note");
    repo.append("paid.rs", TAX);
    repo.commit("Tax");
    assert_eq!(status(&repo), open);
    is_red(&repo);
}
