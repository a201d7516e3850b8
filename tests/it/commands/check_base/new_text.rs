//! Which lines are new.

use super::{PAY, REFUND, found, since, topic, words};
use crate::support::claude::Claude;
use crate::support::repo::Repo;
use expect_test::expect;

#[test]
fn what_was_unreviewed_at_the_base_is_not_judged() {
    let repo = topic();
    let said = since(&repo, "main").expect_code(1);
    expect![[r#"
        pay.rs: 1 removal unreviewed
        refund.rs: 3 lines unreviewed

        Red: 3 lines unreviewed, 1 removal unreviewed in what is new in topic since main, in 2 files.
        Read it, then: countersign confirm pay.rs
    "#]]
    .assert_eq(&words(&repo, &said.stdout, &["topic", "main"]));
    repo.run_in_terminal(&["confirm", "pay.rs"]).ok();
    repo.run_in_terminal(&["confirm", "refund.rs:8-10"]).ok();
    let said = since(&repo, "main").expect_code(0);
    expect![[r#"
        Green: a person stands behind all that assistants are known to have written in what is new in topic since main.
    "#]]
    .assert_eq(&words(&repo, &said.stdout, &["topic", "main"]));
    assert_eq!(repo.run(&["check"]).code, 1, "HEAD as a whole is red");
}

#[test]
fn programs_read_the_base_the_head_and_the_regions_cut_to_the_new_lines() {
    let repo = topic();
    let check = repo.run(&["check", "--base", "main", "--format", "json"]);
    let judged = check.expect_code(1).json();
    assert_eq!(judged["base"], repo.git(&["rev-parse", "main"]));
    assert_eq!(judged["head"], repo.git(&["rev-parse", "HEAD"]));
    assert_eq!(judged["bases"], serde_json::Value::Null);
    assert_eq!(judged["unreviewed_lines"], 3);
    assert_eq!(
        found(&repo, &["--base", "main"]),
        "pay.rs: 1 removal\nrefund.rs:8-10 reported\n"
    );
    let region = &judged["files"][1]["regions"][0];
    assert_eq!(region["unit"], "void_all");
}

#[test]
fn a_line_is_new_when_any_of_it_is_and_new_layout_is_not() {
    let repo = topic();
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(
        "refund.rs",
        REFUND.replace("    ", "\t").replace("(\n", "("),
    );
    repo.commit("Tabs");
    assert_eq!(found(&repo, &["--base", "HEAD~1"]), "");
    repo.replace("refund.rs", "amount.min(left)", "amount.min(rest)");
    repo.commit("A person's word in the assistant's line");
    assert_eq!(
        found(&repo, &["--base", "HEAD~1"]),
        "refund.rs:4-4 reported\n"
    );
}

#[test]
fn an_old_line_between_two_new_ones_is_not_counted() {
    let repo = Repo::with(&[("a.rs", "fn a() {\n    one();\n}\n")]);
    let claude = Claude::new(&repo);
    claude.edit(
        "a.rs",
        "    one();\n",
        "    one();\n    {\n    two();\n    }\n",
    );
    repo.commit("Block");
    claude.edit(
        "a.rs",
        "    two();\n    }\n",
        "    two();\n    three();\n    }\n    four();\n",
    );
    repo.commit("More");
    assert_eq!(
        found(&repo, &["--base", "HEAD~1"]),
        "a.rs:5-5 reported\na.rs:7-7 reported\n"
    );
    let judged = repo
        .run(&["check", "--base", "HEAD~1", "--format", "json"])
        .json();
    assert_eq!(judged["unreviewed_lines"], 2);
}

#[test]
fn a_move_is_no_new_text_within_a_file_or_to_another() {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    Claude::new(&repo).write("refund.rs", &format!("{REFUND}\n{PAY}"));
    repo.commit("Refunds");
    let (first, second) = REFUND.split_once("\nfn void").unwrap();
    repo.write("refund.rs", format!("fn void{second}\n{first}\n{PAY}"));
    repo.commit("Within the file");
    assert_eq!(found(&repo, &["--base", "HEAD~1"]), "");
    repo.write("refund.rs", format!("fn void{second}\n{PAY}"));
    repo.write("back.rs", first);
    repo.commit("To another file");
    assert_eq!(found(&repo, &["--base", "HEAD~1"]), "");
    assert_eq!(
        found(&repo, &["--base", "HEAD~3"]).lines().count(),
        3,
        "it is still unreviewed"
    );
}

#[test]
fn a_rename_is_no_new_text_and_an_edit_in_it_is() {
    let repo = topic();
    repo.git(&["mv", "refund.rs", "back.rs"]);
    repo.commit("Renamed");
    assert_eq!(found(&repo, &["--base", "HEAD~1"]), "");
    Claude::new(&repo).edit("back.rs", "    Ok(())\n", "    log::info();\n    Ok(())\n");
    repo.git(&["mv", "back.rs", "deep.rs"]);
    repo.commit("Renamed and edited");
    assert_eq!(
        found(&repo, &["--base", "HEAD~2"]),
        "deep.rs:5-5 reported\n"
    );
}

#[test]
fn text_that_is_only_recognised_is_judged_too() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    Claude::new(&repo).write("draft.rs", REFUND);
    // Never committed under that name.
    repo.rename("draft.rs", "src/refund.rs");
    repo.replace("src/refund.rs", "amount.min(left)", "amount.min(rest)");
    repo.commit("Refunds");
    assert!(found(&repo, &["--base", "HEAD~1"]).starts_with("src/refund.rs:1-"));
}

#[test]
fn what_git_ignores_no_more_and_what_ignore_names_is_counted_apart() {
    let repo = topic();
    repo.write("countersign.toml", "ignore = [\"refund.rs\"]\n");
    repo.commit("Settings");
    let said = since(&repo, "main").expect_code(1);
    assert!(
        said.stdout.contains("pay.rs: 1 removal unreviewed\n"),
        "{said}"
    );
    assert!(!said.stdout.contains("refund.rs"), "{said}");
    assert!(
        said.stdout.ends_with(
            "Left out by `ignore` in countersign.toml: 1 file with 3 unreviewed lines.\n"
        ),
        "{said}"
    );
}

#[test]
fn files_that_are_not_text_are_no_obstacle() {
    let repo = topic();
    repo.write("picture.png", [0x89, b'P', 0, 0xff, 0xfe].as_slice());
    std::os::unix::fs::symlink("refund.rs", repo.path("link.rs")).unwrap();
    repo.write("with space.rs", "fn a() {}\n");
    repo.commit("Odd files");
    assert_eq!(found(&repo, &["--base", "HEAD~1"]), "");
}

#[test]
fn odd_names_are_told_so_that_they_can_be_named() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.write("a\u{1b}.rs", REFUND);
    claude.write("it's odd.rs", &REFUND.replace("refund", "repay"));
    repo.commit("Odd");
    let said = since(&repo, "HEAD~1").expect_code(1).stdout;
    assert!(
        said.starts_with("a\\u{1b}.rs: 8 lines unreviewed\n"),
        "{said}"
    );
    assert!(said.ends_with("countersign confirm FILE\n"), "{said}");
    repo.delete("a\u{1b}.rs");
    repo.commit("Less odd");
    let said = since(&repo, "HEAD~2").expect_code(1).stdout;
    assert!(
        said.ends_with("countersign confirm 'it'\\''s odd.rs'\n"),
        "{said}"
    );
}
