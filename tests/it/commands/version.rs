//! Which program it is.

use crate::support::editor::Editor;
use crate::support::repo::Repo;
use std::path::Path;
use std::process::Command;

/// "0.1.0 (abc1234 2026-11-22)", or without its commit where git does not know this source.
fn wanted() -> String {
    let release = env!("CARGO_PKG_VERSION");
    let head = Command::new("git")
        .args(["log", "-1", "--format=%h %cs"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    let is_ours = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../.git")
        .exists();
    match head {
        Ok(head) if is_ours && head.status.success() => {
            let head = String::from_utf8_lossy(&head.stdout);
            format!("{release} ({})", head.trim())
        }
        _ => release.to_owned(),
    }
}

#[test]
fn the_version_names_the_commit() {
    let repo = Repo::without_git();
    for flag in ["--version", "-V"] {
        let said = repo.run(&[flag]).ok();
        assert_eq!(said.stdout, format!("countersign {}\n", wanted()));
    }
}

#[test]
fn the_server_tells_it_too() {
    let repo = Repo::new();
    let editor = Editor::open_on(&repo);
    assert_eq!(editor.server_info["version"], wanted());
}
