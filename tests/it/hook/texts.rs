//! What is no text, and texts that are large.

use super::PAY;
use crate::support::claude::Claude;
use crate::support::marks::{log, status};
use crate::support::repo::Repo;
use expect_test::expect;

#[test]
fn binary_files_and_other_encodings_are_left_alone() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.bash("printf 'a\\0b\\n' > a.bin; printf 'caf\\351\\n' > latin1.txt; printf '\\376\\377\\0a' > utf16.txt");
    claude.bash("printf 'more\\0' >> a.bin; printf 'more \\351' >> latin1.txt; rm utf16.txt");
    claude.bash("git add -A && git commit -qm binary");
    expect![""].assert_eq(&status(&repo));
    assert_eq!(log(&repo), "");
    assert_eq!(repo.run(&["blame", "latin1.txt"]).code, 2);
    assert_eq!(repo.run(&["check"]).code, 0);
}

#[test]
fn a_text_that_becomes_binary_and_back_keeps_its_marks() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.edit("pay.rs", "order.total <= 0", "order.total <= limit()");
    claude.bash("cp pay.rs ../home/kept; printf '\\0' >> pay.rs");
    claude.bash("cp ../home/kept pay.rs");
    expect![[r#"
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn empty_files_and_empty_changes() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.write("empty.rs", "");
    claude.write("blank.rs", "\n\n  \n");
    claude.bash(": > empty2.rs; touch pay.rs");
    expect![""].assert_eq(&status(&repo));
    claude.write("pay.rs", "");
    expect![[r#"
        pay.rs: 1 removals
    "#]]
    .assert_eq(&status(&repo));
    claude.write("pay.rs", PAY);
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn five_megabytes_are_told_and_shown() {
    let line = |number: usize| format!("let value_{number} = compute({number}, \"{number}\");\n");
    let large: String = (0..120_000).map(line).collect();
    assert!(large.len() > 5_000_000);
    let repo = Repo::with(&[("large.rs", &large)]);
    let claude = Claude::new(&repo);
    claude.edit(
        "large.rs",
        &line(60_000),
        &format!("{}agent_was_here();\n", line(60_000)),
    );
    claude.bash("sed -i '$ a last_line_by_agent();' large.rs");
    expect![[r#"
        large.rs: 2 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    claude.write("new.rs", &large.replace("value", "other"));
    expect![[r#"
        large.rs: 2 unreviewed
        new.rs: 120000 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(log(&repo), "");
}

#[test]
fn a_line_of_a_megabyte_is_told_and_shown() {
    let line = "x+".repeat(500_000);
    let repo = Repo::with(&[("long.js", &format!("{line}\n"))]);
    let claude = Claude::new(&repo);
    claude.write("long.js", &format!("{line}agent()\n"));
    expect![[r#"
        long.js: 1 generated
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(log(&repo), "");
}

#[test]
fn a_file_beyond_all_measure_is_left_alone_and_that_is_said() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.bash("truncate -s 70M huge.txt");
    expect![""].assert_eq(&status(&repo));
    let blame = repo.run(&["blame", "huge.txt"]).expect_code(2);
    assert!(blame.stderr.contains("larger than 64 MiB"), "{blame}");
}
