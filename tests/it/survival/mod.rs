//! The survival matrix: whatever happens to a text, who answers for each of its lines stays.
//!
//! A row is something that happens: a person edits, an assistant moves, git rebases. All rows begin with the files of
//! [`fixture`]; each is a test of its own, and fails with the columns that do not hold, exact to the line. Each is run
//! twice: once as it is, once with a formatter behind it that a person runs before anybody has looked.

mod drawing;
mod fixture;
mod judge;
mod story;

mod editing;
mod formatters;
mod history;
mod layout;
mod moving;
mod places;
mod random;
mod readme;
mod sharing;

use judge::Fault;
use story::{Story, has_rustfmt};

/// Declares rows: what happens, a function of this name, and what the README calls it. Each is a test of its own.
macro_rules! rows {
    ($($happens:ident: $row:literal,)*) => {
        /// What the README calls these rows.
        pub(super) const ROWS: &[&str] = &[$($row),*];
        mod row {
            $(
                #[test]
                fn $happens() {
                    $crate::survival::survives($row, super::$happens);
                }
            )*
        }
    };
}
use rows;

/// Lets a row happen, and compares every line.
#[track_caller]
fn survives(row: &str, happens: fn(&mut Story)) {
    let mut faults = told("as it is", as_it_is(happens));
    if has_rustfmt() {
        faults.extend(told("then formatted", then_formatted(happens)));
    } else {
        eprintln!("NOT RUN: {row}, then formatted (rustfmt is not installed)");
    }
    assert!(
        faults.is_empty(),
        "survival of: {row}\n{}",
        faults.join("\n")
    );
}

fn as_it_is(happens: fn(&mut Story)) -> Vec<Fault> {
    let mut story = Story::begin();
    happens(&mut story);
    let mut faults = story.judge();
    if !story.is_clean() {
        story.commit("All");
        faults.extend(story.judge());
    }
    faults
}

fn then_formatted(happens: fn(&mut Story)) -> Vec<Fault> {
    let mut story = Story::begin();
    happens(&mut story);
    story.format();
    story.commit("All");
    story.judge()
}

/// A line a fault, by columns.
fn told(when: &str, mut faults: Vec<Fault>) -> Vec<String> {
    faults.sort_by_key(|fault| fault.column);
    let line = |fault: Fault| format!("  {} ({when}): {}", fault.column, fault.says);
    faults.into_iter().map(line).collect()
}
