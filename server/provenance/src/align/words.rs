//! The third pass: tokens inside what differs. Words go first, as brackets and
//! commas stand everywhere; then what stands between equal words.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

use super::pieces::pieces;
use super::unique::Interned;
use super::{Cut, Hunk, Pair, bytes, push_run, trim};
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
        let (mut out, mut starts) = (Vec::new(), Vec::new());
        for line in lines {
            starts.push(out.len());
            tokens(text, line.clone(), &mut out);
        }
        starts.push(out.len());
        (out, starts)
    };
    let (old, old_lines) = all(pair.old, &hunk.old);
    let (new, new_lines) = all(pair.new, &hunk.new);
    let (old_keys, new_keys) = (pair.old_keys(&old), pair.new_keys(&new));
    let numbers = Interned::new(&old_keys, &new_keys);
    let words = |keys: &[&[u8]]| {
        let length = |key: &&[u8]| key.len() as u32 * u32::from(is_word(key[0]));
        keys.iter().map(length).collect()
    };
    let mut sides = Sides {
        words: words(&old_keys),
        new_words: words(&new_keys),
        old: numbers.old,
        new: numbers.new,
        old_lines,
        new_lines,
        runs: Vec::new(),
    };
    for piece in pieces(&sides.old, &sides.new, MOST) {
        sides.inward(piece.old, piece.new, Sides::align_short);
    }
    if hunk.old.len() > 1 || hunk.new.len() > 1 {
        sides.slide_to_lines();
        sides.gather_lines();
        sides.drop_crumbs();
    }
    sides.drop_strangers(pair.ends_of_texts(hunk));
    for run in sides.runs {
        pair.push_run(&old[run.old], &new[run.new]);
    }
}

/// The tokens of a hunk, equal ones with equal numbers.
struct Sides {
    old: Vec<u64>,
    new: Vec<u64>,
    /// The lengths of the old tokens that are words, in bytes; 0 for others.
    words: Vec<u32>,
    /// Likewise of the new.
    new_words: Vec<u32>,
    /// The first tokens of the old lines, and the end of them all.
    old_lines: Vec<usize>,
    /// Likewise of the new.
    new_lines: Vec<usize>,
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
        let words = |range: &Range<usize>, words: &[u32]| -> Vec<usize> {
            range.clone().filter(|&at| words[at] > 0).collect()
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

    /// What is new, or gone, is whole lines where it can be: tokens that its ends share are given to the other end.
    fn slide_to_lines(&mut self) {
        let ends = (self.old.len(), self.new.len());
        let empty = |old, new| Run {
            old: old..old,
            new: new..new,
        };
        self.runs.insert(0, empty(0, 0));
        self.runs.push(empty(ends.0, ends.1));
        for at in 1..self.runs.len() {
            let (before, behind) = (&self.runs[at - 1], &self.runs[at]);
            let most = (before.old.len(), behind.old.len());
            let inserted = before.new.end..behind.new.start;
            let removed = before.old.end..behind.old.start;
            let shift = match (removed.is_empty(), inserted.is_empty()) {
                (true, false) => shift_to_lines(&self.new, &self.new_lines, inserted, most),
                (false, true) => shift_to_lines(&self.old, &self.old_lines, removed, most),
                _ => 0,
            };
            let by = |end: &mut usize| *end = end.saturating_add_signed(shift);
            by(&mut self.runs[at - 1].old.end);
            by(&mut self.runs[at - 1].new.end);
            by(&mut self.runs[at].old.start);
            by(&mut self.runs[at].new.start);
        }
        self.runs.retain(|run| !run.old.is_empty());
    }

    /// What an old line keeps is on one line of the new text where it can be: its first tokens may just as well
    /// begin another line that only happens to begin alike, and its last ones may end one.
    fn gather_lines(&mut self) {
        let mut gathered: Vec<Run> = Vec::with_capacity(self.runs.len());
        for mut behind in std::mem::take(&mut self.runs) {
            if let Some(before) = gathered.pop() {
                let line = line_of(&self.new_lines, behind.new.start);
                let end = line_of(&self.new_lines, before.new.end - 1).end;
                let (head, tail) = self.astray(&before, &behind);
                let began = Run {
                    old: before.old.end - head..before.old.end,
                    new: line.start..line.start + head,
                };
                let ended = Run {
                    old: behind.old.start..behind.old.start + tail,
                    new: end - tail..end,
                };
                behind = behind.without_first(tail);
                let parts = [before.without_last(head), began, ended];
                gathered.extend(parts.into_iter().filter(|run| !run.old.is_empty()));
            }
            gathered.push(behind);
        }
        self.runs = gathered;
    }

    /// How many last tokens of a run begin the old line that goes on in the next run, on another new line, and may
    /// begin that line as well; or else how many first tokens of the next run may end the line of this one.
    fn astray(&self, before: &Run, behind: &Run) -> (usize, usize) {
        let old = line_of(&self.old_lines, before.old.end - 1);
        let first = line_of(&self.new_lines, before.new.end - 1);
        let second = line_of(&self.new_lines, behind.new.start);
        if first == second || !old.contains(&behind.old.start) {
            return (0, 0);
        }
        let same = |from: usize, to: usize, length: usize| {
            self.new[from..from + length] == self.new[to..to + length]
        };
        let head = before.old.end - old.start.max(before.old.start);
        if before.new.end == first.start + head
            && second.start + head <= behind.new.start
            && same(first.start, second.start, head)
        {
            return (head, 0);
        }
        let tail = old.end.min(behind.old.end) - behind.old.start;
        let ends = behind.new.start + tail == second.end && before.new.end + tail <= first.end;
        match ends && same(second.end - tail, first.end - tail, tail) {
            // The whole run may go: then nothing of it is left to look behind.
            true if tail < behind.old.len() => (0, tail),
            _ => (0, 0),
        }
    }

    /// A new line was made of an old one only if they share a quarter of the words of either, and most of them where
    /// most of all is rewritten. A line without words goes with the one before it. Words count by their length: the
    /// short ones stand everywhere. Where the hunk is at an `end` of both texts (the first, the last), these may be
    /// parts of longer ones, cut inside a word, and the line there is let be.
    fn drop_strangers(&mut self, ends: (bool, bool)) {
        let mut partners = vec![None; self.new.len()];
        for run in &self.runs {
            for (old, new) in run.old.clone().zip(run.new.clone()) {
                partners[new] = Some(old).filter(|_| self.new_words[new] > 0);
            }
        }
        let weight = |words: &[u32]| words.iter().sum::<u32>();
        let shared = |new: Range<usize>| -> u32 {
            let shared = new.filter(|&at| partners[at].is_some());
            shared.map(|at| self.new_words[at]).sum()
        };
        let all = weight(&self.words).min(weight(&self.new_words));
        let is_one_line = self.old_lines.len() == 2 && self.new_lines.len() == 2;
        let is_rewritten = !is_one_line && 2 * shared(0..self.new.len()) < all;
        let enough = if is_rewritten { 2 } else { 4 };
        let mut stays = true;
        let mut strangers = Vec::new();
        for line in self.new_lines.windows(2) {
            let line = line[0]..line[1];
            if ends.0 && line.start == 0 || ends.1 && line.end == self.new.len() {
                continue;
            }
            let words = weight(&self.new_words[line.clone()]);
            if words > 0 {
                let olds = partners[line.clone()].iter().flatten();
                let mut olds: Vec<_> = olds.map(|&at| line_of(&self.old_lines, at)).collect();
                olds.dedup();
                let of_old: u32 = olds.into_iter().map(|old| weight(&self.words[old])).sum();
                stays = enough * shared(line.clone()) > words.min(of_old);
            }
            if !stays {
                strangers.push(line);
            }
        }
        self.drop_new(&strangers);
    }

    /// Nothing in these new tokens (sorted) stands in the old text.
    fn drop_new(&mut self, strangers: &[Range<usize>]) {
        let is_strange = |at: usize| {
            let next = strangers.partition_point(|range| range.end <= at);
            strangers.get(next).is_some_and(|range| range.contains(&at))
        };
        for run in std::mem::take(&mut self.runs) {
            for (old, new) in run.old.zip(run.new) {
                if !is_strange(new) {
                    self.push(old, new);
                }
            }
        }
    }

    /// Drops lone brackets and commas that rewritten lines happen to share: they
    /// say nothing, unless words that stayed stand right beside them.
    fn drop_crumbs(&mut self) {
        let ends = (self.old.len(), self.new.len());
        let says_something = |run: &Run| {
            let word = || self.words[run.old.clone()].iter().any(|&word| word > 0);
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

/// How far a stretch of tokens slides until it is whole lines, the shortest way. Nothing changes by that: what it
/// leaves at one end is what it takes in at the other. It slides over no more than `most` before it and behind.
fn shift_to_lines(
    keys: &[u64],
    lines: &[usize],
    stretch: Range<usize>,
    most: (usize, usize),
) -> isize {
    let (start, end) = (stretch.start, stretch.end);
    let back = (1..=most.0).take_while(|by| keys[start - by] == keys[end - by]);
    let ahead = (1..=most.1).take_while(|by| keys[start + by - 1] == keys[end + by - 1]);
    let shifts = back
        .map(|by| -(by as isize))
        .chain(ahead.map(|by| by as isize));
    let begins_line =
        |at: usize, by: isize| lines.binary_search(&at.saturating_add_signed(by)).is_ok();
    let mut whole: Vec<isize> = std::iter::once(0)
        .chain(shifts)
        .filter(|&by| begins_line(start, by) && begins_line(end, by))
        .collect();
    whole.sort_by_key(|by| by.abs());
    whole.first().copied().unwrap_or(0)
}

/// The tokens of the line that holds one.
fn line_of(lines: &[usize], at: usize) -> Range<usize> {
    let behind = lines.partition_point(|&start| start <= at);
    lines[behind - 1]..lines.get(behind).copied().unwrap_or(at + 1)
}

impl Run {
    fn without_first(&self, count: usize) -> Self {
        Run {
            old: self.old.start + count..self.old.end,
            new: self.new.start + count..self.new.end,
        }
    }

    fn without_last(&self, count: usize) -> Self {
        Run {
            old: self.old.start..self.old.end - count,
            new: self.new.start..self.new.end - count,
        }
    }

    fn touches_an_end(&self, (old_len, new_len): (usize, usize)) -> bool {
        self.old.start == 0 && self.new.start == 0
            || self.old.end == old_len && self.new.end == new_len
    }
}

impl<'a> Pair<'a> {
    /// Whether a hunk begins where both texts do, and whether it ends where both do, without a line end there, and these
    /// may have been cut there.
    fn ends_of_texts(&self, hunk: &Hunk) -> (bool, bool) {
        let first = |text: &str, lines: &[Range<u32>]| {
            let is_first = |line: &Range<u32>| trim(text, 0..line.start).is_empty();
            !text.starts_with('\n') && lines.first().is_some_and(is_first)
        };
        let last = |text: &str, lines: &[Range<u32>]| {
            let end = text.len() as u32;
            let is_last = |line: &Range<u32>| trim(text, line.end..end).is_empty();
            !text.ends_with('\n') && lines.last().is_some_and(is_last)
        };
        let is_cut = self.cut == Cut::Anywhere;
        (
            is_cut && first(self.old, &hunk.old) && first(self.new, &hunk.new),
            is_cut && last(self.old, &hunk.old) && last(self.new, &hunk.new),
        )
    }

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
