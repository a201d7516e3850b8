//! The ledgers of the buffers' repositories, and what buffers add to them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::PathBuf;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Instant;

use countersign_ledger::git::LineEnds;
use countersign_ledger::{Batch, Durability, Head, Ledger, Place, Save, new_fact_id};
use countersign_provenance::carry::{Source, carry};
use countersign_provenance::{Fact, Statement, Text, TextFact};

use super::Session;
use super::buffer::Buffer;
use super::form::stored_as;
use crate::workspace::file::Disk;
use crate::workspace::known::{is_mark, is_short};
use crate::workspace::mark::{in_head, told_elsewhere};
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
        self.record_with(repository, Batch::default())
    }

    /// Tells an agent that is at work of a save: what went by that, it did not take away. `before` is what stood there.
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
        let (before, after) = (as_stored(before)?, as_stored(self.document.text())?);
        let (Some(before), Some(after)) = (before.snapshot(), after.snapshot()) else {
            return Ok(());
        };
        let save = Save {
            before: before.0.clone(),
            after: after.0.clone(),
        };
        if save.before == save.after {
            return Ok(());
        }
        let snapshots = Batch {
            snapshots: vec![before, after],
            ..Batch::default()
        };
        ledger.append(&snapshots, Durability::Recoverable)?;
        Ok(ledger.put_save(&self.place.worktree, &self.path, &save)?)
    }

    /// What a person marked in a buffer holds for what stands on the disk and in HEAD, too.
    pub(super) fn told_elsewhere(
        &self,
        repository: &mut Repository,
        told: &[Fact],
    ) -> Result<Batch, Fault> {
        let now = self.document.text().to_string();
        let on_disk = stored_as(&self.place, &self.path, &self.anchor.to_string())?.snapshot();
        let on_disk = on_disk.map(|(blob, text)| (text, blob));
        let others = [on_disk, in_head(&self.place, &self.path)];
        told_elsewhere(
            repository.writable()?,
            (&self.place, &self.path),
            told,
            Source::new(&now, self.document.regions()),
            others.into_iter().flatten(),
        )
    }

    /// Makes facts of the buffer's regions, and of what came out with them.
    pub(super) fn record_with(
        &mut self,
        repository: &mut Repository,
        mut batch: Batch,
    ) -> Result<(), Fault> {
        let facts = &mut batch.facts;
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
        batch.heads.push(Head {
            worktree: self.place.worktree.clone(),
            path: self.path.clone(),
            blob: Some(fact.blob.clone()),
            mtime_ns: self.disk.0,
            size: self.disk.1,
        });
        batch.snapshots.push((fact.blob, text));
        append(repository, batch)
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
    text: Arc<String>,
) -> Result<(), Fault> {
    let snapshots = vec![(fact.blob.clone(), text)];
    facts.push(text_fact(fact));
    let batch = Batch {
        facts,
        snapshots,
        ..Batch::default()
    };
    append(repository, batch)
}

/// Adds facts that can be seen again. What the ledger knows of a text already
/// is not said twice.
fn append(repository: &mut Repository, mut batch: Batch) -> Result<(), Fault> {
    let Some(ledger) = &mut repository.ledger else {
        return Ok(());
    };
    let mut news = Vec::new();
    for fact in batch.facts {
        if let Statement::Text(new) = &fact.statement {
            let mut known = ledger.texts(&new.blob, &new.path)?.into_iter();
            if known.any(|known| known.path == new.path && known.regions == new.regions) {
                continue;
            }
        }
        news.push(fact);
    }
    batch.facts = news;
    // A mark is what a person said; the rest can be seen again.
    let durability = match batch.facts.iter().any(is_mark) {
        true => Durability::Durable,
        false => Durability::Recoverable,
    };
    ledger.append(&batch, durability)?;
    Ok(())
}
