//! What an editor holds of an open file: its text, its version, and what positions mean in it.

use serde_json::{Value, json};

/// In which units the characters of a line are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16,
    Utf32,
}

impl Encoding {
    /// The protocol's name for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Utf8, Self::Utf16, Self::Utf32]
            .into_iter()
            .find(|it| it.name() == name)
    }

    fn width(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// A place in a text: line and character from 0, the character in the session's encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) character: usize,
}

/// One change of a buffer.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// From and to; none replaces the whole text.
    pub(crate) range: Option<(Position, Position)>,
    pub(crate) text: String,
}

impl Change {
    /// New text between two places.
    pub(crate) fn new(from: (usize, usize), to: (usize, usize), text: &str) -> Self {
        let at = |(line, character)| Position { line, character };
        Self {
            range: Some((at(from), at(to))),
            text: text.to_owned(),
        }
    }

    /// A whole new text.
    pub(crate) fn whole(text: &str) -> Self {
        Self {
            range: None,
            text: text.to_owned(),
        }
    }

    /// As `didChange` tells it.
    pub(super) fn json(&self) -> Value {
        match self.range {
            Some((from, to)) => json!({ "range": range(from, to), "text": self.text }),
            None => json!({ "text": self.text }),
        }
    }

    /// From a `TextEdit`.
    pub(super) fn from_json(edit: &Value) -> Option<Self> {
        let at = |position: &Value| {
            Some(Position {
                line: position["line"].as_u64()? as usize,
                character: position["character"].as_u64()? as usize,
            })
        };
        Some(Self {
            range: Some((at(&edit["range"]["start"])?, at(&edit["range"]["end"])?)),
            text: edit["newText"].as_str()?.to_owned(),
        })
    }
}

/// A range as the protocol writes it.
pub(super) fn range(from: Position, to: Position) -> Value {
    let at = |it: Position| json!({ "line": it.line, "character": it.character });
    json!({ "start": at(from), "end": at(to) })
}

/// An open document.
#[derive(Debug, Clone)]
pub(super) struct Buffer {
    pub(super) text: String,
    pub(super) version: i64,
}

impl Buffer {
    /// Applies one change, as the server is expected to.
    pub(super) fn apply(&mut self, change: &Change, encoding: Encoding) {
        match change.range {
            None => self.text.clone_from(&change.text),
            Some((from, to)) => {
                let (from, to) = (self.offset(from, encoding), self.offset(to, encoding));
                self.text.replace_range(from..to, &change.text);
            }
        }
    }

    /// The byte at a position; one behind the end of its line is the end of the line.
    pub(super) fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let start = lines(&self.text)
            .nth(position.line)
            .unwrap_or(self.text.len());
        let mut left = position.character;
        for (at, character) in self.text[start..].char_indices() {
            if left == 0 || character == '\n' || character == '\r' {
                return start + at;
            }
            left = left.saturating_sub(encoding.width(character));
        }
        self.text.len()
    }

    /// The position of a byte.
    pub(super) fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let starts = lines(&self.text).take_while(|start| *start <= offset);
        let (line, start) = starts.enumerate().last().unwrap_or((0, 0));
        let before = self.text[start..offset].chars();
        Position {
            line,
            character: before.map(|it| encoding.width(it)).sum(),
        }
    }
}

/// Where lines begin, in bytes. They end with LF, CRLF or CR.
fn lines(text: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    let ends = move |at: &usize| match bytes[*at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    std::iter::once(0).chain((0..bytes.len()).filter(ends).map(|at| at + 1))
}

#[test]
fn positions_are_counted_in_the_sessions_units() {
    let buffer = Buffer {
        text: "a\r\nx\u{e9}\u{1d11e}z\rend".to_owned(),
        version: 1,
    };
    for (encoding, character) in [
        (Encoding::Utf8, 7),
        (Encoding::Utf16, 4),
        (Encoding::Utf32, 3),
    ] {
        let z = Position { line: 1, character };
        let at = buffer.text.find('z').unwrap();
        assert_eq!(buffer.position(at, encoding), z);
        assert_eq!(buffer.offset(z, encoding), at);
        let behind = Position {
            line: 1,
            character: 99,
        };
        assert_eq!(
            buffer.offset(behind, encoding),
            at + 1,
            "a line ends before its line end"
        );
    }
    let end = Position {
        line: 2,
        character: 3,
    };
    assert_eq!(buffer.position(buffer.text.len(), Encoding::Utf16), end);
    let beyond = Position {
        line: 9,
        character: 0,
    };
    assert_eq!(buffer.offset(beyond, Encoding::Utf16), buffer.text.len());
}
