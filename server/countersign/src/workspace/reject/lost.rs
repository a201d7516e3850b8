//! What an assistant took away, and how it is put back piece by piece.

use std::ops::Range;

use countersign_ledger::Ledger;
use countersign_provenance::carry::{Source, carry};
use countersign_provenance::review::Knowledge;
use countersign_provenance::{Regions, Removal, RemovalId, Text};

use super::{ink, slice, with_space};
use crate::workspace::Fault;

/// One removal, and the text that it was made in.
pub(super) struct Lost<'a> {
    pub(super) removal: &'a Removal,
    pub(super) before: String,
    /// Where it is marked, in bytes of the present text.
    at: u32,
}

/// These removals; `None` where one of the texts is not kept here.
pub(super) fn lost<'a>(
    ledger: &Ledger,
    knowledge: &'a Knowledge,
    marks: &[(RemovalId, u32)],
) -> Result<Option<Vec<Lost<'a>>>, Fault> {
    let mut all = Vec::new();
    for &(id, at) in marks {
        let Some(removal) = knowledge.removal(id) else {
            continue;
        };
        let Some(before) = ledger.snapshot(&removal.before)? else {
            return Ok(None);
        };
        all.push(Lost {
            removal,
            before,
            at,
        });
    }
    Ok(Some(all))
}

impl Lost<'_> {
    /// Whether it is marked at a range of the present text: white space between them does not count.
    pub(super) fn is_at(&self, range: &Range<u32>, now: &str) -> bool {
        let gap = match self.at < range.start {
            true => self.at..range.start,
            false => range.end.min(self.at)..self.at,
        };
        ink(slice(now, &gap)).is_empty()
    }

    /// What was removed and is not back yet, each part with the place of the present text behind which it stood; white
    /// space before it comes along.
    pub(super) fn put_back(
        &self,
        now: &str,
        is_back: impl Fn(&Range<u32>) -> bool,
    ) -> Vec<(u32, String)> {
        let missing: Vec<_> = self
            .removal
            .removed
            .iter()
            .filter(|part| !is_back(part))
            .collect();
        if missing.is_empty() {
            return Vec::new();
        }
        let gone = carry(&[Source::new(&self.before, &Regions::default())], now).gone;
        let place = |part: &Range<u32>| {
            let same = gone
                .iter()
                .find(|gone| gone.old.start <= part.start && part.end <= gone.old.end);
            same.map_or(self.at, |gone| gone.at)
        };
        let text = |part| slice(&self.before, &with_space(&self.before, part)).to_owned();
        let missing = missing.into_iter();
        missing.map(|part| (place(part), text(part))).collect()
    }
}

/// The text that went, for each of these removals, as far as it is kept here: whole lines, without the indentation that
/// they have in common.
pub(crate) fn taken_away(
    ledger: &Ledger,
    knowledge: &Knowledge,
    removals: &[RemovalId],
) -> Result<Vec<String>, Fault> {
    let mut all = Vec::new();
    for removal in removals.iter().filter_map(|id| knowledge.removal(*id)) {
        if let Some(before) = ledger.snapshot(&removal.before)? {
            all.extend(lines_of(&before, &removal.removed));
        }
    }
    Ok(all)
}

fn lines_of(before: &str, removed: &[Range<u32>]) -> Option<String> {
    let (first, last) = (removed.first()?, removed.last()?);
    let text = Text::from(before);
    let start = text.line_start(text.line_of(first.start.min(text.len())));
    let end = text.line_start(text.line_of(last.end.clamp(1, text.len().max(1)) - 1) + 1);
    let lines: Vec<&str> = slice(before, &(start..end)).lines().collect();
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let inked = lines.iter().filter(|line| !line.trim().is_empty());
    let common = inked.map(indent).min()?;
    let cut = |line: &&str| line.get(common..).unwrap_or("").trim_end().to_owned();
    Some(lines.iter().map(cut).collect::<Vec<_>>().join("\n"))
}
