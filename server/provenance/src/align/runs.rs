//! Which long runs of tokens of other texts stand in a text: for many texts,
//! at the cost of reading each once.

use std::collections::HashMap;

use super::{Segment, bytes, push_run};
use crate::token::{KNOWN_RUN, Mixed, Token, hash_of, run_hashes, tokens};

/// A text, cut for the search.
pub(crate) struct Hashed<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// Of the tokens.
    hashes: Vec<u64>,
}

impl<'a> Hashed<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let mut found = Vec::new();
        tokens(text, 0..text.len() as u32, &mut found);
        let hash = |token: &Token| hash_of(bytes(text, token));
        Hashed {
            text,
            hashes: found.iter().map(hash).collect(),
            tokens: found,
        }
    }
}

/// Where the runs of [`KNOWN_RUN`] tokens stand in a text.
pub(crate) struct KnownRuns<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// The first token of the first run with this hash.
    first: HashMap<u64, usize, Mixed>,
}

impl<'a> KnownRuns<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let Hashed { tokens, hashes, .. } = Hashed::of(text);
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
    pub(crate) fn of_which_stand_in(&self, old: &Hashed<'_>) -> Vec<Segment> {
        let windows: Vec<u64> = run_hashes(&old.hashes, KNOWN_RUN).collect();
        let (old, old_tokens) = (old.text, &old.tokens);
        let same =
            |i: usize, j: usize| bytes(old, &old_tokens[i]) == bytes(self.text, &self.tokens[j]);
        let mut taken = vec![false; self.tokens.len()];
        let mut runs: Vec<Run> = Vec::new();
        let mut i = 0;
        while let Some(hash) = windows.get(i) {
            let found = self.first.get(hash).copied();
            let length = found.map_or(0, |j| {
                let most = (old_tokens.len() - i).min(self.tokens.len() - j);
                let free = |by: &usize| !taken[j + by] && same(i + by, j + by);
                (0..most).take_while(free).count()
            });
            match found {
                Some(j) if length >= KNOWN_RUN => {
                    let back = line_before(old, old_tokens, i);
                    let free = |by: &usize| !taken[j - by] && same(i - by, j - by);
                    let back = (1..=back.min(j)).take_while(free).count();
                    let run = Run {
                        old: i - back,
                        new: j - back,
                        length: length + back,
                    };
                    if let Some(last) = runs.last_mut() {
                        let kept = last.length.min(run.old - last.old);
                        taken[last.new + kept..last.new + last.length].fill(false);
                        last.length = kept;
                    }
                    taken[run.new..run.new + run.length].fill(true);
                    i += length;
                    runs.push(run);
                }
                _ => i += 1,
            }
        }
        runs.sort_unstable_by_key(|run| run.new);
        let mut segments = Vec::new();
        for run in self.without_loose_heads(runs, old_tokens.len(), same) {
            let a = &old_tokens[run.old..run.old + run.length];
            let b = &self.tokens[run.new..run.new + run.length];
            push_run(&mut segments, (old, a), (self.text, b));
        }
        segments
    }

    /// What closes the text before a run, and was taken into it because it stands before both, goes back to the run
    /// that has that text.
    fn without_loose_heads(
        &self,
        mut runs: Vec<Run>,
        old_tokens: usize,
        same: impl Fn(usize, usize) -> bool,
    ) -> Vec<Run> {
        let mut taken = vec![false; old_tokens];
        for run in &runs {
            taken[run.old..run.old + run.length].fill(true);
        }
        for at in 1..runs.len() {
            let (before, run) = (&runs[at - 1], &runs[at]);
            let end = (before.old + before.length, before.new + before.length);
            if end.1 != run.new {
                continue;
            }
            let free =
                |by: &usize| taken.get(end.0 + by) == Some(&false) && same(end.0 + by, end.1 + by);
            let back = (0..self.loose_head(run)).take_while(free).count();
            taken[end.0..end.0 + back].fill(true);
            runs[at - 1].length += back;
            let run = &mut runs[at];
            taken[run.old..run.old + back].fill(false);
            (run.old, run.new, run.length) = (run.old + back, run.new + back, run.length - back);
        }
        runs
    }

    /// How many tokens of a run stand before the first line that it has from its beginning, and that says something.
    fn loose_head(&self, run: &Run) -> usize {
        let says = |at: usize| {
            let first = bytes(self.text, &self.tokens[at]);
            line_before(self.text, &self.tokens, at) == 0 && !b")}],;".contains(&first[0])
        };
        (0..run.length).take_while(|by| !says(run.new + by)).count()
    }
}

/// Equal tokens of two texts.
struct Run {
    old: usize,
    new: usize,
    length: usize,
}

/// How many tokens stand before this one on its line. A run that goes before may end with them, as many lines begin
/// alike; they belong to the run that has the rest of the line.
fn line_before(text: &str, tokens: &[Token], at: usize) -> usize {
    let gap = |by: &usize| tokens[at - by].end..tokens[at - by + 1].start;
    let on_it = |by: &usize| !bytes(text, &gap(by)).contains(&b'\n');
    (1..=at).take_while(on_it).count()
}
