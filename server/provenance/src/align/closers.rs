//! The last pass: a line that only closes something goes where that went.
//!
//! Such lines are all alike, so equal lines in equal order take the one for the other as soon as a block moves, or a
//! new one comes beside it. What a line closes is known by its indentation.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::{Segment, bytes, trim};
use crate::text::is_ink;

/// Gives each closing line of the new text the partner that closes the partner of what it closes.
pub(super) fn bind_closers(old: &str, new: &str, segments: &mut Vec<Segment>) {
    let (head, tail) = (same_head(old, segments), same_tail(old, new, segments));
    let part = |text: &str| head as u32..(text.len() - tail) as u32;
    let (old, new) = (Lines::of(old, part(old)), Lines::of(new, part(new)));
    let partners = Partners::of(&old, &new, segments);
    let mut first_closer = HashMap::new();
    for (closer, opener) in &old.openers {
        first_closer.entry(*opener).or_insert(*closer);
    }
    let (mut bound, mut loose) = (Vec::new(), Vec::new());
    let mut taken = HashSet::new();
    for (closer, opener) in &new.openers {
        let is = partners.of_new(*closer);
        match partners.of_new(*opener) {
            Some(of) => {
                let wanted = first_closer.get(&of).copied();
                let wanted = wanted.filter(|&it| it_reads(&old, it) == it_reads(&new, *closer));
                if let Some(wanted) = wanted.filter(|it| taken.insert(*it) && is != Some(*it)) {
                    bound.push((old.lines[wanted].clone(), new.lines[*closer].clone()));
                }
            }
            None if is.is_some_and(|is| partners.closes_what_is_gone(&old, is)) => {
                loose.push(new.lines[*closer].clone());
            }
            None => {}
        }
    }
    if !bound.is_empty() || !loose.is_empty() {
        rebind(segments, bound, loose);
    }
}

/// How many bytes both texts begin with, up to a line that closes all before it: what follows closes nothing there.
fn same_head(old: &str, segments: &[Segment]) -> usize {
    let first = segments.first().filter(|it| (it.old, it.new) == (0, 0));
    let same = &old[..first.map_or(0, |it| it.len as usize)];
    let begin = |text: &str| memchr::memrchr(b'\n', text.as_bytes()).map_or(0, |at| at + 1);
    let whole = &same[..begin(same)];
    let behind: usize = lengths(whole.split_inclusive('\n').rev());
    begin(&whole[..(whole.len() - behind).saturating_sub(1)])
}

/// How many bytes both texts end with, from such a line on: what they close stands among them.
fn same_tail(old: &str, new: &str, segments: &[Segment]) -> usize {
    let ends = (old.len() as u32, new.len() as u32);
    let last = segments.last();
    let last = last.filter(|it| (it.old_range().end, it.new_range().end) == ends);
    let same = &old[old.len() - last.map_or(0, |it| it.len as usize)..];
    let mut lines = same.split_inclusive('\n');
    let first = lines.next().map_or(0, str::len);
    same.len() - first - lengths(lines)
}

/// The bytes of all lines up to one that stands at the margin and closes nothing.
fn lengths<'a>(lines: impl Iterator<Item = &'a str>) -> usize {
    let lines = lines.take_while(|line| !begins_anew(line));
    lines.map(str::len).sum()
}

/// Whether a line stands at the margin and closes nothing.
fn begins_anew(line: &str) -> bool {
    line.as_bytes().first().is_some_and(|&byte| is_ink(byte))
        && line.bytes().any(|byte| is_ink(byte) && !is_closing(byte))
}

fn it_reads<'a>(lines: &Lines<'a>, line: usize) -> &'a [u8] {
    bytes(lines.text, &lines.lines[line])
}

/// The lines of a part of a text that hold ink, and what its closing lines close.
struct Lines<'a> {
    text: &'a str,
    /// Trimmed, in bytes.
    lines: Vec<Range<u32>>,
    /// Closing lines, each with the line that it closes, in order.
    openers: Vec<(usize, usize)>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str, part: Range<u32>) -> Self {
        let mut found = Lines {
            text,
            lines: Vec::with_capacity(part.len() / 24),
            openers: Vec::new(),
        };
        // The last line of each indentation.
        let mut open: Vec<(u32, usize)> = Vec::new();
        let mut start = part.start;
        let ends = memchr::memchr_iter(b'\n', bytes(text, &part));
        let ends = ends.map(|at| part.start + at as u32 + 1);
        for end in ends.chain(std::iter::once(part.end)) {
            let line = trim(text, start..end);
            if !line.is_empty() {
                found.add(line.start - start, line, &mut open);
            }
            start = end;
        }
        found
    }

    fn add(&mut self, indent: u32, line: Range<u32>, open: &mut Vec<(u32, usize)>) {
        let number = self.lines.len();
        open.truncate(open.partition_point(|(other, _)| *other <= indent));
        let same = open.last().filter(|(other, _)| *other == indent);
        let closes = bytes(self.text, &line).iter().all(|&byte| is_closing(byte));
        if !closes {
            open.truncate(open.partition_point(|(other, _)| *other < indent));
            open.push((indent, number));
        } else if let Some((_, opener)) = same
            && self.opens(*opener)
        {
            self.openers.push((number, *opener));
        }
        self.lines.push(line);
    }

    /// Whether a line opens something: else the indentation says nothing.
    fn opens(&self, line: usize) -> bool {
        let line = bytes(self.text, &self.lines[line]);
        line.last().is_some_and(|byte| b"{([".contains(byte))
    }

    /// The line that holds a byte of ink.
    fn at(&self, byte: u32) -> Option<usize> {
        let line = self.lines.partition_point(|line| line.end <= byte);
        (self.lines.get(line)?.start <= byte).then_some(line)
    }
}

fn is_closing(byte: u8) -> bool {
    b"})];,".contains(&byte)
}

/// Which lines have become which.
struct Partners {
    of_new: HashMap<usize, usize>,
    standing: HashSet<usize>,
}

impl Partners {
    /// By the longest stretch that two lines share, for the lines that matter.
    fn of(old: &Lines<'_>, new: &Lines<'_>, segments: &[Segment]) -> Self {
        let mut partners = Partners {
            of_new: HashMap::new(),
            standing: HashSet::new(),
        };
        let wanted = new
            .openers
            .iter()
            .flat_map(|&(line, opener)| [line, opener]);
        for line in wanted {
            if let Some(partner) = partner(old, &new.lines[line], segments) {
                partners.of_new.insert(line, partner);
            }
        }
        partners.standing = partners.of_new.values().copied().collect();
        partners
    }

    fn of_new(&self, line: usize) -> Option<usize> {
        self.of_new.get(&line).copied()
    }

    /// Whether what an old line closes stands nowhere that something closes it.
    fn closes_what_is_gone(&self, old: &Lines<'_>, line: usize) -> bool {
        let at = old
            .openers
            .binary_search_by_key(&line, |&(closer, _)| closer);
        at.is_ok_and(|at| !self.standing.contains(&old.openers[at].1))
    }
}

fn partner(old: &Lines<'_>, line: &Range<u32>, segments: &[Segment]) -> Option<usize> {
    let first = segments.partition_point(|segment| segment.new_range().end <= line.start);
    let shared = segments[first..]
        .iter()
        .take_while(|segment| segment.new < line.end)
        .map(|segment| {
            let start = segment.new.max(line.start);
            let end = segment.new_range().end.min(line.end);
            (end - start, start - segment.new + segment.old)
        });
    let (_, byte) = shared.max_by_key(|(length, _)| *length)?;
    old.at(byte)
}

/// Takes these lines out of the segments, and puts the bound ones in as segments of their own.
fn rebind(
    segments: &mut Vec<Segment>,
    bound: Vec<(Range<u32>, Range<u32>)>,
    loose: Vec<Range<u32>>,
) {
    let mut old: Vec<Range<u32>> = bound.iter().map(|(old, _)| old.clone()).collect();
    let mut new: Vec<Range<u32>> = bound.iter().map(|(_, new)| new.clone()).collect();
    new.extend(loose);
    old.sort_unstable_by_key(|range| range.start);
    new.sort_unstable_by_key(|range| range.start);
    let rest = std::mem::take(segments).into_iter();
    let rest = rest.flat_map(|segment| without(segment, &old, Segment::old_range));
    let rest = rest.flat_map(|segment| without(segment, &new, Segment::new_range));
    segments.extend(rest);
    segments.extend(bound.into_iter().map(|(old, new)| Segment {
        old: old.start,
        new: new.start,
        len: new.end - new.start,
    }));
    segments.sort_unstable_by_key(|segment| segment.new);
}

/// The parts of a segment outside of sorted ranges of one of its sides.
fn without(
    segment: Segment,
    ranges: &[Range<u32>],
    side: impl Fn(&Segment) -> Range<u32>,
) -> Vec<Segment> {
    let own = side(&segment);
    let part = |start: u32, end: u32| Segment {
        old: segment.old + (start - own.start),
        new: segment.new + (start - own.start),
        len: end - start,
    };
    let first = ranges.partition_point(|range| range.end <= own.start);
    let mut parts = Vec::new();
    let mut at = own.start;
    for range in ranges[first..]
        .iter()
        .take_while(|range| range.start < own.end)
    {
        if at < range.start {
            parts.push(part(at, range.start));
        }
        at = range.end;
    }
    if at < own.end {
        parts.push(part(at, own.end));
    }
    parts
}
