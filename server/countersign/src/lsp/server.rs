//! The methods of the protocol that are served; what each does is in the handler of its name.

use std::sync::Arc;

use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;
use tower_lsp::{Client, LanguageServer};

use super::handlers;
use super::shared::Shared;
use super::transport::{Outbox, Waker};

/// The language server.
pub(crate) struct Server {
    /// Also the publisher's.
    pub(super) shared: Arc<Shared>,
}

impl Server {
    pub(super) fn new(client: Client, outbox: Outbox, waker: Waker) -> Self {
        Server {
            shared: Arc::new(Shared::new(client, outbox, waker)),
        }
    }
}

impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        Ok(handlers::initialize::initialize(&self.shared, params))
    }

    async fn initialized(&self, _: InitializedParams) {}

    async fn shutdown(&self) -> Result<()> {
        self.shared.session.journal_all();
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        handlers::open::open(&self.shared, params);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        handlers::change::change(&self.shared, params);
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        handlers::save::save(&self.shared, params);
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        handlers::close::close(&self.shared, params);
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        handlers::configuration::configuration(&self.shared, &params.settings);
    }

    async fn did_change_workspace_folders(&self, _: DidChangeWorkspaceFoldersParams) {}

    async fn did_change_watched_files(&self, _: DidChangeWatchedFilesParams) {}

    async fn diagnostic(
        &self,
        params: DocumentDiagnosticParams,
    ) -> Result<DocumentDiagnosticReportResult> {
        Ok(handlers::diagnostic::diagnostic(&self.shared, params))
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        Ok(handlers::hover::hover(&self.shared, params))
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        Ok(handlers::code_action::code_action(&self.shared, params))
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        handlers::execute_command::execute_command(&self.shared, params).await
    }
}
