//! The text that stood before, and what of the present text gives way to it as a whole.

use std::ops::Range;

use countersign_ledger::Ledger;
use countersign_provenance::hunk::{Hunk, hunks};
use countersign_provenance::removal::Tolerance;
use countersign_provenance::{OriginId, Regions};

use super::lost::Lost;
use super::{Unit, ink, is_in, overlap, slice};
use crate::workspace::Fault;
use crate::workspace::known::union;

/// How many of the newest texts of a path are looked at.
const LOOKED_AT: u32 = 64;

/// The text that stood before, and what differs by now.
pub(super) struct Before {
    /// As git stores it.
    pub(super) text: String,
    pub(super) regions: Regions,
    /// Nothing but what is to go and what is to come back; and the white space between.
    pub(super) whole: Vec<Hunk>,
    /// All that differs beside these.
    pub(super) others: Vec<Hunk>,
}

impl Before {
    /// The text of a file that was deleted; else the newest text of the path in which nothing of what goes stood, and
    /// nothing of what comes back had gone.
    pub(super) fn of(
        ledger: &Ledger,
        path: &str,
        unit: &Unit,
        lost: &[Lost<'_>],
    ) -> Result<Option<Self>, Fault> {
        if let Some(file) = lost.iter().rfind(|lost| lost.removal.whole_file) {
            let texts = ledger.texts(&file.removal.before, path)?;
            let regions = union(ledger, &file.before, &texts)?;
            let text = file.before.clone();
            return Ok(Some(Before::compared(text, regions, unit, lost)));
        }
        let is_one = |origin: OriginId| unit.spans.iter().any(|span| span.origin == origin);
        let is_later = |regions: &Regions| {
            let mut removals = regions.marks.iter().map(|mark| mark.removal);
            regions.spans.iter().any(|span| is_one(span.origin))
                || removals.any(|removal| unit.marks.iter().any(|(id, _)| *id == removal))
        };
        for blob in ledger.blobs_of_path(path, LOOKED_AT)? {
            let texts = ledger.texts(&blob, path)?;
            if texts.iter().any(|text| is_later(&text.regions)) {
                continue;
            }
            let Some(text) = ledger.snapshot(&blob)? else {
                return Ok(None);
            };
            let regions = union(ledger, &text, &texts)?;
            return Ok(Some(Before::compared(text, regions, unit, lost)));
        }
        Ok(None)
    }

    fn compared(text: String, regions: Regions, unit: &Unit, lost: &[Lost<'_>]) -> Self {
        let mut before = Before {
            text,
            regions,
            whole: Vec::new(),
            others: Vec::new(),
        };
        before.compare(unit, lost);
        before
    }

    fn compare(&mut self, unit: &Unit, lost: &[Lost<'_>]) {
        for hunk in hunks(&self.text, &unit.now) {
            if self.is_whole(&hunk, unit, lost) {
                self.whole.push(hunk);
                continue;
            }
            for part in hunk.parts(&self.text, &unit.now) {
                match self.is_whole(&part, unit, lost) {
                    true => self.whole.push(part),
                    false => self.others.push(part),
                }
            }
        }
        let (Some(first), Some(last)) = (self.whole.first(), self.whole.last()) else {
            return;
        };
        let between = first.new.end..last.new.start;
        let others = std::mem::take(&mut self.others).into_iter();
        let (blank, others) = others.partition(|hunk| {
            is_in(&hunk.new, &between)
                && ink(slice(&self.text, &hunk.old)).is_empty()
                && ink(slice(&unit.now, &hunk.new)).is_empty()
        });
        self.others = others;
        self.whole.extend::<Vec<Hunk>>(blank);
    }

    fn is_whole(&self, hunk: &Hunk, unit: &Unit, lost: &[Lost<'_>]) -> bool {
        let now = &unit.now;
        let goes = unit
            .spans
            .iter()
            .map(|span| overlap(&span.bytes, &hunk.new));
        let goes: usize = goes.map(|part| ink(slice(now, &part)).len()).sum();
        let comes = lost.iter().flat_map(|lost| self.parts_in(hunk, lost, now));
        let comes: Vec<String> = comes.collect();
        (goes > 0 || !comes.is_empty())
            && goes == ink(slice(now, &hunk.new)).len()
            && is_made_of(ink(slice(&self.text, &hunk.old)), &comes)
    }

    /// The ink of what was taken away here.
    fn parts_in(&self, hunk: &Hunk, lost: &Lost<'_>, now: &str) -> Vec<String> {
        let removed = lost.removal.removed.iter();
        let ink = |part: &Range<u32>| ink(slice(&lost.before, part));
        let parts: Vec<String> = match lost.before == self.text {
            true => removed.map(|part| ink(&overlap(part, &hunk.old))).collect(),
            false if lost.is_at(&hunk.new, now) => removed.map(ink).collect(),
            false => Vec::new(),
        };
        parts.into_iter().filter(|ink| !ink.is_empty()).collect()
    }

    /// Whether a part of what was taken away comes back with whole hunks, or stands there already.
    pub(super) fn is_back(&self, lost: &Lost<'_>, part: &Range<u32>, now: &str) -> bool {
        if lost.before == self.text {
            let lacks_it = |hunk: &Hunk| !overlap(&hunk.old, part).is_empty();
            return !self.others.iter().any(lacks_it);
        }
        let part = ink(slice(&lost.before, part));
        let mut here = self.whole.iter().filter(|hunk| lost.is_at(&hunk.new, now));
        here.any(|hunk| ink(slice(&self.text, &hunk.old)).contains(&part))
    }
}

/// Whether nothing but these parts, and what formatters set, makes up some ink.
fn is_made_of(mut ink: String, parts: &[String]) -> bool {
    for part in parts {
        ink = ink.replacen(part, " ", 1);
    }
    Tolerance::Formatter.is_layout(&ink)
}
