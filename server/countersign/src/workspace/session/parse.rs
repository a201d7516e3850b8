//! Parsing off the editor's path.

use std::ops::Range;

use countersign_provenance::Text;
use countersign_syntax::{Language, Tree, TreeEdit, Unit, outline, parse};

/// A parse that should be done off the editor's path.
pub(crate) struct ParseJob {
    /// The buffer.
    pub(crate) uri: String,
    pub(super) version: i32,
    /// Tells apart what was opened under one name, one after the other.
    pub(super) opening: u64,
    /// Without one, the units are blocks.
    pub(super) language: Option<Language>,
    pub(super) text: Text,
    pub(super) previous: Option<Tree>,
}

/// What a [`ParseJob`] found.
pub(crate) struct Parsed {
    pub(super) uri: String,
    pub(super) version: i32,
    pub(super) opening: u64,
    pub(super) tree: Option<Tree>,
    pub(super) units: Vec<Unit>,
}

/// An edit that moves trees and units along.
#[derive(Debug, Clone)]
pub(super) struct Shift {
    pub(super) edit: TreeEdit,
    /// Bytes before the edit.
    pub(super) replaced: Range<usize>,
    /// How many bytes came.
    pub(super) inserted: usize,
}

impl Shift {
    pub(super) fn shift(&self, units: &mut Vec<Unit>) {
        for unit in units.iter_mut() {
            unit.bytes = self.moved(unit.bytes.start, false)..self.moved(unit.bytes.end, true);
        }
        let mut end = 0;
        units.retain_mut(|unit| {
            unit.bytes.start = unit.bytes.start.max(end);
            end = end.max(unit.bytes.end);
            unit.bytes.start < unit.bytes.end
        });
    }

    fn moved(&self, byte: usize, ends: bool) -> usize {
        let Range { start, end } = self.replaced;
        if byte < start || (byte == start && !ends) {
            byte
        } else if byte >= end {
            byte - end + start + self.inserted
        } else {
            start + self.inserted
        }
    }
}

impl Parsed {
    /// Brings it to where these edits have led since.
    pub(super) fn follow(&mut self, shifts: &[Shift]) {
        for shift in shifts {
            if let Some(tree) = &mut self.tree {
                tree.edit(&shift.edit);
            }
            shift.shift(&mut self.units);
        }
    }
}

impl ParseJob {
    /// Parses, unless told to stop.
    pub(crate) fn run(mut self, should_stop: &mut dyn FnMut() -> bool) -> Parsed {
        let previous = self.previous.take();
        let tree = self
            .language
            .and_then(|language| parse_text(language, &self.text, previous.as_ref(), should_stop));
        let units = outline(&self.text.to_string(), tree.as_ref());
        Parsed {
            uri: self.uri,
            version: self.version,
            opening: self.opening,
            tree,
            units,
        }
    }
}

pub(super) fn parse_text(
    language: Language,
    text: &Text,
    previous: Option<&Tree>,
    should_stop: &mut dyn FnMut() -> bool,
) -> Option<Tree> {
    let chunk = |byte: usize| {
        let (chunk, start) = text.chunk_at(byte as u32);
        &chunk.as_bytes()[byte - start as usize..]
    };
    parse(language, text.len() as usize, chunk, previous, should_stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A parse of a text, and what it is worth after a later edit of it.
    #[track_caller]
    fn check(text: &str, replaced: Range<usize>, insert: &str) {
        let language = Language::of_path("a.rs").expect("a language of ours");
        let job = ParseJob {
            uri: String::new(),
            version: 1,
            opening: 0,
            language: Some(language),
            text: Text::from(text),
            previous: None,
        };
        let mut parsed = job.run(&mut || false);
        let shift = Shift {
            edit: TreeEdit::in_str(text, replaced.clone(), insert),
            replaced: replaced.clone(),
            inserted: insert.len(),
        };
        parsed.follow(&[shift]);
        let after = [&text[..replaced.start], insert, &text[replaced.end..]].concat();
        let anew = parse_text(language, &Text::from(after.as_str()), None, &mut || false);
        assert_eq!(parsed.units, outline(&after, anew.as_ref()));
        let again = parse_text(
            language,
            &Text::from(after.as_str()),
            parsed.tree.as_ref(),
            &mut || false,
        );
        assert_eq!(parsed.units, outline(&after, again.as_ref()));
    }

    #[test]
    fn a_parse_that_comes_late_follows_the_text() {
        check("fn a() {}\nfn b() {}\n", 8..8, " let x = 1; ");
        check("fn a() {\n    one();\n}\nfn b() {}\n", 9..20, "");
    }
}
