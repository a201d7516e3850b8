//! An undo is known by its result.

use expect_test::expect;

use crate::fixture::{Editor, Fixture, check_edit};

const PAY: &str = "
    fn pay() {
        if !ok { return; }
    //  ^^^^^^^^^^^^^^^^^^ claude
        total += tax;
    //  ^^^^^^^^^^^^^ copilot
    }
";

#[test]
fn undo_brings_a_region_back() {
    check_edit(
        PAY,
        |e| {
            e.delete("!");
            e.delete("    total += tax;\n");
            e.undo();
            e.undo();
        },
        expect![[r#"
            2:5..2:23 unreviewed claude `if !ok { return; }`
            3:5..3:18 unreviewed copilot `total += tax;`
        "#]],
    );
}

#[test]
fn redo_takes_it_away_again() {
    check_edit(
        PAY,
        |e| {
            e.delete("if !ok { return; }");
            e.undo();
            e.redo();
        },
        expect![[r#"
            3:5..3:18 unreviewed copilot `total += tax;`
        "#]],
    );
}

#[test]
fn every_key_undone() {
    check_edit(
        PAY,
        |e| {
            e.backspace("return");
            (0..6).for_each(|_| e.undo());
        },
        expect![[r#"
            2:5..2:23 unreviewed claude `if !ok { return; }`
            3:5..3:18 unreviewed copilot `total += tax;`
        "#]],
    );
}

#[test]
fn several_edits_undone_by_one() {
    check_edit(
        PAY,
        |e| {
            e.delete("!");
            e.delete("tax");
            // Some editors merge changes into one from the first to the last.
            e.replace(
                "ok { return; }\n    total += ",
                "!ok { return; }\n    total += tax",
            );
        },
        expect![[r#"
            2:5..2:23 unreviewed claude `if !ok { return; }`
            3:5..3:18 unreviewed copilot `total += tax;`
        "#]],
    );
}

#[test]
fn several_edits_undone_in_the_wrong_order() {
    check_edit(
        PAY,
        |e| {
            e.at_once(|e| {
                e.delete("tax");
                e.delete("!");
            });
            e.at_once(|e| {
                e.type_after("total += ", "tax");
                e.type_before("ok", "!");
            });
        },
        expect![[r#"
            2:5..2:23 unreviewed claude `if !ok { return; }`
            3:5..3:18 unreviewed copilot `total += tax;`
        "#]],
    );
}

#[test]
fn such_an_undo_can_be_redone() {
    let fixture = Fixture::parse(PAY);
    let mut editor = Editor::open(&fixture);
    editor.replace("ok", "fine");
    editor.at_once(|e| {
        e.delete("tax");
        e.delete("!");
    });
    let after = editor.document.regions().clone();
    editor.at_once(|e| {
        e.type_after("total += ", "tax");
        e.type_before("fine", "!");
    });
    editor.at_once(|e| {
        e.delete("!");
        e.delete("tax");
    });
    assert_eq!(editor.document.regions(), &after);
}

#[test]
fn an_undo_by_the_whole_text() {
    check_edit(
        PAY,
        |e| {
            let before = e.text();
            e.set_text(|text| text.replace("!ok", "ok").replace("tax", "rate"));
            e.set_text(|_| before);
        },
        expect![[r#"
            2:5..2:23 unreviewed claude `if !ok { return; }`
            3:5..3:18 unreviewed copilot `total += tax;`
        "#]],
    );
}

#[test]
fn a_mark_is_back_in_its_place() {
    check_edit(
        "
        fn one() {
            first();
        //         ! claude
            second();
        }
        ",
        |e| {
            e.delete("first();\n    second();");
            e.undo();
        },
        expect![[r#"
            2:12 unreviewed claude (1 line removed)
        "#]],
    );
}

#[test]
fn a_mark_at_the_end_of_what_went_is_back_in_its_place() {
    check_edit(
        "
        fn one() {
            first();
        //         ! claude
            second();
        }
        ",
        |e| {
            e.delete("first();");
            e.undo();
        },
        expect![[r#"
            2:12 unreviewed claude (1 line removed)
        "#]],
    );
}

#[test]
fn a_replacement_undone() {
    check_edit(
        PAY,
        |e| {
            e.replace("if !ok { return; }", "assert!(ok);");
            e.undo();
        },
        expect![[r#"
            2:5..2:23 unreviewed claude `if !ok { return; }`
            3:5..3:18 unreviewed copilot `total += tax;`
        "#]],
    );
}

#[test]
fn what_was_typed_is_typed_again_after_redo() {
    check_edit(
        PAY,
        |e| {
            e.type_after("total", "_sum");
            e.undo();
            e.redo();
        },
        expect![[r#"
            2:5..2:23 unreviewed claude `if !ok { return; }`
            3:5..3:10 unreviewed copilot `total`
            3:15..3:22 unreviewed copilot `+= tax;`
        "#]],
    );
}

#[test]
fn typed_text_is_what_a_person_typed_and_no_assistants() {
    let fixture = Fixture::parse(PAY);
    let mut editor = Editor::open(&fixture);
    editor.type_after("total", "_sum");
    editor.type_before("fn pay", "pub ");
    editor.delete("ok");
    editor.undo();
    let text = editor.text();
    let typed = editor.document.typed().iter();
    let typed: Vec<_> = typed
        .map(|range| &text[range.start as usize..range.end as usize])
        .collect();
    assert_eq!(typed, ["pub ", "_sum"]);
}
