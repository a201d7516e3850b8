//! The time that processors work for the programs that are measured, beside the time that passes.

use std::fs;

/// Of all children that have ended, and theirs; in hundredths of a second, as Linux counts. Elsewhere nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cpu {
    user: u64,
    system: u64,
}

impl Cpu {
    /// Up to now.
    pub(crate) fn now() -> Self {
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        // The name of the program, in brackets, may hold anything.
        let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let mut numbers = rest.split(' ').skip(13).map(|it| it.parse().unwrap_or(0));
        Cpu {
            user: numbers.next().unwrap_or(0),
            system: numbers.next().unwrap_or(0),
        }
    }

    /// Since then, for each of so many runs.
    pub(crate) fn each_since(before: Cpu, runs: usize) -> String {
        let now = Cpu::now();
        let each = |hundredths: u64| hundredths as f64 / 100.0 / runs.max(1) as f64;
        let (user, system) = (
            each(now.user - before.user),
            each(now.system - before.system),
        );
        format!("{user:.2} s user, {system:.2} s system")
    }
}
