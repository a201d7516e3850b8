//! C#, scripts included.
//!
//! A namespace adds nothing to the names of what it holds: a file is in one, which would stand
//! before every name of it.

mod member;

use tree_sitter::Node;

use crate::language::{Grammar, Role, field_text};
use crate::unit::UnitKind;

pub(super) static GRAMMARS: &[Grammar] = &[Grammar {
    name: "csharp",
    ids: &["csharp", "cs", "c-sharp"],
    extensions: &["cs", "csx"],
    parser: tree_sitter_c_sharp::LANGUAGE,
    separator: ".",
    role,
}];

fn role<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    match node.kind() {
        "class_declaration" | "struct_declaration" | "record_declaration"
        | "interface_declaration" => {
            let body = node.child_by_field_name("body").unwrap_or(node);
            Role::type_container(field_text(node, "name", text), body)
        }
        "enum_declaration" | "delegate_declaration" => Role::unit(UnitKind::Type, node, text),
        "namespace_declaration" => namespace(node, text),
        "comment" => Role::Leading,
        // What a script or a compilation condition holds is as much the file's own.
        "global_statement" | "preproc_if" | "preproc_elif" | "preproc_else" => Role::Open,
        _ => member::role(node, text),
    }
}

fn namespace<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    Role::Container {
        kind: UnitKind::Module,
        title: format!("namespace {}", field_text(node, "name", text)),
        path: String::new(),
        body: node.child_by_field_name("body").unwrap_or(node),
    }
}
