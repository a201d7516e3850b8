//! Parsing, whole and again after edits.

use std::ops::{ControlFlow, Range};

use tree_sitter::{InputEdit, ParseOptions, ParseState, Parser};

use crate::language::Language;
use crate::outline;
use crate::unit::Unit;

/// The longest text that is parsed, in bytes; a longer one is blocks. A tree takes many times the
/// memory of its text.
pub const LONGEST_PARSED: usize = 4 << 20;

/// A parse, kept for the next one. Clones share their nodes.
#[derive(Clone)]
pub struct Tree {
    pub(crate) language: Language,
    pub(crate) syntax: tree_sitter::Tree,
}

impl Tree {
    /// Moves what is behind the edit, so that the tree can be given to the next [`parse`]. Until
    /// then it stands for the new text, except where the edit was.
    pub fn edit(&mut self, edit: &TreeEdit) {
        self.syntax.edit(&edit.0);
    }

    /// The language it was parsed as.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The syntax units of the text, sorted and disjoint. Lines that belong to none are left out.
    pub fn units(&self, text: &str) -> Vec<Unit> {
        outline::syntax_units(text, self)
    }
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tree({})", self.language.name())
    }
}

/// A place in a text, both counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// How many `\n` stand before it.
    pub row: usize,
    /// How many bytes stand between the last of these and it.
    pub column: usize,
}

/// An edit of a text, as a tree needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEdit(InputEdit);

impl TreeEdit {
    /// The bytes `replaced` of the old text gave way to `inserted`; `point` tells where a byte of
    /// the old text is.
    pub fn new(replaced: Range<usize>, inserted: &str, point: impl Fn(usize) -> Point) -> TreeEdit {
        let start = point(replaced.start);
        TreeEdit(InputEdit {
            start_byte: replaced.start,
            old_end_byte: replaced.end,
            new_end_byte: replaced.start + inserted.len(),
            start_position: foreign(start),
            old_end_position: foreign(point(replaced.end)),
            new_end_position: foreign(behind(start, inserted)),
        })
    }

    /// The same with the old text at hand as one string.
    pub fn in_str(old: &str, replaced: Range<usize>, inserted: &str) -> TreeEdit {
        TreeEdit::new(replaced, inserted, |byte| {
            behind(Point { row: 0, column: 0 }, &old[..byte])
        })
    }
}

/// Where the end of a text is that starts at `start`.
fn behind(start: Point, text: &str) -> Point {
    match text.rfind('\n') {
        Some(last) => Point {
            row: start.row + text.matches('\n').count(),
            column: text.len() - last - 1,
        },
        None => Point {
            row: start.row,
            column: start.column + text.len(),
        },
    }
}

fn foreign(point: Point) -> tree_sitter::Point {
    tree_sitter::Point {
        row: point.row,
        column: point.column,
    }
}

/// Parses a text of `len` bytes of UTF-8.
///
/// `chunks` gives the text from a byte on, as much of it as lies together, in whole characters;
/// nothing at the end. `previous` is the tree of the text before, after [`Tree::edit`] has told it
/// of every edit since. `should_stop` is asked often and ends the parse by `true`. Gives `None`
/// when it was stopped, and for a text over [`LONGEST_PARSED`].
pub fn parse<'a>(
    language: Language,
    len: usize,
    mut chunks: impl FnMut(usize) -> &'a [u8],
    previous: Option<&Tree>,
    should_stop: &mut dyn FnMut() -> bool,
) -> Option<Tree> {
    if len > LONGEST_PARSED || should_stop() {
        return None;
    }
    let mut parser = Parser::new();
    parser
        .set_language(&language.grammar().parser.into())
        .ok()?;
    let mut progress = |_: &ParseState| match should_stop() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let previous = previous
        .filter(|tree| tree.language == language)
        .map(|tree| &tree.syntax);
    let syntax = parser.parse_with_options(&mut |byte, _| chunks(byte), previous, Some(options))?;
    Some(Tree { language, syntax })
}

/// The same for a text in one string.
pub fn parse_str(
    language: Language,
    text: &str,
    previous: Option<&Tree>,
    should_stop: &mut dyn FnMut() -> bool,
) -> Option<Tree> {
    let chunks = |byte| text.as_bytes().get(byte..).unwrap_or_default();
    parse(language, text.len(), chunks, previous, should_stop)
}
