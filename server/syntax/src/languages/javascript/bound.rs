//! Functions, classes and objects with methods that get their name by being bound to it: `const f = () => {}`.

use tree_sitter::Node;

use crate::language::{Role, field_text};
use crate::unit::UnitKind;

/// How many parentheses, casts and calls may stand around a function, as in `memo((() => {}) as F)`.
const WRAPPINGS: usize = 8;

/// `const name = …`: the first of the declared names that is bound to a function or class.
pub(super) fn declaration<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let mut cursor = node.walk();
    let bound = node.named_children(&mut cursor).find_map(|declarator| {
        let value = declarator.child_by_field_name("value")?;
        Some((declarator, callable(value)?))
    });
    match bound {
        Some((declarator, found)) => of_callable(field_text(declarator, "name", text), found),
        None => Role::Other,
    }
}

/// `name = …` in a class, the name in the field `name` of the node.
pub(in crate::languages) fn field<'t>(node: Node<'t>, name: &str, text: &str) -> Role<'t> {
    match node.child_by_field_name("value") {
        Some(bound) => value(field_text(node, name, text), bound),
        None => Role::Other,
    }
}

/// `exports.name = …`, called as it is written.
pub(super) fn assignment<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    match node.child_by_field_name("right") {
        Some(right) if node.kind() == "assignment_expression" => {
            value(field_text(node, "left", text), right)
        }
        _ => Role::Other,
    }
}

/// `name: …` in an object.
pub(super) fn pair<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    field(node, "key", text)
}

/// What is bound to `name`.
pub(super) fn value(name: String, bound: Node<'_>) -> Role<'_> {
    match callable(bound) {
        Some(found) => of_callable(name, found),
        None => Role::Other,
    }
}

fn of_callable(name: String, node: Node<'_>) -> Role<'_> {
    match node.kind() {
        "class" | "object" => Role::type_container(name, body(node)),
        _ => Role::Unit {
            kind: UnitKind::Function,
            name,
        },
    }
}

fn body(class: Node<'_>) -> Node<'_> {
    class.child_by_field_name("body").unwrap_or(class)
}

/// The function, class or object with methods that an expression is, seen through what may be wrapped around it.
fn callable(mut node: Node<'_>) -> Option<Node<'_>> {
    for _ in 0..WRAPPINGS {
        node = match node.kind() {
            "arrow_function" | "function_expression" | "generator_function" | "class" => {
                return Some(node);
            }
            "object" => return has_method(node).then_some(node),
            "parenthesized_expression" | "as_expression" | "satisfies_expression" => {
                node.named_child(0)?
            }
            "call_expression" => wrapped(node)?,
            _ => return None,
        };
    }
    None
}

/// Whether an object holds a function of its own.
fn has_method(object: Node<'_>) -> bool {
    let mut cursor = object.walk();
    object.named_children(&mut cursor).any(|member| {
        let value = member.child_by_field_name("value");
        let is_function = |value: Node<'_>| {
            matches!(
                value.kind(),
                "arrow_function" | "function_expression" | "generator_function"
            )
        };
        member.kind() == "method_definition" || value.is_some_and(is_function)
    })
}

/// The function that a call wraps: `memo(() => …)`, but not the argument of a method, as in
/// `list.map(…)`, whose result is seldom a function.
fn wrapped(call: Node<'_>) -> Option<Node<'_>> {
    let function = call.child_by_field_name("function")?;
    if function.kind() != "identifier" {
        return None;
    }
    let first = call.child_by_field_name("arguments")?.named_child(0)?;
    (first.kind() != "object").then_some(first)
}
