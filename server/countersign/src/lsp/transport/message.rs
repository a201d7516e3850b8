//! Bodies to messages: what is a request, what is a reply, and what is answered as neither.

use serde_json::{Map, Value};
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};

use super::{surrogates, uris};

const NEITHER: &str = "a message has a method, or an id and a result";

/// One message of the client's.
pub(super) enum Message {
    /// A request, or a notification if it has no id.
    Request(Request),
    /// The answer to a request of ours.
    Reply(Response),
    /// No valid message; this tells the client so.
    Rejected(Response),
}

/// Reads one body. Bad JSON is answered with -32700, JSON that is no message with -32600; so are batches, which
/// JSON-RPC has and LSP has not.
pub(super) fn parse(body: &[u8]) -> Message {
    match parse_json(body) {
        Ok(Value::Object(fields)) => from_fields(fields),
        Ok(_) => invalid(
            Id::Null,
            "a message is one JSON object; batches are not part of LSP",
        ),
        Err(error) => {
            tracing::warn!("a message was not valid JSON: {error}");
            rejected(Id::Null, ErrorCode::ParseError, error.to_string())
        }
    }
}

fn parse_json(body: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(body).or_else(|error| match surrogates::replace_lone(body) {
        Some(replaced) => serde_json::from_slice(&replaced),
        None => Err(error),
    })
}

fn from_fields(mut fields: Map<String, Value>) -> Message {
    let id = match fields.remove("id").map(id_of) {
        Some(None) => return invalid(Id::Null, "an id is an integer, a string or null"),
        id => id.flatten(),
    };
    match (fields.remove("method"), id) {
        (Some(Value::String(method)), id) => request(method, id, fields),
        (Some(_), id) => invalid(id.unwrap_or_default(), "a method is a string"),
        (None, Some(id)) => reply(id, fields),
        (None, None) => invalid(Id::Null, NEITHER),
    }
}

fn id_of(value: Value) -> Option<Id> {
    match value {
        Value::Null => Some(Id::Null),
        Value::Number(number) => number.as_i64().map(Id::Number),
        Value::String(string) => Some(Id::String(string)),
        _ => None,
    }
}

fn request(method: String, id: Option<Id>, mut fields: Map<String, Value>) -> Message {
    let known = id.clone().unwrap_or_default();
    if fields.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return invalid(known, "jsonrpc must be \"2.0\"");
    }
    let request_is_initialize = method == "initialize";
    let mut request = Request::build(method);
    match fields.remove("params") {
        None => {}
        Some(mut params @ (Value::Object(_) | Value::Array(_) | Value::Null)) => {
            uris::escape(&mut params);
            if request_is_initialize {
                forget_odd_trace(&mut params);
            }
            request = request.params(params);
        }
        Some(_) => return invalid(known, "params are an object or an array"),
    }
    if let Some(id) = id {
        request = request.id(id);
    }
    Message::Request(request.finish())
}

/// VS Code knows a trace that the protocol does not, and the server must start all the same.
fn forget_odd_trace(params: &mut Value) {
    let is_known = |trace: &Value| matches!(trace.as_str(), Some("off" | "messages" | "verbose"));
    if let Some(fields) = params.as_object_mut()
        && fields.get("trace").is_some_and(|trace| !is_known(trace))
    {
        fields.remove("trace");
    }
}

/// Lenient, because whoever asked waits for it.
fn reply(id: Id, mut fields: Map<String, Value>) -> Message {
    match (fields.remove("error"), fields.remove("result")) {
        (Some(Value::Object(error)), _) => {
            Message::Reply(Response::from_error(id, reported(error)))
        }
        (_, Some(result)) => Message::Reply(Response::from_ok(id, result)),
        (Some(_), None) => Message::Reply(Response::from_error(id, Error::internal_error())),
        (None, None) => invalid(id, NEITHER),
    }
}

fn reported(mut error: Map<String, Value>) -> Error {
    let code = error.get("code").and_then(Value::as_i64);
    let code = code.map_or(ErrorCode::InternalError, ErrorCode::from);
    let message = error
        .get("message")
        .and_then(Value::as_str)
        .unwrap_or("no message");
    Error {
        code,
        message: message.to_owned().into(),
        data: error.remove("data"),
    }
}

fn invalid(id: Id, why: &'static str) -> Message {
    tracing::warn!("an invalid message was refused: {why}");
    rejected(id, ErrorCode::InvalidRequest, why.to_owned())
}

fn rejected(id: Id, code: ErrorCode, why: String) -> Message {
    let mut error = Error::new(code);
    error.message = format!("{}: {why}", code.description()).into();
    Message::Rejected(Response::from_error(id, error))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Expect) {
        let found = match parse(body.as_bytes()) {
            Message::Request(request) => format!("request {request}"),
            Message::Reply(response) => format!("reply {}", serde_json::json!(response)),
            Message::Rejected(response) => format!("rejected {}", serde_json::json!(response)),
        };
        expected.assert_eq(&found);
    }

    #[test]
    fn requests_and_notifications() {
        check(
            r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":1}}"#,
            expect![[r#"request {"jsonrpc":"2.0","method":"m","params":{"a":1},"id":1}"#]],
        );
        check(
            r#"{"jsonrpc":"2.0","id":"x","method":"m","params":null}"#,
            expect![[r#"request {"jsonrpc":"2.0","method":"m","params":null,"id":"x"}"#]],
        );
        check(
            r#"{"jsonrpc":"2.0","method":"m","params":["\ud800"]}"#,
            expect![[r#"request {"jsonrpc":"2.0","method":"m","params":["�"]}"#]],
        );
    }

    #[test]
    fn a_trace_that_the_protocol_does_not_know_keeps_nobody_out() {
        check(
            r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"trace":"compact"}}"#,
            expect![[r#"request {"jsonrpc":"2.0","method":"initialize","params":{},"id":1}"#]],
        );
        check(
            r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"trace":"off"}}"#,
            expect![[
                r#"request {"jsonrpc":"2.0","method":"initialize","params":{"trace":"off"},"id":1}"#
            ]],
        );
    }

    #[test]
    fn replies_are_read_leniently() {
        check(
            r#"{"jsonrpc":"2.0","id":1,"result":null}"#,
            expect![[r#"reply {"id":1,"jsonrpc":"2.0","result":null}"#]],
        );
        check(
            r#"{"id":1,"error":null,"result":[1]}"#,
            expect![[r#"reply {"id":1,"jsonrpc":"2.0","result":[1]}"#]],
        );
        check(
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no","data":1,"more":2}}"#,
            expect![[
                r#"reply {"error":{"code":-32601,"data":1,"message":"no"},"id":1,"jsonrpc":"2.0"}"#
            ]],
        );
        check(
            r#"{"jsonrpc":"2.0","id":1,"error":"no"}"#,
            expect![[
                r#"reply {"error":{"code":-32603,"message":"Internal error"},"id":1,"jsonrpc":"2.0"}"#
            ]],
        );
    }

    #[test]
    fn bad_json() {
        check(
            "",
            expect![[
                r#"rejected {"error":{"code":-32700,"message":"Parse error: EOF while parsing a value at line 1 column 0"},"id":null,"jsonrpc":"2.0"}"#
            ]],
        );
        check(
            r#"{"jsonrpc":"2.0","method":"#,
            expect![[
                r#"rejected {"error":{"code":-32700,"message":"Parse error: EOF while parsing a value at line 1 column 26"},"id":null,"jsonrpc":"2.0"}"#
            ]],
        );
        check(
            &"[".repeat(200),
            expect![[
                r#"rejected {"error":{"code":-32700,"message":"Parse error: recursion limit exceeded at line 1 column 128"},"id":null,"jsonrpc":"2.0"}"#
            ]],
        );
    }

    #[test]
    fn json_that_is_no_message() {
        check(
            "1",
            expect![[
                r#"rejected {"error":{"code":-32600,"message":"Invalid request: a message is one JSON object; batches are not part of LSP"},"id":null,"jsonrpc":"2.0"}"#
            ]],
        );
        check(
            r#"[{"jsonrpc":"2.0","id":1,"method":"m"}]"#,
            expect![[
                r#"rejected {"error":{"code":-32600,"message":"Invalid request: a message is one JSON object; batches are not part of LSP"},"id":null,"jsonrpc":"2.0"}"#
            ]],
        );
        check(
            "{}",
            expect![[
                r#"rejected {"error":{"code":-32600,"message":"Invalid request: a message has a method, or an id and a result"},"id":null,"jsonrpc":"2.0"}"#
            ]],
        );
        check(
            r#"{"jsonrpc":"2.0","id":1}"#,
            expect![[
                r#"rejected {"error":{"code":-32600,"message":"Invalid request: a message has a method, or an id and a result"},"id":1,"jsonrpc":"2.0"}"#
            ]],
        );
        check(
            r#"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#,
            expect![[
                r#"rejected {"error":{"code":-32600,"message":"Invalid request: an id is an integer, a string or null"},"id":null,"jsonrpc":"2.0"}"#
            ]],
        );
        check(
            r#"{"jsonrpc":"2.0","id":1,"method":2}"#,
            expect![[
                r#"rejected {"error":{"code":-32600,"message":"Invalid request: a method is a string"},"id":1,"jsonrpc":"2.0"}"#
            ]],
        );
        check(
            r#"{"jsonrpc":"1.0","id":1,"method":"m"}"#,
            expect![[
                r#"rejected {"error":{"code":-32600,"message":"Invalid request: jsonrpc must be \"2.0\""},"id":1,"jsonrpc":"2.0"}"#
            ]],
        );
        check(
            r#"{"jsonrpc":"2.0","id":1,"method":"m","params":3}"#,
            expect![[
                r#"rejected {"error":{"code":-32600,"message":"Invalid request: params are an object or an array"},"id":1,"jsonrpc":"2.0"}"#
            ]],
        );
    }
}
