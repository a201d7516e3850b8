//! `textDocument/didOpen`.

use tower_lsp::ls_types::DidOpenTextDocumentParams;

use crate::lsp::convert;
use crate::lsp::shared::Shared;

/// What is no file is not looked at. A buffer that was not closed is opened anew. A file whose marks are not to be
/// shown is followed all the same: nothing that is done to it meanwhile may be lost.
pub(crate) fn open(shared: &Shared, params: DidOpenTextDocumentParams) {
    let document = params.text_document;
    let Some(file) = convert::file(&document.uri) else {
        return;
    };
    let uri = document.uri.as_str();
    // If the new text cannot be looked at, the old one must not stand for it.
    shared.session.close(uri);
    shared.wanted.forget(uri);
    let opened = shared.session.open(
        uri,
        &file,
        &document.language_id,
        document.version,
        &document.text,
    );
    shared.overview.forget_sum();
    if let Err(fault) = opened {
        tracing::warn!("{uri} is not looked at: {fault}");
        shared.show_once(&fault);
    }
    if let Some(loss) = shared.session.loss(uri) {
        shared.warn_once(format!("{loss}. Hint: see `countersign doctor`"));
    }
}
