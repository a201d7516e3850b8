//! `sync`: 10,000 new facts to a remote on the same disk, and the notes of 100,000 texts into a fresh clone.

use crate::Effort;
use crate::code::{self, FUNCTION_LINES};
use crate::cpu::Cpu;
use crate::repo::Repo;
use crate::table::{Goal, Table};
use serde_json::json;
use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

/// Texts that an assistant writes. Each is shared with its regions and with what finds it again.
const TEXTS: usize = 5_000;
/// Lines of each.
const LINES: usize = 2 * FUNCTION_LINES;
/// Notes that a fresh clone takes in.
const NOTES: usize = 100_000;

pub(crate) fn measure(effort: Effort, table: &mut Table) {
    share(effort.runs(TEXTS, 50), table);
    take_in(effort.runs(NOTES, 500), table);
}

fn share(texts: usize, table: &mut Table) {
    let repo = with_remote();
    repo.assistant_runs("generate", || {
        (0..texts).for_each(|number| {
            repo.write(
                &format!("src/part{number}.rs"),
                &code::file(LINES, number as u64),
            )
        });
    });
    repo.commit();
    let facts = texts * 2;
    let before = Cpu::now();
    let first = sync(&repo, &[]);
    table.times(
        format!("sync: {facts} new facts"),
        vec![first],
        Goal::Median(10_000.0),
    );
    table.note("  of which processors work", Cpu::each_since(before, 1));
    let paths: Vec<String> = (0..texts).map(|it| format!("src/part{it}.rs")).collect();
    // Git needs as long for each of the others.
    let some = &paths[..texts.min(500)];
    let blamed = repo.git_blame(some) * texts as u32 / some.len() as u32;
    table.each_line(first, blamed, texts * LINES);
    let again = (0..5).map(|_| sync(&repo, &[])).collect();
    table.times("  again, with nothing new", again, Goal::None);
    repo.assistant_writes("src/part0.rs", &code::file(LINES + FUNCTION_LINES, 0));
    repo.commit();
    table.times(
        "  again, with one new text",
        vec![sync(&repo, &[])],
        Goal::None,
    );
}

fn take_in(notes: usize, table: &mut Table) {
    let repo = with_remote();
    forge(&repo, notes);
    repo.git(&["push", "--quiet", "origin", "refs/notes/countersign"]);
    repo.git(&["update-ref", "-d", "refs/notes/countersign"]);
    let before = Cpu::now();
    table.times(
        format!("sync --fetch-only: {notes} notes into a clone that has none"),
        vec![sync(&repo, &["--fetch-only"])],
        Goal::None,
    );
    table.note("  of which processors work", Cpu::each_since(before, 1));
    table.times(
        "  again, with nothing new",
        vec![sync(&repo, &["--fetch-only"])],
        Goal::None,
    );
    let (took, _, _) = repo.run(&["status", "--json"]);
    table.times("  status after it", vec![took], Goal::None);
}

fn with_remote() -> Repo {
    let repo = Repo::new();
    repo.write("main.rs", "fn main() {}\n");
    repo.commit();
    repo.git(&["clone", "--quiet", "--bare", ".", "../hub.git"]);
    repo.git(&["remote", "add", "origin", "../hub.git"]);
    repo
}

fn sync(repo: &Repo, arguments: &[&str]) -> Duration {
    let (took, said, code) = repo.run(&[&["sync"], arguments].concat());
    assert_eq!(code, 0, "{said}");
    took
}

/// Notes as other clones write them, of texts that this one lacks.
pub(crate) fn forge(repo: &Repo, notes: usize) {
    let mut import = repo.command("git");
    let mut import = import
        .args(["fast-import", "--quiet", "--done"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stream = import.stdin.take().unwrap();
    write!(
        stream,
        "commit refs/notes/countersign\ncommitter A <a> 1 +0000\ndata 1\nm\n"
    )
    .unwrap();
    for number in 0..notes {
        let blob = format!(
            "{:08x}{:032x}",
            (number as u32).wrapping_mul(2_654_435_761),
            number
        );
        let note = note(&blob, number);
        let (folder, file) = blob.split_at(2);
        write!(
            stream,
            "M 100644 inline {folder}/{file}\ndata {}\n{note}\n",
            note.len()
        )
        .unwrap();
    }
    writeln!(stream, "done").unwrap();
    drop(stream);
    assert!(import.wait().unwrap().success());
}

fn note(blob: &str, number: usize) -> String {
    let id = |which: usize| format!("{:032x}", number * 4 + which);
    let path = format!("src/part{number}.rs");
    let runs: Vec<_> = (0..30)
        .map(|run| json!([format!("{:016x}", number * 30 + run), run * 9, 20]))
        .collect();
    let origin = json!({ "source": "claude-code", "evidence": "reported", "at": 1 });
    let lines = [
        json!({ "v": 1, "id": id(1), "kind": "origin", "at": 1, "origin": origin }),
        json!({ "v": 1, "id": id(2), "kind": "text", "at": 1, "blob": blob, "path": path, "bound": false,
            "origins": [id(1)], "spans": [[0, 400, 0, 0, 290]], "marks": [] }),
        json!({ "v": 1, "id": id(3), "kind": "prints", "at": 1, "blob": blob, "path": path, "bound": false,
            "ink": 290, "origins": [id(1)], "spans": [[0, 290, 0, 0, 290]], "marks": [], "runs": runs }),
    ];
    lines.map(|line| format!("{line}\n")).concat()
}
