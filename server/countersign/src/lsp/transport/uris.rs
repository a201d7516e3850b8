//! URIs of files as some editors write them.
//!
//! A message with a URI that is none cannot be read at all, and a file of it would go unmarked without a word. Helix
//! leaves the brackets of `app/[id].tsx` as they are.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;

/// What stands in the path of a URI only if it is escaped.
const FORBIDDEN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Escapes the URIs of documents in the parameters of a message.
pub(super) fn escape(params: &mut Value) {
    escape_in(params.get_mut("textDocument"));
    for argument in params
        .get_mut("arguments")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        escape_in(Some(argument));
    }
}

fn escape_in(holder: Option<&mut Value>) {
    if let Some(Value::String(uri)) = holder.and_then(|it| it.get_mut("uri"))
        && let Some(escaped) = escaped(uri)
    {
        *uri = escaped;
    }
}

/// The URI of a file as it should have been written; `None` where it was.
fn escaped(uri: &str) -> Option<String> {
    let is_file = uri
        .get(..5)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:"));
    let mut escaped = utf8_percent_encode(uri, FORBIDDEN).to_string();
    let mut at = 0;
    while let Some(percent) = escaped[at..].find('%').map(|found| at + found) {
        let digits = escaped.as_bytes().get(percent + 1..percent + 3);
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            escaped.insert_str(percent + 1, "25");
        }
        at = percent + 1;
    }
    (is_file && escaped != uri).then_some(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(uri: &str, wanted: &str) {
        let mut params =
            json!({ "textDocument": { "uri": uri, "version": 1 }, "arguments": [{ "uri": uri }] });
        escape(&mut params);
        assert_eq!(params["textDocument"]["uri"], wanted);
        assert_eq!(params["arguments"][0]["uri"], wanted);
    }

    #[test]
    fn what_a_uri_may_not_hold_is_escaped() {
        check("file:///app/[id].tsx", "file:///app/%5Bid%5D.tsx");
        check("file:///a b/é.rs", "file:///a%20b/%C3%A9.rs");
        check("file:///100%/50%zz", "file:///100%25/50%25zz");
        check("FILE:///{a}", "FILE:///%7Ba%7D");
    }

    #[test]
    fn what_is_right_stays() {
        for uri in [
            "file:///app/%5Bid%5D.tsx",
            "file:///a-b_c~d.rs",
            "untitled:[1]",
            "file",
            "",
            "é",
        ] {
            check(uri, uri);
        }
    }

    #[test]
    fn what_has_no_uri_stays() {
        for params in [
            json!(null),
            json!([1]),
            json!({ "textDocument": 7, "arguments": {} }),
        ] {
            let mut same = params.clone();
            escape(&mut same);
            assert_eq!(same, params);
        }
    }
}
