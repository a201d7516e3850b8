//! What a client can do, as far as it changes what we do.

use countersign_provenance::Encoding;
use tower_lsp::ls_types::{
    ClientCapabilities, DynamicRegistrationClientCapabilities, PositionEncodingKind,
};

/// The client's side of the agreement.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Offers {
    /// How it learns of diagnostics.
    pub(super) diagnostics: Delivery,
    /// It shows code actions that are more than a command.
    pub(super) code_actions: bool,
    /// It applies edits that we ask for.
    pub(super) edits: bool,
    /// Such edits may name the version that they are for.
    pub(super) versioned_edits: bool,
    /// It may ask for the diagnostics of closed files without losing those of open ones.
    pub(super) workspace_diagnostics: bool,
    /// It answers when it is asked for settings.
    pub(super) configuration: bool,
    /// It tells of changed settings when it is asked to.
    pub(super) registers_configuration: bool,
    /// It watches files when it is asked to.
    pub(super) registers_watchers: bool,
    /// It shows progress that we begin.
    pub(super) progress: bool,
}

/// How a client learns of diagnostics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// We publish them.
    #[default]
    Push,
    /// It asks for them, and again when told to.
    Pull,
}

impl Offers {
    /// Reads what matters from a client's capabilities.
    ///
    /// A client that asks for diagnostics but cannot be told to ask again is pushed to: it would not see what an
    /// assistant or another editor does.
    ///
    /// Neovim (0.12) is not told that it may ask for closed files: where it may, a request to refresh makes it ask for
    /// them alone, and it drops from the answer what it has open, whose marks would then stay as they were.
    pub(super) fn new(client: &ClientCapabilities, name: &str) -> Self {
        let document = client.text_document.as_ref();
        let workspace = client.workspace.as_ref();
        let asks = document.is_some_and(|it| it.diagnostic.is_some());
        let refresh = workspace
            .and_then(|it| it.diagnostics.as_ref())
            .and_then(|it| it.refresh_support);
        let actions = document.and_then(|it| it.code_action.as_ref());
        let edit = workspace.and_then(|it| it.workspace_edit.as_ref());
        let diagnostics = match asks && refresh == Some(true) {
            true => Delivery::Pull,
            false => Delivery::Push,
        };
        let registers = |it: Option<&DynamicRegistrationClientCapabilities>| {
            it.and_then(|it| it.dynamic_registration) == Some(true)
        };
        let watched = workspace.and_then(|it| it.did_change_watched_files.as_ref());
        let window = client.window.as_ref();
        Offers {
            diagnostics,
            workspace_diagnostics: diagnostics == Delivery::Pull && name != "Neovim",
            configuration: workspace.and_then(|it| it.configuration) == Some(true),
            registers_configuration: registers(
                workspace.and_then(|it| it.did_change_configuration.as_ref()),
            ),
            registers_watchers: watched.and_then(|it| it.dynamic_registration) == Some(true),
            progress: window.and_then(|it| it.work_done_progress) == Some(true),
            code_actions: actions.is_some_and(|it| it.code_action_literal_support.is_some()),
            edits: workspace.and_then(|it| it.apply_edit) == Some(true),
            versioned_edits: edit.and_then(|it| it.document_changes) == Some(true),
        }
    }
}

/// The unit for columns: UTF-8, which costs us nothing, if the client knows it, else its first that we know, else
/// UTF-16, which every client knows.
pub(super) fn encoding(client: &ClientCapabilities) -> Encoding {
    let offered = client
        .general
        .as_ref()
        .and_then(|it| it.position_encodings.as_ref());
    let known = |kind: &PositionEncodingKind| match kind.as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    };
    let known: Vec<Encoding> = offered.into_iter().flatten().filter_map(known).collect();
    if known.contains(&Encoding::Utf8) {
        return Encoding::Utf8;
    }
    known.first().copied().unwrap_or(Encoding::Utf16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check_encoding(offered: &[&str], agreed: Encoding) {
        let client = json!({ "general": { "positionEncodings": offered } });
        let client: ClientCapabilities = serde_json::from_value(client).unwrap();
        assert_eq!(encoding(&client), agreed, "{offered:?}");
    }

    #[test]
    fn utf_8_is_agreed_on_where_the_client_knows_it() {
        check_encoding(&["utf-16", "utf-8"], Encoding::Utf8);
        check_encoding(&["utf-32", "utf-16"], Encoding::Utf32);
        check_encoding(&["utf-7"], Encoding::Utf16);
        check_encoding(&[], Encoding::Utf16);
    }

    #[track_caller]
    fn check_delivery(client: serde_json::Value, delivery: Delivery) {
        let client: ClientCapabilities = serde_json::from_value(client).unwrap();
        let offers = Offers::new(&client, "an editor");
        let is_pull = delivery == Delivery::Pull;
        assert_eq!(
            (offers.diagnostics, offers.workspace_diagnostics),
            (delivery, is_pull)
        );
        assert!(!Offers::new(&client, "Neovim").workspace_diagnostics);
    }

    #[test]
    fn only_who_can_be_told_to_ask_again_is_left_to_ask() {
        let ask = json!({ "diagnostic": {} });
        check_delivery(json!({}), Delivery::Push);
        check_delivery(json!({ "textDocument": ask }), Delivery::Push);
        check_delivery(
            json!({ "textDocument": ask, "workspace": { "diagnostics": {} } }),
            Delivery::Push,
        );
        let refresh = json!({ "diagnostics": { "refreshSupport": true } });
        check_delivery(
            json!({ "textDocument": ask, "workspace": refresh }),
            Delivery::Pull,
        );
        check_delivery(json!({ "workspace": refresh }), Delivery::Push);
    }
}
