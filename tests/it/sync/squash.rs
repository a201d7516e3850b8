//! A text that nobody has: what is shared finds its regions again, to the line.

use super::{RETURN, SHIP, TAX, Team, hand_over, sync};
use crate::support::claude::Claude;
use crate::support::marks::{marks, status};
use crate::support::repo::Repo;
use expect_test::{Expect, expect};

const PAY: &str = "\
fn pay(order: &Order, till: &mut Till) -> Result<Receipt, Declined> {
    let amount = order.total.with(tax(order, &till.rates));
    let receipt = till.charge(order.card(), amount)?;
    till.book.push(receipt.line());
    Ok(receipt)
}
";

/// What a feature branch holds: Ada's own function between the assistant's, one of them confirmed, and a removal.
fn feature(team: &Team) {
    team.ada.git(&["checkout", "--quiet", "-b", "feature"]);
    let claude = Claude::new(&team.ada);
    claude.write(
        "main.rs",
        &format!("mod tax;\nmod ship;\n\n{SHIP}\n{RETURN}"),
    );
    team.ada.commit("Shipping");
    team.ada.replace(
        "main.rs",
        RETURN,
        &format!("static MINE: Lazy = Lazy::of(8);\n\n{RETURN}"),
    );
    claude.edit(
        "tax.rs",
        "    let rate = rates.of(order.country).unwrap_or(Rate::ZERO);\n",
        "",
    );
    team.ada.run_in_terminal(&["confirm", "main.rs:13-17"]).ok();
    hand_over(&team.ada, "Mine");
}

/// The server squashes the feature onto a main that has moved, and deletes its branch.
fn squash_on_the_server(team: &Team, edit: impl Fn(&Repo)) {
    let server = team.clone("server", &[]);
    server.write("main.rs", format!("mod tax;\nmod pay;\n\n{PAY}"));
    server.commit("Paying");
    let merged = server
        .command("git")
        .args(["merge", "--squash", "--quiet", "origin/feature"])
        .output()
        .unwrap();
    assert!(!merged.status.success(), "both have changed main.rs");
    let feature = server.git(&["show", "origin/feature:main.rs"]) + "\n";
    let (head, rest) = feature.split_once("\n\n").unwrap();
    server.write("main.rs", format!("{head}\nmod pay;\n\n{PAY}\n{rest}"));
    edit(&server);
    server.commit("Shipping (squashed)");
    server.git(&["push", "--quiet", "origin", "HEAD:main", ":feature"]);
    team.git(&["gc", "--quiet", "--prune=now"]);
}

/// What everybody must see.
fn check(repo: &Repo, main: &Expect, state: &Expect) {
    let lacks = repo
        .command("git")
        .args(["cat-file", "-e", "origin/feature"])
        .output()
        .unwrap();
    assert!(!lacks.status.success(), "this clone never saw the feature");
    main.assert_eq(&marks(repo, "main.rs"));
    state.assert_eq(&status(repo));
    assert_eq!(repo.run(&["check"]).code, 1);
}

#[test]
fn a_squash_onto_a_moved_main_is_recognised_to_the_line() {
    let team = Team::new();
    feature(&team);
    squash_on_the_server(&team, |_| {});
    let main = expect![[r#"
          mod tax;
          mod ship;
          mod pay;

          fn pay(order: &Order, till: &mut Till) -> Result<Receipt, Declined> {
              let amount = order.total.with(tax(order, &till.rates));
              let receipt = till.charge(order.card(), amount)?;
              till.book.push(receipt.line());
              Ok(receipt)
          }

        u fn ship(order: &Order, depot: &mut Depot) -> Result<Parcel, NoStock> {
        u     let shelf = depot.shelf_of(&order.article)?;
        u     let parcel = shelf.take(order.count)?;
        u     depot.log.push(Event::Shipped(parcel.id));
        u     Ok(parcel)
        u }

          static MINE: Lazy = Lazy::of(8);

        c fn take_back(parcel: Parcel, depot: &mut Depot) -> Result<(), Spoiled> {
        c     let state = inspect(&parcel)?;
        c     depot.shelf_for(state).put(parcel);
        c     Ok(())
        c }
    "#]];
    let state = expect![[r#"
        main.rs: 6 unreviewed, 5 confirmed
        tax.rs: 1 removals
    "#]];
    let whole = team.clone("whole", &["--single-branch"]);
    sync(&whole);
    check(&whole, &main, &state);
    let shallow = team.clone("shallow", &["--depth=1"]);
    sync(&shallow);
    check(&shallow, &main, &state);
    let fetched = team.clone("fetched", &["--depth=1"]);
    fetched.git(&[
        "fetch",
        "--quiet",
        "origin",
        "refs/notes/countersign:refs/notes/countersign",
    ]);
    check(&fetched, &main, &state);
}

#[test]
fn so_is_one_that_was_edited_on_the_way() {
    let team = Team::new();
    feature(&team);
    squash_on_the_server(&team, |server| {
        server.replace(
            "main.rs",
            "shelf.take(order.count)?",
            "shelf.take(order.count.max(1), &order.article)?",
        );
        server.replace(
            "main.rs",
            "fn take_back(parcel: Parcel,",
            "fn take_back(mut parcel: Parcel,",
        );
    });
    let main = expect![[r#"
          mod tax;
          mod ship;
          mod pay;

          fn pay(order: &Order, till: &mut Till) -> Result<Receipt, Declined> {
              let amount = order.total.with(tax(order, &till.rates));
              let receipt = till.charge(order.card(), amount)?;
              till.book.push(receipt.line());
              Ok(receipt)
          }

        u fn ship(order: &Order, depot: &mut Depot) -> Result<Parcel, NoStock> {
        u     let shelf = depot.shelf_of(&order.article)?;
        u     let parcel = shelf.take(order.count.max(1), &order.article)?;
        u     depot.log.push(Event::Shipped(parcel.id));
        u     Ok(parcel)
        u }

          static MINE: Lazy = Lazy::of(8);

        c fn take_back(mut parcel: Parcel, depot: &mut Depot) -> Result<(), Spoiled> {
        c     let state = inspect(&parcel)?;
        c     depot.shelf_for(state).put(parcel);
        c     Ok(())
        c }
    "#]];
    let state = expect![[r#"
        main.rs: 6 unreviewed, 5 confirmed
        tax.rs: 1 removals
    "#]];
    for options in [&["--single-branch"][..], &["--depth=1"]] {
        let clone = team.clone(options[0], options);
        sync(&clone);
        check(&clone, &main, &state);
    }
}

#[test]
fn a_rebase_with_a_formatter_and_a_file_of_another_name() {
    let team = Team::new();
    feature(&team);
    let server = team.clone("server", &[]);
    server.write("main.rs", format!("mod tax;\nmod pay;\n\n{PAY}"));
    server.write(
        "ship.rs",
        server
            .git(&["show", "origin/feature:main.rs"])
            .replace("    ", "\t")
            .replace("order: &Order, ", "\n\torder: &Order,\n\t"),
    );
    server.commit("Shipping, elsewhere");
    server.git(&["push", "--quiet", "origin", "HEAD:main", ":feature"]);
    team.git(&["gc", "--quiet", "--prune=now"]);
    let clone = team.clone("other", &["--depth=1"]);
    sync(&clone);
    expect![[r#"
          mod tax;
        u mod ship;

        u fn ship(
        u 	order: &Order,
        u 	depot: &mut Depot) -> Result<Parcel, NoStock> {
        u 	let shelf = depot.shelf_of(&order.article)?;
        u 	let parcel = shelf.take(order.count)?;
        u 	depot.log.push(Event::Shipped(parcel.id));
        u 	Ok(parcel)
        u }

          static MINE: Lazy = Lazy::of(8);

        c fn take_back(parcel: Parcel, depot: &mut Depot) -> Result<(), Spoiled> {
        c 	let state = inspect(&parcel)?;
        c 	depot.shelf_for(state).put(parcel);
        c 	Ok(())
        c }
    "#]]
    .assert_eq(&marks(&clone, "ship.rs"));
}

/// An assistant's copy is its own new text; what it copied stays the person's where history tells which was first.
/// A shallow clone has none, and asks.
#[test]
fn what_an_assistant_copied_stays_the_persons_in_a_whole_clone() {
    let team = Team::new();
    Claude::new(&team.ada).write("copy.rs", &format!("mod all;\n\n{TAX}\n{SHIP}"));
    hand_over(&team.ada, "Copy");
    let whole = team.clone("whole", &["--single-branch"]);
    sync(&whole);
    whole.append("tax.rs", "// Mine.\n");
    expect![[r#"
        copy.rs: 11 unreviewed
    "#]]
    .assert_eq(&status(&whole));
    let shallow = team.clone("shallow", &["--depth=1"]);
    sync(&shallow);
    expect![[r#"
        copy.rs: 11 unreviewed
        tax.rs: 4 unreviewed
    "#]]
    .assert_eq(&status(&shallow));
}

/// No clone has the commit any more at which Ada's ledger began.
#[test]
fn of_a_history_that_was_rewritten_as_well() {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    team.ada.commit("Shipping");
    let tree = team.ada.git(&["rev-parse", "HEAD^{tree}"]);
    let anew = team.ada.git(&["commit-tree", &tree, "-m", "Anew"]);
    team.ada.git(&["reset", "--quiet", "--hard", &anew]);
    team.ada
        .git(&["push", "--quiet", "--force", "origin", "main"]);
    sync(&team.ada);
    team.ada.append("ship.rs", &format!("\n{RETURN}"));
    team.ada.commit("Returning");
    team.ada.git(&["push", "--quiet", "origin", "main"]);
    team.git(&["reflog", "expire", "--expire=now", "--all"]);
    team.git(&["gc", "--quiet", "--prune=now"]);
    let clone = team.clone("late", &[]);
    sync(&clone);
    expect![[r#"
        ship.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&clone));
    // Nor does the next one take the word of a ledger that began so late.
    let next = team.clone("next", &[]);
    sync(&next);
    expect![[r#"
        ship.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&next));
}

#[test]
fn a_short_line_and_a_removal_are_recognised_in_a_full_clone_as_in_a_shallow_one() {
    let team = Team::new();
    team.ada.git(&["checkout", "--quiet", "-b", "feature"]);
    let claude = Claude::new(&team.ada);
    claude.edit(
        "tax.rs",
        "    order.total.times",
        "    log(rate);\n    order.total.times",
    );
    claude.edit("main.rs", "mod tax;\n", "");
    hand_over(&team.ada, "Logging");
    let server = team.clone("server", &[]);
    server.write("tax.rs", format!("use money::Money;\n\n{TAX}"));
    server.commit("Moved");
    server.git(&["merge", "--squash", "--quiet", "origin/feature"]);
    server.commit("Logging (squashed)");
    server.git(&["push", "--quiet", "origin", "HEAD:main", ":feature"]);
    team.git(&["gc", "--quiet", "--prune=now"]);
    for (name, options) in [("full", &[][..]), ("shallow", &["--depth=1"])] {
        let clone = team.clone(name, options);
        sync(&clone);
        let state = "main.rs: 1 removals\ntax.rs: 1 unreviewed\n";
        assert_eq!(status(&clone), state, "{name}");
        assert_eq!(clone.run(&["check"]).code, 1);
    }
}
