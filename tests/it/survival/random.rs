//! Random sequences of what may happen, each against the same model: a line is known by its text.
//!
//! `COUNTERSIGN_SURVIVAL_RUNS=500` runs more of them; `COUNTERSIGN_SURVIVAL_SEED=17` runs one.

mod act;
mod dice;
mod git;

use super::judge::Fault;
use super::story::Story;
use dice::Dice;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How many sequences a test runs if nobody asks for more.
const RUNS: u64 = 12;
/// How much happens in one.
const STEPS: std::ops::Range<usize> = 3..9;

/// A story in which anything may happen next.
pub(super) struct Tale {
    story: Story,
    dice: Dice,
    /// What has happened, for whoever reads a failure.
    told: Vec<String>,
    /// How many words were made up.
    words: u32,
    /// Lines that were changed once.
    changed: Vec<String>,
}

/// Something that may happen. It does nothing where there is nothing that it could happen to.
type Step = (&'static str, fn(&mut Tale));

/// What may happen; what is more common stands more often.
const ALL: &[Step] = &[
    ("a person edits a word", Tale::edits_a_word),
    ("a person edits a word", Tale::edits_a_word),
    ("a person inserts a line", Tale::inserts_a_line),
    ("a person deletes a line", Tale::deletes_a_line),
    ("a person writes a function", Tale::writes_a_function),
    ("a person moves a function", Tale::moves_a_function),
    ("a person confirms a function", Tale::confirms_a_function),
    (
        "an assistant writes a function",
        Tale::lets_write_a_function,
    ),
    ("an assistant inserts a line", Tale::lets_insert_a_line),
    (
        "an assistant takes a line away",
        Tale::lets_take_a_line_away,
    ),
    ("a person renames a file", Tale::renames_a_file),
    ("a person formats", Tale::formats),
    ("somebody looks", Tale::looks),
    ("commit", Tale::commits),
    ("commit", Tale::commits),
    ("amend", Tale::amends),
    ("stash and pop", Tale::stashes),
    ("checkout and back", Tale::checks_out_and_back),
    ("merge", Tale::merges),
    ("rebase", Tale::rebases),
    ("squash", Tale::squashes),
    ("line ends there and back", Tale::converts_line_ends),
    ("tabs", Tale::sets_tabs),
];

impl Tale {
    fn begin(seed: u64) -> Self {
        Tale {
            story: Story::begin(),
            dice: Dice::new(seed),
            told: Vec::new(),
            words: 0,
            changed: Vec::new(),
        }
    }

    fn happens(&mut self) -> Vec<Fault> {
        for _ in 0..self.dice.among(STEPS) {
            let (name, step) = ALL[self.dice.below(ALL.len())];
            self.told.push(name.to_owned());
            step(self);
        }
        let mut faults = self.story.judge();
        if faults.is_empty() && !self.story.is_clean() {
            self.told.push("commit at the end".to_owned());
            self.story.commit("The end");
            faults = self.story.judge();
        }
        faults
    }

    /// Tells what the last step did, more exactly.
    pub(super) fn says(&mut self, exactly: impl std::fmt::Display) {
        if let Some(last) = self.told.last_mut() {
            last.push_str(&format!(": {exactly}"));
        }
    }
}

fn run(seed: u64) {
    let mut tale = Tale::begin(seed);
    let faults = catch_unwind(AssertUnwindSafe(|| tale.happens()));
    let says = match faults {
        Ok(faults) if faults.is_empty() => return,
        Ok(faults) => super::told("at the end", faults).join("\n"),
        Err(_) => "  a step failed, see above".to_owned(),
    };
    let told = tale.told.join("\n  ");
    panic!("COUNTERSIGN_SURVIVAL_SEED={seed}\n  {told}\n{says}");
}

/// The seeds of one of two tests, which run side by side.
fn seeds(test: u64) -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    match number("COUNTERSIGN_SURVIVAL_SEED") {
        Some(seed) => vec![seed].into_iter().filter(|_| test == 0).collect(),
        None => {
            let runs = number("COUNTERSIGN_SURVIVAL_RUNS").map_or(RUNS, |runs| runs.div_ceil(2));
            (0..runs).map(|run| run * 2 + test).collect()
        }
    }
}

#[test]
fn every_line_survives_what_happens_at_random() {
    seeds(0).into_iter().for_each(run);
}

#[test]
fn every_line_survives_what_else_happens_at_random() {
    seeds(1).into_iter().for_each(run);
}
