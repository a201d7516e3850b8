//! How large the ledger becomes: an assistant edits 200 files 10,000 times, and a person commits now and then.

use crate::Effort;
use crate::code::{self, Dice, FUNCTION_LINES};
use crate::hooks::path;
use crate::repo::Repo;
use crate::table::{Goal, Table};
use std::fs;
use std::time::Duration;

const FILES: usize = 200;
/// Lines of each.
const LINES: usize = 300;
/// Edits between two commits.
const COMMITTED: usize = 50;

pub(crate) fn measure(effort: Effort, table: &mut Table) {
    let repo = Repo::new();
    for number in 0..FILES {
        repo.write(&path(number), &code::file(LINES, number as u64));
    }
    repo.commit();
    let edits = effort.runs(10_000, 700);
    let mut dice = Dice::new(7);
    let mut times: Vec<Duration> = Vec::new();
    for edit in 0..edits {
        times.push(edited(&repo, edit, &mut dice));
        if edit % COMMITTED == COMMITTED - 1 {
            repo.commit();
            repo.run_json(&["status", "--json"]);
        }
    }
    let last = times.split_off(times.len() - 100);
    table.times(
        format!("hook pair, {LINES} lines: the first edits"),
        times[..100].to_vec(),
        Goal::None,
    );
    table.times(format!("  the last of {edits}"), last, Goal::None);
    let (took, _) = repo.run_json(&["status", "--json"]);
    table.times(
        format!("status --json after {edits} edits of {FILES} files"),
        vec![took],
        Goal::None,
    );
    let size = |name: &str| {
        let file = repo.root().join(".git/countersign").join(name);
        fs::metadata(file).map_or(0, |about| about.len())
    };
    let bytes = size("ledger.db") + size("ledger.db-wal");
    table.note(
        format!("ledger after {edits} edits of {FILES} files"),
        format!(
            "{:.1} MB, {} bytes an edit",
            bytes as f64 / 1e6,
            bytes / edits as u64
        ),
    );
}

/// An assistant replaces or adds a line in one function.
fn edited(repo: &Repo, edit: usize, dice: &mut Dice) -> Duration {
    let path = path(dice.below(FILES));
    let text = fs::read_to_string(repo.root().join(&path)).unwrap();
    let number = dice.below(LINES / FUNCTION_LINES);
    let old = format!("        found => Some(found + {number}),\n");
    let new = format!(
        "        {edit} if depth > {} => Some({edit} * 2),\n{old}",
        dice.below(50)
    );
    match text.contains(&old) {
        true => repo.assistant_edits(&path, &old, &new),
        false => Duration::ZERO,
    }
}
