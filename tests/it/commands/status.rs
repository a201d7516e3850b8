//! `countersign status`: what is unreviewed, by file.

use super::visited;
use crate::support::claude::Claude;
use crate::support::repo::Repo;
use expect_test::expect;
use serde_json::json;

#[test]
fn every_file_with_a_region_is_counted_without_its_blank_lines() {
    let repo = visited();
    repo.run_in_terminal(&["confirm", "refund.rs:1-3"]).ok();
    repo.run_in_terminal(&["claim", "refund.rs:4"]).ok();
    let status = repo.run(&["status", "--json"]).ok().json();
    let counts = |unreviewed: u32, confirmed: u32, claimed: u32, removals: u32| {
        json!({
            "unreviewed_lines": unreviewed, "suspected_lines": 0, "confirmed_lines": confirmed,
            "claimed_lines": claimed, "generated_lines": 0, "removals": removals,
        })
    };
    let with = |mut counts: serde_json::Value, key: &str, value: serde_json::Value| {
        counts[key] = value;
        counts
    };
    let expected = json!({
        "root": repo.root().to_string_lossy(),
        "files": [
            with(counts(1, 0, 0, 1), "path", json!("pay.rs")),
            with(counts(5, 2, 1, 0), "path", json!("refund.rs")),
        ],
        "totals": with(counts(6, 2, 1, 1), "files", json!(2)),
    });
    assert_eq!(status, expected);
}

#[test]
fn people_read_it_as_lines() {
    let repo = visited();
    expect![[r#"
        pay.rs: 1 line unreviewed, 1 removal unreviewed
        refund.rs: 8 lines unreviewed

        In 2 files: 9 lines unreviewed, 1 removal unreviewed.
        Look at it in your editor, or: countersign blame FILE, countersign confirm FILE:FIRST-LAST
    "#]]
    .assert_eq(&repo.run(&["status"]).ok().stdout);
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    let said = repo
        .run(&["status"])
        .ok()
        .stdout
        .replace(&*repo.root().to_string_lossy(), "ROOT");
    expect![[r#"
        pay.rs: 1 line confirmed
        refund.rs: 8 lines confirmed
        Nothing in ROOT waits for review.
    "#]]
    .assert_eq(&said);
}

#[test]
fn only_what_was_asked_for_is_shown() {
    let repo = visited();
    Claude::new(&repo).write("src/pay.rs", "fn deep_down() { x(); }\n");
    let files = |paths: &[&str]| {
        let arguments = [&["status", "--json"], paths].concat();
        let status = repo.run(&arguments).ok().json();
        let files = status["files"].as_array().unwrap().iter();
        files
            .map(|file| file["path"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(files(&["src"]), ["src/pay.rs"]);
    assert_eq!(files(&["pay.rs", "src/pay.rs"]), ["pay.rs", "src/pay.rs"]);
    assert_eq!(files(&["."]), ["pay.rs", "refund.rs", "src/pay.rs"]);
    assert_eq!(files(&["lib.rs"]), Vec::<String>::new());
    let two = repo.run(&["status", "pay.rs", "../home"]).expect_code(2);
    assert!(two.stderr.starts_with("error: "), "{two}");
}

#[test]
fn what_it_says_is_about_what_was_asked_for() {
    let repo = visited();
    expect![[r#"
        Nothing in lib.rs waits for review.
    "#]]
    .assert_eq(&repo.run(&["status", "lib.rs"]).ok().stdout);
    let said = repo.run(&["status", "pay.rs", "nowhere"]).expect_code(2);
    let root = repo.root().to_string_lossy().into_owned();
    expect![[r#"
        error: nowhere: no such file in ROOT
    "#]]
    .assert_eq(&said.stderr.replace(&root, "ROOT"));
    repo.delete("refund.rs");
    assert_eq!(repo.run(&["status", "refund.rs"]).code, 2);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_told() {
    let repo = Repo::new();
    Claude::new(&repo).write("deep/pay.rs", "fn pay() { x(); }\n");
    repo.rename("deep", "away");
    std::os::unix::fs::symlink("deep", repo.path("deep")).unwrap();
    let status = repo.run(&["status", "deep"]).ok();
    assert!(
        status.stderr.contains("deep/pay.rs cannot be read: ")
            && status
                .stderr
                .ends_with(": what is known of it is not counted\n"),
        "{status}"
    );
    assert_eq!(status.stdout, "Nothing else in deep waits for review.\n");
    let status = repo.run(&["status", "--json"]).ok().json();
    assert!(status["warning"].as_str().unwrap().contains("deep/pay.rs"));
}

#[test]
fn where_nothing_was_ever_recorded_nothing_is_unreviewed() {
    for repo in [
        Repo::new(),
        Repo::with(&[("a.rs", "fn a() {}\n")]),
        Repo::without_git(),
    ] {
        let status = repo.run(&["status", "--json"]).ok().json();
        assert_eq!(status["files"], json!([]));
        assert_eq!(status["totals"]["files"], 0);
        assert!(repo.run(&["status"]).ok().stdout.starts_with("Nothing in "));
        assert!(
            !repo.path(".git/countersign").exists(),
            "reading makes nothing"
        );
    }
}

#[test]
fn it_may_be_asked_from_a_folder_below() {
    let repo = visited();
    repo.write("deep/er/x.rs", "fn x() {}\n");
    let mut below = repo.command(repo.program().to_str().unwrap());
    let said = below
        .current_dir(repo.path("deep/er"))
        .args(["status", "--json"])
        .output()
        .unwrap();
    let status: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(status["totals"]["files"], 2);
}

#[test]
fn a_bare_repository_has_no_work_tree_to_look_at() {
    let repo = Repo::with(&[("lib.rs", "mod refund;\n")]);
    let bare = repo.clone_as_from_a_server("bare.git", &["--bare"]);
    let said = bare.run(&["status"]).expect_code(2).stderr;
    let root = bare.root().to_string_lossy().into_owned();
    expect![[r#"
        error: ROOT is a bare repository: there is no work tree to look at
        hint: countersign check judges what its HEAD holds; countersign blame FILE --rev REV shows a file of it
    "#]]
    .assert_eq(&said.replace(&root, "ROOT"));
}
