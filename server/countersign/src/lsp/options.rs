//! What the user wants: `initializationOptions` and `workspace/didChangeConfiguration`. What makes no sense is left out.

use serde_json::Value;
use tower_lsp::ls_types::DiagnosticSeverity;

use crate::workspace::findings::Code;

/// The settings. In JSON they may stand under `countersign`:
/// `{"enable": true, "regions": false, "severity": "information" | {"unreviewed", "removed", "suspected"}}`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Options {
    /// Look at files at all.
    pub(super) enable: bool,
    /// Send `countersign/regionsChanged` and `countersign/status`.
    pub(super) regions: bool,
    unreviewed: DiagnosticSeverity,
    removed: DiagnosticSeverity,
    suspected: DiagnosticSeverity,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            enable: true,
            regions: false,
            unreviewed: DiagnosticSeverity::INFORMATION,
            removed: DiagnosticSeverity::INFORMATION,
            suspected: DiagnosticSeverity::HINT,
        }
    }
}

impl Options {
    /// The severity of a finding's diagnostic.
    pub(super) fn severity(&self, code: Code) -> DiagnosticSeverity {
        match code {
            Code::Unreviewed => self.unreviewed,
            Code::Removed => self.removed,
            Code::Suspected => self.suspected,
        }
    }

    /// Takes over what a settings object names.
    pub(super) fn update(&mut self, settings: &Value) {
        let settings = settings.get("countersign").unwrap_or(settings);
        let flag = |name: &str, old: bool| settings[name].as_bool().unwrap_or(old);
        self.enable = flag("enable", self.enable);
        self.regions = flag("regions", self.regions);
        let severity = &settings["severity"];
        if let Some(all) = named(severity) {
            (self.unreviewed, self.removed) = (all, all);
        }
        let each = |name: &str, old| named(&severity[name]).unwrap_or(old);
        self.unreviewed = each("unreviewed", self.unreviewed);
        self.removed = each("removed", self.removed);
        self.suspected = each("suspected", self.suspected);
    }
}

fn named(severity: &Value) -> Option<DiagnosticSeverity> {
    match severity.as_str()?.to_ascii_lowercase().as_str() {
        "error" => Some(DiagnosticSeverity::ERROR),
        "warning" => Some(DiagnosticSeverity::WARNING),
        "information" | "info" => Some(DiagnosticSeverity::INFORMATION),
        "hint" => Some(DiagnosticSeverity::HINT),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(settings: Value) -> Options {
        let mut options = Options::default();
        options.update(&settings);
        options
    }

    #[test]
    fn what_makes_no_sense_changes_nothing() {
        for settings in [
            json!(null),
            json!([1]),
            json!({ "enable": "yes", "severity": ["hint"], "more": 1 }),
        ] {
            assert_eq!(read(settings), Options::default());
        }
    }

    #[test]
    fn one_severity_is_for_what_is_known_and_a_guess_stays_a_hint() {
        let options = read(json!({ "countersign": { "severity": "Warning" } }));
        assert_eq!(
            options.severity(Code::Unreviewed),
            DiagnosticSeverity::WARNING
        );
        assert_eq!(options.severity(Code::Removed), DiagnosticSeverity::WARNING);
        assert_eq!(options.severity(Code::Suspected), DiagnosticSeverity::HINT);
    }

    #[test]
    fn each_severity_can_be_set() {
        let options = read(
            json!({ "regions": true, "severity": { "removed": "error", "suspected": "info" } }),
        );
        assert!(options.regions && options.enable);
        assert_eq!(
            options.severity(Code::Unreviewed),
            DiagnosticSeverity::INFORMATION
        );
        assert_eq!(options.severity(Code::Removed), DiagnosticSeverity::ERROR);
        assert_eq!(
            options.severity(Code::Suspected),
            DiagnosticSeverity::INFORMATION
        );
    }
}
