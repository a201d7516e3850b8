//! What the program says of the end of a row, beside what is so.

use super::drawing::{Standing, Taken, key};
use super::story::Story;
use serde_json::Value;
use std::fmt;

/// A column of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Unreviewed,
    Confirmed,
    Removals,
    Persons,
}

/// All columns, as the README has them.
pub(super) const COLUMNS: [Column; 4] = [
    Column::Unreviewed,
    Column::Confirmed,
    Column::Removals,
    Column::Persons,
];

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Column::Unreviewed => "unreviewed stays",
            Column::Confirmed => "confirmed stays",
            Column::Removals => "removals stay",
            Column::Persons => "a person's stays",
        })
    }
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) column: Column,
    pub(super) says: String,
}

impl Story {
    /// Every line, by all commands that tell of it.
    #[track_caller]
    pub(super) fn judge(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let files: Vec<Judged> = self.files().iter().map(|path| self.file(path)).collect();
        for file in &files {
            faults.extend(file.faults("blame"));
        }
        faults.extend(self.status(&files));
        if self.is_clean() {
            faults.extend(self.gate(&files));
        }
        let all: String = files.iter().map(|file| file.text.as_str()).collect();
        let lost = self.lines.lost(&all);
        assert!(lost.is_empty(), "the row has lost lines: {lost:#?}");
        faults
    }

    fn file(&self, path: &str) -> Judged {
        let blame = self.repo.run(&["blame", path, "--json"]).ok().json();
        let text = self.repo.read(path);
        let expected = self.lines.standings(&text);
        let there = |line: &str| text.lines().any(|other| key(other) == line);
        let taken = self.lines.taken.iter().filter(|taken| there(&taken.behind));
        Judged {
            path: path.to_owned(),
            got: standings(&blame["regions"], expected.len()),
            got_taken: taken_in(&blame["regions"], &text),
            taken: taken.cloned().collect(),
            text,
            expected,
        }
    }

    fn status(&self, files: &[Judged]) -> Vec<Fault> {
        let status = self.repo.run(&["status", "--json"]).ok().json();
        let listed = status["files"].as_array().unwrap();
        let of = |path: &str| listed.iter().find(|file| file["path"] == path);
        let mut faults = Vec::new();
        for file in files {
            let got = of(&file.path).unwrap_or(&Value::Null);
            let mut counts = |column, name: &str, wanted: usize| {
                let got = got[name].as_u64().unwrap_or(0);
                let says = format!("status, {}: {wanted} {name}, not {got}", file.path);
                (got != wanted as u64).then(|| faults.push(Fault { column, says }));
            };
            let unreviewed = file.count(Standing::Unreviewed);
            counts(Column::Unreviewed, "unreviewed_lines", unreviewed);
            let confirmed = file.count(Standing::Confirmed);
            counts(Column::Confirmed, "confirmed_lines", confirmed);
            counts(Column::Removals, "removals", file.taken.len());
            counts(Column::Persons, "suspected_lines", 0);
        }
        let known = |path: &str| files.iter().any(|file| file.path == path);
        let others = listed
            .iter()
            .filter(|file| !known(file["path"].as_str().unwrap()));
        faults.extend(others.map(|file| Fault {
            column: Column::Removals,
            says: format!("status tells of {file}"),
        }));
        faults
    }

    /// The gate, which sees what is committed: the same lines, as long as all is.
    fn gate(&self, files: &[Judged]) -> Vec<Fault> {
        let check = self.repo.run(&["check", "--format", "json"]).json();
        let listed = check["files"].as_array().unwrap();
        let mut faults = Vec::new();
        for file in files {
            let regions = listed.iter().find(|it| it["path"] == file.path.as_str());
            let regions = regions.map_or(&Value::Null, |file| &file["regions"]);
            let unreviewed = |standing: &Option<Standing>| {
                standing.filter(|standing| *standing == Standing::Unreviewed)
            };
            let open = Judged {
                got: standings(regions, file.expected.len()),
                got_taken: taken_in(regions, &file.text),
                expected: file.expected.iter().map(unreviewed).collect(),
                ..file.clone()
            };
            faults.extend(open.faults("check"));
        }
        faults
    }
}

/// A file, as it is and as the program says.
#[derive(Debug, Clone)]
struct Judged {
    path: String,
    text: String,
    expected: Vec<Option<Standing>>,
    got: Vec<Vec<String>>,
    taken: Vec<Taken>,
    got_taken: Vec<Taken>,
}

impl Judged {
    fn count(&self, standing: Standing) -> usize {
        let lines = self.expected.iter().flatten();
        lines.filter(|line| **line == standing).count()
    }

    fn faults(&self, command: &str) -> Vec<Fault> {
        let lines = self.text.lines().zip(&self.expected).zip(&self.got);
        let mut faults = Vec::new();
        for (index, ((line, expected), got)) in lines.enumerate() {
            let (column, wanted) = match expected {
                Some(Standing::Unreviewed) => (Column::Unreviewed, "unreviewed"),
                Some(Standing::Confirmed) => (Column::Confirmed, "confirmed"),
                Some(Standing::Persons) => (Column::Persons, ""),
                None => continue,
            };
            if got.iter().any(|state| state != wanted) || got.is_empty() != wanted.is_empty() {
                let (got, place) = (got.join("+"), (&self.path, index + 1));
                let says = format!(
                    "{command}, {}:{}: [{wanted}], not [{got}]: {line}",
                    place.0, place.1
                );
                faults.push(Fault { column, says });
            }
        }
        let (mut taken, mut got) = (self.taken.clone(), self.got_taken.clone());
        taken.sort();
        got.sort();
        if taken != got {
            let says = format!("{command}, {}: {taken:?}, not {got:?}", self.path);
            faults.push(Fault {
                column: Column::Removals,
                says,
            });
        }
        faults
    }
}

/// The states of the regions on each line. A line's ink is unreviewed where any of it is.
fn standings(regions: &Value, lines: usize) -> Vec<Vec<String>> {
    let mut states: Vec<Vec<String>> = vec![Vec::new(); lines];
    for region in regions.as_array().into_iter().flatten() {
        if region["bytes"][0] == region["bytes"][1] {
            continue;
        }
        let state = region["state"].as_str().unwrap().to_owned();
        let (first, last) = (number(&region["first_line"]), number(&region["last_line"]));
        for line in first..=last {
            let states = &mut states[line as usize - 1];
            if !states.contains(&state) {
                states.push(state.clone());
            }
        }
    }
    let worst = |states: &mut Vec<String>| {
        if states.iter().any(|state| state == "unreviewed") {
            states.retain(|state| state == "unreviewed");
        }
    };
    states.iter_mut().for_each(worst);
    states
}

/// The open removals with nothing in their place.
fn taken_in(regions: &Value, text: &str) -> Vec<Taken> {
    let all = regions.as_array().into_iter().flatten();
    let removals = all.filter(|region| region["bytes"][0] == region["bytes"][1]);
    let taken = |region: &Value| {
        let line = text.lines().nth(number(&region["first_line"]) as usize - 1);
        Taken {
            behind: key(line.unwrap_or("")),
            lines: number(&region["removed_lines"]),
        }
    };
    let open = removals.filter(|region| region["state"] == "unreviewed");
    open.map(taken).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}
