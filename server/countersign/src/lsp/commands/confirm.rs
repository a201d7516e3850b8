//! `countersign.confirm`: a person stands behind a text.

use countersign_provenance::ActKind;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::Target;
use crate::lsp::errors;
use crate::lsp::shared::Shared;
use crate::workspace::acts::Covered;

pub(crate) fn run(shared: &Shared, target: Target) -> Result<Value> {
    let covered = act(shared, target, ActKind::Confirm)?;
    Ok(json!({ "confirmed_lines": covered.lines, "removals": covered.told_removals() }))
}

/// Says something about what the target names. It is on the disk when this returns.
pub(super) fn act(shared: &Shared, mut target: Target, kind: ActKind) -> Result<Covered> {
    let shown = shared.buffer_of(&target)?;
    let (on, words) = (target.on(shared, &shown)?, target.words()?);
    let acted = shared
        .session
        .act(target.uri.as_str(), target.version, kind, &on, words);
    acted.map_err(|fault| errors::answer(shared, &fault))
}
