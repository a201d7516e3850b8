//! What finds the regions of a text again where nobody has that text: hashes
//! of runs of its tokens and where they stood, without any of its words.

use std::collections::HashMap;
use std::ops::Range;

use crate::fact::BlobId;
use crate::fingerprint::{RUN, around, hashes, selected};
use crate::region::{Mark, Regions, Span};
use crate::text::{InkIndex, is_ink};
use crate::token::{Token, tokens};

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

/// The runs that winnowing keeps of each part, and those at the two ends of each
/// of its lines, so that lines which turn up are found to their last token.
fn runs(text: &str, regions: &Regions, index: &InkIndex<'_>) -> Vec<Run> {
    let spans = regions.spans.iter().map(|span| span.bytes.clone());
    let marks = regions.marks.iter().map(|mark| mark.at..mark.at);
    let mut parts: Vec<Range<u32>> = spans.chain(marks).collect();
    parts.sort_by_key(|part| (part.start, part.end));
    let mut found: Vec<Run> = Vec::new();
    for part in parts {
        let mut all: Vec<Token> = Vec::new();
        tokens(text, around(text, &part), &mut all);
        let hashes = hashes(text, &all);
        let first = all.partition_point(|token| token.start < part.start);
        let last = all.partition_point(|token| token.end <= part.end);
        let mut places = selected(&hashes);
        let begins_line = |at: &usize| {
            let between = all[at - 1].end as usize..all[*at].start as usize;
            *at == first || text.as_bytes()[between].contains(&b'\n')
        };
        let lines = (first.max(1)..last).filter(begins_line);
        places.extend(
            lines
                .flat_map(|at| [Some(at), at.checked_sub(RUN)])
                .flatten(),
        );
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
        for (at, hash) in hashes(new, &all).into_iter().enumerate() {
            places
                .entry(hash)
                .or_insert(all[at].start..all[at + RUN - 1].end);
        }
        let mut text = Restored::of(&self.regions);
        for run in &self.runs {
            if let Some(bytes) = places.get(&run.hash) {
                text.put(&run.ink, &new[bytes.start as usize..bytes.end as usize]);
            }
        }
        if text.text.is_empty() {
            return None;
        }
        text.lack(self.ink);
        let regions = text.regions(&self.regions);
        Some((text.text, regions))
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
struct Restored<'a> {
    text: String,
    /// Ink so far.
    ink: u32,
    /// Sorted by the ink before them.
    pieces: Vec<Piece>,
    /// The spans that do not end before `ink`.
    spans: &'a [Span],
}

/// Some ink in a row.
#[derive(Clone, Copy)]
struct Piece {
    /// Ink before it.
    ink: u32,
    /// Where it stands in the text, in bytes.
    at: u32,
    /// Whether nothing stands for it.
    is_nothing: bool,
}

/// Stands for ink of a span that is not known; it is no word and in no text.
const LACKING: char = '\u{1}';

impl<'a> Restored<'a> {
    fn of(regions: &'a Regions) -> Self {
        Restored {
            text: String::new(),
            ink: 0,
            pieces: Vec::new(),
            spans: &regions.spans,
        }
    }

    /// Adds what is new of a run.
    fn put(&mut self, ink: &Range<u32>, run: &str) {
        if ink.end <= self.ink || ink_length(run) != ink.end - ink.start {
            return;
        }
        self.lack(ink.start);
        let known = self.ink - ink.start;
        let Some((between, rest)) = run.split_at_checked(byte_of_ink(run.as_bytes(), known)) else {
            return;
        };
        match known {
            0 => self.text.push('\n'),
            _ => self
                .text
                .push_str(&between[between.trim_ascii_end().len()..]),
        }
        self.piece(false);
        self.text.push_str(rest);
        self.ink = ink.end;
    }

    /// Fills up to this ink: in spans with what stands for nothing, so that the
    /// rest of each keeps its place in it; between them nothing is needed.
    fn lack(&mut self, ink: u32) {
        while self.ink < ink {
            let ended = self
                .spans
                .partition_point(|span| span.bytes.end <= self.ink);
            self.spans = &self.spans[ended..];
            let next = self
                .spans
                .first()
                .map_or(ink..ink, |span| span.bytes.clone());
            self.text.push('\n');
            if self.ink < next.start {
                self.piece(true);
                self.ink = next.start.min(ink);
            } else {
                self.piece(false);
                let end = next.end.min(ink);
                (self.ink..end).for_each(|_| self.text.push(LACKING));
                self.ink = end;
            }
        }
    }

    fn piece(&mut self, is_nothing: bool) {
        let (ink, at) = (self.ink, self.text.len() as u32);
        self.pieces.push(Piece {
            ink,
            at,
            is_nothing,
        });
    }

    fn regions(&self, regions: &Regions) -> Regions {
        let mut places = Places::of(self);
        let mut span = |span: &Span| Span {
            // The last byte decides, so that no blank behind it comes along.
            bytes: places.byte(span.bytes.start)..places.byte(span.bytes.end.saturating_sub(1)) + 1,
            ..span.clone()
        };
        let spans = regions.spans.iter().map(&mut span).collect();
        let mut marks = regions.marks.clone();
        marks.sort_by_key(|mark| mark.at);
        let mut places = Places::of(self);
        for mark in &mut marks {
            // Ink does not say on which side of the white space it was: behind what stands before it.
            let before = &self.text.as_bytes()[..places.byte(mark.at) as usize];
            let last = before.iter().rposition(|&byte| is_ink(byte));
            mark.at = last.map_or(0, |last| last as u32 + 1);
        }
        Regions { spans, marks }.fit(self.text.as_str())
    }
}

/// The bytes at which ink stands, asked for in ascending order.
struct Places<'a> {
    restored: &'a Restored<'a>,
    piece: usize,
    /// So much ink lies before this byte.
    known: (u32, u32),
}

impl<'a> Places<'a> {
    fn of(restored: &'a Restored<'a>) -> Self {
        Places {
            restored,
            piece: 0,
            known: (0, 0),
        }
    }

    fn byte(&mut self, ink: u32) -> u32 {
        let pieces = &self.restored.pieces;
        while pieces
            .get(self.piece + 1)
            .is_some_and(|next| next.ink <= ink)
        {
            self.piece += 1;
        }
        let Some(piece) = pieces.get(self.piece) else {
            return 0;
        };
        if piece.is_nothing || ink <= piece.ink {
            return piece.at;
        }
        let (before, at) = self.known.max((piece.ink, piece.at));
        // In bytes: damaged prints put an end inside a character; `fit` mends that.
        let rest = &self.restored.text.as_bytes()[at as usize..];
        self.known = (
            ink,
            at + byte_of_ink(rest, ink.saturating_sub(before)) as u32,
        );
        self.known.1
    }
}

fn ink_length(text: &str) -> u32 {
    crate::text::ink_of(text.as_bytes())
}

/// The byte at which so much ink lies behind; the text's length where it has no more.
fn byte_of_ink(text: &[u8], ink: u32) -> usize {
    let inked = text.iter().enumerate().filter(|(_, byte)| is_ink(**byte));
    inked
        .map(|(at, _)| at)
        .nth(ink as usize)
        .unwrap_or(text.len())
}
