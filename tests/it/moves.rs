//! Text goes to another file and takes its state along, whoever moves it.

use crate::support::claude::Claude;
use crate::support::marks::{marks, regions, status};
use crate::support::repo::Repo;
use expect_test::expect;

/// What a person wrote.
pub(crate) const TAX: &str = "\
fn tax(order: &Order, rates: &Rates) -> Money {
    let rate = rates.of(order.country).unwrap_or(Rate::ZERO);
    order.total.times(rate).rounded()
}
";
const SALE: &str = "\
fn sale(order: &mut Order, calendar: &Calendar) {
    let season = calendar.season_of(order.placed_at);
    order.total = order.total.less(season.share());
}
";
/// What the assistant writes.
pub(crate) const SHIP: &str = "\
fn ship(order: &Order, depot: &mut Depot) -> Result<Parcel, NoStock> {
    let shelf = depot.shelf_of(&order.article)?;
    let parcel = shelf.take(order.count)?;
    depot.log.push(Event::Shipped(parcel.id));
    Ok(parcel)
}
";
pub(crate) const RETURN: &str = "\
fn take_back(parcel: Parcel, depot: &mut Depot) -> Result<(), Spoiled> {
    let state = inspect(&parcel)?;
    depot.shelf_for(state).put(parcel);
    Ok(())
}
";

/// A person's `tax.rs`, and the assistant's `ship.rs`.
fn repo() -> Repo {
    let repo = Repo::with(&[("tax.rs", TAX), ("main.rs", "mod tax;\n")]);
    Claude::new(&repo).write("ship.rs", &format!("{SHIP}\n{RETURN}"));
    repo
}

#[test]
fn a_file_that_a_person_renames_and_edits_at_once() {
    let repo = repo();
    repo.rename("ship.rs", "parcel.rs");
    repo.replace("parcel.rs", "order.count", "order.count.max(1)");
    expect![[r#"
        parcel.rs: 11 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    repo.commit("Renamed");
    assert_eq!(repo.run(&["check"]).code, 1);
    expect![[r#"
        u fn ship(order: &Order, depot: &mut Depot) -> Result<Parcel, NoStock> {
        u     let shelf = depot.shelf_of(&order.article)?;
        u     let parcel = shelf.take(order.count.max(1))?;
        u     depot.log.push(Event::Shipped(parcel.id));
        u     Ok(parcel)
        u }

        u fn take_back(parcel: Parcel, depot: &mut Depot) -> Result<(), Spoiled> {
        u     let state = inspect(&parcel)?;
        u     depot.shelf_for(state).put(parcel);
        u     Ok(())
        u }
    "#]]
    .assert_eq(&marks(&repo, "parcel.rs"));
}

#[test]
fn a_renamed_file_is_found_when_only_the_gate_looks() {
    let repo = repo();
    repo.commit("Shipping");
    repo.rename("ship.rs", "parcel.rs");
    repo.replace("parcel.rs", "order.count", "order.count.max(1)");
    repo.commit("Renamed");
    assert_eq!(repo.run(&["check"]).code, 1);
}

#[test]
fn a_function_that_a_person_moves_to_another_file() {
    let repo = repo();
    repo.commit("Shipping");
    repo.replace("ship.rs", RETURN, "");
    repo.append("tax.rs", &format!("\n{RETURN}"));
    let expected = expect![[r#"
        ship.rs: 6 unreviewed
        tax.rs: 5 unreviewed
    "#]];
    expected.assert_eq(&status(&repo));
    repo.commit("Moved");
    expected.assert_eq(&status(&repo));
    expect![[r#"
          fn tax(order: &Order, rates: &Rates) -> Money {
              let rate = rates.of(order.country).unwrap_or(Rate::ZERO);
              order.total.times(rate).rounded()
          }

        u fn take_back(parcel: Parcel, depot: &mut Depot) -> Result<(), Spoiled> {
        u     let state = inspect(&parcel)?;
        u     depot.shelf_for(state).put(parcel);
        u     Ok(())
        u }
    "#]]
    .assert_eq(&marks(&repo, "tax.rs"));
}

#[test]
fn a_file_that_is_split_in_two_and_two_that_become_one() {
    let repo = repo();
    repo.run_in_terminal(&["confirm", "ship.rs:8-12"]).ok();
    repo.delete("ship.rs");
    repo.write("out.rs", format!("use crate::depot::Depot;\n\n{SHIP}"));
    repo.write("back.rs", format!("use crate::parcel::Parcel;\n\n{RETURN}"));
    repo.commit("Split");
    expect![[r#"
        back.rs: 5 confirmed
        out.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    repo.delete("out.rs");
    repo.delete("back.rs");
    repo.write("both.rs", format!("use crate::all::*;\n\n{RETURN}\n{SHIP}"));
    repo.commit("Joined");
    expect![[r#"
        both.rs: 6 unreviewed, 5 confirmed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_persons_copy_keeps_its_state_and_an_accident_is_nobodys() {
    let repo = repo();
    repo.append("tax.rs", &format!("\n{SHIP}"));
    repo.append(
        "main.rs",
        "fn main() { let shelf = depot.shelf_of(&order.article)?; }\n",
    );
    expect![[r#"
        ship.rs: 11 unreviewed
        tax.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

/// The beginning is long; what else is alike behind it are lines that people write as well.
#[test]
fn of_a_copy_that_a_person_reworks_only_what_is_long_keeps_its_state() {
    let repo = repo();
    let reworked = SHIP
        .replace("order.count", "order.count.max(1)")
        .replace(".id", ".number()");
    repo.write("post.rs", &reworked);
    expect![[r#"
        post.rs: 3 unreviewed
        ship.rs: 11 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    expect![[r#"
        unreviewed: fn ship(order: &Order, depot: &mut Depot) -> Result<Parcel, NoStock> {\n    let shelf = depot.shelf_of(&order.article)?;\n    let parcel = shelf.take(order.count
    "#]].assert_eq(&regions(&repo, "post.rs"));
}

#[test]
fn what_also_stands_where_it_is_nobodys_is_not_marked() {
    const LICENCE: &str = "\
// This program is free software: you can redistribute it and modify it under the terms
// of the General Public Licence as published by the Foundation, in any later version.
";
    let repo = Repo::with(&[("old.rs", LICENCE), ("main.rs", "mod old;\n")]);
    Claude::new(&repo).write("ship.rs", &format!("{LICENCE}{SHIP}"));
    repo.write("mine.rs", format!("{LICENCE}fn mine() -> u8 {{ 41 }}\n"));
    expect![[r#"
        ship.rs: 8 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_persons_function_that_an_assistant_moves_stays_the_persons() {
    let repo = Repo::with(&[
        ("tax.rs", &format!("{TAX}\n{SHIP}")),
        ("main.rs", "mod tax;\n"),
    ]);
    let claude = Claude::new(&repo);
    claude.edit("tax.rs", SHIP, "");
    expect![[r#"
        tax.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
    claude.edit(
        "main.rs",
        "mod tax;\n",
        &format!("mod tax;\nmod ship;\n\n{SHIP}"),
    );
    expect![[r#"
        main.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    expect![[r#"
        unreviewed: mod ship;
    "#]]
    .assert_eq(&regions(&repo, "main.rs"));
}

#[test]
fn what_was_confirmed_stays_so_when_an_assistant_moves_it() {
    let repo = repo();
    repo.run_in_terminal(&["confirm", "ship.rs"]).ok();
    let claude = Claude::new(&repo);
    claude.edit("ship.rs", RETURN, "");
    claude.write(
        "back.rs",
        &format!("use crate::parcel::Parcel;\n\n{RETURN}"),
    );
    expect![[r#"
        back.rs: 1 unreviewed, 5 confirmed
        ship.rs: 6 confirmed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn an_assistants_copy_is_its_own_new_text() {
    let repo = Repo::with(&[("tax.rs", TAX), ("main.rs", "mod tax;\n")]);
    let claude = Claude::new(&repo);
    claude.write("copy.rs", &format!("mod all;\n\n{TAX}"));
    expect![[r#"
        copy.rs: 5 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    repo.append("tax.rs", "// Mine.\n");
    expect![[r#"
        copy.rs: 5 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_file_of_few_words_that_a_person_renames() {
    let repo = Repo::with(&[("main.rs", "mod tax;\n")]);
    Claude::new(&repo).write("few.rs", "fn few() { one(); }\n");
    repo.rename("few.rs", "some.rs");
    expect![[r#"
        some.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn what_another_branch_had_before_is_nobodys() {
    let repo = Repo::with(&[("main.rs", "mod tax;\n")]);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.write("tax.rs", TAX);
    repo.commit("Topic");
    repo.git(&["checkout", "--quiet", "main"]);
    Claude::new(&repo).write("copy.rs", TAX);
    repo.commit("Copy");
    repo.git(&["checkout", "--quiet", "topic"]);
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn an_assistant_may_put_it_there_before_it_takes_it_away_here() {
    let repo = Repo::with(&[
        ("tax.rs", &format!("{TAX}\n{SHIP}")),
        ("main.rs", "mod tax;\n"),
    ]);
    let claude = Claude::new(&repo);
    claude.edit(
        "main.rs",
        "mod tax;\n",
        &format!("mod tax;\nmod ship;\n\n{SHIP}"),
    );
    expect![[r#"
        main.rs: 7 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    claude.edit("tax.rs", SHIP, "");
    expect![[r#"
        main.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    repo.append("main.rs", "// Mine.\n");
    repo.commit("Moved");
    expect![[r#"
        unreviewed: mod ship;
    "#]]
    .assert_eq(&regions(&repo, "main.rs"));
}

#[test]
fn what_was_confirmed_stays_so_in_that_order_too() {
    let repo = repo();
    repo.run_in_terminal(&["confirm", "ship.rs:8-12"]).ok();
    let claude = Claude::new(&repo);
    claude.write("all.rs", &format!("mod depot;\n\n{SHIP}\n{RETURN}"));
    claude.edit("ship.rs", &format!("{SHIP}\n{RETURN}"), "");
    expect![[r#"
        all.rs: 7 unreviewed, 5 confirmed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn what_one_command_moves_between_files_stays_what_it_was() {
    let repo = repo();
    repo.append("tax.rs", &format!("\n{SALE}"));
    repo.run_in_terminal(&["confirm", "ship.rs:8-12"]).ok();
    repo.commit("Sale");
    let claude = Claude::new(&repo);
    let script = claude.pre_bash("true");
    repo.write("tax.rs", TAX);
    repo.replace("ship.rs", &format!("\n{RETURN}"), "");
    repo.append("main.rs", &format!("mod sale;\n\n{SALE}\n{RETURN}"));
    script.finish();
    expect![[r#"
        main.rs: 1 unreviewed, 5 confirmed
        ship.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    expect![[r#"
          mod tax;
        u mod sale;

          fn sale(order: &mut Order, calendar: &Calendar) {
              let season = calendar.season_of(order.placed_at);
              order.total = order.total.less(season.share());
          }

        c fn take_back(parcel: Parcel, depot: &mut Depot) -> Result<(), Spoiled> {
        c     let state = inspect(&parcel)?;
        c     depot.shelf_for(state).put(parcel);
        c     Ok(())
        c }
    "#]]
    .assert_eq(&marks(&repo, "main.rs"));
}

#[test]
fn a_file_that_one_command_splits_stays_what_it_was() {
    let repo = Repo::with(&[("all.rs", &format!("{TAX}\n{SHIP}\n{SALE}"))]);
    let claude = Claude::new(&repo);
    let script = claude.pre_bash("true");
    repo.delete("all.rs");
    repo.write("tax.rs", TAX);
    repo.write("ship.rs", format!("use crate::depot::Depot;\n\n{SHIP}"));
    repo.write("sale.rs", SALE);
    script.finish();
    expect![[r#"
        ship.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn an_assistants_text_that_git_knew_and_a_command_brings_back_is_still_its() {
    let repo = repo();
    repo.run_in_terminal(&["confirm", "ship.rs:8-12"]).ok();
    repo.commit("Shipping");
    repo.write("ship.rs", "//! Ships.\n");
    repo.commit("Later");
    let claude = Claude::new(&repo);
    claude.bash("git show HEAD~1:ship.rs >> ship.rs && echo '// Back.' >> ship.rs");
    expect![[r#"
        ship.rs: 7 unreviewed, 5 confirmed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_copy_that_an_assistant_makes_of_a_renamed_file_is_new_text() {
    for who in ["a person", "the assistant"] {
        let repo = repo();
        let claude = Claude::new(&repo);
        repo.run_in_terminal(&["confirm", "ship.rs"]).ok();
        match who {
            "a person" => repo.rename("ship.rs", "sent.rs"),
            _ => drop(claude.bash("mv ship.rs sent.rs")),
        }
        claude.bash("cp sent.rs copied.rs");
        claude.write("written.rs", &format!("{SHIP}\n{RETURN}"));
        claude.write("longer.rs", &format!("{SHIP}\n{RETURN}\n{SALE}"));
        expect![[r#"
            copied.rs: 11 unreviewed
            longer.rs: 15 unreviewed
            sent.rs: 11 confirmed
            written.rs: 11 unreviewed
        "#]]
        .assert_eq(&status(&repo));
    }
}

#[test]
fn what_git_leaves_out_of_the_work_tree_stands_all_the_same() {
    let repo = Repo::with(&[("shop/tax.rs", TAX), ("depot/lib.rs", "mod ship;\n")]);
    let claude = Claude::new(&repo);
    claude.write("shop/ship.rs", SHIP);
    repo.run_in_terminal(&["confirm", "shop/ship.rs"]).ok();
    repo.commit("Confirmed");
    repo.git(&["sparse-checkout", "set", "depot"]);
    claude.write("depot/ship.rs", SHIP);
    repo.git(&["add", "depot"]);
    repo.git(&["commit", "--quiet", "-m", "Copied by an assistant"]);
    repo.run(&["check", "--base", "HEAD~1"]).expect_code(1);
    repo.git(&["sparse-checkout", "disable"]);
    expect![[r#"
        depot/ship.rs: 6 unreviewed
        shop/ship.rs: 6 confirmed
    "#]]
    .assert_eq(&status(&repo));
}
