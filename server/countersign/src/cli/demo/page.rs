//! What the demo prints: in colour on a terminal, plain elsewhere and where the user wants it so (`NO_COLOR`,
//! `CLICOLOR`, `CLICOLOR_FORCE`, `TERM=dumb`).

use std::fmt::Display;
use std::io::Write as _;

use anstyle::{AnsiColor, Style};

use super::super::out;

/// No line is longer, in characters.
const WIDTH: usize = 90;
/// What belongs to a step stands below it.
const INDENT: &str = "   ";

/// What a step says.
pub(super) const TITLE: Style = Style::new().bold();
/// What somebody types.
pub(super) const TYPED: Style = AnsiColor::Cyan.on_default().bold();
/// What is not to be looked at first.
pub(super) const ASIDE: Style = AnsiColor::BrightBlack.on_default();
/// What asks for a person.
pub(super) const MARK: Style = AnsiColor::Yellow.on_default();
const RED: Style = AnsiColor::Red.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();

/// Text in a style.
pub(super) fn painted(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// A sentence that belongs to no step.
pub(super) fn say(text: &str) {
    wrapped(text, "", WIDTH).iter().for_each(|line| put(line));
}

/// The beginning of a step.
pub(super) fn step(number: u32, title: &str) {
    put("");
    let lines = wrapped(title, "", WIDTH - INDENT.len());
    for (index, line) in lines.iter().enumerate() {
        let number = match index {
            0 => format!("{number}. "),
            _ => INDENT.to_owned(),
        };
        put(&painted(TITLE, format!("{number}{line}")));
    }
}

/// A line of a step, as it is: it may hold colours.
pub(super) fn put_below(line: &str) {
    put(&format!("{INDENT}{line}"));
}

/// A sentence of a step.
pub(super) fn say_below(text: &str) {
    wrapped(text, INDENT, WIDTH)
        .iter()
        .for_each(|line| put(line));
}

/// What was typed into the shell.
pub(super) fn typed(call: &str) {
    put_below(&format!("{} {}", painted(ASIDE, "$"), painted(TYPED, call)));
}

/// What a program printed. The gate's judgement is seen from afar.
pub(super) fn printed(text: &str) {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    for line in lines.flat_map(|line| wrapped(line.trim_end(), INDENT, WIDTH)) {
        let judged = [("Red:", RED), ("Green:", GREEN)]
            .into_iter()
            .find(|(word, _)| line.trim_start().starts_with(word));
        match judged {
            Some((word, style)) => put(&line.replacen(word, &painted(style, word), 1)),
            None => put(&line),
        }
    }
}

fn put(line: &str) {
    let mut out = anstream::stdout().lock();
    out::wrote(writeln!(out, "{line}").and_then(|()| out.flush()));
}

/// A line cut between words so that each part fits; all of them are indented.
fn wrapped(line: &str, indent: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = line;
    let room = width - indent.chars().count();
    while let Some((end, _)) = rest.char_indices().nth(room) {
        let cut = rest[..=end].rfind(' ').filter(|&cut| cut > 0);
        let (head, tail) = rest.split_at(cut.unwrap_or(end));
        lines.push(format!("{indent}{head}"));
        rest = tail.trim_start();
    }
    lines.push(format!("{indent}{rest}"));
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn a_line_is_cut_between_words_and_nothing_of_it_is_lost() {
        assert_eq!(wrapped("one two", "", 7), ["one two"]);
        assert_eq!(wrapped("one two three", "", 7), ["one two", "three"]);
        assert_eq!(wrapped("one two", " ", 5), [" one", " two"]);
        assert_eq!(wrapped("überlang", "", 4), ["über", "lang"]);
        assert_eq!(wrapped("    fn pay()", "", 20), ["    fn pay()"]);
        assert_eq!(wrapped("", "", 20), [""]);
    }
}
