//! `countersign status`, time after time: a file that is as it was is not read again, and nothing is missed by that.

use super::PAY;
use crate::support::claude::Claude;
use crate::support::editor::Editor;
use crate::support::marks::status;
use crate::support::repo::Repo;
use std::fs;
use std::process::Command;
use std::time::SystemTime;

/// Eight functions, so that each can be told from the others.
fn function(number: usize) -> String {
    format!(
        "fn take_{number}(shelf: &mut Shelf, count: u32) -> Option<Parcel_{number}> {{\n    \
         let parcel = shelf.parcels.get(count as usize + {number})?;\n    \
         shelf.taken_{number}.push(parcel.label.clone());\n    \
         Some(parcel.wrapped_in(Paper::Number({number})))\n}}\n"
    )
}

/// An assistant wrote `ship.rs`, and it has been looked at.
fn looked_at() -> Repo {
    let repo = Repo::with(&[("pay.rs", PAY), ("old.rs", &function(7))]);
    Claude::new(&repo).write("ship.rs", &(function(0) + &function(1)));
    settled(&repo);
    repo
}

/// Looks until what is found is kept: a file that was written just now may still change and look the same.
fn settled(repo: &Repo) {
    let written = SystemTime::now();
    while written.elapsed().unwrap().as_millis() < 150 {
        status(repo);
    }
    status(repo);
}

/// Puts a file's time of change back to what it was before `act`.
fn with_the_same_time(repo: &Repo, path: &str, act: impl FnOnce()) {
    let time = |path: &str| fs::metadata(repo.path(path)).unwrap().modified().unwrap();
    let before = time(path);
    act();
    let file = fs::File::options()
        .write(true)
        .open(repo.path(path))
        .unwrap();
    file.set_modified(before).unwrap();
    assert_eq!(time(path), before);
}

/// What is found where every file is another one with the same content, so that all of them are read.
fn read_anew(repo: &Repo) -> String {
    let aside = repo.root().with_extension("aside");
    let copy = |from: &std::path::Path, to: &std::path::Path| {
        let copied = Command::new("cp").arg("-a").arg(from).arg(to).status();
        assert!(copied.unwrap().success());
    };
    fs::rename(repo.root(), &aside).unwrap();
    copy(&aside, repo.root());
    let found = status(repo);
    fs::remove_dir_all(repo.root()).unwrap();
    fs::rename(&aside, repo.root()).unwrap();
    found
}

#[test]
fn a_change_of_the_same_size_and_time_is_seen() {
    let repo = looked_at();
    assert_eq!(status(&repo), "ship.rs: 10 unreviewed\n");
    with_the_same_time(&repo, "ship.rs", || {
        let mine = "// Mine.\n".repeat(100);
        let size = repo.read("ship.rs").len();
        repo.write("ship.rs", &mine[..size]);
    });
    assert_eq!(status(&repo), "");
}

#[test]
fn a_file_that_another_took_the_place_of_is_seen() {
    let repo = looked_at();
    let size = repo.read("ship.rs").len();
    repo.write("mine.rs", &"// Mine.\n".repeat(100)[..size]);
    with_the_same_time(&repo, "ship.rs", || repo.rename("mine.rs", "ship.rs"));
    assert_eq!(status(&repo), "");
}

#[test]
fn what_is_said_of_a_text_meanwhile_counts() {
    let repo = looked_at();
    repo.run_in_terminal(&["confirm", "ship.rs:1-5"]).ok();
    assert_eq!(status(&repo), "ship.rs: 5 unreviewed, 5 confirmed\n");
    settled(&repo);
    repo.run_in_terminal(&["undo"]).ok();
    assert_eq!(status(&repo), "ship.rs: 10 unreviewed\n");
    settled(&repo);
    repo.write(".gitattributes", "ship.rs linguist-generated\n");
    assert_eq!(status(&repo), "ship.rs: 10 generated\n");
    settled(&repo);
    repo.delete(".gitattributes");
    assert_eq!(status(&repo), "ship.rs: 10 unreviewed\n");
}

#[test]
fn a_copy_becomes_a_move_when_its_source_goes() {
    let repo = looked_at();
    // Too little to be known while it still stands where it comes from.
    let block = "    let parcel = shelf.parcels.get(count as usize + 0)?;\n    shelf.taken_0.push(parcel.label.clone());\n";
    repo.write("mine.rs", format!("fn mine() {{\n{}}}\n", &block));
    settled(&repo);
    repo.replace("ship.rs", block, "");
    settled(&repo);
    assert_eq!(status(&repo), read_anew(&repo));
    assert_eq!(
        status(&repo),
        "mine.rs: 2 unreviewed\nship.rs: 8 unreviewed\n"
    );
}

#[test]
fn what_came_while_its_file_was_gone_is_looked_at_when_the_file_is_back() {
    let repo = looked_at();
    repo.commit("Ship");
    repo.git(&["checkout", "--quiet", "-b", "moved"]);
    repo.write("moved.rs", function(0));
    repo.write("ship.rs", function(1));
    repo.commit("Moved");
    repo.git(&["checkout", "--quiet", "main"]);
    settled(&repo);
    // Nobody reads it as HEAD has it.
    repo.git(&["symbolic-ref", "HEAD", "refs/heads/moved"]);
    settled(&repo);
    repo.git(&["reset", "--quiet", "--hard"]);
    assert_eq!(
        status(&repo),
        "moved.rs: 5 unreviewed\nship.rs: 5 unreviewed\n"
    );
    assert_eq!(status(&repo), read_anew(&repo));
}

#[test]
fn what_nobody_knew_is_looked_at_anew_when_others_tell() {
    let repo = looked_at();
    let origin = repo.clone_to("origin");
    origin.git(&["config", "receive.denyCurrentBranch", "ignore"]);
    repo.git(&["remote", "add", "origin", &origin.root().to_string_lossy()]);
    let other = origin.clone_to("other");
    Claude::new(&other).write("theirs.rs", &function(3));
    settled(&other);
    repo.commit("Ship");
    repo.git(&["push", "--quiet", "origin", "HEAD:ship"]);
    // Somebody else puts it on top, in another file and with more beside it: a text that no fact names.
    other.git(&["fetch", "--quiet"]);
    other.write("squashed.rs", format!("use shelves::*;\n\n{}", function(0)));
    other.commit("Squashed");
    settled(&other);
    assert_eq!(status(&other), "theirs.rs: 5 unreviewed\n");
    repo.run(&["sync"]).ok();
    other.run(&["sync", "--fetch-only"]).ok();
    assert_eq!(
        status(&other),
        "squashed.rs: 5 unreviewed\ntheirs.rs: 5 unreviewed\n"
    );
}

/// A copy that an assistant makes is new text of its own, also where somebody looks before it has told.
#[test]
fn a_copy_that_is_seen_before_its_assistant_tells_is_the_assistants() {
    let repo = looked_at();
    let claude = Claude::new(&repo);
    let mut editor = Editor::open_on(&repo);
    let mut expected = String::new();
    for number in 0..6 {
        let path = format!("copy_{number}.rs");
        let mut write = claude.plan_write(&path, &function(0));
        write.pre();
        write.perform();
        assert!(
            status(&repo).contains(&path),
            "it is shown as what it looks like"
        );
        editor.open(&path);
        editor.diagnostics(&path);
        write.post();
        expected += &format!("{path}: 5 unreviewed\n");
    }
    repo.run_in_terminal(&["confirm", "ship.rs"]).ok();
    assert_eq!(status(&repo), expected + "ship.rs: 10 confirmed\n");
}

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }
}

/// One thing that somebody does.
fn act(repo: &Repo, claude: &Claude<'_>, dice: &mut Dice, step: usize) -> &'static str {
    let path = ["a.rs", "b.rs", "c.rs"][dice.below(3)];
    let other = ["a.rs", "b.rs", "c.rs"][dice.below(3)];
    let text = || fs::read_to_string(repo.path(path)).unwrap_or_default();
    match dice.below(11) {
        0 => {
            claude.write(path, &(text() + &function(step)));
            "an assistant writes"
        }
        1 => {
            repo.append(path, "fn mine() {}\n");
            "a person writes"
        }
        2 if repo.path(path).exists() => {
            with_the_same_time(repo, path, || {
                repo.write(path, text().replace("shelf", "store"))
            });
            "a person writes as much as there was"
        }
        3 if repo.path(path).exists() && path != other => {
            repo.append(other, &text());
            repo.write(path, "");
            "a person moves text"
        }
        4 if repo.path(path).exists() => {
            repo.rename(path, other);
            "a person renames"
        }
        5 => {
            repo.append("README.md", "More.\n");
            repo.commit("Step");
            "a person commits"
        }
        6 => {
            let is_clean = repo.git(&["status", "--porcelain"]).is_empty();
            let branch = ["main", "side"][dice.below(2)];
            if is_clean {
                repo.git(&["checkout", "--quiet", branch]);
            }
            "a person checks out"
        }
        7 => {
            repo.git(&["add", "--all"]);
            repo.git(&["stash", "--quiet"]);
            "a person stashes"
        }
        8 if !repo.git(&["stash", "list"]).is_empty() => {
            let output = repo
                .command("git")
                .args(["stash", "pop", "--quiet"])
                .output();
            if !output.unwrap().status.success() {
                repo.git(&["reset", "--quiet", "--hard"]);
            }
            "a person takes it back from the stash"
        }
        9 if repo.path(path).exists() => {
            repo.run_in_terminal(&["confirm", &format!("{path}:1-3")]);
            "a person confirms"
        }
        _ => {
            claude.bash(&format!("cat {other} >> {path} 2>/dev/null; true"));
            "an assistant copies"
        }
    }
}

#[test]
fn it_finds_what_is_found_where_all_is_read() {
    for seed in [
        0x9e37_79b9_7f4a_7c15,
        0x1234_5678_9abc_def1,
        0x0bad_5eed_0bad_5eed,
    ] {
        let repo = Repo::with(&[("README.md", "Something.\n"), ("a.rs", &function(100))]);
        repo.git(&["branch", "side"]);
        let claude = Claude::new(&repo);
        let mut dice = Dice(seed);
        let mut acts = Vec::new();
        for step in 0..14 {
            acts.push(act(&repo, &claude, &mut dice, step));
            let found = status(&repo);
            assert_eq!(found, read_anew(&repo), "seed {seed}, after {acts:#?}");
        }
    }
}
