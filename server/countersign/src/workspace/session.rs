//! An editor's open buffers: their text, regions and units, kept in step.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use countersign_ledger::git::{self, LineEnds};
use countersign_ledger::{Batch, Durability, Head, Journal, Ledger, Place, locate, new_fact_id};
use countersign_provenance::carry::{Source, carry};
use countersign_provenance::document::{Document, Edit, Hand};
use countersign_provenance::review::{Authored, Knowledge, Region};
use countersign_provenance::{
    BlobId, Encoding, Evidence, Fact, FactId, Origin, Position, Regions, Statement, Stretch, Text, TextFact,
    count_tokens,
};
use countersign_syntax::{Language, Point, Tree, TreeEdit, Unit, outline, parse};
use dashmap::DashMap;

use super::acts::{self, Covered, Subject, Words};
use super::file::{Disk, stored};
use super::findings::{Finding, findings};
use super::known::{From, knowledge_of, regions_of, without_returned};
use super::reject::Edits;
use super::{Fault, clock, generated, units};

/// How many earlier texts are kept, for messages that are about them.
const KEPT_VERSIONS: usize = 256;
/// How many of the newest texts of a path are looked at when others told of it.
const JOINED: u32 = 16;
/// A text up to this many bytes is parsed before its first findings are shown.
const PARSED_AT_ONCE: u32 = 40_000;

/// One change as an editor sends it.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// What goes; `None` where the whole text is replaced.
    pub(crate) range: Option<(Position, Position)>,
    /// What comes.
    pub(crate) text: String,
}

/// What is shown of a buffer at one moment. Immutable; readers keep it.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The buffer's version.
    pub(crate) version: i32,
    /// Changes whenever anything shown changes.
    pub(crate) revision: u64,
    /// The buffer.
    pub(crate) text: Text,
    /// Its regions, cut at the borders of units.
    pub(crate) regions: Vec<Region>,
    /// Its units.
    pub(crate) units: Arc<Vec<Unit>>,
    /// What somebody should look at.
    pub(crate) findings: Vec<Finding>,
}

/// A parse that should be done off the editor's path.
pub(crate) struct ParseJob {
    /// The buffer.
    pub(crate) uri: String,
    version: i32,
    language: Language,
    text: Text,
    previous: Option<Tree>,
}

/// What a [`ParseJob`] found.
pub(crate) struct Parsed {
    uri: String,
    version: i32,
    tree: Option<Tree>,
    units: Vec<Unit>,
}

impl ParseJob {
    /// Parses, unless told to stop.
    pub(crate) fn run(mut self, should_stop: &mut dyn FnMut() -> bool) -> Parsed {
        let tree = parse_text(self.language, &self.text, self.previous.take().as_ref(), should_stop);
        let units = outline(&self.text.to_string(), tree.as_ref());
        Parsed { uri: self.uri, version: self.version, tree, units }
    }
}

fn parse_text(
    language: Language,
    text: &Text,
    previous: Option<&Tree>,
    should_stop: &mut dyn FnMut() -> bool,
) -> Option<Tree> {
    let chunk = |byte: usize| {
        let (chunk, start) = text.chunk_at(byte as u32);
        &chunk.as_bytes()[byte - start as usize..]
    };
    parse(language, text.len() as usize, chunk, previous, should_stop)
}

/// A buffer.
struct Buffer {
    place: Place,
    /// Relative to the work tree.
    path: String,
    version: i32,
    /// Earlier texts with their versions, the oldest first.
    versions: VecDeque<(i32, Text)>,
    document: Document,
    knowledge: Knowledge,
    authored: Authored,
    language: Option<Language>,
    tree: Option<Tree>,
    units: Arc<Vec<Unit>>,
    /// The version that `units` were found in; older ones are shifted along.
    units_of: Option<i32>,
    is_parsing: bool,
    /// The file's time of change when it was last read or written.
    disk: (i64, u64),
    revision: u64,
    shown: Option<Arc<Shown>>,
    is_journaled: bool,
    /// Somebody wants to know of changes.
    is_fresh: bool,
}

/// A repository that buffers belong to.
struct Repository {
    place: Place,
    ledger: Option<Ledger>,
    /// The newest fact taken in.
    seq: i64,
}

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
        *self.encoding.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Agrees on the unit in which the editor counts columns.
    pub(crate) fn set_encoding(&self, encoding: Encoding) {
        *self.encoding.write().unwrap_or_else(std::sync::PoisonError::into_inner) = encoding;
    }

    /// A buffer was opened. What git ignores, and what is no file, is not looked at.
    pub(crate) fn open(
        &self,
        uri: &str,
        file: &Path,
        language_id: &str,
        version: i32,
        text: &str,
    ) -> Result<(), Fault> {
        let place = locate(file);
        let Some(path) = place.relative(file) else { return Ok(()) };
        let ignored = place.git_dir.is_some()
            && git::ignored(&place, &[path.as_str()]).is_ok_and(|ignored| !ignored.is_empty());
        if ignored {
            return Ok(());
        }
        let known = self.known(&place, &path, text)?;
        let language = Language::of_path(&path).or_else(|| Language::of_id(language_id));
        let rope = Text::from(text);
        let mut buffer = Buffer {
            authored: authored(&place, &path, text, &known.regions),
            document: Document::new(rope, known.regions),
            knowledge: known.knowledge,
            disk: stat(&place.absolute(&path)),
            place,
            path,
            version,
            versions: VecDeque::new(),
            language,
            tree: None,
            units: Arc::default(),
            units_of: None,
            is_parsing: false,
            revision: self.openings.fetch_add(1, Ordering::Relaxed) << 32,
            shown: None,
            is_journaled: true,
            is_fresh: true,
        };
        buffer.first_units();
        self.buffers.insert(uri.to_owned(), buffer);
        Ok(())
    }

    /// The regions of a buffer's text, in the buffer's own line ends.
    fn known(&self, place: &Place, path: &str, text: &str) -> Result<KnownBuffer, Fault> {
        self.with(place, |repository| {
            let Some(ledger) = &repository.ledger else { return Ok(KnownBuffer::default()) };
            let Disk::Text { text: kept, blob, line_ends, .. } =
                stored(place, path, text.as_bytes(), (0, 0))?
            else {
                return Ok(KnownBuffer::default());
            };
            let known = regions_of(ledger, place, path, &blob, &kept)?;
            let knowledge = knowledge_of(ledger, [&known.regions])?;
            if known.from == From::Carried {
                let fact = TextFact {
                    blob: blob.clone(),
                    path: path.to_owned(),
                    bound: is_short(&kept),
                    regions: known.regions.clone(),
                };
                record(repository, fact, &kept, None)?;
            }
            let regions = match line_ends {
                LineEnds::AsIs => known.regions,
                LineEnds::Converted => carry(&[Source::new(&kept, &known.regions)], text).regions,
            };
            Ok(KnownBuffer { regions, knowledge })
        })
    }

    /// A buffer changed. `version` is that of the text afterwards.
    pub(crate) fn change(&self, uri: &str, version: i32, changes: &[Change]) {
        let encoding = self.encoding();
        let Some(mut buffer) = self.buffers.get_mut(uri) else { return };
        let hand = buffer.hand(changes, encoding);
        // What is shown shares the units, which would be copied to be shifted.
        buffer.shown = None;
        buffer.keep_version();
        for change in changes {
            buffer.change(change, hand, version, encoding);
        }
        buffer.version = version;
        buffer.touch();
        if hand == Hand::Disk {
            let (place, path) = (buffer.place.clone(), buffer.path.clone());
            let text = buffer.document.text().to_string();
            if let Ok(known) = self.known(&place, &path, &text) {
                buffer.join(&text, &known.regions);
                self.learn(&mut buffer);
            }
        }
    }

    /// A buffer was written to disk: its regions become facts.
    pub(crate) fn save(&self, uri: &str) -> Result<(), Fault> {
        let Some(mut buffer) = self.buffers.get_mut(uri) else { return Ok(()) };
        buffer.disk = stat(&buffer.place.absolute(&buffer.path));
        let place = buffer.place.clone();
        self.with(&place, |repository| buffer.record(repository))?;
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

    /// What is shown of a buffer now.
    pub(crate) fn shown(&self, uri: &str) -> Option<Arc<Shown>> {
        self.buffers.get_mut(uri).map(|mut buffer| buffer.show())
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

    /// Parses that would give better units.
    pub(crate) fn take_parse_jobs(&self) -> Vec<ParseJob> {
        let mut jobs = Vec::new();
        for mut buffer in self.buffers.iter_mut() {
            let uri = buffer.key().clone();
            jobs.extend(buffer.parse_job(uri));
        }
        jobs
    }

    /// Takes in what a parse found.
    pub(crate) fn parsed(&self, parsed: Parsed) {
        let Some(mut buffer) = self.buffers.get_mut(&parsed.uri) else { return };
        buffer.is_parsing = false;
        if buffer.version == parsed.version {
            buffer.tree = parsed.tree;
            buffer.units_of = Some(parsed.version);
            if *buffer.units != parsed.units {
                buffer.units = Arc::new(parsed.units);
                buffer.touch();
            }
        }
    }

    /// Takes in what other processes have added to the ledgers.
    pub(crate) fn take_in(&self) {
        let mut touched = Vec::new();
        for repository in self.lock().values_mut() {
            if repository.ledger.is_none() {
                repository.ledger = Ledger::open_existing(&repository.place).ok().flatten();
            }
            let Some(ledger) = &mut repository.ledger else { continue };
            let _spooled = ledger.take_in_spool();
            if let Ok(since) = ledger.paths_since(repository.seq)
                && since.seq > repository.seq
            {
                repository.seq = since.seq;
                touched.push((repository.place.dir.clone(), since));
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
    }

    /// Takes in texts of a buffer's path that have become known, whichever came
    /// first: the editor's reload or the agent's report.
    fn rejoin(&self, buffer: &mut Buffer, new: &BTreeSet<BlobId>) {
        let (place, path) = (buffer.place.clone(), buffer.path.clone());
        let known = self.with(&place, |repository| {
            let mut known = Vec::new();
            let Some(ledger) = &repository.ledger else { return Ok(known) };
            for blob in ledger.blobs_of_path(&path, JOINED)?.iter().rev() {
                if let Some(text) = ledger.snapshot(blob)?.filter(|_| new.contains(blob)) {
                    let regions = regions_of(ledger, &place, &path, blob, &text)?.regions;
                    known.push((text, regions));
                }
            }
            Ok(known)
        });
        let before = buffer.document.regions().clone();
        for (text, regions) in known.unwrap_or_default() {
            buffer.join(&text, &regions);
        }
        self.learn(buffer);
        if *buffer.document.regions() != before {
            // What was recorded of this text said too little.
            let _recorded = self.with(&place, |repository| buffer.record(repository));
        }
    }

    /// Reads anew what is known about a buffer's regions.
    fn learn(&self, buffer: &mut Buffer) {
        let place = buffer.place.clone();
        let text = buffer.document.text().to_string();
        let learnt = self.with(&place, |repository| {
            let Some(ledger) = &repository.ledger else { return Ok(None) };
            let regions = without_returned(ledger, buffer.document.regions().clone(), &text)?;
            let knowledge = knowledge_of(ledger, [&regions])?;
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

    /// A person acts on a buffer. The fact is on the disk when this returns.
    pub(crate) fn act(
        &self,
        uri: &str,
        version: Option<i32>,
        kind: countersign_provenance::ActKind,
        on: &On,
        words: Words,
    ) -> Result<Covered, Fault> {
        crate::person::may_act_from_server()?;
        let nothing = |place: &str| Fault::NothingThere { place: place.to_owned(), verb: verb(kind) };
        let Some(mut buffer) = self.buffers.get_mut(uri) else { return Err(nothing(uri)) };
        if version.is_some_and(|version| version != buffer.version) {
            return Err(Fault::ContentModified);
        }
        let covered = buffer.covered(kind, on);
        if covered.is_empty() {
            return Err(nothing(&buffer.path));
        }
        let text = buffer.document.text().to_string();
        let (place, path) = (buffer.place.clone(), buffer.path.clone());
        let blob = match stored(&place, &path, text.as_bytes(), (0, 0))? {
            Disk::Text { blob, .. } => blob,
            _ => git::blob_id(text.as_bytes(), git::object_format(&place)),
        };
        let fact = self.with(&place, |repository| {
            let ledger = repository.writable()?;
            let subject = Subject { place: &place, path: &path, blob };
            acts::act(ledger, &subject, kind, &covered, words, clock::now())
        })?;
        buffer.knowledge.learn(&fact);
        buffer.touch();
        drop(buffer);
        for mut other in self.buffers.iter_mut().filter(|b| b.key() != uri && b.place.dir == place.dir) {
            other.knowledge.learn(&fact);
            other.touch();
        }
        Ok(covered)
    }

    /// Takes back the person's last act on the repository of a buffer, or a named one.
    pub(crate) fn undo(&self, uri: &str, id: Option<FactId>) -> Result<Fact, Fault> {
        crate::person::may_act_from_server()?;
        let nothing = || Fault::NothingThere { place: uri.to_owned(), verb: "undo" };
        let place = self.buffers.get(uri).map(|buffer| buffer.place.clone()).ok_or_else(nothing)?;
        let act = self.with(&place, |repository| {
            acts::undo(repository.writable()?, &place, id, clock::now())
        })?;
        for mut buffer in self.buffers.iter_mut().filter(|buffer| buffer.place.dir == place.dir) {
            buffer.knowledge.forget(act.id);
            buffer.touch();
        }
        Ok(act)
    }

    /// Gives nobody's text in ranges of a buffer to an origin.
    pub(crate) fn attribute(
        &self,
        uri: &str,
        version: Option<i32>,
        ranges: &[(Position, Position)],
        origin: Origin,
    ) -> Result<bool, Fault> {
        let encoding = self.encoding();
        let Some(mut buffer) = self.buffers.get_mut(uri) else { return Ok(false) };
        let asked = version.unwrap_or(buffer.version);
        if asked > buffer.version {
            return Ok(false);
        }
        let id = new_fact_id();
        let mut found = false;
        for range in ranges {
            let Some(range) = buffer.range_at(asked, range, encoding) else { continue };
            found |= buffer.document.attribute(range, id);
        }
        if !found {
            return Ok(false);
        }
        let fact = Fact { id, at: origin.at, by: String::new(), statement: Statement::Origin(origin) };
        buffer.knowledge.learn(&fact);
        buffer.first_units();
        buffer.touch();
        let place = buffer.place.clone();
        self.with(&place, |repository| buffer.record_with(repository, vec![fact]))?;
        Ok(true)
    }

    /// The text that stood where an assistant changed a unit: edits that put it back.
    pub(crate) fn before_of(&self, uri: &str, finding: &Finding) -> Option<Edits> {
        let buffer = self.buffers.get(uri)?;
        let place = buffer.place.clone();
        self.with(&place, |repository| {
            let Some(ledger) = &repository.ledger else { return Ok(None) };
            super::reject::edits(ledger, &buffer.document, &buffer.knowledge, finding)
        })
        .ok()?
    }

    /// The folders of the ledgers that buffers belong to.
    pub(crate) fn folders(&self) -> Vec<PathBuf> {
        self.lock().values().map(|repository| repository.place.dir.clone()).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Repository>> {
        self.repositories.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn with<T>(
        &self,
        place: &Place,
        use_it: impl FnOnce(&mut Repository) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut repositories = self.lock();
        let repository = match repositories.entry(place.dir.clone()) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let ledger = Ledger::open_existing(place)?;
                let seq = ledger.as_ref().map_or(Ok(0), Ledger::last_seq)?;
                entry.insert(Repository { place: place.clone(), ledger, seq })
            }
        };
        use_it(repository)
    }
}

/// What an act is about, in a buffer.
#[derive(Debug, Clone)]
pub(crate) enum On {
    /// These parts, by their names.
    Parts(Vec<Stretch>, Vec<FactId>),
    /// The text in these bytes, sorted and disjoint.
    Bytes(Vec<Range<u32>>),
}

#[derive(Default)]
struct KnownBuffer {
    regions: Regions,
    knowledge: Knowledge,
}

impl Repository {
    fn writable(&mut self) -> Result<&mut Ledger, Fault> {
        if self.ledger.is_none() {
            self.ledger = Some(Ledger::open(&self.place)?);
        }
        self.ledger.as_mut().ok_or_else(|| Fault::Usage("there is no ledger".into()))
    }
}

impl Buffer {
    fn touch(&mut self) {
        self.revision += 1;
        self.shown = None;
        self.is_fresh = true;
        self.is_journaled = false;
    }

    fn keep_version(&mut self) {
        self.versions.push_back((self.version, self.document.text().clone()));
        if self.versions.len() > KEPT_VERSIONS {
            self.versions.pop_front();
        }
    }

    /// Whether changes only bring what stands in the file, which has been written
    /// since it was last looked at: then nobody typed them.
    fn hand(&mut self, changes: &[Change], encoding: Encoding) -> Hand {
        let file = self.place.absolute(&self.path);
        let now = stat(&file);
        if now == self.disk {
            return Hand::Person;
        }
        let mut after = self.document.text().clone();
        for change in changes {
            match change.range {
                Some((start, end)) => {
                    let (start, end) = (after.offset(start, encoding), after.offset(end, encoding));
                    after.replace(start..end.max(start), &change.text);
                }
                None => after = Text::from(change.text.as_str()),
            }
        }
        let may_be = u64::from(after.len()) == now.1;
        let on_disk = may_be.then(|| std::fs::read_to_string(&file).ok()).flatten();
        if on_disk.is_none_or(|text| after != *text) {
            return Hand::Person;
        }
        self.disk = now;
        Hand::Disk
    }

    fn change(&mut self, change: &Change, hand: Hand, version: i32, encoding: Encoding) {
        let text = self.document.text();
        match change.range {
            Some((start, end)) => {
                let (start, end) = (text.offset(start, encoding), text.offset(end, encoding));
                let edit = Edit { range: start..end.max(start), insert: change.text.clone() };
                self.shift_units(&edit);
                self.document.apply(edit, hand, version);
            }
            None => {
                self.document.set_text(&change.text, hand, version);
                self.tree = None;
                self.units = Arc::new(outline(&change.text, None));
                self.units_of = None;
            }
        }
    }

    /// Units and tree follow an edit until the next parse.
    fn shift_units(&mut self, edit: &Edit) {
        let text = self.document.text();
        let replaced = edit.range.start as usize..edit.range.end as usize;
        if let Some(tree) = &mut self.tree {
            let point = |byte: usize| {
                let row = text.line_of(byte as u32);
                Point { row: row as usize, column: byte - text.line_start(row) as usize }
            };
            tree.edit(&TreeEdit::new(replaced.clone(), &edit.insert, point));
        }
        if self.units.is_empty() {
            return;
        }
        let insert = edit.insert.len();
        let moved = |byte: usize, ends: bool| {
            if byte < replaced.start || (byte == replaced.start && !ends) {
                byte
            } else if byte >= replaced.end {
                byte - replaced.end + replaced.start + insert
            } else {
                replaced.start + insert
            }
        };
        let units = Arc::make_mut(&mut self.units);
        for unit in units.iter_mut() {
            unit.bytes = moved(unit.bytes.start, false)..moved(unit.bytes.end, true);
        }
        let mut end = 0;
        units.retain_mut(|unit| {
            unit.bytes.start = unit.bytes.start.max(end);
            end = end.max(unit.bytes.end);
            unit.bytes.start < unit.bytes.end
        });
    }

    /// Units for the first findings: by a parse where that is quick.
    fn first_units(&mut self) {
        if self.units_of.is_some() || !self.units.is_empty() || self.document.regions().is_empty() {
            return;
        }
        let text = self.document.text();
        if text.len() <= PARSED_AT_ONCE {
            self.tree = self.language.and_then(|l| parse_text(l, text, None, &mut || false));
            self.units_of = Some(self.version);
        }
        self.units = Arc::new(outline(&text.to_string(), self.tree.as_ref()));
    }

    fn parse_job(&mut self, uri: String) -> Option<ParseJob> {
        let language = self.language?;
        let up_to_date = self.units_of == Some(self.version);
        if self.is_parsing || up_to_date || self.document.regions().is_empty() {
            return None;
        }
        self.is_parsing = true;
        Some(ParseJob {
            uri,
            version: self.version,
            language,
            text: self.document.text().clone(),
            previous: self.tree.clone(),
        })
    }

    fn show(&mut self) -> Arc<Shown> {
        if let Some(shown) = &self.shown {
            return shown.clone();
        }
        let text = self.document.text().clone();
        let borders = units::borders(&self.units);
        let regions =
            self.knowledge.review(&text, self.document.regions(), &borders, self.authored);
        let shown = Arc::new(Shown {
            version: self.version,
            revision: self.revision,
            findings: findings(&text, &regions, &self.units),
            regions,
            units: self.units.clone(),
            text,
        });
        self.shown = Some(shown.clone());
        shown
    }

    fn join(&mut self, text: &str, regions: &Regions) {
        self.document.join(Source::new(text, regions));
        self.first_units();
        self.touch();
    }

    fn covered(&self, kind: countersign_provenance::ActKind, on: &On) -> Covered {
        let (text, raw) = (self.document.text(), self.document.regions());
        match on {
            On::Bytes(ranges) => acts::covered(&self.knowledge, text, raw, kind, ranges),
            On::Parts(stretches, removals) => {
                let whole = std::slice::from_ref(&(0..text.len())).to_vec();
                let all = acts::covered(&self.knowledge, text, raw, kind, &whole);
                all.only(text, raw, stretches, removals)
            }
        }
    }

    /// Where a range of an earlier version stands now.
    fn range_at(
        &self,
        version: i32,
        (start, end): &(Position, Position),
        encoding: Encoding,
    ) -> Option<Range<u32>> {
        if version == self.version {
            let text = self.document.text();
            let (start, end) = (text.offset(*start, encoding), text.offset(*end, encoding));
            return (start < end).then_some(start..end);
        }
        let (_, then) = self.versions.iter().find(|(known, _)| *known == version)?;
        let (start, end) = (then.offset(*start, encoding), then.offset(*end, encoding));
        self.document.carry_range(start..end.max(start), version)
    }

    fn record(&mut self, repository: &mut Repository) -> Result<(), Fault> {
        self.record_with(repository, Vec::new())
    }

    /// Makes facts of the buffer's regions.
    fn record_with(&mut self, repository: &mut Repository, mut facts: Vec<Fact>) -> Result<(), Fault> {
        let buffer = self.document.text().to_string();
        let Disk::Text { text, blob, line_ends, .. } =
            stored(&self.place, &self.path, buffer.as_bytes(), (0, 0))?
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
        let fact = TextFact { blob, path: self.path.clone(), bound: is_short(&text), regions };
        if !facts.is_empty() {
            repository.writable()?;
        }
        facts.push(text_fact(fact.clone()));
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
    Fact { id: new_fact_id(), at, by: String::new(), statement: Statement::Text(fact) }
}

fn record(
    repository: &mut Repository,
    fact: TextFact,
    text: &str,
    head: Option<Head>,
) -> Result<(), Fault> {
    let blob = fact.blob.clone();
    append(repository, vec![text_fact(fact)], &blob, text, head)
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
    let Some(ledger) = &mut repository.ledger else { return Ok(()) };
    let mut said = None;
    for fact in &facts {
        if let Statement::Text(new) = &fact.statement {
            let known = ledger.texts(blob, &new.path)?;
            if known.iter().any(|known| known.path == new.path && known.regions == new.regions) {
                said = Some(fact.id);
            }
        }
    }
    facts.retain(|fact| Some(fact.id) != said);
    let batch = Batch {
        facts,
        snapshots: vec![(blob.clone(), text.to_owned())],
        heads: head.into_iter().collect(),
        ..Batch::default()
    };
    // A mark is what a person said; the rest can be seen again.
    let said = |fact: &Fact| matches!(&fact.statement, Statement::Origin(o) if o.evidence == Evidence::Marked);
    let durability = match batch.facts.iter().any(said) {
        true => Durability::Durable,
        false => Durability::Recoverable,
    };
    ledger.append(&batch, durability)?;
    Ok(())
}

fn is_short(text: &str) -> bool {
    const TWIN_TOKENS: usize = 24;
    count_tokens(text, TWIN_TOKENS) < TWIN_TOKENS
}

fn authored(place: &Place, path: &str, text: &str, regions: &Regions) -> Authored {
    if regions.is_empty() {
        return Authored::ByHand;
    }
    let paths = [path.to_owned()];
    match generated::by_attribute(place, &paths).contains(path) {
        true => Authored::Generated,
        false => generated::by_name_or_text(path, text),
    }
}

fn stat(file: &Path) -> (i64, u64) {
    let Ok(meta) = std::fs::metadata(file) else { return (0, 0) };
    let mtime = meta.modified().ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
    (mtime.map_or(0, |since| since.as_nanos() as i64), meta.len())
}

fn verb(kind: countersign_provenance::ActKind) -> &'static str {
    match kind {
        countersign_provenance::ActKind::Confirm => "confirm",
        countersign_provenance::ActKind::Claim => "claim",
        countersign_provenance::ActKind::Reject => "reject",
    }
}
