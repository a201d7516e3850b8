//! `carry` against a model: blocks of tokens whose owners are known, laid out
//! anew, moved, deleted and put in.

use std::collections::HashMap;

use countersign_provenance::carry::{Source, attribute, carry};
use countersign_provenance::{FactId, InkIndex, Regions, Span, Text};
use proptest::prelude::*;

/// From this many tokens a block is known wherever it goes.
const KNOWN: usize = 12;

#[derive(Debug, Clone)]
struct Block {
    /// Each stands once in all texts.
    words: Vec<String>,
    owner: Option<u128>,
    indent: usize,
    /// Words on a line.
    width: usize,
}

impl Block {
    fn lay_out(&self, out: &mut String) {
        for (number, word) in self.words.iter().enumerate() {
            if number % self.width == 0 {
                out.push('\n');
                out.push_str(&" ".repeat(self.indent));
            }
            out.push_str(word);
            out.push_str([". ", "(", "); "][number % 3]);
        }
        out.push_str("\n}\n");
    }
}

#[derive(Debug, Clone)]
enum Change {
    Indent(usize, usize),
    Wrap(usize, usize),
    Move(usize, usize),
    Swap(usize, usize),
    Delete(usize),
    Insert(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let (block, other) = (0..12usize, 0..12usize);
    prop_oneof![
        (block.clone(), 0..12usize).prop_map(|(b, n)| Change::Indent(b, n)),
        (block.clone(), 1..8usize).prop_map(|(b, n)| Change::Wrap(b, n)),
        (block.clone(), other.clone()).prop_map(|(b, to)| Change::Move(b, to)),
        (block.clone(), other).prop_map(|(b, c)| Change::Swap(b, c)),
        block.clone().prop_map(Change::Delete),
        (block, 1..30usize).prop_map(|(b, n)| Change::Insert(b, n)),
    ]
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let block = (
        1..40usize,
        prop_oneof![Just(None), (1..3u128).prop_map(Some)],
        0..8usize,
        1..8usize,
    );
    proptest::collection::vec(block, 1..10).prop_map(|blocks| {
        let mut number = 0;
        let mut words = |count: usize| {
            (0..count)
                .map(|_| {
                    number += 1;
                    format!("w{number}")
                })
                .collect()
        };
        blocks
            .into_iter()
            .map(|(count, owner, indent, width)| Block {
                words: words(count),
                owner,
                indent,
                width,
            })
            .collect()
    })
}

fn make(blocks: &mut Vec<Block>, change: &Change, fresh: usize) {
    let len = blocks.len();
    let (Change::Indent(b, _)
    | Change::Wrap(b, _)
    | Change::Move(b, _)
    | Change::Swap(b, _)
    | Change::Delete(b)
    | Change::Insert(b, _)) = change;
    if len == 0 {
        return;
    }
    let b = b % len;
    match *change {
        Change::Indent(_, indent) => blocks[b].indent = indent,
        Change::Wrap(_, width) => blocks[b].width = width,
        Change::Move(_, to) => {
            let block = blocks.remove(b);
            blocks.insert(to % len, block);
        }
        Change::Swap(_, c) => blocks.swap(b, c % len),
        Change::Delete(_) => {
            blocks.remove(b);
        }
        Change::Insert(_, count) => {
            let words = (0..count).map(|n| format!("fresh{fresh}x{n}")).collect();
            blocks.insert(
                b,
                Block {
                    words,
                    owner: None,
                    indent: 2,
                    width: 5,
                },
            );
        }
    }
}

/// The text, and who owns each of its words.
fn lay_out(blocks: &[Block]) -> (String, HashMap<String, Option<u128>>) {
    let (mut text, mut owners) = (String::new(), HashMap::new());
    for block in blocks {
        block.lay_out(&mut text);
        owners.extend(block.words.iter().map(|word| (word.clone(), block.owner)));
    }
    (text, owners)
}

fn regions_of(text: &str, owners: &HashMap<String, Option<u128>>) -> Regions {
    let ink = InkIndex::new(text);
    let words = words_of(text).filter_map(|(at, word)| {
        let origin = FactId(owners[word]?);
        Some(attribute(&ink, at..at + word.len() as u32, origin))
    });
    Regions::new(&Text::from(text), words.collect::<Vec<Span>>(), Vec::new())
}

fn words_of(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let parts = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    parts.map(|word| {
        (
            (word.as_ptr() as usize - text.as_ptr() as usize) as u32,
            word,
        )
    })
}

fn owner_at(regions: &Regions, at: u32) -> Option<u128> {
    let span = regions.spans.iter().find(|span| span.bytes.contains(&at));
    span.map(|span| span.origin.0)
}

proptest! {
    #![proptest_config(crate::fixture::random(200))]

    #[test]
    fn every_token_keeps_its_owner(blocks in blocks(), changes in proptest::collection::vec(change(), 1..6)) {
        let (old, owners) = lay_out(&blocks);
        let regions = regions_of(&old, &owners);
        let mut changed = blocks.clone();
        for (fresh, change) in changes.iter().enumerate() {
            make(&mut changed, change, fresh);
        }
        let (new, _) = lay_out(&changed);
        let carried = carry(&[Source::new(&old, &regions)], &new);
        let long = changed.iter().filter(|block| block.words.len() >= KNOWN);
        let long: Vec<&String> = long.flat_map(|block| &block.words).collect();
        for (at, word) in words_of(&new) {
            let wanted = owners.get(word).copied().flatten();
            let owner = owner_at(&carried.regions, at);
            prop_assert!(owner == wanted || owner.is_none(), "{word} became {owner:?}'s\n{old}\n{new}");
            prop_assert!(owner == wanted || !long.iter().any(|known| *known == word), "{word} was lost\n{old}\n{new}");
            let fresh = carried.fresh.iter().any(|range| range.contains(&at));
            prop_assert!(!(fresh && long.iter().any(|known| *known == word) && owners.contains_key(word)), "{word} is not new");
        }
    }
}
