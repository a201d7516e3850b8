//! Text of one place that turns up in another: moved, split off, copied.

use std::ops::Range;

use crate::align::{KnownRuns, Segment, align, trim};
use crate::carry::{Carried, Source};
use crate::removal::Side;
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
        let clusters = clustered(runs);
        let hulls = clusters.iter().map(|runs| Hull::of(runs, old, new));
        let hulls: Vec<Hull> = hulls.collect();
        for (at, runs) in clusters.iter().enumerate() {
            let longest = runs
                .iter()
                .map(|run| tokens_of(new, run, &hulls[at].new))
                .max();
            if longest.is_some_and(|longest| longest >= KNOWN_RUN) {
                let grown = Hull::grown(&hulls, at, (old, new), part);
                blocks.extend(block(old, new, runs, &hulls[at], grown));
            }
        }
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

/// What some runs span, in both texts.
#[derive(Debug, Clone)]
struct Hull {
    old: Range<u32>,
    new: Range<u32>,
}

impl Hull {
    fn of(runs: &[Vec<Segment>], old: &str, new: &str) -> Self {
        let hull = |side: fn(&Segment) -> Range<u32>| {
            let all = || runs.iter().flatten().map(side);
            let start = all().map(|range| range.start).min().unwrap_or(0);
            start..all().map(|range| range.end).max().unwrap_or(start)
        };
        Hull {
            old: without_beginnings(old, hull(Segment::old_range)),
            new: without_beginnings(new, hull(Segment::new_range)),
        }
    }

    /// One of them with the rest of its paragraph: what is left of lines that
    /// were edited is too short to be known by itself. It does not reach into
    /// another one.
    fn grown(hulls: &[Hull], at: usize, (old, new): (&str, &str), open: &Range<u32>) -> Hull {
        let own = &hulls[at];
        let others = hulls.iter().enumerate().filter(|(other, _)| *other != at);
        let free = |own: &Range<u32>, all: Range<u32>, side: fn(&Hull) -> &Range<u32>| {
            let mut free = all;
            for (_, other) in others.clone() {
                let other = side(other);
                if other.end <= own.start {
                    free.start = free.start.max(other.end);
                } else if other.start >= own.end {
                    free.end = free.end.min(other.start);
                }
            }
            free
        };
        let of_old = free(&own.old, 0..old.len() as u32, |hull| &hull.old);
        let of_new = free(&own.new, open.clone(), |hull| &hull.new);
        Hull {
            old: paragraph(old, &own.old, &of_old),
            new: paragraph(new, &own.new, &of_new),
        }
    }
}

/// The lines before and behind a stretch up to a blank one, as far as they are
/// near and free.
fn paragraph(text: &str, own: &Range<u32>, free: &Range<u32>) -> Range<u32> {
    let own = trim(text, own.clone());
    let before = slice(text, &(free.start..own.start));
    let behind = slice(text, &(own.end..free.end));
    let is_blank = |line: &str| line.trim().is_empty();
    let mut start = own.start;
    for line in before.split_inclusive('\n').rev() {
        let is_far = own.start - start + line.len() as u32 > NEAR;
        // What stands before it on its own line has no line end.
        if is_far || is_blank(line) && line.ends_with('\n') {
            break;
        }
        start -= line.len() as u32;
    }
    let mut end = own.end;
    for (number, line) in behind.split_inclusive('\n').enumerate() {
        let is_far = end - own.end + line.len() as u32 > NEAR;
        if is_far || number > 0 && is_blank(line) {
            break;
        }
        end += line.len() as u32;
    }
    start..end
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
    let longest = runs
        .iter()
        .map(|run| tokens_of(new, run, &new_range))
        .max()?;
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

/// What is the same in two stretches that begin and end where lines do: nothing
/// at their ends is cut off inside a word.
fn aligned(
    (old, old_part): (&str, &Range<u32>),
    (new, new_part): (&str, &Range<u32>),
) -> Vec<Segment> {
    let lines = |text, part| ["\n", slice(text, part), "\n"].concat();
    let mut segments = align(&lines(old, old_part), &lines(new, new_part));
    segments.retain_mut(|segment| {
        // Both begin behind a line end of ours.
        let inside = 1..new_part.end - new_part.start + 1;
        let is_inside = cut(segment, &inside) && segment.old > 0;
        let end = old_part.end - old_part.start + 1;
        segment.len = segment.len.min(end.saturating_sub(segment.old));
        (segment.old, segment.new) = (
            (segment.old + old_part.start).saturating_sub(1),
            (segment.new + new_part.start).saturating_sub(1),
        );
        is_inside && segment.len > 0
    });
    segments
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
