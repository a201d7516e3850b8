//! A text that is known, held against one that is not.

use std::cell::OnceCell;
use std::ops::Range;

use countersign_ledger::Ledger;
use countersign_provenance::carry::{Source, carry};
use countersign_provenance::found::Block;
use countersign_provenance::removal::{Side, came_back};
use countersign_provenance::{Mark, Prints, Regions, Statement, ink_of};
use countersign_syntax::Unit;

use super::holds;
use crate::workspace::Fault;
use crate::workspace::displaced::neighbour_of;
use crate::workspace::known::{origins_in, union};

/// The file from which a text may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItsFile {
    /// It is the one that is looked at.
    IsThis,
    /// It still stands.
    Stands,
    /// It stands no more.
    IsGone,
}

/// A text that is known, and the parts of it that a fact is about.
pub(super) struct Candidate {
    pub(super) path: String,
    pub(super) text: String,
    regions: Regions,
    pub(super) parts: Vec<Range<u32>>,
    /// It speaks for its own path only.
    pub(super) bound: bool,
    /// Only these parts are spoken of. Of the rest nothing is known.
    only: Option<Vec<Range<u32>>>,
    /// Its parts were taken away; its occurrences.
    removed: Option<u32>,
    units: OnceCell<Vec<Unit>>,
}

impl Candidate {
    pub(super) fn of(
        ledger: &Ledger,
        statement: &Statement,
        new: &str,
    ) -> Result<Option<Self>, Fault> {
        let (blob, path, bound) = match statement {
            Statement::Text(text) => (&text.blob, &text.path, text.bound),
            Statement::Prints(prints) => (&prints.blob, &prints.path, prints.bound),
            Statement::Removal(removal) => (&removal.before, &removal.path, false),
            _ => return Ok(None),
        };
        if !ledger.has_snapshot(blob)?
            && let Some(candidate) = Candidate::forgotten(ledger, statement, new)?
        {
            return Ok(Some(candidate));
        }
        let texts = ledger.texts(blob, path)?;
        let text = match statement {
            // What was said of its regions may be gone, while its prints live on.
            Statement::Prints(_) if texts.is_empty() => None,
            _ => ledger.snapshot(blob)?,
        };
        let text = match (text, statement) {
            (Some(text), _) => text,
            (None, Statement::Prints(prints)) => return Ok(Candidate::restored(prints, new)),
            (None, _) => return Ok(None),
        };
        let regions = union(ledger, &text, &texts)?;
        let (parts, removed) = match statement {
            Statement::Removal(removal) => (removal.removed.clone(), Some(removal.occurrences)),
            _ => (told(&text, &regions), None),
        };
        Ok(Some(Candidate {
            path: path.clone(),
            text,
            regions,
            only: removed.map(|_| parts.clone()),
            parts,
            bound,
            removed,
            units: OnceCell::new(),
        }))
    }

    /// The text is no longer kept, but what finds its regions again.
    fn forgotten(ledger: &Ledger, statement: &Statement, new: &str) -> Result<Option<Self>, Fault> {
        let Statement::Text(text) = statement else {
            return Ok(None);
        };
        let origins: Vec<_> = origins_in(&text.regions).into_iter().collect();
        let prints = ledger.prints_of(&origins)?;
        let mut restored = prints.iter().map(|prints| Candidate::restored(prints, new));
        Ok(restored.find_map(|candidate| candidate))
    }

    /// The newest text that is known at a candidate's path, if that is another.
    pub(super) fn newest(ledger: &Ledger, own: &Candidate) -> Result<Option<Self>, Fault> {
        let Some(blob) = ledger.blobs_of_path(&own.path, 1)?.pop() else {
            return Ok(None);
        };
        let texts = ledger.texts(&blob, &own.path)?;
        let text = ledger.snapshot(&blob)?.filter(|text| *text != own.text);
        let (Some(text), Some(bound)) = (text, texts.first().map(|text| text.bound)) else {
            return Ok(None);
        };
        let regions = union(ledger, &text, &texts)?;
        Ok(Some(Candidate {
            path: own.path.clone(),
            parts: told(&text, &regions),
            text,
            regions,
            bound,
            only: None,
            removed: None,
            units: OnceCell::new(),
        }))
    }

    /// Nobody here has the text: as far as the new one holds it.
    fn restored(prints: &Prints, new: &str) -> Option<Self> {
        let (text, regions) = prints.restored(new)?;
        let told = told(&text, &regions);
        Some(Candidate {
            path: prints.path.clone(),
            parts: told.clone(),
            only: Some(told),
            text,
            regions,
            bound: prints.bound,
            removed: None,
            units: OnceCell::new(),
        })
    }

    pub(super) fn source(&self) -> Source<'_> {
        Source {
            text: &self.text,
            regions: &self.regions,
            only: self.only.as_deref(),
        }
    }

    /// Where most of it stands in a text, the places there of all that was taken away from it, even if the text around
    /// a place is gone as well.
    pub(super) fn marks_left_in(&self, text: &str) -> Vec<Mark> {
        let is_whole = self.only.is_none() && !self.regions.marks.is_empty();
        match is_whole && holds(text, &self.text) {
            true => carry(&[self.source()], text).regions.marks,
            false => Vec::new(),
        }
    }

    /// Its regions, without what was taken away beside other text than these blocks. Where no other file may keep it,
    /// what stands on either side of the place will do.
    pub(super) fn regions_in(
        &self,
        ledger: &Ledger,
        blocks: &[Block],
        file: ItsFile,
    ) -> Result<Regions, Fault> {
        let mut regions = self.regions.clone();
        let mut marks = Vec::new();
        for mark in regions.marks.drain(..) {
            let holds = |side: &Side| {
                let mut blocks = blocks.iter();
                blocks.any(|block| block.holds_beside(&self.text, mark.at, *side))
            };
            let neighbour = match file {
                ItsFile::Stands => neighbour_of(ledger, mark.removal)?,
                ItsFile::IsThis | ItsFile::IsGone => None,
            };
            let own = match neighbour {
                Some((_, neighbour)) => holds(&neighbour.side),
                None => [Side::Before, Side::Behind].iter().any(holds),
            };
            if own {
                marks.push(mark);
            }
        }
        regions.marks = marks;
        Ok(regions)
    }

    pub(super) fn has_come_back(&self, text: &str) -> bool {
        self.removed
            .is_some_and(|times| came_back(&self.text, &self.parts, times.min(1), text))
    }

    pub(super) fn is_whole_unit(&self, block: &Block) -> bool {
        let ink = |range: Range<usize>| ink_of(&self.text.as_bytes()[range]);
        let outline =
            || countersign_syntax::outline_of(&self.path, &self.text, &mut || false).units;
        self.units.get_or_init(outline).iter().any(|unit| {
            let (start, end) = (
                unit.bytes.start.max(block.old.start as usize),
                unit.bytes.end.min(block.old.end as usize),
            );
            start < end && ink(start..end) == ink(unit.bytes.clone())
        })
    }
}

/// What facts about a text speak of: its regions, and what stands around the
/// places where something was taken away. What else stands around a region finds
/// it, and may be one that others speak of.
fn told(text: &str, regions: &Regions) -> Vec<Range<u32>> {
    const AROUND: u32 = 64;
    let mark = |at: u32| {
        let start = text.floor_char_boundary(at.saturating_sub(AROUND) as usize);
        let end = text.floor_char_boundary((at + AROUND) as usize);
        start as u32..end as u32
    };
    let marks = regions.marks.iter().map(|it| mark(it.at));
    let spans = regions.spans.iter().map(|span| span.bytes.clone());
    let mut parts: Vec<Range<u32>> = spans.chain(marks).collect();
    parts.sort_by_key(|part| part.start);
    let mut told: Vec<Range<u32>> = Vec::new();
    for part in parts {
        match told.last_mut() {
            Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
            _ => told.push(part),
        }
    }
    told
}
