//! The README shows this matrix and no other.

use super::judge::COLUMNS;
use super::{editing, history, layout, moving, places, sharing};

/// The lines of the README's table, each cut into its cells.
fn table() -> Vec<Vec<String>> {
    let readme = include_str!("../../../README.md");
    let lines = readme.lines().map(str::trim);
    let table = lines
        .skip_while(|line| *line != "## What survives")
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'));
    let cells = |line: &str| -> Vec<String> {
        let line = line.trim_matches('|');
        line.split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    table.map(cells).collect()
}

#[test]
fn the_rows_of_the_readme_are_the_rows_of_the_tests() {
    let groups = [
        editing::ROWS,
        layout::ROWS,
        moving::ROWS,
        history::ROWS,
        places::ROWS,
        sharing::ROWS,
    ];
    let tests: Vec<&str> = groups.concat();
    let table = table();
    let rows: Vec<&str> = table.iter().skip(2).map(|cells| &*cells[0]).collect();
    assert_eq!(rows, tests);
}

#[test]
fn the_columns_of_the_readme_are_those_that_are_judged() {
    let head = &table()[0];
    let judged = COLUMNS.map(|column| column.to_string());
    assert_eq!(head[1..=judged.len()], judged);
    assert_eq!(head[judged.len() + 1], "formatted behind it");
}
