//! What commits declare: text that a commit brought which carries an assistant's mark, and of which nothing else is
//! known.
//!
//! The facts about it have names that follow from the commit and the path, so that any two clones mean the same.

pub(crate) mod marks;
mod receive;

use std::collections::BTreeMap;
use std::ops::Range;

use countersign_ledger::git::{Commit, Renames, TreeEntry};
use countersign_ledger::{Ledger, Place, derived_fact_id, git};
use countersign_provenance::carry::{Source, attribute, carry};
use countersign_provenance::{
    BlobId, Evidence, Fact, InkIndex, Origin, OriginId, Regions, Span, Statement,
};

use super::Fault;
use super::known::union;
pub(crate) use receive::{Receiver, carry_to};

/// Begins the names of our facts. Never to be changed: other clones have them.
const ORIGIN: &str = "countersign declared origin 1";

/// A commit with an assistant's mark, and the files that it changed.
pub(crate) struct Marked<'a> {
    commit: &'a Commit,
    mark: marks::Mark,
    files: Vec<MarkedFile>,
}

/// A file that differs from what it is in each of the commit's parents.
struct MarkedFile {
    path: String,
    blob: BlobId,
    /// What it was in the parents that have it.
    olds: Vec<TreeEntry>,
}

/// The commits among these that carry a mark. Only they are compared with their parents.
pub(crate) fn marked<'a>(
    place: &Place,
    commits: &'a [Commit],
    renames: Renames,
) -> Result<Vec<Marked<'a>>, Fault> {
    let marked: Vec<_> = commits
        .iter()
        .filter_map(|commit| Some((commit, marks::mark_of(commit)?)))
        .collect();
    let asked: Vec<&Commit> = marked.iter().map(|(commit, _)| *commit).collect();
    let changes = git::commit_changes(place, &asked, renames)?;
    let marked = marked.into_iter().zip(changes);
    let marked = marked.map(|((commit, mark), from_each)| Marked {
        commit,
        mark,
        files: in_all(from_each),
    });
    Ok(marked.collect())
}

fn in_all(from_each: Vec<Vec<git::FileChange>>) -> Vec<MarkedFile> {
    let parents = from_each.len();
    let mut files: BTreeMap<String, (usize, MarkedFile)> = BTreeMap::new();
    let is_file = |entry: &TreeEntry| entry.mode & 0o170_000 == 0o100_000;
    for change in from_each.into_iter().flatten() {
        let Some(new) = change.new.filter(is_file) else {
            continue;
        };
        let file = files.entry(new.path.clone());
        let (count, file) = file.or_insert_with(|| {
            let file = MarkedFile {
                path: new.path,
                blob: new.blob,
                olds: Vec::new(),
            };
            (0, file)
        });
        *count += 1;
        file.olds.extend(change.old.filter(is_file));
    }
    let files = files.into_values();
    files
        .filter(|(count, _)| *count == parents)
        .map(|(_, file)| file)
        .collect()
}

impl Marked<'_> {
    /// The texts that are compared, each with a path for messages.
    pub(crate) fn blobs(&self) -> impl Iterator<Item = (&BlobId, &str)> {
        self.files.iter().flat_map(|file| {
            let olds = file.olds.iter().map(|old| (&old.blob, &*old.path));
            std::iter::once((&file.blob, &*file.path)).chain(olds)
        })
    }

    /// The fact that says who wrote what this commit brought to a path.
    fn origin(&self, path: &str) -> Fact {
        let Commit { id, at, .. } = self.commit;
        let origin = Origin {
            source: self.mark.source.clone(),
            model: self.mark.model.clone(),
            session: self.mark.session.clone(),
            evidence: Evidence::Declared,
            at: *at,
        };
        Fact {
            id: derived_fact_id(&[ORIGIN, id.as_str(), path]),
            at: *at,
            by: String::new(),
            statement: Statement::Origin(origin),
        }
    }
}

/// What a marked commit brought to a file.
struct Brought<'t> {
    origin: Fact,
    path: &'t str,
    blob: &'t BlobId,
    text: &'t str,
    /// Of this origin only.
    regions: Regions,
    /// Where they stand: sorted and disjoint, in bytes.
    parts: Vec<Range<u32>>,
}

impl MarkedFile {
    /// What is new in this file against all parents. Where an assistant's own program told of this very text, that is
    /// known better, and nothing is.
    fn brought<'t>(
        &'t self,
        ledger: &Ledger,
        marked: &Marked<'_>,
        text: &'t str,
        olds: &[&str],
    ) -> Result<Option<Brought<'t>>, Fault> {
        let origin = marked.origin(&self.path);
        let facts = ledger.texts(&self.blob, &self.path)?;
        let known = union(ledger, text, &facts)?.spans;
        let own = known.iter().filter(|span| span.origin == origin.id);
        let own: Vec<_> = own.cloned().collect();
        let regions = match own.is_empty() {
            false => Regions {
                spans: own,
                marks: Vec::new(),
            },
            true if was_told(ledger, text, &known)? => return Ok(None),
            true => new_text(origin.id, text, olds),
        };
        let parts: Vec<_> = regions
            .spans
            .iter()
            .map(|span| span.bytes.clone())
            .collect();
        Ok((!parts.is_empty()).then_some(Brought {
            origin,
            path: &self.path,
            blob: &self.blob,
            text,
            regions,
            parts,
        }))
    }
}

/// Whether a text is one that an event of writing left, as somebody saw it: its spans then count the ink of this very
/// text. What was only carried here says nothing of the rest of the text.
fn was_told(ledger: &Ledger, text: &str, spans: &[Span]) -> Result<bool, Fault> {
    let ink = InkIndex::new(text);
    let native = spans
        .iter()
        .filter(|span| span.ink.start == ink.at(span.bytes.start));
    let native: Vec<OriginId> = native.map(|span| span.origin).collect();
    let origins = ledger.origins(&native)?;
    Ok(origins
        .values()
        .any(|origin| origin.evidence >= Evidence::Observed))
}

fn new_text(origin: OriginId, text: &str, olds: &[&str]) -> Regions {
    let nothing = Regions::default();
    let sources = olds.iter().map(|old| Source::new(old, &nothing));
    let fresh = carry(&sources.collect::<Vec<_>>(), text).fresh;
    let ink = InkIndex::new(text);
    let spans = fresh.into_iter().map(|part| attribute(&ink, part, origin));
    Regions {
        spans: spans.collect(),
        marks: Vec::new(),
    }
}
