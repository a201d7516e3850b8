//! A text addressed in bytes, with the positions that editors speak in.

use std::borrow::Cow;
use std::ops::Range;

use ropey::Rope;

mod reading;

pub use reading::Reading;

/// The unit in which an editor counts columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// UTF-16 code units, what every editor understands.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A place as an editor names it: both count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 0.
    pub line: u32,
    /// Column in the agreed [`Encoding`], from 0.
    pub character: u32,
}

/// Whether a byte is ink: anything but ASCII white space.
pub fn is_ink(byte: u8) -> bool {
    !matches!(byte, 9..=13 | 32)
}

/// How many bytes are ink.
pub fn ink_of(bytes: &[u8]) -> u32 {
    // Sums of at most 255 fit a byte, so that many bytes are counted at once.
    let count = |chunk: &[u8]| chunk.iter().fold(0_u8, |sum, &b| sum + u8::from(is_ink(b)));
    bytes.chunks(255).map(|chunk| u32::from(count(chunk))).sum()
}

/// What regions have to know of a text, however it is held.
pub trait Inked {
    /// Length in bytes.
    fn length(&self) -> u32;
    /// One byte.
    fn byte(&self, at: u32) -> u8;
    /// How many bytes of a range are ink.
    fn ink(&self, range: Range<u32>) -> u32;
    /// The range without the white space at its ends, inside the text and
    /// with borders between characters.
    fn trimmed(&self, range: Range<u32>) -> Range<u32>;
}

impl Inked for Text {
    fn length(&self) -> u32 {
        self.len()
    }

    fn byte(&self, at: u32) -> u8 {
        let (chunk, start) = self.chunk_at(at);
        chunk.as_bytes()[(at - start) as usize]
    }

    fn ink(&self, range: Range<u32>) -> u32 {
        Text::ink(self, range)
    }

    fn trimmed(&self, range: Range<u32>) -> Range<u32> {
        self.trim(range)
    }
}

impl Inked for str {
    fn length(&self) -> u32 {
        self.len() as u32
    }

    fn byte(&self, at: u32) -> u8 {
        self.as_bytes()[at as usize]
    }

    fn ink(&self, range: Range<u32>) -> u32 {
        let end = (range.end as usize).min(self.len());
        let bytes = self.as_bytes().get(range.start as usize..end);
        ink_of(bytes.unwrap_or_default())
    }

    fn trimmed(&self, range: Range<u32>) -> Range<u32> {
        let start = self.floor_char_boundary(range.start as usize) as u32;
        let end = self.floor_char_boundary(range.end as usize) as u32;
        crate::align::trim(self, start..end.max(start))
    }
}

/// A text. Cloning costs nothing; an edit costs the logarithm of its length.
#[derive(Debug, Clone, Default)]
pub struct Text {
    rope: Rope,
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text {
            rope: Rope::from_str(text),
        }
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.rope.chunks().try_for_each(|chunk| f.write_str(chunk))
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.rope == other
    }
}

impl Text {
    /// Whether two texts are equal; reads both.
    pub fn same_as(&self, other: &Text) -> bool {
        self.rope == other.rope
    }

    /// Length in bytes.
    pub fn len(&self) -> u32 {
        self.rope.len_bytes() as u32
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many lines; an empty text has one.
    pub fn line_count(&self) -> u32 {
        self.rope.len_lines() as u32
    }

    /// The line that holds this byte, from 0. A place past the end counts as the end.
    pub fn line_of(&self, byte: u32) -> u32 {
        self.rope
            .byte_to_line((byte as usize).min(self.rope.len_bytes())) as u32
    }

    /// Where a line begins, in bytes; the text's length for a line past the end.
    pub fn line_start(&self, line: u32) -> u32 {
        self.rope
            .line_to_byte((line as usize).min(self.rope.len_lines())) as u32
    }

    /// The bytes of a range. Borders inside a character move outward to its start.
    pub fn slice(&self, range: Range<u32>) -> Cow<'_, str> {
        let range = self.clamp(range);
        self.rope
            .byte_slice(range.start as usize..range.end as usize)
            .into()
    }

    /// The piece of text that holds this byte, and where that piece begins.
    pub fn chunk_at(&self, byte: u32) -> (&str, u32) {
        let (chunk, start, _) = self.chunk_with_line(byte);
        (chunk, start)
    }

    /// Likewise, and the line in which it begins, from 0.
    fn chunk_with_line(&self, byte: u32) -> (&str, u32, u32) {
        let byte = (byte as usize).min(self.rope.len_bytes());
        let (chunk, start, _, line) = self.rope.chunk_at_byte(byte);
        (chunk, start as u32, line as u32)
    }

    /// The bytes of a range, whose borders may stand inside a character.
    pub(crate) fn bytes(&self, range: Range<usize>) -> Vec<u8> {
        let end = range.end.min(self.rope.len_bytes());
        let mut bytes = Vec::with_capacity(end.saturating_sub(range.start));
        let (chunks, mut at, ..) = self.rope.chunks_at_byte(range.start.min(end));
        for chunk in chunks {
            if at >= end {
                break;
            }
            let from = range.start.saturating_sub(at);
            bytes.extend_from_slice(&chunk.as_bytes()[from..chunk.len().min(end - at)]);
            at += chunk.len();
        }
        bytes
    }

    /// For many questions, asked from front to back.
    pub fn reading(&self) -> Reading<'_> {
        Reading::new(self)
    }

    /// How many bytes of a range are ink.
    pub fn ink(&self, range: Range<u32>) -> u32 {
        self.reading().ink(range)
    }

    /// The range without the white space at its ends.
    pub fn trim(&self, range: Range<u32>) -> Range<u32> {
        self.reading().trim(range)
    }

    /// How many lines of a range hold ink.
    pub fn inked_lines(&self, range: Range<u32>) -> u32 {
        self.reading().inked_lines(range)
    }

    /// The byte at an editor's position. One past the end of a line is its end,
    /// one past the text the text's end, one inside a character its start.
    pub fn offset(&self, position: Position, encoding: Encoding) -> u32 {
        if position.line as usize >= self.rope.len_lines() {
            return self.len();
        }
        let line = self.rope.line(position.line as usize);
        let start = self.rope.line_to_byte(position.line as usize);
        let column = position.character as usize;
        let content = line.len_bytes() - line_ending(line);
        let inside = match encoding {
            Encoding::Utf8 => line.char_to_byte(line.byte_to_char(column.min(content))),
            Encoding::Utf16 => {
                line.char_to_byte(line.utf16_cu_to_char(column.min(line.len_utf16_cu())))
            }
            Encoding::Utf32 => line.char_to_byte(column.min(line.len_chars())),
        };
        (start + inside.min(content)) as u32
    }

    /// The editor's position of a byte. A place past the end counts as the end, one inside a character as its start.
    pub fn position(&self, byte: u32, encoding: Encoding) -> Position {
        let byte = self.reading().char_start(byte.min(self.len())) as usize;
        let line = self.rope.byte_to_line(byte);
        let start = self.rope.line_to_byte(line);
        let before = || self.rope.byte_slice(start..byte);
        let character = match encoding {
            Encoding::Utf8 => byte - start,
            Encoding::Utf16 => before().len_utf16_cu(),
            Encoding::Utf32 => before().len_chars(),
        };
        Position {
            line: line as u32,
            character: character as u32,
        }
    }

    /// Puts `insert` in the place of `range`.
    pub fn replace(&mut self, range: Range<u32>, insert: &str) {
        let range = self.clamp(range);
        let start = self.rope.byte_to_char(range.start as usize);
        let end = self.rope.byte_to_char(range.end as usize);
        if start < end {
            self.rope.remove(start..end);
        }
        if !insert.is_empty() {
            self.rope.insert(start, insert);
        }
    }

    /// A range inside the text, with borders between characters.
    pub fn clamp(&self, range: Range<u32>) -> Range<u32> {
        self.reading().clamp(range)
    }
}

fn line_ending(line: ropey::RopeSlice<'_>) -> usize {
    let mut end = line.bytes_at(line.len_bytes()).reversed();
    match (end.next(), end.next()) {
        (Some(b'\n'), Some(b'\r')) => 2,
        (Some(b'\n' | b'\r'), _) => 1,
        _ => 0,
    }
}

/// Where the ink of a text is, so that counting it is cheap anywhere.
pub struct InkIndex<'a> {
    text: &'a [u8],
    /// The ink before every 256th byte.
    before: Vec<u32>,
}

impl<'a> InkIndex<'a> {
    /// Reads the text once.
    pub fn new(text: &'a str) -> Self {
        let text = text.as_bytes();
        let mut total = 0;
        let before = text
            .chunks(256)
            .map(|chunk| {
                let here = total;
                total += ink_of(chunk);
                here
            })
            .chain(std::iter::once(0))
            .collect::<Vec<_>>();
        InkIndex { text, before }
    }

    /// How many bytes before this one are ink.
    pub fn at(&self, byte: u32) -> u32 {
        let byte = (byte as usize).min(self.text.len());
        let block = (byte / 256).min(self.text.len().saturating_sub(1) / 256);
        self.before[block] + ink_of(&self.text[block * 256..byte])
    }
}
