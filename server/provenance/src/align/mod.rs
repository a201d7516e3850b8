//! Which bytes of a text are which bytes of another: lines first, then blocks
//! that moved, then tokens. Where something moved, the longest runs go first.
//!
//! Layout never counts: equal tokens are the same text whatever white space
//! stands between them.

mod closers;
mod ends;
mod lines;
mod mend;
mod moves;
mod pieces;
mod runs;
mod tiles;
mod unique;
mod words;

use std::ops::Range;

use crate::text::{ink_of, is_ink};
use crate::token::Token;
pub(crate) use runs::{Hashed, KnownRuns};

/// White space longer than this, in bytes, is not worth comparing.
const LONGEST_GAP: usize = 256;

/// Equal bytes in two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Where they begin in the old text, in bytes.
    pub old: u32,
    /// Where they begin in the new text, in bytes.
    pub new: u32,
    /// How many bytes.
    pub len: u32,
}

impl Segment {
    /// The bytes in the old text.
    pub fn old_range(&self) -> Range<u32> {
        self.old..self.old + self.len
    }

    /// The bytes in the new text.
    pub fn new_range(&self) -> Range<u32> {
        self.new..self.new + self.len
    }
}

/// Aligns two texts. The segments are sorted by `new` and disjoint in both
/// texts; their borders are borders of tokens.
pub fn align(old: &str, new: &str) -> Vec<Segment> {
    align_cut(old, new, Cut::AtLines)
}

/// The same for pieces of texts, which may begin and end inside a word.
pub(crate) fn align_pieces(old: &str, new: &str) -> Vec<Segment> {
    align_cut(old, new, Cut::Anywhere)
}

fn align_cut(old: &str, new: &str, cut: Cut) -> Vec<Segment> {
    if old == new {
        return whole(old);
    }
    if same_ink(old, new) {
        return relayout(old, new);
    }
    let mut segments = refined(lines::align_lines(old, new, cut));
    if !segments.is_sorted_by_key(|segment| segment.old)
        && let Some(tiles) = tiles::align_tiles(old, new, cut)
    {
        segments = refined(tiles);
        mend::mend_runs(old, new, &mut segments);
    }
    closers::bind_closers(old, new, &mut segments);
    segments
}

/// What the first pass has found, and what the others find in the rest; by its place in the new text.
fn refined(mut found: Pair<'_>) -> Vec<Segment> {
    moves::align_moved_lines(&mut found);
    moves::pair_moved_lines_of_same_words(&mut found);
    words::align_words(&mut found);
    moves::align_moved_words(&mut found);
    found.segments.sort_by_key(|segment| segment.new);
    found.segments
}

fn whole(text: &str) -> Vec<Segment> {
    let all = Segment {
        old: 0,
        new: 0,
        len: text.len() as u32,
    };
    if text.is_empty() {
        Vec::new()
    } else {
        vec![all]
    }
}

fn same_ink(old: &str, new: &str) -> bool {
    let ink = |text: &str| ink_of(text.as_bytes());
    fn bytes(text: &str) -> impl Iterator<Item = u8> {
        text.bytes().filter(|&b| is_ink(b))
    }
    ink(old) == ink(new) && bytes(old).eq(bytes(new))
}

/// Aligns two texts that differ in white space only.
fn relayout(old: &str, new: &str) -> Vec<Segment> {
    let (a, b) = (old.as_bytes(), new.as_bytes());
    let (mut i, mut j) = (0, 0);
    let mut segments = Vec::new();
    loop {
        while i < a.len() && !is_ink(a[i]) {
            i += 1;
        }
        while j < b.len() && !is_ink(b[j]) {
            j += 1;
        }
        if i >= a.len() || j >= b.len() {
            return segments;
        }
        let (old, new) = (i, j);
        while i < a.len() && j < b.len() && a[i] == b[j] {
            i += 1;
            j += 1;
        }
        segments.push(Segment {
            old: old as u32,
            new: new as u32,
            len: (i - old) as u32,
        });
    }
}

/// Where two texts begin and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// Where lines do.
    AtLines,
    /// Anywhere in a larger text.
    Anywhere,
}

/// Two texts on the way to being aligned. What no segment covers is open.
struct Pair<'a> {
    old: &'a str,
    new: &'a str,
    cut: Cut,
    segments: Vec<Segment>,
    /// What differs: stretches of the old text against stretches of the new.
    hunks: Vec<Hunk>,
}

impl<'a> Pair<'a> {
    /// Two texts of which nothing is known yet.
    fn of(old: &'a str, new: &'a str, cut: Cut) -> Self {
        Pair {
            old,
            new,
            cut,
            segments: Vec::new(),
            hunks: Vec::new(),
        }
    }
}

/// Lines that stand against each other without being equal.
#[derive(Debug, Clone, Default)]
struct Hunk {
    /// Trimmed lines of the old text that are still open, in bytes.
    old: Vec<Range<u32>>,
    /// Likewise of the new text.
    new: Vec<Range<u32>>,
}

/// The bytes of a part of a text.
pub(crate) fn bytes<'a>(text: &'a str, range: &Range<u32>) -> &'a [u8] {
    &text.as_bytes()[range.start as usize..range.end as usize]
}

/// The parts of `0..end` that no segment covers and that hold ink, trimmed.
/// `covered` is sorted and disjoint.
pub(crate) fn uncovered(text: &str, covered: impl Iterator<Item = Range<u32>>) -> Vec<Range<u32>> {
    let mut open = Vec::new();
    let mut at = 0;
    let end = text.len() as u32;
    for range in covered.chain(std::iter::once(end..end)) {
        if at < range.start {
            let trimmed = trim(text, at..range.start);
            if !trimmed.is_empty() {
                open.push(trimmed);
            }
        }
        at = at.max(range.end);
    }
    open
}

/// What of a text lies outside of sorted, disjoint ranges.
pub(crate) fn covered(text: &str, open: &[Range<u32>]) -> Vec<Range<u32>> {
    let mut covered = Vec::with_capacity(open.len() + 1);
    let mut at = 0;
    let end = text.len() as u32;
    for range in open.iter().cloned().chain(std::iter::once(end..end)) {
        if at < range.start {
            covered.push(at..range.start);
        }
        at = range.end;
    }
    covered
}

/// A range without the white space at its ends.
pub(crate) fn trim(text: &str, range: Range<u32>) -> Range<u32> {
    let part = bytes(text, &range);
    let Some(first) = part.iter().position(|&b| is_ink(b)) else {
        return range.start..range.start;
    };
    let last = part.iter().rposition(|&b| is_ink(b)).unwrap_or(first);
    range.start + first as u32..range.start + last as u32 + 1
}

/// Adds equal tokens of two texts; white space between them that is equal on
/// both sides comes along.
fn push_run(
    segments: &mut Vec<Segment>,
    (old_text, old): (&str, &[Token]),
    (new_text, new): (&str, &[Token]),
) {
    let same_gap = |last: &Segment, old: &Token, new: &Token| {
        let gap = bytes(old_text, &(last.old + last.len..old.start));
        gap.len() < LONGEST_GAP
            && gap == bytes(new_text, &(last.new + last.len..new.start))
            && gap.iter().all(|&b| !is_ink(b))
    };
    let first = segments.len();
    for (old, new) in old.iter().zip(new) {
        let joins = segments[first..]
            .last()
            .is_some_and(|last| same_gap(last, old, new));
        match segments.last_mut().filter(|_| joins) {
            Some(last) => last.len = old.end - last.old,
            None => {
                let len = old.end - old.start;
                segments.push(Segment {
                    old: old.start,
                    new: new.start,
                    len,
                });
            }
        }
    }
}

/// Joins ranges that only white space parts.
pub(crate) fn join_blank(text: &str, ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    let mut joined: Vec<Range<u32>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if trim(text, last.end..range.start).is_empty() => last.end = range.end,
            _ => joined.push(range),
        }
    }
    joined
}
