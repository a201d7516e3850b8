//! The place of what has no image in the new text.

use std::ops::Range;

use super::Gone;
use crate::align::{Segment, trim, uncovered};
use crate::region::Span;
use crate::text::is_ink;

/// What stands in both texts.
pub(super) struct Anchors<'a> {
    old: &'a str,
    new: &'a str,
    /// Sorted by `old`.
    segments: Vec<Segment>,
}

impl<'a> Anchors<'a> {
    pub(super) fn new(old: &'a str, new: &'a str, segments: &[Segment]) -> Self {
        let mut segments = segments.to_vec();
        segments.sort_unstable_by_key(|s| s.old);
        Anchors { old, new, segments }
    }

    /// What the new text lacks, but for a part that is nobody's.
    pub(super) fn gone(&self, nobodys: Option<Range<u32>>) -> Vec<Gone> {
        let standing = self.segments.iter().map(Segment::old_range);
        let gone = uncovered(self.old, nobodys.into_iter().chain(standing));
        gone.into_iter()
            .map(|old| Gone {
                at: self.behind(old.start),
                old,
            })
            .collect()
    }

    /// Whether the text on either side of a place still stands.
    pub(super) fn touch(&self, byte: u32) -> bool {
        let (left, right) = self.around(byte);
        left.is_some_and(|left| self.touches_left(left, byte))
            || right.is_some_and(|right| self.is_blank(byte..right.old))
    }

    /// Beside the neighbour that still stands; outward where neither does.
    pub(super) fn place(&self, byte: u32) -> u32 {
        let (left, right) = self.around(byte);
        match right {
            Some(right)
                if !left.is_some_and(|left| self.touches_left(left, byte))
                    && self.is_blank(byte..right.old) =>
            {
                right.new
            }
            _ => self.behind(byte),
        }
    }

    /// What comes right before text that stands in the place of what was taken away does not part the two: the beginning
    /// of the span right behind a place where none ends, or of the line whose first words are gone. `None` where there is
    /// no such text, or it is gone.
    pub(super) fn place_of_text(&self, byte: u32, spans: &[Span]) -> Option<u32> {
        let next = spans.partition_point(|span| span.bytes.start < byte);
        let before = next.checked_sub(1).map(|before| &spans[before]);
        let begins = |span: &&Span| self.is_blank(byte..span.bytes.start);
        let ends = before.is_some_and(|before| byte <= before.bytes.end);
        let span = spans.get(next).filter(begins).filter(|_| !ends);
        let start = match span {
            Some(span) => span.bytes.start,
            None if self.begins_ink(byte) => byte,
            None => return None,
        };
        let at = self
            .segments
            .partition_point(|segment| segment.old + segment.len <= start);
        let segment = self
            .segments
            .get(at)
            .filter(|segment| segment.old <= start)?;
        Some(segment.new + (start - segment.old))
    }

    /// Behind the ink of what stands to the left, else at the start of the text.
    fn behind(&self, byte: u32) -> u32 {
        let left = self.around(byte).0;
        let at = left.map_or(0, |left| left.new + left.len.min(byte - left.old));
        let before = &self.new.as_bytes()[..at as usize];
        before
            .iter()
            .rposition(|&b| is_ink(b))
            .map_or(0, |last| last as u32 + 1)
    }

    fn around(&self, byte: u32) -> (Option<&Segment>, Option<&Segment>) {
        let index = self.segments.partition_point(|s| s.old < byte);
        let left = index.checked_sub(1).map(|left| &self.segments[left]);
        (left, self.segments.get(index))
    }

    /// Whether ink begins at a byte, behind white space.
    fn begins_ink(&self, byte: u32) -> bool {
        let ink = |at: Option<u32>| {
            let byte = at.and_then(|at| self.old.as_bytes().get(at as usize));
            byte.is_some_and(|&byte| is_ink(byte))
        };
        ink(Some(byte)) && !ink(byte.checked_sub(1))
    }

    fn touches_left(&self, left: &Segment, byte: u32) -> bool {
        let end = left.old + left.len;
        byte <= end || self.is_blank(end..byte)
    }

    fn is_blank(&self, range: Range<u32>) -> bool {
        trim(self.old, range).is_empty()
    }
}
