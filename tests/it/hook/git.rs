//! What git knew before a command, the command did not write.

use super::{PAY, REFUND};
use crate::support::claude::Claude;
use crate::support::marks::{gate, log, status};
use crate::support::repo::Repo;
use expect_test::expect;

/// Two branches that people wrote: `topic` adds a file and changes another; `main` went on, too.
fn branches() -> Repo {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.write("refund.rs", REFUND);
    repo.replace(
        "pay.rs",
        "    Ok(receipt)\n",
        "    mail::send(&receipt);\n    Ok(receipt)\n",
    );
    repo.commit("Refund");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(
        "lib.rs",
        "mod pay;\n\n/// Of main.\npub fn main_went_on(a: u8) -> u8 {\n    a + 1\n}\n",
    );
    repo.commit("Main goes on");
    repo
}

/// Runs commands of an assistant, of which none writes anything that git did not know.
#[track_caller]
fn marks_nothing(repo: &Repo, commands: &[&str]) {
    let claude = Claude::new(repo);
    for command in commands {
        let output = claude.bash(command);
        assert_eq!(output.code, 0, "{output}");
        assert_eq!(status(repo), "", "after `{command}`");
    }
    assert_eq!(log(repo), "");
}

#[test]
fn a_checkout_marks_nothing() {
    marks_nothing(
        &branches(),
        &[
            "git checkout -q topic",
            "git checkout -q main",
            "git switch -q --detach topic",
            "git switch -q main",
        ],
    );
}

#[test]
fn a_merge_marks_nothing() {
    marks_nothing(&branches(), &["git merge -q --no-edit topic"]);
}

#[test]
fn a_merge_that_is_left_uncommitted_marks_nothing() {
    marks_nothing(
        &branches(),
        &["git merge -q --no-commit topic", "git merge --abort"],
    );
}

#[test]
fn a_fast_forward_marks_nothing() {
    let repo = branches();
    repo.git(&["checkout", "--quiet", "-b", "behind", "main~1"]);
    marks_nothing(&repo, &["git merge -q --ff-only topic"]);
}

#[test]
fn a_squash_merge_marks_nothing() {
    marks_nothing(
        &branches(),
        &["git merge -q --squash topic", "git commit -qm squashed"],
    );
}

#[test]
fn a_rebase_marks_nothing() {
    marks_nothing(
        &branches(),
        &["git checkout -q topic && git rebase -q main"],
    );
}

#[test]
fn a_cherry_pick_marks_nothing() {
    marks_nothing(
        &branches(),
        &[
            "git cherry-pick topic",
            "git cherry-pick --no-commit main~1",
        ],
    );
}

#[test]
fn a_revert_takes_away_the_files_that_it_deletes() {
    let repo = branches();
    repo.git(&["merge", "--quiet", "--no-edit", "topic"]);
    Claude::new(&repo).bash("git revert --no-edit topic");
    assert_eq!(status(&repo), "refund.rs: 1 removals\n");
}

#[test]
fn a_stash_and_its_pop_mark_nothing() {
    let repo = branches();
    repo.append("pay.rs", "\nfn mine(a: u8) -> u8 {\n    a + 41\n}\n");
    repo.write("new.rs", REFUND);
    marks_nothing(&repo, &["git stash -q -u", "git stash pop -q"]);
    assert!(repo.read("pay.rs").contains("mine"));
}

#[test]
fn a_reset_a_restore_and_a_clean_mark_nothing() {
    let repo = branches();
    marks_nothing(
        &repo,
        &[
            "git reset -q --hard HEAD~1",
            "git reset -q --hard ORIG_HEAD",
            "git restore --source topic pay.rs refund.rs",
            "git restore pay.rs",
            "git checkout topic -- pay.rs",
            "git show topic:pay.rs > pay.rs",
            "git reset -q --hard",
        ],
    );
}

#[test]
fn a_pull_marks_nothing() {
    let repo = branches();
    let clone = repo.clone_to("clone");
    repo.append(
        "pay.rs",
        "\nfn of_a_colleague(a: u8) -> u8 {\n    a + 41\n}\n",
    );
    repo.write(
        "new.rs",
        "fn of_a_colleague_too(a: u8) -> u8 {\n    a + 42\n}\n",
    );
    repo.commit("A colleague goes on");
    let url = format!("git remote set-url origin file://{}", repo.root().display());
    marks_nothing(
        &clone,
        &[
            &url,
            "git pull -q",
            "git fetch -q && git merge -q --no-edit origin/topic",
        ],
    );
    assert!(clone.read("pay.rs").contains("of_a_colleague"));
}

#[test]
fn a_pull_from_a_remote_without_a_name_marks_nothing() {
    let repo = branches();
    let clone = repo.clone_to("clone");
    repo.append(
        "pay.rs",
        "\nfn of_a_colleague(a: u8) -> u8 {\n    a + 41\n}\n",
    );
    repo.commit("A colleague goes on");
    let pull = format!("git pull -q file://{} main", repo.root().display());
    marks_nothing(&clone, &[&pull]);
}

#[test]
fn a_pull_that_rebases_marks_nothing() {
    let repo = branches();
    let clone = repo.clone_to("clone");
    repo.append(
        "pay.rs",
        "\nfn of_a_colleague(a: u8) -> u8 {\n    a + 41\n}\n",
    );
    repo.commit("A colleague goes on");
    clone.replace("pay.rs", "    if order", "    let limit = 1;\n    if order");
    clone.commit("Mine");
    marks_nothing(&clone, &["git pull -q --rebase"]);
}

#[test]
fn a_worktree_that_is_added_marks_nothing() {
    marks_nothing(
        &branches(),
        &[
            "git worktree add -q ../beside topic",
            "git worktree remove ../beside",
        ],
    );
}

#[test]
fn what_was_unreviewed_stays_so_through_all_of_git() {
    let repo = branches();
    let claude = Claude::new(&repo);
    claude.write("agent.rs", &REFUND.replace("refund", "repay"));
    claude.bash("git add -A; git commit -qm agent");
    let seen = status(&repo);
    expect![[r#"
        agent.rs: 6 unreviewed
    "#]]
    .assert_eq(&seen);
    claude.bash("git checkout -q topic");
    expect![""].assert_eq(&status(&repo));
    claude.bash("git cherry-pick main");
    assert_eq!(status(&repo), seen);
    claude.bash("git checkout -q main && git reset -q --hard HEAD~1");
    expect![""].assert_eq(&status(&repo));
    claude.bash("git merge -q --no-edit topic");
    assert_eq!(status(&repo), seen);
    assert_eq!(repo.run(&["check"]).code, 1);
}

#[test]
fn a_conflict_that_an_assistant_resolves_marks_its_own_words() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.replace("pay.rs", "order.total <= 0", "order.total < 5");
    repo.commit("Topic");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.replace("pay.rs", "order.total <= 0", "order.total < 7");
    repo.commit("Main");
    let claude = Claude::new(&repo);
    assert_eq!(claude.bash("git merge topic").code, 1);
    expect![""].assert_eq(&status(&repo));
    let resolved = PAY.replace("order.total <= 0", "order.total < smallest_of_all()");
    claude.write("pay.rs", &resolved);
    claude.bash("git commit -qam merged");
    expect![[r#"
        unreviewed: smallest_of_all() { (for 2 lines)
    "#]]
    .assert_eq(&crate::support::marks::regions(&repo, "pay.rs"));
}

#[test]
fn a_conflict_that_an_assistant_resolves_by_keeping_both_sides_marks_nothing() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.replace(
        "pay.rs",
        "    Ok(receipt)\n",
        "    mail::send(&receipt);\n    Ok(receipt)\n",
    );
    repo.commit("Topic");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.replace(
        "pay.rs",
        "    Ok(receipt)\n",
        "    print::out(order);\n    Ok(receipt)\n",
    );
    repo.commit("Main");
    let claude = Claude::new(&repo);
    assert_eq!(claude.bash("git merge topic").code, 1);
    claude.edit("pay.rs", "<<<<<<< HEAD\n", "");
    claude.bash("sed -i -e '/^=======/d' -e '/^>>>>>>> /d' pay.rs");
    assert!(
        !repo.read("pay.rs").contains("====="),
        "{}",
        repo.read("pay.rs")
    );
    expect![""].assert_eq(&status(&repo));
}

#[test]
fn a_commit_that_a_command_made_and_left_again_is_known() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    let claude = Claude::new(&repo);
    claude.bash("echo 'fn more() {}' >> pay.rs; git commit -qam more; git reset -q --hard HEAD~1");
    expect![""].assert_eq(&status(&repo));
    repo.git(&["merge", "--quiet", "ORIG_HEAD"]);
    expect![[r#"
        pay.rs: 1 unreviewed
    "#]]
    .assert_eq(&status(&repo));
}

/// What a push leaves behind looks like what a fetch brought.
#[test]
fn what_a_command_commits_and_pushes_is_its_own() {
    for (options, push) in [
        (&[][..], "git push -q origin main"),
        (&[], "git push -q -u origin main:topic"),
        (
            &[],
            "git pull -q --rebase origin main && git push -q origin main",
        ),
        (&[], "git fetch -q . main:copy"),
        (&["--ref-format=reftable"], "git push -q origin main"),
    ] {
        let repo = Repo::with(&[("pay.rs", PAY)]);
        repo.git(&[&["init", "-q", "--bare", "../shared"], options].concat());
        repo.git(&["push", "-q", "../shared", "main"]);
        let clone = repo.beside("clone");
        clone.git(&[&["clone", "-q", "../shared", "."], options].concat());
        let output = Claude::new(&clone).bash(&format!(
            "echo 'fn more() {{}}' >> pay.rs && git commit -qam more && {push}"
        ));
        assert_eq!(output.code, 0, "{output}");
        assert_eq!(status(&clone), "pay.rs: 1 unreviewed\n", "{push}");
    }
}

#[test]
fn what_many_files_were_before_is_known_too() {
    let repo = Repo::new();
    let all = |repo: &Repo, body: &str| {
        for number in 0..300 {
            repo.write(
                &format!("src/f{number}.rs"),
                format!("fn of_{number}(a: u8) -> u8 {{\n    {body}(a, {number})\n}}\n"),
            );
        }
    };
    for body in ["first", "second"] {
        all(&repo, body);
        repo.commit(body);
    }
    all(&repo, "mine");
    marks_nothing(
        &repo,
        &[
            "git stash -q",
            "git stash pop -q",
            "git checkout -q HEAD~1 -- .",
            "git reset -q --hard",
        ],
    );
}

#[test]
fn an_old_text_that_is_brought_back_is_known() {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    for number in 0..40 {
        repo.append("pay.rs", &format!("fn more_{number}() {{}}\n"));
        repo.commit("More");
    }
    marks_nothing(&repo, &["git checkout -q HEAD~30 -- pay.rs"]);
}

#[test]
fn many_files_that_a_command_moves_and_edits_are_the_same_files() {
    let repo = Repo::new();
    for number in 0..40 {
        let text = PAY.replace("receipt", &format!("receipt_{number}"));
        repo.write(&format!("src/part_{number}/mod.rs"), &text);
    }
    repo.commit("Start");
    Claude::new(&repo).bash("mv src lib && sed -i 's/order/bill/' lib/*/mod.rs");
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["totals"]["removals"], 0, "{status:#}");
}

/// A line that a person takes out of `pay.rs` on `topic`, while `main` changes the file elsewhere.
fn branch_without_a_line(take_out: impl FnOnce(&Repo)) -> Repo {
    let repo = Repo::with(&[("pay.rs", PAY)]);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    take_out(&repo);
    repo.commit("Without the note");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("pay.rs", format!("//! Pays.\n\n{PAY}"));
    repo.commit("Main goes on");
    repo
}

const NOTE: &str = "    audit::note(order.id, receipt.id);\n";

#[test]
fn what_a_person_deleted_on_a_branch_no_merge_takes_away() {
    for command in [
        "git merge -q --no-edit topic",
        "git merge -q --squash topic",
        "git cherry-pick topic",
        "git rebase -q topic",
    ] {
        let repo = branch_without_a_line(|repo| repo.replace("pay.rs", NOTE, ""));
        marks_nothing(&repo, &[command]);
        assert!(!repo.read("pay.rs").contains("audit"), "{command}");
    }
}

#[test]
fn what_an_assistant_deleted_on_a_branch_is_a_removal_after_a_merge() {
    for command in [
        "git merge -q --no-edit topic",
        "git merge -q --squash topic && git commit -qm squashed",
        "git cherry-pick topic",
        "git rebase -q topic",
    ] {
        let repo = branch_without_a_line(|repo| Claude::new(repo).edit("pay.rs", NOTE, ""));
        let output = Claude::in_session(&repo, "another").bash(command);
        assert_eq!(output.code, 0, "{output}");
        let status = repo.run(&["status", "--json"]).ok().json();
        assert_eq!(status["totals"]["removals"], 1, "{command}: {status:#}");
        assert_eq!(gate(&repo).code, 1, "{command}");
    }
}

/// That a branch has lost the line, too, is no excuse.
#[test]
fn what_an_assistant_deletes_is_a_removal_whatever_stands_on_other_branches() {
    let repo = branch_without_a_line(|repo| repo.replace("pay.rs", NOTE, ""));
    Claude::new(&repo).bash("sed -i /audit::note/d pay.rs && git commit -qam less");
    let status = repo.run(&["status", "--json"]).ok().json();
    assert_eq!(status["totals"]["removals"], 1, "{status:#}");
}

#[test]
fn what_a_person_added_on_a_branch_is_theirs_where_a_command_merges_it_into_a_renamed_file() {
    for command in [
        "git merge -q --no-edit topic",
        "git merge -q --squash topic",
        "git cherry-pick topic",
    ] {
        let repo = branches();
        repo.git(&["mv", "pay.rs", "money.rs"]);
        repo.write("money.rs", format!("//! Pays.\n\n{PAY}"));
        repo.commit("Renamed");
        marks_nothing(&repo, &[command]);
        assert!(repo.read("money.rs").contains("mail::send"), "{command}");
    }
}

#[test]
fn what_a_person_deleted_on_a_branch_no_merge_with_a_conflict_takes_away() {
    let repo = branch_without_a_line(|repo| {
        repo.replace("pay.rs", NOTE, "");
        repo.replace("pay.rs", "fn pay", "//! Mine.\nfn pay");
    });
    let merge = "git merge -q --no-edit topic; grep -v '^[<=>]' pay.rs > all && mv all pay.rs";
    let commit = "git commit -qam merged";
    marks_nothing(&repo, &[&format!("{merge} && {commit}")]);
    assert!(!repo.read("pay.rs").contains("audit"));
}
