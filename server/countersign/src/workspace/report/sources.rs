//! Where text of a changed file may have come from, beside the file itself.

use std::collections::HashSet;
use std::ops::Range;

use countersign_ledger::Ledger;
use countersign_provenance::carry::{Carried, Source, carry};
use countersign_provenance::{
    BlobId, Evidence, OriginId, Regions, Removal, RemovalId, Span, Statement, TextFact,
};

use super::Call;
use super::change::Change;
use crate::workspace::Fault;
use crate::workspace::known::{origins_in, regions_in};

/// How many texts that others told of meanwhile are looked at.
const MEANWHILE: usize = 16;
/// How many removals of a file are looked at when text comes.
const PUT_BACK: usize = 32;

/// Parts of a text with their regions.
pub(super) struct Part {
    text: String,
    regions: Regions,
    /// In bytes: sorted and disjoint.
    only: Vec<Range<u32>>,
}

impl Part {
    pub(super) fn source(&self) -> Source<'_> {
        Source {
            text: &self.text,
            regions: &self.regions,
            only: Some(&self.only),
        }
    }
}

/// What other calls told of the same file between this one's beginning and end.
#[derive(Default)]
pub(super) struct Meanwhile {
    /// Texts, of which only what is more than suspected counts.
    pub(super) texts: Vec<Part>,
    pub(super) removals: Vec<(RemovalId, Removal)>,
    /// The names of the texts.
    blobs: Vec<BlobId>,
    /// What is known less surely than an agent's own report.
    weaker: HashSet<OriginId>,
}

impl Meanwhile {
    pub(super) fn of(call: &Call<'_>, ledger: &Ledger, change: &Change<'_>) -> Result<Self, Fault> {
        let mut meanwhile = Meanwhile::default();
        let told = match change.since {
            Some(since) => ledger.blobs_since(change.path, since.seq)?,
            // Nobody knows since when: what was told of the text as it is now.
            None => match change.after.blob() {
                Some(blob) if ledger.path_has_text(change.path, blob)? => vec![blob.clone()],
                _ => Vec::new(),
            },
        };
        for blob in told.into_iter().take(MEANWHILE) {
            let Some(text) = ledger.snapshot(&blob)? else {
                continue;
            };
            let regions = regions_in(&call.world, ledger, change.path, &blob, &text)?.regions;
            let ids: Vec<_> = regions.spans.iter().map(|span| span.origin).collect();
            let origins = ledger.origins(&ids)?;
            let sure = |evidence| evidence != Evidence::Suspected;
            let weaker = origins
                .iter()
                .filter(|(_, it)| it.evidence < Evidence::Reported);
            meanwhile.weaker.extend(weaker.map(|(id, _)| *id));
            meanwhile.blobs.push(blob);
            let spans = regions.spans.iter();
            let spans =
                spans.filter(|span| origins.get(&span.origin).is_some_and(|o| sure(o.evidence)));
            let only = spans.map(|span| span.bytes.clone()).collect();
            meanwhile.texts.push(Part {
                text,
                regions,
                only,
            });
        }
        if let Some(since) = change.since
            && !meanwhile.texts.is_empty()
        {
            meanwhile.removals = ledger.removals_since(change.path, since.seq)?;
        }
        Ok(meanwhile)
    }

    /// What is known of these texts by what was found out late: an agent's calls on one file may overlap.
    pub(super) fn told_late(&self, path: &str, after: &str, found: &Regions) -> Vec<Statement> {
        if found.spans.is_empty() {
            return Vec::new();
        }
        let texts = self.blobs.iter().zip(&self.texts);
        let told = texts
            .filter(|(_, part)| part.text != after)
            .map(|(blob, part)| {
                let regions = carry(&[Source::new(after, found)], &part.text).regions;
                Statement::Text(TextFact {
                    blob: blob.clone(),
                    path: path.to_owned(),
                    bound: true,
                    regions: Regions {
                        spans: regions.spans,
                        ..Regions::default()
                    },
                })
            });
        told.filter(|told| matches!(told, Statement::Text(fact) if !fact.regions.is_empty()))
            .collect()
    }

    /// The text of this call that others have told of, less surely.
    pub(super) fn told_weakly(&self, carried: &Carried, was: &Regions) -> Vec<Span> {
        let known = origins_in(was);
        let is_weak =
            |span: &&Span| self.weaker.contains(&span.origin) && !known.contains(&span.origin);
        carried
            .regions
            .spans
            .iter()
            .filter(is_weak)
            .cloned()
            .collect()
    }

    /// Takes over the marks that others have set.
    pub(super) fn keep_marks(&self, regions: &mut Regions, after: &str) {
        for part in &self.texts {
            let carried = carry(&[Source::new(&part.text, &part.regions)], after)
                .regions
                .marks;
            for mark in carried {
                let is_new = self.removals.iter().any(|(id, _)| *id == mark.removal);
                if is_new
                    && regions
                        .marks
                        .iter()
                        .all(|known| known.removal != mark.removal)
                {
                    regions.marks.push(mark);
                }
            }
        }
    }
}

impl Call<'_> {
    /// What an assistant took away from here earlier, and what may be back.
    pub(super) fn put_back(
        &self,
        ledger: &Ledger,
        regions: &Regions,
        carried: &Carried,
        after: &str,
    ) -> Result<Vec<Part>, Fault> {
        let mut parts = Vec::new();
        if carried.fresh.is_empty() {
            return Ok(parts);
        }
        let newest = regions.marks.iter().rev().take(PUT_BACK);
        let ids: Vec<RemovalId> = newest.map(|mark| mark.removal).collect();
        for removal in ledger.removals(&ids)?.into_values() {
            let Some(text) = ledger.snapshot(&removal.before)? else {
                continue;
            };
            if removal
                .removed
                .iter()
                .any(|range| is_back(text.get(bytes(range)), carried, after))
            {
                let (path, blob) = (&removal.path, &removal.before);
                let regions = regions_in(&self.world, ledger, path, blob, &text)?.regions;
                parts.push(Part {
                    text,
                    regions,
                    only: removal.removed,
                });
            }
        }
        Ok(parts)
    }
}

/// Whether the first line of a removed text stands in what is new.
fn is_back(removed: Option<&str>, carried: &Carried, after: &str) -> bool {
    let line = removed
        .and_then(|removed| removed.trim().lines().next())
        .unwrap_or("")
        .trim();
    let within = |range: &Range<u32>| {
        after
            .get(bytes(range))
            .is_some_and(|new| new.contains(line))
    };
    !line.is_empty() && carried.fresh.iter().any(within)
}

fn bytes(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}
