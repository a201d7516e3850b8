//! The outline of a changed text, of which only what changed is parsed.

use std::ops::Range;

use memchr::memmem;
use tree_sitter::Node;

use crate::blocks::block_name;
use crate::language::Language;
use crate::lines::Lines;
use crate::outline::{Outline, outline};
use crate::pieces::{self, Piece, pieces};
use crate::tree::{LONGEST_PARSED, parse_str};
use crate::unit::{Unit, UnitKind};

/// How many pieces are looked for behind a change.
const AHEAD: usize = 32;

/// The outline of a file whose text was `old`, with the outline `known`: just what
/// [`crate::outline_of`] gives. `None` where that is not sure, or no less work: what changed does
/// not parse, or the old text did not, or it is most of the text.
pub fn outline_after(path: &str, old: &str, known: &Outline, text: &str) -> Option<Outline> {
    let language = Language::of_path(path)?;
    let old_pieces = pieces(known, old);
    if old_pieces.len() < 3 || text.len() > LONGEST_PARSED {
        return None;
    }
    let parts = windows(&align(old, &old_pieces, text));
    let changed = parts.iter().filter(|part| part.piece.is_none());
    if changed.map(|part| part.bytes.len()).sum::<usize>() > text.len() / 2 {
        return None;
    }
    let mut found = Outline::default();
    for part in parts {
        let start = part.bytes.start;
        if let Some(piece) = part.piece.map(|piece| &old_pieces[piece]) {
            let kept = Outline {
                units: known.units[piece.units.clone()].to_vec(),
                firsts: Vec::new(),
            };
            add(&mut found, kept, piece.bytes.start, start);
        } else {
            let resumes = part.resumes.map(|byte| byte - start);
            let window = parsed(language, &text[part.bytes], resumes)?;
            add(&mut found, window, 0, start);
        }
    }
    name_blocks(text, &mut found.units);
    Some(found)
}

/// A part of the new text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    /// In bytes of the new text.
    bytes: Range<usize>,
    /// The piece of the old text that stands here; none where it is to be parsed.
    piece: Option<usize>,
    /// Of a window: where the piece begins that it ends with; none at the end of the text.
    resumes: Option<usize>,
}

/// The new text as pieces of the old one, in their order, and what stands between them. Where a
/// piece is missing and nothing stands in its place there is an empty part.
fn align(old: &str, pieces: &[Piece], text: &str) -> Vec<Part> {
    let behind = same_at_end(old, pieces, text);
    let end = text.len() - (old.len() - pieces.get(behind).map_or(old.len(), |p| p.bytes.start));
    let mut parts = Parts::default();
    let mut next = 0;
    while next < behind {
        let ahead = (next..behind).take(AHEAD);
        let found = ahead.clone().find_map(|piece| {
            let lines = &old[pieces[piece].bytes.clone()];
            Some((piece, find_lines(&text[..end], parts.end, lines)?))
        });
        let Some((piece, at)) = found else { break };
        parts.push(piece, at..at + pieces[piece].bytes.len(), next);
        next = piece + 1;
    }
    let mut at = end;
    for (piece, it) in pieces.iter().enumerate().skip(behind) {
        parts.push(piece, at..at + it.bytes.len(), next);
        (at, next) = (at + it.bytes.len(), piece + 1);
    }
    if parts.end < text.len() || next < pieces.len() {
        parts.changed(text.len());
    }
    parts.all
}

/// The first of the pieces that stand at the end of both texts. Never the very first.
fn same_at_end(old: &str, pieces: &[Piece], text: &str) -> usize {
    let (mut behind, mut end) = (pieces.len(), text.len());
    while behind > 1 {
        let lines = &old[pieces[behind - 1].bytes.clone()];
        let start = end.saturating_sub(lines.len());
        let stands = text.as_bytes()[..end].ends_with(lines.as_bytes());
        if !stands || !starts_line(text, start) {
            break;
        }
        (behind, end) = (behind - 1, start);
    }
    behind
}

fn starts_line(text: &str, byte: usize) -> bool {
    byte == 0 || text.as_bytes()[byte - 1] == b'\n'
}

/// Where these lines stand in the text, whole, from a byte on.
fn find_lines(text: &str, from: usize, lines: &str) -> Option<usize> {
    let is_whole = |at: &usize| {
        let end = at + lines.len();
        starts_line(text, *at) && (lines.ends_with('\n') || end == text.len())
    };
    if text[from..].starts_with(lines) && is_whole(&from) {
        return Some(from);
    }
    let found = memmem::find(&text.as_bytes()[from..], lines.as_bytes());
    found.map(|at| from + at).filter(is_whole)
}

#[derive(Default)]
struct Parts {
    all: Vec<Part>,
    /// Where the last of them ends.
    end: usize,
}

impl Parts {
    /// Adds a piece where `next` would have been the next one.
    fn push(&mut self, piece: usize, bytes: Range<usize>, next: usize) {
        if self.end < bytes.start || next < piece {
            self.changed(bytes.start);
        }
        self.add(bytes, Some(piece));
    }

    fn changed(&mut self, end: usize) {
        self.add(self.end..end, None);
    }

    fn add(&mut self, bytes: Range<usize>, piece: Option<usize>) {
        self.end = bytes.end;
        self.all.push(Part {
            bytes,
            piece,
            resumes: None,
        });
    }
}

/// What changed, together with the pieces right before and behind it: those it may change by
/// standing beside them, and by them the parser is sure to be between two items.
fn windows(parts: &[Part]) -> Vec<Part> {
    let mut windows: Vec<Part> = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        let is_changed = |index: usize| parts.get(index).is_some_and(|part| part.piece.is_none());
        let joins = is_changed(index) || index.checked_sub(1).is_some_and(is_changed);
        match windows.last_mut() {
            Some(last) if joins && last.piece.is_none() => {
                last.bytes.end = part.bytes.end;
                last.resumes = part.piece.map(|_| part.bytes.start);
            }
            _ if joins || is_changed(index + 1) => windows.push(Part {
                piece: None,
                ..part.clone()
            }),
            _ => windows.push(part.clone()),
        }
    }
    windows
}

/// The outline of a window. None where it has an error, or where no item begins with the piece that
/// it ends with: then what is behind may be other than it was.
fn parsed(language: Language, window: &str, resumes: Option<usize>) -> Option<Outline> {
    let tree = parse_str(language, window, None, &mut || false)?;
    let file = tree.syntax.root_node();
    let spans = |node: Node<'_>| {
        let inside = node.start_byte() + 1..node.end_byte();
        resumes.is_some_and(|byte| inside.contains(&byte))
    };
    if file.has_error() || file.children(&mut file.walk()).any(spans) {
        return None;
    }
    let units = outline(window, Some(&tree));
    let firsts = pieces::firsts(window, &tree, &units);
    Some(Outline { units, firsts })
}

/// Adds the units of a part that stood at one byte and now stands at another.
fn add(found: &mut Outline, part: Outline, from: usize, to: usize) {
    let start = found.units.len();
    if start > 0 && !part.units.is_empty() {
        found.firsts.push(start);
    }
    let moved = |byte: usize| byte - from + to;
    found.units.extend(part.units.into_iter().map(|unit| Unit {
        bytes: moved(unit.bytes.start)..moved(unit.bytes.end),
        ..unit
    }));
    let firsts = part.firsts.into_iter().map(|first| start + first);
    found.firsts.extend(firsts);
}

/// Blocks are called by their lines, which may be others now.
fn name_blocks(text: &str, units: &mut [Unit]) {
    let lines = Lines::new(text);
    for unit in units.iter_mut().filter(|unit| unit.kind == UnitKind::Block) {
        let last = lines.of_byte(unit.bytes.end - 1);
        unit.name = block_name(lines.of_byte(unit.bytes.start)..last + 1);
    }
}
