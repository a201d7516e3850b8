//! What an assistant takes away is a mark of its own, until it comes back.

use countersign_provenance::carry::{Source, carry};
use countersign_provenance::region::Regions;
use countersign_provenance::removal::{Tolerance, came_back, taken};
use expect_test::expect;

use crate::fixture::{Fixture, assistant_writes, check_assistant, show};

const CHECKED: &str = "
    fn pay(card: Card) {
        if !card.is_valid() {
            return;
        }
        charge(card);
    }
";

#[test]
fn a_check_deleted_in_the_middle() {
    check_assistant(
        CHECKED,
        "
        fn pay(card: Card) {
            charge(card);
        }
        ",
        expect![[r#"
            1:21 unreviewed codex (3 lines removed)
        "#]],
    );
}

#[test]
fn a_negation_deleted_from_a_condition() {
    check_assistant(
        CHECKED,
        "
        fn pay(card: Card) {
            if card.is_valid() {
                return;
            }
            charge(card);
        }
        ",
        expect![[r#"
            2:7 unreviewed codex (1 line removed)
        "#]],
    );
}

#[test]
fn a_whole_function_deleted() {
    check_assistant(
        "
        fn one() {
            first();
        }

        fn two() {
            second();
        }

        fn three() {
            third();
        }
        ",
        "
        fn one() {
            first();
        }

        fn three() {
            third();
        }
        ",
        expect![[r#"
            3:2 unreviewed codex (3 lines removed)
        "#]],
    );
}

#[test]
fn what_is_replaced_is_one_region_that_tells_it() {
    check_assistant(
        CHECKED,
        "
        fn pay(card: Card) {
            log(card);
            charge(card);
        }
        ",
        expect![[r#"
            2:5..2:9 unreviewed codex (3 lines removed) `log(`
            2:13..2:15 unreviewed codex `);`
        "#]],
    );
}

#[test]
fn a_changed_name_is_no_removal_of_its_own() {
    check_assistant(
        CHECKED,
        "
        fn pay(card: Card) {
            if !card.is_open() {
                return;
            }
            charge(card);
        }
        ",
        expect![[r#"
            2:14..2:21 unreviewed codex (1 line removed) `is_open`
        "#]],
    );
}

#[test]
fn a_file_emptied() {
    check_assistant(
        CHECKED,
        "",
        expect![[r#"
        1:1 unreviewed codex (6 lines removed)
    "#]],
    );
}

#[test]
fn what_is_unreviewed_may_go_again() {
    check_assistant(
        "
        first();
        second();
        // ^1 claude
        third();
        // ^1 copilot confirmed
        fourth();
        ",
        "
        first();
        fourth();
        ",
        expect![[r#"
            1:9 unreviewed codex (1 line removed)
        "#]],
    );
}

#[test]
fn a_move_takes_nothing_away() {
    check_assistant(
        "
        fn one() {
            first(alpha, beta);
        }

        fn two() {
            second(gamma, delta);
        }
        ",
        "
        fn two() {
            second(gamma, delta);
        }

        fn one() {
            first(alpha, beta);
        }
        ",
        expect![],
    );
}

#[test]
fn a_formatters_changes_take_nothing_away() {
    let mut fixture = Fixture::parse("\nf('a', (b), c,);\n");
    let regions = assistant_writes(&mut fixture, "f(\"a\", b, c)\n", Tolerance::Formatter);
    expect![].assert_eq(&show(&fixture.knowledge, "f(\"a\", b, c)\n", &regions));
}

#[test]
fn two_places_are_two_removals() {
    check_assistant(
        "
        check_one();
        first();
        second();
        check_two();
        third();
        ",
        "
        first();
        second();
        third();
        ",
        expect![[r#"
            1:1 unreviewed codex (1 line removed)
            2:10 unreviewed codex (1 line removed)
        "#]],
    );
}

/// Whether what an assistant took from `before` stands in `now` again.
fn is_back(before: &str, after: &str, now: &str) -> bool {
    let regions = Regions::default();
    let carried = carry(&[Source::new(before, &regions)], after);
    let taken = taken(before, &carried.gone, &[], Tolerance::Edit);
    assert_eq!(taken.len(), 1, "{taken:?}");
    came_back(before, &taken[0].removed, taken[0].occurrences, now)
}

#[test]
fn text_that_comes_back_ends_its_removal() {
    let before = "start();\nif !ok {\n    return;\n}\nend();\n";
    let after = "start();\nend();\n";
    assert!(!is_back(before, after, after));
    assert!(is_back(before, after, before));
    assert!(
        is_back(before, after, "other();\n\tif !ok { return; }\n"),
        "elsewhere, laid out anew"
    );
    assert!(!is_back(before, after, "if ok { return; }\n"));
}

#[test]
fn a_negation_that_comes_back_ends_its_removal() {
    let before = "if !ok { return; }\n";
    let after = "if ok { return; }\n";
    assert!(!is_back(before, after, after));
    assert!(is_back(before, after, "if !ok {\n    return;\n}\n"));
}

#[test]
fn a_twin_that_stood_all_along_is_no_return() {
    let before = "check(x);\na();\ncheck(x);\nb();\n";
    let after = "check(x);\na();\nb();\n";
    assert!(!is_back(before, after, after));
    assert!(!is_back(before, after, "check(x);\na();\nb();\nc();\n"));
    assert!(is_back(before, after, before));
}

#[test]
fn a_short_line_does_not_come_back_as_a_part_of_another() {
    let before = "let total = sum(a);\nlog(total);\ntotal\n";
    let after = "let total = sum(a);\nlog(total);\n";
    assert!(!is_back(before, after, after));
    assert!(!is_back(
        before,
        after,
        "let total = sum(a);\nlog(total);\nlog(total);\n"
    ));
    assert!(is_back(
        before,
        after,
        "let total = sum(a);\nlog(total);\n    total\n"
    ));
}
