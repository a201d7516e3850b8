//! HEAD moves while a server runs: what waits for review in the files that now stand there is shown within a second.

use super::{ALPHA, ALPHA_MARKED, BETA, BETA_MARKED, REFRESH, pulling, report_becomes, told};
use crate::support::claude::Claude;
use crate::support::editor::{Editor, Options, listed};
use crate::support::repo::Repo;
use serde_json::json;
use std::time::{Duration, Instant};

/// How soon it is promised to be shown.
const SOON: Duration = Duration::from_secs(1);

/// On `main` three lines wait for review in one file, on `more` six in two.
fn two_branches() -> Repo {
    grown(Repo::with(&[("README.md", "Something.\n")]))
}

fn grown(repo: Repo) -> Repo {
    let claude = Claude::new(&repo);
    claude.write("alpha.rs", ALPHA);
    repo.commit("Alpha");
    repo.git(&["checkout", "--quiet", "-b", "more"]);
    claude.write("vendor/beta.rs", BETA);
    repo.commit("Beta");
    repo.git(&["checkout", "--quiet", "main"]);
    repo
}

fn watching(repo: &Repo) -> Editor {
    let initialization = json!({ "regions": true });
    let options = Options {
        initialization,
        ..Options::default()
    };
    let mut editor = Editor::with(repo, options);
    sums_become(&mut editor, 1, 3);
    editor
}

#[track_caller]
fn sums_become(editor: &mut Editor, files: u32, lines: u32) {
    let sums = json!({ "files": files, "unreviewedLines": lines, "suspectedLines": 0 });
    editor.wait(&sums.to_string(), |editor| {
        (told(editor, "countersign/status").last() == Some(&&sums)).then_some(())
    });
}

/// Runs git to and fro; what is shown follows. The machine may be busy now and then: most of the times are in time.
#[track_caller]
fn follows(repo: &Repo, editor: &mut Editor, to: &[&str], fro: &[&str]) {
    let mut times = Vec::new();
    let mut step = |arguments: &[&str], files, lines| {
        repo.git(arguments);
        let begun = Instant::now();
        sums_become(editor, files, lines);
        times.push(begun.elapsed());
    };
    for _ in 0..3 {
        step(to, 2, 6);
        step(fro, 1, 3);
    }
    times.sort_unstable();
    assert!(
        times[times.len() / 2] < SOON,
        "{to:?} and {fro:?}: {times:?}"
    );
}

#[test]
fn a_checkout() {
    let repo = two_branches();
    let mut editor = watching(&repo);
    follows(
        &repo,
        &mut editor,
        &["checkout", "--quiet", "more"],
        &["checkout", "--quiet", "main"],
    );
}

#[test]
fn a_reset() {
    let repo = two_branches();
    let mut editor = watching(&repo);
    follows(
        &repo,
        &mut editor,
        &["reset", "--quiet", "--hard", "more"],
        &["reset", "--quiet", "--hard", "HEAD~1"],
    );
}

#[test]
fn a_stash() {
    let repo = two_branches();
    Claude::new(&repo).write("vendor/beta.rs", BETA);
    repo.git(&["add", "--all"]);
    repo.git(&["stash", "--quiet"]);
    let mut editor = watching(&repo);
    follows(
        &repo,
        &mut editor,
        &["stash", "pop", "--quiet", "--index"],
        &["stash", "--quiet"],
    );
}

#[test]
fn a_pull() {
    let repo = two_branches();
    repo.clone_to("remote");
    let mut editor = watching(&repo);
    let more = ["../remote", "refs/remotes/origin/more"];
    follows(
        &repo,
        &mut editor,
        &["pull", "--quiet", "--ff-only", more[0], more[1]],
        &["reset", "--quiet", "--hard", "HEAD~1"],
    );
}

#[test]
fn each_step_of_an_interactive_rebase() {
    let repo = two_branches();
    repo.git(&["checkout", "--quiet", "more"]);
    repo.append("README.md", "More.\n");
    repo.commit("Readme");
    repo.git(&["checkout", "--quiet", "main"]);
    let mut editor = watching(&repo);
    repo.git(&["checkout", "--quiet", "more"]);
    sums_become(&mut editor, 2, 6);
    // Stops before the commit that brings the second file.
    let stops = "sequence.editor=sed -i 1ibreak";
    let rebase = ["rebase", "--quiet", "--interactive", "HEAD~2"];
    repo.git(&[&["-c", stops], &rebase[..]].concat());
    sums_become(&mut editor, 1, 3);
    repo.git(&["rebase", "--continue"]);
    sums_become(&mut editor, 2, 6);
    repo.git(&["checkout", "--quiet", "main"]);
    sums_become(&mut editor, 1, 3);
}

#[test]
fn a_checkout_in_a_linked_worktree_with_packed_refs() {
    let repo = two_branches();
    let linked = repo.worktree("linked");
    repo.git(&["pack-refs", "--all"]);
    let mut editor = watching(&linked);
    follows(
        &linked,
        &mut editor,
        &["checkout", "--quiet", "more"],
        &["checkout", "--quiet", "linked"],
    );
}

#[test]
fn a_checkout_where_refs_stand_in_tables() {
    let repo = Repo::without_git();
    repo.git(&["init", "--quiet", "--ref-format=reftable"]);
    repo.write("README.md", "Something.\n");
    repo.commit("Start");
    let repo = grown(repo);
    let mut editor = watching(&repo);
    follows(
        &repo,
        &mut editor,
        &["checkout", "--quiet", "more"],
        &["checkout", "--quiet", "main"],
    );
}

#[test]
fn an_editor_that_asks_for_closed_files_is_told_to_ask_again() {
    let repo = two_branches();
    let mut editor = Editor::with(&repo, pulling());
    let alpha = format!("alpha.rs: [{ALPHA_MARKED}]\n");
    report_becomes(&mut editor, &alpha);
    let before = editor.asked_for(REFRESH);
    repo.git(&["checkout", "--quiet", "more"]);
    editor.wait_until_asked(REFRESH, before);
    report_becomes(
        &mut editor,
        &format!("{alpha}vendor/beta.rs: [{BETA_MARKED}]\n"),
    );
}

#[test]
fn an_open_file_counts_as_its_editor_shows_it() {
    let repo = two_branches();
    repo.git(&["checkout", "--quiet", "more"]);
    let mut editor = Editor::with(
        &repo,
        Options {
            initialization: json!({ "regions": true }),
            ..Options::default()
        },
    );
    editor.open("alpha.rs");
    editor.open("vendor/beta.rs");
    sums_become(&mut editor, 2, 6);
    // This editor keeps what it shows, though the file of one is gone.
    repo.git(&["checkout", "--quiet", "--orphan", "empty"]);
    repo.git(&["rm", "--quiet", "-r", "--force", "."]);
    repo.write("alpha.rs", "// Something else.\n");
    repo.commit("Other");
    editor.type_after("vendor/beta.rs", "fn beta(", " ");
    let shown = editor.diagnostics("vendor/beta.rs");
    assert_eq!(listed(&shown), BETA_MARKED);
    // And this one takes what stands on the disk.
    editor.close("vendor/beta.rs");
    editor.reload("alpha.rs");
    sums_become(&mut editor, 0, 0);
    repo.git(&["checkout", "--quiet", "main"]);
    editor.reload("alpha.rs");
    sums_become(&mut editor, 1, 3);
}
