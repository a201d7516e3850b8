//! What a type has that runs: methods, operators, and properties that are more than a field.

use tree_sitter::Node;

use crate::language::{Role, field_text};
use crate::unit::UnitKind;

/// A member with a body. What is only declared is left to its type.
pub(super) fn role<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let named = |name: String| Role::Unit {
        kind: UnitKind::Function,
        name,
    };
    let field = |field| field_text(node, field, text);
    match node.kind() {
        "field_declaration" => holder(node, text),
        _ if !has_body(node) => Role::Other,
        "method_declaration"
        | "constructor_declaration"
        | "local_function_statement"
        | "property_declaration"
        | "event_declaration" => named(field("name")),
        "indexer_declaration" => named("this[]".to_owned()),
        "destructor_declaration" => named(format!("~{}", field("name"))),
        "operator_declaration" => named(format!("operator {}", field("operator"))),
        "conversion_operator_declaration" => named(format!("operator {}", field("type"))),
        _ => Role::Other,
    }
}

/// Whether it has a block, an expression behind `=>`, or an accessor that has one.
fn has_body(member: Node<'_>) -> bool {
    let mut cursor = member.walk();
    member
        .named_children(&mut cursor)
        .any(|part| match part.kind() {
            "block" | "arrow_expression_clause" => true,
            "accessor_list" => {
                let mut cursor = part.walk();
                part.named_children(&mut cursor).any(has_body)
            }
            _ => false,
        })
}

/// A field that holds a lambda.
fn holder<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let mut cursor = node.walk();
    let declaration = node
        .named_children(&mut cursor)
        .find(|part| part.kind() == "variable_declaration");
    let Some(declaration) = declaration else {
        return Role::Other;
    };
    let mut cursor = declaration.walk();
    let holder = declaration
        .named_children(&mut cursor)
        .find(|variable| holds_lambda(*variable));
    match holder {
        Some(variable) => Role::unit(UnitKind::Function, variable, text),
        None => Role::Other,
    }
}

fn holds_lambda(variable: Node<'_>) -> bool {
    let mut cursor = variable.walk();
    let mut parts = variable.named_children(&mut cursor);
    parts.any(|part| {
        matches!(
            part.kind(),
            "lambda_expression" | "anonymous_method_expression"
        )
    })
}
