//! `textDocument/didChange`.

use tower_lsp::ls_types::DidChangeTextDocumentParams;

use crate::lsp::convert;
use crate::lsp::shared::Shared;

/// A buffer that was never opened is left alone. VS Code sends changes without an edit when it saves.
pub(crate) fn change(shared: &Shared, params: DidChangeTextDocumentParams) {
    let document = params.text_document;
    let changes: Vec<_> = params
        .content_changes
        .into_iter()
        .map(convert::change)
        .collect();
    let uri = document.uri.as_str();
    let is_same = || {
        shared
            .session
            .shown(uri)
            .is_some_and(|shown| shown.version == document.version)
    };
    if changes.is_empty() && is_same() {
        return;
    }
    shared.session.change(uri, document.version, &changes);
    shared.journal.restart();
}
