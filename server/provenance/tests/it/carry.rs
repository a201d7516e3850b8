//! A changed text against the text before: layout, moves, rewrites.

use std::ops::Range;

use countersign_provenance::Text;
use countersign_provenance::carry::carry_ranges;
use expect_test::expect;

use crate::fixture::{check_assistant, check_carry};

#[test]
fn another_indentation_is_the_same_text() {
    check_carry(
        "
        fn pay() {
            total += tax;
        //  ^^^^^^^^^^^^^ claude
            done(total);
        }
        ",
        "
        impl Till {
        \tfn pay() {
        \t\ttotal += tax;
        \t\tdone(total);
        \t}
        }
        ",
        expect![[r#"
            3:3..3:16 unreviewed claude `total += tax;`
        "#]],
    );
}

#[test]
fn wrapping_and_a_formatters_comma_leave_a_region_whole() {
    check_carry(
        "
        fn pay() {
            let total = sum(first, second, third);
        //  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ claude
            done(total);
        }
        ",
        "
        fn pay() {
            let total = sum(
                first,
                second,
                third,
            );
            done(total);
        }
        ",
        expect![[r#"
            2:5..6:7 unreviewed claude `let total = sum( first, second, thir…`
        "#]],
    );
}

#[test]
fn joining_lines_leaves_a_region_whole() {
    check_carry(
        "
        let total = sum(
            first,
            second,
        );
        // ^4 claude
        done(total);
        ",
        "
        let total = sum(first, second);
        done(total);
        ",
        expect![[r#"
            1:1..1:32 unreviewed claude `let total = sum(first, second);`
        "#]],
    );
}

#[test]
fn other_quotes_leave_a_region_whole() {
    check_carry(
        "
        const names = {
            'one': 'first',
            'two': 'second',
        }
        // ^4 claude
        done()
        ",
        "
        const names = {
            \"one\": \"first\",
            \"two\": \"second\",
        };
        done();
        ",
        expect![[r#"
            1:1..4:2 unreviewed claude `const names = { "one": "first", "two…`
        "#]],
    );
}

#[test]
fn line_ends_change_nothing() {
    let lf = "
        one(first);
        two(second);
        three(third);
        // ^2 claude
        four(fourth);
    ";
    let text = "one(first);\ntwo(second);\nthree(third);\nfour(fourth);\n";
    let expected = expect![[r#"
        2:1..3:14 unreviewed claude `two(second); three(third);`
    "#]];
    check_carry(lf, &text.replace('\n', "\r\n"), expected);
    let expected = expect![[r#"
        1:13..1:39 unreviewed claude `two(second); three(third);`
    "#]];
    check_carry(lf, &text.replace('\n', "\r"), expected);
}

#[test]
fn a_byte_order_mark_is_nobodys() {
    let text = "
        use std::fmt;
        // ^1 claude
        use std::io;
    ";
    check_carry(
        text,
        "\u{feff}use std::fmt;\nuse std::io;\n",
        expect![[r#"
        1:2..1:15 unreviewed claude `use std::fmt;`
    "#]],
    );
    check_assistant(
        text,
        "\u{feff}use std::fmt;\nuse std::io;\n",
        expect![[r#"
        1:2..1:15 unreviewed claude `use std::fmt;`
    "#]],
    );
}

#[test]
fn a_block_moved_down_and_indented() {
    check_carry(
        "
        fn one() {
            first(alpha);
            second(beta);
        // ^2 claude
            third(gamma);
        }
        fn two() {
            fourth(delta);
        }
        ",
        "
        fn one() {
            third(gamma);
        }
        fn two() {
            fourth(delta);
            if epsilon {
                first(alpha);
                second(beta);
            }
        }
        ",
        expect![[r#"
            7:9..8:22 unreviewed claude `first(alpha); second(beta);`
        "#]],
    );
}

#[test]
fn a_block_moved_and_wrapped_anew() {
    check_carry(
        "
        start();
        let total = sum(first, second, third) + rest(first, second);
        // ^1 claude
        one();
        two();
        three();
        ",
        "
        start();
        one();
        two();
        three();
        let total = sum(
            first, second, third)
            + rest(first, second);
        ",
        expect![[r#"
            5:1..7:27 unreviewed claude `let total = sum( first, second, thir…`
        "#]],
    );
}

#[test]
fn two_functions_swapped() {
    check_carry(
        "
        fn one() {
            let x = 1;
            return x;
        }

        fn two() {
            let y = 2;
            return y;
        }
        // ^4 claude
        ",
        "
        fn two() {
            let y = 2;
            return y;
        }

        fn one() {
            let x = 1;
            return x;
        }
        ",
        expect![[r#"
            1:1..4:2 unreviewed claude `fn two() { let y = 2; return y; }`
        "#]],
    );
}

const HANDLER: &str = "
export async function NAME(req, res) {
  try {
    const body = await parse(req);
    if (!body.KEY) {
      return res.status(400).json({ error: 'KEY missing' });
    }
    const row = await db.NAME(body.KEY);
    return res.json(row);
  } catch (err) {
    next(err);
  }
}
";
const LIMIT: &str = "
def NAME(items, limit_KEY):
    total_KEY = 17
    for entry in items:
        if entry.weight > limit_KEY:
            raise ValueError('NAME exceeded at', entry)
        total_KEY += entry.weight
    return total_KEY
";
const METHOD: &str = "
    /// Returns an error where NAME cannot be read.
    pub fn NAME(&self) -> Result<Vec<Row>, Fault> {
        let mut rows = self.open(KEY)?;
        while let Some(row) = self.next()? {
            rows.push(row.of(KEY));
        }
        Ok(rows)
    }
";

#[test]
fn functions_of_one_shape_in_any_other_order_keep_their_lines() {
    let names = ["email", "customer", "order", "parcel"];
    for shape in [HANDLER, LIMIT, METHOD] {
        let all = names.map(|name| {
            shape
                .replace("NAME", &format!("of_{name}"))
                .replace("KEY", name)
        });
        let old = all.concat();
        for (order, own) in orders([0, 1, 2, 3])
            .iter()
            .flat_map(|order| [0, 1, 2, 3].map(|own| (order, own)))
        {
            let new: String = order.iter().map(|at| &*all[*at]).collect();
            let start = old.find(all[own].trim()).unwrap_or_default() as u32;
            let its = start..start + all[own].trim().len() as u32;
            let moved = carry_ranges(&Text::from(&*old), vec![its], &Text::from(&*new));
            let part = |range: &Range<u32>| &new[range.start as usize..range.end as usize];
            let moved: Vec<&str> = moved.iter().map(part).collect();
            assert_eq!(moved, [all[own].trim()], "{own} in {order:?}");
        }
    }
}

/// All orders of some things.
fn orders<const N: usize>(things: [usize; N]) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for thing in things {
        let with = |order: Vec<usize>| {
            (0..=order.len()).map(move |at| {
                let mut order = order.clone();
                order.insert(at, thing);
                order
            })
        };
        orders = orders.into_iter().flat_map(with).collect();
    }
    orders
}

#[test]
fn reordered_imports_stay_whose_they_were() {
    check_assistant(
        "
        import sys
        import os
        # ^1 claude
        from typing import Any
        import json
        ",
        "
        import json
        import os
        import sys
        from typing import Any
        ",
        expect![[r#"
            2:1..2:10 unreviewed claude `import os`
        "#]],
    );
    check_assistant(
        "
        use std::io;
        use std::fmt;
        // ^1 claude
        use crate::b;
        use crate::a;
        ",
        "
        use crate::a;
        use crate::b;
        use std::fmt;
        use std::io;
        ",
        expect![[r#"
            3:1..3:14 unreviewed claude `use std::fmt;`
        "#]],
    );
}

#[test]
fn an_assistants_change_to_confirmed_text_marks_only_its_new_tokens() {
    check_assistant(
        "
        fn pay() {
            total += tax;
        }
        // ^3 claude confirmed
        ",
        "
        fn pay() {
            total += tax * rate;
        }
        ",
        expect![[r#"
            1:1..2:17 confirmed claude `fn pay() { total += tax`
            2:18..2:24 unreviewed codex `* rate`
            2:24..3:2 confirmed claude `; }`
        "#]],
    );
}

#[test]
fn an_assistant_that_rewrites_a_function_does_not_own_the_neighbours() {
    check_assistant(
        "
        fn one() {
            first();
        }

        fn two(x: u8) -> u8 {
            let y = x + 1;
            y * 2
        }

        fn three() {
            third();
        }
        ",
        "
        fn one() {
            first();
        }

        fn two(values: &[u8]) -> Option<u8> {
            values.iter().copied().max()
        }

        fn three() {
            third();
        }
        ",
        expect![[r#"
            5:8..5:14 unreviewed codex (3 lines removed) `values`
            5:16..5:18 unreviewed codex `&[`
            5:20..5:21 unreviewed codex `]`
            5:26..5:33 unreviewed codex `Option<`
            5:35..6:33 unreviewed codex `> { values.iter().copied().max()`
        "#]],
    );
}

#[test]
fn a_person_who_rewrites_an_assistants_line_keeps_what_is_left_of_it() {
    check_carry(
        "
        let total = price * amount;
        // ^1 claude
        ",
        "
        let total = price.checked_mul(amount)?;
        ",
        expect![[r#"
            1:1..1:18 unreviewed claude `let total = price`
            1:31..1:37 unreviewed claude `amount`
            1:39..1:40 unreviewed claude `;`
        "#]],
    );
}

#[test]
fn a_copy_by_an_assistant_is_its_own_text() {
    check_assistant(
        "
        fn one() {
            first(alpha, beta);
            second(gamma, delta);
        }
        ",
        "
        fn one() {
            first(alpha, beta);
            second(gamma, delta);
        }

        fn two() {
            first(alpha, beta);
            second(gamma, delta);
        }
        ",
        expect![[r#"
            6:1..9:2 unreviewed codex `fn two() { first(alpha, beta); secon…`
        "#]],
    );
}

#[test]
fn a_mark_stays_beside_its_neighbours() {
    check_carry(
        "
        fn one() {
            first();
            second();
        //          ! claude
            third();
        }
        ",
        "
        fn one() {
            before();
            first();
            second();
            between();
            third();
        }
        ",
        expect![[r#"
            4:13 unreviewed claude (1 line removed)
        "#]],
    );
}

#[test]
fn a_mark_moves_outward_when_the_text_around_it_goes() {
    check_carry(
        "
        fn one() {
            first();
            second();
        //          ! claude
            third();
        }

        fn two() {}
        ",
        "
        fn two() {}
        ",
        expect![[r#"
            1:1 unreviewed claude (1 line removed)
        "#]],
    );
    check_carry(
        "
        fn zero() {}

        fn one() {
            second();
        //          ! claude
            third();
        }
        ",
        "
        fn zero() {}
        ",
        expect![[r#"
            1:13 unreviewed claude (1 line removed)
        "#]],
    );
}

#[test]
fn a_mark_goes_along_with_a_block_that_moves() {
    check_carry(
        "
        fn one() {
            let x = 1;
        //            ! claude
            return x;
        }

        fn two() {
            let y = 2;
            let z = 3;
            return y + z;
        }
        ",
        "
        fn two() {
            let y = 2;
            let z = 3;
            return y + z;
        }

        fn one() {
            let x = 1;
            return x;
        }
        ",
        expect![[r#"
            8:15 unreviewed claude (1 line removed)
        "#]],
    );
}

#[track_caller]
fn check_ranges(then: &str, range: &str, now: &str, stands: &[&str]) {
    let start = then.find(range).unwrap() as u32;
    let ranges = vec![start..start + range.len() as u32];
    let found = carry_ranges(&Text::from(then), ranges, &Text::from(now));
    let found: Vec<_> = found
        .into_iter()
        .map(|range| &now[range.start as usize..range.end as usize])
        .collect();
    assert_eq!(found, stands);
}

#[test]
fn a_range_is_found_again_without_what_came_into_it() {
    let then = "one();\ntwo(a, b);\nthree();\n";
    check_ranges(then, "two(a, b);\n", then, &["two(a, b);"]);
    let above = ["zero();\n", then].concat();
    check_ranges(then, "two(a, b);\n", &above, &["two(a, b);"]);
    let inside = "one();\ntwo(a, typed, b);\nthree();\n";
    check_ranges(then, "two(a, b);\n", inside, &["two(a,", "b);"]);
    let indented = "one();\n    two(\n        a,\n        b);\nthree();\n";
    check_ranges(
        then,
        "two(a, b);\n",
        indented,
        &["two(\n        a,\n        b);"],
    );
    check_ranges(then, "two(a, b);\n", "one();\nthree();\n", &[]);
}
