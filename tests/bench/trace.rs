//! A person's real session, as fast as the server takes it.

use crate::Effort;
use crate::repo::{FILE, Repo};
use crate::server::{Server, changing};
use crate::table::{Goal, Table};
use countersign_ledger::{Ledger, git, locate};
use countersign_provenance::{Encoding, Text};
use serde_json::{Value, json};
use std::time::Instant;

const TRACE: &str = include_str!("traces/rustcode.trace");
const END: &str = include_str!("traces/rustcode.end");

/// An edit: where, in bytes of the text before it, how many bytes go, and what comes.
struct Edit {
    at: u32,
    gone: u32,
    comes: String,
}

pub(crate) fn measure(effort: Effort, table: &mut Table) {
    let changes = changes();
    let changes = &changes[..effort.runs(changes.len(), 2_000)];
    let repo = Repo::new();
    repo.write(FILE, "");
    repo.commit();
    // A ledger that exists costs its share.
    repo.assistant_writes("src/other.rs", &crate::code::file(100, 9));
    let uri = repo.uri(FILE);
    let (mut messages, mut text) = (Vec::new(), Text::default());
    for (number, change) in changes.iter().enumerate() {
        let edits: Vec<Value> = change.iter().map(|edit| replay(edit, &mut text)).collect();
        messages.push(changing(&uri, number as i32 + 2, &edits));
    }
    if effort == Effort::Full {
        assert_eq!(text.to_string(), END, "the trace ends in its text");
    }
    at_once(&repo, &uri, &messages, &text, table);
    one_by_one(&repo, &uri, &messages, table);
}

/// All changes without waiting, as after a hang of the editor.
fn at_once(repo: &Repo, uri: &str, messages: &[Vec<u8>], text: &Text, table: &mut Table) {
    let mut server = Server::start(repo);
    server.open(uri, "");
    let last = messages.len() as i32 + 1;
    let all = messages.concat();
    let begun = Instant::now();
    server.flood(&all, last);
    let rate = messages.len() as f64 / begun.elapsed().as_secs_f64();
    table.note(
        format!("rustcode, {} changes at once", messages.len()),
        format!("{rate:.0} changes/s"),
    );
    let is_same = has_text(&mut server, repo, uri, text, last);
    table.note(
        "  the server's text at the end",
        if is_same {
            "as recorded"
        } else {
            "ANOTHER ONE"
        },
    );
}

/// Each change after the diagnostics of the one before.
fn one_by_one(repo: &Repo, uri: &str, messages: &[Vec<u8>], table: &mut Table) {
    let mut server = Server::start(repo);
    server.open(uri, "");
    let mut times = Vec::with_capacity(messages.len());
    for (number, message) in messages.iter().enumerate() {
        let begun = Instant::now();
        server.send(message);
        server.diagnostics_of(number as i32 + 2);
        times.push(begun.elapsed());
    }
    table.times(
        "rustcode, change to diagnostics one by one",
        times,
        Goal::None,
    );
    if let Some(mib) = server.resident() {
        table.note("  resident memory afterwards", format!("{mib:.1} MB"));
    }
}

/// Whether the buffer is this text: what the server keeps of it has this text's name.
fn has_text(server: &mut Server, repo: &Repo, uri: &str, text: &Text, version: i32) -> bool {
    let end = text.position(text.len(), Encoding::Utf8);
    let start = json!({ "line": 0, "character": 0 });
    let range = json!({ "start": start, "end": { "line": end.line, "character": end.character } });
    let document = json!({ "uri": uri, "version": version });
    let params =
        json!({ "textDocument": document, "ranges": [range], "origin": { "source": "bench" } });
    server.notify("countersign/inserted", &params);
    server.request(
        "countersign/regions",
        &json!({ "textDocument": { "uri": uri } }),
    );
    let place = locate(&repo.root().join(FILE));
    let name = git::blob_id(text.to_string().as_bytes(), git::object_format(&place));
    let ledger = Ledger::open_existing(&place).unwrap().unwrap();
    !ledger.texts(&name, FILE).unwrap().is_empty()
}

fn replay(edit: &Edit, text: &mut Text) -> Value {
    let place = |byte: u32| {
        let place = text.position(byte, Encoding::Utf8);
        json!({ "line": place.line, "character": place.character })
    };
    let change = json!({
        "range": { "start": place(edit.at), "end": place(edit.at + edit.gone) },
        "text": edit.comes,
    });
    text.replace(edit.at..edit.at + edit.gone, &edit.comes);
    change
}

/// The changes of the trace, each with its edits. `traces/README.md` has the form.
fn changes() -> Vec<Vec<Edit>> {
    let mut changes: Vec<Vec<Edit>> = Vec::new();
    let mut end = 0_i64;
    for line in TRACE.lines() {
        let (line, joins) = line
            .strip_prefix('&')
            .map_or((line, false), |line| (line, true));
        let mut parts = line.splitn(3, ',');
        let mut number = || {
            parts
                .next()
                .filter(|part| !part.is_empty())
                .map_or(0, |part| part.parse::<i64>().unwrap())
        };
        let (distance, gone) = (number(), number());
        let comes = unescaped(parts.next().unwrap());
        let at = end + distance;
        end = at + comes.len() as i64;
        let edit = Edit {
            at: at as u32,
            gone: gone as u32,
            comes,
        };
        match changes.last_mut() {
            Some(last) if joins => last.push(edit),
            _ => changes.push(vec![edit]),
        }
    }
    changes
}

fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        result.push(match (character, character == '\\') {
            (character, false) => character,
            (_, true) => match characters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                _ => '\\',
            },
        });
    }
    result
}
