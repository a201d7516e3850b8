//! `textDocument/codeAction`: what a person can do about the text at a range.

use std::ops::Range;

use countersign_provenance::Encoding;
use countersign_provenance::review::State;
use serde_json::{Value, json};
use tower_lsp::ls_types::*;

use crate::lsp::options::Options;
use crate::lsp::shared::Shared;
use crate::lsp::{commands, convert};
use crate::workspace::findings::Finding;
use crate::workspace::session::Shown;

/// As many lines at most are confirmed at once.
const MOST_LINES: u32 = 150;

/// The actions for the units that the range touches, then those for the file.
pub(crate) fn code_action(shared: &Shared, params: CodeActionParams) -> Option<CodeActionResponse> {
    if !is_wanted(params.context.only.as_deref()) {
        return None;
    }
    let uri = params.text_document.uri;
    let _visit = shared.visit_deleted(&uri);
    let shown = shared.shown(uri.as_str())?;
    let encoding = shared.session.encoding();
    let bytes = convert::bytes(&shown.text, params.range, encoding);
    let offer = Offer {
        shared,
        uri: &uri,
        shown: &shown,
        options: shared.options_of(uri.as_str()),
        encoding,
    };
    let mut actions = Vec::new();
    for finding in shown
        .findings
        .iter()
        .filter(|finding| finding.touches(&shown.text, &bytes))
    {
        offer.for_unit(finding, &mut actions);
    }
    actions.extend(offer.confirm_all());
    actions.extend(offer.mark(params.range, &bytes));
    actions.extend(offer.undo());
    let as_commands = !shared.offers().code_actions;
    let shape = |action: CodeAction| match action.command {
        Some(command) if as_commands => CodeActionOrCommand::Command(command),
        _ => CodeActionOrCommand::CodeAction(action),
    };
    (!actions.is_empty()).then(|| actions.into_iter().map(shape).collect())
}

/// A kind holds those that begin with it and a dot.
fn is_wanted(only: Option<&[CodeActionKind]>) -> bool {
    only.is_none_or(|kinds| {
        kinds
            .iter()
            .any(|kind| matches!(kind.as_str(), "" | "quickfix"))
    })
}

/// What can be offered for one text. The commands name its version.
struct Offer<'a> {
    shared: &'a Shared,
    uri: &'a Uri,
    shown: &'a Shown,
    options: Options,
    encoding: Encoding,
}

impl Offer<'_> {
    /// Confirm, reject and claim a unit.
    fn for_unit(&self, finding: &Finding, actions: &mut Vec<CodeAction>) {
        let regions = json!({ "regions": finding.ids });
        let title = format!("Confirm {} ({})", finding.name, finding.covers);
        let confirm = self.action(title, commands::CONFIRM, &regions);
        actions.push(CodeAction {
            is_preferred: Some(true),
            ..self.fixes(confirm, finding)
        });
        let session = &self.shared.session;
        if self.shared.offers().edits && session.can_reject(self.uri.as_str(), finding) {
            let title = "Reject: put back what stood before".to_owned();
            actions.push(self.fixes(self.action(title, commands::REJECT, &regions), finding));
        }
        let title = "I wrote this, no assistant did".to_owned();
        actions.push(self.fixes(self.action(title, commands::CLAIM, &regions), finding));
    }

    fn confirm_all(&self) -> Option<CodeAction> {
        let findings = &self.shown.findings;
        let lines: u32 = findings.iter().map(|finding| finding.lines).sum();
        if findings.len() < 2 || lines > MOST_LINES {
            return None;
        }
        let ids: Vec<_> = findings.iter().flat_map(|finding| &finding.ids).collect();
        let title = format!(
            "Confirm all of this file ({} units, {lines} lines)",
            findings.len()
        );
        Some(self.action(title, commands::CONFIRM, &json!({ "regions": ids })))
    }

    fn mark(&self, range: tower_lsp::ls_types::Range, bytes: &Range<u32>) -> Option<CodeAction> {
        let title = "Mark the selection as written by an assistant".to_owned();
        let is_blank = self.shown.text.ink(bytes.clone()) == 0;
        (!is_blank).then(|| self.action(title, commands::MARK, &json!({ "range": range })))
    }

    fn undo(&self) -> Option<CodeAction> {
        let is_settled = |state| matches!(state, State::Confirmed | State::Claimed);
        let title = "Undo my last confirmation".to_owned();
        let any = self
            .shown
            .regions
            .iter()
            .any(|region| is_settled(region.state));
        any.then(|| self.action(title, commands::UNDO, &json!({})))
    }

    fn action(&self, title: String, command: &str, more: &Value) -> CodeAction {
        let mut argument = json!({ "uri": self.uri, "version": self.shown.version });
        for (name, value) in more.as_object().into_iter().flatten() {
            argument[name] = value.clone();
        }
        CodeAction {
            command: Some(Command::new(
                title.clone(),
                command.to_owned(),
                Some(vec![argument]),
            )),
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            ..CodeAction::default()
        }
    }

    /// The action ends the finding's diagnostic.
    fn fixes(&self, action: CodeAction, finding: &Finding) -> CodeAction {
        let diagnostic = || convert::diagnostic(finding, self.shown, &self.options, self.encoding);
        let shown = (!finding.is_remnant).then(diagnostic).flatten();
        CodeAction {
            diagnostics: shown.map(|diagnostic| vec![diagnostic]),
            ..action
        }
    }
}
