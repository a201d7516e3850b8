//! An editor's open buffers: their text, regions and units, kept in step.

mod acts;
mod buffer;
mod form;
mod newcomers;
mod others;
mod parse;
mod places;
mod record;

use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use countersign_ledger::git::{self, LineEnds};
use countersign_ledger::{Batch, Journal, Place, locate};
use countersign_provenance::carry::{Source, carry};
use countersign_provenance::document::{Document, Hand};
use countersign_provenance::review::Knowledge;
use countersign_provenance::{Encoding, Regions, Text, TextFact};
use countersign_syntax::Language;
use dashmap::DashMap;

use super::Fault;
use super::deleted::deleted;
use super::file::{Disk, read};
use super::known::{From, is_short, knowledge_of, loss, regions_of};
use super::recognise::World;
use super::returned::{Here, ended_by};
use super::seen::is_agent_at_work;
pub(crate) use acts::On;
use buffer::{Buffer, authored, stat};
pub(crate) use buffer::{Change, Shown};
use form::{stat_showing, stored_as};
pub(crate) use others::Lost;
pub(crate) use parse::{ParseJob, Parsed};
use record::{Repository, record};

/// Whether somebody is at the keys right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A change came just now.
    Typing,
    /// No change has come for a while.
    Pause,
}

/// A time of change and size that no file has: the buffer is not what stands on the disk.
const NOT_READ: (i64, u64) = (-1, 0);

/// An editor tells of a change and of a save of it in so short a time.
const AT_ONCE: Duration = Duration::from_millis(300);

/// All open buffers of an editor.
#[derive(Default)]
pub(crate) struct Session {
    buffers: DashMap<String, Buffer>,
    repositories: std::sync::Mutex<HashMap<PathBuf, Repository>>,
    encoding: std::sync::RwLock<Encoding>,
    /// How often a buffer was opened: no two openings share a revision.
    openings: AtomicU64,
}

impl Session {
    /// The unit in which the editor counts columns.
    pub(crate) fn encoding(&self) -> Encoding {
        *self
            .encoding
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Agrees on the unit in which the editor counts columns.
    pub(crate) fn set_encoding(&self, encoding: Encoding) {
        *self
            .encoding
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = encoding;
    }

    /// A buffer was opened. What git ignores, and what is no file, is not looked at. After a fault it is followed all
    /// the same, and what is known of it is taken in once the ledger can be read.
    pub(crate) fn open(
        &self,
        uri: &str,
        file: &Path,
        language_id: &str,
        version: i32,
        text: &str,
    ) -> Result<(), Fault> {
        let place = locate(file);
        let Some(path) = place.relative(file) else {
            return Ok(());
        };
        let ignored = place.git_dir.is_some()
            && git::ignored(&place, &[path.as_str()]).is_ok_and(|ignored| !ignored.is_empty());
        if ignored {
            return Ok(());
        }
        let (known, fault) = match self.known(&place, &path, text) {
            Ok(known) => (known.unwrap_or_default(), None),
            Err(fault) => (KnownBuffer::default(), Some(fault)),
        };
        if fault.is_some() {
            self.await_ledger(&place);
        }
        let language = Language::of_path(&path).or_else(|| Language::of_id(language_id));
        let rope = Text::from(text);
        let file = place.absolute(&path);
        let disk = stat_showing(&file, &rope);
        let unsaved = disk.is_none().then(|| unsaved(&file, text)).flatten();
        let (anchor, typed) = unsaved.unwrap_or_else(|| (rope.clone(), Vec::new()));
        let mut document = Document::new(rope, known.regions);
        if !typed.is_empty() && !self.is_agent_at_work(&place) {
            document.note_unsaved(typed);
        }
        let mut buffer = Buffer {
            authored: authored(&place, &path, text, document.regions()),
            anchor,
            read_over: None,
            is_journaled: document.typed().is_empty(),
            document,
            knowledge: known.knowledge,
            disk: disk.unwrap_or(NOT_READ),
            other: None,
            place,
            path,
            version,
            versions: VecDeque::new(),
            language,
            tree: None,
            units: Arc::default(),
            units_of: None,
            parsing: None,
            revision: self.openings.fetch_add(1, Ordering::Relaxed) << 32,
            shown: None,
            expected: None,
            waits_for_ledger: fault.is_some(),
            awaited: Vec::new(),
            is_fresh: true,
        };
        buffer.first_units();
        self.buffers.insert(uri.to_owned(), buffer);
        fault.map_or(Ok(()), Err)
    }

    /// Looks at a file that no editor has open as if one had it open as it stands on the disk, empty where it is gone;
    /// until it is closed.
    pub(crate) fn visit(&self, uri: &str, file: &Path, version: i32) -> Result<(), Fault> {
        let place = locate(file);
        let Some(path) = place.relative(file) else {
            return Ok(());
        };
        match read(&place, &path)? {
            Disk::Text { text, .. } => self.open(uri, file, "", version, &text),
            Disk::Absent => self.open(uri, file, "", version, ""),
            Disk::NotText(_) => Ok(()),
        }
    }

    /// Whether an agent may be writing just now; so, too, where that is not known.
    fn is_agent_at_work(&self, place: &Place) -> bool {
        let at_work = self.with(place, |repository| match &repository.ledger {
            Some(ledger) => Ok(is_agent_at_work(ledger)?),
            None => Ok(false),
        });
        at_work.unwrap_or(true)
    }

    /// The regions of a buffer's text, in the buffer's own line ends; `None` where nobody can know them.
    fn known(&self, place: &Place, path: &str, text: &str) -> Result<Option<KnownBuffer>, Fault> {
        self.with(place, |repository| {
            let Some(ledger) = &repository.ledger else {
                return Ok(None);
            };
            let Disk::Text {
                text: kept,
                blob,
                line_ends,
                ..
            } = stored_as(place, path, text)?
            else {
                return Ok(None);
            };
            if kept.trim().is_empty()
                && let Some(deleted) = deleted(ledger, place, path)?
            {
                return Ok(Some(KnownBuffer {
                    knowledge: knowledge_of(ledger, [&deleted.regions])?,
                    regions: deleted.regions,
                }));
            }
            let known = regions_of(ledger, place, path, &blob, &kept)?;
            let knowledge = knowledge_of(ledger, [&known.regions])?;
            let is_certain = match known.from {
                From::Carried => true,
                From::Elsewhere => !is_agent_at_work(ledger)?,
                From::Facts | From::Nothing => false,
            };
            if is_certain {
                let fact = TextFact {
                    blob: blob.clone(),
                    path: path.to_owned(),
                    bound: is_short(&kept),
                    regions: known.regions.clone(),
                };
                let (world, here) = (World::work_tree(place), Here::of_work_tree(path));
                let ended = ended_by(&world, ledger, &here, &known)?;
                record(repository, fact, ended, Arc::clone(&kept))?;
            }
            let regions = match line_ends {
                LineEnds::AsIs => known.regions,
                LineEnds::Converted => carry(&[Source::new(&kept, &known.regions)], text).regions,
            };
            Ok(Some(KnownBuffer { regions, knowledge }))
        })
    }

    /// A buffer changed. `version` is that of the text afterwards.
    pub(crate) fn change(&self, uri: &str, version: i32, changes: &[Change]) {
        let encoding = self.encoding();
        let Some(mut buffer) = self.buffers.get_mut(uri) else {
            return;
        };
        let hand = buffer.hand(changes, encoding);
        // What is shown shares the units, which would be copied to be shifted.
        buffer.shown = None;
        buffer.keep_version();
        if hand == Hand::Disk {
            buffer.document.forget_read();
        }
        for change in changes {
            buffer.change(change, hand, version, encoding);
        }
        buffer.version = version;
        buffer.meet_expectation();
        buffer.renew_units();
        buffer.touch();
        if hand == Hand::Disk {
            let now = buffer.document.text().clone();
            let before = std::mem::replace(&mut buffer.anchor, now);
            buffer.read_over = Some((before, Instant::now()));
            buffer.awaited.clear();
            buffer.forget_units();
            let (place, path) = (buffer.place.clone(), buffer.path.clone());
            let text = buffer.document.text().to_string();
            if let Ok(Some(known)) = self.known(&place, &path, &text) {
                buffer.document.set_regions(known.regions);
                self.learn(&mut buffer);
            }
        }
    }

    /// A buffer was written to disk: its regions become facts.
    pub(crate) fn save(&self, uri: &str) -> Result<(), Fault> {
        self.follow_places();
        let beside = self.texts_beside(uri);
        let Some(mut buffer) = self.buffers.get_mut(uri) else {
            return Ok(());
        };
        // An editor may write before it tells of the change, and of the save at once: then it is its own text that came
        // from the file.
        let is_written = buffer.disk != stat(&buffer.place.absolute(&buffer.path));
        let read_over = buffer.read_over.take();
        let read_over = read_over.filter(|(_, at)| !is_written && at.elapsed() < AT_ONCE);
        match read_over.is_some() {
            true => buffer.document.claim_read(),
            false => buffer.document.forget_read(),
        }
        let ended = self
            .recognise(&mut buffer, &beside)
            .unwrap_or_else(|fault| {
                tracing::warn!("what was pasted is not looked for elsewhere: {fault}");
                Vec::new()
            });
        self.take_awaited(&mut buffer);
        buffer.awaited.clear();
        let now = buffer.document.text().clone();
        // Somebody else may have written it since.
        buffer.disk = stat_showing(&buffer.place.absolute(&buffer.path), &now).unwrap_or(NOT_READ);
        let anchor = std::mem::replace(&mut buffer.anchor, now);
        let before = read_over.map_or(anchor, |(before, _)| before);
        let place = buffer.place.clone();
        self.with(&place, |repository| {
            buffer.record_with(
                repository,
                Batch {
                    facts: ended,
                    ..Batch::default()
                },
            )?;
            if let Err(fault) = buffer.record_save(repository, &before) {
                tracing::warn!("what went by a save may be taken for an agent's doing: {fault}");
            }
            Ok(())
        })?;
        buffer.is_journaled = false;
        self.journal(&mut buffer)
    }

    /// A buffer was closed.
    pub(crate) fn close(&self, uri: &str) {
        if let Some((_, mut buffer)) = self.buffers.remove(uri) {
            // What was typed stays known to hooks; a fault here costs only that.
            let _journaled = self.journal(&mut buffer);
        }
    }

    /// Keeps what was typed where hooks find it.
    pub(crate) fn journal_all(&self) {
        for mut buffer in self.buffers.iter_mut() {
            let _journaled = self.journal(&mut buffer);
        }
    }

    fn journal(&self, buffer: &mut Buffer) -> Result<(), Fault> {
        if buffer.is_journaled || buffer.document.typed().is_empty() {
            return Ok(());
        }
        let text = buffer.document.text().to_string();
        let place = buffer.place.clone();
        let journal = Journal {
            blob: git::blob_id(text.as_bytes(), git::object_format(&place)),
            text,
            typed: buffer.document.typed().to_vec(),
        };
        buffer.is_journaled = true;
        self.with(&place, |repository| match &mut repository.ledger {
            Some(ledger) => Ok(ledger.put_journal(&place.worktree, &buffer.path, &journal)?),
            None => Ok(()),
        })
    }

    /// What of the ledger of a buffer may be missing, as a sentence.
    pub(crate) fn loss(&self, uri: &str) -> Option<String> {
        let place = self.buffers.get(uri)?.place.clone();
        let loss = self.with(&place, |repository| match &repository.ledger {
            Some(ledger) => Ok(loss(ledger)?),
            None => Ok(None),
        });
        loss.unwrap_or_default()
    }

    /// What is shown of a buffer now; nothing while its ledger cannot be read.
    pub(crate) fn shown(&self, uri: &str) -> Option<Arc<Shown>> {
        let mut buffer = self.buffers.get_mut(uri)?;
        (!buffer.waits_for_ledger).then(|| buffer.show())
    }

    /// Buffers with something new to show since the last call.
    pub(crate) fn take_fresh(&self) -> Vec<String> {
        let mut fresh = Vec::new();
        for mut buffer in self.buffers.iter_mut() {
            if std::mem::take(&mut buffer.is_fresh) {
                fresh.push(buffer.key().clone());
            }
        }
        fresh
    }

    /// Parses that would give better units. While somebody types, the units that
    /// were found last follow the text well enough.
    pub(crate) fn take_parse_jobs(&self, moment: Moment) -> Vec<ParseJob> {
        let mut jobs = Vec::new();
        for mut buffer in self.buffers.iter_mut() {
            let uri = buffer.key().clone();
            jobs.extend(buffer.parse_job(uri, moment));
        }
        jobs
    }

    /// Takes in what a parse found.
    pub(crate) fn parsed(&self, parsed: Parsed) {
        if let Some(mut buffer) = self.buffers.get_mut(&parsed.uri) {
            buffer.parsed(parsed);
        }
    }
}

/// What stands on the disk while a buffer holds this text, and the parts that only the buffer has, in bytes.
fn unsaved(file: &Path, text: &str) -> Option<(Text, Vec<Range<u32>>)> {
    let on_disk = std::fs::read_to_string(file).ok()?;
    let fresh = carry(&[Source::new(&on_disk, &Regions::default())], text).fresh;
    Some((Text::from(on_disk.as_str()), fresh))
}

/// What is known of a text that a buffer holds.
#[derive(Default)]
struct KnownBuffer {
    regions: Regions,
    knowledge: Knowledge,
}
