//! A diagnostic as a person sees it.

use super::buffer::Position;
use serde_json::Value;
use std::fmt;

/// One diagnostic; `Display` is one line of the kind that editors list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Diagnostic {
    pub(crate) from: Position,
    pub(crate) to: Position,
    pub(crate) severity: &'static str,
    pub(crate) code: String,
    pub(crate) message: String,
    /// All of it, as it came.
    pub(crate) raw: Value,
}

impl Diagnostic {
    pub(super) fn all(diagnostics: &Value) -> Vec<Self> {
        let all = diagnostics.as_array().into_iter().flatten();
        all.map(Self::parse).collect()
    }

    fn parse(raw: &Value) -> Self {
        let at = |position: &Value| Position {
            line: position["line"].as_u64().unwrap_or(0) as usize,
            character: position["character"].as_u64().unwrap_or(0) as usize,
        };
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        Self {
            from: at(&raw["range"]["start"]),
            to: at(&raw["range"]["end"]),
            severity: match raw["severity"].as_u64() {
                Some(1) => "error",
                Some(2) => "warning",
                Some(3) => "information",
                Some(4) => "hint",
                _ => "unknown",
            },
            code: text(&raw["code"]),
            message: text(&raw["message"]),
            raw: raw.clone(),
        }
    }
}

impl fmt::Display for Diagnostic {
    /// `LINE: CODE (SEVERITY) MESSAGE`, the line from 1.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.from.line + 1;
        write!(
            f,
            "{line}: {} ({}) {}",
            self.code, self.severity, self.message
        )
    }
}

/// A list of them, a line each.
pub(crate) fn listed(diagnostics: &[Diagnostic]) -> String {
    let lines: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
