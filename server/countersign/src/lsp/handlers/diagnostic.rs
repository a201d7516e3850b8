//! `textDocument/diagnostic`.

use tower_lsp::ls_types::*;

use crate::lsp::convert;
use crate::lsp::shared::Shared;

/// A buffer that is not looked at has none; a file that is not open has those of its text on the disk.
pub(crate) fn diagnostic(
    shared: &Shared,
    params: DocumentDiagnosticParams,
) -> DocumentDiagnosticReportResult {
    let uri = params.text_document.uri;
    let Some(shown) = shared.shown(uri.as_str()) else {
        return full(FullDocumentDiagnosticReport {
            result_id: None,
            items: closed(shared, &uri).unwrap_or_default(),
        });
    };
    let result_id = shared.result_id(shown.revision);
    if params.previous_result_id.as_ref() == Some(&result_id) {
        return unchanged(result_id);
    }
    let options = shared.options_of(uri.as_str());
    let items = convert::diagnostics(&shown, &options, shared.session.encoding());
    shared.told.note(uri.as_str(), &shown);
    full(FullDocumentDiagnosticReport {
        result_id: Some(result_id),
        items,
    })
}

fn closed(shared: &Shared, uri: &Uri) -> Option<Vec<Diagnostic>> {
    let _visit = shared.visit(uri)?;
    let shown = shared.shown(uri.as_str())?;
    let options = shared.options_of(uri.as_str());
    let encoding = shared.session.encoding();
    Some(convert::closed_diagnostics(&shown, &options, encoding))
}

fn full(report: FullDocumentDiagnosticReport) -> DocumentDiagnosticReportResult {
    DocumentDiagnosticReport::from(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: report,
    })
    .into()
}

fn unchanged(result_id: String) -> DocumentDiagnosticReportResult {
    DocumentDiagnosticReport::from(RelatedUnchangedDocumentDiagnosticReport {
        related_documents: None,
        unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
    })
    .into()
}
