//! `workspace/didChangeWorkspaceFolders`.

use std::sync::Arc;

use tower_lsp::ls_types::WorkspaceFoldersChangeEvent;

use super::configuration;
use crate::lsp::overview::Wish;
use crate::lsp::shared::Shared;

/// A folder may have settings of its own, and other files.
pub(crate) fn folders(shared: &Arc<Shared>, event: &WorkspaceFoldersChangeEvent) {
    shared.folders.change(&event.removed, &event.added);
    shared.settings_changed();
    configuration::pull(shared);
    shared.overview.want(Wish::Watched);
}
