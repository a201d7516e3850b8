//! `sync`: what one clone knows, the others know as well.

mod clones;
mod hostile;
mod interrupted;
mod late;
mod many;
mod modes;
mod prune;
mod refused;
mod server;
mod shared;
mod squash;
mod travel;
mod union;

use crate::moves::{RETURN, SHIP, TAX};
use crate::support::output::Output;
use crate::support::repo::Repo;
use std::path::PathBuf;

/// The notes' ref.
const NOTES: &str = "refs/notes/countersign";

/// Two people with a clone each, and the repository that they push to.
struct Team {
    ada: Repo,
    ben: Repo,
}

impl Team {
    /// Both have a commit with `tax.rs`, which a person wrote.
    fn new() -> Self {
        Self::of(Repo::with(&[("tax.rs", TAX), ("main.rs", "mod tax;\n")]))
    }

    fn of(ada: Repo) -> Self {
        ada.git(&["clone", "--quiet", "--bare", ".", "../hub.git"]);
        let team = Team {
            ben: ada.clone_to("ben"),
            ada,
        };
        team.ada.git(&["remote", "add", "origin", &team.hub()]);
        team.ada.git(&["fetch", "--quiet", "origin"]);
        team.ada
            .git(&["branch", "--quiet", "--set-upstream-to=origin/main"]);
        team.ben.git(&["remote", "set-url", "origin", &team.hub()]);
        team
    }

    /// The bare repository's folder.
    fn folder(&self) -> PathBuf {
        self.ada.root().parent().unwrap().join("hub.git")
    }

    /// Its address.
    fn hub(&self) -> String {
        format!("file://{}", self.folder().display())
    }

    /// Another clone, made with these options.
    fn clone(&self, name: &str, options: &[&str]) -> Repo {
        let clone = self.ada.beside(name);
        let hub = self.hub();
        let arguments = [&["clone", "--quiet"], options, &[&hub, "."]].concat();
        clone.git(&arguments);
        clone
    }

    /// Runs git in the bare repository.
    #[track_caller]
    fn git(&self, arguments: &[&str]) -> String {
        let folder = self.folder().display().to_string();
        self.ada.git(&[&["--git-dir", &folder], arguments].concat())
    }
}

/// `countersign sync`, which succeeds.
#[track_caller]
fn sync(repo: &Repo) -> Output {
    repo.run(&["sync"]).ok()
}

/// Commits everything, pushes it, and shares what is known.
#[track_caller]
fn hand_over(repo: &Repo, message: &str) {
    repo.commit(message);
    repo.git(&["push", "--quiet", "origin", "HEAD"]);
    sync(repo);
}

/// Gets what the others have handed over.
#[track_caller]
fn take_over(repo: &Repo) {
    repo.git(&["pull", "--quiet", "--rebase"]);
    sync(repo);
}

/// The blobs that have a note, and their notes' text.
fn notes(repo: &Repo) -> Vec<(String, String)> {
    let listed = repo.git(&["ls-tree", "-r", "--name-only", NOTES]);
    let note = |path: &str| {
        let text = repo.git(&["cat-file", "blob", &format!("{NOTES}:{path}")]);
        (path.replace('/', ""), text + "\n")
    };
    listed.lines().map(note).collect()
}

/// The tree of the notes: equal for equal notes.
#[track_caller]
fn tree(repo: &Repo) -> String {
    repo.git(&["rev-parse", &format!("{NOTES}^{{tree}}")])
}

/// Puts this into the shared notes of a text as anybody with git can, and pushes it.
#[track_caller]
fn forge(repo: &Repo, text: &str, note: &[u8]) {
    repo.write(".git/forged", note);
    let note = repo.git(&["hash-object", "-w", ".git/forged"]);
    forge_tree(repo, &[("100644", &note, &repo.git(&["rev-parse", text]))]);
}

/// The same for entries of the tree: mode, object and path. What is there stays.
#[track_caller]
fn forge_tree(repo: &Repo, entries: &[(&str, &str, &str)]) {
    let index = repo.path(".git/forged.index");
    let git = |arguments: &[&str]| {
        let output = repo
            .command("git")
            .env("GIT_INDEX_FILE", &index)
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    git(&["read-tree", NOTES]);
    for (mode, object, path) in entries {
        git(&[
            "update-index",
            "--add",
            "--replace",
            "--cacheinfo",
            &format!("{mode},{object},{path}"),
        ]);
    }
    let tree = git(&["write-tree"]);
    let commit = git(&["commit-tree", &tree, "-p", NOTES, "-m", "Forged"]);
    git(&["update-ref", NOTES, &commit]);
    git(&["push", "--quiet", "origin", NOTES]);
}
