//! Text of one place that turns up in another: moved, split off, copied.

use std::ops::Range;

use crate::align::{KnownRuns, Segment, align};
use crate::carry::{Carried, Source};
use crate::token::{KNOWN_RUN, count_tokens, is_word};

/// Runs of one block lie no further apart than this, in bytes of either text.
const NEAR: u32 = 400;
/// So few tokens at the beginning or end of a line may be alike by accident.
const FEW: usize = 6;
/// A run that may be anybody's has no more different words than this.
const COMMON_WORDS: usize = 3;

/// A stretch of a text that stands, perhaps changed, in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// In bytes of the text it comes from.
    pub old: Range<u32>,
    /// In bytes of the text it stands in.
    pub new: Range<u32>,
    /// Tokens of its longest run that is the same in both.
    pub longest: usize,
    /// What is the same, runs shorter than those that are known by themselves as well.
    segments: Vec<Segment>,
}

/// Finds what of `old` stands in the open parts of `new` (in bytes, sorted and
/// disjoint): runs of a dozen tokens and more, with what lies between them.
pub fn blocks(old: &str, new: &str, open: &[Range<u32>]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for part in open {
        let text = slice(new, part);
        if count_tokens(text, KNOWN_RUN) < KNOWN_RUN {
            continue;
        }
        let mut runs = KnownRuns::of(text).of_which_stand_in(old);
        runs.iter_mut().for_each(|run| run.new += part.start);
        runs.sort_unstable_by_key(|run| run.new);
        let runs = joined(runs, old, new);
        let clusters = clustered(runs).into_iter();
        blocks.extend(clusters.filter_map(|runs| block(old, new, &runs)));
    }
    blocks.retain(|block| has_words(slice(new, &block.new)));
    blocks
}

impl Block {
    /// What is the same: bytes of the old text, and where they stand in the new.
    pub fn same(&self) -> impl Iterator<Item = (Range<u32>, Range<u32>)> + '_ {
        let ranges = |segment: &Segment| (segment.old_range(), segment.new_range());
        self.segments.iter().map(ranges)
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
    let mut segments: Vec<Segment> = blocks
        .iter()
        .flat_map(|block| block.segments.iter().copied())
        .collect();
    segments.sort_unstable_by_key(|segment| segment.new);
    carried.add(new, source, segments);
}

/// Runs that only white space parts on both sides are one.
fn joined(runs: Vec<Segment>, old: &str, new: &str) -> Vec<Vec<Segment>> {
    let blank = |text: &str, from: u32, to: u32| {
        from <= to
            && slice(text, &(from..to))
                .bytes()
                .all(|b| b.is_ascii_whitespace())
    };
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

/// What is the same in the two stretches that the runs span.
fn block(old: &str, new: &str, runs: &[Vec<Segment>]) -> Option<Block> {
    let all = || runs.iter().flatten();
    let hull = |side: fn(&Segment) -> Range<u32>| {
        let start = all().map(|run| side(run).start).min()?;
        let end = all().map(|run| side(run).end).max()?;
        Some(start..end)
    };
    let (old_part, new_part) = (hull(Segment::old_range)?, hull(Segment::new_range)?);
    let mut segments = align(slice(old, &old_part), slice(new, &new_part));
    for segment in &mut segments {
        segment.old += old_part.start;
        segment.new += new_part.start;
    }
    let kept = without_beginnings(new, new_part);
    segments.retain_mut(|segment| cut(segment, &kept));
    let ends = |side: fn(&Segment) -> Range<u32>| {
        let start = segments.iter().map(|s| side(s).start).min()?;
        let end = segments.iter().map(|s| side(s).end).max()?;
        Some(start..end)
    };
    let (old, new_range) = (ends(Segment::old_range)?, ends(Segment::new_range)?);
    let longest = runs.iter().map(|run| tokens_of(new, run, &kept)).max()?;
    (longest >= KNOWN_RUN).then_some(Block {
        old,
        new: new_range,
        longest,
        segments,
    })
}

/// A stretch without the few tokens that it shares with the line before or
/// behind it by accident: many lines begin, and end, alike.
fn without_beginnings(text: &str, range: Range<u32>) -> Range<u32> {
    let lines = whole_lines(text, &range);
    let (mut start, mut end) = (range.start, range.end);
    let few = |part: Range<u32>| count_tokens(slice(text, &part), FEW) < FEW;
    let line_start = memchr::memrchr(b'\n', &text.as_bytes()[..range.end as usize]);
    if let Some(line_start) = line_start.map(|at| at as u32 + 1)
        && lines.end > range.end
        && has_ink(text, range.end..lines.end)
        && line_start > start
        && few(line_start..end)
    {
        end = line_start;
    }
    let line_end = memchr::memchr(b'\n', &text.as_bytes()[range.start as usize..]);
    if let Some(line_end) = line_end.map(|at| range.start + at as u32)
        && lines.start < range.start
        && has_ink(text, lines.start..range.start)
        && line_end < end
        && few(start..line_end)
    {
        start = line_end;
    }
    start..end
}

fn has_ink(text: &str, range: Range<u32>) -> bool {
    slice(text, &range).bytes().any(crate::text::is_ink)
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

/// A range out to the ends of its lines.
fn whole_lines(text: &str, range: &Range<u32>) -> Range<u32> {
    let bytes = text.as_bytes();
    let start = memchr::memrchr(b'\n', &bytes[..range.start as usize]).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', &bytes[range.end as usize..]);
    let end = end.map_or(bytes.len(), |at| range.end as usize + at);
    start as u32..end as u32
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
