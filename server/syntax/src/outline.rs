//! The units of a text, whole lines each.

use std::ops::Range;

use crate::blocks;
use crate::language::Language;
use crate::lines::Lines;
use crate::pieces;
use crate::tree::{Tree, parse_str};
use crate::unit::{Unit, UnitKind, UnitPart};
use crate::walk::{self, Found};

/// The units of a text: those of the tree, and blocks for the lines between them. Sorted by their
/// start, disjoint, and holding every non-blank line. A tree older than the text gives units in
/// other places, and the same promises.
pub fn outline(text: &str, tree: Option<&Tree>) -> Vec<Unit> {
    let Some(tree) = tree else {
        return blocks::blocks(text);
    };
    arrange(text, tree, |units, lines, gap| {
        units.extend(blocks::cut(lines, gap))
    })
}

/// The outline of a file, parsed as its path says. Where the parse is stopped, it is of blocks.
pub fn outline_of(path: &str, text: &str, should_stop: &mut dyn FnMut() -> bool) -> Outline {
    let tree =
        Language::of_path(path).and_then(|language| parse_str(language, text, None, should_stop));
    let units = outline(text, tree.as_ref());
    let firsts = tree.map_or_else(Vec::new, |tree| pieces::firsts(text, &tree, &units));
    Outline { units, firsts }
}

/// The units of a text, and where it can be cut to find them again after a change
/// ([`crate::outline_after`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// See [`outline`].
    pub units: Vec<Unit>,
    /// Indexes of units in front of which the text can be cut: each part has the same units alone
    /// as in the whole. Sorted; none of them 0.
    pub firsts: Vec<usize>,
}

/// The units of the tree alone.
pub(crate) fn syntax_units(text: &str, tree: &Tree) -> Vec<Unit> {
    arrange(text, tree, |_, _, _| {})
}

/// Lays out the lines of the text by whose they are; `fill` adds units for a gap between those of
/// the tree.
fn arrange(
    text: &str,
    tree: &Tree,
    fill: impl Fn(&mut Vec<Unit>, &Lines<'_>, Range<usize>),
) -> Vec<Unit> {
    let lines = Lines::new(text);
    let found = walk::find(tree, text);
    let owners = owners(&lines, &found);
    let mut begun = vec![false; found.len()];
    let mut units: Vec<Unit> = Vec::new();
    let mut start = 0;
    for run in owners.chunk_by(|a, b| a == b) {
        let run = start..start + run.len();
        start = run.end;
        match (units.last_mut(), owners[run.start]) {
            // A lone closing brace is reviewed with what it closes.
            (Some(above), _)
                if above.kind != UnitKind::Block && lines.are_punctuation(run.clone()) =>
            {
                above.bytes.end = end_of(&lines, run, above);
            }
            (_, Some(owner)) => {
                let owner = owner as usize;
                for piece in pieces(&lines, run, &found[owner]) {
                    let part = match std::mem::replace(&mut begun[owner], true) {
                        true => UnitPart::Further,
                        false => UnitPart::First,
                    };
                    units.push(Unit { part, ..piece });
                }
            }
            (_, None) => fill(&mut units, &lines, run),
        }
    }
    units
}

/// Which of the found each line belongs to: the innermost that stands at its first non-blank byte.
fn owners(lines: &Lines<'_>, found: &[Found]) -> Vec<Option<u32>> {
    let mut owners = vec![None; lines.count()];
    for (index, found) in (0u32..).zip(found) {
        // What a container holds comes after it.
        if let Some(owned) = owners.get_mut(lines.starting_in(found.bytes.clone())) {
            owned.fill(Some(index));
        }
    }
    owners
}

/// A run of lines as a unit. What is left of a module is cut like what is left of a file.
fn pieces(lines: &Lines<'_>, run: Range<usize>, found: &Found) -> Vec<Unit> {
    let run = lines.trimmed(run);
    let named = |bytes| Unit {
        name: found.name.clone(),
        kind: found.kind,
        part: UnitPart::First,
        bytes,
    };
    match found.kind {
        _ if run.is_empty() => Vec::new(),
        UnitKind::Module => blocks::cut(lines, run)
            .map(|block| named(block.bytes))
            .collect(),
        _ => vec![named(lines.bytes(run))],
    }
}

/// Where a unit ends that takes these lines in, of which blank ones need not be.
fn end_of(lines: &Lines<'_>, run: Range<usize>, above: &Unit) -> usize {
    let run = lines.trimmed(run);
    if run.is_empty() {
        above.bytes.end
    } else {
        lines.bytes(run).end
    }
}
