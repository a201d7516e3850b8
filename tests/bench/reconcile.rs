//! What a look at a very large repository costs: after a checkout that brings other files, and when nothing has
//! changed; beside `git status`, which looks at the same files and knows nothing of who wrote them.

use crate::Effort;
use crate::code::{self, FUNCTION_LINES};
use crate::cpu::Cpu;
use crate::hooks::{large, path};
use crate::repo::Repo;
use crate::table::{Goal, Table, percentile};
use std::time::Duration;

/// Files of the repository.
const FILES: usize = 100_000;
/// Files that differ between its two branches: in one an assistant has worked on them.
const CHANGED: usize = 1_000;

/// Lines that an assistant added to each.
const LINES_EACH: usize = 4;

pub(crate) fn measure(effort: Effort, table: &mut Table) {
    let files = effort.runs(FILES, FILES / 10);
    let repo = two_branches(files);
    let (mut after, mut again) = (Times::default(), Times::default());
    let (before, runs) = (Cpu::now(), effort.runs(12, 2));
    for run in 0..runs {
        repo.git(&["checkout", "--quiet", ["main", "marked"][run % 2]]);
        after.add(&repo);
        // What was written just now is read twice; then it is kept.
        (0..2).for_each(|_| drop(repo.run_json(&STATUS)));
        again.add(&repo);
    }
    let cpu = Cpu::each_since(before, runs);
    let what = format!("status --json: {files} files, {CHANGED} changed by a checkout");
    table.times(what, after.ours.clone(), Goal::None);
    table.times("  git status, likewise", after.gits.clone(), Goal::None);
    table.times("  nothing changed", again.ours.clone(), Goal::None);
    table.times("  git status, likewise", again.gits.clone(), Goal::None);
    let each = (after.beyond_git() - again.beyond_git()) * 1e3 / CHANGED as f64;
    table.note(
        "  each changed file, beyond git's share",
        format!("{each:.0} µs"),
    );
    let beyond = again.beyond_git();
    table.note(
        "  nothing changed, beyond git status",
        format!("{beyond:.1} ms"),
    );
    table.note("  all four and git's, of which processors work", cpu);
    repo.git(&["checkout", "--quiet", "marked"]);
    let paths: Vec<String> = (0..CHANGED).map(|number| path(number * 7)).collect();
    let ours = Duration::from_secs_f64(after.beyond_git().max(0.0) / 1e3);
    table.each_line(ours, repo.git_blame(&paths), CHANGED * LINES_EACH);
}

const STATUS: [&str; 2] = ["status", "--json"];

/// Our times, and git's in the same state.
#[derive(Default)]
struct Times {
    ours: Vec<Duration>,
    gits: Vec<Duration>,
}

impl Times {
    fn add(&mut self, repo: &Repo) {
        self.gits.push(repo.git_status());
        self.ours.push(repo.run_json(&STATUS).0);
    }

    /// The medians' difference, in milliseconds.
    fn beyond_git(&self) -> f64 {
        let median = |times: &[Duration]| {
            let mut times = times.to_vec();
            times.sort_unstable();
            percentile(&times, 50)
        };
        median(&self.ours) - median(&self.gits)
    }
}

/// `main`, and `marked` in which an assistant has worked; both have been looked at.
fn two_branches(files: usize) -> Repo {
    let repo = large(files);
    repo.assistant_runs("true", || ());
    repo.git(&["checkout", "--quiet", "-b", "marked"]);
    let mark = |number: usize| {
        let text = code::file(FUNCTION_LINES * 2, number as u64);
        repo.write(&path(number), &code::with_pieces(&text, 2));
    };
    repo.assistant_runs("cargo fix", || (0..CHANGED).for_each(|it| mark(it * 7)));
    repo.commit();
    let (_, status) = repo.run_json(&STATUS);
    assert_eq!(status["totals"]["files"], CHANGED, "all of them are marked");
    repo
}
