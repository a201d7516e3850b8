//! Where a text can be cut so that each part has the same units alone as in the whole.
//!
//! In every grammar here a file is a list of items, one after the other. Behind an item, on a new
//! line, a parser that met no error is where it was at the start of the file, and so is the search
//! for units behind an item that is one of them: no comment above waits for it. So a text is the
//! sum of its pieces, as long as each of them parses without an error.

use std::ops::Range;

use tree_sitter::Node;

use crate::language::Role;
use crate::lines::{BYTE_ORDER_MARK, Lines};
use crate::outline::Outline;
use crate::tree::Tree;
use crate::unit::{Unit, UnitKind};

/// The units in front of which the text can be cut; none where the tree has an error, since what is
/// behind it may depend on all that is before.
pub(crate) fn firsts(text: &str, tree: &Tree, units: &[Unit]) -> Vec<usize> {
    let file = tree.syntax.root_node();
    if file.has_error() {
        return Vec::new();
    }
    let role = tree.language.grammar().role;
    let is_item = |node: &Node<'_>| {
        matches!(
            role(*node, text),
            Role::Unit { .. } | Role::Container { .. }
        )
    };
    let lines = Lines::new(text);
    let mut cursor = file.walk();
    let items = file.named_children(&mut cursor).filter(is_item);
    let cuts = items.filter_map(|item| line_behind(text, item.end_byte()));
    cuts.filter_map(|cut| first_behind(&lines, units, cut))
        .collect()
}

/// Where the line ends that an item ends on, if nothing else begins on it.
fn line_behind(text: &str, end: usize) -> Option<usize> {
    // Some items end with their line end.
    let end = text.get(..end)?.trim_ascii_end().len();
    let rest = &text.as_bytes()[end..];
    let length = rest.iter().position(|&byte| byte == b'\n')? + 1;
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b';';
    rest[..length].iter().all(is_end).then_some(end + length)
}

/// The unit behind a cut, if its lines cannot belong to the unit in front of it.
fn first_behind(lines: &Lines<'_>, units: &[Unit], cut: usize) -> Option<usize> {
    let index = units.partition_point(|unit| unit.bytes.end <= cut);
    let (above, first) = (units.get(index.checked_sub(1)?)?, units.get(index)?);
    let line = lines.of_byte(first.bytes.start);
    let stands_alone = above.kind != UnitKind::Block
        && above.bytes.end == cut
        && !lines.are_punctuation(line..line + 1)
        && !lines.line(line).starts_with(BYTE_ORDER_MARK);
    stands_alone.then_some(index)
}

/// A part of a text, with its units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// In bytes of the text: whole lines.
    pub(crate) bytes: Range<usize>,
    /// Indexes of its units.
    pub(crate) units: Range<usize>,
}

/// The pieces of a text, one after the other; none where the outline does not fit it.
pub(crate) fn pieces(outline: &Outline, text: &str) -> Vec<Piece> {
    let count = outline.units.len();
    let ends = outline.firsts.iter().copied().chain(std::iter::once(count));
    let mut pieces = Vec::with_capacity(outline.firsts.len() + 1);
    let (mut unit, mut byte) = (0, 0);
    for end in ends {
        let above = outline.units.get(unit..end).and_then(<[Unit]>::last);
        let cut = above.map_or(0, |above| {
            if end == count {
                text.len()
            } else {
                above.bytes.end
            }
        });
        let piece = Piece {
            bytes: byte..cut,
            units: unit..end,
        };
        if !piece.fits(outline, text) {
            return Vec::new();
        }
        pieces.push(piece);
        (unit, byte) = (end, cut);
    }
    pieces
}

impl Piece {
    fn fits(&self, outline: &Outline, text: &str) -> bool {
        let Range { start, end } = self.bytes;
        let inside = |unit: &Unit| {
            let Range {
                start: from,
                end: to,
            } = unit.bytes;
            start <= from && from < to && to <= end
        };
        text.get(start..end).is_some_and(|piece| !piece.is_empty())
            && outline.units[self.units.clone()].iter().all(inside)
    }
}
