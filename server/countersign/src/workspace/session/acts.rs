//! What a person, or an editor for them, says of a buffer.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::Path;

use countersign_ledger::{Batch, git};
use countersign_provenance::document::Document;
use countersign_provenance::{ActKind, Fact, FactId, Origin, Position, RemovalId, Stretch};

use super::Session;
use super::buffer::Buffer;
use super::form::stored_as;
use crate::workspace::acts::{self, Covered, Subject, Words};
use crate::workspace::file::{Disk, Named, read};
use crate::workspace::findings::Finding;
use crate::workspace::known::is_mark;
use crate::workspace::reject::Rejection;
use crate::workspace::{Fault, clock, mark, reject};

/// What an act is about, in a buffer.
#[derive(Debug, Clone)]
pub(crate) enum On {
    /// These parts, by their names.
    Parts(Vec<Stretch>, Vec<FactId>),
    /// The text in these bytes, sorted and disjoint.
    Bytes(Vec<Range<u32>>),
}

impl Session {
    /// A person acts on a buffer. The fact is on the disk when this returns.
    pub(crate) fn act(
        &self,
        uri: &str,
        version: Option<i32>,
        kind: ActKind,
        on: &On,
        words: Words,
    ) -> Result<Covered, Fault> {
        crate::person::may_act_from_server()?;
        self.follow_places();
        let nothing = |place: &str| Fault::NothingThere {
            place: place.to_owned(),
            verb: verb(kind),
        };
        let Some(mut buffer) = self.buffers.get_mut(uri) else {
            return Err(nothing(uri));
        };
        if version.is_some_and(|version| version != buffer.version) {
            return Err(Fault::ContentModified);
        }
        let covered = buffer.covered(kind, on);
        if covered.is_empty() {
            return Err(nothing(&buffer.path));
        }
        let text = buffer.document.text().to_string();
        let (place, path) = (buffer.place.clone(), buffer.path.clone());
        let blob = match stored_as(&place, &path, &text)? {
            Disk::Text { blob, .. } => blob,
            _ => git::blob_id(text.as_bytes(), git::object_format(&place)),
        };
        let fact = self.with(&place, |repository| {
            let ledger = repository.writable()?;
            let subject = Subject {
                place: &place,
                path: &path,
                blob,
            };
            acts::act(ledger, &subject, kind, &covered, words, clock::now())
        })?;
        buffer.knowledge.learn(&fact);
        buffer.touch();
        drop(buffer);
        for mut other in self
            .buffers
            .iter_mut()
            .filter(|b| b.key() != uri && b.place.dir == place.dir)
        {
            other.knowledge.learn(&fact);
            other.touch();
        }
        Ok(covered)
    }

    /// Takes back what the person said last in the repository of a buffer.
    pub(crate) fn undo(&self, uri: &str) -> Result<Vec<Fact>, Fault> {
        crate::person::may_act_from_server()?;
        let place = self.named(uri, "undo")?.place;
        let said = self.with(&place, |repository| {
            acts::undo(repository.writable()?, &place, clock::now())
        })?;
        for mut buffer in self
            .buffers
            .iter_mut()
            .filter(|buffer| buffer.place.dir == place.dir)
        {
            if said.iter().any(is_mark) {
                self.learn(&mut buffer);
            }
            for fact in &said {
                buffer.knowledge.forget(fact.id);
            }
            buffer.touch();
        }
        Ok(said)
    }

    /// A person says that an assistant wrote text in a buffer.
    pub(crate) fn mark(
        &self,
        uri: &str,
        version: Option<i32>,
        ranges: &[(Position, Position)],
        origin: &Origin,
    ) -> Result<bool, Fault> {
        crate::person::may_act_from_server()?;
        let named = self.named(uri, "mark")?;
        // The editor has decoded it; the ledger cannot.
        if let Disk::NotText(why) = read(&named.place, &named.path)? {
            let path = named.place.absolute(&named.path);
            return Err(Fault::NotText { path, why });
        }
        let by = acts::person(&named.place)?;
        self.attribute_by(uri, version, ranges, origin, &by)
    }

    /// An editor saw who wrote text in a buffer.
    pub(crate) fn attribute(
        &self,
        uri: &str,
        version: Option<i32>,
        ranges: &[(Position, Position)],
        origin: &Origin,
    ) -> Result<bool, Fault> {
        self.attribute_by(uri, version, ranges, origin, "")
    }

    fn attribute_by(
        &self,
        uri: &str,
        version: Option<i32>,
        ranges: &[(Position, Position)],
        origin: &Origin,
        by: &str,
    ) -> Result<bool, Fault> {
        let encoding = self.encoding();
        let Some(mut buffer) = self.buffers.get_mut(uri) else {
            return Ok(false);
        };
        let asked = version.unwrap_or(buffer.version);
        if asked > buffer.version {
            return Ok(false);
        }
        let ranges = buffer.ranges_at(asked, ranges, encoding);
        let before = (!by.is_empty()).then(|| buffer.document.clone());
        let Buffer {
            document,
            knowledge,
            ..
        } = &mut *buffer;
        let Some(given) = mark::attribute(document, knowledge, &ranges, origin, by) else {
            return Ok(false);
        };
        for fact in &given.facts {
            buffer.knowledge.learn(fact);
        }
        let place = buffer.place.clone();
        let recorded = self.with(&place, |repository| {
            let mut batch = match by.is_empty() {
                true => Batch::default(),
                false => buffer.told_elsewhere(repository, &given.facts)?,
            };
            batch.facts.splice(..0, given.facts);
            buffer.record_with(repository, batch)
        });
        // What an editor saw stays seen, and is written with the next save.
        if let (Err(_), Some(before)) = (&recorded, before) {
            buffer.document = before;
        }
        buffer.first_units();
        buffer.touch();
        recorded.map(|()| true)
    }

    /// The file of a buffer, with its repository.
    fn named(&self, uri: &str, verb: &'static str) -> Result<Named, Fault> {
        let named = self
            .place_of(uri)
            .map(|(place, path)| Named { place, path });
        named.ok_or_else(|| Fault::NothingThere {
            place: uri.to_owned(),
            verb,
        })
    }

    /// Whether a unit of a buffer can be rejected.
    pub(crate) fn can_reject(&self, uri: &str, finding: &Finding) -> bool {
        let Some(buffer) = self.buffers.get(uri) else {
            return false;
        };
        let place = buffer.place.clone();
        let can = self.with(&place, |repository| match &repository.ledger {
            Some(ledger) => {
                reject::can_reject(ledger, &buffer.document, &buffer.knowledge, finding)
            }
            None => Ok(false),
        });
        can.unwrap_or(false)
    }

    /// What it takes to reject units of a buffer. `None` where nothing can be put back.
    pub(crate) fn rejection(&self, uri: &str, findings: &[&Finding]) -> Option<Rejection> {
        let buffer = self.buffers.get(uri)?;
        let place = buffer.place.clone();
        self.with(&place, |repository| {
            let Some(ledger) = &repository.ledger else {
                return Ok(None);
            };
            let Buffer {
                path,
                document,
                knowledge,
                ..
            } = &*buffer;
            reject::rejection(ledger, path, document, knowledge, findings)
        })
        .ok()?
    }

    /// Writes a file that was deleted, which then asks nobody any more. Nothing that stands there is written over.
    pub(crate) fn put_file_back(
        &self,
        uri: &str,
        findings: &[&Finding],
        words: Words,
    ) -> Result<Covered, Fault> {
        crate::person::may_act_from_server()?;
        let Named { place, path } = self.named(uri, "reject")?;
        acts::person(&place)?;
        let rejection = self.rejection(uri, findings);
        let Some(Rejection { leads_to, .. }) = rejection else {
            return Err(Fault::NothingThere {
                place: path,
                verb: "reject",
            });
        };
        let file = place.absolute(&path);
        let text = leads_to.text().to_string();
        write_new(&file, &text).map_err(|source| Fault::Unwritable { path: file, source })?;
        let removals = findings.iter().flat_map(|finding| finding.removals());
        let on = On::Parts(Vec::new(), removals.collect());
        self.act(uri, None, ActKind::Reject, &on, words)
    }

    /// An edit of our own is on its way: the text that it leads to is known by what it is, however the editor puts it.
    pub(crate) fn expect(&self, uri: &str, text: Document) {
        if let Some(mut buffer) = self.buffers.get_mut(uri) {
            buffer.expected = Some(text);
        }
    }

    /// The text that assistants took away from a buffer, for each of these removals, as far as it is kept here.
    pub(crate) fn taken_away(&self, uri: &str, removals: &[RemovalId]) -> Vec<String> {
        let Some(buffer) = self.buffers.get(uri).filter(|_| !removals.is_empty()) else {
            return Vec::new();
        };
        let place = buffer.place.clone();
        let taken = self.with(&place, |repository| match &repository.ledger {
            Some(ledger) => reject::taken_away(ledger, &buffer.knowledge, removals),
            None => Ok(Vec::new()),
        });
        taken.unwrap_or_default()
    }
}

fn write_new(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create_new(file)?.write_all(text.as_bytes())
}

fn verb(kind: ActKind) -> &'static str {
    match kind {
        ActKind::Confirm => "confirm",
        ActKind::Claim => "claim",
        ActKind::Reject => "reject",
    }
}
