//! Regions and positions that cannot be right: from damaged facts, from
//! clients that count differently.

use countersign_provenance::carry::{Source, carry};
use countersign_provenance::document::{Document, Edit, Hand};
use countersign_provenance::review::{Authored, Knowledge};
use countersign_provenance::{FactId, Mark, Regions, Span, Text};
use proptest::prelude::*;

use crate::fixture::assert_sound;

fn any_regions() -> impl Strategy<Value = Regions> {
    let number = || prop_oneof![0..40u32, Just(u32::MAX), Just(u32::MAX - 1)];
    let span =
        (number(), number(), number(), number(), 0..3u128).prop_map(|(a, b, c, d, origin)| Span {
            bytes: a..b,
            origin: FactId(origin),
            ink: c..d,
        });
    let mark = (number(), 0..3u128).prop_map(|(at, id)| Mark {
        at,
        removal: FactId(id),
    });
    (
        proptest::collection::vec(span, 0..5),
        proptest::collection::vec(mark, 0..3),
    )
        .prop_map(|(spans, marks)| Regions { spans, marks })
}

proptest! {
    #![proptest_config(crate::fixture::random(200))]

    #[test]
    fn regions_that_do_not_fit_are_made_to(text in "[a\u{e9}\u{1f600} \n]{0,20}", regions in any_regions(), new in "[ab \n]{0,20}") {
        let rope = Text::from(text.as_str());
        let mut document = Document::new(rope.clone(), regions.clone());
        assert_sound(&text, document.regions());
        let carried = carry(&[Source::new(&text, &regions)], &new);
        assert_sound(&new, &carried.regions);
        document.join(Source::new(&new, &regions));
        assert_sound(&text, document.regions());
        document.set_regions(regions.clone());
        document.apply(Edit { range: 3..u32::MAX, insert: new }, Hand::Person, 1);
        assert_sound(&document.text().to_string(), document.regions());
        // Unchecked, they may be shown wrongly, but not end the program.
        let knowledge = Knowledge::default();
        let fitted = regions.fit(&rope);
        knowledge.review(&rope, &fitted, &[0, 1, 5, 900], Authored::ByHand);
    }

    #[test]
    fn any_edit_can_be_made(edits in proptest::collection::vec((0..30u32, 0..30u32, "[a\u{1f600}\r\n]{0,4}"), 0..12)) {
        let mut document = Document::new(Text::from("a\u{1f600}\r\nb\u{feff}c"), Regions::default());
        for (version, (start, end, insert)) in edits.into_iter().enumerate() {
            document.apply(Edit { range: start..end, insert }, Hand::Person, version as i32 / 2);
            document.attribute(end..start, FactId(version as u128));
            document.attribute(start..end, FactId(version as u128));
            assert_sound(&document.text().to_string(), document.regions());
            let len = document.text().len();
            assert!(document.typed().iter().all(|range| range.start < range.end && range.end <= len));
        }
    }
}

#[test]
fn a_change_of_nothing_is_no_edit() {
    let mut document = Document::new(Text::from("ab"), Regions::default());
    document.apply(
        Edit {
            range: 1..1,
            insert: String::new(),
        },
        Hand::Person,
        1,
    );
    document.apply(
        Edit {
            range: 0..2,
            insert: "ab".into(),
        },
        Hand::Person,
        1,
    );
    assert!(document.typed().is_empty());
}
