//! Few hashes that find a text again wherever it turns up.
//!
//! Winnowing (Schleimer, Wilkerson, Aiken 2003): of the hashes of all runs of
//! [`RUN`] tokens the smallest of each [`WINDOW`] in a row is kept. Two texts
//! that share [`KNOWN_RUN`] tokens in a row share a hash.

use std::ops::Range;

use crate::token::{KNOWN_RUN, Token, hash_of, is_word, run_hashes, tokens};

/// Tokens behind one hash.
pub(crate) const RUN: usize = 8;
/// Hashes of which the smallest is kept.
const WINDOW: usize = KNOWN_RUN - RUN + 1;

/// The hashes that stand for these parts of a text, in bytes, with the text
/// right around them: each once, sorted. They never change between versions.
pub fn fingerprints(text: &str, parts: &[Range<u32>]) -> Vec<u64> {
    let mut found = Vec::new();
    let mut done = 0;
    for part in parts {
        let around = around(text, part);
        let around = around.start.max(done.min(part.start))..around.end;
        if around.is_empty() {
            continue;
        }
        winnow(text, around.clone(), &mut found);
        // The next part begins anew, with enough of this one to share its runs.
        done = self::around(text, &(around.end..around.end)).start;
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The hashes that stand for a text, in its order, each with the run of tokens
/// behind it, in bytes.
pub fn printed_runs(text: &str) -> Vec<(u64, Range<u32>)> {
    let mut all: Vec<Token> = Vec::new();
    tokens(text, 0..text.len() as u32, &mut all);
    let hashes = hashes(text, &all);
    let run = |at: usize| (hashes[at], all[at].start..all[at + RUN - 1].end);
    selected(&hashes).into_iter().map(run).collect()
}

fn winnow(text: &str, range: Range<u32>, found: &mut Vec<u64>) {
    let mut all: Vec<Token> = Vec::new();
    tokens(text, range, &mut all);
    let hashes = hashes(text, &all);
    found.extend(selected(&hashes).into_iter().map(|at| hashes[at]));
}

/// The hashes of the runs of [`RUN`] tokens.
pub(crate) fn hashes(text: &str, all: &[Token]) -> Vec<u64> {
    let key = |token: &Token| hash_of(&text.as_bytes()[token.start as usize..token.end as usize]);
    let keys: Vec<u64> = all.iter().map(key).collect();
    run_hashes(&keys, RUN).collect()
}

/// Where the smallest hash of each window stands: sorted, each place once.
pub(crate) fn selected(hashes: &[u64]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut last = None;
    for (start, window) in hashes.windows(WINDOW.min(hashes.len()).max(1)).enumerate() {
        let smallest = window.iter().enumerate().min_by_key(|(_, hash)| **hash);
        let place = smallest.map(|(at, _)| start + at);
        if place != last {
            places.extend(place);
            last = place;
        }
    }
    places
}

/// A part with so many tokens on both sides that every run of [`KNOWN_RUN`]
/// tokens that touches it lies inside.
pub(crate) fn around(text: &str, part: &Range<u32>) -> Range<u32> {
    let bytes = text.as_bytes();
    let before = bytes[..part.start as usize].iter().rev();
    let after = bytes[part.end as usize..].iter();
    let start = part.start - reach(before);
    let end = part.end + reach(after);
    start..end
}

/// How many bytes hold [`KNOWN_RUN`] whole tokens, read from one end.
fn reach<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    let (mut count, mut in_word, mut length) = (0, false, 0);
    for &byte in bytes {
        let word = is_word(byte);
        let begins = word && !in_word || !word && crate::text::is_ink(byte);
        if begins && count == KNOWN_RUN {
            break;
        }
        count += usize::from(begins);
        in_word = word;
        length += 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(range: Range<u32>) -> String {
        range.map(|n| format!("word{n} ")).collect()
    }

    fn of(text: &str) -> Vec<u64> {
        fingerprints(text, std::slice::from_ref(&(0..text.len() as u32)))
    }

    #[test]
    fn a_dozen_tokens_in_a_row_are_found_in_any_company_and_layout() {
        for start in 0..40 {
            let shared = words(start..start + 12);
            let (a, b) = (
                words(100..117) + &shared,
                shared.replace(' ', "\n\t") + &words(200..230),
            );
            let b = of(&b);
            assert!(of(&a).iter().any(|hash| b.contains(hash)), "from {start}");
        }
    }

    #[test]
    fn a_part_is_found_by_what_it_shares_with_its_neighbours() {
        let text = words(0..100);
        let part = text.find("word50").unwrap_or(0) as u32;
        let few = fingerprints(&text, std::slice::from_ref(&(part..part + 6)));
        let around = of(&words(44..57));
        assert!(few.iter().any(|hash| around.contains(hash)));
        assert!(few.len() < 10, "{}", few.len());
    }

    #[test]
    fn far_less_than_the_tokens() {
        let hashes = of(&words(0..3000)).len();
        assert!((600..1300).contains(&hashes), "{hashes}");
    }

    #[test]
    fn nothing_has_no_hashes_and_bytes_beyond_ascii_are_words() {
        assert_eq!(of(""), []);
        assert_eq!(of("a b c"), []);
        assert_eq!(
            of("ä ö ü é è ê á à â ó ò ô").len(),
            of("a b c d e f g h i j k l").len()
        );
    }
}
