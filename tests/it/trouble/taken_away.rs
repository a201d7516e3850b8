//! What an editor's server rests on is deleted while it runs.

use super::{REFUND, is_told};
use crate::support::claude::Claude;
use crate::support::editor::{Editor, listed};
use crate::support::marks::status;
use crate::support::repo::Repo;
use std::fs;

const CHARGE: &str = "\
pub fn charge(order: &Order) -> Money {
    let price = order.price();
    price.with_tax()
}
";

/// A file with two functions, which an assistant wrote, in an editor.
fn opened() -> (Repo, Editor) {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    Claude::new(&repo).write("pay.rs", &format!("{CHARGE}\n{REFUND}"));
    let mut editor = Editor::open_on(&repo);
    editor.open("pay.rs");
    editor.diagnostics_until("pay.rs", "both", |all| all.len() == 2);
    (repo, editor)
}

fn delete_ledger(repo: &Repo) {
    for entry in fs::read_dir(repo.path(".git/countersign")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn a_ledger_that_is_deleted_is_written_again_and_that_is_told() {
    let (repo, mut editor) = opened();
    delete_ledger(&repo);
    is_told(&mut editor, "was deleted or replaced");
    assert_eq!(status(&repo), "pay.rs: 10 unreviewed\n");
    let action = editor.code_action("pay.rs", 0, "Confirm `charge`");
    editor.run(&action).unwrap();
    assert_eq!(status(&repo), "pay.rs: 6 unreviewed, 4 confirmed\n");
    repo.commit("Pay");
    repo.run(&["check"]).expect_code(1);
}

#[test]
fn an_act_that_comes_first_loses_nothing_either() {
    let (repo, mut editor) = opened();
    let action = editor.code_action("pay.rs", 0, "Confirm `charge`");
    delete_ledger(&repo);
    editor.run(&action).unwrap();
    is_told(&mut editor, "was deleted or replaced");
    assert_eq!(status(&repo), "pay.rs: 6 unreviewed, 4 confirmed\n");
}

#[test]
fn a_repository_that_is_deleted_is_not_made_again() {
    let (repo, mut editor) = opened();
    let action = editor.code_action("pay.rs", 0, "Confirm `charge`");
    fs::remove_dir_all(repo.path(".git")).unwrap();
    let refused = editor.run(&action).unwrap_err();
    assert!(refused.message.contains(".git is gone"), "{refused:?}");
    assert!(!repo.path(".git").exists());
    let both = |all: &[_]| all.len() == 2;
    let shown = editor.diagnostics_until("pay.rs", "both", both);
    assert!(listed(&shown).contains("`charge`"));
}
