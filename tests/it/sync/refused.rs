//! Where nothing can be shared: what is said, and that nothing is lost.

use super::{NOTES, SHIP, Team, sync, tree};
use crate::support::claude::Claude;
use crate::support::output::Output;
use crate::support::repo::Repo;
use expect_test::{Expect, expect};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// `sync` fails, and says this; the folder of the story is `HERE`.
#[track_caller]
fn fails(repo: &Repo, arguments: &[&str], expected: &Expect) -> Output {
    let said = repo.run(&[&["sync"], arguments].concat()).expect_code(2);
    let here = repo.root().parent().unwrap().to_string_lossy().into_owned();
    expected.assert_eq(&said.stderr.replace(&here, "HERE"));
    assert_eq!(said.stdout, "");
    said
}

/// A clone with something to share.
fn team() -> Team {
    let team = Team::new();
    Claude::new(&team.ada).write("ship.rs", SHIP);
    team.ada.commit("Shipping");
    team
}

#[test]
fn no_remote_many_remotes_and_unknown_ones() {
    let repo = Repo::with(&[("tax.rs", super::TAX)]);
    fails(
        &repo,
        &[],
        &expect![[r#"
        error: this repository has no remote to share with: git remote add origin URL
    "#]],
    );
    repo.git(&["remote", "add", "one", "../one"]);
    repo.git(&["remote", "add", "two", "../two"]);
    fails(
        &repo,
        &[],
        &expect![[r#"
        error: which remote? countersign sync one | two
    "#]],
    );
    fails(
        &repo,
        &["three"],
        &expect![[r#"
        error: git fetch failed: 'three' does not appear to be a git repository
        hint: see whether your own `git fetch` and `git push` reach that remote; where you may only read, use --fetch-only
    "#]],
    );
    fails(
        &repo,
        &["two"],
        &expect![[r#"
        error: git fetch failed: '../two' does not appear to be a git repository
        hint: see whether your own `git fetch` and `git push` reach that remote; where you may only read, use --fetch-only
    "#]],
    );
    fails(
        &repo,
        &["--", "--upload-pack=touch hacked"],
        &expect![[r#"
        error: git fetch failed: strange pathname '--upload-pack=touch hacked' blocked
        hint: see whether your own `git fetch` and `git push` reach that remote; where you may only read, use --fetch-only
    "#]],
    );
    fails(
        &repo,
        &["https://nowhere.invalid/x.git"],
        &expect![[r#"
        error: git fetch failed: unable to access 'https://nowhere.invalid/x.git/': Could not resolve host: nowhere.invalid
        hint: see whether your own `git fetch` and `git push` reach that remote; where you may only read, use --fetch-only
    "#]],
    );
    let outside = Repo::without_git();
    fails(
        &outside,
        &[],
        &expect![[r#"
        error: HERE/project is not in a git repository
        hint: name a file in a repository, or `git init`
    "#]],
    );
}

#[test]
fn a_hook_of_the_remote_that_refuses() {
    let team = team();
    let hook = team.folder().join("hooks/pre-receive");
    fs::write(
        &hook,
        "#!/bin/sh\necho 'no notes in this house' >&2\nexit 1\n",
    )
    .unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    fails(
        &team.ada,
        &[],
        &expect![[r#"
        error: git push failed: the remote refused: (pre-receive hook declined); remote: no notes in this house
        hint: see whether your own `git fetch` and `git push` reach that remote; where you may only read, use --fetch-only
    "#]],
    );
    // Nothing is lost: it goes when it may, and is told then.
    fs::remove_file(&hook).unwrap();
    let said = |arguments: &[&str]| team.ada.run(&[&["sync"], arguments].concat()).ok().stdout;
    assert_eq!(
        said(&["--dry-run"]),
        "Would share 4 facts with origin; 1 text would have notes.\n"
    );
    for shared in [4, 0] {
        let told = format!("Shared {shared} facts. There are notes on 1 text.\n");
        assert!(said(&[]).ends_with(&told), "{told}");
    }
    sync(&team.ben);
    assert_eq!(tree(&team.ben), tree(&team.ada));
}

#[test]
fn a_ref_that_somebody_died_over() {
    let team = team();
    let lock = team.folder().join("refs/notes/countersign.lock");
    fs::create_dir_all(lock.parent().unwrap()).unwrap();
    fs::write(&lock, "").unwrap();
    fails(
        &team.ada,
        &[],
        &expect![[r#"
        error: git push failed: the remote refused: (failed to update ref); remote: error: cannot lock ref 'refs/notes/countersign': Unable to create 'HERE/hub.git/./refs/notes/countersign.lock': File exists.
        hint: see whether your own `git fetch` and `git push` reach that remote; where you may only read, use --fetch-only
    "#]],
    );
    fs::remove_file(&lock).unwrap();
    sync(&team.ada);
    team.ada.run_in_terminal(&["confirm", "ship.rs"]).ok();
    team.ada.write(&format!(".git/{NOTES}.lock"), "");
    fails(
        &team.ada,
        &[],
        &expect![[r#"
            error: git fast-import failed: cannot lock ref 'refs/notes/countersign': Unable to create 'HERE/project/.git/refs/notes/countersign.lock': File exists.
            hint: see whether `git status` and `git fsck` run here
        "#]],
    );
    team.ada.delete(&format!(".git/{NOTES}.lock"));
    sync(&team.ada);
    sync(&team.ben);
    assert_eq!(tree(&team.ben), tree(&team.ada));
}

#[test]
fn a_ref_that_holds_no_notes() {
    let team = team();
    let blob = team.git(&["rev-parse", "main:tax.rs"]);
    team.git(&["update-ref", NOTES, &blob]);
    fails(
        &team.ada,
        &[],
        &expect![[r#"
            error: refs/notes/countersign of origin names no commit, so it holds no notes
            hint: take it away there: git push origin :refs/notes/countersign
        "#]],
    );
    fails(
        &team.ada,
        &["--dry-run"],
        &expect![[r#"
            error: refs/notes/countersign of origin names no commit, so it holds no notes
            hint: take it away there: git push origin :refs/notes/countersign
        "#]],
    );
    team.git(&["update-ref", "-d", NOTES]);
    team.ada.git(&["tag", "-a", "-m", "x", "x"]);
    team.ada
        .git(&["update-ref", NOTES, &team.ada.git(&["rev-parse", "x"])]);
    fails(
        &team.ada,
        &[],
        &expect![[r#"
            error: refs/notes/countersign names no commit, so it holds no notes
            hint: take it away: git update-ref -d refs/notes/countersign
        "#]],
    );
    team.ada.git(&["update-ref", NOTES, &blob]);
    let said = team.ada.run(&["status"]).ok();
    expect![[r#"
        warning: the shared notes are not all known: refs/notes/countersign names no commit, so it holds no notes (take it away: git update-ref -d refs/notes/countersign)
    "#]].assert_eq(&said.stderr);
    expect![[r#"
        error: the shared notes cannot all be read here, so facts may be missing: refs/notes/countersign names no commit, so it holds no notes
        hint: countersign sync; in a partial clone, where its remote can be reached
    "#]]
    .assert_eq(&team.ada.run(&["check"]).expect_code(2).stderr);
}
