//! From a change to its diagnostics, in large files with many regions.

use crate::Effort;
use crate::code::Dice;
use crate::repo::{FILE, Repo};
use crate::server::{Server, changing};
use crate::table::{Goal, Table};
use serde_json::{Value, json};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Lines, regions, and the goal.
const CASES: &[(usize, usize, Goal)] = &[
    (1_000, 10, Goal::None),
    (1_000, 100, Goal::None),
    (10_000, 100, Goal::MedianAndTail(0.5, 2.0)),
    (10_000, 1_000, Goal::MedianAndTail(3.0, 8.0)),
    (50_000, 100, Goal::None),
    (50_000, 1_000, Goal::None),
];

/// A person's pause that ends what the server waits for before it puts aside what was typed.
const PAUSE: Duration = Duration::from_millis(260);

pub(crate) fn measure(effort: Effort, table: &mut Table) {
    for &(lines, regions, goal) in CASES {
        let (repo, text) = Repo::with_pieces(lines, regions);
        let mut server = Server::start(&repo);
        let uri = repo.uri(FILE);
        let found = server.open(&uri, &text);
        let mut typist = Typist::new(&uri, &text);
        let mut times = Vec::new();
        for _ in 0..effort.runs(1_000, 20) {
            times.push(typist.key(&mut server));
        }
        let what =
            format!("change to diagnostics: {lines} lines, {regions} regions ({found} units)");
        table.times(what, times, goal);
        if lines == 10_000 {
            let mut times = Vec::new();
            for _ in 0..effort.runs(40, 2) {
                wait(PAUSE);
                times.push(typist.key(&mut server));
            }
            table.times("  the same after a pause each", times, Goal::None);
            table.times(
                "  the same where the client asks (pull)",
                typist.asking(&repo, effort),
                Goal::None,
            );
        }
    }
}

/// Time passes for the server; nothing is to happen.
fn wait(pause: Duration) {
    let (_sender, nobody) = channel::<()>();
    assert_eq!(nobody.recv_timeout(pause), Err(RecvTimeoutError::Timeout));
}

/// Types words into lines here and there, and takes every second one back.
struct Typist {
    uri: String,
    lines: Vec<String>,
    dice: Dice,
    version: i32,
    /// The line, and how much of the word is there.
    at: (usize, usize),
    is_going_back: bool,
}

const WORD: &str = "limited";

impl Typist {
    fn new(uri: &str, text: &str) -> Self {
        let lines = text.lines().map(str::to_owned).collect();
        Typist {
            uri: uri.to_owned(),
            lines,
            dice: Dice::new(5),
            version: 1,
            at: (3, 0),
            is_going_back: false,
        }
    }

    /// One key; how long its diagnostics took.
    fn key(&mut self, server: &mut Server) -> Duration {
        let change = self.next();
        self.version += 1;
        let framed = changing(&self.uri, self.version, &[change]);
        let begun = Instant::now();
        server.send(&framed);
        server.diagnostics_of(self.version);
        begun.elapsed()
    }

    fn next(&mut self) -> Value {
        let (line, typed) = self.at;
        let indent = self.lines[line].len() - self.lines[line].trim_start().len();
        let column = indent + typed;
        let place = |character: usize| json!({ "line": line, "character": character });
        let (start, end, text) = match self.is_going_back {
            false => (column, column, &WORD[typed..=typed]),
            true => (column - 1, column, ""),
        };
        match self.is_going_back {
            false => self.at.1 += 1,
            true => self.at.1 -= 1,
        }
        if self.at.1 == WORD.len() {
            self.is_going_back = true;
        } else if self.at.1 == 0 {
            self.is_going_back = false;
            self.at.0 = self.line();
        }
        json!({ "range": { "start": place(start), "end": place(end) }, "text": text })
    }

    /// Some line that is not blank.
    fn line(&mut self) -> usize {
        loop {
            let line = self.dice.below(self.lines.len());
            if !self.lines[line].trim().is_empty() {
                return line;
            }
        }
    }

    /// The same keys in a client that asks for its diagnostics after each change.
    fn asking(&self, repo: &Repo, effort: Effort) -> Vec<Duration> {
        let mut server = Server::start_asking(repo);
        let text = self.lines.join("\n");
        server.send(&crate::server::opening(&self.uri, &text));
        let mut typist = Typist::new(&self.uri, &text);
        let params = json!({ "textDocument": { "uri": self.uri } });
        let key = |_| {
            let change = typist.next();
            typist.version += 1;
            let framed = changing(&typist.uri, typist.version, &[change]);
            let begun = Instant::now();
            server.send(&framed);
            server.ask("textDocument/diagnostic", &params);
            begun.elapsed()
        };
        (0..effort.runs(500, 10)).map(key).collect()
    }
}
