//! `textDocument/didSave`.

use tower_lsp::ls_types::DidSaveTextDocumentParams;

use crate::lsp::shared::Shared;

pub(crate) fn save(shared: &Shared, params: DidSaveTextDocumentParams) {
    shared.look_at_settings();
    if let Err(fault) = shared.session.save(params.text_document.uri.as_str()) {
        tracing::warn!(
            "{} was saved without its regions: {fault}",
            params.text_document.uri.as_str()
        );
        shared.show_once(&fault);
    }
}
