//! Commits, trees and the texts that a path has had.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use countersign_ledger::git::{self, CommitId, GitError};
use countersign_ledger::locate_in;
use countersign_provenance::BlobId;

use crate::fixture::{Folder, blob_of, folder, repository, repository_with};

fn tips(folder: &Folder) -> Vec<CommitId> {
    git::refs(&folder.place())
        .unwrap()
        .into_iter()
        .map(|(_, commit)| commit)
        .collect()
}

/// The texts that a path has had, newest first.
fn texts_of(folder: &Folder, path: &str, tips: &[CommitId], limit: usize) -> Vec<BlobId> {
    let paths = [path.to_owned()];
    let within = Duration::from_secs(20);
    let changes = git::path_changes(&folder.place(), &paths, tips, None, limit, within).unwrap();
    let blobs = changes
        .into_iter()
        .flat_map(|change| [change.new, change.old]);
    blobs.flatten().collect()
}

fn blobs_of(folder: &Folder, path: &str) -> HashSet<BlobId> {
    texts_of(folder, path, &tips(folder), 100)
        .into_iter()
        .collect()
}

fn blobs<const N: usize>(texts: [&str; N]) -> HashSet<BlobId> {
    texts.map(blob_of).into()
}

#[test]
fn a_tree_lists_its_files() {
    let folder = repository();
    folder.write("b c/ä.rs", "one");
    folder.write("a.rs", "two");
    folder.commit_all("first");
    let tree = git::head_tree(&folder.place(), "HEAD").unwrap();
    let files: Vec<_> = tree
        .iter()
        .map(|entry| (entry.path.as_str(), &entry.blob, entry.mode))
        .collect();
    assert_eq!(
        files,
        [
            ("a.rs", &blob_of("two"), 0o100644),
            ("b c/ä.rs", &blob_of("one"), 0o100644)
        ]
    );
}

#[test]
fn two_trees_are_compared_path_by_path() {
    for options in [&[][..], &["--object-format=sha256"]] {
        let folder = repository_with(options);
        folder.write("kept", "same");
        folder.write("changed", "old");
        folder.write("gone", "moved text");
        let first = folder.commit_all("first");
        folder.write("changed", "new");
        fs::rename(folder.root().join("gone"), folder.root().join("come")).unwrap();
        let second = folder.commit_all("second");
        let place = folder.place();
        let named = |text: &str| Some(git::blob_id(text.as_bytes(), git::object_format(&place)));
        let changes = git::tree_diff(&place, Some(&first), &second).unwrap();
        let changes: Vec<_> = changes
            .into_iter()
            .map(|c| (c.path, c.old, c.new))
            .collect();
        assert_eq!(
            changes,
            [
                ("changed".to_owned(), named("old"), named("new")),
                ("come".to_owned(), None, named("moved text")),
                ("gone".to_owned(), named("moved text"), None),
            ]
        );
        assert_eq!(git::tree_diff(&place, None, &first).unwrap().len(), 3);
    }
}

#[test]
fn a_path_has_had_the_texts_of_all_branches_merges_and_stashes() {
    let folder = repository();
    folder.write("a.rs", "base");
    folder.commit_all("base");
    folder.git(&["checkout", "-q", "-b", "side"]);
    folder.write("a.rs", "side, thrown away by the merge");
    folder.commit_all("side");
    folder.git(&["checkout", "-q", "main"]);
    folder.write("a.rs", "main");
    folder.commit_all("main");
    folder.git(&["merge", "-q", "-s", "ours", "--no-commit", "side"]);
    folder.write("a.rs", "resolved");
    folder.commit_all("merge");
    folder.git(&["branch", "-q", "-D", "side"]);
    for stash in ["older stash", "newest stash"] {
        folder.write("a.rs", stash);
        folder.git(&["stash", "-q"]);
    }
    let all = blobs([
        "base",
        "side, thrown away by the merge",
        "main",
        "resolved",
        "older stash",
        "newest stash",
    ]);
    assert_eq!(blobs_of(&folder, "a.rs"), all);
    assert_eq!(blobs_of(&folder, "*.rs"), blobs([]));
}

#[test]
fn the_newest_text_comes_first_and_the_limit_holds() {
    let folder = repository();
    for text in ["one", "two", "three"] {
        folder.write("a.rs", text);
        folder.commit_all(text);
    }
    let newest = texts_of(&folder, "a.rs", &tips(&folder), 1);
    assert_eq!(newest, [blob_of("three"), blob_of("two")]);
    assert_eq!(texts_of(&folder, "a.rs", &[], 1), []);
}

#[test]
fn tags_count_as_the_commits_they_name_and_notes_do_not_count() {
    let folder = repository();
    let commit = folder.commit_all("first");
    folder.git(&["tag", "-a", "v1", "-m", "one"]);
    folder.git(&["notes", "add", "-m", "a note"]);
    let refs = git::refs(&folder.place()).unwrap();
    let names: Vec<_> = refs
        .iter()
        .map(|(name, tip)| (name.as_str(), tip))
        .collect();
    assert_eq!(
        names,
        [("refs/heads/main", &commit), ("refs/tags/v1", &commit)]
    );
}

#[test]
fn refs_are_the_same_however_git_keeps_them() {
    let folder = repository();
    let first = folder.commit_all("first");
    folder.git(&["branch", "a/b"]);
    folder.git(&["tag", "-a", "v1", "-m", "one"]);
    let files = refs(&folder.root());
    folder.git(&["pack-refs", "--all"]);
    assert_eq!(refs(&folder.root()), files);

    folder.write("a.rs", "two");
    let second = folder.commit_all("second");
    folder.git(&["update-ref", "refs/remotes/origin/main", "HEAD~1"]);
    let origin = ["refs/remotes/origin/HEAD", "refs/remotes/origin/main"];
    folder.git(&["symbolic-ref", origin[0], origin[1]]);
    folder.git(&["worktree", "add", "-q", "../linked"]);
    let expected = [
        ("refs/heads/a/b", &first),
        ("refs/heads/linked", &second),
        ("refs/heads/main", &second),
        (origin[0], &first),
        (origin[1], &first),
        ("refs/tags/v1", &first),
    ];
    let expected = expected.map(|(name, commit)| (name.to_owned(), commit.clone()));
    assert_eq!(refs(&folder.root()), expected);
    assert_eq!(refs(&folder.path.join("linked")), expected);
    folder.write(".git/config", "git cannot read this");
    assert_eq!(refs(&folder.root()), expected, "without git");
}

fn refs(root: &Path) -> Vec<(String, CommitId)> {
    git::refs(&locate_in(root, None)).unwrap()
}

#[test]
fn what_a_fetch_brought_is_known_without_a_ref() {
    let folder = repository();
    folder.git_in("", &["clone", "-q", "repo", "clone"]);
    let commit = folder.commit_all("later");
    folder.git_in("clone", &["fetch", "-q", "../repo", "main"]);
    let place = folder.place_of(&folder.path.join("clone"));
    assert_eq!(git::fetched(&place, &[]), [commit]);
}

#[test]
fn revisions_are_found_or_the_reason_is_told() {
    let folder = repository();
    let place = folder.place();
    assert!(matches!(
        git::rev_parse(&place, "HEAD"),
        Err(GitError::UnknownRevision(_))
    ));
    let first = folder.commit_all("first");
    folder.commit_all("second");
    assert_eq!(git::rev_parse(&place, "HEAD~1").unwrap(), first);
    assert!(matches!(
        git::rev_parse(&place, "--all"),
        Err(GitError::UnknownRevision(_))
    ));

    let url = format!("file://{}", folder.root().display());
    folder.git_in("", &["clone", "-q", "--depth=1", &url, "shallow"]);
    let shallow = folder.place_of(&folder.path.join("shallow"));
    let error = git::rev_parse(&shallow, first.as_str()).unwrap_err();
    assert!(matches!(&error, GitError::Shallow(_)), "{error}");
    assert_eq!(error.hint(), "git fetch --unshallow");
}

#[test]
fn outside_a_repository_git_says_so() {
    let folder = folder();
    let error = git::refs(&folder.place()).unwrap_err();
    assert!(matches!(error, GitError::NotARepository(_)), "{error}");
}
