//! C, of the old style and in the hands of the preprocessor as far as the grammar goes.

pub(super) mod declarator;
pub(super) mod function;

use tree_sitter::Node;

use crate::language::{Grammar, Role, field_text};
use crate::unit::UnitKind;

pub(super) static GRAMMARS: &[Grammar] = &[
    #[cfg(feature = "lang-c")]
    Grammar {
        name: "c",
        ids: &["c"],
        extensions: &[
            "c",
            #[cfg(not(feature = "lang-cpp"))]
            "h",
        ],
        parser: tree_sitter_c::LANGUAGE,
        separator: "::",
        role,
    },
];

/// C++ starts from these roles.
pub(super) fn role<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    match node.kind() {
        "function_definition" => match function::marked_type(node) {
            Some(named) => of_type(declarator::name(named, text)),
            None => function::definition(node, text),
        },
        // A macro that makes a function has its body behind it.
        "expression_statement" => function::head(node, text),
        "compound_statement" => Role::Body,
        "preproc_function_def" => Role::unit(UnitKind::Macro, node, text),
        "preproc_def" if is_long(node) => Role::unit(UnitKind::Macro, node, text),
        "struct_specifier" | "union_specifier" | "enum_specifier" if has_body(node) => {
            of_type(type_name(node, None, text))
        }
        "type_definition" => of_type(declarator::field_name(node, text)),
        "declaration" => match declared_type(node) {
            Some(declared) => of_type(type_name(declared, Some(node), text)),
            None => Role::Other,
        },
        "comment" => Role::Leading,
        // What is declared under a condition is as much the file's own.
        "preproc_if" | "preproc_ifdef" | "preproc_elif" | "preproc_elifdef" | "preproc_else"
        | "linkage_specification" | "declaration_list" => Role::Open,
        _ => Role::Other,
    }
}

/// The type that a declaration defines: `struct point {…} origin;`.
pub(super) fn declared_type(declaration: Node<'_>) -> Option<Node<'_>> {
    let declared = declaration.child_by_field_name("type")?;
    let is_type = declared.kind().ends_with("_specifier");
    (is_type && has_body(declared)).then_some(declared)
}

/// The name of a type, or of the variable that alone is of it, or its keyword.
pub(super) fn type_name(node: Node<'_>, variable: Option<Node<'_>>, text: &str) -> String {
    let variable = variable.filter(|variable| variable.child_by_field_name("declarator").is_some());
    let named = node.child_by_field_name("name");
    match (named.filter(|named| !named.is_missing()), variable) {
        (Some(_), _) => field_text(node, "name", text),
        (None, Some(variable)) => declarator::field_name(variable, text),
        (None, None) => node.kind().trim_end_matches("_specifier").to_owned(),
    }
}

pub(super) fn has_body(node: Node<'_>) -> bool {
    node.child_by_field_name("body").is_some()
}

fn of_type<'t>(name: String) -> Role<'t> {
    Role::Unit {
        kind: UnitKind::Type,
        name,
    }
}

/// Whether a macro goes on over several lines, as code does, and a constant does not.
fn is_long(definition: Node<'_>) -> bool {
    definition
        .child_by_field_name("value")
        .is_some_and(|value| value.start_position().row < value.end_position().row)
}
