//! Random edits against a naive model: a vector of characters, each with who
//! wrote it.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use countersign_provenance::document::{Document, Edit, Hand};
use countersign_provenance::{FactId, Regions, Span, Text, is_ink};
use proptest::prelude::*;

/// A character and, where an assistant wrote it, the event and the ink before it.
type Char = (char, Option<(u128, u32)>);

#[derive(Debug, Clone)]
enum Step {
    /// Somebody replaces a share of the text, in thousandths.
    Edit(u32, u32, String),
    /// An assistant's insertion.
    Assistant(u32, String),
}

fn words() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            "[a-c]{1,3}",
            Just("\n".into()),
            Just("  ".into()),
            "[(){};,é😀]",
            Just("\t".into())
        ],
        0..8,
    )
    .prop_map(|words: Vec<String>| words.concat())
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let edit =
        (0..1000u32, 0..60u32, words()).prop_map(|(at, len, text)| Step::Edit(at, len, text));
    let assistant = (0..1000u32, words()).prop_map(|(at, text)| Step::Assistant(at, text));
    proptest::collection::vec(prop_oneof![4 => edit, 1 => assistant], 1..40)
}

struct Model {
    chars: Vec<Char>,
    text: Text,
    regions: Regions,
    events: u128,
}

impl Model {
    fn byte(&self, index: usize) -> u32 {
        self.chars[..index]
            .iter()
            .map(|(c, _)| c.len_utf8() as u32)
            .sum()
    }

    fn splice(&mut self, from: usize, to: usize, insert: &str) {
        let range = self.byte(from)..self.byte(to);
        self.regions.splice(&self.text, range.clone(), insert);
        self.text.replace(range, insert);
        self.chars
            .splice(from..to, insert.chars().map(|c| (c, None)));
    }

    fn run(&mut self, step: &Step) {
        let len = self.chars.len();
        match step {
            Step::Edit(at, share, text) => {
                let from = len * *at as usize / 1000;
                let to = (from + len * *share as usize / 1000).min(len);
                self.splice(from, to, text);
            }
            Step::Assistant(at, text) => {
                let from = len * *at as usize / 1000;
                self.splice(from, from, text);
                self.own(from, text);
            }
        }
    }

    fn own(&mut self, from: usize, text: &str) {
        self.events += 1;
        let mut ink = 0;
        for (c, owner) in &mut self.chars[from..from + text.chars().count()] {
            if !c.is_ascii_whitespace() && *c != '\u{b}' {
                *owner = Some((self.events, ink));
                ink += c.len_utf8() as u32;
            }
        }
        let start = self.byte(from);
        let bytes = self.text.trim(start..start + text.len() as u32);
        if !bytes.is_empty() {
            let span = Span {
                bytes,
                origin: FactId(self.events),
                ink: 0..ink,
            };
            self.regions.add(&self.text, span);
        }
    }

    /// Every byte of ink has the owner that the regions say.
    fn check(&self) -> Result<(), TestCaseError> {
        let whole = self.text.to_string();
        let mut owners = vec![None; whole.len()];
        let mut end = 0;
        for span in &self.regions.spans {
            prop_assert!(span.bytes.start >= end, "spans overlap or are unsorted");
            end = span.bytes.end;
            let inked = |at: u32| is_ink(whole.as_bytes()[at as usize]);
            prop_assert!(
                inked(span.bytes.start) && inked(span.bytes.end - 1),
                "a span ends in white space"
            );
            let mut ink = span.ink.start;
            for at in span.bytes.clone().filter(|&at| inked(at)) {
                owners[at as usize] = Some((span.origin.0, ink));
                ink += 1;
            }
            prop_assert_eq!(
                ink,
                span.ink.end,
                "a span's ink is not as long as its stretch"
            );
        }
        let mut at = 0;
        for (c, owner) in &self.chars {
            if is_ink(whole.as_bytes()[at]) {
                prop_assert_eq!(&owners[at], owner, "{:?} at byte {}", c, at);
            }
            at += c.len_utf8();
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(crate::fixture::random(2000))]

    #[test]
    fn regions_follow_every_edit_as_the_model_does(steps in steps()) {
        let mut model = Model { chars: Vec::new(), text: Text::from(""), regions: Regions::default(), events: 0 };
        for step in &steps {
            model.run(step);
            model.check()?;
        }
    }

    #[test]
    fn undo_of_every_edit_brings_every_region_back(
        start in words(), steps in proptest::collection::vec((0..1000u32, 0..300u32, words()), 1..12),
    ) {
        let text = Text::from(start.as_str());
        let bytes = text.trim(0..text.len());
        let mut regions = Regions::default();
        if !bytes.is_empty() {
            let ink = 0..text.ink(bytes.clone());
            regions.add(&text, Span { bytes, origin: FactId(1), ink });
        }
        let mut document = Document::new(text, regions.clone());
        let mut undo = Vec::new();
        for (version, (at, share, insert)) in steps.iter().enumerate() {
            let len = document.text().len();
            let range = document.text().clamp(len * at / 1000..(len * at / 1000 + len * share / 1000).min(len));
            let old = document.text().slice(range.clone()).into_owned();
            undo.push(Edit { range: range.start..range.start + insert.len() as u32, insert: old });
            document.apply(Edit { range, insert: insert.clone() }, Hand::Person, version as i32);
        }
        for (version, edit) in undo.into_iter().rev().enumerate() {
            document.apply(edit, Hand::Person, 100 + version as i32);
        }
        prop_assert_eq!(document.text().to_string(), start);
        prop_assert_eq!(&document.regions().spans, &regions.spans);
    }

    #[test]
    fn whole_text_replacement_keeps_what_stands(lines in proptest::collection::vec("[a-f]{2,6}\\([a-f]{1,6}, [a-f]{1,5}\\);", 2..30), cut in 0..30usize) {
        // The assistant wrote the first half; a person deletes one line and re-indents all.
        let old = lines.iter().map(|l| format!("{l}\n")).collect::<String>();
        let half = lines[..lines.len() / 2].iter().map(|l| l.len() + 1).sum::<usize>() as u32;
        let text = Text::from(old.as_str());
        let bytes = text.trim(0..half);
        let ink = 0..text.ink(bytes.clone());
        let mut regions = Regions::default();
        regions.add(&text, Span { bytes, origin: FactId(1), ink });
        let mut document = Document::new(text, regions);
        let cut = cut % lines.len();
        let new: String = lines.iter().enumerate().filter(|(i, _)| *i != cut).map(|(_, l)| format!("    {l}\n")).collect();
        document.set_text(&new, Hand::Person, 1);
        prop_assert_eq!(document.text().to_string(), new);
        let kept = (lines.len() / 2) - usize::from(cut < lines.len() / 2);
        let marked: std::collections::BTreeSet<u32> = document.regions().spans.iter()
            .flat_map(|s| document.text().line_of(s.bytes.start)..=document.text().line_of(s.bytes.end - 1)).collect();
        // Twin lines may be taken for each other, but no more lines than were written.
        prop_assert!(marked.len() <= kept + 1, "{marked:?} of {kept}");
        let twins = lines.iter().collect::<std::collections::HashSet<_>>().len() < lines.len();
        prop_assert!(twins || marked.len() == kept, "{marked:?} of {kept}");
    }
}
