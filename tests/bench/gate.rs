//! `check --base` on a branch that changed 500 files, where the shared notes speak of 100,000 texts besides: in a clone
//! that knows them, and in a fresh one as on a build machine; beside `git blame` on the same files.

use crate::Effort;
use crate::code::{self, FUNCTION_LINES};
use crate::cpu::Cpu;
use crate::hooks::{large, path};
use crate::repo::Repo;
use crate::sync::forge;
use crate::table::{Goal, Table, percentile};
use std::fs;
use std::time::Duration;

/// Files of the repository, those that the branch changes, and the lines that each gains.
const FILES: usize = 10_000;
const CHANGED: usize = 500;
const LINES_EACH: usize = 4;
/// Notes on texts that are not in it.
const NOTES: usize = 100_000;

pub(crate) fn measure(effort: Effort, table: &mut Table) {
    let (files, changed) = (effort.runs(FILES, 1_000), effort.runs(CHANGED, 50));
    let repo = branch(files, changed, effort.runs(NOTES, 500));
    let runs = effort.runs(10, 2);
    let before = Cpu::now();
    let times: Vec<Duration> = (0..runs).map(|_| check(&repo)).collect();
    let cpu = Cpu::each_since(before, runs);
    let mut sorted = times.clone();
    sorted.sort_unstable();
    let median = Duration::from_secs_f64(percentile(&sorted, 50) / 1e3);
    let notes = effort.runs(NOTES, 500);
    table.times(
        format!("check --base: {changed} of {files} files changed, {notes} notes"),
        times,
        Goal::None,
    );
    table.note("  of which processors work", cpu);
    let paths: Vec<String> = (0..changed).map(path).collect();
    table.each_line(median, repo.git_blame(&paths), changed * LINES_EACH);
    fs::remove_dir_all(repo.root().join(".git/countersign")).unwrap();
    let before = Cpu::now();
    table.times(
        "  the first in a clone that has only the notes",
        vec![check(&repo)],
        Goal::None,
    );
    table.note("  of which processors work", Cpu::each_since(before, 1));
}

/// `main`, and a branch on which an assistant has worked; the notes speak of its texts and of many others.
fn branch(files: usize, changed: usize, notes: usize) -> Repo {
    let repo = large(files);
    forge(&repo, notes);
    repo.git(&["clone", "--quiet", "--bare", ".", "../hub.git"]);
    repo.git(&["remote", "add", "origin", "../hub.git"]);
    repo.git(&["checkout", "--quiet", "-b", "work"]);
    repo.assistant_runs("cargo fix", || {
        for number in 0..changed {
            let text = code::file(FUNCTION_LINES * 2, number as u64);
            repo.write(&path(number), &code::with_pieces(&text, 2));
        }
    });
    repo.commit();
    let (_, said, code) = repo.run(&["sync"]);
    assert_eq!(code, 0, "{said}");
    repo
}

fn check(repo: &Repo) -> Duration {
    let (took, said, code) = repo.run(&["check", "--base", "main"]);
    assert_eq!(code, 1, "an assistant's lines are red: {said}");
    took
}
