//! Edits of lines that begin or end alike, told by what differs in bytes.

use countersign_provenance::document::{Document, Edit, Hand};
use countersign_provenance::{FactId, Regions, Span, Text};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::fixture::{random, unindent};

/// Lines marked with `c` are an assistant's; the text is made another one, as editors tell it: what differs in bytes.
#[track_caller]
fn check(old: &str, new: &str, expect: Expect) {
    let (mut document, new) = (marked(&unindent(old)), unindent(new));
    become_(&mut document, &new);
    expect.assert_eq(&shown(&document));
}

fn become_(document: &mut Document, new: &str) {
    let edit = Edit::between(document.text(), new).of_whole_lines(document.text());
    document.apply(edit, Hand::Person, 1);
    assert_eq!(document.text().to_string(), new);
}

/// A document of lines of which each begins with `c ` where it is an assistant's, else with `. `.
fn marked(lines: &str) -> Document {
    let (mut text, mut spans, mut ink) = (String::new(), Vec::new(), 0);
    for line in lines.split_inclusive('\n') {
        let (whose, line) = line.split_at(2);
        let start = text.len() as u32;
        text.push_str(line);
        if whose == "c " {
            let inked = line
                .bytes()
                .filter(|byte| !byte.is_ascii_whitespace())
                .count() as u32;
            spans.push(Span {
                bytes: start..text.len() as u32,
                origin: FactId(1),
                ink: ink..ink + inked,
            });
            ink += inked;
        }
    }
    let regions = Regions::new(text.as_str(), spans, Vec::new());
    Document::new(Text::from(text.as_str()), regions)
}

/// Its lines, the assistant's with `c`, those that are partly so with `?`.
fn shown(document: &Document) -> String {
    let (text, regions) = (document.text(), document.regions());
    let mut shown = String::new();
    for line in 0..text.line_count() {
        let range = text.line_start(line)..text.line_start(line + 1);
        let (own, all) = (regions.within(text, range.clone()), text.ink(range.clone()));
        let own: u32 = own.into_iter().map(|span| text.ink(span.bytes)).sum();
        let whose = match own {
            0 => ". ",
            own if own == all => "c ",
            _ => "? ",
        };
        if !range.is_empty() {
            shown += whose;
            shown += &text.slice(range);
        }
    }
    shown
}

#[test]
fn a_line_typed_above_one_that_begins_like_it_is_the_persons() {
    check(
        "
        . start();
        c let agent = 1;
        . end();
        ",
        "
        start();
        let mine = 3;
        let agent = 1;
        end();
        ",
        expect![[r#"
            . start();
            . let mine = 3;
            c let agent = 1;
            . end();
        "#]],
    );
}

#[test]
fn a_deleted_line_leaves_nothing_on_one_that_begins_like_it() {
    check(
        "
        . start();
        c let agent = 1;
        . let person = 2;
        ",
        "
        start();
        let person = 2;
        ",
        expect![[r#"
            . start();
            . let person = 2;
        "#]],
    );
}

#[test]
fn a_deleted_line_takes_nothing_from_one_that_ends_like_it() {
    check(
        "
        . limit = 10;
        c limit = 1;
        . end();
        ",
        "
        limit = 1;
        end();
        ",
        expect![[r#"
            c limit = 1;
            . end();
        "#]],
    );
}

#[test]
fn several_lines_at_several_places_keep_whose_they_are() {
    check(
        "
        . let one = first();
        c let two = second();
        . let three = third();
        c let four = fourth();
        . end();
        ",
        "
        let zero = nought();
        let two = second();
        let three = third();
        let half = third();
        let four = fourth();
        end();
        ",
        expect![[r#"
            . let zero = nought();
            c let two = second();
            . let three = third();
            . let half = third();
            c let four = fourth();
            . end();
        "#]],
    );
}

#[test]
fn the_last_line_may_have_no_end() {
    let mut document = marked(". start();\nc let agent = 1;");
    become_(&mut document, "start();\nlet agent = 1;\nlet mine = 1;");
    assert_eq!(
        shown(&document),
        ". start();\nc let agent = 1;\n. let mine = 1;"
    );
}

/// Lines of a program that begin and end alike, each another one.
fn line(number: usize) -> String {
    let word = ["alpha", "alpine", "beta", "bet"][number % 4];
    format!(
        "    let {word}{number} = {word}.call({});\n",
        number * 7 % 10
    )
}

proptest! {
    #![proptest_config(random(300))]

    /// A run of lines comes or goes: all others are whose they were.
    #[test]
    fn a_run_of_lines_that_comes_or_goes_changes_no_other(
        whose in proptest::collection::vec(any::<bool>(), 2..12),
        from in 0..12usize,
        count in 1..4usize,
        comes in any::<bool>(),
    ) {
        let from = from % whose.len();
        let until = (from + count).min(whose.len());
        let is_in_run = |at: usize| (from..until).contains(&at);
        let told = |at: usize| if whose[at] { "c " } else { ". " }.to_owned() + &line(at);
        let all = 0..whose.len();
        let (old, new, wanted): (String, String, String) = if comes {
            (
                all.clone().filter(|at| !is_in_run(*at)).map(told).collect(),
                all.clone().map(line).collect(),
                all.map(|at| if is_in_run(at) { ". ".to_owned() + &line(at) } else { told(at) }).collect(),
            )
        } else {
            let rest = || all.clone().filter(|at| !is_in_run(*at));
            (all.clone().map(told).collect(), rest().map(line).collect(), rest().map(told).collect())
        };
        let mut document = marked(&old);
        become_(&mut document, &new);
        prop_assert_eq!(shown(&document), wanted);
    }

    /// One line goes and another comes elsewhere, told as one change: all others are whose they were.
    #[test]
    fn two_changes_told_as_one_change_no_other_line(
        whose in proptest::collection::vec(any::<bool>(), 4..12),
        goes in 0..12usize,
        comes in 0..12usize,
    ) {
        let goes = goes % whose.len();
        let comes = (goes + 2 + comes % (whose.len() - 3)) % whose.len();
        let told = |at: usize| if whose[at] { "c " } else { ". " }.to_owned() + &line(at);
        let lines = || 0..whose.len();
        let old: String = lines().filter(|at| *at != comes).map(told).collect();
        let new: String = lines().filter(|at| *at != goes).map(line).collect();
        let new_line = |at: usize| match at == comes {
            true => ". ".to_owned() + &line(at),
            false => told(at),
        };
        let wanted: String = lines().filter(|at| *at != goes).map(new_line).collect();
        let mut document = marked(&old);
        become_(&mut document, &new);
        prop_assert_eq!(shown(&document), wanted);
    }

    /// Whatever is told, the text that it leads to is the same.
    #[test]
    fn an_edit_of_whole_lines_leads_where_it_led(
        text in "[ab\n]{0,12}",
        from in 0..14u32,
        length in 0..8u32,
        insert in "[ab\n]{0,6}",
    ) {
        let text = Text::from(text.as_str());
        let edit = Edit { range: from..from + length, insert };
        let apply = |edit: Edit| {
            let mut after = text.clone();
            after.replace(text.clamp(edit.range), &edit.insert);
            after.to_string()
        };
        prop_assert_eq!(apply(edit.clone().of_whole_lines(&text)), apply(edit));
    }
}
