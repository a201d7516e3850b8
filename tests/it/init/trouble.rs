//! What cannot be set up safely is left as it is, with a word on what to do.

use super::{Desk, SETTINGS};
use crate::support::repo::Repo;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

/// Init fails with this, says what to do, and changes nothing.
#[track_caller]
fn refused(desk: &Desk, arguments: &[&str], says: &str) {
    let before = desk.files();
    let said = desk.run(&[&["init", "--yes", "claude-code"], arguments].concat());
    let said = said.expect_code(2);
    assert!(said.stderr.contains(says), "{says:?} in {said}");
    assert!(said.stderr.contains("hint: "), "{said}");
    assert_eq!(desk.files(), before);
    assert!(!desk.repo.path(".git/countersign").exists(), "{said}");
}

#[test]
fn broken_json_is_told_with_its_place() {
    for (text, says) in [
        ("{\n  \"a\": \n}\n", "line 3, column 1"),
        ("{\"a\": 1", "cannot be understood"),
        ("{\"a\": 1 \"b\": 2}", "cannot be understood"),
        ("{a: 1}", "cannot be understood"),
        ("[]", "it is not a JSON object"),
        ("{\"hooks\": []}", "`hooks` is not an object"),
        (
            "{\"hooks\": {\"PreToolUse\": {}}}",
            "`hooks.PreToolUse` is not an array",
        ),
        (
            "{\"hooks\": {}, \"hooks\": {}}",
            "`hooks` stands there twice",
        ),
        (
            "{\"hooks\": {\"PreToolUse\": [], \"PreToolUse\": []}}",
            "`hooks.PreToolUse` stands there twice",
        ),
    ] {
        let desk = Desk::new();
        desk.repo.write(SETTINGS, text);
        refused(&desk, &[], says);
        refused(&desk, &[], SETTINGS);
    }
}

#[test]
fn what_is_no_text_or_no_file_is_left() {
    let desk = Desk::new();
    desk.repo.write(SETTINGS, b"{\"a\": \"\xff\"}");
    refused(&desk, &[], "is not UTF-8 text");
    let desk = Desk::new();
    fs::create_dir_all(desk.repo.path(SETTINGS)).unwrap();
    refused(&desk, &[], "is not a file");
    let desk = Desk::new();
    desk.repo.write(".claude", "a file\n");
    refused(&desk, &[], ".claude cannot be used as a folder");
}

#[test]
fn a_link_is_not_replaced_by_a_file() {
    let desk = Desk::new();
    desk.repo.write("shared.json", "{}\n");
    fs::create_dir(desk.repo.path(".claude")).unwrap();
    symlink("../shared.json", desk.repo.path(SETTINGS)).unwrap();
    refused(&desk, &[], "is a symbolic link to ../shared.json");
    assert!(desk.repo.path(SETTINGS).is_symlink());
}

#[test]
fn a_folder_that_leads_out_of_the_repository_is_not_followed() {
    let desk = Desk::new();
    fs::create_dir(desk.home("elsewhere")).unwrap();
    symlink(desk.home("elsewhere"), desk.repo.path(".claude")).unwrap();
    refused(&desk, &[], "leads out of the repository");
    assert_eq!(fs::read_dir(desk.home("elsewhere")).unwrap().count(), 0);
}

#[test]
fn a_file_that_may_not_be_written_is_not_replaced() {
    let desk = Desk::new();
    desk.repo.write(SETTINGS, "{}\n");
    fs::set_permissions(desk.repo.path(SETTINGS), fs::Permissions::from_mode(0o444)).unwrap();
    refused(&desk, &[], "is read-only");
}

#[test]
fn outside_a_repository_there_is_nothing_to_set_up() {
    let desk = Desk::of(Repo::without_git());
    refused(&desk, &[], "is not in a git repository");
    refused(&desk, &["--remove"], "is not in a git repository");
}

#[test]
fn a_bare_repository_has_no_work_tree_to_set_up() {
    let repo = Repo::with(&[("README", "hello\n")]);
    let bare = repo.clone_as_from_a_server("bare.git", &["--bare"]);
    bare.git(&["worktree", "add", "--quiet", "../tree"]);
    // As people lay it out who work in work trees only.
    let around = repo.beside("around");
    around.git(&["clone", "--quiet", "--bare", "../bare.git", "hidden.git"]);
    around.write(".git", "gitdir: hidden.git\n");
    let tree = Desk::of(repo.beside("tree"));
    for repo in [bare, around] {
        let desk = Desk::of(repo);
        for arguments in [&[][..], &["--local"], &["--git-hooks"]] {
            refused(&desk, arguments, "there is no work tree to set up");
        }
    }
    tree.init(&["claude-code"]);
    assert!(tree.repo.path(SETTINGS).exists());
}

#[test]
fn several_files_are_written_all_or_none() {
    let desk = Desk::new();
    desk.repo.write(".helix/languages.toml", "[[language\n");
    refused(
        &desk,
        &["helix"],
        "languages.toml cannot be understood: line 1",
    );
    let desk = Desk::new();
    desk.repo.write(".helix", "a file\n");
    refused(&desk, &["helix"], ".helix cannot be used as a folder");
    // The git folder cannot take the record of what stood before.
    let desk = Desk::new();
    desk.repo.write(".git/countersign", "a file\n");
    let said = desk
        .run(&["init", "--yes", "claude-code", "helix"])
        .expect_code(2);
    assert!(
        said.stderr.contains("init.json cannot be written"),
        "{said}"
    );
    assert_eq!(desk.files(), []);
}

#[test]
fn what_a_terminal_would_obey_is_not_printed() {
    let desk = Desk::new();
    desk.repo.write(SETTINGS, "{\n  // \u{1b}[2J\u{7}\n}\n");
    let said = desk.init(&["claude-code"]);
    assert!(
        said.stdout.contains("\\u{1b}[2J") && !said.stdout.contains('\u{1b}'),
        "{said}"
    );
}
