//! `initialized`: what the client is asked for first.

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp::ls_types::Registration;

use super::configuration;
use crate::lsp::overview::Wish;
use crate::lsp::shared::Shared;
use crate::workspace::settings::house;

/// Says what is served, asks for the settings and to be told of other ones, and has the workspace read.
pub(crate) fn initialized(shared: &Arc<Shared>) {
    let folders = shared.folders.shown();
    tracing::info!(
        "countersign {} serves {folders}",
        env!("COUNTERSIGN_VERSION")
    );
    configuration::pull(shared);
    register(shared);
    shared.overview.want(Wish::Watched);
}

fn register(shared: &Shared) {
    let offers = shared.offers();
    let mut registrations = Vec::new();
    if offers.registers_configuration {
        let options = json!({ "section": "countersign" });
        registrations.push(registration("workspace/didChangeConfiguration", options));
    }
    if offers.registers_watchers {
        let watchers = json!([{ "globPattern": format!("**/{}", house::FILE) }]);
        let options = json!({ "watchers": watchers });
        registrations.push(registration("workspace/didChangeWatchedFiles", options));
    }
    if registrations.is_empty() {
        return;
    }
    let client = shared.client.clone();
    tokio::spawn(async move {
        if let Err(error) = client.register_capability(registrations).await {
            tracing::info!("the client tells of no changed settings: {error}");
        }
    });
}

fn registration(method: &str, options: Value) -> Registration {
    Registration {
        id: format!("countersign/{method}"),
        method: method.to_owned(),
        register_options: Some(options),
    }
}
