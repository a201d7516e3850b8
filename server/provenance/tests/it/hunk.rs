//! What differs between two texts leads from the one to the other.

use countersign_provenance::hunk::{Hunk, hunks};
use proptest::prelude::*;

/// Puts the old stretches back.
fn put_back(old: &str, new: &str) -> String {
    let mut text = new.to_owned();
    for hunk in hunks(old, new).into_iter().rev() {
        let back = &old[hunk.old.start as usize..hunk.old.end as usize];
        text.replace_range(hunk.new.start as usize..hunk.new.end as usize, back);
    }
    text
}

#[track_caller]
fn check(old: &str, new: &str, expected: &[(&str, &str)]) {
    let found = hunks(old, new);
    let found: Vec<_> = found
        .iter()
        .map(|hunk| {
            let hunk = hunk.narrowed(old, new);
            let part = |text: &str, range: &std::ops::Range<u32>| {
                text[range.start as usize..range.end as usize].to_owned()
            };
            (part(old, &hunk.old), part(new, &hunk.new))
        })
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(old, new)| ((*old).to_owned(), (*new).to_owned()))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(put_back(old, new), old);
}

#[test]
fn equal_texts_have_none() {
    check("a\nb\n", "a\nb\n", &[]);
    check("", "", &[]);
}

#[test]
fn white_space_counts() {
    check("a {\n  b\n}\n", "a {\n    b\n}\n", &[("", "  ")]);
    check("one\n\ntwo\n", "one\ntwo\n", &[("\n", "")]);
}

#[test]
fn a_line_that_went_and_a_line_that_came() {
    check("one\ntwo\nthree\n", "one\nthree\n", &[("two\n", "")]);
    check("one\nthree\n", "one\ntwo\nthree\n", &[("", "two\n")]);
}

#[test]
fn what_moved_differs_at_both_places() {
    let (long, short) = (
        "fn long() {\n    one(1);\n    two(2);\n}\n",
        "let moved = 1;\n",
    );
    check(
        &[long, short].concat(),
        &[short, long].concat(),
        &[("", short), (short, "")],
    );
}

proptest! {
    #[test]
    fn hunks_lead_back(old in "([ab{}é\u{1f600}]{1,3}[ \n]{0,2}){0,12}", new in "([ab{}é\u{1f600}]{1,3}[ \n]{0,2}){0,12}") {
        prop_assert_eq!(put_back(&old, &new), old);
    }

    #[test]
    fn hunks_of_moved_lines_lead_back(lines in proptest::collection::vec("[a-d]{1,2}|    [}]|[{]", 0..20), seed in any::<u64>()) {
        let mut moved = lines.clone();
        let mut seed = seed;
        for at in (1..moved.len()).rev() {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            moved.swap(at, (seed >> 33) as usize % (at + 1));
        }
        let (old, new) = (lines.join("\n"), moved.join("\n"));
        prop_assert_eq!(put_back(&old, &new), old);
    }
}

#[test]
fn less_differs_in_a_part_that_is_looked_at_by_itself() {
    let old = "fn two(x) {\n    let third = gamma(x, 59);\n}\n";
    let new = "fn two(x) {\n    mine(x);\n    let third = wrong();\n}\n";
    check(
        old,
        new,
        &[("", "mine(x);\n    "), ("gamma(x, 59", "wrong(")],
    );
    let parts = hunks(old, new)[1].parts(old, new);
    let part = |hunk: &Hunk| {
        let narrow = hunk.narrowed(old, new).old;
        &old[narrow.start as usize..narrow.end as usize]
    };
    assert_eq!(
        parts.iter().map(part).collect::<Vec<_>>(),
        ["gamma", "x, 59"]
    );
}
