//! The first pass: equal lines in equal order.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk as LineHunk, IndentHeuristic, IndentLevel, InternedInput, TokenSource};

use super::{Hunk, Pair, Segment, bytes, trim};
use crate::text::is_ink;

/// Below this share of equal lines the layout may have changed as a whole, and
/// lines are compared without their indentation.
const FEW: f64 = 0.7;

pub(super) fn align_lines<'a>(old: &'a str, new: &'a str) -> Pair<'a> {
    let (a, b) = (Lines::of(old), Lines::of(new));
    let exact = Matched::find(&a, &b, |text, line| bytes(text, line));
    let inked = a.inked().min(b.inked());
    let matched = if (exact.inked as f64) < FEW * inked as f64 {
        let trimmed = Matched::find(&a, &b, |text, line| bytes(text, &trim(text, line.clone())));
        if trimmed.inked > exact.inked { trimmed } else { exact }
    } else {
        exact
    };
    matched.pair(&a, &b)
}

/// The lines of a text, each with its line end.
struct Lines<'a> {
    text: &'a str,
    lines: Vec<Range<u32>>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let mut lines = Vec::with_capacity(text.len() / 24);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', text.as_bytes()) {
            lines.push(start..end as u32 + 1);
            start = end as u32 + 1;
        }
        if (start as usize) < text.len() {
            lines.push(start..text.len() as u32);
        }
        Lines { text, lines }
    }

    fn inked(&self) -> usize {
        self.lines.iter().filter(|line| self.is_inked(line)).count()
    }

    fn is_inked(&self, line: &Range<u32>) -> bool {
        bytes(self.text, line).iter().any(|&b| is_ink(b))
    }
}

/// The bytes by which lines are compared.
struct Keys<'a>(Vec<&'a [u8]>);

impl<'a> TokenSource for Keys<'a> {
    type Token = &'a [u8];
    type Tokenizer = std::vec::IntoIter<&'a [u8]>;

    fn tokenize(&self) -> Self::Tokenizer {
        self.0.clone().into_iter()
    }

    fn estimate_tokens(&self) -> u32 {
        self.0.len() as u32
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
        let keys = |side: &Lines<'a>| {
            // The last line may lack its line end; that is layout, too.
            let key = |line| key(side.text, line).trim_ascii_end();
            Keys(side.lines.iter().map(key).collect())
        };
        let input = InternedInput::new(keys(old), keys(new));
        let mut diff = Diff::compute(Algorithm::Histogram, &input);
        diff.postprocess_with_heuristic(
            &input,
            IndentHeuristic::new(|token| {
                IndentLevel::for_ascii_line(input.interner[token].iter().copied(), 4)
            }),
        );
        let hunks: Vec<_> = diff.hunks().collect();
        let changed: usize = hunks
            .iter()
            .flat_map(|hunk| &old.lines[hunk.before.start as usize..hunk.before.end as usize])
            .filter(|line| old.is_inked(line))
            .count();
        Matched { inked: old.inked() - changed, hunks }
    }

    fn pair<'a>(self, old: &Lines<'a>, new: &Lines<'a>) -> Pair<'a> {
        let mut pair =
            Pair { old: old.text, new: new.text, segments: Vec::new(), hunks: Vec::new() };
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
            let open = |side: &Lines<'a>, lines: Range<u32>| {
                let lines = &side.lines[lines.start as usize..lines.end as usize];
                let trimmed = lines.iter().map(|line| trim(side.text, line.clone()));
                trimmed.filter(|line| !line.is_empty()).collect::<Vec<_>>()
            };
            let open = Hunk { old: open(old, hunk.before), new: open(new, hunk.after) };
            if !open.old.is_empty() || !open.new.is_empty() {
                pair.hunks.push(open);
            }
        }
        pair
    }
}

impl Pair<'_> {
    fn same_line(&mut self, old: Range<u32>, new: Range<u32>) {
        if bytes(self.old, &old) == bytes(self.new, &new) {
            self.push(Segment { old: old.start, new: new.start, len: old.end - old.start });
            return;
        }
        let (old, new) = (trim(self.old, old), trim(self.new, new));
        if !old.is_empty() {
            self.push(Segment { old: old.start, new: new.start, len: old.end - old.start });
        }
    }

    /// Adds a segment, joined to the last where it continues that.
    pub(super) fn push(&mut self, segment: Segment) {
        match self.segments.last_mut() {
            Some(last)
                if last.old + last.len == segment.old && last.new + last.len == segment.new =>
            {
                last.len += segment.len;
            }
            _ => self.segments.push(segment),
        }
    }
}
