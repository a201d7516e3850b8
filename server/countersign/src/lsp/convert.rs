//! Between the protocol's types and ours.

use std::ops::Range;
use std::path::PathBuf;

use countersign_provenance::{Encoding, Position, Reading, Text};
use serde_json::json;
use tower_lsp::ls_types as lsp;

use super::options::Options;
use crate::workspace::findings::Finding;
use crate::workspace::session::{Change, Shown};

/// Who speaks in our diagnostics.
pub(super) const SOURCE: &str = "countersign";

/// The file that a URI names; `None` where it names something else.
pub(super) fn file(uri: &lsp::Uri) -> Option<PathBuf> {
    let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
    let path = is_file.then(|| uri.to_file_path())??.into_owned();
    path.is_absolute().then_some(path)
}

/// A place, from the editor.
pub(super) fn position(position: lsp::Position) -> Position {
    Position {
        line: position.line,
        character: position.character,
    }
}

/// Two places, from the editor.
pub(super) fn positions(range: lsp::Range) -> (Position, Position) {
    (position(range.start), position(range.end))
}

/// The bytes of an editor's range; one that ends before it begins is empty.
pub(super) fn bytes(text: &Text, range: lsp::Range, encoding: Encoding) -> Range<u32> {
    let (start, end) = positions(range);
    let (start, end) = (text.offset(start, encoding), text.offset(end, encoding));
    start..end.max(start)
}

/// The editor's range of some bytes.
pub(super) fn range(text: &Reading<'_>, bytes: &Range<u32>, encoding: Encoding) -> lsp::Range {
    let at = |byte| {
        let Position { line, character } = text.position(byte, encoding);
        lsp::Position { line, character }
    };
    lsp::Range {
        start: at(bytes.start),
        end: at(bytes.end),
    }
}

/// One change of a buffer, from the editor.
pub(super) fn change(change: lsp::TextDocumentContentChangeEvent) -> Change {
    Change {
        range: change.range.map(positions),
        text: change.text,
    }
}

/// All diagnostics of a buffer: one a finding, none for remnants.
pub(super) fn diagnostics(
    shown: &Shown,
    options: &Options,
    encoding: Encoding,
) -> Vec<lsp::Diagnostic> {
    let findings = shown.findings.iter().filter(|finding| !finding.is_remnant);
    findings
        .filter_map(|finding| diagnostic(finding, shown, options, encoding))
        .collect()
}

/// A finding as a diagnostic, if it is to have one; `data` names its regions for the commands.
pub(super) fn diagnostic(
    finding: &Finding,
    shown: &Shown,
    options: &Options,
    encoding: Encoding,
) -> Option<lsp::Diagnostic> {
    let range = range(&shown.text.reading(), &finding.at, encoding);
    let data = json!({ "regions": finding.ids, "version": shown.version });
    diagnostic_at(finding, range, data, options)
}

/// All diagnostics of a file that is not open.
pub(super) fn closed_diagnostics(
    shown: &Shown,
    options: &Options,
    encoding: Encoding,
) -> Vec<lsp::Diagnostic> {
    let text = shown.text.reading();
    let at = |byte| text.position(byte, encoding);
    let findings = shown.findings.iter().filter(|finding| !finding.is_remnant);
    findings
        .filter_map(|it| closed_diagnostic(it, (at(it.at.start), at(it.at.end)), options))
        .collect()
}

/// Likewise for a file that is not open; its text has no version.
pub(super) fn closed_diagnostic(
    finding: &Finding,
    (start, end): (Position, Position),
    options: &Options,
) -> Option<lsp::Diagnostic> {
    let at = |Position { line, character }| lsp::Position { line, character };
    let range = lsp::Range {
        start: at(start),
        end: at(end),
    };
    diagnostic_at(finding, range, json!({ "regions": finding.ids }), options)
}

fn diagnostic_at(
    finding: &Finding,
    range: lsp::Range,
    data: serde_json::Value,
    options: &Options,
) -> Option<lsp::Diagnostic> {
    Some(lsp::Diagnostic {
        range,
        severity: Some(options.severity(finding.code)?),
        code: Some(lsp::NumberOrString::String(finding.code.word().to_owned())),
        source: Some(SOURCE.to_owned()),
        message: finding.message(),
        data: Some(data),
        ..lsp::Diagnostic::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    #[track_caller]
    fn check_file(uri: &str, path: Option<&str>) {
        let uri = lsp::Uri::from_str(uri).unwrap();
        assert_eq!(file(&uri), path.map(PathBuf::from), "{uri:?}");
    }

    #[cfg(unix)]
    #[test]
    fn only_files_are_looked_at() {
        check_file("file:///a%20b/c%C3%A9.rs", Some("/a b/cé.rs"));
        check_file("FILE:///a", Some("/a"));
        check_file("untitled:Untitled-1", None);
        check_file("git:/a?HEAD", None);
        check_file("file:relative", None);
    }

    #[test]
    fn a_range_is_counted_in_the_agreed_unit() {
        let text = Text::from("x\n🙂é = 1;\n");
        let bytes_of = 2..8;
        for (encoding, end) in [
            (Encoding::Utf8, 6),
            (Encoding::Utf16, 3),
            (Encoding::Utf32, 2),
        ] {
            let there = range(&text.reading(), &bytes_of, encoding);
            assert_eq!((there.start.line, there.start.character), (1, 0));
            assert_eq!((there.end.line, there.end.character), (1, end));
            assert_eq!(bytes(&text, there, encoding), bytes_of);
        }
    }

    #[test]
    fn a_range_the_wrong_way_round_is_empty() {
        let text = Text::from("abc\n");
        let at = |line, character| lsp::Position { line, character };
        let wrong = lsp::Range {
            start: at(9, 9),
            end: at(0, 1),
        };
        assert_eq!(bytes(&text, wrong, Encoding::Utf8), 4..4);
    }
}
