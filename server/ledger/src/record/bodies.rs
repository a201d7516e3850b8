//! The fields of records about texts and who wrote them, and the checks before
//! they become a fact.
//!
//! A `from` direction writes what the domain holds; an `into` direction
//! returns `None` for everything that the domain could not hold.

use std::collections::HashMap;

use countersign_provenance::{
    BlobId, FactId, Mark, Origin, OriginId, Regions, Span, Statement, Stretch, TextFact,
};
use serde::{Deserialize, Serialize};

use super::MAX_WORDS;
use super::words::{evidence_name, evidence_named, ink_fits, sorted, sound_path};

/// Origin id and its ink.
pub(super) type StretchRow = (String, u32, u32);
/// Bytes, index into `origins`, ink.
pub(super) type SpanRow = (u32, u32, u32, u32, u32);

#[derive(Serialize, Deserialize)]
struct OriginFields {
    source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    evidence: String,
    at: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct OriginBody {
    origin: OriginFields,
}

#[derive(Serialize, Deserialize)]
pub(super) struct EvidenceBody {
    stretches: Vec<StretchRow>,
    origin: OriginFields,
}

#[derive(Serialize, Deserialize)]
pub(super) struct TextBody {
    blob: String,
    path: String,
    #[serde(default)]
    bound: bool,
    origins: Vec<String>,
    spans: Vec<SpanRow>,
    #[serde(default)]
    marks: Vec<(u32, String)>,
}

impl OriginFields {
    fn of(origin: &Origin) -> Self {
        OriginFields {
            source: origin.source.clone(),
            model: origin.model.clone(),
            session: origin.session.clone(),
            evidence: evidence_name(origin.evidence).to_owned(),
            at: origin.at,
        }
    }

    fn into_origin(self) -> Option<Origin> {
        let OriginFields {
            source,
            model,
            session,
            evidence,
            at,
        } = self;
        let evidence = evidence_named(&evidence)?;
        let words = [Some(&source), model.as_ref(), session.as_ref()];
        let short = words
            .into_iter()
            .flatten()
            .all(|word| word.len() <= MAX_WORDS);
        short.then_some(Origin {
            source,
            model,
            session,
            evidence,
            at,
        })
    }
}

impl OriginBody {
    pub(super) fn of(origin: &Origin) -> Self {
        OriginBody {
            origin: OriginFields::of(origin),
        }
    }

    pub(super) fn into_origin(self) -> Option<Origin> {
        self.origin.into_origin()
    }
}

impl EvidenceBody {
    pub(super) fn of(stretches: &[Stretch], origin: &Origin) -> Self {
        EvidenceBody {
            stretches: rows(stretches),
            origin: OriginFields::of(origin),
        }
    }

    pub(super) fn into_statement(self) -> Option<Statement> {
        let stretches = stretches(self.stretches)?;
        Some(Statement::Evidence {
            stretches,
            origin: self.origin.into_origin()?,
        })
    }
}

impl TextBody {
    pub(super) fn of(text: &TextFact) -> Self {
        let mut origins = Origins::default();
        let row = |span: &Span| {
            let origin = origins.index(span.origin);
            (
                span.bytes.start,
                span.bytes.end,
                origin,
                span.ink.start,
                span.ink.end,
            )
        };
        let spans = text.regions.spans.iter().map(row).collect();
        let mark = |mark: &Mark| (mark.at, mark.removal.to_string());
        TextBody {
            blob: text.blob.to_string(),
            path: text.path.clone(),
            bound: text.bound,
            origins: origins.list.iter().map(FactId::to_string).collect(),
            spans,
            marks: text.regions.marks.iter().map(mark).collect(),
        }
    }

    pub(super) fn into_text(self) -> Option<TextFact> {
        let origins = ids(&self.origins)?;
        let span = |(start, end, origin, from, to): SpanRow| {
            let origin = *origins.get(origin as usize)?;
            Some(Span {
                bytes: start..end,
                origin,
                ink: from..to,
            })
        };
        let spans: Vec<Span> = self.spans.into_iter().map(span).collect::<Option<_>>()?;
        let mark = |(at, removal): (u32, String)| {
            Some(Mark {
                at,
                removal: removal.parse().ok()?,
            })
        };
        let marks: Vec<Mark> = self.marks.into_iter().map(mark).collect::<Option<_>>()?;
        let sound = sorted(spans.iter().map(|span| &span.bytes))
            && spans.iter().all(ink_fits)
            && marks.is_sorted_by_key(|mark| mark.at);
        let regions = Regions { spans, marks };
        let (blob, path) = (BlobId::new(self.blob)?, sound_path(self.path)?);
        sound.then_some(TextFact {
            blob,
            path,
            bound: self.bound,
            regions,
        })
    }
}

/// Each origin once, in the order of the spans.
#[derive(Default)]
pub(super) struct Origins {
    pub(super) list: Vec<OriginId>,
    known: HashMap<OriginId, u32>,
}

impl Origins {
    pub(super) fn index(&mut self, origin: OriginId) -> u32 {
        *self.known.entry(origin).or_insert_with(|| {
            self.list.push(origin);
            self.list.len() as u32 - 1
        })
    }
}

pub(super) fn ids(texts: &[String]) -> Option<Vec<FactId>> {
    texts.iter().map(|text| text.parse().ok()).collect()
}

pub(super) fn rows(stretches: &[Stretch]) -> Vec<StretchRow> {
    let row = |stretch: &Stretch| {
        (
            stretch.origin.to_string(),
            stretch.ink.start,
            stretch.ink.end,
        )
    };
    stretches.iter().map(row).collect()
}

pub(super) fn stretches(rows: Vec<StretchRow>) -> Option<Vec<Stretch>> {
    let stretch = |(origin, start, end): StretchRow| {
        (start < end).then_some(Stretch {
            origin: origin.parse().ok()?,
            ink: start..end,
        })
    };
    rows.into_iter().map(stretch).collect()
}
