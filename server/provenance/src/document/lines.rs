//! An edit as a reader would tell it: of whole lines, where it is one of those.

use std::ops::Range;

use super::Edit;
use crate::text::Text;

impl Edit {
    /// The same edit of whole lines, if it is one. Editors tell what differs by bytes: of a line that goes above one
    /// which begins like it, or comes there, they take the beginning from the one and the rest from the other.
    #[must_use]
    pub fn of_whole_lines(self, text: &Text) -> Self {
        let edit = Edit {
            range: text.clamp(self.range.clone()),
            insert: self.insert.clone(),
        };
        let gone = text.slice(edit.range.clone());
        if !gone.contains('\n') && !edit.insert.contains('\n') {
            return self;
        }
        let edit = edit.trimmed(&gone);
        let gone = text.slice(edit.range.clone());
        let slid = match (gone.is_empty(), edit.insert.is_empty()) {
            (true, false) => {
                slide(text, &edit.range, &edit.insert).map(|by| edit.inserting_elsewhere(by))
            }
            (false, true) => slide(text, &edit.range, &gone).map(|by| edit.deleting_elsewhere(by)),
            _ => None,
        };
        match slid {
            Some(slid) => slid,
            None if gone.contains('\n') && edit.insert.contains('\n') => edit.widened(text),
            None => self,
        }
    }

    /// Without what goes and comes alike at either end.
    fn trimmed(self, gone: &str) -> Self {
        let front = common(gone.chars(), self.insert.chars());
        let (gone, insert) = (&gone[front..], &self.insert[front..]);
        let back = common(gone.chars().rev(), insert.chars().rev());
        Edit {
            range: self.range.start + front as u32..self.range.end - back as u32,
            insert: insert[..insert.len() - back].to_owned(),
        }
    }

    /// From the beginning of its first line to the end of its last.
    fn widened(self, text: &Text) -> Self {
        let (before, behind) = around(text, &self.range);
        Edit {
            range: before.start..behind.end,
            insert: [&*text.slice(before), &*self.insert, &*text.slice(behind)].concat(),
        }
    }

    fn inserting_elsewhere(&self, by: Slide) -> Self {
        let insert = &self.insert;
        let (at, insert) = match by {
            Slide::Back(by) => {
                let (rest, moved) = insert.split_at(insert.len() - by as usize);
                (self.range.start - by, [moved, rest].concat())
            }
            Slide::On(by) => {
                let (moved, rest) = insert.split_at(by as usize);
                (self.range.start + by, [rest, moved].concat())
            }
        };
        Edit {
            range: at..at,
            insert,
        }
    }

    fn deleting_elsewhere(&self, by: Slide) -> Self {
        let Range { start, end } = self.range;
        let range = match by {
            Slide::Back(by) => start - by..end - by,
            Slide::On(by) => start + by..end + by,
        };
        Edit {
            range,
            insert: String::new(),
        }
    }
}

/// How far an edit moves, in bytes, without changing what it leads to.
#[derive(Clone, Copy)]
enum Slide {
    Back(u32),
    On(u32),
}

/// How `what`, which comes or goes at a range, slides until it is whole lines: the shorter way.
fn slide(text: &Text, range: &Range<u32>, what: &str) -> Option<Slide> {
    let before = text.slice(around(text, range).0);
    let back = what
        .strip_suffix(&*before)
        .is_some_and(|rest| rest.ends_with('\n'));
    let back = back.then_some(Slide::Back(before.len() as u32));
    if before.is_empty() {
        return back;
    }
    let on = what.find('\n').map(|at| &what[..=at]).filter(|line| {
        let next = range.end..range.end + line.len() as u32;
        text.clamp(next.clone()) == next && text.slice(next) == **line
    });
    let on = on.map(|line| Slide::On(line.len() as u32));
    match (back, on) {
        (Some(Slide::Back(back)), Some(Slide::On(on))) if on < back => Some(Slide::On(on)),
        (back, on) => back.or(on),
    }
}

/// What stands on the lines of a range before it and behind it, in bytes; the last line's end is not of it.
fn around(text: &Text, range: &Range<u32>) -> (Range<u32>, Range<u32>) {
    let start = text.line_start(text.line_of(range.start));
    let next = text.line_of(range.end) + 1;
    let end = match next < text.line_count() {
        true => text.line_start(next) - 1,
        false => text.len(),
    };
    (start..range.start, range.end..end.max(range.end))
}

/// How many bytes two texts have in common, from where they are read.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    let same = one.zip(other).take_while(|(one, other)| one == other);
    same.map(|(one, _)| one.len_utf8()).sum()
}
