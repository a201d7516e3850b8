//! Which long runs of tokens of other texts stand in a text: for many texts,
//! at the cost of reading each once.

use super::tiles::{Run, Windows};
use super::{Segment, bytes, push_run};
use crate::token::{Token, hash_of, tokens};

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

/// A text in which the runs of others, of a dozen tokens and more, are looked for.
pub(crate) struct KnownRuns<'a> {
    text: Hashed<'a>,
    windows: Windows,
}

impl<'a> KnownRuns<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let text = Hashed::of(text);
        let windows = Windows::of(&text.hashes);
        KnownRuns { text, windows }
    }

    /// Runs of another text, that one being the old: disjoint in both, the longest ones first.
    pub(crate) fn of_which_stand_in(&self, old: &Hashed<'_>) -> Vec<Segment> {
        let new = &self.text;
        let whole = |run: &Run| 0..run.length;
        let mut runs = self.windows.tiles(&old.hashes, &new.hashes, whole);
        let same =
            |i: usize, j: usize| bytes(old.text, &old.tokens[i]) == bytes(new.text, &new.tokens[j]);
        // Hashes may be alike by intent.
        for run in &mut runs {
            let (i, j) = (run.old, run.new);
            run.length = (0..run.length)
                .take_while(|by| same(i + by, j + by))
                .count();
        }
        let mut segments = Vec::new();
        for run in self.without_loose_heads(runs, old.tokens.len(), same) {
            let a = &old.tokens[run.old..run.old + run.length];
            let b = &new.tokens[run.new..run.new + run.length];
            push_run(&mut segments, (old.text, a), (new.text, b));
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
            let first = bytes(self.text.text, &self.text.tokens[at]);
            line_before(self.text.text, &self.text.tokens, at) == 0 && !b")}],;".contains(&first[0])
        };
        (0..run.length).take_while(|by| !says(run.new + by)).count()
    }
}

/// How many tokens stand before this one on its line. A run that goes before may end with them, as many lines begin
/// alike; they belong to the run that has the rest of the line.
fn line_before(text: &str, tokens: &[Token], at: usize) -> usize {
    let gap = |by: &usize| tokens[at - by].end..tokens[at - by + 1].start;
    let on_it = |by: &usize| !bytes(text, &gap(by)).contains(&b'\n');
    (1..=at).take_while(on_it).count()
}
