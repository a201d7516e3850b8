//! The parts in this process, which explain the figures of the whole.

use crate::Effort;
use crate::code;
use crate::repo::{FILE, Repo};
use crate::table::{Goal, Table};
use countersign_provenance::carry::{Source, carry};
use countersign_provenance::document::{Document, Edit, Hand};
use countersign_provenance::{FactId, Regions, Span, Text};
use std::time::{Duration, Instant};

pub(crate) fn measure(effort: Effort, table: &mut Table) {
    for lines in [10_000, 50_000] {
        let text = code::file(lines, 1);
        let regions = regions(&text, 100);
        let carried = carries(&text, &regions, effort.runs(20, 2));
        table.times(
            format!("carry over one changed line: {lines} lines, 100 regions"),
            carried,
            Goal::None,
        );
        let many = self::regions(&text, 1_000);
        let times = scattered(&text, &many, effort.runs(20, 2));
        let mean = times.iter().sum::<Duration>() / times.len() as u32;
        table.times(
            format!("carry over {EDITS} scattered edits: {lines} lines, 1,000 regions"),
            times,
            Goal::None,
        );
        table.each_line(mean, blamed(&text), EDITS);
        let applied = keys(&text, regions, effort.runs(2_000, 20));
        table.times(
            format!("Document::apply of one key: {lines} lines, 100 regions"),
            applied,
            Goal::None,
        );
    }
}

/// A span a function, as if an assistant had written its loop's first line.
fn regions(text: &str, count: usize) -> Regions {
    let rope = Text::from(text);
    let lines = rope.line_count() as usize;
    let span = |number: usize| {
        let line =
            (number * lines / count / code::FUNCTION_LINES * code::FUNCTION_LINES + 3) as u32;
        let bytes = rope.trim(rope.line_start(line)..rope.line_start(line + 1));
        let ink = rope.ink(bytes.clone());
        Span {
            bytes,
            origin: FactId(number as u128 + 1),
            ink: 0..ink,
        }
    };
    let spans = (0..count)
        .map(span)
        .filter(|span| !span.bytes.is_empty())
        .collect();
    Regions::new(&rope, spans, Vec::new())
}

fn carries(text: &str, regions: &Regions, runs: usize) -> Vec<Duration> {
    let middle = text.len() / 2;
    let line = middle + text[middle..].find('\n').unwrap() + 1;
    let carry_once = |run| {
        let changed = format!("{}// Line {run}.\n{}", &text[..line], &text[line..]);
        let begun = Instant::now();
        let carried = carry(&[Source::new(text, regions)], &changed);
        let took = begun.elapsed();
        assert_eq!(carried.regions.spans.len(), regions.spans.len());
        took
    };
    (0..runs).map(carry_once).collect()
}

/// Lines that are changed at once.
const EDITS: usize = 100;

/// How long git needs to say who wrote which line of this text, once these edits are committed.
fn blamed(text: &str) -> Duration {
    let repo = Repo::new();
    repo.write(FILE, text);
    repo.commit();
    repo.write(FILE, &edited(text, 0));
    repo.commit();
    repo.git_blame(&[FILE.to_owned()])
}

/// A line is put behind each of so many lines all over the file.
fn edited(text: &str, run: usize) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let every = lines.len() / EDITS;
    let changed = |(number, line): (usize, &&str)| match number % every == run % every {
        true => format!("{line}// Line {number} was changed.\n"),
        false => (*line).to_owned(),
    };
    lines.iter().enumerate().map(changed).collect()
}

/// A hundred lines all over the file are changed at once.
fn scattered(text: &str, regions: &Regions, runs: usize) -> Vec<Duration> {
    let carry_once = |run: usize| {
        let changed = edited(text, run);
        let begun = Instant::now();
        let carried = carry(&[Source::new(text, regions)], &changed);
        let took = begun.elapsed();
        assert!(carried.regions.spans.len() >= regions.spans.len());
        took
    };
    (0..runs).map(carry_once).collect()
}

fn keys(text: &str, regions: Regions, runs: usize) -> Vec<Duration> {
    let mut document = Document::new(Text::from(text), regions);
    let mut dice = code::Dice::new(3);
    let mut at = 0;
    let mut key = |run: usize| {
        if run.is_multiple_of(8) {
            at = document
                .text()
                .line_start(dice.below(document.text().line_count() as usize) as u32);
        }
        let edit = Edit {
            range: at..at,
            insert: "x".to_owned(),
        };
        at += 1;
        let begun = Instant::now();
        document.apply(edit, Hand::Person, run as i32 + 2);
        begun.elapsed()
    };
    (0..runs).map(&mut key).collect()
}
