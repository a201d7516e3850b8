//! The text that counts is the one that git stores.

use super::PAY;
use crate::support::claude::Claude;
use crate::support::marks::{log, marks, regions, status};
use crate::support::repo::Repo;
use expect_test::expect;

fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

/// Edits a CRLF file by tool and by command, and commits: only the new words are marked, all the way.
#[track_caller]
fn only_new_words_are_marked(repo: &Repo) {
    let claude = Claude::new(repo);
    claude.edit(
        "pay.rs",
        "    Ok(receipt)\n",
        "    mail::send(&receipt);\n    Ok(receipt)\n",
    );
    assert_eq!(status(repo), "pay.rs: 1 unreviewed\n", "after the edit");
    assert_eq!(
        regions(repo, "pay.rs"),
        "unreviewed: mail::send(&receipt);\n"
    );
    claude.bash("printf 'fn more() { x(); }\\r\\n' >> pay.rs");
    assert_eq!(status(repo), "pay.rs: 2 unreviewed\n", "after the command");
    claude.bash(
        "git add -A && git commit -qm more && git checkout -q HEAD~1 && git checkout -q main",
    );
    assert_eq!(status(repo), "pay.rs: 2 unreviewed\n", "after the commit");
    assert_eq!(repo.run(&["check"]).code, 1);
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    assert_eq!(
        status(repo),
        "pay.rs: 2 confirmed\n",
        "after the confirmation"
    );
    assert_eq!(repo.run(&["check"]).code, 0);
    assert_eq!(log(repo), "");
}

#[test]
fn a_crlf_file_that_git_keeps_as_it_is() {
    let repo = Repo::with(&[("pay.rs", &crlf(PAY))]);
    only_new_words_are_marked(&repo);
}

#[test]
fn a_crlf_file_under_autocrlf() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    repo.git(&["config", "core.autocrlf", "true"]);
    repo.write("pay.rs", crlf(PAY));
    repo.git(&["add", "--all"]);
    only_new_words_are_marked(&repo);
}

#[test]
fn a_crlf_file_by_attribute() {
    for attributes in [
        "*.rs text eol=crlf\n",
        "* text=auto eol=crlf\n",
        "*.rs text=auto\n",
    ] {
        let repo = Repo::with(&[(".gitattributes", attributes), ("pay.rs", &crlf(PAY))]);
        only_new_words_are_marked(&repo);
    }
}

#[test]
fn a_crlf_file_that_turns_to_lf_has_nothing_new() {
    let repo = Repo::with(&[("pay.rs", &crlf(PAY))]);
    let claude = Claude::new(&repo);
    claude.bash("tr -d '\\r' < pay.rs > x && mv x pay.rs");
    expect![""].assert_eq(&status(&repo));
    claude.write("pay.rs", &crlf(PAY));
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn a_byte_order_mark_is_nobodys_text() {
    let repo = Repo::with(&[("pay.rs", &format!("\u{feff}{PAY}"))]);
    let claude = Claude::new(&repo);
    claude.bash("sed -i '1s/^\\xEF\\xBB\\xBF//' pay.rs");
    expect![""].assert_eq(&status(&repo));
    claude.write("pay.rs", &format!("\u{feff}{PAY}fn more() {{}}\n"));
    expect![[r#"
        unreviewed: fn more() {}
    "#]]
    .assert_eq(&regions(&repo, "pay.rs"));
}

#[test]
fn lone_carriage_returns_and_other_line_ends_do_not_confuse_the_count() {
    let repo = Repo::with(&[("a.txt", "one\ttwo\u{b}three\u{85}four\u{2028}five\n")]);
    Claude::new(&repo).write(
        "a.txt",
        "one\ttwo\u{b}three\u{85}four\u{2028}five\nsix seven\n",
    );
    expect![[r#"
          one	twothreefour five
        u six seven
    "#]]
    .assert_eq(&marks(&repo, "a.txt"));
}
