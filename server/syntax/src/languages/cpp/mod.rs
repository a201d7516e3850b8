//! C++: C, and what has members.

use tree_sitter::Node;

use super::c::{self, declarator};
use crate::language::{Grammar, Role, field_text};
use crate::unit::UnitKind;

pub(super) static GRAMMARS: &[Grammar] = &[Grammar {
    name: "cpp",
    ids: &["cpp", "cuda-cpp", "cuda"],
    extensions: &[
        "cc", "cpp", "cxx", "c++", "h", "hh", "hpp", "hxx", "h++", "inl", "ipp", "tcc", "tpp",
        "txx", "ixx", "cppm", "ccm", "cxxm", "cu", "cuh", "ino",
    ],
    parser: tree_sitter_cpp::LANGUAGE,
    separator: "::",
    role,
}];

fn role<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    match node.kind() {
        "class_specifier" | "struct_specifier" | "union_specifier" if c::has_body(node) => {
            class(node, None, text)
        }
        "declaration" | "field_declaration" => declaration(node, text),
        "namespace_definition" => namespace(node, text),
        "template_declaration" | "friend_declaration" => last_child(node, text),
        "linkage_specification" => linkage(node, text),
        "alias_declaration" | "concept_definition" => Role::unit(UnitKind::Type, node, text),
        "function_definition" => match c::function::marked_type(node) {
            Some(named) => {
                let body = node.child_by_field_name("body").unwrap_or(node);
                Role::type_container(declarator::name(named, text), body)
            }
            None => c::role(node, text),
        },
        // `public:` in a class that is read as a function.
        "labeled_statement" => Role::Open,
        _ => c::role(node, text),
    }
}

/// A class, struct or union, whose functions are units of their own.
fn class<'t>(node: Node<'t>, variable: Option<Node<'t>>, text: &str) -> Role<'t> {
    let body = node.child_by_field_name("body").unwrap_or(node);
    Role::type_container(c::type_name(node, variable, text), body)
}

/// A declaration that defines a type, or a variable that holds a lambda.
fn declaration<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    match c::declared_type(node) {
        Some(declared) if declared.kind() == "enum_specifier" => c::role(declared, text),
        // A nameless part of a class is but a part.
        Some(declared) if is_nameless_part(node, declared) => Role::Other,
        Some(declared) => class(declared, Some(node), text),
        None if holds_function(node) => Role::Unit {
            kind: UnitKind::Function,
            name: declarator::field_name(node, text),
        },
        None => Role::Other,
    }
}

fn is_nameless_part(node: Node<'_>, declared: Node<'_>) -> bool {
    node.kind() == "field_declaration" && declared.child_by_field_name("name").is_none()
}

/// Whether it is a lambda, or a function that is read as a variable: the first one behind `public:`
/// in a class that is read as a function.
fn holds_function(declaration: Node<'_>) -> bool {
    let Some(initialised) = declaration.child_by_field_name("declarator") else {
        return false;
    };
    let is = |field: &str, kind| {
        initialised
            .child_by_field_name(field)
            .is_some_and(|part| part.kind() == kind)
    };
    is("value", "lambda_expression")
        || initialised.kind() == "init_declarator" && is("declarator", "function_declarator")
}

fn namespace<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let (title, path) = match node.child_by_field_name("name") {
        Some(_) => {
            let path = field_text(node, "name", text);
            (format!("namespace {path}"), path)
        }
        None => ("namespace".to_owned(), String::new()),
    };
    Role::Container {
        kind: UnitKind::Module,
        title,
        path,
        body: node.child_by_field_name("body").unwrap_or(node),
    }
}

/// What stands behind `template <…>` or `friend`.
fn last_child<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let last = node.named_child_count().saturating_sub(1) as u32;
    match node.named_child(last) {
        Some(templated) => role(templated, text),
        None => Role::Other,
    }
}

/// `extern "C"` before braces or before one declaration.
fn linkage<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    match node.child_by_field_name("body") {
        Some(body) if body.kind() != "declaration_list" => role(body, text),
        _ => Role::Open,
    }
}
