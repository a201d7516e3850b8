//! A text of which many places are asked for, mostly one behind the other: the piece that was looked up last is at
//! hand, and lines are counted on from the place before.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use memchr::{memchr2, memchr2_iter, memrchr2};

use super::{Encoding, Inked, Position, Text, ink_of, is_ink};

/// A text and where it was last looked at. Any order of questions gives the same answers.
pub struct Reading<'a> {
    text: &'a Text,
    last: Cell<Piece<'a>>,
}

/// A piece of the text in one stretch of memory.
#[derive(Clone, Copy, Default)]
struct Piece<'a> {
    chunk: &'a str,
    /// Its first byte in the text, and that byte's line.
    start: (u32, u32),
    /// A byte in it, or at its end, whose line is known too.
    known: (u32, u32),
}

impl Piece<'_> {
    fn end(&self) -> u32 {
        self.start.0 + self.chunk.len() as u32
    }
}

impl<'a> Reading<'a> {
    pub(super) fn new(text: &'a Text) -> Self {
        let last = Cell::new(Piece::default());
        Reading { text, last }
    }

    /// The piece that holds this byte; the last one for the text's end.
    fn piece_at(&self, byte: u32) -> Piece<'a> {
        let last = self.last.get();
        if (last.start.0..last.end()).contains(&byte) {
            return last;
        }
        let (chunk, byte, line) = self.text.chunk_with_line(byte);
        let start = (byte, line);
        let known = start;
        let piece = Piece {
            chunk,
            start,
            known,
        };
        self.last.set(piece);
        piece
    }

    /// The bytes of a range as far as they stand in one piece: some, if the
    /// range is not empty and inside the text.
    pub(crate) fn bytes_from(&self, range: Range<u32>) -> &'a [u8] {
        let Piece { chunk, start, .. } = self.piece_at(range.start);
        let most = chunk.len().min((range.end - start.0) as usize);
        &chunk.as_bytes()[(range.start - start.0) as usize..most]
    }

    /// The line that holds this byte, from 0. A place past the end counts as the end.
    pub fn line_of(&self, byte: u32) -> u32 {
        let byte = byte.min(self.text.len());
        let mut piece = self.piece_at(byte);
        if byte < piece.known.0 {
            piece.known = piece.start;
        }
        let (from, mut line) = piece.known;
        let bytes = piece.chunk.as_bytes();
        let (from, to) = (
            (from - piece.start.0) as usize,
            (byte - piece.start.0) as usize,
        );
        for at in memchr2_iter(b'\n', b'\r', &bytes[from..to]) {
            let is_first_of_two =
                bytes[from + at] == b'\r' && bytes.get(from + at + 1) == Some(&b'\n');
            line += u32::from(!is_first_of_two);
        }
        piece.known = (byte, line);
        self.last.set(piece);
        line
    }

    /// The editor's position of a byte. A place past the end counts as the end, one inside a character as its start.
    pub fn position(&self, byte: u32, encoding: Encoding) -> Position {
        let line = self.line_of(byte);
        let byte = self.char_start(byte);
        let Some(before) = self.before_in_line(byte) else {
            return self.text.position(byte, encoding);
        };
        let character = match encoding {
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 => before.chars().map(char::len_utf16).sum(),
            Encoding::Utf32 => before.chars().count(),
        };
        Position {
            line,
            character: character as u32,
        }
    }

    /// What stands before a byte in its line; `None` where that is not all in one piece.
    fn before_in_line(&self, byte: u32) -> Option<&'a str> {
        let Piece { chunk, start, .. } = self.piece_at(byte);
        let (before, behind) = chunk.split_at((byte - start.0) as usize);
        let last = memrchr2(b'\n', b'\r', before.as_bytes())?;
        let is_in_line_end = before[last..] == *"\r" && behind.starts_with('\n');
        (!is_in_line_end).then(|| &before[last + 1..])
    }

    /// The line that holds this byte, without the white space around it; where it is blank, nothing at its start.
    pub fn line_around(&self, byte: u32) -> Range<u32> {
        let byte = byte.min(self.text.len());
        let piece = self.piece_at(byte);
        let bytes = piece.chunk.as_bytes();
        let (before, behind) = bytes.split_at((byte - piece.start.0) as usize);
        let start = memrchr2(b'\n', b'\r', before);
        let start = start.map(|at| piece.start.0 + at as u32 + 1);
        let end = memchr2(b'\n', b'\r', behind);
        let end = end.map(|at| byte + at as u32);
        let start = start.unwrap_or_else(|| self.text.line_start(self.line_of(byte)));
        let end = end.unwrap_or_else(|| self.text.line_start(self.line_of(byte) + 1));
        self.trim(start..end)
    }

    /// The bytes of a range. Borders inside a character move outward to its start.
    pub fn slice(&self, range: Range<u32>) -> Cow<'a, str> {
        let piece = self.piece_at(range.start);
        let whole = (range.start.wrapping_sub(piece.start.0)) as usize
            ..(range.end.wrapping_sub(piece.start.0)) as usize;
        match piece.chunk.get(whole) {
            Some(here) => Cow::Borrowed(here),
            None => self.text.slice(range),
        }
    }

    /// How many bytes of a range are ink.
    pub fn ink(&self, range: Range<u32>) -> u32 {
        let (mut at, end) = (range.start, range.end.min(self.text.len()));
        let mut ink = 0;
        while at < end {
            let bytes = self.bytes_from(at..end);
            ink += ink_of(bytes);
            at += bytes.len() as u32;
        }
        ink
    }

    /// The range without the white space at its ends.
    pub fn trim(&self, range: Range<u32>) -> Range<u32> {
        let range = self.clamp(range);
        let mut start = range.start;
        while start < range.end {
            let bytes = self.bytes_from(start..range.end);
            let blank = bytes.iter().take_while(|byte| !is_ink(**byte)).count();
            start += blank as u32;
            if blank < bytes.len() {
                return start..self.trim_end(start..range.end);
            }
        }
        range.start..range.start
    }

    /// The end of a range that begins with ink, without white space before it.
    fn trim_end(&self, range: Range<u32>) -> u32 {
        let mut end = range.end;
        loop {
            let Piece { chunk, start, .. } = self.piece_at(end - 1);
            let from = range.start.max(start.0);
            let bytes = &chunk.as_bytes()[(from - start.0) as usize..(end - start.0) as usize];
            let blank = bytes.iter().rev().take_while(|byte| !is_ink(**byte));
            let blank = blank.count();
            end -= blank as u32;
            if blank < bytes.len() {
                return end;
            }
        }
    }

    /// How many lines of a range hold ink.
    pub fn inked_lines(&self, range: Range<u32>) -> u32 {
        let Range { start: mut at, end } = self.clamp(range);
        let (mut lines, mut inked) = (0, false);
        while at < end {
            let bytes = self.bytes_from(at..end);
            for byte in bytes {
                if matches!(byte, b'\n' | b'\r') {
                    lines += u32::from(inked);
                    inked = false;
                } else {
                    inked |= is_ink(*byte);
                }
            }
            at += bytes.len() as u32;
        }
        lines + u32::from(inked)
    }

    /// A range inside the text, with borders between characters.
    pub(super) fn clamp(&self, range: Range<u32>) -> Range<u32> {
        let start = self.char_start(range.start);
        let end = self.char_start(range.end);
        start..end.max(start)
    }

    pub(super) fn char_start(&self, byte: u32) -> u32 {
        let byte = byte.min(self.text.len());
        let Piece { chunk, start, .. } = self.piece_at(byte);
        start.0 + chunk.floor_char_boundary((byte - start.0) as usize) as u32
    }
}

impl Inked for Reading<'_> {
    fn length(&self) -> u32 {
        self.text.len()
    }

    fn byte(&self, at: u32) -> u8 {
        self.bytes_from(at..self.text.len())[0]
    }

    fn ink(&self, range: Range<u32>) -> u32 {
        Reading::ink(self, range)
    }

    fn trimmed(&self, range: Range<u32>) -> Range<u32> {
        self.trim(range)
    }
}
