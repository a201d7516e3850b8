//! The types around a break: `class Order {`, of which a parse makes no node while its braces are
//! open. What stands in them keeps its name.

use tree_sitter::Node;

use crate::language::text_of;

/// What a type with methods begins with, in any language that has braces.
const KEYWORDS: &[&str] = &["class", "interface", "record", "trait"];

/// What makes another thing of such a word that stands behind it: `<class T>`, `Order.class`.
const NOT_BEHIND: &[&str] = &["<", ",", ".", ":", "enum"];

/// A type that is open where the break ends.
pub(crate) struct Unclosed {
    pub(crate) name: String,
    /// The byte at which its brace opens.
    pub(crate) start: usize,
}

/// The types that stand open among the children of an error, the outermost first.
pub(crate) fn types(error: Node<'_>, text: &str) -> Vec<Unclosed> {
    let mut open: Vec<Option<Unclosed>> = Vec::new();
    let mut heading = Heading::None;
    let mut before = "";
    let mut cursor = error.walk();
    for child in error.children(&mut cursor) {
        match child.kind() {
            "{" => open.push(heading.take(child.start_byte())),
            "}" => drop(open.pop()),
            ";" => heading = Heading::None,
            word if KEYWORDS.contains(&word) && !NOT_BEHIND.contains(&before) => heading.begin(),
            kind => heading.hear(kind, child, text),
        }
        before = child.kind();
    }
    open.into_iter().flatten().collect()
}

/// What was seen of `class Order` since the last brace.
enum Heading {
    None,
    Keyword,
    Named(String),
}

impl Heading {
    fn begin(&mut self) {
        if matches!(self, Heading::None) {
            *self = Heading::Keyword;
        }
    }

    fn hear(&mut self, kind: &str, node: Node<'_>, text: &str) {
        if matches!(self, Heading::Keyword) && kind.ends_with("identifier") {
            *self = Heading::Named(text_of(node, text));
        }
    }

    fn take(&mut self, start: usize) -> Option<Unclosed> {
        match std::mem::replace(self, Heading::None) {
            Heading::Named(name) => Some(Unclosed { name, start }),
            Heading::None | Heading::Keyword => None,
        }
    }
}
