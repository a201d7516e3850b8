//! Tests that are calls: `describe("a parser", () => { it("parses", () => {…}) })`.

use tree_sitter::Node;

use crate::language::{Role, text_of};
use crate::unit::UnitKind;

/// A group of tests, a test, or no part of a unit.
pub(super) fn call<'t>(call: Node<'t>, text: &str) -> Role<'t> {
    let Some((title, body)) = title_and_body(call, text) else {
        return Role::Other;
    };
    match word(call, text) {
        "describe" | "suite" | "context" => Role::Container {
            kind: UnitKind::Module,
            title,
            path: String::new(),
            body,
        },
        "it" | "test" | "specify" => Role::Unit {
            kind: UnitKind::Function,
            name: title,
        },
        _ => Role::Other,
    }
}

/// What is called, without what refines it: `describe` of `describe.skip`.
fn word<'x>(call: Node<'_>, text: &'x str) -> &'x str {
    let function = call.child_by_field_name("function");
    let called = function
        .and_then(|function| text.get(function.byte_range()))
        .unwrap_or_default();
    called.split_once('.').map_or(called, |(word, _)| word)
}

/// The string given first and the body of the function given after it.
fn title_and_body<'t>(call: Node<'t>, text: &str) -> Option<(String, Node<'t>)> {
    let arguments = call.child_by_field_name("arguments")?;
    let title = arguments
        .named_child(0)
        .filter(|first| matches!(first.kind(), "string" | "template_string"))?;
    let mut cursor = arguments.walk();
    let body = arguments
        .named_children(&mut cursor)
        .find_map(|argument| argument.child_by_field_name("body"))?;
    Some((
        text_of(title, text)
            .trim_matches(['"', '\'', '`'])
            .to_owned(),
        body,
    ))
}
