//! What finds the regions of a text again where nobody has that text: hashes
//! of runs of its tokens and where they stood, without any of its words.

use std::collections::HashMap;
use std::ops::Range;

use crate::fact::BlobId;
use crate::fingerprint::{RUN, around, selected};
use crate::region::{Mark, Regions, Span};
use crate::text::{InkIndex, is_ink};
use crate::token::{Token, hash_of, run_hashes, tokens};

/// A text's regions, with the hashes that find them again.
///
/// All positions count ink: bytes of the text without ASCII white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prints {
    /// The text's name.
    pub blob: BlobId,
    /// Where it was seen, relative to the work tree, with `/`.
    pub path: String,
    /// It speaks for this path only.
    pub bound: bool,
    /// The ink of the whole text.
    pub ink: u32,
    /// Spans and marks, in ink.
    pub regions: Regions,
    /// Sorted by place.
    pub runs: Vec<Run>,
}

/// Some tokens in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Of the tokens. It never changes between versions.
    pub hash: u64,
    /// Where they stood, in ink of the text.
    pub ink: Range<u32>,
}

/// Takes the prints of these regions of a text.
pub fn prints(blob: BlobId, path: String, bound: bool, text: &str, regions: &Regions) -> Prints {
    let index = InkIndex::new(text);
    let span = |span: &Span| Span {
        bytes: index.at(span.bytes.start)..index.at(span.bytes.end),
        ..span.clone()
    };
    let mark = |mark: &Mark| Mark {
        at: index.at(mark.at),
        ..mark.clone()
    };
    Prints {
        blob,
        path,
        bound,
        ink: index.at(text.len() as u32),
        runs: runs(text, regions, &index),
        regions: Regions {
            spans: regions.spans.iter().map(span).collect(),
            marks: regions.marks.iter().map(mark).collect(),
        },
    }
}

/// The runs that winnowing keeps of each part, and those at its two ends, so
/// that a part which is whole is found to its last token.
fn runs(text: &str, regions: &Regions, index: &InkIndex<'_>) -> Vec<Run> {
    let spans = regions.spans.iter().map(|span| span.bytes.clone());
    let marks = regions.marks.iter().map(|mark| mark.at..mark.at);
    let mut parts: Vec<Range<u32>> = spans.chain(marks).collect();
    parts.sort_by_key(|part| (part.start, part.end));
    let mut found: Vec<Run> = Vec::new();
    for part in parts {
        let mut all: Vec<Token> = Vec::new();
        tokens(text, around(text, &part), &mut all);
        let hashes: Vec<u64> = hashes(text, &all).collect();
        let first = all.partition_point(|token| token.start < part.start);
        let last = all.partition_point(|token| token.end <= part.end);
        let mut places = selected(&hashes);
        places.extend([first, last.saturating_sub(RUN)]);
        for at in places.into_iter().filter(|at| *at < hashes.len()) {
            let bytes = all[at].start..all[at + RUN - 1].end;
            let ink = index.at(bytes.start)..index.at(bytes.end);
            found.push(Run {
                hash: hashes[at],
                ink,
            });
        }
    }
    found.sort_by_key(|run| (run.ink.start, run.ink.end));
    found.dedup();
    found
}

fn hashes<'a>(text: &'a str, all: &'a [Token]) -> impl Iterator<Item = u64> {
    let key = |token: &Token| hash_of(&text.as_bytes()[token.start as usize..token.end as usize]);
    let keys: Vec<u64> = all.iter().map(key).collect();
    let hashes: Vec<u64> = run_hashes(&keys, RUN).collect();
    hashes.into_iter()
}

impl Prints {
    /// Puts the text together again as far as `new` holds it, with its regions
    /// in bytes. What `new` lacks is blank ink. `None` where it holds nothing.
    pub fn restored(&self, new: &str) -> Option<(String, Regions)> {
        if !self.is_sound() {
            return None;
        }
        let mut all: Vec<Token> = Vec::new();
        tokens(new, 0..new.len() as u32, &mut all);
        let mut places: HashMap<u64, Range<u32>> = HashMap::new();
        for (at, hash) in hashes(new, &all).enumerate() {
            places
                .entry(hash)
                .or_insert(all[at].start..all[at + RUN - 1].end);
        }
        let mut text = Restored::default();
        for run in &self.runs {
            if let Some(bytes) = places.get(&run.hash) {
                text.put(&run.ink, &new[bytes.start as usize..bytes.end as usize]);
            }
        }
        if text.text.is_empty() {
            return None;
        }
        text.lack(self.ink);
        Some((text.text.clone(), text.regions(&self.regions)))
    }

    /// What comes from elsewhere may be damaged.
    fn is_sound(&self) -> bool {
        /// No text that is looked at is longer.
        const LONGEST: u32 = 16 << 20;
        let fits = |ink: &Range<u32>| ink.start < ink.end && ink.end <= self.ink;
        self.ink < LONGEST
            && self.runs.iter().all(|run| fits(&run.ink))
            && self.regions.spans.iter().all(|span| fits(&span.bytes))
    }
}

/// A text in the making, and where its ink stands.
#[derive(Default)]
struct Restored {
    text: String,
    /// Ink so far.
    ink: u32,
    /// Byte of each piece, by the ink before it: sorted.
    pieces: Vec<(u32, u32)>,
}

/// Stands for ink that is not known; it is no word and in no text.
const LACKING: char = '\u{1}';

impl Restored {
    /// Adds what is new of a run.
    fn put(&mut self, ink: &Range<u32>, run: &str) {
        if ink.end <= self.ink || ink_length(run) != ink.end - ink.start {
            return;
        }
        self.lack(ink.start);
        let known = self.ink - ink.start;
        let Some((between, rest)) = run.split_at_checked(byte_of_ink(run, known)) else {
            return;
        };
        match known {
            0 => self.text.push('\n'),
            _ => self
                .text
                .push_str(&between[between.trim_ascii_end().len()..]),
        }
        self.pieces.push((self.ink, self.text.len() as u32));
        self.text.push_str(rest);
        self.ink = ink.end;
    }

    /// Fills up to this ink with what stands for nothing.
    fn lack(&mut self, ink: u32) {
        if ink > self.ink {
            self.text.push('\n');
            self.pieces.push((self.ink, self.text.len() as u32));
            (self.ink..ink).for_each(|_| self.text.push(LACKING));
            self.ink = ink;
        }
    }

    fn regions(&self, regions: &Regions) -> Regions {
        let byte = |ink: u32| {
            let piece = self.pieces.partition_point(|(before, _)| *before <= ink);
            let Some(&(before, at)) = piece.checked_sub(1).and_then(|at| self.pieces.get(at))
            else {
                return 0;
            };
            let rest = &self.text[at as usize..];
            at + byte_of_ink(rest, ink - before) as u32
        };
        let span = |span: &Span| Span {
            // The last byte decides, so that no blank behind it comes along.
            bytes: byte(span.bytes.start)..byte(span.bytes.end.saturating_sub(1)) + 1,
            ..span.clone()
        };
        let mark = |mark: &Mark| Mark {
            at: byte(mark.at),
            ..mark.clone()
        };
        Regions {
            spans: regions.spans.iter().map(span).collect(),
            marks: regions.marks.iter().map(mark).collect(),
        }
        .fit(self.text.as_str())
    }
}

fn ink_length(text: &str) -> u32 {
    crate::text::ink_of(text.as_bytes())
}

/// The byte at which so much ink lies behind; the text's length where it has no more.
fn byte_of_ink(text: &str, ink: u32) -> usize {
    let inked = text.bytes().enumerate().filter(|(_, byte)| is_ink(*byte));
    inked
        .map(|(at, _)| at)
        .nth(ink as usize)
        .unwrap_or(text.len())
}
