//! What a change took away.

use std::ops::Range;

use countersign_ledger::{Ledger, git};
use countersign_provenance::carry::{Carried, Gone, Source, carry, carry_ranges};
use countersign_provenance::removal::{Taken, taken};
use countersign_provenance::{FactId, Regions, Removal, RemovalId, Text};

use super::Call;
use super::change::{Announced, Change, Was};
use crate::workspace::known::{knowledge_of, regions_in, without_returned};
use crate::workspace::{Fault, conflict};

impl Call<'_> {
    /// What the change took away, each with the place of its mark; still
    /// without an origin. What an assistant wrote and nobody reviewed may go, and so may the lines with which
    /// git sets the sides of a conflict apart.
    pub(super) fn taken(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
        (was, after): (&Was<'_>, &str),
        announced: Announced,
        carried: &Carried,
        told: &[(RemovalId, Removal)],
    ) -> Result<Vec<(Removal, u32)>, Fault> {
        let gone = match announced {
            Announced::Otherwise => expected(change, was.text, &carried.gone),
            Announced::Exactly | Announced::Nothing | Announced::Unseen => carried.gone.clone(),
        };
        if gone.is_empty() {
            return Ok(Vec::new());
        }
        let knowledge = knowledge_of(ledger, [&was.known.regions])?;
        let states = knowledge.states(&Text::from(was.text), &was.known.regions);
        let open = states.into_iter().filter(|(_, state)| state.is_open());
        let others = told
            .iter()
            .filter(|(_, removal)| removal.before == was.blob);
        let others = others.flat_map(|(_, removal)| removal.removed.iter().cloned());
        let open = open.map(|(span, _)| span.bytes).chain(others);
        let saved = self.saved(ledger, change, was)?;
        let brought = change.made_beside.iter();
        let brought = brought.flat_map(|(old, new)| missing_then(old, new, was.text));
        let free = open
            .chain(conflict::lines(was.text))
            .chain(saved)
            .chain(brought);
        let free = joined(free.collect());
        let tolerance = announced.tolerance();
        let removal = |taken: Taken| {
            let at = taken.place(was.text, after);
            let removal = Removal {
                origin: FactId(0),
                path: change.path.to_owned(),
                before: was.blob.clone(),
                removed: taken.removed,
                lines: taken.lines,
                occurrences: taken.occurrences,
                whole_file: false,
            };
            (removal, at)
        };
        Ok(taken(was.text, &gone, &free, tolerance)
            .into_iter()
            .map(removal)
            .collect())
    }

    /// Takes over the marks of what was taken away on other branches, where the change brought that.
    pub(super) fn keep_marks_beside(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
        was: &Was<'_>,
        after: &str,
        regions: &mut Regions,
    ) -> Result<(), Fault> {
        if change.made_beside.is_empty() {
            return Ok(());
        }
        let made = change.made_beside.iter();
        for (_, new) in made.filter(|(old, new)| !missing_then(old, new, was.text).is_empty()) {
            let blob = git::blob_id(new.as_bytes(), git::object_format(self.place));
            let known = regions_in(&self.world, ledger, change.path, &blob, new)?.regions;
            let marks = carry(&[Source::new(new, &known)], after).regions.marks;
            for mark in marks {
                regions.add_mark(mark);
            }
        }
        *regions = without_returned(ledger, std::mem::take(regions), after)?;
        Ok(())
    }

    /// What of the text before went when an editor saved the file meanwhile, and has not come back by a later save.
    fn saved(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
        was: &Was<'_>,
    ) -> Result<Vec<Range<u32>>, Fault> {
        let Some(since) = change.since else {
            return Ok(Vec::new());
        };
        let mut went = Vec::new();
        for save in ledger.saves_since(&self.place.worktree, change.path, since.save)? {
            let before = ledger.snapshot(&save.before)?;
            let Some((before, after)) = before.zip(ledger.snapshot(&save.after)?) else {
                continue;
            };
            let missing = missing(was.text, &after);
            if save.before == was.blob {
                went.extend(missing.iter().cloned());
            } else {
                went.extend(missing_then(&before, &after, was.text));
            }
            went = common(&joined(went), &missing);
        }
        Ok(went)
    }
}

/// The parts of a text that another lacks, in bytes.
fn missing(old: &str, new: &str) -> Vec<Range<u32>> {
    let gone = carry(&[Source::new(old, &Regions::default())], new).gone;
    joined(gone.into_iter().map(|gone| gone.old).collect())
}

/// Where those parts stand in a third text.
fn missing_then(old: &str, new: &str, text: &str) -> Vec<Range<u32>> {
    carry_ranges(&Text::from(old), missing(old, new), &Text::from(text))
}

/// What two lists of ranges have in common. Both are sorted and disjoint.
fn common(ones: &[Range<u32>], others: &[Range<u32>]) -> Vec<Range<u32>> {
    let part = |one: &Range<u32>, other: &Range<u32>| {
        let range = one.start.max(other.start)..one.end.min(other.end);
        (range.start < range.end).then_some(range)
    };
    let parts = |one| others.iter().filter_map(move |other| part(one, other));
    ones.iter().flat_map(parts).collect()
}

/// What of that which is gone went by what was announced. The rest a person, or
/// another call, may as well have taken away.
fn expected(change: &Change<'_>, before: &str, gone: &[Gone]) -> Vec<Gone> {
    let Some(text) = change.offered.applied_to(before) else {
        return gone.to_vec();
    };
    let expected = missing(before, &text);
    let part = |gone: &Gone| {
        let at = gone.at;
        let parts = common(std::slice::from_ref(&gone.old), &expected).into_iter();
        parts.map(move |old| Gone { old, at })
    };
    gone.iter().flat_map(part).collect()
}

/// Sorted and disjoint.
fn joined(mut ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<u32>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}
