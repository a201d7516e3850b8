//! Rust code that looks like people's, the same on every run.

use std::fmt::Write as _;

/// Numbers that look random and are always the same.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Starts a series.
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `sides`.
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }

    /// One of these.
    pub(crate) fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

const NOUNS: &[&str] = &[
    "order", "ledger", "queue", "frame", "session", "parser", "buffer", "index", "route", "token",
    "price", "batch",
];
const VERBS: &[&str] = &[
    "merge", "split", "check", "load", "apply", "count", "flush", "visit", "rank", "close",
];
const FIELDS: &[&str] = &[
    "total", "offset", "width", "retries", "limit", "depth", "score", "age",
];

/// Lines of a function with the blank line behind it.
pub(crate) const FUNCTION_LINES: usize = 20;

/// A file of so many lines; `seed` makes it another file.
pub(crate) fn file(lines: usize, seed: u64) -> String {
    let mut dice = Dice::new(seed);
    (0..lines.div_ceil(FUNCTION_LINES))
        .map(|number| function(number, &mut dice))
        .collect()
}

fn function(number: usize, dice: &mut Dice) -> String {
    let (verb, noun, field) = (dice.of(VERBS), dice.of(NOUNS), dice.of(FIELDS));
    let (most, step) = (dice.below(900) + 10, dice.below(9) + 1);
    let (other, unit) = (dice.of(NOUNS), dice.of(FIELDS));
    format!(
        "/// Says how the {noun} would {verb} if its {field} were {most}.
pub fn {verb}_{noun}_{number}({noun}: &[u32], {unit}_limit: u32) -> Option<u32> {{
    let mut {field} = {step}_u32;
    for (position, value) in {noun}.iter().enumerate() {{
        if *value > {unit}_limit {{
            continue;
        }}
        {field} = {field}.checked_add(value.wrapping_mul({most}))?;
        if position % {step} == 0 && {field} > {most} {{
            {field} -= {unit}_limit.min({field});
        }}
    }}
    // The {other} wants whole {unit}s only.
    let {other}_{unit} = {field} / {step}.max(1);
    match {other}_{unit} {{
        0 => None,
        found => Some(found + {number}),
    }}
}}

"
    )
}

/// The same file after an assistant put `count` pieces into it, evenly spread: two statements each.
pub(crate) fn with_pieces(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let functions = lines.len() / FUNCTION_LINES;
    let mut after = vec![0; lines.len()];
    for piece in 0..count {
        let function = piece * functions / count;
        // In front of the loop, behind its first test, behind the loop.
        let inside = [2, 6, 11][piece % 3];
        after[function * FUNCTION_LINES + inside] += 1;
    }
    let mut dice = Dice::new(7);
    let mut result = String::with_capacity(text.len() + count * 100);
    for (number, line) in lines.iter().enumerate() {
        result.push_str(line);
        for _ in 0..after[number] {
            let (verb, noun, field) = (dice.of(VERBS), dice.of(NOUNS), dice.of(FIELDS));
            let _ = writeln!(
                result,
                "    let {verb}ed_{number} = observe_{noun}(\"{field}\", {number});"
            );
            let _ = writeln!(
                result,
                "    tracing::debug!(?{verb}ed_{number}, \"{noun}\");"
            );
        }
    }
    result
}
