//! The methods of the protocol that are served; what each does is in the handler of its name.

use std::sync::Arc;

use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;
use tower_lsp::{Client, LanguageServer};

use super::handlers;
use super::log::Log;
use super::shared::Shared;
use super::transport::{Lost, Outbox, TooLong, Waker};

/// The language server.
pub(crate) struct Server {
    /// Also the publisher's.
    pub(super) shared: Arc<Shared>,
}

impl Server {
    pub(super) fn new(client: Client, outbox: Outbox, waker: Waker, log: Log) -> Self {
        Server {
            shared: Arc::new(Shared::new(client, outbox, waker, log)),
        }
    }
}

impl Lost for Server {
    fn lost(&self, message: &TooLong) {
        handlers::lost::lost(&self.shared, message);
    }
}

impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        Ok(handlers::initialize::initialize(&self.shared, params))
    }

    async fn initialized(&self, _: InitializedParams) {
        handlers::initialized::initialized(&self.shared);
    }

    async fn shutdown(&self) -> Result<()> {
        self.shared.session.journal_all();
        self.shared.overview.close();
        self.shared.log.hush();
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

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        handlers::folders::folders(&self.shared, &params.event);
    }

    /// What is read anew by itself is looked at whenever a message has come.
    async fn did_change_watched_files(&self, _: DidChangeWatchedFilesParams) {
        self.shared.look_at_settings();
    }

    async fn diagnostic(
        &self,
        params: DocumentDiagnosticParams,
    ) -> Result<DocumentDiagnosticReportResult> {
        Ok(handlers::diagnostic::diagnostic(&self.shared, params))
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        Ok(handlers::workspace_diagnostic::workspace_diagnostic(&self.shared, params).await)
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
