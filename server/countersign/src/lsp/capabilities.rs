//! What we offer the client.

use countersign_provenance::Encoding;
use tower_lsp::ls_types::*;

use super::commands;
use super::offers::{Delivery, Offers};

/// The server's side of the agreement.
pub(super) fn capabilities(encoding: Encoding, offers: Offers) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(position_encoding(encoding)),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync())),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: commands::NAMES.iter().map(ToString::to_string).collect(),
            ..ExecuteCommandOptions::default()
        }),
        diagnostic_provider: (offers.diagnostics == Delivery::Pull).then(|| diagnostics(offers)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            ..WorkspaceServerCapabilities::default()
        }),
        ..ServerCapabilities::default()
    }
}

fn position_encoding(encoding: Encoding) -> PositionEncodingKind {
    match encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
        Encoding::Utf32 => PositionEncodingKind::UTF32,
    }
}

fn sync() -> TextDocumentSyncOptions {
    TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions {
            include_text: Some(false),
        })),
        ..TextDocumentSyncOptions::default()
    }
}

fn diagnostics(offers: Offers) -> DiagnosticServerCapabilities {
    DiagnosticServerCapabilities::Options(DiagnosticOptions {
        identifier: Some("countersign".into()),
        inter_file_dependencies: false,
        workspace_diagnostics: offers.workspace_diagnostics,
        work_done_progress_options: WorkDoneProgressOptions::default(),
    })
}
