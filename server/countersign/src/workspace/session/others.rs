//! Taking in what other processes have added to the ledgers.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_ledger::{Ledger, Place};
use countersign_provenance::carry::{Source, carry};
use countersign_provenance::{BlobId, Regions};

use super::Session;
use super::buffer::{Awaited, Buffer, authored};
use super::form::stored_as;
use super::record::Repository;
use crate::workspace::Fault;
use crate::workspace::file::Disk;
use crate::workspace::known::{knowledge_of, regions_of, without_returned};

/// For so long a ledger has to be gone before it is written again: whoever deletes the whole repository is done then.
const SETTLED: Duration = Duration::from_millis(400);
/// How many of the newest texts of a path are looked at when others told of it.
const JOINED: u32 = 16;

/// What others told of a buffer's file.
enum News {
    /// Of the very text that the buffer has.
    Itself(String, Regions),
    /// Of other texts.
    Others(Vec<Awaited>),
}

/// What came of taking in.
#[derive(Debug, Default)]
pub(crate) struct TakenIn {
    /// Others have added something.
    pub(crate) is_anything_new: bool,
    /// What became of ledgers whose file was taken away.
    pub(crate) lost: Vec<Lost>,
}

/// The file of a ledger was deleted, or another one has its name.
#[derive(Debug)]
pub(crate) enum Lost {
    /// So many facts that stood in the old file were written into the one that has its name now.
    WrittenAgain { dir: PathBuf, facts: usize },
    /// That was not possible.
    Still(Fault),
}

impl Repository {
    /// Goes on with the ledger that there is now.
    fn renew(&mut self) -> Option<Lost> {
        let Some(ledger) = &mut self.ledger else {
            // Made by now: all of it is new to us.
            self.seq = 0;
            self.ledger = Ledger::open_known(&self.place).ok().flatten();
            self.is_awaited &= self.ledger.is_none();
            return None;
        };
        if ledger.is_current() {
            self.gone_since = None;
        } else if self.gone_since.get_or_insert_with(Instant::now).elapsed() < SETTLED {
            return None;
        }
        let facts = match ledger.renew() {
            Ok(facts) => facts?,
            Err(error) => return Some(Lost::Still(error.into())),
        };
        self.seq = 0;
        let dir = self.place.dir.clone();
        (facts > 0).then_some(Lost::WrittenAgain { dir, facts })
    }
}

impl Session {
    /// Takes in what other processes have added to the ledgers.
    pub(crate) fn take_in(&self) -> TakenIn {
        let (mut touched, mut readable) = (Vec::new(), Vec::new());
        let mut lost = Vec::new();
        for repository in self.lock().values_mut() {
            lost.extend(repository.renew());
            if !repository.is_awaited {
                readable.push(repository.place.dir.clone());
            }
            let Some(ledger) = &mut repository.ledger else {
                continue;
            };
            let _spooled = ledger.take_in_spool();
            if let Ok(since) = ledger.paths_since(repository.seq)
                && since.seq > repository.seq
            {
                repository.seq = since.seq;
                touched.push((repository.place.dir.clone(), since));
            }
        }
        let taken_in = TakenIn {
            is_anything_new: !touched.is_empty(),
            lost,
        };
        for mut buffer in self.buffers.iter_mut() {
            if buffer.waits_for_ledger && readable.contains(&buffer.place.dir) {
                buffer.waits_for_ledger = false;
                buffer.touch();
            }
        }
        for (dir, since) in touched {
            for mut buffer in self.buffers.iter_mut().filter(|b| b.place.dir == dir) {
                if since.paths.contains(&buffer.path) {
                    self.rejoin(&mut buffer, &since.blobs);
                } else if since.acts {
                    self.learn(&mut buffer);
                }
            }
        }
        taken_in
    }

    /// Takes in texts of a buffer's path that have become known, whichever came
    /// first: the editor's reload or the agent's report. A text of which facts
    /// speak is what they say, and no other text knows it better; of a buffer
    /// that was not saved since, the last text of the file does as far as it goes.
    fn rejoin(&self, buffer: &mut Buffer, new: &BTreeSet<BlobId>) {
        let (place, path) = (buffer.place.clone(), buffer.path.clone());
        let (now, last) = (
            buffer.document.text().to_string(),
            buffer.anchor.to_string(),
        );
        let news = self.with(&place, |repository| {
            let Some(ledger) = &repository.ledger else {
                return Ok(News::Others(Vec::new()));
            };
            if let Some((text, regions)) = told(ledger, &place, &path, &now)? {
                return Ok(News::Itself(text, regions));
            }
            let base = told(ledger, &place, &path, &last)?;
            let mut awaited = Vec::new();
            for blob in ledger.blobs_of_path(&path, JOINED)?.iter().rev() {
                if let Some(text) = ledger.snapshot(blob)?.filter(|_| new.contains(blob)) {
                    let regions = regions_of(ledger, &place, &path, blob, &text)?.regions;
                    let (base, text) = (base.clone(), (text, regions));
                    awaited.push(Awaited { base, text });
                }
            }
            Ok(News::Others(awaited))
        });
        let before = buffer.document.regions().clone();
        match news.unwrap_or_else(|_| News::Others(Vec::new())) {
            News::Itself(text, regions) => {
                buffer.awaited.clear();
                let known = Source::new(&text, &regions);
                match now == last {
                    // Whatever the editor says of how it came to this text.
                    true => buffer.document.set_regions(carry(&[known], &now).regions),
                    false => buffer.document.join(known),
                }
            }
            News::Others(awaited) => {
                let telling = |it: &Awaited| !it.text.1.is_empty();
                buffer.awaited.extend(awaited.into_iter().filter(telling));
                let over = buffer.awaited.len().saturating_sub(JOINED as usize);
                buffer.awaited.drain(..over);
                buffer.join_awaited();
            }
        }
        self.learn(buffer);
        if *buffer.document.regions() != before {
            // What was recorded of this text said too little.
            let _recorded = self.with(&place, |repository| buffer.record(repository));
        }
    }

    /// Gives what a person brought into a buffer from what others made of its file its regions.
    pub(super) fn take_awaited(&self, buffer: &mut Buffer) {
        if buffer.join_awaited() {
            self.learn(buffer);
        }
    }

    /// Reads anew what is known about a buffer's regions.
    pub(super) fn learn(&self, buffer: &mut Buffer) {
        let place = buffer.place.clone();
        let text = buffer.document.text().to_string();
        let learnt = self.with(&place, |repository| {
            let Some(ledger) = &repository.ledger else {
                return Ok(None);
            };
            let regions = without_returned(ledger, buffer.document.regions().clone(), &text)?;
            let knowledge = knowledge_of(ledger, [&regions])?;
            let regions = knowledge.standing(buffer.document.text(), regions);
            Ok(Some((regions, knowledge)))
        });
        if let Ok(Some((regions, knowledge))) = learnt {
            buffer.document.set_regions(regions);
            buffer.knowledge = knowledge;
            let text = buffer.document.text().to_string();
            buffer.authored = authored(&place, &buffer.path, &text, buffer.document.regions());
            buffer.first_units();
            buffer.touch();
        }
    }
}

/// A text as git stores it, with its regions, if facts speak of it.
fn told(
    ledger: &Ledger,
    place: &Place,
    path: &str,
    text: &str,
) -> Result<Option<(String, Regions)>, Fault> {
    let Disk::Text { text, blob, .. } = stored_as(place, path, text)? else {
        return Ok(None);
    };
    if ledger.texts(&blob, path)?.is_empty() {
        return Ok(None);
    }
    let regions = regions_of(ledger, place, path, &blob, &text)?.regions;
    Ok(Some((Arc::unwrap_or_clone(text), regions)))
}
