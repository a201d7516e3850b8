//! The third pass: tokens inside what differs.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput, TokenSource};

use super::{Hunk, Pair, Segment, bytes};
use crate::token::{Token, is_word, tokens};

/// Finds equal tokens, in equal order, inside each hunk.
pub(super) fn align_words(pair: &mut Pair<'_>) {
    for hunk in std::mem::take(&mut pair.hunks) {
        if !hunk.old.is_empty() && !hunk.new.is_empty() {
            align_hunk(pair, &hunk);
        }
    }
}

/// A run of equal tokens: indices into both sides.
struct Run {
    old: Range<usize>,
    new: Range<usize>,
}

fn align_hunk(pair: &mut Pair<'_>, hunk: &Hunk) {
    let all = |text: &str, lines: &[Range<u32>]| {
        let mut out = Vec::new();
        lines.iter().for_each(|line| tokens(text, line.clone(), &mut out));
        out
    };
    let (old, new) = (all(pair.old, &hunk.old), all(pair.new, &hunk.new));
    let input = InternedInput::new(Words(pair.old, &old), Words(pair.new, &new));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let mut runs = equal_runs(&diff, old.len(), new.len());
    if hunk.old.len() != hunk.new.len() || hunk.old.len() > 1 {
        let text = pair.new;
        let ends = (old.len(), new.len());
        runs.retain(|run| !is_crumb(run, ends, new[run.new.clone()].iter().map(|t| bytes(text, t))));
    }
    for run in runs {
        for (old, new) in old[run.old].iter().zip(&new[run.new]) {
            pair.push_token(old, new);
        }
    }
}

fn equal_runs(diff: &Diff, old_len: usize, new_len: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let (mut i, mut j) = (0, 0);
    let hunks = diff.hunks().map(|h| {
        (h.before.start as usize, h.before.end as usize, h.after.start as usize, h.after.end as usize)
    });
    for (old, old_end, new, new_end) in
        hunks.chain(std::iter::once((old_len, old_len, new_len, new_len)))
    {
        if i < old {
            runs.push(Run { old: i..old, new: j..new });
        }
        (i, j) = (old_end, new_end);
    }
    runs
}

/// A lone bracket or comma that rewritten lines happen to share says nothing.
fn is_crumb<'a>(
    run: &Run,
    (old_len, new_len): (usize, usize),
    mut tokens: impl Iterator<Item = &'a [u8]>,
) -> bool {
    let at_an_end = run.old.start == 0 && run.new.start == 0
        || run.old.end == old_len && run.new.end == new_len;
    !at_an_end && run.old.len() < 3 && !tokens.any(|token| is_word(token[0]))
}

/// Tokens of a text, by their bytes.
pub(super) struct Words<'a, 't>(pub(super) &'a str, pub(super) &'t [Token]);

impl<'a, 't> TokenSource for Words<'a, 't> {
    type Token = &'a [u8];
    type Tokenizer = std::vec::IntoIter<&'a [u8]>;

    fn tokenize(&self) -> Self::Tokenizer {
        self.1.iter().map(|token| bytes(self.0, token)).collect::<Vec<_>>().into_iter()
    }

    fn estimate_tokens(&self) -> u32 {
        self.1.len() as u32
    }
}

impl Pair<'_> {
    /// Adds a token; white space that is equal on both sides comes along.
    pub(super) fn push_token(&mut self, old: &Token, new: &Token) {
        if let Some(last) = self.segments.last_mut() {
            let (old_gap, new_gap) = (last.old + last.len..old.start, last.new + last.len..new.start);
            let follows = old_gap.start <= old_gap.end && new_gap.start <= new_gap.end;
            if follows
                && old_gap.len() < 256
                && bytes(self.old, &old_gap) == bytes(self.new, &new_gap)
                && bytes(self.old, &old_gap).iter().all(u8::is_ascii_whitespace)
            {
                last.len = old.end - last.old;
                return;
            }
        }
        self.segments.push(Segment { old: old.start, new: new.start, len: old.end - old.start });
    }
}
