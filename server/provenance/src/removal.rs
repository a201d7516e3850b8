//! What an assistant took away: which of it counts, and when it came back.

use std::ops::Range;

use memchr::memmem;

use crate::carry::Gone;
use crate::text::{Text, is_ink};
use crate::token::is_known_run;

/// So many lines beside a place tell it from others.
const LINES: usize = 3;
/// A line of less ink stands in many places.
const TELLING: usize = 12;

/// Which characters a change may drop without taking anything away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tolerance {
    /// A comma.
    Edit,
    /// Also a semicolon, brackets and quotes: a formatter may have run.
    Formatter,
}

impl Tolerance {
    /// Whether a text is layout only: what formatters set and drop.
    pub fn is_layout(self, text: &str) -> bool {
        let layout = |c: char| match self {
            Tolerance::Edit => c == ',' || c.is_whitespace(),
            Tolerance::Formatter => ",;(){}\"'`".contains(c) || c.is_whitespace(),
        };
        text.chars().all(layout)
    }
}

/// One thing that was taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// In bytes of the text before: sorted and disjoint.
    pub removed: Vec<Range<u32>>,
    /// Where it stood, in bytes of the text after.
    pub at: u32,
    /// Lines of the text before that lost something, without blank ones.
    pub lines: u32,
    /// How often those lines' ink stood in the text before.
    pub occurrences: u32,
}

/// What of `gone` counts as taken away: all but what was still `open` (sorted,
/// in bytes of the text before) and what is only layout. Neighbouring lines are
/// one removal.
pub fn taken(before: &str, gone: &[Gone], open: &[Range<u32>], tolerance: Tolerance) -> Vec<Taken> {
    let text = Text::from(before);
    let mut taken: Vec<(u32, Taken)> = Vec::new();
    for part in gone {
        for removed in outside(&part.old, open) {
            let removed = text.trim(removed);
            if removed.is_empty() || tolerance.is_layout(&text.slice(removed.clone())) {
                continue;
            }
            let first = text.line_of(removed.start);
            let last = text.line_of(removed.end - 1);
            match taken.last_mut() {
                Some((end, before)) if blank_between(&text, *end, first) => {
                    before.removed.push(removed);
                    *end = last;
                }
                _ => taken.push((
                    last,
                    Taken {
                        removed: vec![removed],
                        at: part.at,
                        lines: 0,
                        occurrences: 0,
                    },
                )),
            }
        }
    }
    let count = |(_, taken): (u32, Taken)| Taken {
        lines: lines(&text, &taken.removed),
        occurrences: occurrences(needle(before, &taken.removed), before),
        ..taken
    };
    taken.into_iter().map(count).collect()
}

/// What a removal belongs to: lines of the text before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Where they stand, seen from what was removed.
    pub side: Side,
    /// In bytes of the text before; begins and ends with ink.
    pub lines: Range<u32>,
}

/// On which side of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before it.
    Before,
    /// Behind it.
    Behind,
}

/// The few lines that what was removed belongs to: those right before it, or
/// right behind where a blank line parts it from these. `None` where nothing
/// else stood in the text.
pub fn neighbour(before: &str, removed: &[Range<u32>]) -> Option<Neighbour> {
    let (start, end) = (
        removed.first()?.start as usize,
        removed.last()?.end as usize,
    );
    let (above, below) = (before.get(..start)?, before.get(end..)?);
    let parted = |gap: &str| gap.bytes().filter(|&byte| byte == b'\n').count() > 1;
    let (left, right) = (above.trim_ascii_end(), below.trim_ascii_start());
    let left_parted = left.is_empty() || parted(&above[left.len()..]);
    let right_parted = right.is_empty() || parted(&below[..below.len() - right.len()]);
    let behind = left.is_empty() || left_parted && !right_parted;
    let inked = |line: &&str| !line.trim_ascii().is_empty();
    let length = |lines: &mut dyn Iterator<Item = &str>| -> usize {
        let lines = lines
            .enumerate()
            .take_while(|(at, line)| *at == 0 || inked(line));
        lines.take(LINES).map(|(_, line)| line.len()).sum()
    };
    let text = Text::from(before);
    let (side, lines) = match behind {
        false => {
            let length = length(&mut left.split_inclusive('\n').rev());
            (Side::Before, left.len() - length..left.len())
        }
        true => {
            let length = length(&mut right.split_inclusive('\n'));
            let at = before.len() - right.len();
            (Side::Behind, at..at + length)
        }
    };
    let lines = text.trim(lines.start as u32..lines.end as u32);
    (!lines.is_empty()).then_some(Neighbour { side, lines })
}

impl Taken {
    /// The place of its mark in the text after. Where only the first words of a line are gone it is on that line, not
    /// at the end of the one before.
    pub fn place(&self, before: &str, after: &str) -> u32 {
        let text = Text::from(before);
        let Some(first) = self.removed.first() else {
            return self.at;
        };
        let line = text.line_of(first.start);
        let line = text.line_start(line)..text.line_start(line + 1);
        let gone = self.removed.iter().map(|removed| {
            let (start, end) = (removed.start.max(line.start), removed.end.min(line.end));
            text.ink(start.min(end)..end)
        });
        let leads = text.ink(line.start..first.start) == 0;
        let stays = text.ink(line.clone()) > gone.sum();
        let rest = after.as_bytes().get(self.at as usize..).unwrap_or_default();
        match rest.iter().position(|&byte| is_ink(byte)) {
            Some(blank) if leads && stays => self.at + blank as u32,
            _ => self.at,
        }
    }
}

impl Neighbour {
    /// Its lines, the longest first.
    pub fn lines<'t>(&self, before: &'t str) -> Vec<&'t str> {
        let lines = before.get(self.lines.start as usize..self.lines.end as usize);
        let mut lines: Vec<&str> = lines.unwrap_or_default().lines().map(str::trim).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.len()));
        lines
    }

    /// Whether one of its lines that tells something stands in another text, whatever the white space.
    pub fn stands_in(&self, before: &str, text: &str) -> bool {
        let ink = |text: &str| -> Vec<u8> { text.bytes().filter(|&b| is_ink(b)).collect() };
        let lines = self.lines(before).into_iter().map(ink).enumerate();
        let mut telling = lines.filter(|(at, line)| *at == 0 || line.len() >= TELLING);
        let text = ink(text);
        telling.any(|(_, line)| memmem::find(&text, &line).is_some())
    }
}

/// Whether what was removed stands in a text as often as it stood before.
pub fn came_back(before: &str, removed: &[Range<u32>], occurrences_before: u32, now: &str) -> bool {
    let needle = needle(before, removed);
    occurrences(needle, now) >= occurrences_before.max(1)
}

/// The whole lines that lost something.
fn needle<'a>(before: &'a str, removed: &[Range<u32>]) -> &'a str {
    let (Some(first), Some(last)) = (removed.first(), removed.last()) else {
        return "";
    };
    let bytes = before.as_bytes();
    let (first, last) = (first.start as usize, (last.end as usize).min(bytes.len()));
    if first > last {
        return "";
    }
    let start = memchr::memrchr(b'\n', &bytes[..first]).map_or(0, |n| n + 1);
    let end = memchr::memchr(b'\n', &bytes[last..]).map_or(bytes.len(), |n| last + n);
    before.get(start..end).unwrap_or("")
}

/// How often the ink of some lines stands in a text. Few tokens count only as lines of their own: they are part of
/// many others.
fn occurrences(lines: &str, text: &str) -> u32 {
    let (needle, _) = inked(lines);
    if needle.is_empty() {
        return 0;
    }
    let (ink, starts) = inked(text);
    let found = memmem::find_iter(&ink, &needle);
    if is_known_run(lines) {
        return found.count() as u32;
    }
    let is_border = |at: usize| at == ink.len() || starts.binary_search(&at).is_ok();
    found
        .filter(|&at| is_border(at) && is_border(at + needle.len()))
        .count() as u32
}

/// The ink of a text, and where in it lines begin.
fn inked(text: &str) -> (Vec<u8>, Vec<usize>) {
    let (mut ink, mut starts) = (Vec::with_capacity(text.len()), Vec::new());
    for line in text.as_bytes().split(|&byte| byte == b'\n') {
        let start = ink.len();
        ink.extend(line.iter().copied().filter(|&byte| is_ink(byte)));
        if ink.len() > start {
            starts.push(start);
        }
    }
    (ink, starts)
}

fn blank_between(text: &Text, last: u32, first: u32) -> bool {
    first <= last + 1 || text.ink(text.line_start(last + 1)..text.line_start(first)) == 0
}

fn lines(text: &Text, removed: &[Range<u32>]) -> u32 {
    let (mut lines, mut counted) = (0, None);
    for range in removed {
        for line in text.line_of(range.start)..=text.line_of(range.end - 1) {
            let inked = text.ink(text.line_start(line)..text.line_start(line + 1)) > 0;
            if inked && counted < Some(line) {
                lines += 1;
                counted = Some(line);
            }
        }
    }
    lines
}

/// The parts of a range outside of sorted, disjoint others.
fn outside(range: &Range<u32>, others: &[Range<u32>]) -> Vec<Range<u32>> {
    let first = others.partition_point(|other| other.end <= range.start);
    let mut start = range.start;
    let mut parts = Vec::new();
    for other in others[first..]
        .iter()
        .take_while(|other| other.start < range.end)
    {
        if start < other.start {
            parts.push(start..other.start);
        }
        start = other.end;
    }
    if start < range.end {
        parts.push(start..range.end);
    }
    parts
}
