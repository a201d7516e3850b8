//! How a test states an outline: a line a unit, `kind first-last name`, lines from 1,
//! and behind it where it is no first piece.

#[cfg(feature = "lang-rust")]
use countersign_syntax::{Language, Tree, parse_str};
use countersign_syntax::{Unit, UnitPart, outline_of};
use expect_test::Expect;

/// Checks the outline of a file whose extension tells its language.
pub(crate) fn check(path: &str, text: &str, expected: Expect) {
    let units = outline_of(path, text, &mut never).units;
    check_invariants(text, &units);
    expected.assert_eq(&listed(text, &units));
}

/// The outline as tests write it.
pub(crate) fn listed(text: &str, units: &[Unit]) -> String {
    units.iter().map(|unit| line(text, unit)).collect()
}

/// Units are whole lines, sorted and disjoint, and hold every line that is not blank.
pub(crate) fn check_invariants(text: &str, units: &[Unit]) {
    let mut covered = 0;
    for unit in units {
        assert!(
            covered <= unit.bytes.start,
            "sorted and disjoint: {units:?}"
        );
        assert!(
            text[covered..unit.bytes.start].trim_ascii().is_empty(),
            "nothing left out: {units:?}"
        );
        assert!(
            !text[unit.bytes.clone()].trim_ascii().is_empty(),
            "not blank: {unit:?}"
        );
        assert!(
            starts_line(text, unit.bytes.start) && starts_line(text, unit.bytes.end),
            "whole lines: {unit:?}"
        );
        covered = unit.bytes.end;
    }
    assert!(
        text[covered..].trim_ascii().is_empty(),
        "nothing left out at the end: {units:?}"
    );
}

/// The whole parse of a text, never stopped.
#[cfg(feature = "lang-rust")]
pub(crate) fn parsed(language: Language, text: &str) -> Tree {
    parse_str(language, text, None, &mut never).unwrap()
}

/// Lets a parse go on.
pub(crate) fn never() -> bool {
    false
}

fn line(text: &str, unit: &Unit) -> String {
    let first = text[..unit.bytes.start].matches('\n').count() + 1;
    let last = text[..unit.bytes.end - 1].matches('\n').count() + 1;
    let part = match unit.part {
        UnitPart::First => "",
        UnitPart::Further => " (further)",
    };
    format!("{} {first}-{last} {}{part}\n", unit.kind, unit.name)
}

fn starts_line(text: &str, byte: usize) -> bool {
    byte == 0 || byte == text.len() || text.as_bytes()[byte - 1] == b'\n'
}
