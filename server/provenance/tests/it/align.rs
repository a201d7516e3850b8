//! Alignment holds its promises for any two texts.

use countersign_provenance::align::align;
use countersign_provenance::carry::{Source, carry};
use countersign_provenance::removal::{Tolerance, came_back, taken};
use countersign_provenance::{FactId, Mark, Regions, Span, Text};
use proptest::prelude::*;

use crate::fixture::assert_sound;

/// Garbage, code-like lines, and many repeats.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-c]{1,3}",
        "[(){};,.='\"]",
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\n\n    ".to_owned()),
        Just(" ".to_owned()),
        Just("fn a() {\n    b(c, d);\n}\n".to_owned()),
        Just("let x = f(a, b, c, d, e, g);\n".to_owned()),
        "[\u{e9}\u{1f600}\u{feff}\u{0}\u{2028}]",
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Two texts that share much: the second is the first with pieces moved,
/// repeated or left out.
fn two_texts() -> impl Strategy<Value = (String, String)> {
    let related = (
        text(),
        proptest::collection::vec((0..1000usize, 0..300usize), 1..8),
    )
        .prop_map(|(old, cuts)| {
            let at = |share: usize| {
                (0..=old.len() * share / 1000)
                    .rev()
                    .find(|&at| old.is_char_boundary(at))
            };
            let part = |(from, len): &(usize, usize)| {
                let (from, to) = (at(*from).unwrap(), at((from + len).min(1000)).unwrap());
                old[from..to].to_owned()
            };
            let new = cuts.iter().map(part).collect();
            (old, new)
        });
    prop_oneof![(text(), text()), related]
}

fn regions(text: &str, cuts: &[(usize, usize, u128)]) -> Regions {
    let rope = Text::from(text);
    let span = |&(from, len, origin): &(usize, usize, u128)| {
        let bytes =
            rope.trim((text.len() * from / 1000) as u32..(text.len() * (from + len) / 1000) as u32);
        let start = rope.ink(0..bytes.start);
        Span {
            ink: start..start + rope.ink(bytes.clone()),
            bytes,
            origin: FactId(origin),
        }
    };
    let mark = |&(from, _, removal): &(usize, usize, u128)| Mark {
        at: rope
            .clamp((text.len() * from / 1000) as u32..u32::MAX)
            .start,
        removal: FactId(removal),
    };
    Regions::new(
        &rope,
        cuts.iter().map(span).collect(),
        cuts.iter().take(2).map(mark).collect(),
    )
}

proptest! {
    #![proptest_config(crate::fixture::random(300))]

    #[test]
    fn segments_are_equal_bytes_sorted_and_disjoint((old, new) in two_texts()) {
        let mut segments = align(&old, &new);
        let mut end = 0;
        for segment in &segments {
            prop_assert!(segment.len > 0 && segment.new >= end, "{segments:?}");
            end = segment.new + segment.len;
            let bytes = |text: &str, at: u32| text.get(at as usize..(at + segment.len) as usize).map(str::to_owned);
            prop_assert!(bytes(&old, segment.old).is_some(), "{segment:?} is outside");
            prop_assert_eq!(bytes(&old, segment.old), bytes(&new, segment.new));
        }
        segments.sort_by_key(|segment| segment.old);
        for two in segments.windows(2) {
            prop_assert!(two[0].old + two[0].len <= two[1].old, "{two:?} overlap in the old text");
        }
    }

    #[test]
    fn carried_regions_are_sound(
        (old, new) in two_texts(), cuts in proptest::collection::vec((0..1000usize, 0..400usize, 1..4u128), 0..5),
    ) {
        let regions = regions(&old, &cuts);
        let carried = carry(&[Source::new(&old, &regions)], &new);
        assert_sound(&new, &carried.regions);
        prop_assert_eq!(carried.regions.marks.len(), regions.marks.len(), "a removal is lost");
        let open: Vec<_> = regions.spans.iter().map(|span| span.bytes.clone()).collect();
        for part in taken(&old, &carried.gone, &open, Tolerance::Edit) {
            prop_assert!(came_back(&old, &part.removed, part.occurrences, &old));
            prop_assert!(part.at as usize <= new.len());
        }
        let same = carry(&[Source::new(&old, &regions)], &old);
        prop_assert_eq!(same.regions, regions);
        prop_assert!(same.fresh.is_empty() && same.gone.is_empty());
    }

    #[test]
    fn sources_add_up((old, new) in two_texts(), (other, _) in two_texts(),
        cuts in proptest::collection::vec((0..1000usize, 0..400usize, 1..4u128), 0..5),
    ) {
        let (first, second) = (regions(&old, &cuts), regions(&other, &cuts));
        let only = [0..other.len() as u32 / 2];
        let one = carry(&[Source::new(&old, &first)], &new);
        let sources = [
            Source::new(&old, &first),
            Source { text: &other, regions: &second, only: Some(&only) },
            Source::new(&other, &second),
        ];
        let all = carry(&sources, &new);
        assert_sound(&new, &all.regions);
        // What the first source says stands.
        let ink = |regions: &Regions| -> u32 { regions.spans.iter().map(|s| s.ink.end - s.ink.start).sum() };
        prop_assert!(ink(&all.regions) >= ink(&one.regions));
        prop_assert_eq!(all.gone, one.gone);
    }
}

#[test]
fn what_closes_twice_stays_where_nothing_changed() {
    let around = "fn a() {\n}\n}\n";
    let old = format!("{around}fn b() {{\n    c();\n}}\n{around}");
    let new = old.replace("    c();\n", "    c();\n    d();\n");
    let fresh = carry(&[Source::new(&old, &Regions::default())], &new).fresh;
    let fresh = fresh
        .iter()
        .map(|it| &new[it.start as usize..it.end as usize]);
    assert_eq!(fresh.collect::<Vec<_>>(), ["d();"]);
}

#[test]
fn many_equal_lines_end_in_time() {
    let (old, new) = (
        "x = 1;\n".repeat(20_000),
        "x = 1;\n".repeat(15_000) + "y = 2;\n",
    );
    let new = new + &"x = 1;\n".repeat(7_000);
    let segments = align(&old, &new);
    assert!(segments.iter().map(|s| s.len).sum::<u32>() >= 19_000 * 7);
}

#[test]
fn two_lines_that_close_alike_do_not_take_each_others_place() {
    let old = "fn one() {\n    a(1);\n}\n\nfn two() {\n    b(2);\n    c(3);\n}\n";
    let new = old.replace("fn two() {\n", "");
    let carried = carry(&[Source::new(old, &Regions::default())], &new);
    assert!(carried.fresh.is_empty(), "{:?}", carried.fresh);
    let gone: Vec<_> = carried
        .gone
        .iter()
        .map(|gone| &old[gone.old.start as usize..gone.old.end as usize])
        .collect();
    assert_eq!(gone, ["fn two() {"]);
}
