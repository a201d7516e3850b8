//! What becomes known of a text after it was put in.

use countersign_provenance::carry::Source;
use countersign_provenance::document::Document;
use countersign_provenance::review::Knowledge;
use countersign_provenance::{FactId, Regions, Span, Text};
use expect_test::expect;

use crate::fixture::{Editor, Fixture, assert_sound, origin_fact, show};

const MIXED: &str = "
    one(1);
    two(2);
    //  ^ claude
    three(3);
    // ^1 copilot confirmed
    four(4);
";

fn shown(fixture: &Fixture, document: &Document) -> String {
    let mut knowledge: Knowledge = fixture.knowledge.clone();
    knowledge.learn(&origin_fact(FactId(3), "codex"));
    let text = document.text().to_string();
    assert_sound(&text, document.regions());
    show(&knowledge, &text, document.regions())
}

#[test]
fn only_nobodys_text_is_given_to_an_origin() {
    let fixture = Fixture::parse(MIXED);
    let mut document = Editor::open(&fixture).document;
    assert!(document.attribute(0..document.text().len(), FactId(3)));
    expect![[r#"
        1:1..2:5 unreviewed codex `one(1); two(`
        2:5..2:6 unreviewed claude `2`
        2:6..2:8 unreviewed codex `);`
        3:1..3:10 confirmed copilot `three(3);`
        4:1..4:9 unreviewed codex `four(4);`
    "#]]
    .assert_eq(&shown(&fixture, &document));
    assert!(
        !document.attribute(0..document.text().len(), FactId(3)),
        "nothing is left"
    );
}

#[test]
fn its_ink_is_counted_in_the_present_text() {
    let fixture = Fixture::parse(MIXED);
    let mut document = Editor::open(&fixture).document;
    document.attribute(0..document.text().len(), FactId(3));
    let text = document.text().clone();
    for Span { bytes, ink, .. } in document
        .regions()
        .spans
        .iter()
        .filter(|s| s.origin == FactId(3))
    {
        assert_eq!(text.ink(0..bytes.start)..text.ink(0..bytes.end), *ink);
    }
}

#[test]
fn white_space_is_nothing_to_give() {
    let mut document = Document::new(Text::from("a\n\n  b"), Regions::default());
    assert!(!document.attribute(1..5, FactId(3)));
    assert!(!document.attribute(4..4, FactId(3)));
    assert!(document.regions().is_empty());
}

#[test]
fn what_is_known_of_another_state_joins_what_is_known_here() {
    let fixture = Fixture::parse(MIXED);
    let now = "zero(0);\none(1);\n    two(2);\nthree(3);\nfour(four);\n";
    let text = Text::from(now);
    let first = Span {
        bytes: 0..8,
        origin: FactId(3),
        ink: 0..8,
    };
    let mut document = Document::new(text.clone(), Regions::new(&text, vec![first], Vec::new()));
    document.join(Source::new(&fixture.text, &fixture.regions));
    expect![[r#"
        1:1..1:9 unreviewed codex `zero(0);`
        3:9..3:10 unreviewed claude `2`
        4:1..4:10 confirmed copilot `three(3);`
    "#]]
    .assert_eq(&shown(&fixture, &document));
    let once = document.regions().clone();
    document.join(Source::new(&fixture.text, &fixture.regions));
    assert_eq!(document.regions(), &once, "told twice is told once");
}
