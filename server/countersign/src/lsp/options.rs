//! What the settings come to for one file, in the protocol's words.

use tower_lsp::ls_types::DiagnosticSeverity;

use crate::workspace::findings::Code;
use crate::workspace::settings::{Settings, Severity};

/// How the marks of a file are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Options {
    /// They are shown at all.
    pub(super) is_shown: bool,
    unreviewed: Option<DiagnosticSeverity>,
    removed: Option<DiagnosticSeverity>,
    suspected: Option<DiagnosticSeverity>,
}

impl Options {
    /// For a file, given relative to the root of its repository.
    pub(super) fn of(settings: &Settings, path: &str) -> Self {
        let severity = |code| severity(settings.severity(code));
        Options {
            is_shown: settings.shows(path),
            unreviewed: severity(Code::Unreviewed),
            removed: severity(Code::Removed),
            suspected: severity(Code::Suspected),
        }
    }

    /// The severity of a finding's diagnostic; `None` where it has none.
    pub(super) fn severity(&self, code: Code) -> Option<DiagnosticSeverity> {
        match code {
            Code::Unreviewed => self.unreviewed,
            Code::Removed => self.removed,
            Code::Suspected => self.suspected,
        }
    }
}

fn severity(severity: Severity) -> Option<DiagnosticSeverity> {
    match severity {
        Severity::Error => Some(DiagnosticSeverity::ERROR),
        Severity::Warning => Some(DiagnosticSeverity::WARNING),
        Severity::Information => Some(DiagnosticSeverity::INFORMATION),
        Severity::Hint => Some(DiagnosticSeverity::HINT),
        Severity::Off => None,
    }
}
