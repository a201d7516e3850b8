//! Functions, also those that a macro makes: `TEST(list, is_empty) {…}`.

use tree_sitter::Node;

use super::{declarator, has_body};
use crate::language::{Role, field_text, text_of};
use crate::unit::UnitKind;

/// A function with its body; without one it is only declared.
pub(super) fn definition<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let Some(declarator) = node.child_by_field_name("declarator") else {
        return Role::Other;
    };
    if !has_body(node) {
        return Role::Other;
    }
    if !declarator::is_of_function(declarator) {
        return misread(node, declarator, text);
    }
    let named = declarator::innermost(declarator);
    let name = match declarator::name(named, text) {
        name if made_by_macro(node, &name) => text_of(declarator, text),
        name => name,
    };
    let kind = match named.kind() {
        "qualified_identifier" => UnitKind::Method,
        _ => UnitKind::Function,
    };
    Role::Unit { kind, name }
}

/// A function without parameters: `__attribute__((pure)) f(char *s) {…}`, of which all is read as
/// the type, or a macro before something else in braces, which may be much.
fn misread<'t>(node: Node<'t>, declarator: Node<'t>, text: &str) -> Role<'t> {
    match node.child_by_field_name("type") {
        Some(call) if declarator.is_missing() && call.kind() == "macro_type_specifier" => {
            Role::unit(UnitKind::Function, call, text)
        }
        _ => Role::Open,
    }
}

/// `struct EXPORT name {…}`, which is read as a function of the type `struct EXPORT`: the name.
pub(in crate::languages) fn marked_type(node: Node<'_>) -> Option<Node<'_>> {
    let marked = node.child_by_field_name("type")?;
    let named = node.child_by_field_name("declarator")?;
    let is_type = matches!(
        marked.kind(),
        "class_specifier" | "struct_specifier" | "union_specifier"
    );
    (is_type && !has_body(marked) && named.kind() == "identifier").then_some(named)
}

/// A call that nothing ends, where a body may follow: a macro, or a function whose type is left
/// out, called by its name alone.
pub(super) fn head<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let call = node
        .named_child(0)
        .filter(|call| call.kind() == "call_expression");
    let open = node
        .child(node.child_count().saturating_sub(1))
        .is_some_and(|last| last.is_missing());
    match call {
        Some(call) if open => {
            let function = field_text(call, "function", text);
            let name = match is_loud(&function) {
                true => text_of(call, text),
                false => function,
            };
            Role::Head { name }
        }
        _ => Role::Other,
    }
}

/// Whether it reads as a call of a macro: no type, and a name as macros have.
fn made_by_macro(node: Node<'_>, name: &str) -> bool {
    node.child_by_field_name("type").is_none() && is_loud(name)
}

fn is_loud(name: &str) -> bool {
    name.len() > 1
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}
