//! The facts about one changed file.

use std::ops::Range;

use countersign_ledger::{Batch, Ledger, git, new_fact_id};
use countersign_provenance::carry::{Carried, Gone, Source, carry};
use countersign_provenance::removal::Tolerance;
use countersign_provenance::{
    BlobId, Evidence, Mark, Regions, Removal, RemovalId, Statement, Text, TextFact, count_tokens,
};

use super::origins::Origins;
use super::{Call, Offered};
use crate::workspace::Fault;
use crate::workspace::file::Disk;
use crate::workspace::known::{From, regions_of, without_returned};

/// A text below this many tokens does not speak for its twins.
const TWIN_TOKENS: usize = 24;
/// How many texts that others told of meanwhile are looked at.
const MEANWHILE: usize = 4;
/// How many removals of a file are looked at when text comes.
const PUT_BACK: usize = 32;

/// A changed file, ready to be judged.
pub(in crate::workspace) struct Change<'a> {
    /// Relative to the work tree.
    pub(in crate::workspace) path: &'a str,
    /// The text before; `None` where there was no file.
    pub(in crate::workspace) before: Option<Before<'a>>,
    /// Other texts that the agent may have taken it from.
    pub(in crate::workspace) known: &'a [KnownText],
    /// What now stands there.
    pub(in crate::workspace) after: &'a Disk,
    /// What was announced.
    pub(in crate::workspace) offered: &'a Offered,
    /// The newest fact when the text before was seen; `None` where it was not.
    pub(in crate::workspace) seen_at: Option<i64>,
    /// The very same text stands elsewhere, and not by this call.
    pub(in crate::workspace) has_twin: bool,
}

/// A text before a change.
#[derive(Debug, Clone, Copy)]
pub(in crate::workspace) struct Before<'a> {
    /// Where it stood: another path where the file was moved.
    pub(in crate::workspace) path: &'a str,
    /// As git stores it.
    pub(in crate::workspace) text: &'a str,
}

/// A text that was there before the call.
#[derive(Debug, Clone, Default)]
pub(in crate::workspace) struct KnownText {
    pub(in crate::workspace) text: String,
    pub(in crate::workspace) regions: Regions,
}

impl Change<'_> {
    /// Where the text before stood at this very path.
    fn stayed(&self) -> bool {
        self.before.is_none_or(|before| before.path == self.path)
    }
}

/// A text before, with what is known of it.
pub(super) struct Was<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    pub(super) blob: BlobId,
    pub(super) regions: Regions,
    from: From,
}

/// Whether a change is what its call announced, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announced {
    /// It is.
    Exactly,
    /// A command announces nothing.
    Nothing,
    /// Somebody else wrote into the file as well: a person, another call, a formatter.
    Otherwise,
}

impl Announced {
    fn of(change: &Change<'_>, before: &str, after: &str) -> Self {
        match change.offered {
            Offered::Unknown => Announced::Nothing,
            offered if offered.explains(before, after) => Announced::Exactly,
            _ => Announced::Otherwise,
        }
    }

    /// What may come and go without being text.
    pub(super) fn tolerance(self) -> Tolerance {
        match self {
            Announced::Exactly => Tolerance::Edit,
            Announced::Nothing | Announced::Otherwise => Tolerance::Formatter,
        }
    }
}

impl Call<'_> {
    /// The facts about one changed file.
    pub(in crate::workspace) fn facts(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
    ) -> Result<Batch, Fault> {
        let mut batch = match change.after {
            Disk::Text { text, blob, .. } => self.facts_of_text(ledger, change, text, blob)?,
            Disk::Absent => self.facts_of_deletion(ledger, change)?,
            Disk::NotText(_) => return Ok(Batch::default()),
        };
        batch.heads.push(self.head(change.path, change.after));
        batch.snapshots.extend(change.after.snapshot());
        Ok(batch)
    }

    fn facts_of_text(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
        after: &str,
        blob: &BlobId,
    ) -> Result<Batch, Fault> {
        let is_same = change.before.is_some_and(|before| before.text == after);
        if change.stayed() && (is_same || was_known(ledger, change, blob)?) {
            return Ok(Batch::default());
        }
        let was = self.was(ledger, change)?;
        let meanwhile = Meanwhile::of(self, ledger, change)?;
        let announced = Announced::of(change, was.text, after);
        let mut carried = self.carried(ledger, change, &was, &meanwhile, after)?;
        meanwhile.keep_marks(&mut carried.regions, after);
        let mut facts = Vec::new();
        let origins = Origins::of(self, change, announced, after);
        let mut found = origins.attribute(&carried, change, after, &mut facts);
        for (taken, at) in self.taken(
            ledger,
            change,
            &was,
            announced,
            &carried,
            &meanwhile.removals,
        )? {
            let removal = new_fact_id();
            found.marks.push(Mark { at, removal });
            let origin = origins.first(&mut facts);
            facts.push(self.fact(removal, Statement::Removal(Removal { origin, ..taken })));
        }
        let text = Text::from(after);
        let spans = [carried.regions.spans, found.spans].concat();
        let marks = [carried.regions.marks, found.marks].concat();
        let regions = Regions::new(&text, spans, marks);
        let mut batch = Batch::default();
        self.keep_before(&mut batch, was);
        let bound = change.has_twin || count_tokens(after, TWIN_TOKENS) < TWIN_TOKENS;
        let fact = TextFact {
            blob: blob.clone(),
            path: change.path.to_owned(),
            bound,
            regions,
        };
        facts.push(self.fact(new_fact_id(), Statement::Text(fact)));
        batch.facts.extend(facts);
        Ok(batch)
    }

    /// The text before, with its regions; where there was no file, an empty one.
    fn was<'a>(&self, ledger: &Ledger, change: &Change<'a>) -> Result<Was<'a>, Fault> {
        let (path, text) = change
            .before
            .map_or(("", ""), |before| (before.path, before.text));
        let blob = git::blob_id(text.as_bytes(), git::object_format(self.place));
        let known = regions_of(ledger, self.place, path, &blob, text)?;
        Ok(Was {
            path,
            text,
            blob,
            regions: known.regions,
            from: known.from,
        })
    }

    /// What is known of the text before becomes a fact of its own, so that it
    /// is known again when the text is back.
    fn keep_before(&self, batch: &mut Batch, was: Was<'_>) {
        if was.text.is_empty() {
            return;
        }
        batch
            .snapshots
            .push((was.blob.clone(), was.text.to_owned()));
        if was.from != From::Facts {
            let path = was.path.to_owned();
            let fact = TextFact {
                blob: was.blob,
                path,
                bound: true,
                regions: was.regions,
            };
            batch
                .facts
                .push(self.fact(new_fact_id(), Statement::Text(fact)));
        }
    }

    /// The new text with the regions of all that it may have come from.
    fn carried(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
        was: &Was<'_>,
        meanwhile: &Meanwhile,
        after: &str,
    ) -> Result<Carried, Fault> {
        let journal = ledger.journal(&self.place.worktree, change.path)?;
        let typed = match &journal {
            Some(j) => regions_of(ledger, self.place, change.path, &j.blob, &j.text)?.regions,
            None => Regions::default(),
        };
        let mut sources = vec![Source::new(was.text, &was.regions)];
        sources.extend(journal.iter().map(|journal| Source {
            text: &journal.text,
            regions: &typed,
            only: Some(&journal.typed),
        }));
        sources.extend(meanwhile.texts.iter().map(Part::source));
        sources.extend(
            change
                .known
                .iter()
                .map(|known| Source::new(&known.text, &known.regions)),
        );
        let mut carried = carry(&sources, after);
        let removed = self.put_back(ledger, &was.regions, &carried, after)?;
        if !removed.is_empty() {
            sources.extend(removed.iter().map(Part::source));
            carried = carry(&sources, after);
        }
        if sources.len() > 1 {
            carried.regions = without_returned(ledger, carried.regions, after)?;
        }
        Ok(carried)
    }

    /// What an assistant took away from here earlier, and what may be back.
    fn put_back(
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
                let regions = regions_of(ledger, self.place, path, blob, &text)?.regions;
                parts.push(Part {
                    text,
                    regions,
                    only: removal.removed,
                });
            }
        }
        Ok(parts)
    }

    fn facts_of_deletion(&self, ledger: &Ledger, change: &Change<'_>) -> Result<Batch, Fault> {
        let mut batch = Batch::default();
        if change
            .before
            .is_none_or(|before| before.text.trim().is_empty())
        {
            return Ok(batch);
        }
        let was = self.was(ledger, change)?;
        let all = Gone {
            old: 0..was.text.len() as u32,
            at: 0,
        };
        let carried = Carried {
            gone: vec![all],
            ..Carried::default()
        };
        let taken = self.taken(ledger, change, &was, Announced::Nothing, &carried, &[])?;
        if !taken.is_empty() {
            let origin = self.fact(new_fact_id(), self.origin(Evidence::Reported));
            let removal = Removal {
                origin: origin.id,
                path: change.path.to_owned(),
                before: was.blob.clone(),
                lines: taken.iter().map(|(removal, _)| removal.lines).sum(),
                removed: taken
                    .into_iter()
                    .flat_map(|(removal, _)| removal.removed)
                    .collect(),
                occurrences: 1,
                whole_file: true,
            };
            batch.facts.push(origin);
            batch
                .facts
                .push(self.fact(new_fact_id(), Statement::Removal(removal)));
        }
        batch.snapshots.push((was.blob, was.text.to_owned()));
        Ok(batch)
    }
}

/// Whether this very text was known at its path before the call: then nothing
/// in it is new.
fn was_known(ledger: &Ledger, change: &Change<'_>, blob: &BlobId) -> Result<bool, Fault> {
    let Some(seen_at) = change.seen_at else {
        return Ok(false);
    };
    Ok(ledger
        .text_seq(change.path, blob)?
        .is_some_and(|known| known <= seen_at))
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

/// Parts of a text with their regions.
struct Part {
    text: String,
    regions: Regions,
    /// In bytes: sorted and disjoint.
    only: Vec<Range<u32>>,
}

impl Part {
    fn source(&self) -> Source<'_> {
        Source {
            text: &self.text,
            regions: &self.regions,
            only: Some(&self.only),
        }
    }
}

/// What other calls told of the same file between this one's beginning and end.
#[derive(Default)]
struct Meanwhile {
    /// Texts, of which only what is more than suspected counts.
    texts: Vec<Part>,
    removals: Vec<(RemovalId, Removal)>,
}

impl Meanwhile {
    fn of(call: &Call<'_>, ledger: &Ledger, change: &Change<'_>) -> Result<Self, Fault> {
        let mut meanwhile = Meanwhile::default();
        let Some(seen_at) = change.seen_at else {
            return Ok(meanwhile);
        };
        for blob in ledger
            .blobs_since(change.path, seen_at)?
            .into_iter()
            .take(MEANWHILE)
        {
            let Some(text) = ledger.snapshot(&blob)? else {
                continue;
            };
            let regions = regions_of(ledger, call.place, change.path, &blob, &text)?.regions;
            let ids: Vec<_> = regions.spans.iter().map(|span| span.origin).collect();
            let origins = ledger.origins(&ids)?;
            let sure = |evidence| evidence != Evidence::Suspected;
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
        if !meanwhile.texts.is_empty() {
            meanwhile.removals = ledger.removals_since(change.path, seen_at)?;
        }
        Ok(meanwhile)
    }

    /// Takes over the marks that others have set.
    fn keep_marks(&self, regions: &mut Regions, after: &str) {
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
