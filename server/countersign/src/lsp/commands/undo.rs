//! `countersign.undo`: a person takes back what they said last.

use countersign_provenance::{ActKind, Statement};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::Target;
use crate::lsp::errors;
use crate::lsp::shared::Shared;

pub(crate) fn run(shared: &Shared, target: Target) -> Result<Value> {
    shared.buffer_of(&target)?;
    let undone = shared.session.undo(target.uri.as_str(), None);
    let undone = undone.map_err(|fault| errors::answer(shared, &fault))?;
    let Statement::Act(act) = &undone.statement else {
        return Ok(Value::Null);
    };
    let word = match act.kind {
        ActKind::Confirm => "confirm",
        ActKind::Claim => "claim",
        ActKind::Reject => "reject",
    };
    Ok(json!({ "undone": word, "path": act.path }))
}
