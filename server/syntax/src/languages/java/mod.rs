//! Java.

use tree_sitter::Node;

use crate::language::{Grammar, Role, field_text};
use crate::unit::UnitKind;

pub(super) static GRAMMARS: &[Grammar] = &[Grammar {
    name: "java",
    ids: &["java"],
    extensions: &["java"],
    parser: tree_sitter_java::LANGUAGE,
    separator: ".",
    role,
}];

fn role<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    match node.kind() {
        "constructor_declaration" | "compact_constructor_declaration" => {
            Role::unit(UnitKind::Function, node, text)
        }
        "method_declaration" if node.child_by_field_name("body").is_some() => {
            Role::unit(UnitKind::Function, node, text)
        }
        "class_declaration" | "interface_declaration" | "enum_declaration"
        | "record_declaration" => of_type(node, text),
        "enum_constant" if node.child_by_field_name("body").is_some() => of_type(node, text),
        "annotation_type_declaration" => Role::unit(UnitKind::Type, node, text),
        "field_declaration" | "constant_declaration" => field(node, text),
        "enum_body_declarations" => Role::Open,
        "line_comment" | "block_comment" => Role::Leading,
        _ => Role::Other,
    }
}

fn of_type<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let body = node.child_by_field_name("body").unwrap_or(node);
    Role::type_container(field_text(node, "name", text), body)
}

/// A field that holds a lambda or an object of an anonymous class.
fn field<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let declarator = node.child_by_field_name("declarator");
    let bound = declarator.and_then(|field| Some((field, field.child_by_field_name("value")?)));
    match bound {
        Some((field, value)) if value.kind() == "lambda_expression" => {
            Role::unit(UnitKind::Function, field, text)
        }
        Some((field, value)) => match anonymous_class(value) {
            Some(body) => Role::type_container(field_text(field, "name", text), body),
            None => Role::Other,
        },
        None => Role::Other,
    }
}

/// The body of the class in `new Task() {…}`.
fn anonymous_class(value: Node<'_>) -> Option<Node<'_>> {
    if value.kind() != "object_creation_expression" {
        return None;
    }
    let mut cursor = value.walk();
    value
        .named_children(&mut cursor)
        .find(|child| child.kind() == "class_body")
}
