//! `initialize`: who can do what.

use tower_lsp::ls_types::{InitializeParams, InitializeResult, ServerInfo};

use crate::lsp::capabilities::capabilities;
use crate::lsp::offers::{Offers, encoding};
use crate::lsp::shared::Shared;

pub(crate) fn initialize(shared: &Shared, params: InitializeParams) -> InitializeResult {
    let offers = *shared
        .offers
        .get_or_init(|| Offers::new(&params.capabilities));
    let encoding = encoding(&params.capabilities);
    shared.session.set_encoding(encoding);
    if let Some(settings) = &params.initialization_options {
        shared.set_options(settings);
    }
    InitializeResult {
        capabilities: capabilities(encoding, offers.diagnostics),
        server_info: Some(ServerInfo {
            name: "countersign".to_owned(),
            version: Some(env!("COUNTERSIGN_VERSION").to_owned()),
        }),
        ..InitializeResult::default()
    }
}
