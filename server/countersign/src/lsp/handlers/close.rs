//! `textDocument/didClose`.

use tower_lsp::ls_types::notification::PublishDiagnostics;
use tower_lsp::ls_types::{DidCloseTextDocumentParams, PublishDiagnosticsParams};

use crate::lsp::offers::Delivery;
use crate::lsp::overview::Wish;
use crate::lsp::shared::Shared;

/// What was pushed for a buffer goes with it; there is no version any more that it could speak of.
pub(crate) fn close(shared: &Shared, params: DidCloseTextDocumentParams) {
    let uri = params.text_document.uri;
    shared.session.close(uri.as_str());
    shared.wanted.forget(uri.as_str());
    // The file on the disk is another text than the buffer, where that was not saved.
    shared.overview.note_news();
    shared.overview.want(Wish::Quietly);
    if shared.told.forget(uri.as_str()) && shared.offers().diagnostics == Delivery::Push {
        shared
            .outbox
            .notify::<PublishDiagnostics>(PublishDiagnosticsParams::new(uri, Vec::new(), None));
    }
}
