//! Units for text of which the syntax is not known.

use std::ops::Range;

use crate::lines::Lines;
use crate::unit::{Unit, UnitKind, UnitPart};

/// How many lines a block has at most. A line is never cut, however long it is.
pub const BLOCK_LINES: usize = 60;

/// The whole text in blocks of at most [`BLOCK_LINES`] lines, cut at blank lines where there are
/// any.
pub fn blocks(text: &str) -> Vec<Unit> {
    let lines = Lines::new(text);
    cut(&lines, 0..lines.count()).collect()
}

/// The blocks of these lines.
pub(crate) fn cut(lines: &Lines<'_>, mut rest: Range<usize>) -> impl Iterator<Item = Unit> {
    std::iter::from_fn(move || {
        rest = lines.trimmed(rest.clone());
        if rest.is_empty() {
            return None;
        }
        let end = end_of_first(lines, rest.clone());
        let block = lines.trimmed(rest.start..end);
        rest.start = end;
        Some(named_by_lines(lines, block))
    })
}

/// Where the first block of these lines ends. The best place is a blank line with an unindented one
/// below, where most languages begin something new.
fn end_of_first(lines: &Lines<'_>, rest: Range<usize>) -> usize {
    let limit = rest.start + BLOCK_LINES;
    if rest.end <= limit {
        return rest.end;
    }
    let blank = |&line: &usize| lines.is_blank(line);
    let mut places = (rest.start + 1..limit + 1).rev().filter(blank);
    let best = places
        .clone()
        .find(|&line| line + 1 < rest.end && lines.is_unindented(line + 1));
    best.or_else(|| places.next()).unwrap_or(limit)
}

fn named_by_lines(lines: &Lines<'_>, block: Range<usize>) -> Unit {
    Unit {
        name: block_name(block.clone()),
        kind: UnitKind::Block,
        part: UnitPart::First,
        bytes: lines.bytes(block),
    }
}

/// What a block of these lines, counted from 0, is called.
pub(crate) fn block_name(block: Range<usize>) -> String {
    match block.len() {
        1 => format!("line {}", block.end),
        _ => format!("lines {}-{}", block.start + 1, block.end),
    }
}
