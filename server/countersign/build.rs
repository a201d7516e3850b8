//! Tells the program which commit it is built from, where git knows: `COUNTERSIGN_VERSION` is
//! "0.1.0 (abc1234 2026-11-22)", or "0.1.0" alone.
//!
//! It runs again when HEAD moves, and not otherwise: the log of HEAD says so where git keeps one, else the files of
//! the reference.

#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a build script speaks to cargo on stdout, and this one asks git"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let version = env!("CARGO_PKG_VERSION");
    let commit = commit().map_or_else(String::new, |commit| format!(" ({commit})"));
    println!("cargo::rustc-env=COUNTERSIGN_VERSION={version}{commit}");
}

/// The commit and its day, where this folder is of a repository of our own.
fn commit() -> Option<String> {
    let crate_folder = std::env::var_os("CARGO_MANIFEST_DIR")?;
    let top = Path::new(&crate_folder).join("../..").canonicalize().ok()?;
    // A source archive may lie in somebody else's repository.
    let known = git(&top, &["rev-parse", "--show-toplevel"])?;
    if Path::new(&known).canonicalize().ok()? != top {
        return None;
    }
    for file in watched(&top) {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    git(
        &top,
        &["log", "-1", "--no-show-signature", "--format=%h %cs"],
    )
}

/// The files that change when HEAD moves. One that is missing would make each build anew.
fn watched(top: &Path) -> Vec<PathBuf> {
    let file = |name: &str| {
        let path = git(top, &["rev-parse", "--git-path", name])?;
        Some(top.join(path)).filter(|path| path.exists())
    };
    if let Some(log) = file("logs/HEAD") {
        return vec![log];
    }
    let reference = git(top, &["symbolic-ref", "--quiet", "HEAD"]);
    let loose = reference.as_deref().and_then(file);
    // A packed reference gets a file of its own when it moves.
    let packed = ["packed-refs", "refs/heads", "reftable/tables.list"];
    let others = match loose {
        Some(loose) => vec![loose],
        None => packed.into_iter().filter_map(file).collect(),
    };
    file("HEAD").into_iter().chain(others).collect()
}

/// What git answers, if it is there and has an answer. A hook of git names its own repository in variables.
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            git.env_remove(name);
        }
    }
    let output = git.current_dir(folder).args(arguments).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    let answer = answer.trim();
    (output.status.success() && !answer.is_empty()).then(|| answer.to_owned())
}
