//! The text of an agent's settings: how it is read, and where in it an entry comes to stand.

use std::collections::HashSet;

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged as _;
use jsonc_parser::cst::{CstObject, CstRootNode};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::Malformed;

const BOM: char = '\u{feff}';

/// JSON with comments and trailing commas, and nothing else that is no JSON: who reads these settings would not
/// take it either.
const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// A text without its byte order mark, which comes first.
pub(super) fn without_bom(text: &str) -> (&str, &str) {
    text.split_at(text.strip_prefix(BOM).map_or(0, |_| BOM.len_utf8()))
}

/// Reads settings, in which `hooks` stands once at most, and each event in it: of two, others take the last.
pub(super) fn parse(text: &str) -> Result<CstRootNode, Malformed> {
    let root = CstRootNode::parse(text, &OPTIONS).map_err(|error| {
        let (line, column) = (error.line_display(), error.column_display());
        Malformed(format!("line {line}, column {column}: {}", error.kind()))
    })?;
    let Some(settings) = root.object_value() else {
        return Ok(root);
    };
    if names(&settings).filter(|name| name == "hooks").count() > 1 {
        return Err(Malformed("`hooks` stands there twice".into()));
    }
    let mut seen = HashSet::new();
    let hooks = settings.object_value("hooks");
    match hooks.and_then(|hooks| names(&hooks).find(|event| !seen.insert(event.clone()))) {
        Some(event) => Err(Malformed(format!("`hooks.{event}` stands there twice"))),
        None => Ok(root),
    }
}

fn names(object: &CstObject) -> impl Iterator<Item = String> + use<> {
    let properties = object.properties().into_iter();
    properties.filter_map(|property| property.decoded_name())
}

/// The text in which the last entry of what stands at a path is behind the comments that follow it: those are about
/// what a person wrote before it.
pub(super) fn last_behind_comments(text: &str, path: &[&str]) -> Option<String> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &OPTIONS).ok()?;
    let mut within = parsed.value?;
    for name in path {
        let Value::Object(mut object) = within else {
            return None;
        };
        within = object.take(name)?.value;
    }
    let (last, close) = match &within {
        Value::Object(object) => (object.properties.last()?.range, object.range.end - 1),
        Value::Array(array) => (array.elements.last()?.range(), array.range.end - 1),
        _ => return None,
    };
    let end = last.end + usize::from(text[last.end..].starts_with(','));
    let comments = text[end..close].trim_end();
    let (before, rest) = text.split_at(text[..last.start].trim_end().len());
    let (entry, rest) = rest.split_at(end - before.len());
    Some(format!(
        "{before}{comments}{entry}{}",
        &rest[comments.len()..]
    ))
}
