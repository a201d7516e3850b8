//! Tokens: a text cut so that its layout does not matter.

use std::ops::Range;

use crate::text::is_ink;

/// The bytes of a token.
pub(crate) type Token = Range<u32>;

/// The tokens of a stretch of text: words (letters, digits, `_`, anything
/// beyond ASCII) and single other characters. Together they are all its ink.
pub(crate) fn tokens(text: &str, range: Range<u32>, out: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    let mut at = range.start as usize;
    let end = range.end as usize;
    while at < end {
        let start = at;
        if is_word(bytes[at]) {
            while at < end && is_word(bytes[at]) {
                at += 1;
            }
        } else {
            at += 1;
            if !is_ink(bytes[start]) {
                continue;
            }
        }
        out.push(start as u32..at as u32);
    }
}

/// Whether a byte is part of a word.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// How many tokens a text has, counting no further than `most`.
pub fn count_tokens(text: &str, most: usize) -> usize {
    let (mut count, mut in_word) = (0, false);
    for byte in text.bytes() {
        let word = is_word(byte);
        if (word && !in_word) || (!word && is_ink(byte)) {
            count += 1;
            if count >= most {
                break;
            }
        }
        in_word = word;
    }
    count
}
