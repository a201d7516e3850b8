//! Giving text to whoever wrote it: by a person's word, or by what an editor saw.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use countersign_ledger::{Batch, Durability, Head, Ledger, Place, git, new_fact_id};
use countersign_provenance::carry::{Source, carry};
use countersign_provenance::document::Document;
use countersign_provenance::review::{Authored, Knowledge, Region};
use countersign_provenance::{
    BlobId, Evidence, Fact, FactId, Origin, Regions, Span, Statement, Text, TextFact,
};

use super::acts::{bytes_of_lines, inked_lines, person};
use super::file::{Named, stat_of};
use super::known::{is_short, knowledge_of, regions_of};
use super::{Fault, clock};

/// What was newly given to an origin.
pub(crate) struct Attributed {
    /// One that says who wrote what was nobody's, and one for what was known less well.
    pub(crate) facts: Vec<Fact>,
    /// Lines with some of it, without blank ones.
    pub(crate) lines: u32,
}

/// Gives text in ranges of a document (bytes) to an origin: what is nobody's, and what was given to somebody on weaker
/// evidence and nobody answers for yet. `None` where there is no such text. `by` is the person who says so, or empty.
pub(crate) fn attribute(
    document: &mut Document,
    knowledge: &Knowledge,
    ranges: &[Range<u32>],
    origin: &Origin,
    by: &str,
) -> Option<Attributed> {
    let weaker = ranges
        .iter()
        .flat_map(|range| weaker(document, knowledge, range, origin))
        .collect::<Vec<_>>();
    let id = new_fact_id();
    let ranges = match origin.evidence {
        Evidence::Marked => ranges
            .iter()
            .flat_map(|range| worth_a_mark(document, range))
            .collect(),
        _ => ranges.to_vec(),
    };
    let is_new = ranges.into_iter().fold(false, |is_new, range| {
        document.attribute(range, id) | is_new
    });
    let fact = |id, statement| Fact {
        id,
        at: origin.at,
        by: by.to_owned(),
        statement,
    };
    let own = is_new.then(|| fact(id, Statement::Origin(origin.clone())));
    let better = (!weaker.is_empty()).then(|| {
        let stretches = weaker.iter().flat_map(|region| region.stretches.clone());
        let stretches = stretches.collect();
        let origin = origin.clone();
        fact(new_fact_id(), Statement::Evidence { stretches, origin })
    });
    let facts: Vec<Fact> = own.into_iter().chain(better).collect();
    let lines = lines(document, id, &weaker);
    (!facts.is_empty()).then_some(Attributed { facts, lines })
}

/// What of a range a person means: the text between two marks is left out where it is punctuation only, as it is
/// what an assistant's edit of a line has in common with the line before.
fn worth_a_mark(document: &Document, range: &Range<u32>) -> Vec<Range<u32>> {
    let text = document.text();
    let known = document.regions().within(text, range.clone());
    let has_word = |gap: &Range<u32>| text.slice(gap.clone()).chars().any(char::is_alphanumeric);
    let is_all = known.is_empty();
    let ends = std::iter::once(range.end..range.end);
    let mut start = range.start;
    let mut gaps = Vec::new();
    for bytes in known.into_iter().map(|span| span.bytes).chain(ends) {
        let gap = start..bytes.start;
        start = bytes.end;
        gaps.extend((is_all || has_word(&gap)).then_some(gap));
    }
    gaps
}

/// What stands in a range and is known less well than an origin says.
fn weaker(
    document: &Document,
    knowledge: &Knowledge,
    range: &Range<u32>,
    origin: &Origin,
) -> Vec<Region> {
    let text = document.text();
    let inside = Regions {
        spans: document.regions().within(text, range.clone()),
        marks: Vec::new(),
    };
    let mut regions = knowledge.review(text, &inside, &[], Authored::ByHand);
    regions.retain(|region| region.state.is_open() && region.origin.evidence < origin.evidence);
    regions
}

fn lines(document: &Document, id: FactId, weaker: &[Region]) -> u32 {
    let new = document.regions().spans.iter();
    let new = new.filter(|span| span.origin == id);
    let places = new.map(|span| span.bytes.clone());
    let weaker = weaker.iter().map(|region| region.bytes.clone());
    inked_lines(document.text(), places.chain(weaker))
}

/// A person says that an assistant wrote a file on disk, or lines of it (from 1, both ends included); how many lines
/// that is news of. The fact is on the disk when this returns.
pub(crate) fn mark_file(
    named: &Named,
    lines: Option<RangeInclusive<u32>>,
    origin: &Origin,
) -> Result<u32, Fault> {
    let by = person(&named.place)?;
    refuse_ignored(named)?;
    // Looked at before the text: what changes meanwhile is then seen to be another file.
    let (mtime_ns, size) = stat_of(&named.place, &named.path);
    let (text, blob) = named.text()?;
    let rope = Text::from(text.as_str());
    let range = match lines {
        Some(lines) => bytes_of_lines(&named.path, &rope, &lines)?,
        None => 0..rope.len(),
    };
    let nothing = || Fault::NothingThere {
        place: named.path.clone(),
        verb: "mark",
    };
    if rope.ink(range.clone()) == 0 {
        return Err(nothing());
    }
    let mut ledger = Ledger::open(&named.place)?;
    let known = regions_of(&ledger, &named.place, &named.path, &blob, &text)?;
    let knowledge = knowledge_of(&ledger, [&known.regions])?;
    let mut document = Document::new(rope, known.regions);
    let Attributed { mut facts, lines } =
        attribute(&mut document, &knowledge, &[range], origin, &by).ok_or_else(nothing)?;
    let regions = TextFact {
        blob: blob.clone(),
        path: named.path.clone(),
        bound: is_short(&text),
        regions: document.regions().clone(),
    };
    let mut batch = told_elsewhere(
        &ledger,
        (&named.place, &named.path),
        &facts,
        Source::new(&text, document.regions()),
        in_head(&named.place, &named.path),
    )?;
    batch.facts.append(&mut facts);
    batch.facts.push(Fact {
        id: new_fact_id(),
        at: origin.at,
        by,
        statement: Statement::Text(regions),
    });
    batch.heads.push(Head {
        worktree: named.place.worktree.clone(),
        path: named.path.clone(),
        blob: Some(blob.clone()),
        mtime_ns,
        size,
    });
    batch.snapshots.push((blob, text.into()));
    ledger.append(&batch, Durability::Durable)?;
    Ok(lines)
}

/// What HEAD has at a path; `None` where there is no such text.
pub(crate) fn in_head(place: &Place, path: &str) -> Option<(Arc<String>, BlobId)> {
    place.git_dir.as_ref()?;
    let bytes = git::read_at(place, "HEAD", &[path.to_owned()])
        .ok()?
        .pop()??;
    let text = git::text_of(bytes).ok()?;
    let blob = git::blob_id(text.as_bytes(), git::object_format(place));
    Some((text.into(), blob))
}

/// What was told of a text of a file holds for others that stood there, as far as they have the same text: facts about
/// them, with what else is known there, and the texts.
pub(crate) fn told_elsewhere(
    ledger: &Ledger,
    (place, path): (&Place, &str),
    told: &[Fact],
    now: Source<'_>,
    others: impl IntoIterator<Item = (Arc<String>, BlobId)>,
) -> Result<Batch, Fault> {
    let is_told = |span: &&Span| told.iter().any(|fact| fact.id == span.origin);
    let spans = now.regions.spans.iter().filter(is_told);
    let regions = Regions {
        spans: spans.cloned().collect(),
        marks: Vec::new(),
    };
    let mut batch = Batch::default();
    for (other, blob) in others {
        let carried = carry(&[Source::new(now.text, &regions)], &other).regions;
        if *other == now.text || carried.is_empty() {
            continue;
        }
        let known = regions_of(ledger, place, path, &blob, &other)?.regions;
        let spans = [carried.spans, known.spans].concat();
        batch.facts.push(Fact {
            id: new_fact_id(),
            at: told.first().map_or_else(clock::now, |fact| fact.at),
            by: String::new(),
            statement: Statement::Text(TextFact {
                blob: blob.clone(),
                path: path.to_owned(),
                bound: is_short(&other),
                regions: Regions::new(other.as_str(), spans, known.marks),
            }),
        });
        batch.snapshots.push((blob, other));
    }
    Ok(batch)
}

/// What git ignores is neither stored nor shared.
fn refuse_ignored(named: &Named) -> Result<(), Fault> {
    let is_ignored = named.place.git_dir.is_some()
        && !git::ignored(&named.place, &[named.path.as_str()])?.is_empty();
    if is_ignored {
        let path = &named.path;
        let message = format!("git ignores {path}, and what it ignores carries no marks");
        return Err(Fault::Usage(message));
    }
    Ok(())
}
