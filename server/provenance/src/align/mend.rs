//! Before the last pass: runs that a block which moved has parted, or cut short, get back what is theirs.
//!
//! Lines that many functions have are found in equal order first. Where functions change places, one gets the line of
//! another, though its own stands in the midst, or at the end, of what is left of it.

use std::ops::Range;

use super::{Segment, bytes, push_run};
use crate::token::{KNOWN_RUN, Token, tokens};

/// So often the texts are gone through.
const ROUNDS: usize = 4;
/// No run is followed further, in tokens.
const FAR: isize = 4096;
/// What it costs to part a run where a paragraph, or what stands at the margin, begins, and elsewhere.
const BEFORE_A_PART: isize = 1;
const WITHIN: isize = 2;
/// Towards the end of the texts, and towards their beginning.
const AHEAD: isize = 1;
const BACK: isize = -1;

/// The numbers of a token of the old text and of one of the new.
type Pair = (usize, usize);

/// The tokens so many places further on.
fn beside((i, j): Pair, by: isize) -> Option<Pair> {
    Some((i.checked_add_signed(by)?, j.checked_add_signed(by)?))
}

/// Gives runs what stands beside them in both texts, where that has another partner only because it stands elsewhere as
/// well. What had it gets the partner that this sets free.
pub(super) fn mend_runs(old: &str, new: &str, segments: &mut Vec<Segment>) {
    if segments.is_sorted_by_key(|segment| segment.old) {
        return;
    }
    let mut pairs = Pairs::of(old, new, segments);
    // What one round sets free, the next may take.
    let rounds = (0..ROUNDS).take_while(|_| pairs.mend()).count();
    if rounds > 0 {
        *segments = pairs.segments();
    }
}

/// Which token is which.
struct Pairs<'a> {
    old: Side<'a>,
    new: Side<'a>,
}

/// The tokens of a text, each with the number of its partner in the other.
struct Side<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    partners: Vec<Option<usize>>,
}

impl<'a> Side<'a> {
    fn of(text: &'a str) -> Self {
        let mut found = Vec::new();
        tokens(text, 0..text.len() as u32, &mut found);
        Side {
            text,
            partners: vec![None; found.len()],
            tokens: found,
        }
    }

    fn key(&self, at: usize) -> Option<&'a [u8]> {
        let token = self.tokens.get(at)?;
        Some(bytes(self.text, token))
    }

    /// Whether nothing else stands on its line that way.
    fn ends_line(&self, at: usize, way: isize) -> bool {
        let next = at
            .checked_add_signed(way)
            .and_then(|next| self.tokens.get(next));
        let own = &self.tokens[at];
        next.is_none_or(|next| {
            let gap = own.end.min(next.end)..own.start.max(next.start);
            bytes(self.text, &gap).contains(&b'\n')
        })
    }

    /// What it costs to part a token from the one before it that way: less where something begins.
    fn border(&self, at: usize, way: isize) -> isize {
        let at = if way == AHEAD { at } else { at + 1 };
        let (Some(token), Some(before)) = (self.tokens.get(at), at.checked_sub(1)) else {
            return WITHIN;
        };
        let gap = self.tokens[before].end..token.start;
        let gap = bytes(self.text, &gap);
        let is_blank = gap.iter().filter(|byte| **byte == b'\n').count() > 1;
        let is_margin = gap.ends_with(b"\n") && !b"})]".contains(&bytes(self.text, token)[0]);
        if is_blank || is_margin {
            BEFORE_A_PART
        } else {
            WITHIN
        }
    }

    fn within(&self, range: &Range<u32>) -> Range<usize> {
        let first = self.tokens.partition_point(|it| it.start < range.start);
        let end = self.tokens.partition_point(|it| it.start < range.end);
        first..end
    }
}

impl<'a> Pairs<'a> {
    fn of(old: &'a str, new: &'a str, segments: &[Segment]) -> Self {
        let mut pairs = Pairs {
            old: Side::of(old),
            new: Side::of(new),
        };
        for segment in segments {
            let here = pairs.old.within(&segment.old_range());
            let there = pairs.new.within(&segment.new_range());
            for (i, j) in here.zip(there) {
                pairs.join(i, j);
            }
        }
        pairs
    }

    fn join(&mut self, i: usize, j: usize) {
        self.old.partners[i] = Some(j);
        self.new.partners[j] = Some(i);
    }

    /// Whether anything has another partner now.
    fn mend(&mut self) -> bool {
        let mut any = false;
        for way in [AHEAD, BACK] {
            for j in 0..self.new.tokens.len() {
                let Some(i) = self.new.partners[j] else {
                    continue;
                };
                for by in 1..=self.lacks((i, j), way) {
                    if let Some((i, j)) = beside((i, j), way * by) {
                        self.swap(i, j);
                        any = true;
                    }
                }
            }
        }
        any
    }

    /// How many tokens beside a pair are to be pairs as well.
    fn lacks(&self, pair: Pair, way: isize) -> isize {
        let is_open = |by: &isize| {
            let next = beside(pair, way * by);
            next.is_some_and(|next| self.is_same(next) && !self.is_pair(next))
        };
        let length = (1..FAR).take_while(is_open).count() as isize;
        let behind = beside(pair, way * (length + 1));
        match length {
            0 => 0,
            // The run goes on behind them.
            _ if behind.is_some_and(|behind| self.is_pair(behind)) => length,
            _ => self.gains(pair, way, length),
        }
    }

    /// Of so many tokens beside the end of a run, those with which runs are parted less, or are longer, than without.
    fn gains(&self, pair: Pair, way: isize, most: isize) -> isize {
        // What the tokens on either side have for partners so far.
        let had = |by: isize| {
            let (i, j) = beside(pair, way * by)?;
            Some((self.new.partners[j], self.old.partners[i]))
        };
        let Some(first) = had(1) else { return 0 };
        let on = |at: Option<usize>, by: isize| at?.checked_add_signed(way * by);
        let in_a_row = |by: &isize| had(*by) == Some((on(first.0, by - 1), on(first.1, by - 1)));
        let row = (1..=most).take_while(in_a_row).count() as isize;
        let ends_line = |by: &isize| {
            let last = beside(pair, way * by);
            last.is_some_and(|(i, j)| self.old.ends_line(i, way) && self.new.ends_line(j, way))
        };
        let Some(length) = (1..=row).rev().find(ends_line) else {
            return 0;
        };
        let run = |i: Option<usize>, j: Option<usize>, way: isize| match (i, j) {
            (Some(i), Some(j)) => self.run((i, j), way),
            _ => 0,
        };
        let (i, j) = (on(Some(pair.0), length + 1), on(Some(pair.1), length + 1));
        let (old, new) = (on(first.0, length), on(first.1, length));
        // What holds now and would not, and what would: each with the border of the new text that it leaps.
        let left = [(run(old, j, way), j), (run(i, new, way), new)];
        let before = (on(first.0, -1), on(first.1, -1));
        let joined = [
            (run(before.0, before.1, -way), first.1),
            (run(old, new, way), new),
        ];
        let cost = |at: Option<usize>| at.map_or(0, |at| self.new.border(at, way));
        let costs = |runs: [(isize, Option<usize>); 2]| -> isize {
            runs.into_iter()
                .filter(|run| run.0 > 0)
                .map(|run| cost(run.1))
                .sum()
        };
        let own_border = cost(on(Some(pair.1), 1));
        let (parted, mended) = (costs(left), own_border + costs(joined));
        let by_length = || {
            let own = self.run(pair, -way);
            let is_telling = length >= KNOWN_RUN as isize || mended > own_border;
            is_telling && own + joined[0].0 + joined[1].0 > left[0].0 + left[1].0
        };
        match parted < mended || parted == mended && by_length() {
            true => length,
            false => 0,
        }
    }

    fn is_same(&self, (i, j): Pair) -> bool {
        let key = self.old.key(i);
        key.is_some() && key == self.new.key(j)
    }

    fn is_pair(&self, (i, j): Pair) -> bool {
        self.old.partners.get(i) == Some(&Some(j))
    }

    /// How many pairs are in a row from one on.
    fn run(&self, from: Pair, way: isize) -> isize {
        let is_pair = |by: &isize| beside(from, way * by).is_some_and(|it| self.is_pair(it));
        (0..FAR).take_while(is_pair).count() as isize
    }

    /// Makes partners of two equal tokens, and of those that they had.
    fn swap(&mut self, i: usize, j: usize) {
        let (had_new, had_old) = (self.old.partners[i], self.new.partners[j]);
        match (had_old, had_new) {
            (Some(i), Some(j)) => self.join(i, j),
            (Some(i), None) => self.old.partners[i] = None,
            (None, Some(j)) => self.new.partners[j] = None,
            (None, None) => {}
        }
        self.join(i, j);
    }

    fn segments(&self) -> Vec<Segment> {
        let (old, new) = (&self.old, &self.new);
        let mut segments = Vec::new();
        let mut start = 0;
        while start < new.tokens.len() {
            let Some(i) = new.partners[start] else {
                start += 1;
                continue;
            };
            let partners = new.partners[start..].iter().zip(i..);
            let length = partners.take_while(|(own, i)| **own == Some(*i)).count();
            push_run(
                &mut segments,
                (old.text, &old.tokens[i..i + length]),
                (new.text, &new.tokens[start..start + length]),
            );
            start += length;
        }
        segments
    }
}
