//! The second and fourth pass: what vanished in one place and stands in another.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::{Pair, Segment, bytes, uncovered};
use crate::token::{Token, count_tokens, is_word, tokens};

/// A run of this many tokens is known by itself.
const KNOWN_RUN: usize = 12;
/// A single line is known by itself from this many tokens, if it is unique.
const KNOWN_LINE: usize = 4;

/// Finds blocks of whole lines that moved.
pub(super) fn align_moved_lines(pair: &mut Pair<'_>) {
    let flat = |pick: fn(&super::Hunk) -> &Vec<Range<u32>>| {
        let lines = pair.hunks.iter().enumerate();
        lines.flat_map(|(h, hunk)| pick(hunk).iter().map(move |line| (h, line.clone()))).collect()
    };
    let old: Vec<(usize, Range<u32>)> = flat(|hunk| &hunk.old);
    let new: Vec<(usize, Range<u32>)> = flat(|hunk| &hunk.new);
    if old.is_empty() || new.is_empty() {
        return;
    }
    let old_keys: Vec<&[u8]> = old.iter().map(|(_, line)| bytes(pair.old, line)).collect();
    let new_keys: Vec<&[u8]> = new.iter().map(|(_, line)| bytes(pair.new, line)).collect();
    let runs = unique_runs(&old_keys, &new_keys, |run| {
        is_known(pair, &old_keys[run])
    });
    let mut taken = (HashSet::new(), HashSet::new());
    for (first_old, first_new, len) in runs {
        for k in 0..len {
            let (old, new) = (&old[first_old + k].1, &new[first_new + k].1);
            pair.segments.push(Segment {
                old: old.start,
                new: new.start,
                len: old.end - old.start,
            });
            taken.0.insert(old.start);
            taken.1.insert(new.start);
        }
    }
    for hunk in &mut pair.hunks {
        hunk.old.retain(|line| !taken.0.contains(&line.start));
        hunk.new.retain(|line| !taken.1.contains(&line.start));
    }
}

/// Whether a run of lines is long, or unique, enough to be the same text.
fn is_known(pair: &Pair<'_>, lines: &[&[u8]]) -> bool {
    let text = |line: &&[u8]| String::from_utf8_lossy(line).into_owned();
    let count: usize = lines.iter().map(|line| count_tokens(&text(line), KNOWN_RUN)).sum();
    if count >= KNOWN_RUN {
        return true;
    }
    let line = lines.iter().max_by_key(|line| line.len());
    line.is_some_and(|line| {
        let once = |whole: &str| memchr::memmem::find_iter(whole.as_bytes(), line).nth(1).is_none();
        count >= KNOWN_LINE && line.iter().any(|&b| is_word(b)) && once(pair.old) && once(pair.new)
    })
}

/// Finds runs of tokens that moved and were laid out anew.
pub(super) fn align_moved_words(pair: &mut Pair<'_>) {
    let open = |text: &str, covered: &mut Vec<Range<u32>>| {
        covered.sort_by_key(|range| range.start);
        let mut out: Vec<Token> = Vec::new();
        for range in uncovered(text, covered.drain(..)) {
            tokens(text, range, &mut out);
        }
        out
    };
    let old = open(pair.old, &mut pair.segments.iter().map(Segment::old_range).collect());
    let new = open(pair.new, &mut pair.segments.iter().map(Segment::new_range).collect());
    if old.len() < KNOWN_RUN || new.len() < KNOWN_RUN {
        return;
    }
    let keys = |text, tokens: &[Token]| -> Vec<&[u8]> {
        tokens.iter().map(|token| bytes(text, token)).collect()
    };
    let (old_keys, new_keys) = (keys(pair.old, &old), keys(pair.new, &new));
    let runs = unique_runs(&old_keys, &new_keys, |run| run.len() >= KNOWN_RUN);
    for (first_old, first_new, len) in runs {
        pair.segments.push(Segment {
            old: old[first_old].start,
            new: new[first_new].start,
            len: old[first_old].end - old[first_old].start,
        });
        for k in 1..len {
            pair.push_token(&old[first_old + k], &new[first_new + k]);
        }
    }
}

/// Equal runs `(first old, first new, length)` that grow from keys, or windows
/// of keys, that stand once on each side. Longest first, without overlap.
fn unique_runs(
    old: &[&[u8]],
    new: &[&[u8]],
    accept: impl Fn(Range<usize>) -> bool,
) -> Vec<(usize, usize, usize)> {
    let mut taken_old = vec![false; old.len()];
    let mut taken_new = vec![false; new.len()];
    let mut runs = Vec::new();
    for window in [KNOWN_RUN, 3, 1] {
        let seeds = seeds(old, new, window);
        for (i, j) in seeds {
            if taken_old[i] || taken_new[j] {
                continue;
            }
            let free = |i: usize, j: usize| !taken_old[i] && !taken_new[j] && old[i] == new[j];
            let back = (1..=i.min(j)).take_while(|k| free(i - k, j - k)).count();
            let most = (old.len() - i).min(new.len() - j);
            let ahead = (0..most).take_while(|k| free(i + k, j + k)).count();
            let (i, j, len) = (i - back, j - back, back + ahead);
            if accept(i..i + len) {
                taken_old[i..i + len].fill(true);
                taken_new[j..j + len].fill(true);
                runs.push((i, j, len));
            }
        }
    }
    runs
}

/// Windows that stand exactly once on each side.
fn seeds(old: &[&[u8]], new: &[&[u8]], window: usize) -> Vec<(usize, usize)> {
    if old.len() < window || new.len() < window {
        return Vec::new();
    }
    let mut at: HashMap<&[&[u8]], (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (i, keys) in old.windows(window).enumerate() {
        at.entry(keys).or_default().0.push(i);
    }
    for (j, keys) in new.windows(window).enumerate() {
        if let Some(both) = at.get_mut(keys) {
            both.1.push(j);
        }
    }
    let mut seeds: Vec<_> = at
        .into_values()
        .filter(|(old, new)| old.len() == 1 && new.len() == 1)
        .map(|(old, new)| (old[0], new[0]))
        .collect();
    seeds.sort_unstable();
    seeds
}
