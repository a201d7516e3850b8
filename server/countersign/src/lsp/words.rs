//! The words that stand for facts in what the client is sent.

use countersign_provenance::{Evidence, Level};

/// The word for a level.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Read => "read",
        Level::Understood => "understood",
        Level::Verified => "verified",
    }
}

/// The level that a word stands for.
pub(super) fn level_named(word: &str) -> Option<Level> {
    [Level::Read, Level::Understood, Level::Verified]
        .into_iter()
        .find(|it| level(*it) == word)
}

/// What a person says with a level.
pub(super) fn level_meaning(level: Level) -> &'static str {
    match level {
        Level::Read => "read every line",
        Level::Understood => "can explain it and answers for it",
        Level::Verified => "saw it work",
    }
}

/// The word for evidence.
pub(super) fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Suspected => "suspected",
        Evidence::Declared => "declared",
        Evidence::Marked => "marked",
        Evidence::Observed => "observed",
        Evidence::Reported => "reported",
    }
}

/// How an origin is known, as an end of a sentence about `who`.
pub(super) fn evidence_meaning(evidence: Evidence, who: &str) -> String {
    match evidence {
        Evidence::Suspected => "a guess: nothing that a person did explains this text".to_owned(),
        Evidence::Declared => "a record says so: a commit's trailer, or another tool".to_owned(),
        Evidence::Marked => "a person marked it".to_owned(),
        Evidence::Observed => "it was seen to be offered and then inserted".to_owned(),
        Evidence::Reported => format!("{who} reported it itself"),
    }
}
