//! TypeScript and TSX: JavaScript, and what is declared for its types.

use tree_sitter::Node;

use super::javascript;
use crate::language::{Grammar, Role, field_text};
use crate::unit::UnitKind;

pub(super) static GRAMMARS: &[Grammar] = &[
    Grammar {
        name: "typescript",
        ids: &["typescript"],
        extensions: &["ts", "mts", "cts"],
        parser: tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
        separator: ".",
        role,
    },
    Grammar {
        name: "tsx",
        ids: &["typescriptreact"],
        extensions: &["tsx"],
        parser: tree_sitter_typescript::LANGUAGE_TSX,
        separator: ".",
        role,
    },
];

fn role<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    match node.kind() {
        "interface_declaration" | "type_alias_declaration" | "enum_declaration" => {
            Role::unit(UnitKind::Type, node, text)
        }
        "abstract_class_declaration" => Role::type_container(field_text(node, "name", text), node),
        "internal_module" | "module" => namespace(node, text),
        "public_field_definition" => javascript::bound::field(node, "name", text),
        // The overloads of a function belong to it.
        "function_signature" | "method_signature" => Role::Attached,
        "ambient_declaration" => match node.named_child(0) {
            Some(declared) if declared.kind() != "function_signature" => role(declared, text),
            _ => Role::Other,
        },
        "expression_statement" => match node.named_child(0) {
            Some(module) if module.kind() == "internal_module" => namespace(module, text),
            _ => javascript::role(node, text),
        },
        "export_statement" => match node.child_by_field_name("declaration") {
            Some(declaration) => role(declaration, text),
            None => javascript::role(node, text),
        },
        _ => javascript::role(node, text),
    }
}

fn namespace<'t>(node: Node<'t>, text: &str) -> Role<'t> {
    let path = field_text(node, "name", text)
        .trim_matches(['"', '\''])
        .to_owned();
    Role::Container {
        kind: UnitKind::Module,
        title: format!("namespace {path}"),
        path,
        body: node,
    }
}
