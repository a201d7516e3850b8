//! The units of a text: what a reviewer confirms at once.
//!
//! A unit is a function, a method or a type, found by tree-sitter; text that belongs to none, and
//! what is left of a module, is cut at blank lines into pieces of at most [`BLOCK_LINES`] lines.
//! [`outline`] gives both, in the order of the text; [`outline_after`] gives them after a change
//! without parsing all of it again.
//!
//! **Units are whole lines.** A line belongs to the innermost unit that stands at the line's first
//! non-blank byte, so units are disjoint, and the units of an outline hold every non-blank line. A
//! line ends with `\n`.
//!
//! This crate is pure: no I/O, no clock, no async. Broken input is data. Everything works without a
//! tree: where there is no grammar, or a parse was stopped, the whole text is blocks.
//!
//! A language is a folder under `languages/`, one line of the table there, and a feature of cargo,
//! `lang-` and its name. A build without it cuts the language's files into blocks.

mod again;
mod blocks;
mod language;
mod languages;
mod lines;
mod outline;
mod pieces;
mod tree;
mod unclosed;
mod unit;
mod walk;

pub use again::outline_after;
pub use blocks::{BLOCK_LINES, blocks};
pub use language::Language;
pub use outline::{Outline, outline, outline_of};
pub use tree::{LONGEST_PARSED, Point, Tree, TreeEdit, parse, parse_str};
pub use unit::{Unit, UnitKind, UnitPart};
