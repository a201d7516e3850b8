//! The commands that read: `blame` in a large file, `status` and `check` in a large repository.

use crate::Effort;
use crate::code::{self, FUNCTION_LINES};
use crate::hooks::{FILES, large, path};
use crate::repo::{FILE, Repo};
use crate::table::{Goal, Table};
use std::fs;
use std::ops::Range;
use std::time::Duration;

/// Files of the large repository that an assistant has worked on.
const MARKED: usize = 1_000;
/// So many of them are moved at once.
const MOVED: usize = 300;

pub(crate) fn measure(effort: Effort, table: &mut Table) {
    for (lines, goal) in [
        (1_000, Goal::None),
        (10_000, Goal::Median(10.0)),
        (50_000, Goal::None),
    ] {
        let (first, again) = blame(lines, effort.runs(20, 2));
        table.times(
            format!("blame --json: {lines} lines, 100 regions, a text not read before"),
            first,
            goal,
        );
        table.times("  the same, the same text again", again, goal);
    }
    let repo = large(FILES);
    let mark = |number: usize| {
        let text = code::file(FUNCTION_LINES * 2, number as u64);
        repo.write(&path(number), &code::with_pieces(&text, 2));
    };
    let took = repo.assistant_runs("cargo fix", || {
        (0..MARKED).for_each(|number| mark(number * 7))
    });
    table.note(
        format!("hook before and after a shell command that changes {MARKED} files"),
        format!("{took:.0?}"),
    );
    let (_, status) = repo.run_json(&["status", "--json"]);
    assert_eq!(status["totals"]["files"], MARKED, "all of them are marked");
    let runs = effort.runs(30, 3);
    let times = (0..runs)
        .map(|_| repo.run_json(&["status", "--json"]).0)
        .collect();
    table.times(
        format!("status --json: {FILES} files, {MARKED} with regions"),
        times,
        Goal::Median(100.0),
    );
    repo.commit();
    let times = (0..runs)
        .map(|_| repo.run_json(&["check", "--format", "json"]).0)
        .collect();
    table.times(
        "check --format json in the same repository",
        times,
        Goal::None,
    );
    moved_and_edited(&repo, table);
}

/// Text that reads alike stands in all files: where each of them was before has to be asked.
fn moved_and_edited(repo: &Repo, table: &mut Table) {
    let edit = |number: usize| {
        let old = repo.root().join(path(number));
        let text = fs::read_to_string(&old).unwrap();
        let text = text.replace("found", "sum");
        repo.write(&path(number).replacen("src", "lib", 1), &text);
        fs::remove_file(old).unwrap();
    };
    let edit_all = |numbers: Range<usize>| numbers.for_each(|number| edit(number * 7));
    let took = repo.assistant_runs("git mv", || edit_all(0..MOVED));
    table.note(
        format!("hook before and after a shell command that moves {MOVED} of these files, and edits each"),
        format!("{took:.0?}"),
    );
    edit_all(MOVED..2 * MOVED);
    let (took, status) = repo.run_json(&["status", "--json"]);
    assert_eq!(status["totals"]["files"], MARKED, "no mark is lost");
    table.note(
        format!("status --json after a person has moved {MOVED} others, and edited each"),
        format!("{took:.0?}"),
    );
    repo.commit();
    let (took, status) = repo.run_json(&["status", "--json"]);
    assert_eq!(status["totals"]["files"], MARKED, "no mark is lost");
    table.note("  the same once that is committed", format!("{took:.0?}"));
}

/// Times for a text that is seen the first time, and for one that is read again.
fn blame(lines: usize, runs: usize) -> (Vec<Duration>, Vec<Duration>) {
    let (repo, text) = Repo::with_pieces(lines, 100);
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for run in 0..runs {
        repo.assistant_writes(FILE, &format!("{text}\n// Step {run}.\n"));
        let (took, blame) = repo.run_json(&["blame", FILE, "--json"]);
        assert!(
            blame["regions"]
                .as_array()
                .is_some_and(|regions| regions.len() >= 100)
        );
        first.push(took);
        again.push(repo.run_json(&["blame", FILE, "--json"]).0);
    }
    (first, again)
}
