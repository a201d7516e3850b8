//! The shapes of the JSON that commands print. They only grow.

use countersign_provenance::review::Region;
use countersign_provenance::{Evidence, Fact, Level, Statement};
use serde::Serialize;

use crate::workspace::clock::rfc3339;
use crate::workspace::survey::Counts;

/// A region, as in `blame --json` and `check --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct RegionJson {
    /// From 1.
    first_line: u32,
    /// From 1, included.
    last_line: u32,
    /// Half open, in bytes of the text as git stores it.
    bytes: [u32; 2],
    state: &'static str,
    removed_lines: u32,
    origin: OriginJson,
    unit: Option<String>,
    questions: Vec<()>,
    confirmations: Vec<ConfirmationJson>,
}

#[derive(Debug, Serialize)]
pub(crate) struct OriginJson {
    source: String,
    model: Option<String>,
    session: Option<String>,
    evidence: &'static str,
    at: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct ConfirmationJson {
    by: String,
    at: String,
    level: &'static str,
    note: Option<String>,
    answers: Vec<AnswerJson>,
}

#[derive(Debug, Serialize)]
struct AnswerJson {
    question: String,
    answer: String,
}

impl RegionJson {
    pub(crate) fn new(region: &Region, unit: Option<&str>) -> Self {
        RegionJson {
            first_line: region.lines.0 + 1,
            last_line: region.lines.1 + 1,
            bytes: [region.bytes.start, region.bytes.end],
            state: region.state.word(),
            removed_lines: region.removed_lines,
            origin: OriginJson {
                source: region.origin.source.clone(),
                model: region.origin.model.clone(),
                session: region.origin.session.clone(),
                evidence: evidence(region.origin.evidence),
                at: rfc3339(region.origin.at),
            },
            unit: unit.map(str::to_owned),
            questions: Vec::new(),
            confirmations: region
                .acts
                .iter()
                .filter_map(|fact| confirmation(fact))
                .collect(),
        }
    }
}

fn confirmation(fact: &Fact) -> Option<ConfirmationJson> {
    let Statement::Act(act) = &fact.statement else {
        return None;
    };
    let answers = act.answers.iter();
    let answers = answers.map(|(question, answer)| AnswerJson {
        question: question.clone(),
        answer: answer.clone(),
    });
    Some(ConfirmationJson {
        by: fact.by.clone(),
        at: rfc3339(fact.at),
        level: level(act.level),
        note: act.note.clone(),
        answers: answers.collect(),
    })
}

/// The word for a level.
pub(crate) fn level(level: Level) -> &'static str {
    match level {
        Level::Read => "read",
        Level::Understood => "understood",
        Level::Verified => "verified",
    }
}

/// The word for evidence.
pub(crate) fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Suspected => "suspected",
        Evidence::Declared => "declared",
        Evidence::Marked => "marked",
        Evidence::Observed => "observed",
        Evidence::Reported => "reported",
    }
}

/// Lines by state, as in `status --json`.
#[derive(Debug, Serialize)]
pub(crate) struct CountsJson {
    unreviewed_lines: u32,
    suspected_lines: u32,
    confirmed_lines: u32,
    claimed_lines: u32,
    generated_lines: u32,
    removals: u32,
}

impl From<Counts> for CountsJson {
    fn from(counts: Counts) -> Self {
        CountsJson {
            unreviewed_lines: counts.unreviewed,
            suspected_lines: counts.suspected,
            confirmed_lines: counts.confirmed,
            claimed_lines: counts.claimed,
            generated_lines: counts.generated,
            removals: counts.removals,
        }
    }
}
