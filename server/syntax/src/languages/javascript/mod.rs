//! JavaScript, with JSX.

pub(super) mod bound;
mod suite;

use tree_sitter::Node;

use crate::language::{Grammar, Role, field_text};
use crate::unit::UnitKind;

pub(super) static GRAMMARS: &[Grammar] = &[
    #[cfg(feature = "lang-javascript")]
    Grammar {
        name: "javascript",
        ids: &["javascript", "javascriptreact"],
        extensions: &["js", "jsx", "mjs", "cjs"],
        parser: tree_sitter_javascript::LANGUAGE,
        separator: ".",
        role,
    },
];

/// TypeScript starts from these roles.
pub(super) fn role<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    match node.kind() {
        "function_declaration" | "generator_function_declaration" | "method_definition" => {
            Role::unit(UnitKind::Function, node, text)
        }
        "class_declaration" => Role::type_container(field_text(node, "name", text), node),
        "export_statement" => exported(node, text),
        "lexical_declaration" | "variable_declaration" => bound::declaration(node, text),
        "pair" => bound::pair(node, text),
        "field_definition" => bound::field(node, "property", text),
        "expression_statement" => match node.named_child(0) {
            Some(call) if call.kind() == "call_expression" => suite::call(call, text),
            Some(assignment) => bound::assignment(assignment, text),
            None => Role::Other,
        },
        "comment" => Role::Leading,
        "decorator" => Role::Attached,
        // What a file defines under a condition, or once for each of many, is as much its own.
        "class_body" | "statement_block" | "if_statement" | "else_clause" | "try_statement"
        | "catch_clause" | "finally_clause" | "for_statement" | "for_in_statement" => Role::Open,
        _ => Role::Other,
    }
}

/// What an export exports, under its own name, else as `default`.
fn exported<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    if let Some(declaration) = node.child_by_field_name("declaration") {
        return role(declaration, text);
    }
    match node.child_by_field_name("value") {
        Some(value) => bound::value("default".to_owned(), value),
        None => Role::Other,
    }
}
