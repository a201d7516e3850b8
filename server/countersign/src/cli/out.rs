//! Where words for people go. A reader that goes away ends nothing badly.

use std::io::{self, ErrorKind, Write as _};
use std::sync::OnceLock;

use serde::Serialize;

use crate::workspace::printable::printable;

/// Why words could not be written.
static UNWRITTEN: OnceLock<String> = OnceLock::new();

/// A line on stdout.
pub(super) fn line(text: &str) {
    let mut out = io::stdout().lock();
    wrote(writeln!(out, "{text}").and_then(|()| out.flush()));
}

/// Keeps in mind why words for stdout could not be written.
pub(super) fn wrote(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        let _first = UNWRITTEN.set(error.to_string());
    }
}

/// Why some of what was said did not get to stdout; not where nobody reads it any more.
pub(super) fn unwritten() -> Option<&'static str> {
    UNWRITTEN.get().map(String::as_str)
}

/// A value as one line of JSON on stdout.
pub(super) fn json<T: Serialize>(value: &T) {
    line(&serde_json::to_string(value).unwrap_or_default());
}

/// A line on stderr.
pub(super) fn error(text: &str) {
    let _gone = writeln!(io::stderr().lock(), "{text}");
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
