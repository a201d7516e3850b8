//! The diagnostics of a buffer on their way to the client. They are written for every keystroke, so that nothing is
//! copied here.

use countersign_provenance::{Encoding, Reading};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use tower_lsp::ls_types as lsp;

use super::convert;
use super::options::Options;
use crate::workspace::findings::Finding;
use crate::workspace::session::Shown;

/// The method that carries it.
pub(super) const METHOD: &str = "textDocument/publishDiagnostics";

/// Parameters of `textDocument/publishDiagnostics`.
#[derive(Serialize)]
pub(super) struct Publication<'a> {
    uri: &'a str,
    version: i32,
    diagnostics: Diagnostics<'a>,
}

impl<'a> Publication<'a> {
    pub(super) fn new(
        uri: &'a str,
        shown: &'a Shown,
        options: &'a Options,
        encoding: Encoding,
    ) -> Self {
        let diagnostics = Diagnostics {
            shown,
            options,
            encoding,
        };
        Publication {
            uri,
            version: shown.version,
            diagnostics,
        }
    }
}

struct Diagnostics<'a> {
    shown: &'a Shown,
    options: &'a Options,
    encoding: Encoding,
}

impl Serialize for Diagnostics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let text = self.shown.text.reading();
        for finding in self
            .shown
            .findings
            .iter()
            .filter(|finding| !finding.is_remnant)
        {
            if let Some(severity) = self.options.severity(finding.code) {
                list.serialize_element(&self.diagnostic(&text, finding, severity))?;
            }
        }
        list.end()
    }
}

impl Diagnostics<'_> {
    /// The same as [`convert::diagnostic`].
    fn diagnostic<'a>(
        &self,
        text: &Reading<'_>,
        finding: &'a Finding,
        severity: lsp::DiagnosticSeverity,
    ) -> Diagnostic<'a> {
        Diagnostic {
            range: convert::range(text, &finding.at, self.encoding),
            severity,
            code: finding.code.word(),
            source: convert::SOURCE,
            message: finding.message(),
            data: Data {
                regions: &finding.ids,
                version: self.shown.version,
            },
        }
    }
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    range: lsp::Range,
    severity: lsp::DiagnosticSeverity,
    code: &'static str,
    source: &'static str,
    message: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    regions: &'a [String],
    version: i32,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use countersign_provenance::Text;
    use serde_json::json;

    use super::*;
    use crate::workspace::findings::Code;
    use crate::workspace::settings::Settings;

    fn finding(is_remnant: bool) -> Finding {
        Finding {
            name: "`mine`".into(),
            code: Code::Suspected,
            at: 2..6,
            pieces: Vec::new(),
            what: "1 line by paste".into(),
            covers: String::new(),
            lines: 1,
            ids: vec!["a:1-2".into(), "removal:b".into()],
            is_remnant,
        }
    }

    #[test]
    fn what_is_pushed_is_what_is_pulled() {
        let shown = Shown {
            version: 7,
            revision: 1,
            text: Text::from("🙂é\n"),
            regions: Vec::new(),
            units: Arc::default(),
            findings: vec![finding(false), finding(true)],
        };
        let (options, encoding) = (Options::of(&Settings::default(), "a"), Encoding::Utf16);
        let pushed = json!(Publication::new("file:///a", &shown, &options, encoding));
        let pulled = convert::diagnostics(&shown, &options, encoding);
        assert_eq!(
            pushed,
            json!({ "uri": "file:///a", "version": 7, "diagnostics": pulled })
        );
        assert_eq!(pulled.len(), 1, "a remnant is shown to nobody");
    }
}
