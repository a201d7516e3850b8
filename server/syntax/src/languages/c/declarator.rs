//! What a declaration gives a name: `f` in `int (*f(int a))(void)`.

use tree_sitter::Node;

use crate::language::{text_in, text_of};

/// How many pointers, arrays and parentheses may stand around a name.
const WRAPPINGS: usize = 32;

/// The name in the field `declarator` of the node.
pub(in crate::languages) fn field_name(node: Node<'_>, text: &str) -> String {
    match node.child_by_field_name("declarator") {
        Some(declarator) => name(innermost(declarator), text),
        None => text_of(node, text),
    }
}

/// The name itself: an identifier, or what C++ has in its place.
pub(in crate::languages) fn innermost(declarator: Node<'_>) -> Node<'_> {
    chain(declarator).last().unwrap_or(declarator)
}

/// Whether it declares a function: has parameters, or is a conversion of C++.
pub(in crate::languages) fn is_of_function(declarator: Node<'_>) -> bool {
    chain(declarator).any(|part| part.kind() == "function_declarator")
        || last_of(innermost(declarator)).kind() == "operator_cast"
}

/// A declarator, what it is wrapped around, and so on.
fn chain(declarator: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(Some(declarator), inner).take(WRAPPINGS)
}

fn inner<'t>(outer: &Node<'t>) -> Option<Node<'t>> {
    match outer.kind() {
        "operator_cast" => None,
        "parenthesized_declarator" | "reference_declarator" => outer.named_child(0),
        "qualified_identifier" => behind_type(*outer),
        _ => outer.child_by_field_name("declarator"),
    }
}

/// The declarator in `EXPORT std::string name()`, where a macro was read as the type, and the type
/// as a part of the name with a `::` too few.
fn behind_type(mut named: Node<'_>) -> Option<Node<'_>> {
    while named.kind() == "qualified_identifier" {
        let name = named.child_by_field_name("name")?;
        let mut cursor = named.walk();
        if named
            .children(&mut cursor)
            .any(|child| child.is_missing() && child.kind() == "::")
        {
            return Some(name);
        }
        named = name;
    }
    None
}

/// The text of a name. That of a conversion, `operator bool() const`, ends before its parameters.
pub(in crate::languages) fn name(named: Node<'_>, text: &str) -> String {
    let last = last_of(named);
    let end = match last.child_by_field_name("declarator") {
        Some(parameters) if last.kind() == "operator_cast" => parameters.start_byte(),
        _ => named.end_byte(),
    };
    text_in(named.start_byte()..end, text)
}

/// What stands behind every `::`.
fn last_of(mut named: Node<'_>) -> Node<'_> {
    while let ("qualified_identifier", Some(inner)) =
        (named.kind(), named.child_by_field_name("name"))
    {
        named = inner;
    }
    named
}
