//! What persons say of regions, in whatever order it is learned.

use countersign_provenance::review::{Authored, Knowledge, State};
use countersign_provenance::{
    Act, ActKind, Evidence, Fact, FactId, Level, Origin, Regions, Removal, Statement, Stretch, Text,
};
use expect_test::expect;
use proptest::prelude::*;

use crate::fixture::{Fixture, blob, fact, origin_fact, show, show_region};

const CLAUDE: FactId = FactId(1);
const COPILOT: FactId = FactId(2);

/// Three lines of claude's (7 bytes of ink each) around one of copilot's (4).
fn four_lines() -> (Text, Regions) {
    let fixture = Fixture::parse(
        "
        one(1);
        two(2);
        // ^2 claude
        x();
        // ^1 copilot
        four();
        // ^1 claude
        ",
    );
    (Text::from(fixture.text.as_str()), fixture.regions)
}

fn act(kind: ActKind, origin: FactId, ink: std::ops::Range<u32>) -> Statement {
    act_on(kind, vec![Stretch { origin, ink }], Vec::new())
}

fn act_on(kind: ActKind, stretches: Vec<Stretch>, removals: Vec<FactId>) -> Statement {
    Statement::Act(Act {
        kind,
        level: Level::Understood,
        note: None,
        answers: Vec::new(),
        blob: blob(),
        path: "file".into(),
        stretches,
        removals,
    })
}

fn better(
    origin: FactId,
    ink: std::ops::Range<u32>,
    source: &str,
    evidence: Evidence,
) -> Statement {
    let known = Origin {
        source: source.into(),
        model: None,
        session: None,
        evidence,
        at: 7,
    };
    Statement::Evidence {
        stretches: vec![Stretch { origin, ink }],
        origin: known,
    }
}

fn guessed(id: FactId) -> Fact {
    let mut guess = origin_fact(id, "unknown");
    if let Statement::Origin(origin) = &mut guess.statement {
        origin.evidence = Evidence::Suspected;
    }
    guess
}

fn numbered(statements: Vec<Statement>) -> Vec<Fact> {
    let ids = 10..;
    ids.zip(statements)
        .map(|(id, statement)| fact(FactId(id), statement))
        .collect()
}

fn shown(facts: &[Fact]) -> String {
    let (text, regions) = four_lines();
    let mut knowledge = Knowledge::default();
    knowledge.learn(&origin_fact(CLAUDE, "claude"));
    knowledge.learn(&origin_fact(COPILOT, "copilot"));
    facts.iter().for_each(|fact| knowledge.learn(fact));
    show(&knowledge, &text.to_string(), &regions)
}

#[test]
fn a_confirmation_of_a_part_cuts_a_region() {
    let acts = numbered(vec![act(ActKind::Confirm, CLAUDE, 7..14)]);
    expect![[r#"
        1:1..1:8 unreviewed claude `one(1);`
        2:1..2:8 confirmed claude `two(2);`
        3:1..3:5 unreviewed copilot `x();`
        4:1..4:8 unreviewed claude `four();`
    "#]]
    .assert_eq(&shown(&acts));
}

#[test]
fn a_confirmation_outranks_a_claim() {
    let acts = numbered(vec![
        act(ActKind::Claim, CLAUDE, 0..14),
        act(ActKind::Confirm, CLAUDE, 0..7),
    ]);
    expect![[r#"
        1:1..1:8 confirmed claude `one(1);`
        2:1..2:8 claimed claude `two(2);`
        3:1..3:5 unreviewed copilot `x();`
        4:1..4:8 unreviewed claude `four();`
    "#]]
    .assert_eq(&shown(&acts));
}

#[test]
fn an_undo_takes_an_act_back_and_can_be_taken_back() {
    let acts = vec![
        act(ActKind::Confirm, CLAUDE, 0..25),
        Statement::Undo(FactId(10)),
    ];
    expect![[r#"
        1:1..2:8 unreviewed claude `one(1); two(2);`
        3:1..3:5 unreviewed copilot `x();`
        4:1..4:8 unreviewed claude `four();`
    "#]]
    .assert_eq(&shown(&numbered(acts.clone())));
    let acts = [acts, vec![Statement::Undo(FactId(11))]].concat();
    expect![[r#"
        1:1..2:8 confirmed claude `one(1); two(2);`
        3:1..3:5 unreviewed copilot `x();`
        4:1..4:8 confirmed claude `four();`
    "#]]
    .assert_eq(&shown(&numbered(acts)));
}

#[test]
fn an_undo_may_be_learned_before_its_act() {
    let mut facts = numbered(vec![
        act(ActKind::Confirm, CLAUDE, 0..25),
        Statement::Undo(FactId(10)),
    ]);
    let in_order = shown(&facts);
    facts.reverse();
    assert_eq!(shown(&facts), in_order);
}

#[test]
fn undos_in_a_circle_end() {
    let circle = vec![
        act(ActKind::Confirm, CLAUDE, 0..25),
        Statement::Undo(FactId(12)),
        Statement::Undo(FactId(11)),
        Statement::Undo(FactId(13)),
    ];
    assert!(shown(&numbered(circle)).contains("confirmed"));
}

#[test]
fn stronger_evidence_replaces_weaker() {
    let facts = numbered(vec![
        better(CLAUDE, 0..14, "cursor", Evidence::Suspected),
        better(COPILOT, 14..18, "codex", Evidence::Reported),
    ]);
    expect![[r#"
        1:1..2:8 unreviewed claude `one(1); two(2);`
        3:1..3:5 unreviewed copilot `x();`
        4:1..4:8 unreviewed claude `four();`
    "#]]
    .assert_eq(&shown(&facts));
    let facts = [
        vec![guessed(CLAUDE)],
        numbered(vec![better(CLAUDE, 0..7, "claude", Evidence::Reported)]),
    ];
    expect![[r#"
        1:1..1:8 unreviewed claude `one(1);`
        2:1..2:8 suspected unknown `two(2);`
        3:1..3:5 unreviewed copilot `x();`
        4:1..4:8 suspected unknown `four();`
    "#]]
    .assert_eq(&shown(&facts.concat()));
}

#[test]
fn an_origin_that_did_not_arrive_is_unreviewed() {
    let (text, regions) = four_lines();
    let shown = show(&Knowledge::default(), &text.to_string(), &regions);
    expect![[r#"
        1:1..2:8 unreviewed unknown `one(1); two(2);`
        3:1..3:5 unreviewed unknown `x();`
        4:1..4:8 unreviewed unknown `four();`
    "#]]
    .assert_eq(&shown);
}

#[test]
fn borders_cut_regions_by_unit() {
    let fixture = Fixture::parse(
        "
        fn one() {}

        fn two() {}
        // ^3 claude
        ",
    );
    let text = Text::from(fixture.text.as_str());
    let borders = [0, 12, 13, 24];
    let shown = fixture
        .knowledge
        .review(&text, &fixture.regions, &borders, Authored::ByHand);
    let shown: String = shown
        .iter()
        .map(|region| show_region(&fixture.text, region))
        .collect();
    expect![[r#"
        1:1..1:12 unreviewed claude `fn one() {}`
        3:1..3:12 unreviewed claude `fn two() {}`
    "#]]
    .assert_eq(&shown);
}

#[test]
fn what_a_tool_writes_is_listed_apart() {
    let (text, mut regions) = four_lines();
    let mut knowledge = Knowledge::default();
    knowledge.learn(&origin_fact(CLAUDE, "claude"));
    let facts = numbered(vec![removal(CLAUDE), act(ActKind::Confirm, CLAUDE, 0..7)]);
    facts.iter().for_each(|fact| knowledge.learn(fact));
    regions.add_mark(countersign_provenance::Mark {
        at: 20,
        removal: FactId(10),
    });
    let shown = knowledge.review(&text, &regions, &[], Authored::Generated);
    let shown: String = shown
        .iter()
        .map(|r| show_region(&text.to_string(), r))
        .collect();
    expect![[r#"
        1:1..1:8 confirmed claude `one(1);`
        2:1..2:8 generated claude `two(2);`
        3:1..3:5 generated unknown `x();`
        4:1..4:8 generated claude (2 lines removed) `four();`
    "#]]
    .assert_eq(&shown);
}

#[test]
fn regions_that_different_acts_confirm_are_shown_apart() {
    let acts = numbered(vec![
        act(ActKind::Confirm, CLAUDE, 0..7),
        act(ActKind::Confirm, CLAUDE, 7..14),
    ]);
    expect![[r#"
        1:1..1:8 confirmed claude `one(1);`
        2:1..2:8 confirmed claude `two(2);`
        3:1..3:5 unreviewed copilot `x();`
        4:1..4:8 unreviewed claude `four();`
    "#]]
    .assert_eq(&shown(&acts));
}

fn removal(origin: FactId) -> Statement {
    Statement::Removal(Removal {
        origin,
        path: "file".into(),
        before: blob(),
        removed: vec![0..3],
        lines: 2,
        occurrences: 1,
        whole_file: false,
    })
}

fn removal_state(more: Vec<Statement>) -> Option<State> {
    let mut knowledge = Knowledge::default();
    knowledge.learn(&origin_fact(CLAUDE, "claude"));
    let facts = numbered([vec![removal(CLAUDE)], more].concat());
    facts.iter().for_each(|fact| knowledge.learn(fact));
    knowledge.removal_state(FactId(10))
}

#[test]
fn a_removal_ends_by_a_person_or_by_its_return() {
    let on_it = |kind| act_on(kind, Vec::new(), vec![FactId(10)]);
    assert_eq!(removal_state(vec![]), Some(State::Unreviewed));
    assert_eq!(
        removal_state(vec![on_it(ActKind::Confirm)]),
        Some(State::Confirmed)
    );
    assert_eq!(
        removal_state(vec![on_it(ActKind::Claim)]),
        Some(State::Claimed)
    );
    assert_eq!(removal_state(vec![on_it(ActKind::Reject)]), None);
    assert_eq!(removal_state(vec![Statement::Returned(FactId(10))]), None);
    let undone = vec![on_it(ActKind::Reject), Statement::Undo(FactId(11))];
    assert_eq!(removal_state(undone), Some(State::Unreviewed));
}

#[test]
fn a_guess_of_a_removal_is_shown_as_a_guess() {
    let mut knowledge = Knowledge::default();
    knowledge.learn(&guessed(CLAUDE));
    knowledge.learn(&fact(FactId(10), removal(CLAUDE)));
    assert_eq!(knowledge.removal_state(FactId(10)), Some(State::Suspected));
}

#[test]
fn an_open_removal_is_not_hidden_in_a_confirmed_region() {
    let (text, mut regions) = four_lines();
    let mut knowledge = Knowledge::default();
    knowledge.learn(&origin_fact(CLAUDE, "claude"));
    knowledge.learn(&origin_fact(COPILOT, "copilot"));
    knowledge.learn(&fact(FactId(10), removal(COPILOT)));
    regions.add_mark(countersign_provenance::Mark {
        at: 16,
        removal: FactId(10),
    });
    let text = text.to_string();
    expect![[r#"
        1:1..2:8 unreviewed claude `one(1); two(2);`
        3:1..3:5 unreviewed copilot (2 lines removed) `x();`
        4:1..4:8 unreviewed claude `four();`
    "#]]
    .assert_eq(&show(&knowledge, &text, &regions));
    knowledge.learn(&fact(FactId(11), act(ActKind::Claim, COPILOT, 0..100)));
    expect![[r#"
        1:1..2:8 unreviewed claude `one(1); two(2);`
        3:1 unreviewed copilot (2 lines removed)
        3:1..3:5 claimed copilot `x();`
        4:1..4:8 unreviewed claude `four();`
    "#]]
    .assert_eq(&show(&knowledge, &text, &regions));
    let both = Stretch {
        origin: COPILOT,
        ink: 0..100,
    };
    knowledge.learn(&fact(
        FactId(12),
        act_on(ActKind::Claim, vec![both], vec![FactId(10)]),
    ));
    expect![[r#"
        1:1..2:8 unreviewed claude `one(1); two(2);`
        3:1..3:5 claimed copilot (2 lines removed) `x();`
        4:1..4:8 unreviewed claude `four();`
    "#]]
    .assert_eq(&show(&knowledge, &text, &regions));
}

fn many_facts() -> Vec<Fact> {
    let mut facts = numbered(vec![
        act(ActKind::Confirm, CLAUDE, 0..7),
        act(ActKind::Claim, CLAUDE, 3..14),
        act(ActKind::Confirm, COPILOT, 0..30),
        Statement::Undo(FactId(10)),
        Statement::Undo(FactId(13)),
        Statement::Undo(FactId(12)),
        better(CLAUDE, 0..9, "cursor", Evidence::Observed),
        better(CLAUDE, 0..9, "windsurf", Evidence::Observed),
        better(COPILOT, 15..18, "codex", Evidence::Reported),
        removal(COPILOT),
        Statement::Returned(FactId(19)),
        act_on(ActKind::Reject, Vec::new(), vec![FactId(19)]),
        Statement::Undo(FactId(21)),
    ]);
    facts.push(guessed(CLAUDE));
    facts.push(origin_fact(COPILOT, "copilot"));
    facts
}

fn shown_with_mark(facts: &[Fact]) -> String {
    let (text, mut regions) = four_lines();
    regions.add_mark(countersign_provenance::Mark {
        at: 20,
        removal: FactId(19),
    });
    let mut knowledge = Knowledge::default();
    facts.iter().for_each(|fact| knowledge.learn(fact));
    let shown = knowledge.review(&text, &regions, &[], Authored::ByHand);
    let whole = |region| format!("{region:?}\n");
    shown.iter().map(whole).collect()
}

proptest! {
    #![proptest_config(crate::fixture::random(100))]

    #[test]
    fn the_order_of_facts_does_not_matter(
        shuffled in Just(many_facts()).prop_shuffle(), twice in 0..15usize,
    ) {
        let mut shuffled = shuffled;
        shuffled.push(shuffled[twice].clone());
        prop_assert_eq!(shown_with_mark(&shuffled), shown_with_mark(&many_facts()));
    }
}

/// The same origin as a person's word.
fn marked(id: FactId) -> Fact {
    let mut mark = origin_fact(id, "copilot");
    if let Statement::Origin(origin) = &mut mark.statement {
        origin.evidence = Evidence::Marked;
    }
    mark
}

#[test]
fn a_mark_that_is_taken_back_is_nobodys_but_for_what_is_known_better() {
    let (text, regions) = four_lines();
    let undo = fact(FactId(20), Statement::Undo(COPILOT));
    let report = fact(
        FactId(21),
        better(COPILOT, 14..15, "claude", Evidence::Reported),
    );
    let check = |facts: &[Fact], expected: expect_test::Expect| {
        let mut knowledge = Knowledge::default();
        knowledge.learn(&origin_fact(CLAUDE, "claude"));
        facts.iter().for_each(|fact| knowledge.learn(fact));
        let standing = knowledge.standing(&text, regions.clone());
        let shown = show(&knowledge, &text.to_string(), &regions);
        assert_eq!(shown, show(&knowledge, &text.to_string(), &standing));
        let mine = shown.lines().filter(|line| line.starts_with("3:"));
        expected.assert_eq(&mine.map(|line| format!("{line}\n")).collect::<String>());
    };
    check(&[undo.clone(), marked(COPILOT)], expect![[r#""#]]);
    check(
        &[marked(COPILOT), undo.clone(), report],
        expect![[r#"
        3:1..3:2 unreviewed claude `x`
    "#]],
    );
}

#[test]
fn what_a_program_reported_is_not_undone() {
    let undo = fact(FactId(20), Statement::Undo(COPILOT));
    assert_eq!(shown(&[undo]), shown(&[]));
}

#[test]
fn a_guess_is_a_guess_again_where_the_mark_on_it_is_taken_back() {
    let (text, regions) = four_lines();
    let mark = fact(
        FactId(21),
        better(COPILOT, 14..18, "cursor", Evidence::Marked),
    );
    let undo = fact(FactId(22), Statement::Undo(FactId(21)));
    let mut knowledge = Knowledge::default();
    for fact in [origin_fact(CLAUDE, "claude"), guessed(COPILOT), mark] {
        knowledge.learn(&fact);
    }
    let line = |knowledge: &Knowledge| {
        let shown = show(knowledge, &text.to_string(), &regions);
        shown.lines().nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(line(&knowledge), "3:1..3:5 unreviewed cursor `x();`");
    knowledge.learn(&undo);
    assert_eq!(line(&knowledge), "3:1..3:5 suspected unknown `x();`");
}
