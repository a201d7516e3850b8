//! `countersign.reject`: what an assistant changed is put back.

use std::collections::HashMap;

use countersign_provenance::ActKind;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

use super::Target;
use crate::lsp::overview::Wish;
use crate::lsp::shared::Shared;
use crate::lsp::{convert, errors};
use crate::workspace::Fault;
use crate::workspace::reject::{Edits, Rejection};
use crate::workspace::session::{On, Shown};

/// Asks the client to put the text back; then what was taken away asks nobody any more. What the assistant wrote is
/// gone with the text. A client that does not apply the edit has rejected nothing.
pub(crate) async fn run(shared: &Shared, mut target: Target) -> Result<Value> {
    let fail = |fault: Fault| errors::answer(shared, &fault);
    crate::person::may_act_from_server().map_err(|refusal| fail(refusal.into()))?;
    if !shared.offers().edits {
        return Err(errors::failed(
            "this editor applies no edits that a server asks for; take the text out by hand, and it asks nobody any more",
        ));
    }
    let words = target.words()?;
    let shown = shared.buffer_of(&target)?;
    let findings = target.findings(shared, &shown)?;
    let Some(Rejection { edits, leads_to }) =
        shared.session.rejection(target.uri.as_str(), &findings)
    else {
        let place = target.uri.as_str().to_owned();
        return Err(fail(Fault::NothingThere {
            place,
            verb: "reject",
        }));
    };
    shared.session.expect(target.uri.as_str(), leads_to);
    let edit = workspace_edit(shared, &target.uri, &shown, edits);
    let applied = shared.client.apply_edit(edit).await?;
    if !applied.applied {
        return Ok(json!({ "rejected": false, "reason": applied.failure_reason }));
    }
    let removals = findings.iter().flat_map(|finding| finding.removals());
    let on = On::Parts(Vec::new(), removals.collect());
    match shared
        .session
        .act(target.uri.as_str(), None, ActKind::Reject, &on, words)
    {
        // All that was taken away stands there again already, or nothing had been.
        Ok(_) | Err(Fault::NothingThere { .. }) => Ok(json!({ "rejected": true })),
        Err(fault) => Err(fail(fault)),
    }
}

/// Writes a file that was deleted and that no editor has open, as it was.
pub(crate) fn put_file_back(shared: &Shared, mut target: Target) -> Result<Value> {
    let words = target.words()?;
    let shown = shared.buffer_of(&target)?;
    let findings = target.findings(shared, &shown)?;
    let put_back = shared
        .session
        .put_file_back(target.uri.as_str(), &findings, words);
    put_back.map_err(|fault| errors::answer(shared, &fault))?;
    shared.overview.want(Wish::Quietly);
    Ok(json!({ "rejected": true }))
}

fn workspace_edit(shared: &Shared, uri: &Uri, shown: &Shown, edits: Edits) -> WorkspaceEdit {
    let encoding = shared.session.encoding();
    let edit = |(bytes, new_text)| TextEdit {
        range: convert::range(&shown.text.reading(), &bytes, encoding),
        new_text,
    };
    let edits: Vec<TextEdit> = edits.into_iter().map(edit).collect();
    if !shared.offers().versioned_edits {
        return WorkspaceEdit {
            changes: Some(HashMap::from([(uri.clone(), edits)])),
            ..WorkspaceEdit::default()
        };
    }
    let text_document = OptionalVersionedTextDocumentIdentifier {
        uri: uri.clone(),
        version: Some(shown.version),
    };
    let edits = edits.into_iter().map(OneOf::Left).collect();
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(vec![TextDocumentEdit {
            text_document,
            edits,
        }])),
        ..WorkspaceEdit::default()
    }
}
