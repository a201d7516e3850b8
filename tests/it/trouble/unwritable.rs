//! A ledger that cannot be written: what was told waits beside it.

use super::REFUND;
use crate::support::claude::Claude;
use crate::support::marks::status;
use crate::support::repo::Repo;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

fn set_mode(repo: &Repo, path: &str, mode: u32) {
    fs::set_permissions(repo.path(path), fs::Permissions::from_mode(mode)).unwrap();
}

/// Modes do not bind the superuser.
fn modes_bind(repo: &Repo) -> bool {
    repo.write("probe/file", "");
    set_mode(repo, "probe", 0o500);
    let bound = fs::write(repo.path("probe/other"), "").is_err();
    set_mode(repo, "probe", 0o700);
    fs::remove_dir_all(repo.path("probe")).unwrap();
    bound
}

#[test]
fn a_file_in_the_place_of_the_ledgers_folder() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    repo.write(".git/countersign", "in the way\n");
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    claude.edit("lib.rs", "mod pay;\n", "mod pay;\nmod refund;\n");
    repo.delete(".git/countersign");
    assert_eq!(
        status(&repo),
        "lib.rs: 1 unreviewed\nrefund.rs: 6 unreviewed\n"
    );
}

#[test]
fn a_folder_that_is_only_read() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    if !modes_bind(&repo) {
        return;
    }
    let claude = Claude::new(&repo);
    claude.write("first.rs", REFUND);
    set_mode(&repo, ".git/countersign", 0o500);
    set_mode(&repo, ".git/countersign/ledger.db", 0o400);
    claude.write("refund.rs", REFUND);
    set_mode(&repo, ".git/countersign", 0o700);
    set_mode(&repo, ".git/countersign/ledger.db", 0o600);
    assert_eq!(
        status(&repo),
        "first.rs: 6 unreviewed\nrefund.rs: 6 unreviewed\n"
    );
}

#[test]
fn a_folder_in_the_place_of_the_ledger() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    fs::create_dir_all(repo.path(".git/countersign/ledger.db/x")).unwrap();
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    claude.bash("echo 'mod more;' >> lib.rs");
    for command in [&["status"][..], &["check"], &["blame", "refund.rs"]] {
        let said = repo.run(command).expect_code(2);
        assert!(said.stderr.starts_with("error: "), "{said}");
        assert!(said.stderr.contains("hint: "), "{said}");
    }
    fs::remove_dir_all(repo.path(".git/countersign/ledger.db")).unwrap();
    assert_eq!(
        status(&repo),
        "lib.rs: 1 unreviewed\nrefund.rs: 6 unreviewed\n"
    );
}

#[test]
fn the_ledger_is_for_its_owner_only() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    Claude::new(&repo).write("refund.rs", REFUND);
    let mode = fs::metadata(repo.path(".git/countersign/ledger.db"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}
