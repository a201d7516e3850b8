//! Positions as editors count them.

use countersign_provenance::{Encoding, InkIndex, Position, Text, ink_of, is_ink};
use proptest::prelude::*;

const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

fn offset(text: &str, line: u32, character: u32, encoding: Encoding) -> u32 {
    Text::from(text).offset(Position { line, character }, encoding)
}

#[test]
fn columns_count_in_the_agreed_unit() {
    let text = "aé😀b\nc";
    for (byte, utf8, utf16, utf32) in [
        (0, 0, 0, 0),
        (1, 1, 1, 1),
        (3, 3, 2, 2),
        (7, 7, 4, 3),
        (8, 8, 5, 4),
    ] {
        for (encoding, character) in ALL.into_iter().zip([utf8, utf16, utf32]) {
            assert_eq!(offset(text, 0, character, encoding), byte, "{encoding:?}");
            let position = Text::from(text).position(byte, encoding);
            assert_eq!(position, Position { line: 0, character }, "{encoding:?}");
        }
    }
}

#[test]
fn a_column_past_the_end_is_the_end_of_its_line() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("ab{end}cd{end}");
        for encoding in ALL {
            for character in [2, 3, 4, 99, u32::MAX] {
                assert_eq!(
                    offset(&text, 0, character, encoding),
                    2,
                    "{end:?} {encoding:?}"
                );
            }
        }
    }
}

#[test]
fn a_line_past_the_end_is_the_end_of_the_text() {
    for encoding in ALL {
        assert_eq!(offset("ab\ncd", 2, 0, encoding), 5);
        assert_eq!(offset("ab\ncd\n", 2, 7, encoding), 6);
        assert_eq!(offset("ab\ncd\n", u32::MAX, u32::MAX, encoding), 6);
        assert_eq!(offset("", 0, 5, encoding), 0);
    }
}

#[test]
fn a_column_inside_a_character_is_its_start() {
    assert_eq!(
        offset("x😀y", 0, 2, Encoding::Utf16),
        1,
        "between the surrogates"
    );
    assert_eq!(offset("x😀y", 0, 3, Encoding::Utf8), 1);
    assert_eq!(offset("é", 0, 1, Encoding::Utf8), 0);
}

#[test]
fn lines_end_as_the_protocol_says() {
    let text = Text::from("a\r\nb\rc\nd\u{2028}e\u{b}f\u{c}g\u{85}h");
    assert_eq!(text.line_count(), 4);
    assert_eq!(text.line_start(1), 3);
    assert_eq!(text.line_start(2), 5);
    assert_eq!(text.line_start(3), 7);
    assert_eq!(text.line_start(99), text.len());
    assert_eq!(text.line_of(99), 3);
    assert_eq!(text.inked_lines(0..text.len()), 4);
}

#[test]
fn a_byte_order_mark_is_a_character() {
    let text = "\u{feff}ab";
    assert_eq!(offset(text, 0, 1, Encoding::Utf16), 3);
    assert_eq!(offset(text, 0, 1, Encoding::Utf8), 0);
}

#[test]
fn edits_inside_a_line_end() {
    let mut text = Text::from("a\r\nb");
    text.replace(2..2, "x");
    assert_eq!(
        (text.to_string().as_str(), text.line_count()),
        ("a\rx\nb", 3)
    );
    text.replace(2..3, "");
    assert_eq!(
        (text.to_string().as_str(), text.line_count()),
        ("a\r\nb", 2)
    );
}

#[test]
fn ranges_that_do_not_fit_are_made_to() {
    let mut text = Text::from("aéb");
    assert_eq!(text.slice(2..99), "éb");
    #[expect(clippy::reversed_empty_ranges, reason = "what a client may send")]
    let backwards = 3..1;
    assert_eq!(text.slice(backwards.clone()), "");
    text.replace(backwards, "x");
    assert_eq!(text.to_string(), "aéxb");
}

#[test]
fn trimming_and_counting_ink() {
    let text = Text::from("  a b\t\r\n");
    assert_eq!(text.trim(0..text.len()), 2..5);
    assert_eq!(text.ink(0..text.len()), 2);
    assert_eq!(text.trim(0..2), 0..0);
    assert_eq!(text.inked_lines(0..2), 0);
}

proptest! {
    #![proptest_config(crate::fixture::random(100))]

    #[test]
    fn a_position_leads_back_to_its_byte(text in "[a\u{e9}\u{1f600}\r\n\t]{0,40}") {
        let rope = Text::from(text.as_str());
        for (byte, _) in text.char_indices() {
            if cuts_a_line_end(&text, byte as u32) {
                continue;
            }
            for encoding in ALL {
                let position = rope.position(byte as u32, encoding);
                prop_assert_eq!(rope.offset(position, encoding), byte as u32);
            }
        }
    }

    #[test]
    fn ink_is_counted_alike_everywhere(text in "[a\u{e9} \n\t]{0,700}", from in 0..700usize, to in 0..700usize) {
        let rope = Text::from(text.as_str());
        let range = rope.clamp(from as u32..to as u32);
        let (from, to) = (range.start as usize, range.end as usize);
        let wanted = text.as_bytes()[from..to].iter().filter(|b| is_ink(**b)).count() as u32;
        let index = InkIndex::new(&text);
        prop_assert_eq!(index.at(to as u32) - index.at(from as u32), wanted);
        prop_assert_eq!(rope.ink(range), wanted);
    }

    #[test]
    fn a_reading_answers_in_any_order(
        text in "([a\u{e9}\u{1f600} \t]{0,90}(\r\n|\n|\r)){0,60}",
        places in proptest::collection::vec(0..9_000u32, 2..40),
    ) {
        let rope = Text::from(text.as_str());
        let reading = rope.reading();
        for pair in places.windows(2) {
            let range = rope.clamp(pair[0].min(pair[1])..pair[0].max(pair[1]));
            if cuts_a_line_end(&text, range.start) || cuts_a_line_end(&text, range.end) {
                continue;
            }
            let part = &text[range.start as usize..range.end as usize];
            let line = rope.line_of(range.start);
            prop_assert_eq!(reading.line_of(range.start), line);
            prop_assert_eq!(reading.slice(range.clone()), part);
            prop_assert_eq!(reading.ink(range.clone()), ink_of(part.as_bytes()));
            let inked = part.split(['\n', '\r']).filter(|line| ink_of(line.as_bytes()) > 0);
            prop_assert_eq!(reading.inked_lines(range.clone()), inked.count() as u32);
            let trimmed = part.trim_ascii();
            let there = reading.trim(range.clone());
            prop_assert_eq!(&text[there.start as usize..there.end as usize], trimmed);
            let whole = rope.trim(rope.line_start(line)..rope.line_start(line + 1));
            prop_assert_eq!(reading.line_around(range.start), whole);
        }
    }
}

/// Between \r and \n there is no place: it is the end of the line.
fn cuts_a_line_end(text: &str, byte: u32) -> bool {
    let (before, behind) = text.split_at(byte as usize);
    before.ends_with('\r') && behind.starts_with('\n')
}
