//! `workspace/didChangeConfiguration`.

use serde_json::Value;

use crate::lsp::shared::Shared;

/// Severities and notifications follow at the next change of a buffer; `enable` holds for what is opened from now on.
pub(crate) fn configuration(shared: &Shared, settings: &Value) {
    shared.set_options(settings);
}
