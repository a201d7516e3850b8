//! A person cuts in one buffer and pastes into another.

use crate::support::claude::Claude;
use crate::support::editor::{Change, Editor, listed};
use crate::support::marks::status;
use crate::support::repo::Repo;
use expect_test::expect;

const SHIP: &str = "\
fn ship(order: &Order, depot: &mut Depot) -> Result<Parcel, NoStock> {
    let shelf = depot.shelf_of(&order.article)?;
    let parcel = shelf.take(order.count)?;
    Ok(parcel)
}
";
const REST: &str = "fn rest() {\n    let all = count_everything_again(1, 2, 3);\n}\n";
const MINE: &str = "fn mine() -> u8 {\n    41\n}\n";

/// The assistant's `ship.rs` and a person's `mine.rs`, both open.
fn opened() -> (Repo, Editor) {
    let repo = Repo::with(&[("mine.rs", MINE)]);
    Claude::new(&repo).write("ship.rs", &format!("{SHIP}{REST}"));
    let mut editor = Editor::open_on(&repo);
    editor.open("ship.rs");
    editor.open("mine.rs");
    (repo, editor)
}

fn cut(editor: &mut Editor) {
    editor.change("ship.rs", &[Change::new((0, 0), (5, 0), "")]);
}

fn paste(editor: &mut Editor) {
    editor.change("mine.rs", &[Change::new((3, 0), (3, 0), SHIP)]);
}

#[track_caller]
fn is_marked(editor: &mut Editor) {
    let wanted = "4: unreviewed (information) `ship`: 5 lines by Claude Code, unreviewed";
    editor.diagnostics_until("mine.rs", wanted, |all| listed(all) == wanted);
}

#[test]
fn what_is_cut_here_and_pasted_there_stays_marked() {
    let (repo, mut editor) = opened();
    cut(&mut editor);
    paste(&mut editor);
    editor.save("mine.rs");
    is_marked(&mut editor);
    editor.save("ship.rs");
    expect![[r#"
        mine.rs: 5 unreviewed
        ship.rs: 3 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn it_is_marked_before_anything_is_saved() {
    let (_repo, mut editor) = opened();
    cut(&mut editor);
    paste(&mut editor);
    is_marked(&mut editor);
}

#[test]
fn also_where_it_is_pasted_first() {
    let (_repo, mut editor) = opened();
    paste(&mut editor);
    cut(&mut editor);
    is_marked(&mut editor);
}

#[test]
fn in_the_other_order_of_saving_as_well() {
    let (repo, mut editor) = opened();
    cut(&mut editor);
    editor.save("ship.rs");
    paste(&mut editor);
    editor.save("mine.rs");
    is_marked(&mut editor);
    expect![[r#"
        mine.rs: 5 unreviewed
        ship.rs: 3 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn a_copy_of_a_whole_function_is_marked_too() {
    let (_repo, mut editor) = opened();
    paste(&mut editor);
    editor.save("mine.rs");
    is_marked(&mut editor);
}
