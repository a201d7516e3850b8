//! Who wrote what is new.

use std::collections::HashSet;
use std::ops::Range;

use countersign_ledger::new_fact_id;
use countersign_provenance::carry::{Carried, Source, attribute, carry};
use countersign_provenance::removal::Tolerance;
use countersign_provenance::{
    Evidence, Fact, FactId, InkIndex, Inked, Regions, Span, Statement, Text,
};

use super::change::{Announced, Change};
use super::{Call, Offered};

/// The origins that one change of one file may need: facts once they are used.
pub(super) struct Origins {
    reported: Fact,
    suspected: Fact,
    announced: Announced,
    /// What is new and was not announced, in bytes of the text after: sorted
    /// and disjoint. A person may as well have written it.
    doubtful: Vec<Range<u32>>,
}

impl Origins {
    pub(super) fn of(
        call: &Call<'_>,
        change: &Change<'_>,
        announced: Announced,
        before: &str,
        after: &str,
    ) -> Self {
        let origin = |evidence| call.fact(new_fact_id(), call.origin(evidence));
        let doubtful = match announced {
            Announced::Otherwise => unannounced(change.offered, before, after),
            Announced::Unseen => std::iter::once(0..after.len() as u32).collect(),
            Announced::Exactly | Announced::Nothing => Vec::new(),
        };
        Origins {
            reported: origin(Evidence::Reported),
            suspected: origin(Evidence::Suspected),
            announced,
            doubtful,
        }
    }

    /// Gives what is new to its origin, and the origins used to `facts`.
    pub(super) fn attribute(
        &self,
        carried: &Carried,
        change: &Change<'_>,
        after: &str,
        facts: &mut Vec<Fact>,
    ) -> Regions {
        let ink = InkIndex::new(after);
        let mut found = Regions::default();
        let mut used = HashSet::new();
        for range in &carried.fresh {
            let fresh = &after[range.start as usize..range.end as usize];
            if change.before.is_some() && self.announced.tolerance().is_layout(fresh) {
                continue;
            }
            for (part, is_doubtful) in self.parts(range) {
                let part = after.trimmed(part);
                if part.is_empty() {
                    continue;
                }
                let origin = match is_doubtful {
                    true => &self.suspected,
                    false => &self.reported,
                };
                if used.insert(origin.id) {
                    facts.push(origin.clone());
                }
                found.spans.push(attribute(&ink, part, origin.id));
            }
        }
        found
    }

    /// What others know less surely of the text that this call has written: it is known better now.
    pub(super) fn better(&self, told: &[Span], (before, after): (&str, &str)) -> Option<Statement> {
        let Statement::Origin(origin) = &self.reported.statement else {
            return None;
        };
        if told.is_empty() {
            return None;
        }
        let nothing = Regions::default();
        let written = carry(&[Source::new(before, &nothing)], after).fresh;
        let written = written.iter().flat_map(|range| self.parts(range));
        let told = Regions::new(after, told.to_vec(), Vec::new());
        let text = Text::from(after);
        let stretches: Vec<_> = written
            .filter(|(_, is_doubtful)| !is_doubtful)
            .flat_map(|(part, _)| told.within(&text, part))
            .map(|span| span.stretch())
            .collect();
        let origin = origin.clone();
        (!stretches.is_empty()).then_some(Statement::Evidence { stretches, origin })
    }

    /// A range cut where doubt begins and ends.
    fn parts(&self, range: &Range<u32>) -> Vec<(Range<u32>, bool)> {
        let first = self
            .doubtful
            .partition_point(|doubt| doubt.end <= range.start);
        let mut at = range.start;
        let mut parts = Vec::new();
        for doubt in self.doubtful[first..]
            .iter()
            .take_while(|doubt| doubt.start < range.end)
        {
            let (start, end) = (doubt.start.max(at), doubt.end.min(range.end));
            parts.push((at..start, false));
            parts.push((start..end, true));
            at = end;
        }
        parts.push((at..range.end, false));
        parts
    }

    /// The origin that stands for what was taken away.
    pub(super) fn first(&self, facts: &mut Vec<Fact>) -> FactId {
        let origin = match self.announced.evidence() {
            Evidence::Suspected => &self.suspected,
            _ => &self.reported,
        };
        if facts.iter().all(|fact| fact.id != origin.id) {
            facts.push(origin.clone());
        }
        origin.id
    }
}

/// What of a text is none of what the call announced to write, but for what formatters set.
fn unannounced(offered: &Offered, before: &str, after: &str) -> Vec<Range<u32>> {
    let nothing = Regions::default();
    let mut fresh = match offered.applied_to(before) {
        Some(text) => {
            let written = carry(&[Source::new(before, &nothing)], &text).fresh;
            let written = Source {
                text: &text,
                regions: &nothing,
                only: Some(&written),
            };
            carry(&[written], after).fresh
        }
        None => carry(&[Source::new(&offered.texts(), &nothing)], after).fresh,
    };
    fresh.retain(|range| {
        !Tolerance::Formatter.is_layout(&after[range.start as usize..range.end as usize])
    });
    fresh
}
