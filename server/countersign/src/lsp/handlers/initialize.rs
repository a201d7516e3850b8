//! `initialize`: who can do what.

use serde_json::Value;
use tower_lsp::ls_types::{InitializeParams, InitializeResult, ServerInfo, TraceValue};

use crate::lsp::capabilities::capabilities;
use crate::lsp::log::Trace;
use crate::lsp::offers::{Offers, encoding};
use crate::lsp::shared::Shared;

pub(crate) fn initialize(shared: &Shared, params: InitializeParams) -> InitializeResult {
    shared.log.set_trace(trace(params.trace));
    let name = params.client_info.as_ref().map(|client| &*client.name);
    let offers = *shared
        .offers
        .get_or_init(|| Offers::new(&params.capabilities, name.unwrap_or_default()));
    let encoding = encoding(&params.capabilities);
    shared.session.set_encoding(encoding);
    set_folders(shared, &params);
    let settings = params.initialization_options.unwrap_or(Value::Null);
    shared.wanted.initialize(&settings);
    shared.log.set_level(shared.wanted.log_level());
    InitializeResult {
        capabilities: capabilities(encoding, offers),
        server_info: Some(ServerInfo {
            name: "countersign".to_owned(),
            version: Some(env!("COUNTERSIGN_VERSION").to_owned()),
        }),
        ..InitializeResult::default()
    }
}

fn trace(value: Option<TraceValue>) -> Trace {
    match value {
        None | Some(TraceValue::Off) => Trace::Off,
        Some(TraceValue::Messages) => Trace::Messages,
        Some(TraceValue::Verbose) => Trace::Verbose,
    }
}

/// A client without workspace folders names its one folder in the older way.
fn set_folders(shared: &Shared, params: &InitializeParams) {
    #[expect(deprecated, reason = "older clients name their folder so")]
    let root = params.root_uri.as_ref();
    match &params.workspace_folders {
        Some(folders) => shared.folders.set(folders.iter().map(|it| &it.uri)),
        None => shared.folders.set(root),
    }
}
