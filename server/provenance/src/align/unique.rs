//! What stands once in each of two texts is the same in both.

use std::collections::HashMap;

use imara_diff::{Interner, Token};

use crate::token::{Mixed, run_hashes};

/// Of how many windows one is looked at: the same ones on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    /// Every one.
    All,
    /// One in eight, which is enough to find the way in a long text.
    Some,
}

/// Numbers for keys: equal ones for equal keys.
pub(super) struct Interned<'a> {
    pub(super) old: Vec<u64>,
    pub(super) new: Vec<u64>,
    keys: Interner<&'a [u8]>,
}

impl<'a> Interned<'a> {
    pub(super) fn new(old: &[&'a [u8]], new: &[&'a [u8]]) -> Self {
        let mut keys = Interner::new(old.len() + new.len());
        let mut number = |key: &&'a [u8]| u64::from(keys.intern(*key).0);
        let (old, new) = (
            old.iter().map(&mut number).collect(),
            new.iter().map(number).collect(),
        );
        Interned { old, new, keys }
    }

    /// The key of a number.
    pub(super) fn key(&self, number: u64) -> &'a [u8] {
        self.keys[Token(number as u32)]
    }
}

/// The longest selection of pairs, sorted by their first, that ascends in both.
pub(super) fn ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The last pair of the best selection of each length, and what came before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < pair.1);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let longest = std::iter::successors(ends.last().copied(), |&index| before[index]);
    let mut chosen: Vec<_> = longest.map(|index| pairs[index]).collect();
    chosen.reverse();
    chosen
}

/// Where a window stands.
#[derive(Default, Clone, Copy)]
enum Sight {
    #[default]
    Never,
    Once(usize),
    Often,
}

impl Sight {
    fn see(&mut self, at: usize) {
        *self = match self {
            Sight::Never => Sight::Once(at),
            _ => Sight::Often,
        };
    }
}

/// Where windows of keys begin that stand exactly once on each side, in the
/// old order.
pub(super) fn unique_windows(
    old: &[u64],
    new: &[u64],
    window: usize,
    sample: Sample,
) -> Vec<(usize, usize)> {
    if old.len() < window || new.len() < window {
        return Vec::new();
    }
    let sampled = |hash: &u64| sample == Sample::All || hash.is_multiple_of(8);
    let windows = |keys| {
        run_hashes(keys, window)
            .enumerate()
            .filter(|(_, hash)| sampled(hash))
    };
    let mut seen: HashMap<u64, (Sight, Sight), Mixed> = HashMap::default();
    for (at, hash) in windows(old) {
        seen.entry(hash).or_default().0.see(at);
    }
    for (at, hash) in windows(new) {
        if let Some((_, new)) = seen.get_mut(&hash) {
            new.see(at);
        }
    }
    let mut unique: Vec<_> = seen
        .into_values()
        .filter_map(|both| match both {
            (Sight::Once(i), Sight::Once(j)) => Some((i, j)),
            _ => None,
        })
        .filter(|&(i, j)| old[i..i + window] == new[j..j + window])
        .collect();
    unique.sort_unstable();
    unique
}
