//! Several repositories in one window.

use super::{ALPHA, ALPHA_MARKED, BETA, BETA_MARKED, pulling, report_becomes, told};
use crate::support::claude::Claude;
use crate::support::editor::{Editor, Options, folder, listed};
use crate::support::repo::Repo;
use serde_json::{Value, json};

/// Two repositories side by side; in each an assistant wrote a file.
fn two() -> (Repo, Repo) {
    let one = Repo::with(&[("README.md", "Something.\n")]);
    let other = one.clone_to("other");
    Claude::new(&one).write("alpha.rs", ALPHA);
    Claude::new(&other).write("beta.rs", BETA);
    (one, other)
}

fn of_both((one, other): (&Repo, &Repo), options: Options) -> Options {
    Options {
        folders: vec![one.root().to_owned(), other.root().to_owned()],
        ..options
    }
}

#[test]
fn each_file_is_its_own_repositorys() {
    let (one, other) = two();
    let mut editor = Editor::with(&one, of_both((&one, &other), pulling()));
    let beta = other.uri("beta.rs");
    let wanted = format!("alpha.rs: [{ALPHA_MARKED}]\n{beta}: [{BETA_MARKED}]\n");
    let report = editor.pull_all();
    assert_eq!(editor.listed_all(&report), wanted);
    let path = other.path("beta.rs").to_string_lossy().into_owned();
    editor.open(&path);
    assert_eq!(listed(&editor.pull_list(&path)), BETA_MARKED);
    let action = editor.code_action(&path, 0, "Confirm `beta`");
    editor.run(&action).unwrap();
    let totals = |repo: &Repo| {
        let status = repo.run(&["status", "--json"]).ok().json();
        status["totals"]["unreviewed_lines"].clone()
    };
    assert_eq!((totals(&one), totals(&other)), (json!(3), json!(0)));
}

#[test]
fn closed_files_of_submodules_and_of_repositories_inside_are_listed() {
    let outer = Repo::with(&[("README.md", "Something.\n")]);
    let library = Repo::with(&[("README.md", "A library.\n")]);
    let url = library.root().to_string_lossy().into_owned();
    outer.git(&["submodule", "--quiet", "add", &url, "deep/sub"]);
    outer.commit("Submodule");
    outer.git(&["clone", "--quiet", &url, "inside"]);
    let claude = Claude::new(&outer);
    claude.write("alpha.rs", ALPHA);
    claude.write("deep/sub/beta.rs", BETA);
    claude.write("inside/beta.rs", BETA);
    let mut editor = Editor::with(&outer, pulling());
    let wanted = format!(
        "alpha.rs: [{ALPHA_MARKED}]\ndeep/sub/beta.rs: [{BETA_MARKED}]\ninside/beta.rs: [{BETA_MARKED}]\n"
    );
    report_becomes(&mut editor, &wanted);
}

#[test]
fn every_ledger_is_watched_though_no_file_is_open() {
    let (one, other) = two();
    let mut editor = Editor::with(&one, of_both((&one, &other), pulling()));
    editor.pull_all();
    one.run_in_terminal(&["confirm", "alpha.rs"]).ok();
    other.run_in_terminal(&["confirm", "beta.rs"]).ok();
    report_becomes(&mut editor, "");
}

#[test]
fn folders_come_and_go() {
    let (one, other) = two();
    let mut editor = Editor::with(&one, pulling());
    let alpha = format!("alpha.rs: [{ALPHA_MARKED}]\n");
    report_becomes(&mut editor, &alpha);
    let change = |editor: &mut Editor, added: Vec<Value>, removed: Vec<Value>| {
        editor.notify(
            "workspace/didChangeWorkspaceFolders",
            json!({ "event": { "added": added, "removed": removed } }),
        );
    };
    change(&mut editor, vec![folder(other.root())], vec![]);
    let beta = format!("{}: [{BETA_MARKED}]\n", other.uri("beta.rs"));
    report_becomes(&mut editor, &(alpha + &beta));
    change(&mut editor, vec![], vec![folder(one.root())]);
    report_becomes(&mut editor, &beta);
}

#[test]
fn the_sums_are_over_all_folders() {
    let (one, other) = two();
    let initialization = json!({ "regions": true });
    let options = Options {
        initialization,
        ..Options::default()
    };
    let mut editor = Editor::with(&one, of_both((&one, &other), options));
    let are = |editor: &mut Editor, files: u32, lines: u32| {
        let sums = json!({ "files": files, "unreviewedLines": lines, "suspectedLines": 0 });
        editor.wait(&sums.to_string(), |editor| {
            (told(editor, "countersign/status").last() == Some(&&sums)).then_some(())
        });
    };
    are(&mut editor, 2, 6);
    editor.open("alpha.rs");
    editor.replace("alpha.rs", ALPHA, "");
    are(&mut editor, 1, 3);
    editor.close("alpha.rs");
    are(&mut editor, 2, 6);
    other.run_in_terminal(&["confirm", "beta.rs"]).ok();
    are(&mut editor, 1, 3);
}

#[test]
fn repositories_in_a_folder_outside_git_are_found() {
    let (one, other) = two();
    let above = one.root().parent().unwrap().to_owned();
    let options = Options {
        folders: vec![above.clone()],
        ..pulling()
    };
    let mut editor = Editor::with(&one, options);
    let wanted = format!(
        "alpha.rs: [{ALPHA_MARKED}]\n{}: [{BETA_MARKED}]\n",
        other.uri("beta.rs")
    );
    let report = editor.pull_all();
    assert_eq!(editor.listed_all(&report), wanted);
}

#[test]
fn a_folder_outside_git_has_its_own_ledger() {
    let plain = Repo::without_git();
    Claude::new(&plain).write("alpha.rs", ALPHA);
    let mut editor = Editor::with(&plain, pulling());
    let report = editor.pull_all();
    let wanted = format!("alpha.rs: [{ALPHA_MARKED}]\n");
    assert_eq!(editor.listed_all(&report), wanted);
}

#[test]
fn of_a_folder_in_a_repository_only_its_own_files_are_reported() {
    let repo = super::written();
    let options = Options {
        folders: vec![repo.path("vendor")],
        ..pulling()
    };
    let mut editor = Editor::with(&repo, options);
    let report = editor.pull_all();
    let wanted = format!("vendor/beta.rs: [{BETA_MARKED}]\n");
    assert_eq!(editor.listed_all(&report), wanted);
}
