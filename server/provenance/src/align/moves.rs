//! The second and fourth pass: what vanished in one place and stands in another.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::unique::{Interned, Sample, ascending, unique_windows};
use super::{Hunk, Pair, Segment, bytes, trim, uncovered};
use crate::token::{KNOWN_RUN, Token, count_tokens_in, is_word, tokens};

/// A single line is known by itself from this many tokens, if it is unique.
const KNOWN_LINE: usize = 4;
/// A line is known by so many words, if no other has the same.
const SAME_WORDS: usize = 3;

/// Finds blocks of whole lines that moved.
pub(super) fn align_moved_lines(pair: &mut Pair<'_>) {
    let flat = |side: fn(&Hunk) -> &[Range<u32>]| -> Vec<Range<u32>> {
        pair.hunks.iter().flat_map(side).cloned().collect()
    };
    let (old, new) = (flat(|hunk| &hunk.old), flat(|hunk| &hunk.new));
    if old.is_empty() || new.is_empty() {
        return;
    }
    let (old_keys, new_keys) = (pair.old_keys(&old), pair.new_keys(&new));
    let mut unique = Unique::default();
    let accept = |run: Range<usize>| is_known(pair, &mut unique, &old_keys[run]);
    let runs = unique_runs(&old_keys, &new_keys, &[KNOWN_RUN, 3, 1], accept);
    let mut taken = (HashSet::new(), HashSet::new());
    for run in runs {
        for (old, new) in old[run.old].iter().zip(&new[run.new]) {
            let len = old.end - old.start;
            pair.segments.push(Segment {
                old: old.start,
                new: new.start,
                len,
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

/// Cuts lines out of the hunks that have the same words, no twin on either side, and another place: a formatter set
/// their quotes, brackets and blanks anew, and somebody moved them. Each pair is a hunk of its own.
pub(super) fn pair_moved_lines_of_same_words(pair: &mut Pair<'_>) {
    let mut pairs = lines_of_same_words(pair);
    let place = |(old, new): &(Line, Line)| (old.start as usize, new.start as usize);
    let places: Vec<_> = pairs.iter().map(place).collect();
    let in_order: HashSet<_> = ascending(&places).into_iter().collect();
    pairs.retain(|pair| pair.0.hunk != pair.1.hunk || !in_order.contains(&place(pair)));
    let old: HashSet<u32> = pairs.iter().map(|(old, _)| old.start).collect();
    let new: HashSet<u32> = pairs.iter().map(|(_, new)| new.start).collect();
    for hunk in &mut pair.hunks {
        hunk.old.retain(|line| !old.contains(&line.start));
        hunk.new.retain(|line| !new.contains(&line.start));
    }
    let only = |line: Line| std::iter::once(line.start..line.end).collect();
    let hunk = |(old, new): (Line, Line)| Hunk {
        old: only(old),
        new: only(new),
    };
    pair.hunks.extend(pairs.into_iter().map(hunk));
}

/// A line of one side, in bytes, and the number of its hunk.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: u32,
    end: u32,
    hunk: usize,
}

/// The lines that have the same words.
#[derive(Default)]
struct Twins {
    old: Vec<Line>,
    new: Vec<Line>,
}

/// Each line of the old side whose words stand once on each side, with that of the new; in the old order.
fn lines_of_same_words(pair: &Pair<'_>) -> Vec<(Line, Line)> {
    let mut seen: HashMap<Vec<&[u8]>, Twins> = HashMap::new();
    for (number, hunk) in pair.hunks.iter().enumerate() {
        let of = |line: &Range<u32>| Line {
            start: line.start,
            end: line.end,
            hunk: number,
        };
        for line in &hunk.old {
            let twins = seen.entry(words(bytes(pair.old, line))).or_default();
            twins.old.push(of(line));
        }
        for line in &hunk.new {
            let twins = seen.entry(words(bytes(pair.new, line))).or_default();
            twins.new.push(of(line));
        }
    }
    seen.retain(|words, _| words.len() >= SAME_WORDS);
    let single = |twins: Twins| match (&*twins.old, &*twins.new) {
        ([old], [new]) => Some((*old, *new)),
        _ => None,
    };
    let mut pairs: Vec<_> = seen.into_values().filter_map(single).collect();
    pairs.sort_unstable_by_key(|(old, _)| old.start);
    pairs
}

fn words(line: &[u8]) -> Vec<&[u8]> {
    let words = line.split(|&byte| !is_word(byte));
    words.filter(|word| !word.is_empty()).collect()
}

/// Whether a run of lines is long, or unique, enough to be the same text.
fn is_known<'a>(pair: &Pair<'a>, unique: &mut Unique<'a>, lines: &[&[u8]]) -> bool {
    let count: usize = lines
        .iter()
        .map(|line| count_tokens_in(line, KNOWN_RUN))
        .sum();
    if count >= KNOWN_RUN {
        return true;
    }
    let Some(line) = lines.iter().max_by_key(|line| line.len()) else {
        return false;
    };
    let words = words(line).len();
    let enough = count >= KNOWN_LINE && words >= 1 || words >= 2;
    enough && unique.holds(pair, line)
}

/// How often each trimmed line stands in either text, counted when first asked.
#[derive(Default)]
struct Unique<'a> {
    lines: Option<HashMap<&'a [u8], (u32, u32)>>,
}

impl<'a> Unique<'a> {
    /// Whether a line stands once in the old text and once in the new.
    fn holds(&mut self, pair: &Pair<'a>, line: &[u8]) -> bool {
        let lines = self.lines.get_or_insert_with(|| {
            let mut lines: HashMap<&[u8], (u32, u32)> = HashMap::new();
            each_line(pair.old, |line| lines.entry(line).or_default().0 += 1);
            each_line(pair.new, |line| lines.entry(line).or_default().1 += 1);
            lines
        });
        lines.get(line) == Some(&(1, 1))
    }
}

fn each_line<'a>(text: &'a str, mut each: impl FnMut(&'a [u8])) {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain(std::iter::once(text.len()));
    for end in ends {
        each(bytes(text, &trim(text, start..end as u32)));
        start = (end + 1).min(text.len()) as u32;
    }
}

/// Finds runs of tokens that moved and were laid out anew.
pub(super) fn align_moved_words(pair: &mut Pair<'_>) {
    let open = |text: &str, mut covered: Vec<Range<u32>>| {
        covered.sort_unstable_by_key(|range| range.start);
        let mut out: Vec<Token> = Vec::new();
        for range in uncovered(text, covered.into_iter()) {
            tokens(text, range, &mut out);
        }
        out
    };
    let old = open(
        pair.old,
        pair.segments.iter().map(Segment::old_range).collect(),
    );
    let new = open(
        pair.new,
        pair.segments.iter().map(Segment::new_range).collect(),
    );
    if old.len() < KNOWN_RUN || new.len() < KNOWN_RUN {
        return;
    }
    let (old_keys, new_keys) = (pair.old_keys(&old), pair.new_keys(&new));
    // A run that is long enough holds a window of that length.
    let runs = unique_runs(&old_keys, &new_keys, &[KNOWN_RUN], |run| {
        run.len() >= KNOWN_RUN
    });
    let mut taken: (HashSet<usize>, HashSet<usize>) = (
        runs.iter().flat_map(|run| run.old.clone()).collect(),
        runs.iter().flat_map(|run| run.new.clone()).collect(),
    );
    let beside = |text: &str, tokens: &[Token], at: usize| {
        trim(text, tokens[at - 1].end..tokens[at].start).is_empty()
    };
    for run in runs {
        let (mut i, mut j) = (run.old.end, run.new.end);
        pair.push_run(&old[run.old], &new[run.new]);
        // A formatter sets what parts one thing from the next before a bracket that it puts on a line of its own.
        while j + 1 < new.len() && i < old.len() && PARTS.contains(&new_keys[j]) {
            let same = |by: &usize| {
                let (i, j) = (i + by, j + 1 + by);
                old_keys
                    .get(i)
                    .is_some_and(|key| new_keys.get(j) == Some(key))
                    && !taken.0.contains(&i)
                    && !taken.1.contains(&j)
                    && beside(pair.old, &old, i)
                    && beside(pair.new, &new, j)
            };
            let length = match beside(pair.new, &new, j) && !taken.1.contains(&j) {
                true => (0..).take_while(same).count(),
                false => 0,
            };
            if length == 0 {
                break;
            }
            taken.0.extend(i..i + length);
            taken.1.extend(j + 1..j + 1 + length);
            pair.push_run(&old[i..i + length], &new[j + 1..j + 1 + length]);
            (i, j) = (i + length, j + 1 + length);
        }
    }
}

/// What formatters set between the parts of a list, and between statements.
const PARTS: [&[u8]; 2] = [b",", b";"];

/// Equal keys: indices into both sides.
struct Run {
    old: Range<usize>,
    new: Range<usize>,
}

/// Equal runs that grow from windows of keys that stand once on each side.
/// Longer windows go first; runs do not overlap.
fn unique_runs(
    old: &[&[u8]],
    new: &[&[u8]],
    windows: &[usize],
    mut accept: impl FnMut(Range<usize>) -> bool,
) -> Vec<Run> {
    let Interned { old, new, .. } = Interned::new(old, new);
    let mut taken = (vec![false; old.len()], vec![false; new.len()]);
    let mut runs = Vec::new();
    for &window in windows {
        for (i, j) in unique_windows(&old, &new, window, Sample::All) {
            if taken.0[i] || taken.1[j] {
                continue;
            }
            let same = |i: usize, j: usize| !taken.0[i] && !taken.1[j] && old[i] == new[j];
            let back = (1..=i.min(j)).take_while(|k| same(i - k, j - k)).count();
            let most = (old.len() - i).min(new.len() - j);
            let ahead = (0..most).take_while(|k| same(i + k, j + k)).count();
            let run = Run {
                old: i - back..i + ahead,
                new: j - back..j + ahead,
            };
            if accept(run.old.clone()) {
                taken.0[run.old.clone()].fill(true);
                taken.1[run.new.clone()].fill(true);
                runs.push(run);
            }
        }
    }
    runs
}
