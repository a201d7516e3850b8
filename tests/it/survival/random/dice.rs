//! Chance that can be repeated.

use std::ops::Range;

/// A row of numbers that its seed decides (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(mixed(seed.wrapping_add(1)))
    }

    /// A number below this one, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (mixed(self.0) % end as u64) as usize
    }

    /// A number of a range that is not empty.
    pub(crate) fn among(&mut self, range: Range<usize>) -> usize {
        range.start + self.below(range.len())
    }

    /// One of these, if there is any.
    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        match of {
            [] => None,
            some => Some(some[self.below(some.len())].clone()),
        }
    }
}

fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
