//! Python.

use tree_sitter::Node;

use crate::language::{Grammar, Role, field_text};
use crate::unit::UnitKind;

pub(super) static GRAMMARS: &[Grammar] = &[Grammar {
    name: "python",
    ids: &["python"],
    extensions: &["py", "pyi", "pyw"],
    parser: tree_sitter_python::LANGUAGE,
    separator: ".",
    role,
}];

fn role<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    match node.kind() {
        "function_definition" => Role::unit(UnitKind::Function, node, text),
        "class_definition" => Role::type_container(field_text(node, "name", text), node),
        "decorated_definition" => match node.child_by_field_name("definition") {
            Some(definition) => role(definition, text),
            None => Role::Other,
        },
        "type_alias_statement" => Role::Unit {
            kind: UnitKind::Type,
            name: field_text(node, "left", text),
        },
        "comment" => Role::Leading,
        // What a module defines under a condition is as much its own.
        "block" | "if_statement" | "elif_clause" | "else_clause" | "try_statement"
        | "except_clause" | "finally_clause" | "with_statement" => Role::Open,
        _ => Role::Other,
    }
}
