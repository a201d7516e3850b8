//! The facts about one changed file.

use std::borrow::Cow;
use std::sync::Arc;

use countersign_ledger::{Batch, Ledger, git, new_fact_id};
use countersign_provenance::carry::{Carried, Source, carry};
use countersign_provenance::removal::Tolerance;
use countersign_provenance::{
    BlobId, Evidence, Mark, Regions, Removal, Statement, TextFact, count_tokens, fingerprints,
    whole_words,
};

use super::beside::Beside;
use super::origins::Origins;
use super::sources::{Meanwhile, Part};
use super::{Call, Offered, Since};
use crate::workspace::Fault;
use crate::workspace::file::Disk;
use crate::workspace::known::{From, Known, regions_in, union, without_returned};
use crate::workspace::returned::{Here, ended_by};

/// A text below this many tokens does not speak for its twins.
const TWIN_TOKENS: usize = 24;

/// A changed file, ready to be judged.
#[derive(Clone)]
pub(in crate::workspace) struct Change<'a> {
    /// Relative to the work tree.
    pub(in crate::workspace) path: &'a str,
    /// The text before; `None` where there was no file.
    pub(in crate::workspace) before: Option<Before<'a>>,
    /// Other texts that the agent may have taken it from.
    pub(in crate::workspace) known: &'a [KnownText],
    /// The texts before and after changes on other branches that git may have brought.
    pub(in crate::workspace) made_beside: &'a [(String, String)],
    /// What now stands there.
    pub(in crate::workspace) after: &'a Disk,
    /// What was announced.
    pub(in crate::workspace) offered: &'a Offered,
    /// What the ledger held when the text before was seen; `None` where it was not.
    pub(in crate::workspace) since: Option<Since>,
    /// The very same text stands elsewhere, and not by this call.
    pub(in crate::workspace) has_twin: bool,
    /// What else the same call changed.
    pub(in crate::workspace) beside: Beside<'a>,
}

/// A text before a change.
#[derive(Debug, Clone, Copy)]
pub(in crate::workspace) struct Before<'a> {
    /// Where it stood: another path where the file was moved.
    pub(in crate::workspace) path: &'a str,
    /// As git stores it.
    pub(in crate::workspace) text: &'a str,
    /// The text's name, where somebody knows it.
    pub(in crate::workspace) blob: Option<&'a BlobId>,
    /// What is known of it, where that was asked already.
    pub(in crate::workspace) known: Option<&'a Known>,
}

/// A text that was there before the call.
#[derive(Debug, Clone, Default)]
pub(in crate::workspace) struct KnownText {
    pub(in crate::workspace) text: String,
    pub(in crate::workspace) regions: Regions,
}

impl KnownText {
    /// A text of which nothing is known yet.
    pub(super) fn unknown(text: String) -> Self {
        let regions = Regions::default();
        KnownText { text, regions }
    }
}

impl Change<'_> {
    /// Where the text before stood at this very path.
    fn stayed(&self) -> bool {
        self.before.is_none_or(|before| before.path == self.path)
    }
}

/// A text before, with what is known of it.
pub(in crate::workspace) struct Was<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    pub(super) blob: BlobId,
    pub(in crate::workspace) known: Known,
}

/// Whether a change is what its call announced, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announced {
    /// It is.
    Exactly,
    /// A command announces nothing.
    Nothing,
    /// Nor was it told when it began: what it found is a guess.
    Unseen,
    /// Somebody else wrote into the file as well: a person, another call, a formatter.
    Otherwise,
}

impl Announced {
    pub(super) fn of(change: &Change<'_>, before: &str, after: &str) -> Self {
        match change.offered {
            Offered::Unknown if change.since.is_none() => Announced::Unseen,
            Offered::Unknown => Announced::Nothing,
            offered if offered.explains(before, after) => Announced::Exactly,
            _ => Announced::Otherwise,
        }
    }

    /// How it is known that what is gone went by this call.
    pub(super) fn evidence(self) -> Evidence {
        match self {
            Announced::Unseen => Evidence::Suspected,
            Announced::Exactly | Announced::Nothing | Announced::Otherwise => Evidence::Reported,
        }
    }

    /// What may come and go without being text.
    pub(super) fn tolerance(self) -> Tolerance {
        match self {
            Announced::Exactly => Tolerance::Edit,
            Announced::Nothing | Announced::Unseen | Announced::Otherwise => Tolerance::Formatter,
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
            Disk::Text { text, blob, .. } => match self.deleted_before(ledger, change)? {
                Some(deleted) => {
                    let change = deleted.changed(change);
                    let mut batch = self.facts_of_text(ledger, &change, text, blob)?;
                    let returned = Statement::Returned(deleted.removal);
                    batch.facts.push(self.fact(new_fact_id(), returned));
                    batch
                }
                None => self.facts_of_text(ledger, change, text, blob)?,
            },
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
        let mut carried = self.carried(ledger, change, &was, (&meanwhile, announced), after)?;
        change.beside.moved_here(after, &mut carried);
        let mut moves = self.moved_here(ledger, change, after, blob, &mut carried)?;
        change.beside.moved_away(was.text, &mut carried.gone);
        moves.extend(self.moved_away(ledger, change, &was, &mut carried.gone)?);
        meanwhile.keep_marks(&mut carried.regions, after);
        self.keep_marks_beside(ledger, change, &was, after, &mut carried.regions)?;
        let moves = moves.into_iter();
        let mut facts: Vec<_> = moves.map(|it| self.fact(new_fact_id(), it)).collect();
        let origins = Origins::of(self, change, announced, was.text, after);
        let mut found = origins.attribute(&carried, change, after, &mut facts);
        let weakly = meanwhile.told_weakly(&carried, &was.known.regions);
        let late = origins.better(&weakly, (was.text, after)).into_iter();
        let late = late.chain(meanwhile.told_late(change.path, after, &found));
        facts.extend(late.map(|it| self.fact(new_fact_id(), it)));
        for (taken, at) in self.taken(
            ledger,
            change,
            (&was, after),
            announced,
            &carried,
            &meanwhile.removals,
        )? {
            let removal = new_fact_id();
            found.marks.push(Mark { at, removal });
            let origin = origins.first(&mut facts);
            facts.push(self.fact(removal, Statement::Removal(Removal { origin, ..taken })));
        }
        let spans = [carried.regions.spans, found.spans].concat();
        let marks = [carried.regions.marks, found.marks].concat();
        let regions = Regions::new(after, spans, marks);
        let mut batch = Batch::default();
        self.keep_before(ledger, &mut batch, was)?;
        let mut paths = ledger.paths_of_blob(blob)?.into_iter();
        let bound = change.has_twin
            || count_tokens(after, TWIN_TOKENS) < TWIN_TOKENS
            || paths.any(|path| path != change.path);
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
    pub(in crate::workspace) fn was<'a>(
        &self,
        ledger: &Ledger,
        change: &Change<'a>,
    ) -> Result<Was<'a>, Fault> {
        let (path, text) = change
            .before
            .map_or(("", ""), |before| (before.path, before.text));
        let named = || git::blob_id(text.as_bytes(), git::object_format(self.place));
        let blob = change.before.and_then(|before| before.blob.cloned());
        let blob = blob.unwrap_or_else(named);
        let known = match change.before.and_then(|before| before.known) {
            Some(known) => known.clone(),
            None => regions_in(&self.world, ledger, path, &blob, text)?,
        };
        Ok(Was {
            path,
            text,
            blob,
            known,
        })
    }

    /// What is known of the text before a change that only brought what git knew, where some of it went to other files.
    pub(in crate::workspace) fn facts_of_source(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
    ) -> Result<Batch, Fault> {
        let mut batch = Batch::default();
        if change.beside.is_source() {
            self.keep_before(ledger, &mut batch, self.was(ledger, change)?)?;
        }
        Ok(batch)
    }

    /// What is known of the text before becomes a fact of its own, so that it
    /// is known again when the text is back.
    pub(super) fn keep_before(
        &self,
        ledger: &Ledger,
        batch: &mut Batch,
        was: Was<'_>,
    ) -> Result<(), Fault> {
        if was.text.is_empty() {
            return Ok(());
        }
        if !ledger.has_snapshot(&was.blob)? {
            batch
                .snapshots
                .push((was.blob.clone(), Arc::new(was.text.to_owned())));
        }
        let here = Here::of_work_tree(was.path);
        batch
            .facts
            .extend(ended_by(&self.world, ledger, &here, &was.known)?);
        if was.known.from != From::Facts {
            let path = was.path.to_owned();
            let fact = TextFact {
                blob: was.blob,
                path,
                bound: true,
                regions: was.known.regions,
            };
            batch
                .facts
                .push(self.fact(new_fact_id(), Statement::Text(fact)));
        }
        Ok(())
    }

    /// The new text with the regions of all that it may have come from.
    fn carried(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
        was: &Was<'_>,
        (meanwhile, announced): (&Meanwhile, Announced),
        after: &str,
    ) -> Result<Carried, Fault> {
        // Where all that is new was announced, nobody has typed it.
        let journal = match announced {
            Announced::Exactly => None,
            _ => ledger.journal(&self.place.worktree, change.path)?,
        };
        let typed = match &journal {
            Some(j) => regions_in(&self.world, ledger, change.path, &j.blob, &j.text)?.regions,
            None => Regions::default(),
        };
        // Of a word that somebody changed some characters may be older, but the word is theirs.
        let words = journal
            .as_ref()
            .map(|journal| whole_words(&journal.text, &journal.typed));
        let mut sources = vec![Source::new(was.text, &was.known.regions)];
        sources.extend(journal.iter().map(|journal| Source {
            text: &journal.text,
            regions: &typed,
            only: words.as_deref(),
        }));
        sources.extend(meanwhile.texts.iter().map(Part::source));
        let mut carried = carry(&sources, after);
        for known in change.known {
            if carried.fresh.is_empty() {
                break;
            }
            let regions = self.regions_known(ledger, change.path, known, &carried, after)?;
            carried.take(after, &Source::new(&known.text, &regions));
        }
        let removed = self.put_back(ledger, &was.known.regions, &carried, after)?;
        for part in &removed {
            carried.take(after, &part.source());
        }
        if sources.len() + change.known.len() + removed.len() > 1 {
            carried.regions = without_returned(ledger, carried.regions, after)?;
        }
        Ok(carried)
    }

    /// What is known of a text that git had at a path: an assistant's text that git knew is an assistant's still. No
    /// more is asked where nothing in it is like what is new.
    fn regions_known<'a>(
        &self,
        ledger: &Ledger,
        path: &str,
        known: &'a KnownText,
        carried: &Carried,
        after: &str,
    ) -> Result<Cow<'a, Regions>, Fault> {
        if !known.regions.is_empty() {
            return Ok(Cow::Borrowed(&known.regions));
        }
        let blob = git::blob_id(known.text.as_bytes(), git::object_format(self.place));
        let facts = ledger.texts(&blob, path)?;
        if !facts.is_empty() {
            return Ok(Cow::Owned(union(ledger, &known.text, &facts)?));
        }
        let hashes = fingerprints(after, &carried.fresh);
        if ledger.facts_sharing(&hashes, 1)?.is_empty() {
            return Ok(Cow::Borrowed(&known.regions));
        }
        let regions = regions_in(&self.world, ledger, path, &blob, &known.text)?.regions;
        Ok(Cow::Owned(regions))
    }
}

/// Whether this very text was known at its path before the call: then nothing
/// in it is new.
fn was_known(ledger: &Ledger, change: &Change<'_>, blob: &BlobId) -> Result<bool, Fault> {
    let Some(since) = change.since else {
        return Ok(false);
    };
    Ok(ledger
        .text_seq(change.path, blob)?
        .is_some_and(|known| known <= since.seq))
}
