//! An undo is known by its result.

use std::collections::HashMap;

use countersign_provenance::Regions;
use expect_test::expect;
use proptest::prelude::*;

use crate::fixture::{Editor, Fixture, assert_sound, check_edit, random};

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

/// What a person does; places and lengths in thousandths of the text.
#[derive(Debug, Clone)]
enum Step {
    Edit(u32, u32, String),
    Act(Vec<(u32, u32, String)>),
    Undo,
    Redo,
    /// By the whole text, as editors do that know no changes.
    UndoWhole,
}

fn step() -> impl Strategy<Value = Step> {
    let blank = prop_oneof![Just(""), Just(" "), Just("\n    "), Just("+"), Just("z y")];
    let edit = (0..1000u32, 0..300u32, blank).prop_map(|(at, len, s)| (at, len, s.to_owned()));
    prop_oneof![
        4 => edit.clone().prop_map(|(at, len, insert)| Step::Edit(at, len, insert)),
        1 => proptest::collection::vec(edit, 1..4).prop_map(Step::Act),
        3 => Just(Step::Undo),
        1 => Just(Step::UndoWhole),
        2 => Just(Step::Redo),
    ]
}

/// A person who never writes the same twice.
struct Person {
    editor: Editor,
    words: u32,
    /// The texts before, for undoing as a whole.
    texts: Vec<String>,
}

impl Person {
    fn edit(&mut self, (at, len, insert): &(u32, u32, String)) {
        self.words += 1;
        let all = self.editor.document.text().len();
        let (start, end) = (all * at / 1000, all * (at + len).min(1000) / 1000);
        let range = self.editor.document.text().clamp(start..end);
        let words = self.words;
        let insert = if insert.is_empty() {
            String::new()
        } else {
            format!("{insert}w{words}")
        };
        self.editor.replace_bytes(range, &insert);
    }

    fn make(&mut self, step: &Step) {
        let before = self.editor.text();
        match step {
            Step::Edit(at, len, insert) => self.edit(&(*at, *len, insert.clone())),
            Step::Act(edits) => {
                self.editor.begin_act();
                edits.iter().for_each(|edit| self.edit(edit));
                self.editor.end_act();
            }
            Step::Undo if self.editor.can_undo() => return self.editor.undo(),
            Step::Redo if self.editor.can_redo() => return self.editor.redo(),
            Step::UndoWhole => {
                if let Some(text) = self.texts.pop() {
                    self.editor.set_text(|_| text);
                }
                return;
            }
            Step::Undo | Step::Redo => return,
        }
        self.texts.push(before);
    }
}

proptest! {
    #![proptest_config(random(300))]

    #[test]
    fn a_text_that_stood_before_has_its_regions_back(steps in proptest::collection::vec(step(), 1..30)) {
        let fixture = Fixture::parse(PAY);
        let editor = Editor::open(&fixture);
        let mut person = Person { editor, words: 0, texts: Vec::new() };
        let mut known: HashMap<String, Regions> = HashMap::new();
        for step in &steps {
            person.make(step);
            let (text, regions) = (person.editor.text(), person.editor.document.regions());
            assert_sound(&text, regions);
            let before = known.entry(text.clone()).or_insert_with(|| regions.clone());
            prop_assert_eq!(&*before, regions, "{}", text);
        }
    }
}
