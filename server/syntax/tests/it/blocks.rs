//! Text without a grammar.

use countersign_syntax::{BLOCK_LINES, blocks};
use expect_test::expect;

use crate::check::{check, check_invariants, listed};

#[test]
fn a_short_text_is_one_block() {
    check(
        "Makefile",
        "\n\nall: build\n\nbuild:\n\tcc main.c\n\n",
        expect![[r#"
        block 3-6 lines 3-6
    "#]],
    );
    check(
        "README",
        "one",
        expect![[r#"
        block 1-1 line 1
    "#]],
    );
    check("README", "", expect![[""]]);
    check("README", " \n\t\r\n", expect![[""]]);
}

#[test]
fn a_long_text_is_cut_at_blank_lines() {
    let text = "head\n  body\n\n  more\n  more\n\n  more\n".repeat(20);
    check(
        "notes.txt",
        &text,
        expect![[r#"
        block 1-58 lines 1-58
        block 60-117 lines 60-117
        block 119-140 lines 119-140
    "#]],
    );
}

#[test]
fn a_cut_is_rather_above_an_unindented_line() {
    let text = format!(
        "{}\nnext:\n{}\n{}",
        "a:\n".repeat(30),
        "  b\n".repeat(10),
        "  c\n".repeat(40)
    );
    check(
        "ci.yaml",
        &text,
        expect![[r#"
        block 1-30 lines 1-30
        block 32-83 lines 32-83
    "#]],
    );
}

#[test]
fn without_blank_lines_a_block_is_full() {
    check(
        "data.csv",
        &"1,2,3\r\n".repeat(130),
        expect![[r#"
        block 1-60 lines 1-60
        block 61-120 lines 61-120
        block 121-130 lines 121-130
    "#]],
    );
}

#[test]
fn a_line_is_never_cut() {
    let text = format!("{}\nshort\n", "x".repeat(1 << 20));
    let units = blocks(&text);
    check_invariants(&text, &units);
    expect![[r#"
        block 1-2 lines 1-2
    "#]]
    .assert_eq(&listed(&text, &units));
}

#[test]
fn no_block_is_longer_than_it_may_be() {
    let text = (0..1000)
        .map(|n| if n % 67 == 0 { "\n" } else { "x\n" })
        .collect::<String>();
    let units = blocks(&text);
    check_invariants(&text, &units);
    assert!(
        units
            .iter()
            .all(|unit| text[unit.bytes.clone()].lines().count() <= BLOCK_LINES)
    );
}
