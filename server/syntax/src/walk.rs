//! Finding the units of a tree.

use std::ops::Range;

use tree_sitter::Node;

use crate::language::{Grammar, Role};
use crate::tree::Tree;
use crate::unclosed;
use crate::unit::UnitKind;

/// A unit, or a container around those that follow it. Its bytes are as the syntax has them, not
/// yet whole lines.
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) kind: UnitKind,
    pub(crate) bytes: Range<usize>,
}

/// How deep containers may be nested; what is deeper belongs to the innermost of them.
const DEEPEST: usize = 64;

/// The units of the tree in the order of their starts, each container before what it holds.
pub(crate) fn find(tree: &Tree, text: &str) -> Vec<Found> {
    let grammar = tree.language.grammar();
    let found = Vec::new();
    let mut walk = Walk {
        grammar,
        text,
        found,
    };
    let file = tree.syntax.root_node();
    walk.inside(file, String::new(), UnitKind::Module, 0);
    walk.found
}

struct Walk<'a> {
    grammar: &'static Grammar,
    text: &'a str,
    found: Vec<Found>,
}

/// What stands around a node.
#[derive(Clone)]
struct Place {
    /// The path of the container, empty for the file.
    path: String,
    /// What it is; a block for a type that a break left open, of which only the name is known.
    kind: UnitKind,
    depth: usize,
}

impl Place {
    /// What a unit of this kind is here; none where it is but a part of a type, as an associated
    /// type is.
    fn kind_within(&self, kind: UnitKind) -> Option<UnitKind> {
        match (self.kind, kind) {
            (UnitKind::Type, UnitKind::Type) => None,
            (UnitKind::Type | UnitKind::Block, UnitKind::Function) => Some(UnitKind::Method),
            (_, kind) => Some(kind),
        }
    }
}

/// The comments, attributes and head above a node.
struct Above {
    start: usize,
    /// Where it ends, if it ends with a comment or head.
    end: Option<usize>,
    /// The name in the head, if it ends with one.
    head: Option<String>,
}

impl Above {
    fn comment(start: usize, last: Node<'_>) -> Above {
        let end = Some(last.end_byte());
        let head = None;
        Above { start, end, head }
    }

    fn attribute(start: usize) -> Above {
        let (end, head) = (None, None);
        Above { start, end, head }
    }

    fn head(start: usize, last: Node<'_>, name: String) -> Above {
        let end = Some(last.end_byte());
        let head = Some(name);
        Above { start, end, head }
    }
}

impl Walk<'_> {
    /// Looks at the children of a node, keeping where the run of comments and attributes above the
    /// next one starts.
    fn children(&mut self, node: Node<'_>, place: &Place) {
        let mut above: Option<Above> = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            above = self.look_at(child, above, place);
        }
    }

    /// The same for an error, in which types may stand open.
    fn children_of_error(&mut self, error: Node<'_>, place: &Place) {
        let types = unclosed::types(error, self.text);
        let mut types = types.into_iter().take(DEEPEST).peekable();
        let mut around = place.clone();
        let mut above: Option<Above> = None;
        let mut cursor = error.walk();
        for child in error.named_children(&mut cursor) {
            while let Some(open) = types.next_if(|open| open.start < child.start_byte()) {
                around.path = self.join(&around.path, &open.name);
                around.kind = UnitKind::Block;
            }
            above = self.look_at(child, above, &around);
        }
    }

    /// Takes a node in, and gives what is now above the next one.
    fn look_at(&mut self, node: Node<'_>, above: Option<Above>, place: &Place) -> Option<Above> {
        let above = above.filter(|above| self.reaches(above, node));
        let start = above
            .as_ref()
            .map_or(node.start_byte(), |above| above.start);
        match (self.role(node), above.and_then(|above| above.head)) {
            (Role::Leading, _) if self.starts_its_line(node) => {
                return Some(Above::comment(start, node));
            }
            (Role::Attached, _) => return Some(Above::attribute(start)),
            (Role::Head { name }, _) => return Some(Above::head(start, node, name)),
            (Role::Body, Some(name)) => {
                let kind = UnitKind::Function;
                self.child(Role::Unit { kind, name }, node, start, place);
            }
            // A head without its body is no part of what stands below it.
            (role, Some(_)) => self.child(role, node, node.start_byte(), place),
            (role, None) => self.child(role, node, start, place),
        }
        None
    }

    fn role<'t>(&self, node: Node<'t>) -> Role<'t> {
        match node.is_error() {
            // What was understood before a break is understood.
            true => Role::Open,
            false => (self.grammar.role)(node, self.text),
        }
    }

    fn child(&mut self, role: Role<'_>, node: Node<'_>, start: usize, place: &Place) {
        let bytes = start..node.end_byte();
        match role {
            Role::Unit { kind, name } => {
                if let Some(kind) = place.kind_within(kind) {
                    let name = self.join(&place.path, &name);
                    self.found.push(Found { name, kind, bytes });
                }
            }
            Role::Container {
                kind,
                title,
                path,
                body,
            } => {
                let name = self.join(&place.path, &title);
                let path = self.join(&place.path, &path);
                self.found.push(Found { name, kind, bytes });
                self.inside(body, path, kind, place.depth + 1);
            }
            Role::Open | Role::Body => {
                self.inside(node, place.path.clone(), place.kind, place.depth + 1)
            }
            Role::Leading | Role::Attached | Role::Head { .. } | Role::Other => {}
        }
    }

    fn inside(&mut self, body: Node<'_>, path: String, kind: UnitKind, depth: usize) {
        let place = Place { path, kind, depth };
        match depth <= DEEPEST {
            true if body.is_error() => self.children_of_error(body, &place),
            true => self.children(body, &place),
            false => {}
        }
    }

    fn join(&self, path: &str, name: &str) -> String {
        match (path, name) {
            ("", alone) | (alone, "") => alone.to_owned(),
            (path, name) => [path, self.grammar.separator, name].concat(),
        }
    }

    /// Whether what stands above belongs to the node: no blank line parts a comment from it.
    fn reaches(&self, above: &Above, node: Node<'_>) -> bool {
        let Some(end) = above.end else { return true };
        let text = self.text.as_bytes();
        let above = text.get(..end).unwrap_or_default().trim_ascii_end().len();
        let between = text.get(above..node.start_byte()).unwrap_or_default();
        between.iter().filter(|&&byte| byte == b'\n').count() < 2
    }

    /// Whether only white space stands before the node on its line; else it belongs to what does.
    fn starts_its_line(&self, node: Node<'_>) -> bool {
        let text = self.text.as_bytes();
        let before = text.get(..node.start_byte()).unwrap_or_default();
        let mut line = before.iter().rev().take_while(|&&byte| byte != b'\n');
        line.all(u8::is_ascii_whitespace)
    }
}
