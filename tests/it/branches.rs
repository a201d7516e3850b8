//! What stands on another branch or in another work tree has not vanished here: an assistant that writes it here as
//! well has written new text.

use crate::moves::SHIP;
use crate::support::claude::Claude;
use crate::support::marks::status;
use crate::support::repo::Repo;
use expect_test::expect;

/// The assistant's `ship.rs`, confirmed and committed on `topic`; `main` is checked out.
fn confirmed_on_topic(repo: &Repo) -> Claude<'_> {
    let claude = Claude::new(repo);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    claude.write("ship.rs", SHIP);
    repo.run_in_terminal(&["confirm", "ship.rs"]).ok();
    repo.commit("Shipping");
    repo.git(&["checkout", "--quiet", "main"]);
    claude
}

#[test]
fn what_was_confirmed_on_another_branch_is_unreviewed_where_it_is_written_anew() {
    let repo = Repo::with(&[("main.rs", "mod tax;\n")]);
    let claude = confirmed_on_topic(&repo);
    claude.write("send.rs", &SHIP.replace("ship(", "send("));
    claude.write("same.rs", SHIP);
    expect![[r#"
        same.rs: 6 unreviewed
        send.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    repo.commit("Written anew");
    assert_eq!(repo.run(&["check"]).code, 1);
}

#[test]
fn a_confirmation_says_nothing_of_what_was_written_in_another_work_tree() {
    let repo = Repo::with(&[("main.rs", "mod tax;\n")]);
    let beside = repo.worktree("beside");
    Claude::new(&repo).write("ship.rs", SHIP);
    Claude::new(&beside).write("send.rs", &SHIP.replace("ship(", "send("));
    beside.run_in_terminal(&["confirm", "send.rs"]).ok();
    expect![[r#"
        send.rs: 6 confirmed
    "#]]
    .assert_eq(&status(&beside));
    expect![[r#"
        ship.rs: 6 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn what_an_assistant_moves_on_one_branch_was_moved_though_the_other_still_has_it() {
    let repo = Repo::with(&[("main.rs", "mod tax;\n")]);
    let claude = confirmed_on_topic(&repo);
    repo.git(&["merge", "--quiet", "topic"]);
    repo.git(&["checkout", "--quiet", "-b", "next"]);
    claude.edit("ship.rs", SHIP, "use all::*\n");
    claude.write("send.rs", SHIP);
    expect![[r#"
        send.rs: 6 confirmed
        ship.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    repo.commit("Moved");
    claude.edit("send.rs", SHIP, "use all::*\n");
    repo.commit("Taken away");
    claude.write("deep/send.rs", SHIP);
    expect![[r#"
        deep/send.rs: 6 confirmed
        send.rs: 1 unreviewed
        ship.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}
