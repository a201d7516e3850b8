//! The ledgers of the buffers' repositories, and what buffers add to them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::PathBuf;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Instant;

use countersign_ledger::git::LineEnds;
use countersign_ledger::{Batch, Durability, Head, Ledger, Place, Save, new_fact_id};
use countersign_provenance::carry::{Source, carry};
use countersign_provenance::{BlobId, Fact, Regions, Statement, Text, TextFact};

use super::Session;
use super::buffer::Buffer;
use super::form::stored_as;
use crate::workspace::file::Disk;
use crate::workspace::known::{is_mark, is_short};
use crate::workspace::mark::{in_head, told_of};
use crate::workspace::seen::is_agent_at_work;
use crate::workspace::{Fault, clock};

/// A repository that buffers belong to.
pub(super) struct Repository {
    pub(super) place: Place,
    pub(super) ledger: Option<Ledger>,
    /// The newest fact taken in.
    pub(super) seq: i64,
    /// The ledger is there and could not be read.
    pub(super) is_awaited: bool,
    /// When the file of the ledger was first seen to be another one, or none.
    pub(super) gone_since: Option<Instant>,
}

impl Repository {
    pub(super) fn writable(&mut self) -> Result<&mut Ledger, Fault> {
        if self.ledger.is_none() {
            self.ledger = Some(Ledger::open(&self.place)?);
        }
        self.ledger
            .as_mut()
            .ok_or_else(|| Fault::Usage("there is no ledger".into()))
    }
}

impl Session {
    /// The folders of the ledgers that buffers belong to.
    pub(crate) fn folders(&self) -> Vec<PathBuf> {
        self.lock()
            .values()
            .map(|repository| repository.place.dir.clone())
            .collect()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<PathBuf, Repository>> {
        self.repositories
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A ledger cannot be read now: all of it will be news.
    pub(super) fn await_ledger(&self, place: &Place) {
        let repository = Repository {
            place: place.clone(),
            ledger: None,
            seq: 0,
            is_awaited: true,
            gone_since: None,
        };
        self.lock().entry(place.dir.clone()).or_insert(repository);
    }

    pub(super) fn with<T>(
        &self,
        place: &Place,
        use_it: impl FnOnce(&mut Repository) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut repositories = self.lock();
        let repository = match repositories.entry(place.dir.clone()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let ledger = Ledger::open_existing(place)?;
                let seq = ledger.as_ref().map_or(Ok(0), Ledger::last_seq)?;
                entry.insert(Repository {
                    place: place.clone(),
                    ledger,
                    seq,
                    is_awaited: false,
                    gone_since: None,
                })
            }
        };
        if repository.is_awaited {
            repository.ledger = Ledger::open_existing(place)?;
            repository.is_awaited = false;
        }
        use_it(repository)
    }
}

impl Buffer {
    pub(super) fn record(&mut self, repository: &mut Repository) -> Result<(), Fault> {
        self.record_with(repository, Vec::new())
    }

    /// Tells an agent that is at work what went by a save: it did not take that away. `before` is what stood there.
    pub(super) fn record_save(
        &self,
        repository: &mut Repository,
        before: &Text,
    ) -> Result<(), Fault> {
        // The agent may have made it just now.
        if repository.ledger.is_none() {
            repository.ledger = Ledger::open_existing(&repository.place)?;
        }
        let Some(ledger) = &mut repository.ledger else {
            return Ok(());
        };
        if !is_agent_at_work(ledger)? {
            return Ok(());
        }
        let as_stored = |text: &Text| stored_as(&self.place, &self.path, &text.to_string());
        let (Disk::Text { text, blob, .. }, Disk::Text { text: after, .. }) =
            (as_stored(before)?, as_stored(self.document.text())?)
        else {
            return Ok(());
        };
        let gone = carry(&[Source::new(&text, &Regions::default())], &after).gone;
        if gone.is_empty() {
            return Ok(());
        }
        let snapshots = Batch {
            snapshots: vec![(blob.clone(), text)],
            ..Batch::default()
        };
        ledger.append(&snapshots, Durability::Recoverable)?;
        let save = Save {
            before: blob,
            gone: gone.into_iter().map(|gone| gone.old).collect(),
        };
        Ok(ledger.put_save(&self.place.worktree, &self.path, &save)?)
    }

    /// What a person marked in a buffer holds for what stands on the disk and in HEAD, too.
    pub(super) fn record_elsewhere(
        &self,
        repository: &mut Repository,
        told: &[Fact],
    ) -> Result<(), Fault> {
        let now = self.document.text().to_string();
        let on_disk = stored_as(&self.place, &self.path, &self.anchor.to_string())?;
        let on_disk = match on_disk {
            Disk::Text { text, blob, .. } => Some((text, blob)),
            Disk::Absent | Disk::NotText(_) => None,
        };
        let others = [on_disk, in_head(&self.place, &self.path)];
        for (text, blob) in others.into_iter().flatten() {
            let ledger = repository.writable()?;
            let marked = (now.as_str(), self.document.regions());
            let named = (&self.place, self.path.as_str());
            if let Some(fact) = told_of(ledger, named, told, marked, (&text, &blob))? {
                record(repository, fact, Vec::new(), &text)?;
            }
        }
        Ok(())
    }

    /// Makes facts of the buffer's regions.
    pub(super) fn record_with(
        &mut self,
        repository: &mut Repository,
        mut facts: Vec<Fact>,
    ) -> Result<(), Fault> {
        let buffer = self.document.text().to_string();
        let Disk::Text {
            text,
            blob,
            line_ends,
            ..
        } = stored_as(&self.place, &self.path, &buffer)?
        else {
            return Ok(());
        };
        let regions = match line_ends {
            LineEnds::AsIs => self.document.regions().clone(),
            LineEnds::Converted => {
                carry(&[Source::new(&buffer, self.document.regions())], &text).regions
            }
        };
        let known = match &repository.ledger {
            Some(ledger) => !ledger.blobs_of_path(&self.path, 1)?.is_empty(),
            None => false,
        };
        if regions.is_empty() && !known && facts.is_empty() {
            return Ok(());
        }
        let fact = TextFact {
            blob,
            path: self.path.clone(),
            bound: is_short(&text),
            regions,
        };
        if !facts.is_empty() {
            repository.writable()?;
        }
        let text_fact = Fact {
            // So that what a person marked is found again, with its path.
            by: facts
                .first()
                .map(|fact| fact.by.clone())
                .unwrap_or_default(),
            at: facts.first().map_or_else(clock::now, |fact| fact.at),
            ..text_fact(fact.clone())
        };
        facts.push(text_fact);
        let head = Head {
            worktree: self.place.worktree.clone(),
            path: self.path.clone(),
            blob: Some(fact.blob.clone()),
            mtime_ns: self.disk.0,
            size: self.disk.1,
        };
        append(repository, facts, &fact.blob, &text, Some(head))
    }
}

fn text_fact(fact: TextFact) -> Fact {
    let at = clock::now();
    Fact {
        id: new_fact_id(),
        at,
        by: String::new(),
        statement: Statement::Text(fact),
    }
}

/// Adds what is known of a text, and what else came out with it.
pub(super) fn record(
    repository: &mut Repository,
    fact: TextFact,
    mut facts: Vec<Fact>,
    text: &str,
) -> Result<(), Fault> {
    let blob = fact.blob.clone();
    facts.push(text_fact(fact));
    append(repository, facts, &blob, text, None)
}

/// Adds facts that can be seen again. What the ledger knows of the text already
/// is not said twice.
fn append(
    repository: &mut Repository,
    mut facts: Vec<Fact>,
    blob: &BlobId,
    text: &str,
    head: Option<Head>,
) -> Result<(), Fault> {
    let Some(ledger) = &mut repository.ledger else {
        return Ok(());
    };
    let mut said = None;
    for fact in &facts {
        if let Statement::Text(new) = &fact.statement {
            let known = ledger.texts(blob, &new.path)?;
            if known
                .iter()
                .any(|known| known.path == new.path && known.regions == new.regions)
            {
                said = Some(fact.id);
            }
        }
    }
    facts.retain(|fact| Some(fact.id) != said);
    let batch = Batch {
        facts,
        snapshots: vec![(blob.clone(), Arc::new(text.to_owned()))],
        heads: head.into_iter().collect(),
        ..Batch::default()
    };
    // A mark is what a person said; the rest can be seen again.
    let durability = match batch.facts.iter().any(is_mark) {
        true => Durability::Durable,
        false => Durability::Recoverable,
    };
    ledger.append(&batch, durability)?;
    Ok(())
}
