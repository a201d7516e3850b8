//! An assistant rewrites a file that is open in an editor, and the editor takes the new text from disk.

use crate::support::claude::{Claude, Which};
use crate::support::editor::{Change, Editor, listed};
use crate::support::repo::Repo;

const BEFORE: &str = "\
fn mine() -> u32 {
    let one = 1;
    one + 1
}
";

const ADDED: &str = "
fn added(count: usize) -> Vec<usize> {
    let mut all = Vec::new();
    for number in 0..count {
        all.push(number * number);
    }
    all
}
";

const MARKED: &str = "6: unreviewed (information) `added`: 7 lines by Claude Code, unreviewed";

/// How an editor takes the new text from disk.
#[derive(Clone, Copy)]
enum Reload {
    /// Neovim and Emacs.
    CloseAndOpen,
    /// VS Code and Helix: the change that it needs, and no more.
    MinimalChange,
}

/// When the assistant tells that it has written.
#[derive(Clone, Copy)]
enum Told {
    BeforeTheReload,
    AfterTheReload,
}

#[track_caller]
fn reload(editor: &mut Editor, how: Reload) {
    match how {
        Reload::CloseAndOpen => editor.reload("lib.rs"),
        Reload::MinimalChange => editor.type_after("lib.rs", "    one + 1\n}\n", ADDED),
    }
}

#[track_caller]
fn check(how: Reload, told: Told) {
    let repo = Repo::with(&[("lib.rs", BEFORE)]);
    let claude = Claude::new(&repo);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    editor.diagnostics("lib.rs");
    let mut edit = claude.plan_edit(
        "lib.rs",
        "    one + 1\n}\n",
        &format!("    one + 1\n}}\n{ADDED}"),
        Which::One,
    );
    edit.pre();
    edit.perform();
    match told {
        Told::BeforeTheReload => {
            edit.post();
            reload(&mut editor, how);
        }
        Told::AfterTheReload => {
            reload(&mut editor, how);
            editor.diagnostics("lib.rs");
            edit.post();
        }
    }
    editor.diagnostics_until("lib.rs", MARKED, |all| listed(all) == MARKED);
    assert_eq!(editor.text("lib.rs"), repo.read("lib.rs"));
    // What the server keeps on its own account agrees with the hook.
    editor.save("lib.rs");
    editor.type_after("lib.rs", "let one = 1;", " // typed");
    editor.save("lib.rs");
    editor.diagnostics_until("lib.rs", MARKED, |all| listed(all) == MARKED);
    assert_eq!(editor.shutdown(), 0);
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["totals"]["unreviewed_lines"], 7, "{status:#}");
    assert_eq!(status["totals"]["suspected_lines"], 0, "{status:#}");
}

#[test]
fn told_before_a_reload_by_close_and_open() {
    check(Reload::CloseAndOpen, Told::BeforeTheReload);
}

#[test]
fn told_after_a_reload_by_close_and_open() {
    check(Reload::CloseAndOpen, Told::AfterTheReload);
}

#[test]
fn told_before_a_reload_by_a_minimal_change() {
    check(Reload::MinimalChange, Told::BeforeTheReload);
}

#[test]
fn told_after_a_reload_by_a_minimal_change() {
    check(Reload::MinimalChange, Told::AfterTheReload);
}

#[test]
fn what_the_person_typed_and_saved_before_stays_theirs() {
    let repo = Repo::with(&[("lib.rs", BEFORE)]);
    let claude = Claude::new(&repo);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    editor.type_after("lib.rs", "let one = 1;\n", "    let typed = one * one;\n");
    editor.save("lib.rs");
    claude.edit(
        "lib.rs",
        "    one + 1\n}\n",
        &format!("    one + 1\n}}\n{ADDED}"),
    );
    editor.reload("lib.rs");
    let wanted = MARKED.replace("6:", "7:");
    editor.diagnostics_until("lib.rs", &wanted, |all| listed(all) == wanted);
}

#[test]
fn an_editor_shows_no_byte_order_mark_and_one_kind_of_line_ends() {
    for (before, added) in [
        (format!("\u{feff}{BEFORE}"), ADDED.to_owned()),
        (
            BEFORE.replacen('\n', "\r\n", 2),
            ADDED.replace('\n', "\r\n"),
        ),
    ] {
        let repo = Repo::with(&[("lib.rs", &before)]);
        let claude = Claude::new(&repo);
        let mut editor = Editor::open_on(&repo);
        editor.open_as("lib.rs", BEFORE);
        editor.diagnostics("lib.rs");
        let mut bash = claude.pre_bash("true");
        bash.perform();
        repo.write("lib.rs", format!("{before}{added}"));
        editor.type_after("lib.rs", "    one + 1\n}\n", ADDED);
        editor.diagnostics("lib.rs");
        bash.post();
        editor.diagnostics_until("lib.rs", MARKED, |all| listed(all) == MARKED);
    }
}

#[test]
fn what_a_person_brings_from_the_file_into_a_buffer_with_edits_of_their_own_keeps_its_mark() {
    let repo = Repo::with(&[("lib.rs", BEFORE)]);
    let claude = Claude::new(&repo);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    editor.type_after("lib.rs", "fn mine() -> u32 {\n", "    let typed = 0;\n");
    claude.edit("lib.rs", "let one = 1;", "let one = 1; let other = 2;");
    editor.replace("lib.rs", "let one = 1;", "let one = 1; let other = 2;");
    let wanted = "3: unreviewed (information) `mine`: 1 line by Claude Code, unreviewed";
    editor.diagnostics_until("lib.rs", wanted, |all| listed(all) == wanted);
    repo.write("lib.rs", editor.text("lib.rs"));
    editor.save("lib.rs");
    assert_eq!(editor.shutdown(), 0);
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["totals"]["unreviewed_lines"], 1, "{status:#}");
}

#[test]
fn a_long_text_in_no_known_language_is_cut_anew_where_much_of_it_came_at_once() {
    let paragraph = |number: usize| format!("Of {number}:\n{}\n", "a line of words\n".repeat(5));
    let book: String = (0..800).map(paragraph).collect();
    let repo = Repo::with(&[("book.txt", &book)]);
    let claude = Claude::new(&repo);
    claude.edit(
        "book.txt",
        "Of 200:\n",
        "Of 200:\nwritten by an assistant\n",
    );
    claude.edit("book.txt", "Of 600:\n", "Of 600:\nwritten by it as well\n");
    let mut editor = Editor::open_on(&repo);
    editor.open("book.txt");
    let text = format!("First.\n{}Last.\n", editor.text("book.txt"));
    editor.change("book.txt", &[Change::whole(&text)]);
    let wanted = "two blocks";
    let all = editor.diagnostics_until("book.txt", wanted, |all| all.len() == 2);
    assert!(
        listed(&all)
            .lines()
            .all(|it| it.contains(": 1 line by Claude Code"))
    );
}

#[test]
fn what_came_from_the_file_is_not_typed_by_an_undo_and_a_redo() {
    let repo = Repo::with(&[("lib.rs", BEFORE)]);
    let claude = Claude::new(&repo);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    editor.diagnostics("lib.rs");
    let mut bash = claude.pre_bash("true");
    repo.write("lib.rs", format!("{BEFORE}{ADDED}"));
    for (from, to) in [("", ADDED), (ADDED, ""), ("", ADDED)] {
        let end = "    one + 1\n}\n";
        editor.replace("lib.rs", &format!("{end}{from}"), &format!("{end}{to}"));
        editor.regions("lib.rs");
    }
    editor.save("lib.rs");
    editor.regions("lib.rs");
    bash.perform();
    bash.post();
    editor.diagnostics_until("lib.rs", MARKED, |all| listed(all) == MARKED);
}

#[test]
fn what_a_person_typed_is_theirs_where_the_editor_writes_before_it_tells_of_the_change() {
    let repo = Repo::with(&[("lib.rs", BEFORE)]);
    let claude = Claude::new(&repo);
    let mut editor = Editor::open_on(&repo);
    editor.open("lib.rs");
    editor.diagnostics("lib.rs");
    let mut bash = claude.pre_bash("echo 'fn by_command() {}' >> lib.rs");
    repo.write("lib.rs", format!("{BEFORE}{ADDED}"));
    editor.type_after("lib.rs", "    one + 1\n}\n", ADDED);
    editor.tell_of_saving("lib.rs");
    editor.diagnostics("lib.rs");
    bash.perform();
    bash.post();
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["totals"]["unreviewed_lines"], 1, "{status:#}");
    assert_eq!(status["totals"]["suspected_lines"], 0, "{status:#}");
}
