//! `workspace/didChangeConfiguration`, and `workspace/configuration`, by which the client is asked.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tower_lsp::ls_types::ConfigurationItem;

use crate::lsp::shared::Shared;

/// What the client sent holds; a client that can be asked is asked as well, because most send nothing.
pub(crate) fn configuration(shared: &Arc<Shared>, settings: &Value) {
    if shared.wanted.push(settings) {
        shared.settings_changed();
    }
    pull(shared);
}

/// Asks the client for the settings of the window and of each folder, where it can be asked.
pub(crate) fn pull(shared: &Arc<Shared>) {
    if !shared.offers().configuration {
        return;
    }
    let folders = shared.folders.all().into_iter();
    let folders = folders.map(|folder| (Some(folder.real), Some(folder.uri)));
    let (scopes, uris): (Vec<_>, Vec<_>) = std::iter::once((None, None)).chain(folders).unzip();
    let item = |scope_uri| ConfigurationItem {
        scope_uri,
        section: Some("countersign".to_owned()),
    };
    let items = uris.into_iter().map(item).collect();
    let (pull, shared) = (shared.wanted.begin_pull(), shared.clone());
    tokio::spawn(async move {
        match shared.client.configuration(items).await {
            Ok(answers) => take(&shared, pull, scopes, answers),
            Err(error) => tracing::warn!("the client did not tell its settings: {error}"),
        }
    });
}

fn take(shared: &Shared, pull: u64, scopes: Vec<Option<PathBuf>>, answers: Vec<Value>) {
    if shared
        .wanted
        .pulled(pull, scopes.into_iter().zip(answers).collect())
    {
        shared.settings_changed();
    }
    shared.waker.wake();
}
