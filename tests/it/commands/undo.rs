//! `countersign undo`: takes back your last act.

use super::visited;
use crate::support::marks::status;
use expect_test::expect;

#[test]
fn acts_are_taken_back_from_the_last_to_the_first() {
    let repo = visited();
    repo.run_in_terminal(&["confirm", "refund.rs:1-6"]).ok();
    repo.run_in_terminal(&["claim", "refund.rs:8-10"]).ok();
    expect![[r#"
        pay.rs: 1 unreviewed, 1 removals
        refund.rs: 5 confirmed, 3 claimed
    "#]]
    .assert_eq(&status(&repo));
    let said = repo.run_in_terminal(&["undo"]).ok();
    expect![[r#"
        Took back your claim of refund.rs.
    "#]]
    .assert_eq(&said.stdout);
    expect![[r#"
        pay.rs: 1 unreviewed, 1 removals
        refund.rs: 3 unreviewed, 5 confirmed
    "#]]
    .assert_eq(&status(&repo));
    let said = repo.run_in_terminal(&["undo"]).ok();
    expect![[r#"
        Took back your confirmation of refund.rs.
    "#]]
    .assert_eq(&said.stdout);
    expect![[r#"
        pay.rs: 1 unreviewed, 1 removals
        refund.rs: 8 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    let said = repo.run_in_terminal(&["undo"]).expect_code(2);
    assert!(said.stderr.contains("nothing to undo"), "{said}");
}

#[test]
fn an_act_after_an_undo_counts() {
    let repo = visited();
    for _ in 0..2 {
        repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
        repo.run_in_terminal(&["undo"]).ok();
    }
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    expect![[r#"
        pay.rs: 1 unreviewed, 1 removals
        refund.rs: 8 confirmed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn nobody_takes_back_what_another_person_said() {
    let repo = visited();
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    repo.git(&["config", "user.email", "charles@example.com"]);
    let said = repo.run_in_terminal(&["undo"]).expect_code(2);
    assert!(said.stderr.contains("nothing to undo"), "{said}");
    expect![[r#"
        pay.rs: 1 unreviewed, 1 removals
        refund.rs: 8 confirmed
    "#]]
    .assert_eq(&status(&repo));
}

#[test]
fn what_two_confirmed_stays_confirmed_when_one_takes_it_back() {
    let repo = visited();
    repo.run_in_terminal(&["confirm", "refund.rs"]).ok();
    repo.git(&["config", "user.email", "charles@example.com"]);
    let again = repo.run_in_terminal(&["confirm", "refund.rs"]);
    assert_eq!(again.code, 2, "it is confirmed already: {again}");
}
