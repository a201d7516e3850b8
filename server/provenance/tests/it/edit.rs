//! Edits at an editor: whose is what stands afterwards.

use expect_test::expect;

use crate::fixture::check_edit;

const PAY: &str = "
    fn pay() {
        total += tax;
    //  ^^^^^^^^^^^^^ claude
    }
";

#[test]
fn text_above_only_moves_a_region() {
    check_edit(
        PAY,
        |e| e.type_before("fn pay", "use std::fmt;\n"),
        expect![[r#"
            3:5..3:18 unreviewed claude `total += tax;`
        "#]],
    );
}

#[test]
fn text_typed_inside_a_region_splits_it() {
    check_edit(
        PAY,
        |e| e.type_after("total", "_sum"),
        expect![[r#"
        2:5..2:10 unreviewed claude `total`
        2:15..2:22 unreviewed claude `+= tax;`
    "#]],
    );
}

#[test]
fn text_typed_at_the_borders_is_not_part_of_it() {
    check_edit(
        PAY,
        |e| {
            e.type_before("total", "my.");
            e.type_after("tax;", " // why");
        },
        expect![[r#"
            2:8..2:21 unreviewed claude `total += tax;`
        "#]],
    );
}

#[test]
fn white_space_inside_changes_nothing() {
    check_edit(
        PAY,
        |e| {
            e.type_after("total", "\n\t\t");
            e.type_after("+=", "   ");
            e.replace("{\n    total", "{\ntotal");
        },
        expect![[r#"
            2:1..3:14 unreviewed claude `total += tax;`
        "#]],
    );
}

#[test]
fn white_space_and_then_text_splits_it_all_the_same() {
    check_edit(
        PAY,
        |e| {
            e.type_after("total", "\n");
            e.type_after("total\n", "next");
        },
        expect![[r#"
            2:5..2:10 unreviewed claude `total`
            3:6..3:13 unreviewed claude `+= tax;`
        "#]],
    );
}

#[test]
fn deletion_shrinks_a_region() {
    check_edit(
        PAY,
        |e| e.delete(" += tax"),
        expect![[r#"
        2:5..2:11 unreviewed claude `total;`
    "#]],
    );
    check_edit(
        PAY,
        |e| e.delete("pay() {\n    total"),
        expect![[r#"
        1:5..1:12 unreviewed claude `+= tax;`
    "#]],
    );
    check_edit(PAY, |e| e.delete("    total += tax;\n"), expect![]);
}

#[test]
fn a_region_typed_apart_is_whole_again_when_that_goes() {
    check_edit(
        PAY,
        |e| {
            e.type_after("total", "_sum");
            e.delete("_sum");
        },
        expect![[r#"
            2:5..2:18 unreviewed claude `total += tax;`
        "#]],
    );
}

#[test]
fn what_an_editor_replaces_without_need_keeps_its_region() {
    check_edit(
        PAY,
        |e| e.replace("total += tax;", "total -= tax;"),
        expect![[r#"
        2:5..2:10 unreviewed claude `total`
        2:12..2:18 unreviewed claude `= tax;`
    "#]],
    );
}

#[test]
fn several_cursors_ascending_or_descending() {
    let list = "
        a(one);
        b(two);
        c(three);
        // ^3 claude
    ";
    let expected = expect![[r#"
        1:1..1:3 unreviewed claude `a(`
        1:4..2:3 unreviewed claude `one); b(`
        2:4..3:3 unreviewed claude `two); c(`
        3:4..3:11 unreviewed claude `three);`
    "#]];
    check_edit(
        list,
        |e| {
            e.at_once(|e| {
                ["one", "two", "three"]
                    .iter()
                    .for_each(|x| e.type_before(x, "&"))
            })
        },
        expected,
    );
    let expected = expect![[r#"
        1:1..1:3 unreviewed claude `a(`
        1:4..2:3 unreviewed claude `one); b(`
        2:4..3:3 unreviewed claude `two); c(`
        3:4..3:11 unreviewed claude `three);`
    "#]];
    check_edit(
        list,
        |e| {
            e.at_once(|e| {
                ["three", "two", "one"]
                    .iter()
                    .for_each(|x| e.type_before(x, "&"))
            })
        },
        expected,
    );
}

#[test]
fn an_emptied_text_has_no_regions() {
    check_edit(PAY, |e| e.set_text(|_| String::new()), expect![]);
}

#[test]
fn characters_of_many_bytes() {
    check_edit(
        "
        let s = \"héé😀é\";
        //       ^^^^^ claude
        ",
        |e| {
            e.delete("😀");
            e.type_after("hé", "ö");
        },
        expect![[r#"
            1:10..1:12 unreviewed claude `hé`
            1:13..1:15 unreviewed claude `éé`
        "#]],
    );
}

#[test]
fn a_whole_text_with_few_changes() {
    check_edit(
        "
        use a;
        fn one() { first(); }
        fn two() { second(); third(); }
        // ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ claude
        fn three() { fourth(); }
        ",
        |e| {
            e.set_text(|text| {
                text.replace("use a;", "use b;").replace("second", "zweite") + "end\n"
            })
        },
        expect![[r#"
            3:4..3:11 unreviewed claude `two() {`
            3:18..3:32 unreviewed claude `(); third(); }`
        "#]],
    );
}
