//! `init --git-hooks`: facts go where the branch goes.

use super::Desk;
use crate::support::claude::Claude;
use crate::support::repo::Repo;
use expect_test::expect;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const HOOK: &str = ".git/hooks/pre-push";
const NOTES: &str = "refs/notes/countersign";
const TEXT: &str = "fn list(all: &mut Vec<u8>) {\n    all.push(41);\n    all.push(42);\n}\n";

/// A repository with a remote, and a commit that holds an assistant's text. No agent is found on this machine.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.repo.write("main.rs", "fn main() {}\n");
    desk.repo.commit("Start");
    desk.repo
        .git(&["clone", "--quiet", "--bare", ".", "../hub.git"]);
    desk.repo.git(&["remote", "add", "origin", "../hub.git"]);
    Claude::new(&desk.repo).write("list.rs", TEXT);
    desk.repo.commit("List");
    desk
}

/// Pushes as a person does, who has the program on the path; what is said.
#[track_caller]
fn push(desk: &Desk, to: &str) -> String {
    let pushed = desk
        .repo
        .command("git")
        .env("PATH", desk.bin())
        .args(["push", "--quiet", to, "HEAD:main"])
        .output();
    let pushed = pushed.unwrap();
    let said = String::from_utf8_lossy(&pushed.stderr).into_owned();
    assert!(pushed.status.success(), "{said}");
    said
}

fn is_shared(repo: &Repo) -> bool {
    !repo.git(&["ls-remote", "../hub.git", NOTES]).is_empty()
}

#[track_caller]
fn run_hook(desk: &Desk, path: &str) {
    fs::set_permissions(desk.repo.path(path), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_plan_is_shown_a_push_shares_and_it_is_put_back() {
    let desk = desk();
    let said = desk.run(&["init", "--git-hooks", "--dry-run"]).ok().stdout;
    expect![[r#"

        git shares facts with the remote that a branch is pushed to
        .git/hooks/pre-push (yours, for this clone only)
        --- /dev/null
        +++ .git/hooks/pre-push
        @@ -0,0 +1,4 @@
        +#!/bin/sh
        +# >>> countersign: facts go where the branch goes (countersign init --git-hooks)
        +if command -v countersign >/dev/null 2>&1; then countersign sync --hook -- "$1" </dev/null || :; fi
        +# <<< countersign

        Nothing was changed (--dry-run).
    "#]].assert_eq(&said);
    assert!(!desk.repo.path(HOOK).exists());
    desk.init(&["--git-hooks"]);
    assert_eq!(push(&desk, "origin"), "");
    assert!(is_shared(&desk.repo));
    let doctor = desk.run(&["doctor"]).stdout;
    assert!(
        doctor.contains("pre-push shares facts whenever you push"),
        "{doctor}"
    );
    let again = desk.init(&["--git-hooks"]).stdout;
    assert!(
        again.contains("Already set up: git in .git/hooks/pre-push."),
        "{again}"
    );
    desk.run(&["init", "--remove", "--yes"]).ok();
    assert!(!desk.repo.path(HOOK).exists());
}

#[test]
fn a_hook_that_is_there_runs_too_and_is_put_back_byte_for_byte() {
    const THEIRS: &str =
        "#!/bin/bash\nset -e\nwhile read -r line; do echo \"$1: $line\" >> ../pushed; done\nexit 0";
    let desk = desk();
    desk.repo.write(HOOK, THEIRS);
    run_hook(&desk, HOOK);
    desk.init(&["--git-hooks"]);
    let path = desk.bin().join("bash");
    std::os::unix::fs::symlink("/bin/bash", path).unwrap();
    push(&desk, "origin");
    assert!(is_shared(&desk.repo));
    let pushed = desk.repo.read("../pushed");
    assert!(
        pushed.starts_with("origin: HEAD"),
        "it has read what git told it: {pushed}"
    );
    desk.run(&["init", "--remove", "--yes"]).ok();
    assert_eq!(desk.repo.read(HOOK), THEIRS);
    // Others may have written into it meanwhile.
    desk.init(&["--git-hooks"]);
    desk.repo.replace(HOOK, "exit 0", "exit 0 # done");
    desk.run(&["init", "--remove", "--yes"]).ok();
    assert_eq!(
        desk.repo.read(HOOK),
        THEIRS.replace("exit 0", "exit 0 # done")
    );
}

#[test]
fn husky_and_other_folders_of_hooks() {
    let desk = desk();
    for (setting, file) in [
        (".husky/_", ".husky/pre-push"),
        (".husky", ".husky/pre-push"),
        ("tools/hooks", "tools/hooks/pre-push"),
    ] {
        desk.repo.git(&["config", "core.hooksPath", setting]);
        desk.repo.write(file, "npm test\n");
        if setting != ".husky/_" {
            run_hook(&desk, file);
        }
        let said = desk.init(&["--git-hooks"]).stdout;
        assert!(
            said.contains(&format!(
                "{file} (the repository's: whoever clones it gets it)"
            )),
            "{said}"
        );
        let text = desk.repo.read(file);
        assert!(
            text.starts_with("# >>> countersign") && text.ends_with("npm test\n"),
            "{text}"
        );
        desk.run(&["init", "--remove", "--yes"]).ok();
        assert_eq!(desk.repo.read(file), "npm test\n");
    }
}

#[test]
fn a_folder_of_hooks_outside_the_repository_is_the_persons() {
    let desk = desk();
    fs::create_dir(desk.home("hooks")).unwrap();
    let hooks = desk.home("hooks").to_string_lossy().into_owned();
    desk.repo.git(&["config", "core.hooksPath", &hooks]);
    let said = desk.init(&["--git-hooks"]).stdout;
    assert!(
        said.contains("pre-push (yours, outside the repository)"),
        "{said}"
    );
}

#[test]
fn a_hook_that_may_not_be_run_is_left_to_the_person() {
    let desk = desk();
    desk.repo.write(HOOK, "#!/bin/sh\nnpm test\n");
    let said = desk.init(&["--git-hooks"]).stdout;
    assert!(
        said.contains("pre-push is not executable, so git does not run it"),
        "{said}"
    );
    assert!(said.contains("    chmod +x /"), "{said}");
    assert_eq!(desk.repo.read(HOOK), "#!/bin/sh\nnpm test\n");
    run_hook(&desk, HOOK);
    desk.init(&["--git-hooks"]);
    let off = fs::Permissions::from_mode(0o644);
    fs::set_permissions(desk.repo.path(HOOK), off).unwrap();
    let again = desk.init(&["--git-hooks"]).stdout;
    assert!(again.contains("    chmod +x /"), "{again}");
    let doctor = desk.run(&["doctor"]).expect_code(1).stdout;
    assert!(
        doctor.contains("pre-push is not executable, so git does not run it: no push shares facts"),
        "{doctor}"
    );
    let health = desk.run(&["doctor", "--json"]).expect_code(1).json();
    assert!(health["git"]["notes"]["pre_push"].is_null(), "{health}");
}

#[test]
fn doctor_recommends_no_hook_that_is_set_up() {
    let desk = desk();
    let recommends = || desk.run(&["doctor"]).stdout.contains("init --git-hooks");
    assert!(recommends());
    desk.init(&["--git-hooks"]);
    assert!(!recommends());
}

#[test]
fn what_was_changed_in_our_lines_is_taken_out_without_what_a_person_wrote() {
    let desk = desk();
    let theirs = "#!/bin/sh\n# TODO: countersign sync\nnpm test\n";
    desk.repo.write(HOOK, theirs);
    run_hook(&desk, HOOK);
    desk.init(&["--git-hooks"]);
    let ours = desk.repo.read(HOOK);
    assert!(ours.contains("sync --hook"), "a comment is no call: {ours}");
    let last = "# <<< countersign\n";
    for (changed, left) in [
        (ours.replace(last, ""), theirs.to_owned()),
        (ours.replace('\n', "\r\n"), theirs.replace('\n', "\r\n")),
        (
            ours.replace(last, &format!("npm run lint\n{last}")),
            theirs.replace("# TODO", "npm run lint\n# TODO"),
        ),
    ] {
        desk.repo.write(HOOK, &changed);
        desk.run(&["init", "--remove", "--yes"]).ok();
        assert_eq!(desk.repo.read(HOOK), left, "of {changed}");
    }
}

#[test]
fn a_call_that_a_person_wrote_stays_and_is_told_and_what_stood_before_is_kept() {
    let desk = desk();
    desk.init(&["--git-hooks"]);
    desk.repo
        .write(HOOK, "#!/bin/sh\nnice countersign sync --hook -- \"$1\"\n");
    let said = desk.run(&["init", "--remove", "--yes"]).ok().stdout;
    let told = "git: `nice countersign sync --hook -- \"$1\"` in .git/hooks/pre-push stays";
    assert!(said.contains(told), "{said}");
    assert!(said.contains("Nothing was changed."), "{said}");
    assert!(desk.repo.path(".git/countersign/init.json").exists());
}

#[test]
fn hooks_of_all_repositories_and_other_languages_are_left_to_the_person() {
    let desk = desk();
    desk.repo
        .write(HOOK, "#!/usr/bin/env python3\nprint('checked')\n");
    run_hook(&desk, HOOK);
    let said = desk
        .run(&["init", "--git-hooks", "--yes"])
        .expect_code(2)
        .stderr;
    assert!(
        said.contains("it is no shell script (`#!/usr/bin/env python3`)"),
        "{said}"
    );
    desk.repo.delete(HOOK);
    desk.repo
        .git(&["config", "--global", "core.hooksPath", "~/hooks"]);
    let said = desk.run(&["init", "--git-hooks", "--yes"]).ok().stdout;
    assert!(
        said.contains("serves your other repositories too"),
        "{said}"
    );
    assert!(!desk.home("hooks").exists());
}

#[test]
fn a_push_goes_through_whatever_becomes_of_the_notes() {
    let desk = desk();
    desk.init(&["--git-hooks"]);
    let refuse =
        "#!/bin/sh\nwhile read -r old new ref; do case $ref in refs/notes/*) exit 1;; esac; done\n";
    desk.repo.write("../hub.git/hooks/pre-receive", refuse);
    run_hook(&desk, "../hub.git/hooks/pre-receive");
    let said = push(&desk, "origin");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.starts_with(
            "countersign: what is known was not shared: git push failed: the remote refused"
        ),
        "{said}"
    );
    desk.repo.delete("../hub.git/hooks/pre-receive");
    // A colleague who has no such program pushes as well, and one who never heard of an assistant.
    fs::remove_file(desk.bin().join("countersign")).unwrap();
    desk.repo
        .git(&["commit", "--quiet", "--allow-empty", "-m", "More"]);
    assert_eq!(push(&desk, "origin"), "");
    assert!(!is_shared(&desk.repo));
    // To an address as well as to a name.
    std::os::unix::fs::symlink(desk.repo.program(), desk.bin().join("countersign")).unwrap();
    desk.repo
        .git(&["commit", "--quiet", "--allow-empty", "-m", "And more"]);
    assert_eq!(push(&desk, "../hub.git"), "");
    assert!(is_shared(&desk.repo));
}
