//! The words of records, and what their values must hold to.

use std::ops::Range;

use countersign_provenance::{Evidence, Level, Span};

use super::MAX_WORDS;

/// Each range holds something, and none begins before the one before it ends.
pub(super) fn sorted<'a>(ranges: impl Iterator<Item = &'a Range<u32>>) -> bool {
    let mut end = 0;
    for range in ranges {
        if range.start < end || range.is_empty() {
            return false;
        }
        end = range.end;
    }
    true
}

/// Ink is bytes without white space, so there is never more of it.
pub(super) fn ink_fits(span: &Span) -> bool {
    !span.ink.is_empty() && span.ink.len() <= span.bytes.len()
}

/// Relative, with `/`, and nothing that leads out of the work tree.
pub(super) fn sound_path(path: String) -> Option<String> {
    let sound_part = |part: &str| !matches!(part, "" | "." | "..");
    let sound = path.len() <= MAX_WORDS && !path.contains('\0') && path.split('/').all(sound_part);
    sound.then_some(path)
}

pub(super) fn evidence_name(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Suspected => "suspected",
        Evidence::Declared => "declared",
        Evidence::Marked => "marked",
        Evidence::Observed => "observed",
        Evidence::Reported => "reported",
    }
}

pub(super) fn evidence_named(name: &str) -> Option<Evidence> {
    Some(match name {
        "suspected" => Evidence::Suspected,
        "declared" => Evidence::Declared,
        "marked" => Evidence::Marked,
        "observed" => Evidence::Observed,
        "reported" => Evidence::Reported,
        _ => return None,
    })
}

pub(super) fn level_name(level: Level) -> &'static str {
    match level {
        Level::Read => "read",
        Level::Understood => "understood",
        Level::Verified => "verified",
    }
}

pub(super) fn level_named(name: &str) -> Option<Level> {
    Some(match name {
        "read" => Level::Read,
        "understood" => Level::Understood,
        "verified" => Level::Verified,
        _ => return None,
    })
}
