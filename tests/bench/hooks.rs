//! What an assistant waits for: both calls of the hook, from the start of a process to its end.

use crate::Effort;
use crate::code::{self, FUNCTION_LINES};
use crate::repo::{FILE, Repo};
use crate::table::{Goal, Table};
use std::time::Duration;

/// Lines of the file that is edited, and the goal.
const SIZES: &[(usize, Goal)] = &[
    (100, Goal::None),
    (1_000, Goal::None),
    (10_000, Goal::Median(15.0)),
    (50_000, Goal::None),
];

/// Files in the repository in which a shell command runs.
pub(crate) const FILES: usize = 10_000;

pub(crate) fn measure(effort: Effort, table: &mut Table) {
    for &(lines, goal) in SIZES {
        let times = edits(lines, effort.runs(40, 3));
        table.times(
            format!("hook before and after an edit: {lines} lines"),
            times,
            goal,
        );
    }
    let repo = large(FILES);
    repo.assistant_runs("true", || ());
    let touch = |number: usize| {
        let path = path(number);
        let text = code::file(FUNCTION_LINES * 2, number as u64);
        repo.assistant_runs("cargo fmt", || {
            repo.write(&path, &format!("{text}fn fresh_{number}() {{}}\n"))
        })
    };
    let times = (0..effort.runs(30, 3)).map(|run| touch(run * 7)).collect();
    table.times(
        format!("hook before and after a shell command: {FILES} files, one changed"),
        times,
        Goal::Median(60.0),
    );
    let times = (0..effort.runs(30, 3))
        .map(|_| repo.assistant_runs("true", || ()))
        .collect();
    table.times("  the same, nothing changed", times, Goal::None);
    if let Some(log) = repo.log() {
        table.note("  hook.log", log);
    }
}

/// An assistant edits function after function.
fn edits(lines: usize, runs: usize) -> Vec<Duration> {
    let repo = Repo::new();
    repo.write(FILE, &code::file(lines, 1));
    repo.commit();
    let functions = lines / FUNCTION_LINES;
    let edit = |run: usize| {
        let number = (run * 37) % functions;
        let old = format!("        found => Some(found + {number}),\n");
        let new = format!("        1 => Some({run}),\n        found => Some(found + {number}),\n");
        repo.assistant_edits(FILE, &old, &new)
    };
    (0..runs).map(edit).collect()
}

/// A repository of many small files.
pub(crate) fn large(files: usize) -> Repo {
    let repo = Repo::new();
    for number in 0..files {
        repo.write(
            &path(number),
            &code::file(FUNCTION_LINES * 2, number as u64),
        );
    }
    repo.commit();
    repo
}

/// Where the files of a large repository stand.
pub(crate) fn path(number: usize) -> String {
    format!("src/part_{:02}/file_{number:05}.rs", number % 100)
}
