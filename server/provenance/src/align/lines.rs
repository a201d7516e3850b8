//! The first pass: equal lines in equal order.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk as LineHunk, IndentHeuristic, IndentLevel, InternedInput};

use super::ends::Ends;
use super::pieces::{Piece, pieces};
use super::unique::Interned;
use super::{Cut, Hunk, Pair, Segment, bytes, trim};
use crate::text::is_ink;

/// Below this share of equal lines the layout may have changed as a whole, and
/// lines are compared without their indentation.
const FEW: f64 = 0.7;
/// So many lines of both texts together are compared at once.
const MOST: usize = 4096;

pub(super) fn align_lines<'a>(old: &'a str, new: &'a str, cut: Cut) -> Pair<'a> {
    let ends = Ends::of(old, new);
    let (a, b) = (ends.between(old), ends.between(new));
    let exact = Matched::find(&a, &b, |text, line| bytes(text, line));
    let (equal, inked) = (exact.inked, a.inked().min(b.inked()));
    let is_few = |around: usize| ((equal + around) as f64) < FEW * (inked + around) as f64;
    let matched = if is_few(0) && is_few(ends.inked(old)) {
        let trimmed = Matched::find(&a, &b, |text, line| bytes(text, &trim(text, line.clone())));
        if trimmed.inked > exact.inked {
            trimmed
        } else {
            exact
        }
    } else {
        exact
    };
    let mut pair = Pair::of(old, new, cut);
    pair.same_line(0..ends.head, 0..ends.head);
    matched.pair(&a, &b, &mut pair);
    let tail = |text: &str| text.len() as u32 - ends.tail..text.len() as u32;
    pair.same_line(tail(old), tail(new));
    pair
}

/// The lines of a part of a text, each with its line end.
struct Lines<'a> {
    text: &'a str,
    lines: Vec<Range<u32>>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str, part: Range<u32>) -> Self {
        let mut lines = Vec::with_capacity(part.len() / 24);
        let mut start = part.start;
        for end in memchr::memchr_iter(b'\n', bytes(text, &part)) {
            let end = part.start + end as u32 + 1;
            lines.push(start..end);
            start = end;
        }
        if start < part.end {
            lines.push(start..part.end);
        }
        Lines { text, lines }
    }

    fn inked(&self) -> usize {
        self.lines.iter().filter(|line| self.is_inked(line)).count()
    }

    /// Some lines without the white space around them, and without blank ones.
    fn inked_in(&self, lines: Range<u32>) -> Vec<Range<u32>> {
        let lines = &self.lines[lines.start as usize..lines.end as usize];
        let trimmed = lines.iter().map(|line| trim(self.text, line.clone()));
        trimmed.filter(|line| !line.is_empty()).collect()
    }

    fn is_inked(&self, line: &Range<u32>) -> bool {
        bytes(self.text, line).iter().any(|&b| is_ink(b))
    }
}

impl Ends {
    /// The lines of a text between its ends.
    fn between<'a>(&self, text: &'a str) -> Lines<'a> {
        Lines::of(text, self.head..text.len() as u32 - self.tail)
    }

    /// How many lines of the ends hold ink.
    fn inked(&self, text: &str) -> usize {
        let tail = text.len() as u32 - self.tail..text.len() as u32;
        Lines::of(text, 0..self.head).inked() + Lines::of(text, tail).inked()
    }
}

struct Matched {
    hunks: Vec<LineHunk>,
    /// Equal lines that hold ink.
    inked: usize,
}

impl Matched {
    fn find<'a>(
        old: &Lines<'a>,
        new: &Lines<'a>,
        key: impl Fn(&'a str, &Range<u32>) -> &'a [u8],
    ) -> Self {
        let keys = |side: &Lines<'a>| -> Vec<&'a [u8]> {
            // The last line may lack its line end; that is layout, too.
            let key = |line| key(side.text, line).trim_ascii_end();
            side.lines.iter().map(key).collect()
        };
        let (old_keys, new_keys) = (keys(old), keys(new));
        let hunks = hunks(&old_keys, &new_keys);
        let changed: usize = hunks
            .iter()
            .flat_map(|hunk| &old.lines[hunk.before.start as usize..hunk.before.end as usize])
            .filter(|line| old.is_inked(line))
            .count();
        Matched {
            inked: old.inked() - changed,
            hunks,
        }
    }

    fn pair(self, old: &Lines<'_>, new: &Lines<'_>, pair: &mut Pair<'_>) {
        let (mut i, mut j) = (0, 0);
        let ends = LineHunk {
            before: old.lines.len() as u32..old.lines.len() as u32,
            after: new.lines.len() as u32..new.lines.len() as u32,
        };
        for hunk in self.hunks.into_iter().chain(std::iter::once(ends)) {
            while i < hunk.before.start as usize && j < hunk.after.start as usize {
                pair.same_line(old.lines[i].clone(), new.lines[j].clone());
                i += 1;
                j += 1;
            }
            (i, j) = (hunk.before.end as usize, hunk.after.end as usize);
            let open = Hunk {
                old: old.inked_in(hunk.before),
                new: new.inked_in(hunk.after),
            };
            if !open.old.is_empty() || !open.new.is_empty() {
                pair.hunks.push(open);
            }
        }
    }
}

/// What differs, a piece of the texts at a time.
fn hunks(old: &[&[u8]], new: &[&[u8]]) -> Vec<LineHunk> {
    let lines = Interned::new(old, new);
    let mut hunks = Hunks::default();
    for Piece { old: a, new: b } in pieces(&lines.old, &lines.new, MOST) {
        hunks.jump_to(a.start as u32, b.start as u32);
        let (old, new) = (&lines.old[a.clone()], &lines.new[b.clone()]);
        if old != new {
            let found = diff(&lines, old, new);
            found
                .hunks()
                .for_each(|hunk| hunks.add(a.start as u32, b.start as u32, hunk));
        }
        (hunks.old, hunks.new) = (a.end as u32, b.end as u32);
    }
    hunks.jump_to(old.len() as u32, new.len() as u32);
    hunks.found
}

fn diff(lines: &Interned<'_>, old: &[u64], new: &[u64]) -> Diff {
    let mut input = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    let indent = |token| lines.key(input.interner[token]).iter().copied();
    let indent = |token| IndentLevel::for_ascii_line(indent(token), 4);
    diff.postprocess_with_heuristic(&input, IndentHeuristic::new(indent));
    diff
}

/// Hunks in order; neighbours are one.
#[derive(Default)]
struct Hunks {
    found: Vec<LineHunk>,
    /// The lines before these are seen to.
    old: u32,
    new: u32,
}

impl Hunks {
    fn jump_to(&mut self, old: u32, new: u32) {
        if (self.old, self.new) != (old, new) {
            self.add(
                0,
                0,
                LineHunk {
                    before: self.old..old,
                    after: self.new..new,
                },
            );
        }
    }

    fn add(&mut self, old: u32, new: u32, hunk: LineHunk) {
        let before = hunk.before.start + old..hunk.before.end + old;
        let after = hunk.after.start + new..hunk.after.end + new;
        match self.found.last_mut() {
            Some(last) if last.before.end == before.start && last.after.end == after.start => {
                (last.before.end, last.after.end) = (before.end, after.end);
            }
            _ => self.found.push(LineHunk { before, after }),
        }
    }
}

impl Pair<'_> {
    fn same_line(&mut self, old: Range<u32>, new: Range<u32>) {
        let blank = bytes(self.old, &old).iter().all(|&b| !is_ink(b));
        let segment = if bytes(self.old, &old) == bytes(self.new, &new) {
            Segment {
                old: old.start,
                new: new.start,
                len: old.end - old.start,
            }
        } else {
            let (old, new) = (trim(self.old, old), trim(self.new, new));
            Segment {
                old: old.start,
                new: new.start,
                len: old.end - old.start,
            }
        };
        match self.segments.last_mut() {
            Some(last)
                if last.old + last.len == segment.old && last.new + last.len == segment.new =>
            {
                last.len += segment.len;
            }
            // A blank line is nobody's, and tokens on both sides of it may join across it.
            _ if blank => {}
            _ => self.segments.push(segment),
        }
    }
}
