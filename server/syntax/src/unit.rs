//! What is reviewed at once.

use std::fmt;
use std::ops::Range;

/// What is reviewed at once: whole lines of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its path within the file as the language writes it, like `Parser::parse`, or "lines 3-9"
    /// (from 1, at the time of computing). A type whose methods are units of their own can have
    /// several pieces of one name.
    pub name: String,
    /// What it is.
    pub kind: UnitKind,
    /// Whether it begins what it belongs to: two types of one name are two.
    pub part: UnitPart,
    /// Half open, in bytes of the text: from the start of its first line to the end of its last,
    /// line end included.
    pub bytes: Range<usize>,
}

/// Which piece of its type or module a unit is; the units inside stand between the pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitPart {
    /// All of it, or its first piece.
    First,
    /// A piece of what the last first one above with its name and kind begins.
    Further,
}

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// A function outside of any type.
    Function,
    /// A function of a type.
    Method,
    /// A type, or what is left of it beside its methods.
    Type,
    /// What is left of a module or namespace beside its units.
    Module,
    /// The definition of a macro.
    Macro,
    /// Lines that belong to no syntax unit.
    Block,
}

impl fmt::Display for UnitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            UnitKind::Function => "function",
            UnitKind::Method => "method",
            UnitKind::Type => "type",
            UnitKind::Module => "module",
            UnitKind::Macro => "macro",
            UnitKind::Block => "block",
        })
    }
}
