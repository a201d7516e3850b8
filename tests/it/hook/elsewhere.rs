//! A shell command may change files in more than one repository, and outside of all.

use super::places::status_in;
use super::{PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::marks::{log, status};
use crate::support::repo::Repo;
use expect_test::expect;
use serde_json::json;

#[test]
fn a_command_outside_a_repository_is_looked_at_as_well() {
    let repo = Repo::without_git();
    repo.write("pay.rs", PAY);
    repo.write("deep/old.rs", REFUND);
    let claude = Claude::new(&repo);
    claude.bash(
        "echo 'fn more() { x(); }' > new.rs; sed -i 's/total <= 0/total <= limit()/' pay.rs; mv deep/old.rs deep/moved.rs",
    );
    expect![[r#"
        new.rs: 1 unreviewed
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    claude.bash("rm deep/moved.rs");
    expect![[r#"
        deep/moved.rs: 1 removals
        new.rs: 1 unreviewed
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(log(&repo), "");
}

#[test]
fn a_command_in_a_large_folder_outside_a_repository_disturbs_nothing() {
    let repo = Repo::without_git();
    (0..501).for_each(|n| repo.write(&format!("many/{n}.rs"), REFUND));
    Claude::new(&repo).bash("echo 'fn more() { x(); }' > new.rs");
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn a_command_that_makes_a_repository_of_its_folder() {
    let repo = Repo::without_git();
    repo.write("pay.rs", PAY);
    Claude::new(&repo).bash(
        "git init -q; sed -i 's/total <= 0/total <= limit()/' pay.rs; echo 'fn more() { x(); }' > new.rs; \
         git add -A; git commit -qm start",
    );
    expect![[r#"
        new.rs: 1 unreviewed
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
    assert_eq!(log(&repo), "");
}

#[test]
fn a_repository_inside_the_folder_has_what_a_command_wrote_there() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    repo.git(&["clone", "--quiet", ".", "inside"]);
    Claude::new(&repo).bash("cd inside; echo 'fn more() {}' >> pay.rs; git commit -qam more");
    expect![""].assert_eq(&status(&repo));
    expect![[r#"
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status_in(&repo, &repo.path("inside")));
}

#[test]
fn a_command_that_goes_elsewhere_is_judged_where_the_agent_was_started_too() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let other = repo.clone_to("other");
    let claude = Claude::new(&repo);
    let project = [("CLAUDE_PROJECT_DIR", repo.root().to_str().unwrap())];
    let tell = |payload: &serde_json::Value| {
        let payload = payload.to_string();
        let hook = ["hook", "claude-code"];
        repo.run_with(&project, &hook, payload.as_bytes()).ok();
    };
    let mut bash = claude.plan_bash("echo 'fn more() {}' >> pay.rs");
    tell(&bash.pre_payload());
    bash.perform();
    let mut payload = bash.post_payload();
    payload["cwd"] = json!(other.root());
    tell(&payload);
    expect![[r#"
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}
