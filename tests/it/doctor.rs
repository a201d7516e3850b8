//! `doctor`: each trouble is told with the next command.

use crate::init::Desk;
use crate::support::claude::Claude;
use crate::support::output::Output;
use crate::support::repo::Repo;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;

pub(crate) const SETTINGS: &str = ".claude/settings.json";

/// The line that begins so, and the line after it.
#[track_caller]
pub(crate) fn told(said: &Output, mark: &str, about: &str, says: &str) -> String {
    let mut lines = said.stdout.lines();
    let begins = |line: &&str| {
        let rest = line.strip_prefix(mark).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with(about) && rest.contains(says))
    };
    let found = lines.find(begins);
    assert!(found.is_some(), "{mark} {about} {says:?} in {said}");
    lines.next().unwrap_or_default().trim().to_owned()
}

pub(crate) fn set_up() -> Desk {
    let desk = Desk::new();
    desk.init(&["claude-code"]);
    desk
}

#[test]
fn a_repository_that_is_set_up_and_heard_of_is_well() {
    let desk = set_up();
    Claude::new(&desk.repo).write("a.rs", "fn a() {}\n");
    let said = desk.run(&["doctor"]).ok();
    told(&said, "ok", "program", "countersign 0.");
    told(&said, "ok", "ledger", "whole: ");
    told(&said, "ok", "spool", "nothing waits");
    told(&said, "ok", "Claude Code", "hooks in .claude/settings.json");
    told(&said, "ok", "Claude Code", "last heard ");
    told(&said, "ok", "git", "2.");
    told(&said, "ok", "you", "Ada Lovelace <ada@example.com>");
    assert!(said.stdout.ends_with("\nNothing is wrong.\n"), "{said}");
    assert!(
        !said.stdout.contains('\u{1b}'),
        "no colour in a pipe: {said}"
    );
}

#[test]
fn what_is_merely_absent_is_a_remark() {
    for desk in [Desk::without_program(), Desk::of(Repo::without_git())] {
        let said = desk.run(&["doctor"]).ok();
        told(&said, "--", "ledger", "there is none here yet");
        told(&said, "--", "agents", "none that is understood was found");
        told(&said, "--", "editors", "none that init knows was found");
    }
    let desk = Desk::without_program();
    told(
        &desk.run(&["doctor"]).ok(),
        "--",
        "program",
        "it is not on your PATH",
    );
    desk.install("claude");
    desk.install("nvim");
    let said = desk.run(&["doctor"]).ok();
    let next = told(&said, "--", "Claude Code", "its hooks are not set up");
    assert_eq!(next, "next: countersign init");
    let next = told(&said, "--", "Neovim", "do not name countersign");
    assert_eq!(next, "next: countersign init");
}

#[test]
fn a_ledger_that_others_may_read_is_a_trouble() {
    let desk = set_up();
    Claude::new(&desk.repo).write("a.rs", "fn a() {}\n");
    let ledger = desk.repo.path(".git/countersign/ledger.db");
    fs::set_permissions(&ledger, fs::Permissions::from_mode(0o644)).unwrap();
    let next = told(
        &desk.run(&["doctor"]).expect_code(1),
        "!!",
        "ledger",
        "open to others (mode 644)",
    );
    assert_eq!(next, "next: countersign doctor --repair");
}

#[test]
fn batches_that_cannot_be_read_are_a_trouble() {
    let desk = set_up();
    Claude::new(&desk.repo).write("a.rs", "fn a() {}\n");
    desk.repo
        .write(".git/countersign/spool/1.json", "{ not JSON");
    let said = desk.run(&["doctor"]).expect_code(1);
    let next = told(&said, "!!", "spool", "1 batches in ");
    assert_eq!(next, "next: countersign doctor --repair");
}

#[test]
fn a_person_without_a_name_is_told_how_to_give_one() {
    let desk = set_up();
    let path = desk.bin().to_string_lossy().into_owned();
    let nobody = [("PATH", path.as_str()), ("GIT_CONFIG_GLOBAL", "/dev/null")];
    let said = desk.repo.run_with(&nobody, &["doctor"], b"").expect_code(1);
    let next = told(&said, "!!", "you", "git does not know who you are");
    assert!(
        next.starts_with("next: git config --global user.name \"Your Name\" && git config"),
        "{next}"
    );
}

#[test]
fn without_git_that_is_the_trouble() {
    let desk = set_up();
    fs::remove_file(desk.bin().join("git")).unwrap();
    let said = desk.run(&["doctor"]).expect_code(1);
    assert_eq!(
        told(&said, "!!", "git", "git was not found"),
        "next: install git, or put it on PATH"
    );
}

#[test]
fn another_version_on_path_is_a_trouble_and_the_same_one_elsewhere_is_not() {
    let desk = Desk::without_program();
    let other = desk.bin().join("countersign");
    for (version, mark, code) in [("0.0.1", "!!", 1), (env!("CARGO_PKG_VERSION"), "--", 0)] {
        fs::write(&other, format!("#!/bin/sh\necho countersign {version}\n")).unwrap();
        fs::set_permissions(&other, fs::Permissions::from_mode(0o755)).unwrap();
        let said = desk.run(&["doctor"]).expect_code(code);
        told(
            &said,
            mark,
            "program",
            &format!("on your PATH is another, {}", other.display()),
        );
    }
}

#[test]
fn another_one_on_path_that_never_answers_is_not_waited_for() {
    let desk = Desk::without_program();
    let other = desk.bin().join("countersign");
    fs::write(&other, "#!/bin/sh\nexec /bin/sleep 600\n").unwrap();
    fs::set_permissions(&other, fs::Permissions::from_mode(0o755)).unwrap();
    let said = desk.run(&["doctor"]).expect_code(1);
    told(&said, "!!", "program", "(it says no version)");
}

#[test]
fn the_notes_in_which_facts_are_shared_are_counted() {
    let desk = set_up();
    told(
        &desk.run(&["doctor"]).ok(),
        "--",
        "notes",
        "facts stay in this clone",
    );
    desk.repo.write("a.rs", "fn a() {}\n");
    desk.repo.commit("a");
    let blob = desk.repo.git(&["rev-parse", "HEAD:a.rs"]);
    desk.repo
        .git(&["notes", "--ref=countersign", "add", "-m", "{}", &blob]);
    let said = desk.run(&["doctor"]).ok();
    told(
        &said,
        "ok",
        "notes",
        "refs/notes/countersign about 1 texts; no remote takes them along",
    );
    desk.repo.git(&[
        "config",
        "--add",
        "remote.origin.fetch",
        "+refs/notes/countersign:refs/notes/countersign",
    ]);
    told(
        &desk.run(&["doctor"]).ok(),
        "ok",
        "notes",
        "; a remote takes them along",
    );
}

#[test]
fn what_is_passed_over_in_the_notes_is_a_remark() {
    let desk = set_up();
    for (name, note) in [("a", "no fact\n{}\n"), ("b", "{\"v\": 1}\n")] {
        desk.repo.write(name, name);
        desk.repo.commit(name);
        let blob = desk.repo.git(&["rev-parse", &format!("HEAD:{name}")]);
        desk.repo
            .git(&["notes", "--ref=countersign", "add", "-m", note, &blob]);
    }
    let said = desk.run(&["doctor"]).ok();
    let next = told(
        &said,
        "--",
        "notes",
        "what is not understood in them is passed over: 3 lines that are no facts, 0 facts",
    );
    let show = next.strip_prefix("next: git ").expect("a command of git");
    let shown = desk.repo.git(&show.split(' ').collect::<Vec<_>>());
    assert!(
        shown.starts_with("no fact\n") || shown.starts_with("{\"v\""),
        "{shown}"
    );
    let health = desk.run(&["doctor", "--json"]).ok().json();
    let expected = serde_json::json!({"looked_at": 2, "lines": 3, "facts": 0, "notes": 0});
    assert_eq!(health["git"]["notes"]["passed_over"], expected);
}

#[test]
fn of_very_many_notes_some_are_looked_at() {
    let desk = set_up();
    let blob = |number: u32| format!("{number:040x}");
    let notes = (0..2100).map(|number| {
        let note = blob(number);
        let path = format!("{}/{}", &note[..2], &note[2..]);
        format!("M 100644 inline {path}\ndata 3\nodd\n")
    });
    let stream = format!(
        "commit refs/notes/countersign\ncommitter A <a@example.com> 1 +0000\ndata 0\n{}",
        notes.collect::<String>()
    );
    desk.repo.write(".git/stream", stream);
    let import = "git fast-import --quiet <.git/stream";
    let made = desk.repo.command("sh").args(["-c", import]).status();
    assert!(made.unwrap().success());
    told(
        &desk.run(&["doctor"]).ok(),
        "--",
        "notes",
        "notes that are too long (2000 of 2100 notes were looked at)",
    );
}

#[test]
fn settings_that_do_not_hold_are_a_trouble() {
    let desk = set_up();
    desk.repo
        .write("countersign.toml", "ignore = [\"[\", \"vendor/\"]\n");
    let said = desk.run(&["doctor"]).expect_code(1);
    let says = "countersign.toml: \"[\" in `ignore` is no glob: ";
    told(&said, "!!", "settings", says);
    let status = desk.run(&["status"]).ok();
    assert!(status.stderr.contains(says), "{status}");
    desk.repo
        .write("countersign.toml", "ignore = [\"vendor/\"]\n");
    Claude::new(&desk.repo).edit("countersign.toml", "vendor/", "*");
    let said = desk.run(&["doctor"]).ok();
    let next = told(&said, "--", "settings", "countersign.toml is not heeded: ");
    assert!(
        next.ends_with("countersign confirm countersign.toml"),
        "{next}"
    );
    desk.repo
        .run_in_terminal(&["confirm", "countersign.toml"])
        .ok();
    assert!(!desk.run(&["doctor"]).ok().stdout.contains("settings "));
}

#[test]
fn json_has_all_of_it() {
    let desk = set_up();
    desk.install("hx");
    Claude::new(&desk.repo).write("a.rs", "fn a() {}\n");
    let health = desk.run(&["doctor", "--json"]).ok().json();
    assert_eq!(health["ok"], true);
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(health["root"], desk.repo.root().to_string_lossy().as_ref());
    assert_eq!(health["ledger"]["mode"], "600");
    assert!(health["ledger"]["facts"].as_i64() > Some(0), "{health}");
    let agent = &health["agents"][0];
    assert_eq!(
        (&agent["name"], &agent["hooks"][0]["file"]),
        (&"claude-code".into(), &SETTINGS.into())
    );
    assert_eq!(
        agent["hooks"][0]["events"].as_array().map(Vec::len),
        Some(3)
    );
    assert!(
        agent["last_event"].is_string() && agent["last_fault"].is_null(),
        "{agent}"
    );
    assert_eq!(health["editors"][0]["name"], "helix");
    assert_eq!(health["git"]["identity"], crate::support::repo::PERSON);
    assert_eq!(health["git"]["notes"]["present"], false);
    let states: Vec<&Value> = health["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["state"])
        .collect();
    assert!(
        states
            .iter()
            .all(|state| *state == "ok" || *state == "remark"),
        "{health}"
    );
    fs::remove_file(desk.bin().join("countersign")).unwrap();
    let health = desk.run(&["doctor", "--json"]).expect_code(1).json();
    assert_eq!(health["ok"], false);
}
