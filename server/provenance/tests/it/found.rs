//! Text of one file that stands in another.

use countersign_provenance::carry::{Source, attribute, carry};
use countersign_provenance::found::{blocks, take_over};
use countersign_provenance::{InkIndex, OriginId, Regions, Span};

const SHAPE: &str = "\
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Round(bool),
    Flat,
    Pointed(Corner),
}

impl Shape {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Round(_) => \"round\",
            Self::Flat => \"flat\",
            Self::Pointed(corner) => corner.name(),
        }
    }

    pub fn lacking_name(&self) -> &'static str {
        match self {
            Self::Round(_) => \"not round\",
            Self::Flat => \"not flat\",
            Self::Pointed(corner) => corner.lacking_name(),
        }
    }
}
";

const CORNER: &str = "\
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Corner {
    #[default]
    Sharp,
    Blunt,
    Open,
}

impl Corner {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sharp => \"sharp\",
            Self::Blunt => \"blunt\",
            Self::Open => \"open\",
        }
    }

    pub fn lacking_name(&self) -> &'static str {
        match self {
            Self::Sharp => \"not sharp\",
            Self::Blunt => \"not blunt\",
            Self::Open => \"not open\",
        }
    }
}
";

/// The lines of `new` that have a region where all of `old` is one.
fn marked<'a>(old: &str, new: &'a str) -> Vec<&'a str> {
    let regions = whole(old);
    let mut carried = carry(&[], new);
    let found = blocks(old, new, &carried.fresh);
    take_over(&mut carried, new, &Source::new(old, &regions), &found);
    let spans = &carried.regions.spans;
    let apart = |pair: &[Span]| pair[0].bytes.end <= pair[1].bytes.start;
    assert!(spans.windows(2).all(apart), "{spans:?}");
    let is_marked = |line: &&str| {
        let start = line.as_ptr() as u32 - new.as_ptr() as u32;
        let end = start + line.len() as u32;
        let mut spans = carried.regions.spans.iter();
        spans.any(|span| span.bytes.start < end && start < span.bytes.end)
    };
    let inked = new.lines().filter(|line| !line.trim().is_empty());
    inked.filter(is_marked).collect()
}

#[test]
fn a_part_of_a_text_that_has_the_like_before_it() {
    let old = format!("{SHAPE}\n{CORNER}");
    let inked: Vec<&str> = CORNER.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(marked(&old, CORNER), inked);
}

#[test]
fn other_text_in_its_place_keeps_no_word_and_no_bracket() {
    let of = |old: &str, new: &str| carried(old, new).spans;
    let few = "fn few() {\n    one();\n}\n";
    assert_eq!(of(few, "fn other(x: u8) -> u8 {\n    x + 1\n}\n"), []);
    assert_eq!(
        of("fn few() { one(); }\n", "fn other(x: u8) -> u8 { x }\n"),
        []
    );
    let two = "pub fn name() -> Name {\n    self.name\n}\n\npub fn age() -> u8 {\n    7\n}\n";
    assert_eq!(
        of("pub fn pay(total: u32) -> u32 {\n    total * 2\n}\n", two),
        []
    );
}

/// The regions of `new` where it has replaced `old`, all of which is one.
fn carried(old: &str, new: &str) -> Regions {
    carry(&[Source::new(old, &whole(old))], new).regions
}

fn whole(text: &str) -> Regions {
    let id: OriginId = "00000000000000000000000000000001".parse().unwrap();
    let all = attribute(&InkIndex::new(text), 0..text.trim_end().len() as u32, id);
    Regions {
        spans: vec![all],
        marks: Vec::new(),
    }
}
