//! Text of one place that turns up in another: moved, split off, copied.

mod hull;

use std::ops::Range;

use crate::align::{Hashed, KnownRuns, Segment, align, trim};
use crate::carry::{Carried, Source};
use crate::removal::Side;
use crate::text::ink_of;
use crate::token::{KNOWN_RUN, count_tokens, is_word};
use hull::Hull;

/// Runs of one block lie no further apart than this, in bytes of either text.
const NEAR: u32 = 400;
/// A run of so many tokens is no accident where some of it is known otherwise.
const LONG: usize = 24;
/// At least one in so many bytes of it is fresh then.
const FRESH_SHARE: u32 = 8;
/// A run that may be anybody's has no more different words than this.
const COMMON_WORDS: usize = 3;

/// A stretch of a text that stands, perhaps changed, in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// In bytes of the text it comes from: the runs and what lies between.
    pub old: Range<u32>,
    /// In bytes of the text it stands in.
    pub new: Range<u32>,
    /// Tokens of its longest run that is the same in both.
    pub longest: usize,
    /// What is the same, runs shorter than those that are known by themselves as well, and those beside it in its
    /// paragraph.
    segments: Vec<Segment>,
}

/// Finds what of `old` stands in the open parts of `new` (in bytes, sorted and
/// disjoint): runs of a dozen tokens and more, with what lies between them.
pub fn blocks(old: &str, new: &str, open: &[Range<u32>]) -> Vec<Block> {
    Openings::of(new, open).blocks_of(old)
}

/// The open parts of a text, in which the blocks of many others are looked for.
pub struct Openings<'a> {
    new: &'a str,
    /// In bytes, sorted and disjoint.
    parts: Vec<(Range<u32>, KnownRuns<'a>)>,
}

impl<'a> Openings<'a> {
    /// These parts of a text, in bytes, sorted and disjoint.
    pub fn of(new: &'a str, open: &[Range<u32>]) -> Self {
        let is_long = |text: &str| count_tokens(text, KNOWN_RUN) >= KNOWN_RUN;
        let parts = open.iter().filter(|part| is_long(slice(new, part)));
        let parts = parts.map(|part| (part.clone(), KnownRuns::of(slice(new, part))));
        Openings {
            new,
            parts: parts.collect(),
        }
    }

    /// Whether nothing could be found in them.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// See [`blocks`].
    pub fn blocks_of(&self, old: &str) -> Vec<Block> {
        let (hashed, new) = (Hashed::of(old), self.new);
        let mut blocks = Vec::new();
        for (part, runs) in &self.parts {
            let mut runs = runs.of_which_stand_in(&hashed);
            runs.iter_mut().for_each(|run| run.new += part.start);
            runs.sort_unstable_by_key(|run| run.new);
            let runs = joined(runs, old, new, |byte| byte.is_ascii_whitespace());
            let clusters = clustered(runs);
            let hulls = clusters.iter().map(|runs| Hull::of(runs, old, new));
            let hulls: Vec<Hull> = hulls.collect();
            for (at, runs) in clusters.iter().enumerate() {
                if longest_of(new, runs, &hulls[at].new) >= KNOWN_RUN {
                    let grown = Hull::grown(&hulls, at, (old, new), part);
                    blocks.extend(block(old, new, runs, &hulls[at], grown));
                }
            }
        }
        blocks.retain(|block| has_words(slice(new, &block.new)));
        blocks
    }
}

impl Block {
    /// What is the same: bytes of the old text, and where they stand in the new.
    pub fn same(&self) -> impl Iterator<Item = (Range<u32>, Range<u32>)> + '_ {
        let ranges = |segment: &Segment| (segment.old_range(), segment.new_range());
        self.segments.iter().map(ranges)
    }

    /// Its unbroken runs, each a block of its own: where they part what is the same, neither text has a word. What a
    /// formatter adds, a comma or a pair of braces, breaks nothing.
    pub fn unbroken(&self, old: &str, new: &str) -> Vec<Block> {
        let runs = joined(self.segments.clone(), old, new, |byte| !is_word(byte));
        let block = |segments: Vec<Segment>| {
            let (first, last) = (segments.first()?, segments.last()?);
            let (old, range) = (
                first.old..last.old_range().end,
                first.new..last.new_range().end,
            );
            Some(Block {
                old,
                longest: tokens_of(new, &segments, &range),
                new: range,
                segments,
            })
        };
        runs.into_iter().filter_map(block).collect()
    }

    /// Whether the byte of ink before, or behind, a place in the old text stands in it.
    pub fn holds_beside(&self, old: &str, at: u32, side: Side) -> bool {
        let ink = |byte: &u8| crate::text::is_ink(*byte);
        let (before, behind) = old.as_bytes().split_at((at as usize).min(old.len()));
        let byte = match side {
            Side::Before => before.iter().rposition(ink),
            Side::Behind => behind.iter().position(ink).map(|byte| byte + before.len()),
        };
        byte.is_some_and(|byte| self.old.contains(&(byte as u32)))
    }

    /// Whether any of these bytes of the old text (sorted and disjoint) stand in it.
    pub fn holds_any(&self, parts: &[Range<u32>]) -> bool {
        let first = parts.partition_point(|part| part.end <= self.old.start);
        parts
            .get(first)
            .is_some_and(|part| part.start < self.old.end)
    }
}

/// Takes over the regions of a text for the blocks of it that were found.
pub fn take_over(carried: &mut Carried, new: &str, source: &Source<'_>, blocks: &[Block]) {
    let segments = blocks.iter().flat_map(|block| &block.segments);
    carried.add(new, source, disjoint(segments.copied().collect()));
}

/// Takes over the regions of text that vanished where it stood for the long runs of it, found in the [`areas`] of what is
/// fresh, that hold something fresh: what else of them was known here was only alike. Whether there
/// were any.
pub fn take_over_alike(
    carried: &mut Carried,
    new: &str,
    source: &Source<'_>,
    blocks: &[Block],
) -> bool {
    let all = blocks
        .iter()
        .flat_map(|block| alike(carried, new, source, block));
    let segments = disjoint(all.collect());
    let parts: Vec<Range<u32>> = segments.iter().map(Segment::new_range).collect();
    carried.reopen(new, &parts);
    carried.add(new, source, segments);
    !parts.is_empty()
}

/// The runs of a block that hold something fresh, where one of them is long.
fn alike(carried: &Carried, new: &str, source: &Source<'_>, block: &Block) -> Vec<Segment> {
    let segments = source.clip(block.segments.clone());
    let mut runs = joined(segments, source.text, new, |byte| {
        byte.is_ascii_whitespace()
    });
    let sum = |run: &[Segment], of: &dyn Fn(&Range<u32>) -> u32| -> u32 {
        run.iter().map(|segment| of(&segment.new_range())).sum()
    };
    let tokens =
        |run: &Vec<Segment>| sum(run, &|part| count_tokens(slice(new, part), LONG) as u32) as usize;
    runs.retain(|run| {
        let ink = sum(run, &|part| ink_of(slice(new, part).as_bytes()));
        let fresh = sum(run, &|part| carried.fresh_ink(new, part));
        tokens(run) >= KNOWN_RUN && fresh * FRESH_SHARE >= ink
    });
    match runs.iter().any(|run| tokens(run) >= LONG) {
        true => runs.into_iter().flatten().collect(),
        false => Vec::new(),
    }
}

/// What is fresh in a text, with what stands between such parts where that is short: what was known of it may be no
/// more than alike. In bytes, sorted, disjoint and not short.
pub fn areas(text: &str, fresh: &[Range<u32>]) -> Vec<Range<u32>> {
    let mut areas: Vec<Range<u32>> = Vec::new();
    for part in fresh {
        match areas.last_mut() {
            Some(last) if count_tokens(slice(text, &(last.end..part.start)), LONG) < LONG => {
                last.end = part.end;
            }
            _ => areas.push(part.clone()),
        }
    }
    areas.retain(|area| count_tokens(slice(text, area), KNOWN_RUN) >= KNOWN_RUN);
    areas
}

/// What is beside two blocks may be found for both: the longer segment has it. Sorted by their place in the new text.
fn disjoint(mut segments: Vec<Segment>) -> Vec<Segment> {
    segments.sort_unstable_by_key(|segment| segment.new);
    let mut apart: Vec<Segment> = Vec::with_capacity(segments.len());
    for mut segment in segments {
        let own = segment.new_range();
        let last = apart.last().copied();
        match last.filter(|last| last.new_range().end > own.start) {
            Some(last) if last.len >= segment.len => {
                let behind = last.new_range().end..own.end;
                apart.extend(cut(&mut segment, &behind).then_some(segment));
            }
            Some(mut last) => {
                let before = last.new..own.start;
                apart.pop();
                apart.extend(cut(&mut last, &before).then_some(last));
                apart.push(segment);
            }
            None => apart.push(segment),
        }
    }
    apart
}

/// Runs are one where nothing but such bytes parts them on both sides.
fn joined(runs: Vec<Segment>, old: &str, new: &str, joins: fn(u8) -> bool) -> Vec<Vec<Segment>> {
    let blank =
        |text: &str, from: u32, to: u32| from <= to && slice(text, &(from..to)).bytes().all(joins);
    let mut joined: Vec<Vec<Segment>> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some(before)
                if before.last().is_some_and(|last| {
                    blank(old, last.old + last.len, run.old)
                        && blank(new, last.new + last.len, run.new)
                }) =>
            {
                before.push(run);
            }
            _ => joined.push(vec![run]),
        }
    }
    joined
}

/// Runs that stand near each other in both texts, in the same order.
fn clustered(runs: Vec<Vec<Segment>>) -> Vec<Vec<Vec<Segment>>> {
    let mut clusters: Vec<Vec<Vec<Segment>>> = Vec::new();
    for run in runs {
        let follows = |cluster: &Vec<Vec<Segment>>| {
            let (last, first) = (cluster.last()?.last()?, run.first()?);
            let gaps = (
                first.old.checked_sub(last.old + last.len)?,
                first.new.checked_sub(last.new + last.len)?,
            );
            Some(gaps.0 <= NEAR && gaps.1 <= NEAR)
        };
        match clusters.last_mut() {
            Some(cluster) if follows(cluster) == Some(true) => cluster.push(run),
            _ => clusters.push(vec![run]),
        }
    }
    clusters
}

/// What is the same in the two stretches that belong to the runs. The block is
/// as long as the runs; what is the same beside them only comes along.
fn block(old: &str, new: &str, runs: &[Vec<Segment>], hull: &Hull, grown: Hull) -> Option<Block> {
    let mut segments = aligned((old, &grown.old), (new, &grown.new));
    let strangers = strangers(new, &segments, &hull.new, &grown.new);
    segments.retain(|segment| {
        let next = strangers.partition_point(|line| line.end <= segment.new);
        let line = strangers.get(next);
        line.is_none_or(|line| line.start > segment.new)
    });
    let mut within = segments.clone();
    within.retain_mut(|segment| cut(segment, &hull.new));
    let ends = |side: fn(&Segment) -> Range<u32>| {
        let start = within.iter().map(|s| side(s).start).min()?;
        let end = within.iter().map(|s| side(s).end).max()?;
        Some(start..end)
    };
    let (old, new_range) = (ends(Segment::old_range)?, ends(Segment::new_range)?);
    let longest = longest_of(new, runs, &new_range);
    (longest >= KNOWN_RUN).then_some(Block {
        old,
        new: new_range,
        longest,
        segments,
    })
}

/// The lines beside a block that share less than half of their words with the
/// text it comes from. What only closes something comes along where the first
/// line of the paragraph does.
fn strangers(
    new: &str,
    segments: &[Segment],
    core: &Range<u32>,
    grown: &Range<u32>,
) -> Vec<Range<u32>> {
    let words = |part: Range<u32>| -> u32 {
        let bytes = slice(new, &part).bytes();
        bytes.filter(|&byte| is_word(byte)).count() as u32
    };
    let core = trim(new, core.clone());
    let mut strangers = Vec::new();
    let mut start = grown.start;
    for line in slice(new, grown).split_inclusive('\n') {
        let line = start..start + line.len() as u32;
        start = line.end;
        if line.start < core.end && core.start < line.end {
            continue;
        }
        let shared = segments.iter().map(|segment| {
            let (from, to) = (
                segment.new.max(line.start),
                segment.new_range().end.min(line.end),
            );
            if from < to { words(from..to) } else { 0 }
        });
        let stays = match words(line.clone()) {
            0 => strangers
                .first()
                .is_none_or(|first: &Range<u32>| first.start > grown.start),
            all => 2 * shared.sum::<u32>() > all,
        };
        if !stays {
            strangers.push(line);
        }
    }
    strangers
}

/// What is the same in two stretches that begin and end where lines do.
fn aligned(
    (old, old_part): (&str, &Range<u32>),
    (new, new_part): (&str, &Range<u32>),
) -> Vec<Segment> {
    let mut segments = align(slice(old, old_part), slice(new, new_part));
    for segment in &mut segments {
        segment.old += old_part.start;
        segment.new += new_part.start;
    }
    segments
}

/// Cuts a segment to a range of the new text. Whether anything is left.
fn cut(segment: &mut Segment, kept: &Range<u32>) -> bool {
    let start = segment.new.max(kept.start);
    let end = (segment.new + segment.len).min(kept.end);
    if start >= end {
        return false;
    }
    segment.old += start - segment.new;
    segment.new = start;
    segment.len = end - start;
    true
}

/// The tokens of the longest of these runs, as far as it stands in a range of the new text.
fn longest_of(new: &str, runs: &[Vec<Segment>], kept: &Range<u32>) -> usize {
    let tokens = runs.iter().map(|run| tokens_of(new, run, kept));
    tokens.max().unwrap_or(0)
}

fn tokens_of(text: &str, run: &[Segment], kept: &Range<u32>) -> usize {
    let count = |segment: &Segment| {
        let mut segment = *segment;
        match cut(&mut segment, kept) {
            true => count_tokens(slice(text, &segment.new_range()), usize::MAX),
            false => 0,
        }
    };
    run.iter().map(count).sum()
}

/// Whether a text holds more words than what stands everywhere.
fn has_words(text: &str) -> bool {
    let mut words: Vec<&[u8]> = text
        .as_bytes()
        .split(|&byte| !is_word(byte))
        .filter(|word| word.len() > 1)
        .collect();
    words.sort_unstable();
    words.dedup();
    words.len() > COMMON_WORDS
}

fn slice<'a>(text: &'a str, range: &Range<u32>) -> &'a str {
    text.get(range.start as usize..range.end as usize)
        .unwrap_or_default()
}
