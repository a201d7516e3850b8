//! Faults as the protocol answers them.

use std::borrow::Cow;

use tower_lsp::jsonrpc::{Error, ErrorCode};
use tower_lsp::ls_types::MessageType;

use super::shared::{Shared, worded};
use crate::workspace::Fault;

/// LSP 3.17: the request was understood and could not be done.
const REQUEST_FAILED: i64 = -32803;

/// The answer for a fault. What some editors swallow, a refusal and a change of the text, is shown as a message too.
pub(super) fn answer(shared: &Shared, fault: &Fault) -> Error {
    let message = worded(fault);
    match fault {
        Fault::Refused(_) => shared.show(MessageType::ERROR, format!("Countersign: {message}")),
        Fault::ContentModified => {
            shared.show(MessageType::WARNING, format!("Countersign: {message}"))
        }
        _ => {}
    }
    Error {
        code: code(fault),
        message: Cow::Owned(message),
        data: None,
    }
}

/// The answer to arguments that make no sense.
pub(super) fn invalid(sentence: impl Into<Cow<'static, str>>) -> Error {
    Error::invalid_params(sentence)
}

/// The answer to what cannot be done here.
pub(super) fn failed(sentence: &'static str) -> Error {
    Error {
        code: ErrorCode::ServerError(REQUEST_FAILED),
        message: Cow::Borrowed(sentence),
        data: None,
    }
}

fn code(fault: &Fault) -> ErrorCode {
    match fault {
        Fault::ContentModified => ErrorCode::ContentModified,
        Fault::Usage(_) => ErrorCode::InvalidParams,
        _ => ErrorCode::ServerError(REQUEST_FAILED),
    }
}
