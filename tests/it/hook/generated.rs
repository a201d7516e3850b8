//! Files that tools write are listed apart; files that git ignores are not looked at.

use super::{PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::marks::{marks, status};
use crate::support::repo::Repo;
use expect_test::expect;

const LOCK: &str = "version = 4\n\n[[package]]\nname = \"one\"\nversion = \"1.0.0\"\n";

#[test]
fn a_lock_file_is_generated_and_the_gate_stays_green() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("Cargo.lock", LOCK);
    claude.bash("echo 'name = \"two\"' >> Cargo.lock; mkdir web; echo '{\"lockfileVersion\": 3}' > web/package-lock.json");
    claude.bash("git add -A && git commit -qm lock");
    expect![[r#"
        Cargo.lock: 5 generated
        web/package-lock.json: 1 generated
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(repo.run(&["check"]).ok().code, 0);
}

#[test]
fn what_gitattributes_calls_generated_is() {
    let repo = Repo::with(&[(
        ".gitattributes",
        "gen/** linguist-generated\nhand/** -linguist-generated\n",
    )]);
    let claude = Claude::new(&repo);
    claude.write("gen/a.rs", REFUND);
    claude.write("hand/b.rs", PAY);
    expect![[r#"
        gen/a.rs: 6 generated
        hand/b.rs: 8 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    assert!(marks(&repo, "gen/a.rs").starts_with("g fn refund"));
}

#[test]
fn minified_text_is_generated() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("app.min.js", "let a=1;\n");
    claude.write("bundle.js", &"let a=1;".repeat(1000));
    expect![[r#"
        app.min.js: 1 generated
        bundle.js: 1 generated
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn what_git_ignores_is_neither_stored_nor_shown() {
    let repo = Repo::with(&[(".gitignore", "target/\n*.log\nsecret.env\n")]);
    let claude = Claude::new(&repo);
    claude.write("target/out.rs", PAY);
    claude.write("secret.env", "PASSWORD=hunter2hunter2hunter2\n");
    claude.bash("echo 'PASSWORD=hunter2hunter2hunter2' > a.log; echo 'let a = 1;' > target/b.rs");
    expect![""].assert_eq(&status(&repo));
    assert!(
        repo.run(&["blame", "target/out.rs", "--json"]).ok().json()["regions"]
            == serde_json::json!([])
    );
    let ledger = repo.path(".git/countersign/ledger.db");
    let bytes = std::fs::read(ledger).unwrap_or_default();
    assert!(!String::from_utf8_lossy(&bytes).contains("hunter2"));
}

#[test]
fn an_ignored_file_that_git_tracks_all_the_same_is_looked_at() {
    let repo = Repo::with(&[("keep.log", PAY)]);
    repo.write(".gitignore", "*.log\n");
    repo.commit("Ignore");
    Claude::new(&repo).edit("keep.log", "order.total <= 0", "order.total <= limit()");
    expect![[r#"
        keep.log: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}
