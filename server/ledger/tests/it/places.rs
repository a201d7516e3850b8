//! Which ledger a file belongs to.

use std::fs;
use std::path::Path;

use countersign_ledger::Ledger;
use countersign_provenance::FactId;

use crate::fixture::{folder, ledger_with, origin, repository};

#[test]
fn a_file_belongs_to_its_repository_also_before_it_exists() {
    let folder = repository();
    let place = folder.place_of(&folder.root().join("src/not/yet.rs"));
    assert_eq!(place.root, folder.root());
    assert_eq!(place.dir, folder.root().join(".git/countersign"));
    assert_eq!(place.worktree, folder.root().to_string_lossy());
    assert_eq!(
        place
            .relative(&folder.root().join("src/not/yet.rs"))
            .unwrap(),
        "src/not/yet.rs"
    );
    assert_eq!(place.absolute("src/a.rs"), folder.root().join("src/a.rs"));
}

#[test]
fn what_is_no_file_of_the_work_tree_has_no_path_in_it() {
    let folder = repository();
    let place = folder.place();
    for path in [
        folder.root(),
        folder.path.join("x"),
        folder.root().join(".git/COMMIT_EDITMSG"),
    ] {
        assert_eq!(place.relative(&path), None, "{}", path.display());
    }
    assert_eq!(place.relative(&folder.root().join("new/../../x")), None);
    assert_eq!(
        place
            .relative(&folder.root().join("new/../a.rs"))
            .as_deref(),
        Some("a.rs")
    );
}

#[test]
fn work_trees_share_a_ledger_and_are_told_apart() {
    let folder = repository();
    folder.commit_all("first");
    folder.git(&["worktree", "add", "-q", "../second"]);
    let (first, second) = (
        folder.place(),
        folder.place_of(&folder.path.join("second/a.rs")),
    );
    assert_eq!(second.dir, first.dir);
    assert_eq!(second.root, folder.path.join("second"));
    assert_ne!(second.worktree, first.worktree);
    assert_ne!(second.git_dir, first.git_dir);
    drop(ledger_with(&first, [origin(1)]));
    assert!(
        Ledger::open(&second)
            .unwrap()
            .fact(FactId(1))
            .unwrap()
            .is_some()
    );
}

#[test]
fn a_submodule_has_a_ledger_of_its_own() {
    let folder = repository();
    folder.git_in("", &["init", "-q", "library"]);
    let author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
    let commit = ["commit", "-q", "--allow-empty", "-m", "first"];
    folder.git_in("library", &[&author[..], &commit[..]].concat());
    folder.git(&["submodule", "--quiet", "add", "../library", "library"]);
    let place = folder.place_of(&folder.root().join("library/a.rs"));
    assert_eq!(place.root, folder.root().join("library"));
    assert_eq!(
        place.dir,
        folder.root().join(".git/modules/library/countersign")
    );
}

#[cfg(unix)]
#[test]
fn symlinks_are_resolved_first() {
    let folder = repository();
    let file = folder.write("src/a.rs", "text");
    let link = folder.path.join("link.rs");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    std::os::unix::fs::symlink(folder.root(), folder.path.join("linked")).unwrap();
    let place = folder.place_of(&link);
    assert_eq!(place.root, folder.root());
    assert_eq!(place.relative(&link).as_deref(), Some("src/a.rs"));
    assert_eq!(
        folder.place_of(&folder.path.join("linked/new.rs")).root,
        folder.root()
    );
}

#[test]
fn outside_git_siblings_share_a_ledger_and_folders_below_join_it() {
    let folder = folder();
    let (one, below) = (folder.path.join("one.py"), folder.path.join("below/two.py"));
    fs::create_dir(folder.path.join("below")).unwrap();
    assert_ne!(folder.place_of(&one).dir, folder.place_of(&below).dir);
    let place = folder.place_of(&one);
    assert!(place.dir.starts_with(folder.state()));
    assert_eq!(
        (place.git_dir.as_deref(), place.common_dir.as_deref()),
        (None, None::<&Path>)
    );
    drop(ledger_with(&place, [origin(1)]));
    assert_eq!(
        folder.place_of(&folder.path.join("three.py")).dir,
        place.dir
    );
    assert_eq!(folder.place_of(&below).dir, place.dir);
    assert_eq!(
        folder.place_of(&below).relative(&below).as_deref(),
        Some("below/two.py")
    );
}

#[test]
fn a_folder_called_dot_git_is_not_enough() {
    let folder = folder();
    fs::create_dir(folder.path.join(".git")).unwrap();
    assert_eq!(folder.place_of(&folder.path.join("a.py")).git_dir, None);
}
