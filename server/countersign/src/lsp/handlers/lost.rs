//! A message that was too long to be read.

use tower_lsp::ls_types::{DidCloseTextDocumentParams, MessageType, TextDocumentIdentifier};

use super::close::close;
use crate::lsp::shared::Shared;
use crate::lsp::transport::{About, TooLong};

/// It may have changed any buffer. None is followed any more then, as nobody may confirm a text that they do not see.
pub(crate) fn lost(shared: &Shared, message: &TooLong) {
    let hint = match message.about {
        About::Opening => "a file of that size has no marks",
        About::Anything => {
            for uri in shared.session.uris() {
                let Ok(uri) = uri.parse() else { continue };
                let text_document = TextDocumentIdentifier { uri };
                close(shared, DidCloseTextDocumentParams { text_document });
            }
            "what stands in the files that are open is not known any more; close them and open them again"
        }
    };
    tracing::warn!("{message}");
    let words = format!("Countersign: {message}. Hint: {hint}");
    shared.show(MessageType::WARNING, words);
}
