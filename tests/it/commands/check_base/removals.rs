//! What was taken away since the base.

use super::{GUARD, PAY, REFUND, found, since, topic};
use crate::support::claude::Claude;
use crate::support::repo::Repo;

#[test]
fn a_removal_counts_where_the_base_has_the_text() {
    let repo = topic();
    assert!(found(&repo, &["--base", "main"]).contains("pay.rs: 1 removal"));
    repo.replace("pay.rs", "Ok(receipt)", "Ok(receipt.into())");
    repo.commit("A person goes on");
    assert_eq!(
        found(&repo, &["--base", "HEAD~1"]),
        "",
        "the base lacks the guard already"
    );
    assert!(found(&repo, &["--base", "main"]).contains("pay.rs: 1 removal"));
}

#[test]
fn a_removal_ends_when_the_text_is_back() {
    let repo = topic();
    repo.write("pay.rs", PAY);
    repo.commit("The guard is back");
    assert!(!found(&repo, &["--base", "main"]).contains("pay.rs"));
}

#[test]
fn what_came_and_went_since_the_base_is_no_removal() {
    let repo = Repo::with(&[("pay.rs", PAY.replace(GUARD, "").as_str())]);
    repo.write("pay.rs", PAY);
    repo.commit("A guard");
    let claude = Claude::new(&repo);
    claude.edit("pay.rs", GUARD, "");
    repo.commit("No guard");
    assert_eq!(found(&repo, &["--base", "HEAD~1"]), "pay.rs: 1 removal\n");
    assert_eq!(found(&repo, &["--base", "HEAD~2"]), "");
}

#[test]
fn a_removal_follows_its_file_to_another_name() {
    let repo = topic();
    repo.git(&["mv", "pay.rs", "cash.rs"]);
    repo.commit("Renamed");
    assert!(found(&repo, &["--base", "main"]).contains("cash.rs: 1 removal"));
}

#[test]
fn a_deleted_file_counts_where_the_base_has_it() {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    repo.write("old.rs", REFUND);
    repo.commit("A person's file");
    claude.bash("git rm -q old.rs && git commit -qm 'No old'");
    assert_eq!(found(&repo, &["--base", "HEAD~1"]), "old.rs: 1 removal\n");
    assert_eq!(
        found(&repo, &["--base", "HEAD~2"]),
        "",
        "the base has no such file"
    );
    repo.append("lib.rs", "mod audit;\n");
    repo.commit("On");
    assert_eq!(found(&repo, &["--base", "HEAD~1"]), "", "nor has this one");
    let said = since(&repo, "HEAD~2").expect_code(1);
    assert!(
        said.stdout
            .ends_with("Read it, then: countersign confirm old.rs\n"),
        "{said}"
    );
    repo.run_in_terminal(&["confirm", "old.rs"]).ok();
    assert_eq!(found(&repo, &["--base", "HEAD~2"]), "");
}

#[test]
fn what_the_branch_renamed_or_edited_first_counts_by_what_the_base_has_of_it() {
    let renamed = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    renamed.git(&["mv", "pay.rs", "cash.rs"]);
    renamed.commit("Renamed");
    Claude::new(&renamed).bash("rm cash.rs");
    renamed.commit("Gone");
    assert_eq!(
        found(&renamed, &["--base", "HEAD~2"]),
        "cash.rs: 1 removal\n"
    );
    let edited = Repo::with(&[("pay.rs", PAY)]);
    edited.replace("pay.rs", "Refused::Nothing", "Refused::No");
    edited.commit("Edited");
    let guard = GUARD.replace("Refused::Nothing", "Refused::No");
    Claude::new(&edited).edit("pay.rs", &guard, "");
    edited.commit("No guard");
    assert_eq!(found(&edited, &["--base", "HEAD~2"]), "pay.rs: 1 removal\n");
}
