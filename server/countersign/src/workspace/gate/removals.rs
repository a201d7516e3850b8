//! Which removals are of the change: a base has the text, and the head has not.

use std::collections::{HashMap, HashSet};

use countersign_ledger::git::TreeEntry;
use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::removal::came_back;
use countersign_provenance::{BlobId, Regions, Removal, RemovalId};

use super::changes::{ChangedFile, Changes, Texts};
use crate::workspace::Fault;
use crate::workspace::recognise::holds;

/// What the removals of changed files are looked for in.
pub(super) struct Before<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) place: &'a Place,
    pub(super) changes: &'a Changes,
    pub(super) texts: &'a Texts,
}

impl Before<'_> {
    /// Leaves out the marks of what was missing in a base already, and of what stands in the head again.
    pub(super) fn keep_new(
        &self,
        file: &ChangedFile,
        text: &str,
        regions: &mut Regions,
    ) -> Result<(), Fault> {
        let ids: Vec<RemovalId> = regions.marks.iter().map(|mark| mark.removal).collect();
        let removals = match ids.is_empty() {
            true => HashMap::new(),
            false => self.ledger.removals(&ids)?,
        };
        let mut new = HashSet::new();
        for (id, removal) in &removals {
            if self.is_new(file, text, *id, removal)? {
                new.insert(*id);
            }
        }
        // One of which the fact did not arrive is not shown either.
        regions.marks.retain(|mark| new.contains(&mark.removal));
        Ok(())
    }

    fn is_new(
        &self,
        file: &ChangedFile,
        text: &str,
        id: RemovalId,
        removal: &Removal,
    ) -> Result<bool, Fault> {
        let before = self.text(&removal.before)?;
        if let Some(before) = &before
            && came_back(before, &removal.removed, removal.occurrences, text)
        {
            return Ok(false);
        }
        for index in 0..file.olds.len() {
            let old = file.olds[index].as_ref();
            let candidates = self.candidates(index, old, removal);
            let had = self.had(id, removal, before.as_deref(), candidates)?;
            let had_alike = || {
                let before = before.as_deref();
                before.is_some_and(|before| self.had_alike(index, old, before, removal))
            };
            if !had && !had_alike() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Where a base may have the text: in the file itself, and in the one from which it was taken.
    fn candidates<'b>(
        &'b self,
        index: usize,
        old: Option<&'b TreeEntry>,
        removal: &'b Removal,
    ) -> impl Iterator<Item = &'b TreeEntry> {
        let olds = self.changes.olds[index].iter();
        let source = olds.filter(move |old| old.path == removal.path);
        old.into_iter().chain(source)
    }

    /// Whether one of these has what was taken away. Where the text before is not known, it has unless it is known to
    /// lack it.
    fn had<'b>(
        &self,
        id: RemovalId,
        removal: &Removal,
        before: Option<&str>,
        olds: impl Iterator<Item = &'b TreeEntry>,
    ) -> Result<bool, Fault> {
        for old in olds {
            let has = match (before, self.texts.get(&old.blob)) {
                (_, None) => false,
                _ if old.blob == removal.before => true,
                (Some(before), Some(text)) => {
                    came_back(before, &removal.removed, removal.occurrences, text)
                }
                (None, Some(_)) => !self.lacked(id, old)?,
            };
            if has {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a base has most of it in a file that does not have it in the head: the branch moved or edited it before
    /// it was taken away.
    fn had_alike(
        &self,
        index: usize,
        own: Option<&TreeEntry>,
        before: &str,
        removal: &Removal,
    ) -> bool {
        let parts = removal.removed.iter();
        let parts = parts.filter_map(|part| before.get(part.start as usize..part.end as usize));
        let removed = parts.collect::<Vec<_>>().join("\n");
        let longest = removed.lines().map(str::trim).max_by_key(|line| line.len());
        let Some(longest) = longest.filter(|line| !line.is_empty()) else {
            return false;
        };
        let has = |blob: &BlobId| {
            let text = self.texts.get(blob);
            text.is_some_and(|text| holds(text, &removed))
        };
        let may_have = |old: &TreeEntry| {
            let text = self.texts.get(&old.blob);
            Some(old) == own || text.is_some_and(|text| text.contains(longest))
        };
        let mut olds = self.changes.olds[index].iter();
        olds.any(|old| {
            let now = self.changes.file(&old.path);
            may_have(old) && has(&old.blob) && !now.is_some_and(|now| has(&now.blob))
        })
    }

    /// Whether the facts about a base's text say that this was taken from it.
    fn lacked(&self, id: RemovalId, old: &TreeEntry) -> Result<bool, Fault> {
        let facts = self.ledger.texts(&old.blob, &old.path)?;
        let mut marks = facts.iter().flat_map(|fact| &fact.regions.marks);
        Ok(marks.any(|mark| mark.removal == id))
    }

    fn text(&self, blob: &BlobId) -> Result<Option<String>, Fault> {
        if let Some(text) = self.texts.get(blob) {
            return Ok(Some(text.to_owned()));
        }
        if let Some(text) = self.ledger.snapshot(blob)? {
            return Ok(Some(text));
        }
        let bytes = git::read_blobs(self.place, std::slice::from_ref(blob))?.pop();
        let text = bytes.flatten().map(git::text_of);
        Ok(text.and_then(Result::ok))
    }
}
