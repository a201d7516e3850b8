//! Where blocks have changed places: the longest runs go first, wherever they stand.
//!
//! Equal lines in equal order are the wrong beginning there: where functions that look alike change places, one gets the
//! lines of another. Greedy string tiling (Wise 1993) gives each its own.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::ops::Range;

use super::unique::Interned;
use super::{Cut, Hunk, Pair, bytes, trim};
use crate::token::{KNOWN_RUN, Mixed, Token, mix, run_hashes, tokens};

/// Texts of more tokens, both together, are not looked at so.
const MOST: usize = 1 << 18;
/// Runs that stand more often in the new text begin no tile.
const OFTEN: usize = 32;

/// The tiles of two texts, and what stands between them.
pub(super) fn align_tiles<'a>(old: &'a str, new: &'a str, cut: Cut) -> Option<Pair<'a>> {
    let (old_tokens, new_tokens) = (all_tokens(old), all_tokens(new));
    if old_tokens.len() + new_tokens.len() > MOST {
        return None;
    }
    let mut pair = Pair::of(old, new, cut);
    let (old_keys, new_keys) = (pair.old_keys(&old_tokens), pair.new_keys(&new_tokens));
    let numbers = Interned::new(&old_keys, &new_keys);
    let tiles = Windows::of(&numbers.new).tiles(&numbers.old, &numbers.new, |run| {
        whole_lines(run, (old, &old_tokens), (new, &new_tokens))
    });
    for tile in &tiles {
        pair.push_run(
            &old_tokens[tile.old..tile.old + tile.length],
            &new_tokens[tile.new..tile.new + tile.length],
        );
    }
    pair.hunks = between(&tiles, (old, &old_tokens), (new, &new_tokens));
    Some(pair)
}

fn all_tokens(text: &str) -> Vec<Token> {
    let mut all = Vec::new();
    tokens(text, 0..text.len() as u32, &mut all);
    all
}

/// Equal tokens: numbers of the first of each side. The longest is the greatest; of two, the one that moved less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run {
    pub(super) length: usize,
    moved: Reverse<usize>,
    pub(super) old: usize,
    pub(super) new: usize,
}

impl Run {
    fn at(old: usize, new: usize, length: usize) -> Self {
        let moved = Reverse(old.abs_diff(new));
        Run {
            length,
            moved,
            old,
            new,
        }
    }

    fn part(&self, part: Range<usize>) -> Self {
        Run::at(self.old + part.start, self.new + part.start, part.len())
    }
}

/// Where each dozen of tokens of a text begins.
pub(super) struct Windows {
    /// The last place of each, and how often it stands there.
    last: HashMap<u64, (usize, usize), Mixed>,
    /// For each place the one before it, if any.
    before: Vec<Option<usize>>,
}

impl Windows {
    pub(super) fn of(keys: &[u64]) -> Self {
        let mut windows = Windows {
            last: HashMap::default(),
            before: Vec::with_capacity(keys.len()),
        };
        for (at, hash) in run_hashes(keys, KNOWN_RUN).enumerate() {
            let (last, count) = windows.last.entry(hash).or_default();
            windows.before.push((*count > 0).then_some(*last));
            (*last, *count) = (at, *count + 1);
        }
        windows
    }

    /// The places of a window, from the last one on; none where there are many.
    fn places(&self, hash: u64) -> impl Iterator<Item = usize> {
        let last = self.last.get(&hash).filter(|(_, count)| *count <= OFTEN);
        std::iter::successors(last.map(|(last, _)| *last), |at| self.before[*at])
    }

    /// The tiles of an old text and of this one, by their place in this one. Of each run the part counts that
    /// `trimmed` leaves of it, if that is long.
    pub(super) fn tiles(
        &self,
        old: &[u64],
        new: &[u64],
        trimmed: impl Fn(&Run) -> Range<usize>,
    ) -> Vec<Run> {
        let mut board = Board {
            taken: (vec![false; old.len()], vec![false; new.len()]),
            heap: self.runs(old, new).into(),
            tiles: Vec::new(),
        };
        board.lay(trimmed);
        board.tiles.sort_unstable_by_key(|tile| tile.new);
        board.tiles
    }

    /// All runs of at least a dozen tokens that are the same in both, as long as they go.
    fn runs(&self, old: &[u64], new: &[u64]) -> Vec<Run> {
        let mut runs = Vec::new();
        // Where the last run of a diagonal ends in the old text.
        let mut done: HashMap<u64, usize, Mixed> = HashMap::default();
        for (i, hash) in run_hashes(old, KNOWN_RUN).enumerate() {
            for j in self.places(hash) {
                let diagonal = mix((i as u64).wrapping_sub(j as u64));
                let done = done.entry(diagonal).or_default();
                if i < *done {
                    continue;
                }
                let back = (1..=i.min(j)).take_while(|by| old[i - by] == new[j - by]);
                let back = back.count().min(i - *done);
                let ahead = old[i..].iter().zip(&new[j..]).take_while(|(a, b)| a == b);
                let length = back + ahead.count();
                *done = i - back + length;
                if length >= KNOWN_RUN {
                    runs.push(Run::at(i - back, j - back, length));
                }
            }
        }
        runs
    }
}

/// Tiles on the way to being laid.
struct Board {
    /// Which tokens of the old text, and of the new, have a tile.
    taken: (Vec<bool>, Vec<bool>),
    heap: BinaryHeap<Run>,
    tiles: Vec<Run>,
}

impl Board {
    fn lay(&mut self, trimmed: impl Fn(&Run) -> Range<usize>) {
        while let Some(run) = self.heap.pop() {
            let free = self.free(&run);
            if free.first().is_none_or(|part| part.len() < run.length) {
                self.push_each(&run, free);
                continue;
            }
            let part = trimmed(&run);
            if part.len() < KNOWN_RUN {
                continue;
            }
            let tile = run.part(part.clone());
            self.taken.0[tile.old..tile.old + tile.length].fill(true);
            self.taken.1[tile.new..tile.new + tile.length].fill(true);
            self.tiles.push(tile);
            self.push_each(&run, [0..part.start, part.end..run.length]);
        }
    }

    fn push_each(&mut self, run: &Run, parts: impl IntoIterator<Item = Range<usize>>) {
        let long = parts.into_iter().filter(|part| part.len() >= KNOWN_RUN);
        self.heap.extend(long.map(|part| run.part(part)));
    }

    /// The parts of a run that no tile has.
    fn free(&self, run: &Run) -> Vec<Range<usize>> {
        let mut parts: Vec<Range<usize>> = Vec::new();
        for at in 0..run.length {
            if self.taken.0[run.old + at] || self.taken.1[run.new + at] {
                continue;
            }
            match parts.last_mut() {
                Some(part) if part.end == at => part.end += 1,
                _ => parts.push(at..at + 1),
            }
        }
        parts
    }
}

/// The part of a run that is whole lines in both texts: many lines begin, and end, alike.
fn whole_lines(
    run: &Run,
    (old, old_tokens): (&str, &[Token]),
    (new, new_tokens): (&str, &[Token]),
) -> Range<usize> {
    let begins = |at: &usize| {
        begins_line(old, old_tokens, run.old + at) && begins_line(new, new_tokens, run.new + at)
    };
    let start = (0..=run.length).find(begins);
    let end = (0..=run.length).rev().find(begins);
    start.zip(end).map_or(0..0, |(start, end)| start..end)
}

/// Whether a line begins before this token, or the text ends before it.
fn begins_line(text: &str, tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(0, |before| tokens[before].end);
    let Some(token) = tokens.get(at) else {
        return true;
    };
    at == 0 || bytes(text, &(before..token.start)).contains(&b'\n')
}

/// What stands between the tiles: each gap of the new text against what stood beside the same tiles in the old.
fn between(
    tiles: &[Run],
    (old, old_tokens): (&str, &[Token]),
    (new, new_tokens): (&str, &[Token]),
) -> Vec<Hunk> {
    let mut by_old: Vec<usize> = (0..tiles.len()).collect();
    by_old.sort_unstable_by_key(|tile| tiles[*tile].old);
    // The gap before each tile in the old text, by the order there; behind the last one is one more.
    let mut gap_before = vec![0; tiles.len()];
    for (gap, tile) in by_old.iter().enumerate() {
        gap_before[*tile] = gap;
    }
    let mut old_gaps: Vec<Option<Vec<Range<u32>>>> = {
        let tiles = by_old.iter().map(|tile| tiles[*tile]);
        let tiles = tiles.map(|tile| tile.old..tile.old + tile.length);
        gaps(old, old_tokens, tiles).into_iter().map(Some).collect()
    };
    let new_gaps = gaps(
        new,
        new_tokens,
        tiles.iter().map(|tile| tile.new..tile.new + tile.length),
    );
    let beside = |gap: usize| {
        let behind = gap.checked_sub(1).map_or(0, |tile| gap_before[tile] + 1);
        let before = gap_before.get(gap).copied().unwrap_or(tiles.len());
        (behind, before)
    };
    let mut hunks: Vec<Hunk> = Vec::with_capacity(new_gaps.len());
    for (gap, new) in new_gaps.into_iter().enumerate() {
        let (behind, before) = beside(gap);
        let old = (behind == before)
            .then(|| old_gaps[behind].take())
            .flatten();
        hunks.push(Hunk {
            old: old.unwrap_or_default(),
            new,
        });
    }
    for (gap, hunk) in hunks.iter_mut().enumerate() {
        let (behind, before) = beside(gap);
        for old in [behind, before] {
            if !hunk.new.is_empty() {
                hunk.old.extend(old_gaps[old].take().unwrap_or_default());
            }
        }
        hunk.old.sort_unstable_by_key(|line| line.start);
    }
    hunks.extend(old_gaps.into_iter().flatten().map(|old| Hunk {
        old,
        new: Vec::new(),
    }));
    hunks.retain(|hunk| !hunk.old.is_empty() || !hunk.new.is_empty());
    hunks
}

/// The trimmed lines before, between and behind some tokens.
fn gaps(
    text: &str,
    tokens: &[Token],
    tiles: impl Iterator<Item = Range<usize>>,
) -> Vec<Vec<Range<u32>>> {
    let end = tokens.len()..tokens.len();
    let mut at = 0;
    let mut gaps = Vec::new();
    for tile in tiles.chain([end]) {
        let gap = tokens.get(at..tile.start).unwrap_or_default();
        let (first, last) = (gap.first(), gap.last());
        let range = first.zip(last).map(|(first, last)| first.start..last.end);
        gaps.push(range.map_or_else(Vec::new, |range| lines(text, range)));
        at = tile.end;
    }
    gaps
}

fn lines(text: &str, range: Range<u32>) -> Vec<Range<u32>> {
    let mut start = range.start;
    let mut lines = Vec::new();
    for line in text[range.start as usize..range.end as usize].split_inclusive('\n') {
        let end = start + line.len() as u32;
        let line = trim(text, start..end);
        lines.extend((!line.is_empty()).then_some(line));
        start = end;
    }
    lines
}
