//! What `ignore` in `countersign.toml` leaves out of `status` and `check`, and who may say so.

use super::{REFUND, visited};
use crate::support::claude::Claude;
use crate::support::marks::gate;
use crate::support::repo::Repo;
use expect_test::expect;

const IGNORE: &str = "ignore = [\"pay.rs\"]\n";

#[test]
fn what_is_left_out_is_counted_apart() {
    let repo = visited();
    repo.write("countersign.toml", IGNORE);
    let status = repo.run(&["status"]).ok();
    let top = repo.root().to_string_lossy().into_owned();
    expect![[r#"
        refund.rs: 8 lines unreviewed

        In 1 file: 8 lines unreviewed.
        Look at it in your editor, or: countersign blame FILE, countersign confirm FILE:FIRST-LAST
        Left out by `ignore` in countersign.toml: 1 file with 1 unreviewed line and 1 unreviewed removal.
    "#]]
    .assert_eq(&status.stdout.replace(&top, "TOP"));
    let json = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(json["totals"]["unreviewed_lines"], 8);
    assert_eq!(json["ignored"]["by"], "countersign.toml");
    assert_eq!(json["ignored"]["files"], 1);
    assert_eq!(json["ignored"]["unreviewed_lines"], 1);
    assert_eq!(json["ignored"]["removals"], 1);
}

#[test]
fn the_gate_goes_by_what_is_committed_and_says_what_it_did_not_judge() {
    let repo = visited();
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    repo.commit("All");
    repo.write("countersign.toml", IGNORE);
    assert_eq!(gate(&repo).code, 1, "the work tree is not judged");
    repo.commit("Settings");
    let judged = gate(&repo).expect_code(0);
    let last = judged.stdout.lines().last();
    let told = "Left out by `ignore` in countersign.toml: 1 file with 1 unreviewed line and 1 unreviewed removal.";
    assert_eq!(last, Some(told));
    let json = repo.run(&["check", "--format", "json"]).ok().json();
    assert_eq!(json["ignored"]["files"], 1);
}

#[test]
fn an_assistant_cannot_get_through_the_gate_by_it() {
    let repo = Repo::with(&[("lib.rs", "mod refund;\n")]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    claude.write("countersign.toml", "ignore = [\"*\"]\n");
    // Nor does it help to call the settings generated.
    claude.write(".gitattributes", "* linguist-generated\n");
    repo.commit("All");
    let judged = gate(&repo).expect_code(1);
    assert!(
        judged
            .stdout
            .contains("countersign.toml: 1 line unreviewed"),
        "{judged}"
    );
    assert!(
        judged.stdout.contains(".gitattributes: 1 line unreviewed"),
        "{judged}"
    );
    assert!(
        judged.stderr.contains(
            "warning: countersign.toml is not heeded: it holds a change by an assistant that nobody has confirmed"
        ),
        "{judged}"
    );
    repo.delete(".gitattributes");
    repo.commit("Nothing is generated");
    assert!(
        gate(&repo)
            .expect_code(1)
            .stdout
            .contains("refund.rs: 8 lines unreviewed")
    );
    repo.run_in_terminal(&["confirm", "countersign.toml"]).ok();
    assert!(!gate(&repo).stdout.contains("refund.rs"));
}

#[test]
fn a_person_adds_to_it_and_an_assistant_takes_away() {
    let repo = visited();
    repo.write("countersign.toml", "ignore = [\"*.rs\", \"!pay.rs\"]\n");
    repo.commit("All");
    let judged = gate(&repo).expect_code(1);
    assert!(
        judged.stdout.contains("pay.rs: 1 line unreviewed"),
        "{judged}"
    );
    assert!(!judged.stdout.contains("refund.rs"), "{judged}");
    Claude::new(&repo).edit("countersign.toml", ", \"!pay.rs\"", "");
    repo.commit("More is ignored");
    let judged = gate(&repo).expect_code(1);
    assert!(
        judged
            .stdout
            .contains("countersign.toml: 1 removal unreviewed"),
        "{judged}"
    );
    assert!(
        judged.stdout.contains("refund.rs: 8 lines unreviewed"),
        "{judged}"
    );
}

#[test]
fn what_is_wrong_in_it_is_told_and_the_rest_holds() {
    let repo = visited();
    repo.write(
        "countersign.toml",
        "ignore = [\"refund.rs\", 3]\nignored = true\n",
    );
    let status = repo.run(&["status"]).ok();
    expect![[r#"
        warning: countersign.toml: 3 in `ignore` is no glob
        warning: countersign.toml: `ignored` is not a setting; there are `enable`, `ignore`, `severity`
    "#]]
    .assert_eq(&status.stderr);
    assert!(!status.stdout.contains("refund.rs"), "{status}");
    repo.write("countersign.toml", b"\xff\xfe".as_slice());
    let status = repo.run(&["status"]).ok();
    assert_eq!(
        status.stderr,
        "warning: countersign.toml is not heeded: it is not UTF-8\n"
    );
    repo.write(".git/info/exclude", "countersign.toml\n");
    repo.write("countersign.toml", IGNORE);
    let status = repo.run(&["status"]).ok();
    assert!(
        status.stderr.contains("not heeded: git ignores it"),
        "{status}"
    );
}
