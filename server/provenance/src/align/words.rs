//! The third pass: tokens inside what differs. Words go first, as brackets and
//! commas stand everywhere; then what stands between equal words.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

use super::pieces::pieces;
use super::unique::Interned;
use super::{Hunk, Pair, bytes, push_run};
use crate::token::{Token, is_word, tokens};

/// So many tokens may change beside a lone bracket for it to stay what it is.
const NEAR: usize = 2;
/// So many tokens of both sides together are compared one by one.
const MOST: usize = 4096;

/// Finds equal tokens, in equal order, inside each hunk.
pub(super) fn align_words(pair: &mut Pair<'_>) {
    for hunk in std::mem::take(&mut pair.hunks) {
        if !hunk.old.is_empty() && !hunk.new.is_empty() {
            align_hunk(pair, &hunk);
        }
    }
}

/// A run of equal tokens: indices into both sides.
#[derive(Debug, Clone)]
struct Run {
    old: Range<usize>,
    new: Range<usize>,
}

fn align_hunk(pair: &mut Pair<'_>, hunk: &Hunk) {
    let all = |text: &str, lines: &[Range<u32>]| {
        let mut out = Vec::new();
        lines
            .iter()
            .for_each(|line| tokens(text, line.clone(), &mut out));
        out
    };
    let (old, new) = (all(pair.old, &hunk.old), all(pair.new, &hunk.new));
    let (old_keys, new_keys) = (pair.old_keys(&old), pair.new_keys(&new));
    let numbers = Interned::new(&old_keys, &new_keys);
    let words = |keys: &[&[u8]]| keys.iter().map(|key| is_word(key[0])).collect();
    let mut sides = Sides {
        words: words(&old_keys),
        new_words: words(&new_keys),
        old: numbers.old,
        new: numbers.new,
        runs: Vec::new(),
    };
    for piece in pieces(&sides.old, &sides.new, MOST) {
        sides.inward(piece.old, piece.new, Sides::align_short);
    }
    if hunk.old.len() > 1 || hunk.new.len() > 1 {
        sides.drop_crumbs();
    }
    for run in sides.runs {
        pair.push_run(&old[run.old], &new[run.new]);
    }
}

/// The tokens of a hunk, equal ones with equal numbers.
struct Sides {
    old: Vec<u64>,
    new: Vec<u64>,
    /// Which old tokens are words.
    words: Vec<bool>,
    /// Which new tokens are words.
    new_words: Vec<bool>,
    /// What is equal, in order.
    runs: Vec<Run>,
}

impl Sides {
    /// Takes what is equal at both ends; `between` sees to the rest.
    fn inward(
        &mut self,
        mut old: Range<usize>,
        mut new: Range<usize>,
        between: impl FnOnce(&mut Self, Range<usize>, Range<usize>),
    ) {
        let (old_end, new_end) = (old.end, new.end);
        while !old.is_empty() && !new.is_empty() && self.old[old.start] == self.new[new.start] {
            self.push(old.start, new.start);
            (old.start, new.start) = (old.start + 1, new.start + 1);
        }
        while !old.is_empty() && !new.is_empty() && self.old[old.end - 1] == self.new[new.end - 1] {
            (old.end, new.end) = (old.end - 1, new.end - 1);
        }
        let back = (old.end..old_end).zip(new.end..new_end);
        if !old.is_empty() && !new.is_empty() {
            between(self, old, new);
        }
        back.for_each(|(i, j)| self.push(i, j));
    }

    /// Words first, then what stands between equal words.
    fn align_short(&mut self, old: Range<usize>, new: Range<usize>) {
        let words = |range: &Range<usize>, words: &[bool]| -> Vec<usize> {
            range.clone().filter(|&at| words[at]).collect()
        };
        let (old_words, new_words) = (words(&old, &self.words), words(&new, &self.new_words));
        let (mut i, mut j) = (old.start, new.start);
        for (word_old, word_new) in equal(&self.old, &old_words, &self.new, &new_words) {
            self.align_gap(i..word_old, j..word_new);
            self.push(word_old, word_new);
            (i, j) = (word_old + 1, word_new + 1);
        }
        self.align_gap(i..old.end, j..new.end);
    }

    fn align_gap(&mut self, old: Range<usize>, new: Range<usize>) {
        self.inward(old, new, |sides, old, new| {
            let (old, new): (Vec<usize>, Vec<usize>) = (old.collect(), new.collect());
            let pairs = equal(&sides.old, &old, &sides.new, &new);
            pairs.into_iter().for_each(|(i, j)| sides.push(i, j));
        });
    }

    /// Adds two equal tokens behind all others.
    fn push(&mut self, i: usize, j: usize) {
        match self.runs.last_mut() {
            Some(last) if last.old.end == i && last.new.end == j => {
                last.old.end += 1;
                last.new.end += 1;
            }
            _ => self.runs.push(Run {
                old: i..i + 1,
                new: j..j + 1,
            }),
        }
    }

    /// Drops lone brackets and commas that rewritten lines happen to share: they
    /// say nothing, unless words that stayed stand right beside them.
    fn drop_crumbs(&mut self) {
        let ends = (self.old.len(), self.new.len());
        let says_something = |run: &Run| {
            let word = || self.words[run.old.clone()].contains(&true);
            run.old.len() >= 3 || run.touches_an_end(ends) || word()
        };
        let runs = &self.runs;
        let kept: Vec<bool> = runs.iter().map(says_something).collect();
        let near =
            |a: &Run, b: &Run| b.old.start - a.old.end <= NEAR && b.new.start - a.new.end <= NEAR;
        let stays = |at: usize| {
            let before = at
                .checked_sub(1)
                .is_some_and(|b| kept[b] && near(&runs[b], &runs[at]));
            let after = runs
                .get(at + 1)
                .is_some_and(|a| kept[at + 1] && near(&runs[at], a));
            kept[at] || before && after
        };
        let mut stays = (0..runs.len()).map(stays).collect::<Vec<_>>().into_iter();
        self.runs.retain(|_| stays.next().unwrap_or(true));
    }
}

/// Equal tokens in equal order, among those at these places.
fn equal(old: &[u64], old_at: &[usize], new: &[u64], new_at: &[usize]) -> Vec<(usize, usize)> {
    let mut input = InternedInput::default();
    input.update_before(old_at.iter().map(|&at| old[at]));
    input.update_after(new_at.iter().map(|&at| new[at]));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let old = old_at
        .iter()
        .enumerate()
        .filter(|(at, _)| !diff.is_removed(*at as u32));
    let new = new_at
        .iter()
        .enumerate()
        .filter(|(at, _)| !diff.is_added(*at as u32));
    old.zip(new).map(|((_, &i), (_, &j))| (i, j)).collect()
}

impl Run {
    fn touches_an_end(&self, (old_len, new_len): (usize, usize)) -> bool {
        self.old.start == 0 && self.new.start == 0
            || self.old.end == old_len && self.new.end == new_len
    }
}

impl<'a> Pair<'a> {
    pub(super) fn old_keys(&self, tokens: &[Token]) -> Vec<&'a [u8]> {
        tokens.iter().map(|token| bytes(self.old, token)).collect()
    }

    pub(super) fn new_keys(&self, tokens: &[Token]) -> Vec<&'a [u8]> {
        tokens.iter().map(|token| bytes(self.new, token)).collect()
    }

    /// Adds equal tokens.
    pub(super) fn push_run(&mut self, old: &[Token], new: &[Token]) {
        push_run(&mut self.segments, (self.old, old), (self.new, new));
    }
}
