//! The work tree, objects, attributes and the person.

use std::collections::HashSet;
use std::fs;

use countersign_ledger::git::{self, Attribute, DirtyKind, NoIdentity};

use crate::fixture::{
    another_process, blob_of, folder, repository, repository_with, task_of_this_process,
};

#[test]
fn the_work_tree_is_compared_with_index_and_head() {
    let folder = repository();
    folder.write(".gitignore", "ignored\n");
    for path in [
        "same",
        "changed",
        "deleted",
        "staged",
        "both",
        "staged deletion",
    ] {
        folder.write(path, "old");
    }
    let head = folder.commit_all("first");
    folder.write("staged", "new");
    folder.write("both", "in the index");
    folder.write("added", "new");
    folder.git(&["rm", "-q", "staged deletion"]);
    folder.git(&["add", "staged", "both", "added"]);
    folder.write("both", "on disk");
    folder.write("changed", "new");
    folder.write("ignored", "x");
    folder.write("new folder/ä b", "x");
    fs::remove_file(folder.root().join("deleted")).unwrap();

    let tree = git::work_tree(&folder.place()).unwrap();
    assert_eq!(tree.head, Some(head.clone()));
    assert_eq!(tree.refs, [("refs/heads/main".to_owned(), head)]);
    let (old, new) = (Some(blob_of("old")), Some(blob_of("new")));
    let dirty: Vec<_> = tree
        .dirty
        .into_iter()
        .map(|file| (file.path, file.kind, file.head_blob, file.index_blob))
        .collect();
    let file = |path: &str, kind, head, index| (path.to_owned(), kind, head, index);
    assert_eq!(
        dirty,
        [
            file("added", DirtyKind::Staged, None, new.clone()),
            file(
                "both",
                DirtyKind::Changed,
                old.clone(),
                Some(blob_of("in the index"))
            ),
            file("changed", DirtyKind::Changed, old.clone(), old.clone()),
            file("deleted", DirtyKind::Deleted, old.clone(), old.clone()),
            file("staged", DirtyKind::Staged, old.clone(), new),
            file("staged deletion", DirtyKind::Deleted, old, None),
            file("new folder/ä b", DirtyKind::Untracked, None, None),
        ]
    );
}

#[test]
fn one_git_and_two_find_the_same_files() {
    let folder = repository();
    folder.write(".gitignore", "ignored\n*.log\n!kept.log\n");
    folder.write("tracked/a", "x");
    folder.commit_all("first");
    for path in [
        "tracked/b",
        "new/deep/c",
        "new/ignored/d",
        "x.log",
        "new/kept.log",
        "nested/e",
    ] {
        folder.write(path, "x");
    }
    folder.git(&["init", "-q", "nested"]);
    fs::create_dir(folder.root().join("empty")).unwrap();
    let two = git::work_tree(&folder.place()).unwrap();
    folder.git(&["config", "core.untrackedCache", "keep"]);
    let one = git::work_tree(&folder.place()).unwrap();
    assert_eq!(two, one);
    let untracked: Vec<_> = one.dirty.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        untracked,
        ["nested/", "new/deep/c", "new/kept.log", "tracked/b"]
    );
}

#[test]
fn before_the_first_commit_there_is_no_head() {
    let folder = repository();
    folder.write("a", "x");
    let tree = git::work_tree(&folder.place()).unwrap();
    assert_eq!((tree.head, tree.refs.len(), tree.dirty.len()), (None, 0, 1));
}

#[test]
fn a_conflict_is_told_with_our_side() {
    let folder = repository();
    folder.write("a", "base\n");
    folder.commit_all("base");
    folder.git(&["checkout", "-q", "-b", "side"]);
    folder.write("a", "theirs\n");
    folder.commit_all("side");
    folder.git(&["checkout", "-q", "main"]);
    folder.write("a", "ours\n");
    folder.commit_all("main");
    folder.git(&[
        "-c",
        "merge.conflictStyle=merge",
        "merge-base",
        "main",
        "side",
    ]);
    folder.git(&["read-tree", "-m", "--aggressive", "main~1", "main", "side"]);
    let tree = git::work_tree(&folder.place()).unwrap();
    let [file] = &tree.dirty[..] else {
        panic!("{:?}", tree.dirty)
    };
    assert_eq!(
        (file.kind, &file.index_blob),
        (DirtyKind::Unmerged, &Some(blob_of("ours\n")))
    );
}

#[test]
fn the_persons_own_lock_of_the_index_is_no_hindrance() {
    let folder = repository();
    folder.write("a", "x");
    folder.commit_all("first");
    folder.write(".git/index.lock", "");
    assert!(git::work_tree(&folder.place()).is_ok());
}

#[test]
fn blobs_are_read_in_order_and_missing_ones_told() {
    let folder = repository();
    folder.write("a", "one\n\0two");
    folder.write("empty", "");
    folder.commit_all("first");
    let ids = [blob_of("never seen"), blob_of("one\n\0two"), blob_of("")];
    let blobs = git::read_blobs(&folder.place(), &ids).unwrap();
    assert_eq!(
        blobs,
        [None, Some(b"one\n\0two".to_vec()), Some(Vec::new())]
    );
    assert_eq!(
        git::known_blobs(&folder.place(), &ids).unwrap(),
        [false, true, true]
    );
    assert_eq!(
        git::read_blobs(&folder.place(), &[]).unwrap(),
        [] as [Option<Vec<u8>>; 0]
    );
}

#[test]
fn many_blobs_do_not_fill_the_pipes() {
    let folder = repository();
    let text = "a long line of text\n".repeat(10_000);
    folder.write("a", &text);
    folder.commit_all("first");
    let ids = vec![blob_of(&text); 100];
    let blobs = git::read_blobs(&folder.place(), &ids).unwrap();
    assert!(
        blobs
            .iter()
            .all(|blob| blob.as_deref() == Some(text.as_bytes()))
    );
}

#[test]
fn the_index_lists_tracked_files() {
    let folder = repository();
    folder.write("b", "two");
    folder.write("a", "one");
    folder.git(&["add", "a", "b"]);
    folder.write("c", "untracked");
    let tracked = git::tracked(&folder.place()).unwrap();
    assert_eq!(
        tracked,
        [
            ("a".to_owned(), blob_of("one")),
            ("b".to_owned(), blob_of("two"))
        ]
    );
}

#[test]
fn ignored_paths_are_told() {
    let folder = repository();
    folder.write(".gitignore", "*.log\n/target\n");
    let paths = ["a.rs", "x/a.log", "target/x", "ä.log"];
    let ignored = git::ignored(&folder.place(), &paths).unwrap();
    assert_eq!(
        ignored,
        HashSet::from(["x/a.log", "target/x", "ä.log"].map(str::to_owned))
    );
    assert!(git::ignored(&folder.place(), &["a.rs"]).unwrap().is_empty());
    let plain = crate::fixture::folder();
    assert!(git::ignored(&plain.place(), &["a.log"]).unwrap().is_empty());
}

#[test]
fn what_git_tracks_it_does_not_ignore_however_its_index_is_written() {
    let written: [&[&str]; 4] = [
        &["update-index", "--index-version", "2"],
        &["update-index", "--index-version", "4"],
        &["update-index", "--split-index"],
        &["add", "--force", "--intent-to-add", "meant.log"],
    ];
    for format in ["--object-format=sha1", "--object-format=sha256"] {
        for how in written {
            let folder = repository_with(&[format]);
            folder.write(".gitignore", "*.log\n");
            let tracked = ["a", "a.log", "a/b.log", "meant.log", "z.log"];
            let tracked = tracked.map(|path| path.replace("a/", "d/a/"));
            for path in &tracked {
                folder.write(path, path);
                folder.git(&["add", "--force", path]);
            }
            folder.git(how);
            for path in &tracked {
                let ignored = git::ignored(&folder.place(), &[path]).unwrap();
                assert!(ignored.is_empty(), "{path} {how:?}");
            }
            for path in ["b.log", "d/a/a.log", "d/a/b.log.log", "zz.log"] {
                let ignored = git::ignored(&folder.place(), &[path]).unwrap();
                assert_eq!(ignored, HashSet::from([path.to_owned()]), "{how:?}");
            }
        }
    }
}

#[test]
fn no_git_is_started_for_a_file_that_its_index_names() {
    let folder = repository();
    folder.write("src/a.rs", "one");
    folder.git(&["add", "src/a.rs"]);
    folder.write(".git/config", "git cannot read this");
    let place = folder.place();
    assert_eq!(git::ignored(&place, &["src/a.rs"]).unwrap(), HashSet::new());
    assert!(git::ignored(&place, &["src/a"]).is_err());
}

#[test]
fn attributes_are_told_in_order() {
    let folder = repository();
    folder.write(
        ".gitattributes",
        "*.gen linguist-generated\nno.gen -linguist-generated\ny linguist-generated=true\nz linguist-generated=\n",
    );
    let paths = ["a.rs", "a.gen", "no.gen", "y", "z"];
    let values = git::attribute(&folder.place(), &paths, "linguist-generated").unwrap();
    let value = |text: &str| Attribute::Value(text.to_owned());
    assert_eq!(
        values,
        [
            Attribute::Unspecified,
            Attribute::Set,
            Attribute::Unset,
            value("true"),
            value("")
        ]
    );
}

#[test]
fn the_person_is_named_as_in_a_commit() {
    let folder = repository();
    assert_eq!(
        git::identity(&folder.place()).unwrap(),
        "Ada <ada@example.com>"
    );
}

#[test]
fn asks_who_it_is_when_told() {
    let Some(root) = task_of_this_process() else {
        return;
    };
    let place = countersign_ledger::locate(&root);
    assert!(matches!(git::identity(&place), Err(NoIdentity::NotSet)));
}

#[test]
fn nobody_is_made_up() {
    let folder = folder();
    let mut command = another_process("questions::asks_who_it_is_when_told", &folder.path);
    for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL"] {
        command.env_remove(name);
    }
    let quiet = command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("XDG_STATE_HOME", &folder.path);
    let output = quiet.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
