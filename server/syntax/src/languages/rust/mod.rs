//! Rust.

use tree_sitter::Node;

use crate::language::{Grammar, Role, field_text, text_of};
use crate::unit::UnitKind;

pub(super) static GRAMMARS: &[Grammar] = &[Grammar {
    name: "rust",
    ids: &["rust"],
    extensions: &["rs"],
    parser: tree_sitter_rust::LANGUAGE,
    separator: "::",
    role,
}];

fn role<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    match node.kind() {
        "function_item" => Role::unit(UnitKind::Function, node, text),
        "struct_item" | "enum_item" | "union_item" | "type_item" => {
            Role::unit(UnitKind::Type, node, text)
        }
        "macro_definition" => Role::unit(UnitKind::Macro, node, text),
        "trait_item" => Role::type_container(field_text(node, "name", text), node),
        "impl_item" => implementation(node, text),
        "mod_item" if node.child_by_field_name("body").is_some() => module(node, text),
        "declaration_list" => Role::Open,
        "attribute_item" => Role::Attached,
        "line_comment" | "block_comment" if node.child_by_field_name("inner").is_none() => {
            Role::Leading
        }
        _ => Role::Other,
    }
}

fn implementation<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let path = match node.child_by_field_name("type") {
        Some(generic) if generic.kind() == "generic_type" => field_text(generic, "type", text),
        Some(plain) => text_of(plain, text),
        None => field_text(node, "type", text),
    };
    let title = match node.child_by_field_name("trait") {
        Some(of_trait) => format!("impl {} for {path}", text_of(of_trait, text)),
        None => format!("impl {path}"),
    };
    Role::Container {
        kind: UnitKind::Type,
        title,
        path,
        body: node,
    }
}

fn module<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let path = field_text(node, "name", text);
    Role::Container {
        kind: UnitKind::Module,
        title: format!("mod {path}"),
        path,
        body: node,
    }
}
