//! `countersign.claim`: a person says that no assistant wrote a text.

use countersign_provenance::ActKind;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::Target;
use super::confirm::act;
use crate::lsp::shared::Shared;

pub(crate) fn run(shared: &Shared, target: Target) -> Result<Value> {
    let covered = act(shared, target, ActKind::Claim)?;
    Ok(json!({ "claimed_lines": covered.lines, "removals": covered.told_removals() }))
}
