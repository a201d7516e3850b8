//! The fields of records that find a text again, and the checks before they
//! become a fact. All positions count ink of the text.

use countersign_provenance::{BlobId, FactId, Mark, Prints, Regions, Run, Span};
use serde::{Deserialize, Serialize};

use super::bodies::{Origins, SpanRow, ids};
use super::words::{ink_fits, sorted, sound_path};

/// The hash as 16 hex digits, where the run begins, and its length.
type RunRow = (String, u32, u32);

#[derive(Serialize, Deserialize)]
pub(super) struct PrintsBody {
    blob: String,
    path: String,
    #[serde(default)]
    bound: bool,
    ink: u32,
    origins: Vec<String>,
    spans: Vec<SpanRow>,
    #[serde(default)]
    marks: Vec<(u32, String)>,
    runs: Vec<RunRow>,
}

impl PrintsBody {
    pub(super) fn of(prints: &Prints) -> Self {
        let mut origins = Origins::default();
        let row = |span: &Span| {
            let origin = origins.index(span.origin);
            let (bytes, ink) = (&span.bytes, &span.ink);
            (bytes.start, bytes.end, origin, ink.start, ink.end)
        };
        let spans = prints.regions.spans.iter().map(row).collect();
        let mark = |mark: &Mark| (mark.at, mark.removal.to_string());
        let run = |run: &Run| {
            let length = run.ink.end - run.ink.start;
            (format!("{:016x}", run.hash), run.ink.start, length)
        };
        PrintsBody {
            blob: prints.blob.to_string(),
            path: prints.path.clone(),
            bound: prints.bound,
            ink: prints.ink,
            origins: origins.list.iter().map(FactId::to_string).collect(),
            spans,
            marks: prints.regions.marks.iter().map(mark).collect(),
            runs: prints.runs.iter().map(run).collect(),
        }
    }

    pub(super) fn into_prints(self) -> Option<Prints> {
        let origins = ids(&self.origins)?;
        let span = |(start, end, origin, from, to): SpanRow| {
            Some(Span {
                bytes: start..end,
                origin: *origins.get(origin as usize)?,
                ink: from..to,
            })
        };
        let mark = |(at, removal): (u32, String)| {
            let removal = removal.parse().ok()?;
            Some(Mark { at, removal })
        };
        let run = |(hash, start, length): RunRow| {
            let hash = u64::from_str_radix(&hash, 16).ok()?;
            let ink = start..start.checked_add(length)?;
            Some(Run { hash, ink })
        };
        let regions = Regions {
            spans: self.spans.into_iter().map(span).collect::<Option<_>>()?,
            marks: self.marks.into_iter().map(mark).collect::<Option<_>>()?,
        };
        let sound = sorted(regions.spans.iter().map(|span| &span.bytes))
            && regions.spans.iter().all(ink_fits);
        sound.then_some(Prints {
            blob: BlobId::new(self.blob)?,
            path: sound_path(self.path)?,
            bound: self.bound,
            ink: self.ink,
            regions,
            runs: self.runs.into_iter().map(run).collect::<Option<_>>()?,
        })
    }
}
