//! Finding the units of a tree.

use std::ops::Range;

use tree_sitter::Node;

use crate::language::{Grammar, Role};
use crate::tree::Tree;
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
    let file = Place {
        path: String::new(),
        kind: UnitKind::Module,
        depth: 0,
    };
    let found = Vec::new();
    let mut walk = Walk {
        grammar,
        text,
        found,
    };
    walk.children(tree.syntax.root_node(), &file);
    walk.found
}

struct Walk<'a> {
    grammar: &'static Grammar,
    text: &'a str,
    found: Vec<Found>,
}

/// What stands around a node.
struct Place {
    /// The path of the container, empty for the file.
    path: String,
    kind: UnitKind,
    depth: usize,
}

impl Place {
    /// What a unit of this kind is here; none where it is but a part of a type, as an associated
    /// type is.
    fn kind_within(&self, kind: UnitKind) -> Option<UnitKind> {
        match (self.kind, kind) {
            (UnitKind::Type, UnitKind::Type) => None,
            (UnitKind::Type, UnitKind::Function) => Some(UnitKind::Method),
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
    fn ending(start: usize, last: Node<'_>) -> Above {
        let end = Some(last.end_byte());
        let head = None;
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
            let above_this = above.take().filter(|above| self.reaches(above, child));
            let start = above_this
                .as_ref()
                .map_or(child.start_byte(), |above| above.start);
            match (self.role(child), above_this.and_then(|above| above.head)) {
                (Role::Leading, _) if self.starts_its_line(child) => {
                    above = Some(Above::ending(start, child));
                }
                (Role::Attached, _) => {
                    let (end, head) = (None, None);
                    above = Some(Above { start, end, head });
                }
                (Role::Head { name }, _) => {
                    let head = Some(name);
                    above = Some(Above {
                        head,
                        ..Above::ending(start, child)
                    });
                }
                (Role::Body, Some(name)) => {
                    let kind = UnitKind::Function;
                    self.child(Role::Unit { kind, name }, child, start, place);
                }
                // A head without its body is no part of what stands below it.
                (role, Some(_)) => self.child(role, child, child.start_byte(), place),
                (role, None) => self.child(role, child, start, place),
            }
        }
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
        if depth <= DEEPEST {
            self.children(body, &Place { path, kind, depth });
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
