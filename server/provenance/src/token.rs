//! Tokens: a text cut so that its layout does not matter.

use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use crate::text::is_ink;

/// The bytes of a token.
pub(crate) type Token = Range<u32>;

/// A run of this many tokens is known by itself, wherever it turns up.
pub(crate) const KNOWN_RUN: usize = 12;

/// What some editors keep before the text and others leave out.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The tokens of a stretch of text: words (letters, digits, `_`, anything
/// beyond ASCII) and single other characters. Together they are all its ink.
/// A byte order mark is never part of the first word.
pub(crate) fn tokens(text: &str, range: Range<u32>, out: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    let mut at = range.start as usize;
    let end = range.end as usize;
    let mark = BYTE_ORDER_MARK.len();
    if at == 0 && end >= mark && text.starts_with(BYTE_ORDER_MARK) {
        out.push(0..mark as u32);
        at = mark;
    }
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

/// Ranges of a text (bytes, sorted) widened to the words that they begin or end in; those with no word and no line end
/// between them are one.
pub fn whole_words(text: &str, ranges: &[Range<u32>]) -> Vec<Range<u32>> {
    let bytes = text.as_bytes();
    let parts_word =
        |at: usize| at > 0 && at < bytes.len() && is_word(bytes[at - 1]) && is_word(bytes[at]);
    let joins = |gap: &[u8]| {
        !gap.iter()
            .any(|&byte| is_word(byte) || matches!(byte, b'\n' | b'\r'))
    };
    let mut whole: Vec<Range<u32>> = Vec::with_capacity(ranges.len());
    for range in ranges.iter().filter(|range| !range.is_empty()) {
        let (mut start, mut end) = (range.start as usize, range.end as usize);
        while parts_word(start) {
            start -= 1;
        }
        while parts_word(end) {
            end += 1;
        }
        match whole.last_mut() {
            Some(last) if start as u32 <= last.end || joins(&bytes[last.end as usize..start]) => {
                last.end = last.end.max(end as u32);
            }
            _ => whole.push(start as u32..end as u32),
        }
    }
    whole
}

/// How many tokens a text has, counting no further than `most`.
pub fn count_tokens(text: &str, most: usize) -> usize {
    count_tokens_in(text.as_bytes(), most)
}

/// The same for bytes.
pub(crate) fn count_tokens_in(text: &[u8], most: usize) -> usize {
    let (mut count, mut in_word) = (0, false);
    for &byte in text {
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

/// Whether a text is long enough to be known by itself.
pub(crate) fn is_known_run(text: &str) -> bool {
    count_tokens(text, KNOWN_RUN) >= KNOWN_RUN
}

/// The hashes of all runs of `window` keys, in their order.
pub(crate) fn run_hashes(keys: &[u64], window: usize) -> impl Iterator<Item = u64> {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    let leaving = BASE.wrapping_pow(window as u32);
    let mut hash = 0_u64;
    let rolled = keys.iter().enumerate().map(move |(at, &key)| {
        hash = hash.wrapping_mul(BASE).wrapping_add(mix(key));
        if at >= window {
            hash = hash.wrapping_sub(mix(keys[at - window]).wrapping_mul(leaving));
        }
        hash
    });
    rolled.skip(window.saturating_sub(1)).map(mix)
}

/// FNV-1a, which never changes: its results may be compared across versions.
pub(crate) fn hash_of(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

/// Spreads the bits of a number over all of its places.
pub(crate) fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    number ^ (number >> 29)
}

/// For maps whose keys are mixed already.
pub(crate) type Mixed = BuildHasherDefault<MixedHasher>;

/// Takes a mixed number as its own hash.
#[derive(Default)]
pub(crate) struct MixedHasher(u64);

impl Hasher for MixedHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|&byte| self.0 = mix(self.0 ^ u64::from(byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::whole_words;

    #[test]
    fn a_word_is_whole_and_punctuation_between_two_is_theirs() {
        let text = "let total88.price = é_9;\nlast";
        let words = |ranges: &[std::ops::Range<u32>]| -> Vec<&str> {
            let whole = whole_words(text, ranges).into_iter();
            whole
                .map(|it| &text[it.start as usize..it.end as usize])
                .collect()
        };
        assert_eq!(words(&[4..10, 13..14]), ["total88.price"]);
        assert_eq!(words(&[4..6, 20..21]), ["total88", "é_9"]);
        assert_eq!(words(&[24..25, 26..27]), [";", "last"]);
        assert_eq!(words(&[4..10, 20..20]), ["total88"]);
    }
}
