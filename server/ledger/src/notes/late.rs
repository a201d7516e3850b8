//! What the notes tell of a text after others were made of it here: those were written down without it.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use countersign_provenance::carry::{Source, carry};
use countersign_provenance::removal::came_back;
use countersign_provenance::{
    BlobId, Fact, Regions, Removal, RemovalId, Span, Statement, TextFact, count_tokens,
};

use crate::store::fits;
use crate::{Ledger, LedgerError, Record, derived_fact_id};

/// So many of the newest texts of a path are told of.
const TOLD: usize = 16;
/// What one act writes of several files stands together: so many facts before and behind.
const AROUND: i64 = 1000;
/// So much text of another file is the text that went.
const MOVED: usize = 12;
/// So many texts are held at once.
const HELD: usize = 2000;

/// A text of a path, with what is told of it late.
struct Told {
    path: String,
    blob: BlobId,
    text: Rc<str>,
    regions: Regions,
}

/// Facts that are about to be taken in, and what follows from them for the texts that are known here.
struct Late<'a> {
    ledger: &'a Ledger,
    news: &'a [&'a Fact],
    texts: HashMap<BlobId, Option<Rc<str>>>,
    told: Vec<Fact>,
}

impl Ledger {
    /// What facts, not taken in yet, say of texts that others were made of here, carried on to those.
    pub(super) fn told_late(
        &self,
        records: &[(Record, Option<Fact>)],
    ) -> Result<Vec<Fact>, LedgerError> {
        let news: Vec<&Fact> = records
            .iter()
            .filter_map(|(_, fact)| fact.as_ref())
            .collect();
        let mut late = Late {
            ledger: self,
            news: &news,
            texts: HashMap::new(),
            told: Vec::new(),
        };
        for fact in &news {
            if let Statement::Text(said) = &fact.statement
                && !said.regions.is_empty()
                && late.is_of_interest(said)?
                && !self.has_fact(fact.id)?
            {
                late.follow(fact, said)?;
            }
        }
        Ok(late.told)
    }
}

impl Late<'_> {
    /// Whether a text may have become another here.
    fn is_of_interest(&self, said: &TextFact) -> Result<bool, LedgerError> {
        Ok(self.ledger.blob_known(&said.blob)? || !self.kept_at(&said.path)?.is_empty())
    }

    /// The newest texts of a path that are stored here.
    fn kept_at(&self, path: &str) -> Result<Vec<BlobId>, LedgerError> {
        let mut kept = Vec::new();
        for blob in self.ledger.blobs_of_path(path, TOLD as u32)? {
            if self.ledger.has_snapshot(&blob)? {
                kept.push(blob);
            }
        }
        Ok(kept)
    }

    /// Carries what a fact says on, from text to text.
    fn follow(&mut self, fact: &Fact, said: &TextFact) -> Result<(), LedgerError> {
        let Some(text) = self.text(&said.blob)?.filter(|it| fits(said, it.len())) else {
            return Ok(());
        };
        let removals = self.removals_named(&said.regions)?;
        let mut seen = HashSet::from([(said.path.clone(), said.blob.clone())]);
        let mut open = vec![Told {
            path: said.path.clone(),
            blob: said.blob.clone(),
            text,
            regions: said.regions.clone(),
        }];
        while let Some(now) = open.pop() {
            for (path, blob, regions) in self.next(&now)? {
                let Some(text) = self.text(&blob)? else {
                    continue;
                };
                let mut regions = regions;
                regions.marks.retain(|mark| {
                    let removal = removals.get(&mark.removal);
                    !removal.is_some_and(|(removal, before)| {
                        came_back(before, &removal.removed, removal.occurrences, &text)
                    })
                });
                if regions.is_empty() || !seen.insert((path.clone(), blob.clone())) {
                    continue;
                }
                self.tell(fact, &path, &blob, &regions)?;
                open.push(Told {
                    path,
                    blob,
                    text,
                    regions,
                });
            }
        }
        Ok(())
    }

    /// What was made of a text, with the regions that it has from there.
    fn next(&mut self, now: &Told) -> Result<Vec<(String, BlobId, Regions)>, LedgerError> {
        let mut next = Vec::new();
        // The very text at another path may be older than this one, where that still stands.
        if !self.stands(&now.path) {
            let mut others = self.ledger.paths_of_blob(&now.blob)?;
            others.retain(|path| *path != now.path && self.stands(path));
            let same = others.into_iter();
            next.extend(same.map(|path| (path, now.blob.clone(), now.regions.clone())));
        }
        let source = Source::new(&now.text, &now.regions);
        let known_at = self.ledger.text_seq(&now.path, &now.blob)?;
        let later = match known_at {
            Some(seq) => self.ledger.blobs_since(&now.path, seq)?,
            None => self.kept_at(&now.path)?,
        };
        let mut newest = None;
        for blob in later
            .into_iter()
            .filter(|blob| *blob != now.blob)
            .take(TOLD)
        {
            let Some(text) = self.text(&blob)? else {
                continue;
            };
            newest.get_or_insert_with(|| Rc::clone(&text));
            let mut regions = Regions::default();
            if known_at.is_some() {
                regions = carry(&[source], &text).regions;
            } else if shares_a_line(now, &text) {
                // It may be older, or of another branch: what is like it in parts was written by somebody else.
                regions = carry(&[source], &text).regions;
                let all = &now.regions.spans;
                regions.spans.retain(|span| is_whole(span, all));
            }
            next.push((now.path.clone(), blob, regions));
        }
        if let Some(seq) = known_at {
            next.extend(self.moved(now, seq, newest.as_deref())?);
        }
        Ok(next)
    }

    /// What went from a file, in other files that were written about then. `newest` is what the file
    /// holds by now, where that was told.
    fn moved(
        &mut self,
        now: &Told,
        known_at: i64,
        newest: Option<&str>,
    ) -> Result<Vec<(String, BlobId, Regions)>, LedgerError> {
        let on_disk = || fs::read_to_string(self.file(&now.path)?).ok();
        let newest = newest.map(str::to_owned).or_else(on_disk);
        let newest = newest.unwrap_or_default();
        let gone = carry(&[Source::new(&now.text, &Regions::default())], &newest).gone;
        let gone: Vec<Range<u32>> = gone.into_iter().map(|gone| gone.old).collect();
        if gone.is_empty() {
            return Ok(Vec::new());
        }
        let source = Source {
            only: Some(&gone),
            ..Source::new(&now.text, &now.regions)
        };
        let mut moved = Vec::new();
        let about_then = known_at - AROUND..=known_at + AROUND;
        for (path, blob) in self.ledger.texts_told_in(about_then)? {
            if path == now.path {
                continue;
            }
            let Some(text) = self.text(&blob)?.filter(|text| shares_a_line(now, text)) else {
                continue;
            };
            let mut regions = carry(&[source], &text).regions;
            regions.spans.retain(|span| is_long(&text, span));
            if !newest.is_empty() {
                regions.marks.clear();
            }
            moved.push((path, blob, regions));
        }
        Ok(moved)
    }

    fn stands(&self, path: &str) -> bool {
        self.file(path).is_some()
    }

    /// The file that stands at a path of the work tree: a note may name any.
    fn file(&self, path: &str) -> Option<PathBuf> {
        let mut parts = Path::new(path).components();
        let is_inside = parts.all(|part| matches!(part, Component::Normal(_)));
        let file = self.ledger.place().absolute(path);
        (is_inside && file.is_file()).then_some(file)
    }

    fn tell(
        &mut self,
        fact: &Fact,
        path: &str,
        blob: &BlobId,
        regions: &Regions,
    ) -> Result<(), LedgerError> {
        let known = self.ledger.texts(blob, path)?;
        let is_known = |known: &TextFact| known.path == path && known.regions == *regions;
        if known.iter().any(is_known) {
            return Ok(());
        }
        let id = fact.id.to_string();
        self.told.push(Fact {
            id: derived_fact_id(&["late", &id, path, blob.as_str()]),
            at: fact.at,
            by: String::new(),
            statement: Statement::Text(TextFact {
                blob: blob.clone(),
                path: path.to_owned(),
                bound: true,
                regions: regions.clone(),
            }),
        });
        Ok(())
    }

    fn text(&mut self, blob: &BlobId) -> Result<Option<Rc<str>>, LedgerError> {
        if let Some(text) = self.texts.get(blob) {
            return Ok(text.clone());
        }
        if self.texts.len() >= HELD {
            self.texts.clear();
        }
        let text: Option<Rc<str>> = self.ledger.snapshot(blob)?.map(Rc::from);
        self.texts.insert(blob.clone(), text.clone());
        Ok(text)
    }

    /// What the marks of a text stand for, with the texts that it was taken from.
    fn removals_named(
        &self,
        regions: &Regions,
    ) -> Result<HashMap<RemovalId, (Removal, String)>, LedgerError> {
        if regions.marks.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<RemovalId> = regions.marks.iter().map(|mark| mark.removal).collect();
        let mut removals = self.ledger.removals(&ids)?;
        removals.extend(self.news.iter().filter_map(|fact| match &fact.statement {
            Statement::Removal(removal) if ids.contains(&fact.id) => {
                Some((fact.id, removal.clone()))
            }
            _ => None,
        }));
        let mut named = HashMap::new();
        for (id, removal) in removals {
            if let Some(before) = self.ledger.snapshot(&removal.before)? {
                named.insert(id, (removal, before));
            }
        }
        Ok(named)
    }
}

fn is_long(text: &str, span: &Span) -> bool {
    let part = &text[span.bytes.start as usize..span.bytes.end as usize];
    count_tokens(part, MOVED) == MOVED
}

/// Whether a span is all of one of these.
fn is_whole(span: &Span, all: &[Span]) -> bool {
    all.iter()
        .any(|one| one.origin == span.origin && one.ink == span.ink)
}

/// Whether a line of what is told of stands in a text: most texts have none of it.
fn shares_a_line(told: &Told, text: &str) -> bool {
    let spans = told.regions.spans.iter();
    let parts = spans.map(|span| &told.text[span.bytes.start as usize..span.bytes.end as usize]);
    let mut lines = parts.flat_map(str::lines).map(str::trim);
    let marks_only = told.regions.spans.is_empty();
    marks_only || lines.any(|line| line.len() > 3 && text.contains(line))
}
