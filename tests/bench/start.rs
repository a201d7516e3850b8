//! From nothing to the first answers, and what a server weighs that has nothing to do.

use crate::Effort;
use crate::code;
use crate::repo::{FILE, Repo};
use crate::server::{Server, count, opening};
use crate::table::{Goal, Table};
use std::time::{Duration, Instant};

/// A file of a size that people have.
const LINES: usize = 5_000;
/// Pieces in it that an assistant wrote.
const PIECES: usize = 100;

pub(crate) fn measure(effort: Effort, table: &mut Table) {
    let (repo, text) = Repo::with_pieces(LINES, PIECES);
    let runs = effort.runs(60, 3);
    let mut to_answer = Vec::new();
    let (mut first, mut next) = (Vec::new(), Vec::new());
    let mut resident = None;
    for _ in 0..runs {
        let begun = Instant::now();
        let mut server = Server::start(&repo);
        to_answer.push(begun.elapsed());
        first.push(open(&mut server, &repo, &text));
        close(&mut server, &repo);
        next.push(open(&mut server, &repo, &text));
        resident = server.resident();
    }
    table.times(
        "process start to initialize answer",
        to_answer,
        Goal::Median(5.0),
    );
    table.times(
        format!("didOpen of {LINES} lines to diagnostics, first file"),
        first,
        Goal::Median(10.0),
    );
    table.times(
        "  the same in a server that has opened one before",
        next,
        Goal::None,
    );
    let plain = code::file(LINES, 3);
    repo.write("src/plain.rs", &plain);
    let mut server = Server::start(&repo);
    let framed = opening(&repo.uri("src/plain.rs"), &plain);
    let begun = Instant::now();
    server.send(&framed);
    server.diagnostics_of(1);
    table.times(
        "  the same of a file without regions, first file",
        vec![begun.elapsed()],
        Goal::None,
    );
    match resident {
        Some(mib) => table.at_most(
            "resident memory of a server with that file open",
            mib,
            "MB",
            20.0,
        ),
        None => table.note(
            "resident memory of a server with that file open",
            "not told by this system",
        ),
    }
}

fn open(server: &mut Server, repo: &Repo, text: &str) -> Duration {
    let framed = opening(&repo.uri(FILE), text);
    let begun = Instant::now();
    server.send(&framed);
    let published = server.diagnostics_of(1);
    let took = begun.elapsed();
    assert!(count(&published) >= PIECES / 2, "the pieces are marked");
    took
}

fn close(server: &mut Server, repo: &Repo) {
    let document = serde_json::json!({ "textDocument": { "uri": repo.uri(FILE) } });
    server.notify("textDocument/didClose", &document);
}
