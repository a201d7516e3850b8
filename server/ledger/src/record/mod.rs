//! Facts as they stand on disk and in shared notes: one JSON object each.
//!
//! The text of a record is kept as it came, so fields that this program does
//! not know survive. Records come from other programs and other people, so
//! nothing in one is trusted before it is checked.

mod bodies;
mod deeds;
mod prints;
mod words;

use countersign_provenance::{ActKind, Fact, FactId, Statement};
use serde::{Deserialize, Serialize};

use crate::LedgerError;
use bodies::{EvidenceBody, OriginBody, TextBody};
use deeds::{ActBody, BeganBody, MovedBody, PrunedBody, RemovalBody, ReturnedBody, UndoBody};
use prints::PrintsBody;

/// The largest record that is written or read, in bytes. Some hundred
/// thousand spans fit.
pub const MAX_RECORD: usize = 16 << 20;

/// The longest path, name of a person or other short text, in bytes.
const MAX_WORDS: usize = 4096;

const VERSION: u32 = 1;

/// One fact as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The fact's name.
    pub id: FactId,
    /// "origin", "evidence", "text", "removal", "moved", "returned", "confirm",
    /// "claim", "reject", "undo", "prints", "began", "pruned", or what a later
    /// program may have added.
    pub kind: String,
    /// "Name <mail>" of a person, or empty.
    pub by: String,
    /// The whole object, on one line.
    pub body: String,
}

/// What all records have. Unknown fields are no fault.
#[derive(Deserialize)]
struct Envelope {
    v: u32,
    id: String,
    kind: String,
    at: i64,
    #[serde(default)]
    by: String,
}

#[derive(Serialize)]
struct Line<'a, B> {
    v: u32,
    id: String,
    kind: &'a str,
    at: i64,
    #[serde(skip_serializing_if = "str::is_empty")]
    by: &'a str,
    #[serde(flatten)]
    body: B,
}

impl Record {
    /// Reads a line that may come from anywhere. `None` where it is no record.
    pub fn parse(line: &str) -> Option<Record> {
        let line = line.trim();
        let envelope = envelope(line)?;
        let one_line = !line.contains(['\n', '\r']);
        let body = if one_line {
            line.to_owned()
        } else {
            compact(line)?
        };
        let id = envelope.id.parse().ok()?;
        Some(Record {
            id,
            kind: envelope.kind,
            by: envelope.by,
            body,
        })
    }

    /// Writes a fact down.
    pub fn of(fact: &Fact) -> Result<Record, LedgerError> {
        let (kind, body) = match &fact.statement {
            Statement::Origin(origin) => line(fact, "origin", OriginBody::of(origin)),
            Statement::Evidence { stretches, origin } => {
                line(fact, "evidence", EvidenceBody::of(stretches, origin))
            }
            Statement::Text(text) => line(fact, "text", TextBody::of(text)),
            Statement::Removal(removal) => line(fact, "removal", RemovalBody::of(removal)),
            Statement::Moved(parts) => line(fact, "moved", MovedBody::of(parts)),
            Statement::Returned(removal) => line(fact, "returned", ReturnedBody::of(*removal)),
            Statement::Act(act) => line(fact, act_name(act.kind), ActBody::of(act)),
            Statement::Undo(act) => line(fact, "undo", UndoBody::of(*act)),
            Statement::Prints(prints) => line(fact, "prints", PrintsBody::of(prints)),
            Statement::Began(commit) => line(fact, "began", BeganBody::of(commit)),
            Statement::Pruned(before) => line(fact, "pruned", PrunedBody::of(*before)),
        };
        if body.len() > MAX_RECORD {
            return Err(LedgerError::TooLarge {
                bytes: body.len(),
                limit: MAX_RECORD,
            });
        }
        Ok(Record {
            id: fact.id,
            kind: kind.to_owned(),
            by: fact.by.clone(),
            body,
        })
    }

    /// What it says, or `None` (and a line in the log) where that is not
    /// understood or cannot be.
    pub fn fact(&self) -> Option<Fact> {
        let fact = read(&self.body);
        if fact.is_none() {
            tracing::debug!(id = %self.id, kind = self.kind, "a fact is not understood");
        }
        fact
    }
}

fn line<B: Serialize>(fact: &Fact, kind: &'static str, body: B) -> (&'static str, String) {
    let id = fact.id.to_string();
    let line = Line {
        v: VERSION,
        id,
        kind,
        at: fact.at,
        by: &fact.by,
        body,
    };
    let json = serde_json::to_string(&line).expect("strings, numbers and lists are JSON");
    (kind, json)
}

fn envelope(line: &str) -> Option<Envelope> {
    if line.len() > MAX_RECORD {
        return None;
    }
    let envelope: Envelope = serde_json::from_str(line).ok()?;
    (envelope.by.len() <= MAX_WORDS && envelope.kind.len() <= MAX_WORDS).then_some(envelope)
}

fn compact(line: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    serde_json::to_string(&value).ok()
}

fn read(line: &str) -> Option<Fact> {
    let envelope = envelope(line)?;
    if envelope.v != VERSION {
        return None;
    }
    let id = envelope.id.parse().ok()?;
    let statement = statement(&envelope.kind, line)?;
    // Only a person who is named confirms, claims, rejects or takes back.
    let is_act = matches!(statement, Statement::Act(_) | Statement::Undo(_));
    if is_act && envelope.by.trim().is_empty() {
        return None;
    }
    Some(Fact {
        id,
        at: envelope.at,
        by: envelope.by,
        statement,
    })
}

fn statement(kind: &str, line: &str) -> Option<Statement> {
    match kind {
        "origin" => body::<OriginBody>(line)?
            .into_origin()
            .map(Statement::Origin),
        "evidence" => body::<EvidenceBody>(line)?.into_statement(),
        "text" => body::<TextBody>(line)?.into_text().map(Statement::Text),
        "removal" => body::<RemovalBody>(line)?
            .into_removal()
            .map(Statement::Removal),
        "moved" => body::<MovedBody>(line)?.into_parts().map(Statement::Moved),
        "returned" => body::<ReturnedBody>(line)?
            .into_removal()
            .map(Statement::Returned),
        "confirm" => act(ActKind::Confirm, line),
        "claim" => act(ActKind::Claim, line),
        "reject" => act(ActKind::Reject, line),
        "undo" => body::<UndoBody>(line)?.into_fact().map(Statement::Undo),
        "prints" => body::<PrintsBody>(line)?
            .into_prints()
            .map(Statement::Prints),
        "began" => body::<BeganBody>(line)?.into_commit().map(Statement::Began),
        "pruned" => Some(Statement::Pruned(body::<PrunedBody>(line)?.before)),
        _ => None,
    }
}

fn act(kind: ActKind, line: &str) -> Option<Statement> {
    body::<ActBody>(line)?.into_act(kind).map(Statement::Act)
}

fn act_name(kind: ActKind) -> &'static str {
    match kind {
        ActKind::Confirm => "confirm",
        ActKind::Claim => "claim",
        ActKind::Reject => "reject",
    }
}

fn body<'a, B: Deserialize<'a>>(line: &'a str) -> Option<B> {
    serde_json::from_str(line).ok()
}
