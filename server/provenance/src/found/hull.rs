//! How far what was found reaches.

use std::ops::Range;

use super::{NEAR, slice};
use crate::align::{Segment, trim};
use crate::token::count_tokens;

/// So few tokens at the beginning or end of a line may be alike by accident.
const FEW: usize = 6;

/// What some runs span, in both texts.
#[derive(Debug, Clone)]
pub(super) struct Hull {
    pub(super) old: Range<u32>,
    pub(super) new: Range<u32>,
}

impl Hull {
    pub(super) fn of(runs: &[Vec<Segment>], old: &str, new: &str) -> Self {
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
    pub(super) fn grown(
        hulls: &[Hull],
        at: usize,
        (old, new): (&str, &str),
        open: &Range<u32>,
    ) -> Hull {
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

/// A range out to the ends of its lines.
fn whole_lines(text: &str, range: &Range<u32>) -> Range<u32> {
    let bytes = text.as_bytes();
    let start = memchr::memrchr(b'\n', &bytes[..range.start as usize]).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', &bytes[range.end as usize..]);
    let end = end.map_or(bytes.len(), |at| range.end as usize + at);
    start as u32..end as u32
}
