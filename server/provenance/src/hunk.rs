//! What differs between two texts, white space and all.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::align::{Segment, align_pieces, bytes};

/// A stretch of a text, and what stands in its place in another. Either may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// In bytes of the old text.
    pub old: Range<u32>,
    /// In bytes of the new text.
    pub new: Range<u32>,
}

impl Hunk {
    /// What differs when this part of these texts is looked at by itself: less, where some of it was taken for a part of
    /// something further off.
    pub fn parts(&self, old: &str, new: &str) -> Vec<Hunk> {
        let (a, b) = (slice(old, &self.old), slice(new, &self.new));
        let ends = Segment {
            old: a.len() as u32,
            new: b.len() as u32,
            len: 0,
        };
        let (mut from, mut hunks) = ((0, 0), Vec::new());
        for segment in in_order(align_pieces(a, b)).into_iter().chain([ends]) {
            let hunk = Hunk {
                old: self.old.start + from.0..self.old.start + segment.old,
                new: self.new.start + from.1..self.new.start + segment.new,
            };
            let narrow = hunk.narrowed(old, new);
            if !narrow.old.is_empty() || !narrow.new.is_empty() {
                hunks.push(hunk);
            }
            from = (segment.old_range().end, segment.new_range().end);
        }
        hunks
    }

    /// The hunk of these texts without what both of its sides begin and end with.
    pub fn narrowed(&self, old: &str, new: &str) -> Hunk {
        let (a, b) = (bytes(old, &self.old), bytes(new, &self.new));
        let same = |(x, y): &(&u8, &u8)| x == y && x.is_ascii();
        let front = a.iter().zip(b).take_while(same).count();
        let (a, b) = (&a[front..], &b[front..]);
        let back = a.iter().rev().zip(b.iter().rev()).take_while(same).count();
        let within = |range: &Range<u32>| range.start + front as u32..range.end - back as u32;
        Hunk {
            old: within(&self.old),
            new: within(&self.new),
        }
    }
}

/// What differs between two texts, in order, from one token that they share to the next. To put the old stretch in the
/// place of the new one, hunk by hunk, makes the new text the old one, byte for byte. What stands in both but elsewhere
/// differs at both places.
pub fn hunks(old: &str, new: &str) -> Vec<Hunk> {
    let whole = Hunk {
        old: 0..old.len() as u32,
        new: 0..new.len() as u32,
    };
    whole.parts(old, new)
}

fn slice<'a>(text: &'a str, range: &Range<u32>) -> &'a str {
    &text[range.start as usize..range.end as usize]
}

/// Of segments that are sorted by `new`, those that stand in the same order in both texts: as much text as can be.
fn in_order(segments: Vec<Segment>) -> Vec<Segment> {
    // By where a chain ends in the old text: how much it holds, and its last segment. Longer ones hold more.
    let mut chains: BTreeMap<u32, (u32, usize)> = BTreeMap::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(segments.len());
    for (index, segment) in segments.iter().enumerate() {
        let best = chains.range(..=segment.old).next_back();
        let (held, last) = best.map_or((0, None), |(_, &(held, last))| (held, Some(last)));
        before.push(last);
        let (end, held) = (segment.old_range().end, held + segment.len);
        let is_better = chains
            .range(..=end)
            .next_back()
            .is_none_or(|(_, &(other, _))| other < held);
        if is_better {
            let beaten = chains
                .range(end..)
                .take_while(|(_, (other, _))| *other <= held);
            for end in beaten.map(|(&end, _)| end).collect::<Vec<_>>() {
                chains.remove(&end);
            }
            chains.insert(end, (held, index));
        }
    }
    let mut next = chains.last_key_value().map(|(_, &(_, last))| last);
    let mut chain = Vec::new();
    while let Some(index) = next {
        chain.push(segments[index]);
        next = before[index];
    }
    chain.reverse();
    chain
}
