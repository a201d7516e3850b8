//! `countersign.undo`: a person takes back what they said last.

use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::Target;
use crate::lsp::errors;
use crate::lsp::shared::Shared;
use crate::workspace::acts;

pub(crate) fn run(shared: &Shared, target: Target) -> Result<Value> {
    shared.buffer_of(&target)?;
    let said = shared.session.undo(target.uri.as_str());
    let said = said.map_err(|fault| errors::answer(shared, &fault))?;
    let (what, path) = acts::undone(&said);
    let word = match what {
        "confirmation" => "confirm",
        "rejection" => "reject",
        word => word,
    };
    Ok(json!({ "undone": word, "path": path }))
}
