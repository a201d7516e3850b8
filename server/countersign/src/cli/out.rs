//! Where words for people go. A reader that goes away ends nothing badly.

use std::io::Write;

use serde::Serialize;

use crate::workspace::printable::printable;

/// A line on stdout.
pub(super) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let _gone = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// A value as one line of JSON on stdout.
pub(super) fn json<T: Serialize>(value: &T) {
    line(&serde_json::to_string(value).unwrap_or_default());
}

/// A line on stderr.
pub(super) fn error(text: &str) {
    let _gone = writeln!(std::io::stderr().lock(), "{text}");
}

/// Sentences that hinder nothing, each as a line on stderr.
pub(super) fn warn(sentences: &[String]) {
    for sentence in sentences {
        error(&format!("warning: {}", name(sentence)));
    }
}

/// A path, or a sentence with one in it, as it stands in a line.
pub(super) fn name(path: &str) -> String {
    printable(path)
}

/// "1 line", "2 lines".
pub(super) fn count(number: u32, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}
