//! Go.

use tree_sitter::Node;

use crate::language::{Grammar, Role, field_text, text_of};
use crate::unit::UnitKind;

pub(super) static GRAMMARS: &[Grammar] = &[Grammar {
    name: "go",
    ids: &["go"],
    extensions: &["go"],
    parser: tree_sitter_go::LANGUAGE,
    separator: ".",
    role,
}];

fn role<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    match node.kind() {
        "function_declaration" => Role::unit(UnitKind::Function, node, text),
        "method_declaration" => method(node, text),
        "type_declaration" | "var_declaration" => declaration(node, text),
        "type_spec" | "type_alias" => Role::unit(UnitKind::Type, node, text),
        "var_spec" => variable(node, text),
        "var_spec_list" => Role::Open,
        "comment" => Role::Leading,
        _ => Role::Other,
    }
}

/// `func (s *Stack[T]) Push`, called `Stack.Push`.
fn method<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let name = field_text(node, "name", text);
    let name = match node.child_by_field_name("receiver").and_then(receiver) {
        Some(receiver) => format!("{}.{name}", text_of(receiver, text)),
        None => name,
    };
    Role::Unit {
        kind: UnitKind::Method,
        name,
    }
}

/// The name of the type that a method is of, without `*` and type parameters.
fn receiver(list: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = list.walk();
    let mut parameters = list.named_children(&mut cursor);
    let mut node = parameters.find_map(|parameter| parameter.child_by_field_name("type"))?;
    while let "pointer_type" | "generic_type" | "parenthesized_type" = node.kind() {
        node = node.named_child(0)?;
    }
    Some(node)
}

/// One type or variable is its whole declaration; those between parentheses are looked at one by
/// one.
fn declaration<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let parentheses = node.child(1).is_some_and(|second| second.kind() == "(");
    match node.named_child(0) {
        Some(spec) if !parentheses => role(spec, text),
        _ => Role::Open,
    }
}

/// A variable that is a function: `var double = func(x int) int {…}`.
fn variable<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let value = node
        .child_by_field_name("value")
        .and_then(|list| list.named_child(0));
    match value {
        Some(value) if value.kind() == "func_literal" => {
            Role::unit(UnitKind::Function, node, text)
        }
        _ => Role::Other,
    }
}
