//! `workspace/executeCommand`.

use std::sync::atomic::Ordering;

use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::ExecuteCommandParams;

use crate::lsp::commands::{self, Target};
use crate::lsp::errors;
use crate::lsp::shared::Shared;

/// Runs the command of this name. All but `reject`, which asks the client, are done before the first `await`.
pub(crate) async fn execute_command(
    shared: &Shared,
    params: ExecuteCommandParams,
) -> Result<Option<Value>> {
    let command = params.command.as_str();
    if !commands::NAMES.contains(&command) {
        return Err(errors::invalid(format!("there is no command `{command}`")));
    }
    let target = Target::read(command, params.arguments)?;
    let uri = target.uri.clone();
    let visit = shared.visit_deleted(&uri);
    shared.check_version(&target)?;
    let answer = match command {
        commands::CONFIRM => commands::confirm::run(shared, target),
        commands::CLAIM => commands::claim::run(shared, target),
        commands::MARK => commands::mark::run(shared, target),
        commands::UNDO => commands::undo::run(shared, target),
        commands::REJECT if visit.is_some() => commands::reject::put_file_back(shared, target),
        commands::REJECT => commands::reject::run(shared, target).await,
        _ => Err(Error::method_not_found()),
    };
    if answer.is_ok() {
        shared.has_acted.store(true, Ordering::Release);
    }
    answer.map(Some)
}
