//! Which long runs of tokens of other texts stand in a text: for many texts,
//! at the cost of reading each once.

use std::collections::HashMap;

use super::{Segment, bytes, push_run};
use crate::token::{KNOWN_RUN, Mixed, Token, hash_of, run_hashes, tokens};

/// Where the runs of [`KNOWN_RUN`] tokens stand in a text.
pub(crate) struct KnownRuns<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// The first token of the first run with this hash.
    first: HashMap<u64, usize, Mixed>,
}

impl<'a> KnownRuns<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let (tokens, hashes) = hashed(text);
        let mut first = HashMap::default();
        for (at, hash) in run_hashes(&hashes, KNOWN_RUN).enumerate() {
            first.entry(hash).or_insert(at);
        }
        KnownRuns {
            text,
            tokens,
            first,
        }
    }

    /// Runs of another text, that one being the old: disjoint in both.
    pub(crate) fn of_which_stand_in(&self, old: &str) -> Vec<Segment> {
        let (old_tokens, hashes) = hashed(old);
        let windows: Vec<u64> = run_hashes(&hashes, KNOWN_RUN).collect();
        let mut taken = vec![false; self.tokens.len()];
        let mut segments = Vec::new();
        let mut i = 0;
        while let Some(hash) = windows.get(i) {
            let found = self.first.get(hash).copied();
            let length = found.map_or(0, |j| {
                let rest = old_tokens[i..]
                    .iter()
                    .zip(&self.tokens[j..])
                    .zip(&taken[j..]);
                rest.take_while(|((a, b), taken)| !**taken && bytes(old, a) == bytes(self.text, b))
                    .count()
            });
            match found {
                Some(j) if length >= KNOWN_RUN => {
                    taken[j..j + length].fill(true);
                    let (a, b) = (&old_tokens[i..i + length], &self.tokens[j..j + length]);
                    push_run(&mut segments, (old, a), (self.text, b));
                    i += length;
                }
                _ => i += 1,
            }
        }
        segments
    }
}

fn hashed(text: &str) -> (Vec<Token>, Vec<u64>) {
    let mut found = Vec::new();
    tokens(text, 0..text.len() as u32, &mut found);
    let hashes = found
        .iter()
        .map(|token| hash_of(bytes(text, token)))
        .collect();
    (found, hashes)
}
