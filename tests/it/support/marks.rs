//! What the program knows of a repository, as a person would draw it.

use super::output::Output;
use super::repo::Repo;
use serde_json::Value;

/// A file as `blame` shows it: each line behind the letter of its state. `u`nreviewed, `s`uspected, `c`onfirmed,
/// c`l`aimed, `g`enerated, and nothing where nobody but its author answers for it. `-` is a removal with its lines.
#[track_caller]
pub(crate) fn marks(repo: &Repo, path: &str) -> String {
    let blame = repo.run(&["blame", path, "--json"]).ok().json();
    drawn(&blame, &stored(repo, path, &blame))
}

/// The same for a file of a commit.
#[track_caller]
pub(crate) fn marks_at(repo: &Repo, path: &str, rev: &str) -> String {
    let blame = repo
        .run(&["blame", path, "--rev", rev, "--json"])
        .ok()
        .json();
    let text = repo.git(&["show", &format!("{rev}:{path}")]) + "\n";
    drawn(&blame, &text)
}

/// The regions of a file with their very text: `state: text`, a line each; removals as `removed: 3 lines`.
#[track_caller]
pub(crate) fn regions(repo: &Repo, path: &str) -> String {
    let blame = repo.run(&["blame", path, "--json"]).ok().json();
    let text = stored(repo, path, &blame);
    let line = |region: &Value| {
        let state = word(&region["state"]);
        let removed = number(&region["removed_lines"]);
        match bytes(region) {
            (start, end) if start == end => format!("removed: {removed} lines {state}\n"),
            (start, end) => {
                let instead = match removed {
                    0 => String::new(),
                    lines => format!(" (for {lines} lines)"),
                };
                format!("{state}: {}{instead}\n", text[start..end].escape_debug())
            }
        }
    };
    list(&blame["regions"]).map(line).collect()
}

/// `status`, a line a file: `a.rs: 3 unreviewed, 1 removals`. Counts of nothing are left out.
#[track_caller]
pub(crate) fn status(repo: &Repo) -> String {
    let status = repo.run(&["status", "--json"]).ok().json();
    list(&status["files"])
        .map(|file| format!("{}: {}\n", word(&file["path"]), counted(file)))
        .collect()
}

/// The counts of a file, or of the totals.
pub(crate) fn counted(counts: &Value) -> String {
    let names = [
        "unreviewed",
        "suspected",
        "confirmed",
        "claimed",
        "generated",
    ];
    let lines = names.map(|name| (number(&counts[format!("{name}_lines")]), name));
    let all = lines
        .into_iter()
        .chain([(number(&counts["removals"]), "removals")]);
    let words: Vec<String> = all
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{n} {what}"))
        .collect();
    words.join(", ")
}

/// The gate's judgement of HEAD.
#[track_caller]
pub(crate) fn gate(repo: &Repo) -> Output {
    repo.run(&["check"])
}

/// What went wrong in hooks, and was noted where nobody is disturbed.
pub(crate) fn log(repo: &Repo) -> String {
    let log = repo.path(".git/countersign/hook.log");
    std::fs::read_to_string(log).unwrap_or_default()
}

/// The text that offsets count in: with the line ends that git stores.
fn stored(repo: &Repo, path: &str, blame: &Value) -> String {
    let disk = repo.read(path);
    let hashed = repo
        .command("git")
        .args(["hash-object", "--no-filters", path])
        .output();
    let hashed = String::from_utf8_lossy(&hashed.unwrap().stdout)
        .trim()
        .to_owned();
    if disk.contains('\r') && hashed != word(&blame["blob"]) {
        disk.replace("\r\n", "\n")
    } else {
        disk
    }
}

fn drawn(blame: &Value, text: &str) -> String {
    let mut drawn = String::new();
    for (index, line) in text.lines().enumerate() {
        let number = index as u64 + 1;
        let here = |region: &&Value| {
            (self::number(&region["first_line"])..=self::number(&region["last_line"]))
                .contains(&number)
        };
        let (removals, marks): (Vec<_>, Vec<_>) =
            list(&blame["regions"]).filter(here).partition(|region| {
                let (start, end) = bytes(region);
                start == end
            });
        let letters = ["unreviewed", "suspected", "generated", "claimed"];
        let has = |state: &str| marks.iter().any(|region| region["state"] == state);
        let letter = match letters.iter().find(|state| has(state)) {
            _ if line.trim().is_empty() || marks.is_empty() => " ",
            Some(&"claimed") => "l",
            Some(state) => &state[..1],
            None => "c",
        };
        drawn.push_str(format!("{letter} {line}").trim_end());
        drawn.push('\n');
        for removal in removals {
            let (lines, state) = (
                self::number(&removal["removed_lines"]),
                word(&removal["state"]),
            );
            drawn.push_str(&format!("- {lines} lines {state}\n"));
        }
    }
    drawn
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

fn bytes(region: &Value) -> (usize, usize) {
    let at = |index: usize| number(&region["bytes"][index]) as usize;
    (at(0), at(1))
}
