//! How fast the program is, measured from outside on the real release binary, with the goals beside the figures:
//!
//!     cargo bench -p countersign [-- --quick] [-- start typing trace hooks readers sync gate reconcile core growth sources]
//!
//! `--quick` runs each thing a few times, to see that it runs at all; words choose groups. A goal that is missed is
//! marked in the table and fails nothing: figures depend on the machine, and tests are elsewhere. The median is what the
//! machine can do, the 99th percentile also what else it had to do: leave it alone meanwhile.
//!
//! `cargo bench -p countersign -- peers` is another thing: our server beside others, see `peers/mod.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a benchmark may run programs, look at the clock, print and fail at once"
)]

mod code;
mod core;
mod cpu;
mod gate;
mod growth;
mod hooks;
mod peers;
mod readers;
mod reconcile;
mod repo;
mod server;
mod sources;
mod start;
mod sync;
mod table;
mod trace;
mod typing;

use table::Table;

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// A few runs of each.
    Quick,
    /// Enough for a 99th percentile.
    Full,
}

impl Effort {
    /// So many runs, or so many where it shall be quick.
    pub(crate) fn runs(self, full: usize, quick: usize) -> usize {
        match self {
            Effort::Full => full,
            Effort::Quick => quick,
        }
    }
}

/// A group of measurements.
type Group = (&'static str, fn(Effort, &mut Table));

const GROUPS: &[Group] = &[
    ("start", start::measure),
    ("typing", typing::measure),
    ("trace", trace::measure),
    ("hooks", hooks::measure),
    ("readers", readers::measure),
    ("sync", sync::measure),
    ("gate", gate::measure),
    ("reconcile", reconcile::measure),
    ("core", core::measure),
    ("growth", growth::measure),
    ("sources", sources::measure),
];

fn main() {
    // cargo itself adds `--bench`.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let effort = if words.iter().any(|word| word == "--quick") {
        Effort::Quick
    } else {
        Effort::Full
    };
    let named: Vec<String> = words
        .into_iter()
        .filter(|word| !word.starts_with("--"))
        .collect();
    if named.first().is_some_and(|word| word == "peers") {
        return peers::run(effort, &named[1..]);
    }
    let is_wanted = |name: &str| named.is_empty() || named.iter().any(|word| word == name);
    let mut table = Table::default();
    for (name, measure) in GROUPS.iter().filter(|(name, _)| is_wanted(name)) {
        eprintln!("measuring: {name}");
        measure(effort, &mut table);
    }
    println!("{table}");
}
