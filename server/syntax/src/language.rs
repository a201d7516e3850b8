//! A language that has a grammar, and what its folder has to say.
#![cfg_attr(not(feature = "all-languages"), allow(dead_code))] // Each language needs a part of it.

use std::ops::Range;

use tree_sitter::Node;
use tree_sitter_language::LanguageFn;

use crate::languages;
use crate::unit::UnitKind;

/// A language whose syntax is known. A cheap handle.
#[derive(Clone, Copy)]
pub struct Language(&'static Grammar);

impl Language {
    /// The language of a file, by the extension of its path. A header (`.h`) is C++, which reads
    /// nearly all of C as well, and C only in a build without C++.
    pub fn of_path(path: &str) -> Option<Language> {
        let file = path.rsplit(['/', '\\']).next()?;
        let (_, extension) = file.rsplit_once('.')?;
        find(|grammar| {
            grammar
                .extensions
                .iter()
                .any(|known| known.eq_ignore_ascii_case(extension))
        })
    }

    /// The language of a document, by the identifier that an LSP client gives it.
    pub fn of_id(lsp_language_id: &str) -> Option<Language> {
        find(|grammar| grammar.ids.contains(&lsp_language_id))
    }

    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    pub(crate) fn grammar(self) -> &'static Grammar {
        self.0
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Language) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Language {}

impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Language({})", self.0.name)
    }
}

fn find(wanted: impl Fn(&Grammar) -> bool) -> Option<Language> {
    languages::ALL
        .iter()
        .copied()
        .flatten()
        .find(|grammar| wanted(grammar))
        .map(Language)
}

/// What a language's folder provides.
pub(crate) struct Grammar {
    /// In lower case; no two grammars share one.
    pub(crate) name: &'static str,
    /// The identifiers that LSP clients give its documents.
    pub(crate) ids: &'static [&'static str],
    /// Without the dot, in lower case.
    pub(crate) extensions: &'static [&'static str],
    pub(crate) parser: LanguageFn,
    /// What stands between the parts of a name, as in `Parser::parse`.
    pub(crate) separator: &'static str,
    /// What a node is to an outline. It is asked only about nodes that stand outside of every unit.
    pub(crate) role: for<'t> fn(Node<'t>, &str) -> Role<'t>,
}

/// What a node is to an outline.
pub(crate) enum Role<'t> {
    /// One unit, with all that stands in it.
    Unit { kind: UnitKind, name: String },
    /// What stands in `body` has roles of its own; what is left are pieces called `title`.
    Container {
        kind: UnitKind,
        title: String,
        /// What it adds to the names of what it holds; may be empty.
        path: String,
        body: Node<'t>,
    },
    /// Its children are looked at as if they stood in its place.
    Open,
    /// It belongs to the unit directly below it: a comment.
    Leading,
    /// It belongs to the unit below it, whatever blank lines stand between: an attribute.
    Attached,
    /// It names the function whose body stands directly below it, as a macro does that makes one.
    Head { name: String },
    /// The body of a function below its head; without one it is open.
    Body,
    /// It is no part of a unit.
    Other,
}

impl<'t> Role<'t> {
    /// A unit called as its field `name`.
    pub(crate) fn unit(kind: UnitKind, node: Node<'t>, text: &str) -> Role<'t> {
        Role::Unit {
            kind,
            name: field_text(node, "name", text),
        }
    }

    /// A type whose pieces are called as it is.
    pub(crate) fn type_container(name: String, body: Node<'t>) -> Role<'t> {
        Role::Container {
            kind: UnitKind::Type,
            title: name.clone(),
            path: name,
            body,
        }
    }
}

/// The longest part of a name, in characters.
const LONGEST_NAME: usize = 80;

/// The text of the node's field, or of nothing if it has none.
pub(crate) fn field_text(node: Node<'_>, field: &str, text: &str) -> String {
    node.child_by_field_name(field)
        .map_or_else(|| NAMELESS.to_owned(), |named| text_of(named, text))
}

/// The text of a node as a part of a name: on one line and of bounded length.
pub(crate) fn text_of(node: Node<'_>, text: &str) -> String {
    text_in(node.byte_range(), text)
}

/// The same for a range of bytes.
pub(crate) fn text_in(bytes: Range<usize>, text: &str) -> String {
    // A tree that is older than the text may point anywhere.
    let text = text.get(bytes).unwrap_or_default();
    let mut name = String::new();
    for word in text.split_ascii_whitespace().take(LONGEST_NAME) {
        let space = if name.is_empty() { "" } else { " " };
        name.extend(space.chars().chain(word.chars()).take(LONGEST_NAME));
    }
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None if name.is_empty() => NAMELESS.to_owned(),
        None => name,
    }
}

/// What a unit is called where error recovery left it no name.
const NAMELESS: &str = "(nameless)";
