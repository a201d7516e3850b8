//! `workspace/diagnostic`: the files that no editor has open, and the open ones beside them.
//!
//! A client may take the report for all there is, so that open buffers stand in it with their versions. What it knew
//! and is not there any more is reported as empty.

use std::collections::HashMap;
use std::path::PathBuf;

use countersign_ledger::Place;
use serde::Serialize;
use tower_lsp::ls_types::*;

use crate::lsp::convert;
use crate::lsp::options::Options;
use crate::lsp::overview::Closed;
use crate::lsp::shared::Shared;

/// So many documents at most go into one partial result.
const CHUNK: usize = 200;

/// Answers once the workspace has been read.
pub(crate) async fn workspace_diagnostic(
    shared: &Shared,
    params: WorkspaceDiagnosticParams,
) -> WorkspaceDiagnosticReportResult {
    shared.overview.ask();
    shared.overview.made().await;
    let items = items(shared, params.previous_result_ids);
    let items = match params.partial_result_params.partial_result_token {
        Some(token) => {
            tell_in_parts(shared, &token, &items);
            Vec::new()
        }
        None => items,
    };
    WorkspaceDiagnosticReport { items }.into()
}

#[derive(Serialize)]
struct Part<'a> {
    token: &'a ProgressToken,
    value: PartialReport<'a>,
}

#[derive(Serialize)]
struct PartialReport<'a> {
    items: &'a [WorkspaceDocumentDiagnosticReport],
}

fn tell_in_parts(
    shared: &Shared,
    token: &ProgressToken,
    all: &[WorkspaceDocumentDiagnosticReport],
) {
    for items in all.chunks(CHUNK) {
        let value = PartialReport { items };
        shared
            .outbox
            .notify_of("$/progress", &Part { token, value });
    }
}

/// What the client knew, by file: it may spell URIs in another way than we do.
type Previous = HashMap<PathBuf, PreviousResultId>;

fn items(
    shared: &Shared,
    previous: Vec<PreviousResultId>,
) -> Vec<WorkspaceDocumentDiagnosticReport> {
    let with_file = |it: PreviousResultId| Some((convert::file(&it.uri)?, it));
    let mut previous: Previous = previous.into_iter().filter_map(with_file).collect();
    let mut items = Vec::new();
    let open = shared.session.open_files();
    for uri in open.values().flatten() {
        items.extend(open_item(shared, uri, &mut previous));
    }
    for (place, file) in shared.overview.closed() {
        let spot = (place.worktree.clone(), file.waiting.path.clone());
        if !open.contains_key(&spot) {
            items.extend(closed_item(shared, &place, &file, &mut previous));
        }
    }
    items.extend(
        previous
            .into_values()
            .map(|gone| full(gone.uri, None, None, Vec::new())),
    );
    items
}

fn open_item(
    shared: &Shared,
    uri: &str,
    previous: &mut Previous,
) -> Option<WorkspaceDocumentDiagnosticReport> {
    let shown = shared.shown(uri)?;
    let options = shared.options_of(uri);
    let uri: Uri = uri.parse().ok()?;
    let result_id = shared.result_id(shown.revision);
    let version = Some(i64::from(shown.version));
    let known = previous.remove(&convert::file(&uri)?);
    if known.is_some_and(|it| it.value == result_id) {
        return Some(unchanged(uri, version, result_id));
    }
    shared.told.note(uri.as_str(), &shown);
    let diagnostics = convert::diagnostics(&shown, &options, shared.session.encoding());
    Some(full(uri, version, Some(result_id), diagnostics))
}

fn closed_item(
    shared: &Shared,
    place: &Place,
    file: &Closed,
    previous: &mut Previous,
) -> Option<WorkspaceDocumentDiagnosticReport> {
    let path = &file.waiting.path;
    let uri = shared.folders.uri(&place.absolute(path))?;
    let options = Options::of(&shared.settings_of(place, path), path);
    let diagnostics = || {
        let all = file.waiting.findings.iter();
        let each = |(finding, at): &(_, _)| convert::closed_diagnostic(finding, *at, &options);
        all.filter_map(each).collect::<Vec<_>>()
    };
    let diagnostics = match options.is_shown {
        true => diagnostics(),
        false => Vec::new(),
    };
    if diagnostics.is_empty() {
        return None;
    }
    let result_id = shared.closed_result_id(file.serial);
    let known = previous.remove(&convert::file(&uri)?);
    if known.is_some_and(|it| it.value == result_id) {
        return Some(unchanged(uri, None, result_id));
    }
    Some(full(uri, None, Some(result_id), diagnostics))
}

fn full(
    uri: Uri,
    version: Option<i64>,
    result_id: Option<String>,
    items: Vec<Diagnostic>,
) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id, items },
    }
    .into()
}

fn unchanged(
    uri: Uri,
    version: Option<i64>,
    result_id: String,
) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceUnchangedDocumentDiagnosticReport {
        uri,
        version,
        unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
    }
    .into()
}
