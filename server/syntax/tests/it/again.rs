//! The outline after a change is the one of a whole parse.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use countersign_syntax::{Outline, Unit, outline_after, outline_of};
use expect_test::expect;

use crate::check::{listed, never};
use crate::incremental::SOURCES;
use crate::invariants::{Dice, PIECES};

#[test]
fn what_stands_behind_a_change_moves() {
    let long = format!("fn long() {{\n{}}}\n", "    one();\n".repeat(20));
    let old = "use a;\n\nfn one() {}\n\nfn two() {}\n\nfn three() {}\n\nconst A: u8 = 1;\n\n";
    let old = &[old, &long].concat();
    let new = old.replace(
        "fn two() {}",
        "fn two() {\n    one();\n}\n\nfn and_a_half() {}",
    );
    let found = outline_after("a.rs", old, &whole("a.rs", old), &new).unwrap();
    expect![[r#"
        block 1-1 line 1
        function 3-3 one
        function 5-7 two
        function 9-9 and_a_half
        function 11-11 three
        block 13-13 line 13
        function 15-36 long
    "#]]
    .assert_eq(&listed(&new, &found.units));
    assert_eq!(found, whole("a.rs", &new));
}

#[test]
fn changes_far_apart_leave_what_is_between() {
    let old: String = (0..100)
        .map(|n| format!("fn f{n}() {{\n    {n}\n}}\n\n"))
        .collect();
    let new = old.replace("fn f7(", "fn seven(").replace("    93\n", "");
    let known = whole("a.rs", &old);
    let found = outline_after("a.rs", &old, &known, &new).unwrap();
    assert_eq!(found, whole("a.rs", &new));

    // What nobody parses again is believed.
    let mut wrong = known;
    wrong.units[50].name = "believed".to_owned();
    let found = outline_after("a.rs", &old, &wrong, &new).unwrap();
    assert_eq!(found.units[50].name, "believed");
}

#[test]
fn what_reaches_beyond_the_change_is_parsed_whole() {
    let old = "fn a() {}\n\nfn b() {}\n\nfn c() {}\n\nfn d() {}\n\nfn e() {}\n".repeat(4);
    let known = whole("a.rs", &old);
    for change in [
        "fn b() {",
        "fn b() {} /*",
        "fn b() {\"}",
        "fn b() {}}",
        "mod m {\nfn b() {}",
    ] {
        let new = old.replacen("fn b() {}", change, 1);
        assert_eq!(outline_after("a.rs", &old, &known, &new), None, "{change}");
    }
    let broken = old.replacen("fn a() {}", "fn a() {", 1);
    let known = whole("a.rs", &broken);
    assert_eq!(known.firsts, []);
    assert_eq!(outline_after("a.rs", &broken, &known, &old), None);
}

#[test]
fn an_outline_that_does_not_fit_is_not_used() {
    let text = "fn a() {}\n\nfn ä() {}\n\nfn c() {}\n\nfn d() {}\n";
    let known = whole("a.rs", text);
    assert!(outline_after("a.rs", text, &known, text).is_some());
    let misfits: [fn(&mut Outline); 6] = [
        |known| known.units[0].bytes = 0..0,
        |known| known.firsts = vec![1, 9],
        |known| known.firsts = vec![2, 1],
        |known| known.firsts = vec![0, 1],
        |known| known.units[1].bytes = 0..usize::MAX,
        |known| known.units[0].bytes.end = 15,
    ];
    for misfit in misfits {
        let mut known = known.clone();
        misfit(&mut known);
        assert_eq!(outline_after("a.rs", text, &known, text), None, "{known:?}");
    }
}

#[test]
fn after_any_change_of_real_files_it_is_that_of_a_whole_parse() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["server", "tests/it", "editors/vscode/src"] {
        sources(&root.join(folder), &mut files);
    }
    let is_long = |path: &PathBuf| fs::read_to_string(path).unwrap().lines().count() > 120;
    files.retain(is_long);
    assert!(files.len() > 100, "the sources of this project");
    files.sort();
    let tried: Tried = files.iter().step_by(2).map(|path| try_file(path, 2)).sum();
    assert!(tried.parsed_less * 5 > tried.changes, "{tried:?}");
}

#[test]
fn after_any_change_in_every_language_it_is_that_of_a_whole_parse() {
    for (path, text) in SOURCES {
        let tried: Tried = (0..60)
            .map(|seed| try_text(path, &text.repeat(8), seed))
            .sum();
        assert!(tried.parsed_less > 20, "{path}: {tried:?}");
    }
}

fn whole(path: &str, text: &str) -> Outline {
    outline_of(path, text, &mut never)
}

/// How many changes were made, and how often not all of the text was parsed.
#[derive(Debug, Default)]
struct Tried {
    changes: usize,
    parsed_less: usize,
}

impl std::iter::Sum for Tried {
    fn sum<I: Iterator<Item = Tried>>(all: I) -> Tried {
        all.fold(Tried::default(), |sum, one| Tried {
            changes: sum.changes + one.changes,
            parsed_less: sum.parsed_less + one.parsed_less,
        })
    }
}

fn try_file(path: &Path, seeds: u64) -> Tried {
    let text = fs::read_to_string(path).unwrap();
    let path = path.to_str().unwrap();
    (0..seeds).map(|seed| try_text(path, &text, seed)).sum()
}

/// Changes a text step after step; each outline comes from the one before.
fn try_text(path: &str, text: &str, seed: u64) -> Tried {
    let mut dice = Dice::new(seed);
    let mut tried = Tried::default();
    let (mut old, mut known) = (text.to_owned(), whole(path, text));
    for step in 0..6 {
        let mut new = old.clone();
        for _ in 0..=dice.below(2) {
            change(&mut new, &known.units, &mut dice);
        }
        let expected = whole(path, &new);
        tried.changes += 1;
        if let Some(found) = outline_after(path, &old, &known, &new) {
            tried.parsed_less += 1;
            assert!(
                found == expected,
                "{}",
                difference(path, (seed, step), &new, &found, &expected)
            );
        }
        // A text that is broken gives way to the one before.
        if !expected.firsts.is_empty() {
            (old, known) = (new, expected);
        }
    }
    tried
}

fn difference(
    path: &str,
    at: (u64, u32),
    text: &str,
    found: &Outline,
    expected: &Outline,
) -> String {
    let only = |these: &[Unit], others: &[Unit]| {
        let these = these.iter().filter(|unit| !others.contains(unit)).cloned();
        listed(text, &these.collect::<Vec<_>>())
    };
    format!(
        "{path}, seed and step {at:?}, found:\n{}whole:\n{}cuts {:?} and {:?}",
        only(&found.units, &expected.units),
        only(&expected.units, &found.units),
        found.firsts.len(),
        expected.firsts.len()
    )
}

/// What people and assistants do to a text: units or just some lines go, come twice, move, and get
/// something else.
fn change(text: &mut String, units: &[Unit], dice: &mut Dice) {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if lines.is_empty() {
        return;
    }
    let some = match dice.below(3) {
        0 => {
            let start = dice.below(lines.len());
            start..(start + 1 + dice.below(12)).min(lines.len())
        }
        _ => lines_of(&units[dice.below(units.len())], text, lines.len()),
    };
    match dice.below(6) {
        0 => drop(lines.drain(some)),
        1 => {
            let twice = lines[some.clone()].to_vec();
            lines.splice(some.end..some.end, twice);
        }
        2 => {
            let to = lines_of(&units[dice.below(units.len())], text, lines.len()).start;
            let moved: Vec<String> = lines.drain(some).collect();
            let to = to.min(lines.len());
            lines.splice(to..to, moved);
        }
        3 => lines.insert(some.start, "fn a() {}\n".to_owned()),
        4 => lines.insert(
            some.start,
            format!("{}\n", PIECES[dice.below(PIECES.len())]),
        ),
        _ => {
            let line = &mut lines[some.start];
            let place = line.floor_char_boundary(dice.below(line.len()));
            line.insert_str(place, PIECES[dice.below(PIECES.len())]);
        }
    }
    *text = lines.concat();
}

/// The lines of a unit of the text, or of one a little older.
fn lines_of(unit: &Unit, text: &str, count: usize) -> Range<usize> {
    let line = |byte: usize| {
        let before = &text.as_bytes()[..byte.min(text.len())];
        before.iter().filter(|&&byte| byte == b'\n').count()
    };
    let start = line(unit.bytes.start).min(count - 1);
    start..line(unit.bytes.end).clamp(start + 1, count)
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs" || it == "ts") {
            files.push(path);
        }
    }
}
