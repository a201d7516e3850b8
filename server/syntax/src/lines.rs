//! The lines of a text.

use std::ops::Range;

pub(crate) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Where the lines of a text are. Lines count from 0, each ends with `\n` or with the text.
pub(crate) struct Lines<'a> {
    text: &'a [u8],
    /// The byte at which each line starts, and the end of the text.
    bounds: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Lines<'a> {
        let mut bounds = vec![0];
        bounds.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1));
        if bounds.last() != Some(&text.len()) {
            bounds.push(text.len());
        }
        Lines {
            text: text.as_bytes(),
            bounds,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.bounds.len() - 1
    }

    /// The bytes of whole lines, the last line end included.
    pub(crate) fn bytes(&self, lines: Range<usize>) -> Range<usize> {
        self.bounds[lines.start]..self.bounds[lines.end]
    }

    /// The line that holds the byte.
    pub(crate) fn of_byte(&self, byte: usize) -> usize {
        self.bounds
            .partition_point(|&start| start <= byte)
            .saturating_sub(1)
    }

    /// Whether nothing but white space stands on the line.
    pub(crate) fn is_blank(&self, line: usize) -> bool {
        self.line(line).trim_ascii().is_empty()
    }

    /// Whether the line starts with something else than white space.
    pub(crate) fn is_unindented(&self, line: usize) -> bool {
        self.line(line)
            .first()
            .is_some_and(|byte| !byte.is_ascii_whitespace())
    }

    /// Whether these lines hold nothing but punctuation and white space.
    pub(crate) fn are_punctuation(&self, lines: Range<usize>) -> bool {
        let bytes = &self.text[self.bytes(lines)];
        bytes
            .iter()
            .all(|byte| byte.is_ascii_punctuation() || byte.is_ascii_whitespace())
    }

    /// The lines whose first non-blank byte is in the range: those that start in it or have only
    /// white space before it.
    pub(crate) fn starting_in(&self, bytes: Range<usize>) -> Range<usize> {
        let end = bytes.end.min(self.text.len());
        let Some(inside) = self.text.get(bytes.start..end) else {
            return 0..0;
        };
        let first = self.of_byte(bytes.start);
        let before = self.text[self.bounds[first]..bytes.start].trim_ascii();
        let first = if before.is_empty() || before == BYTE_ORDER_MARK {
            first
        } else {
            first + 1
        };
        match inside.trim_ascii_end().len() {
            0 => first..first,
            length => first..self.of_byte(bytes.start + length - 1) + 1,
        }
    }

    /// These lines without the blank ones at either end.
    pub(crate) fn trimmed(&self, lines: Range<usize>) -> Range<usize> {
        let start = lines
            .clone()
            .find(|&line| !self.is_blank(line))
            .unwrap_or(lines.end);
        let end = (start..lines.end)
            .rfind(|&line| !self.is_blank(line))
            .map_or(start, |last| last + 1);
        start..end
    }

    /// The bytes of a line, its end included.
    pub(crate) fn line(&self, line: usize) -> &'a [u8] {
        &self.text[self.bounds[line]..self.bounds[line + 1]]
    }
}
