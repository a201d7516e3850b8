//! Other languages and their own formatters. `tests/formatters/run` fetches these and says where they are; a formatter
//! that nobody named is NOT RUN.

mod go;
mod python;
mod typescript;

use super::fixture::Fixture;
use super::judge::Column;
use super::story::Story;
use super::told;

/// Programs that format a file, one behind the other: the variable that names it, and its arguments.
type Formatters = &'static [(&'static str, &'static [&'static str])];

const BLACK: Formatters = &[
    ("COUNTERSIGN_ISORT", &["--quiet"]),
    ("COUNTERSIGN_BLACK", &["--quiet"]),
];
const PRETTIER: Formatters = &[("COUNTERSIGN_PRETTIER", &["--log-level", "warn", "--write"])];
const GOFMT: Formatters = &[("COUNTERSIGN_GOFMT", &["-w"])];

#[test]
fn black_and_isort() {
    survives(&python::PYTHON, BLACK);
}

#[test]
fn prettier() {
    survives(&typescript::TYPESCRIPT, PRETTIER);
}

#[test]
fn gofmt() {
    survives(&go::GO, GOFMT);
}

/// Its name, and what happens in it.
type Row = (&'static str, fn(&mut Story, Formatters));

/// What happens around the formatting.
const ROWS: &[Row] = &[
    ("formatted before commit", |story, with| {
        format(story, with);
    }),
    ("formatted after commit", |story, with| {
        story.commit("Work");
        format(story, with);
    }),
    ("CRLF, then formatted", |story, with| {
        rewrite(story, |text| text.replace('\n', "\r\n"));
        story.commit("Line ends");
        format(story, with);
    }),
    ("formatted, then CRLF", |story, with| {
        format(story, with);
        story.commit("Formatted");
        rewrite(story, |text| {
            text.replace("\r\n", "\n").replace('\n', "\r\n")
        });
    }),
    ("imports in another order, then formatted", |story, with| {
        rewrite(story, with_imports_reversed);
        story.commit("Imports");
        format(story, with);
    }),
    ("formatted while moved", |story, with| {
        let path = &story.files()[0];
        let insure = story.cut(path, "nsure(");
        let text = story.repo.read(path);
        let at = text.find("iscount(").unwrap();
        let at = text[..at].rfind("\n\n").unwrap() + 1;
        let text = format!("{}\n{insure}\n{}", &text[..at], &text[at + 1..]);
        story.repo.write(path, text);
        format(story, with);
    }),
];

fn survives(fixture: &Fixture, with: Formatters) {
    if let Some((missing, _)) = with
        .iter()
        .find(|(name, _)| std::env::var_os(name).is_none())
    {
        eprintln!("NOT RUN: {missing} names no program");
        return;
    }
    let mut faults = Vec::new();
    for (row, happens) in ROWS {
        let mut story = Story::of(fixture);
        let before = regions(&story);
        happens(&mut story, with);
        let mut found = story.judge();
        let after = regions(&story);
        if before != after {
            let says = format!("{before} regions have become {after}");
            let column = Column::Unreviewed;
            found.push(super::Fault { column, says });
        }
        story.commit("All");
        found.extend(story.judge());
        faults.extend(told(row, found));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn format(story: &Story, with: Formatters) {
    for (name, arguments) in with {
        let program = std::env::var(name).unwrap();
        let mut command = story.repo.command(&program);
        let files = story.files().into_iter().map(|path| story.repo.path(&path));
        let done = command.args(*arguments).args(files).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{program}: {said}");
    }
}

fn rewrite(story: &Story, new: impl Fn(&str) -> String) {
    for path in story.files() {
        let text = story.repo.read(&path);
        story.repo.write(&path, new(&text));
    }
}

/// The imports are the second paragraph, or the third where a package is named.
fn with_imports_reversed(text: &str) -> String {
    let is_import = |line: &&str| {
        line.starts_with("import ") && *line != "import (" || line.starts_with("\t\"")
    };
    let mut reversed = text.lines().filter(is_import).rev();
    let line = |line: &str| match is_import(&line) {
        true => format!("{}\n", reversed.next().unwrap()),
        false => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// How many regions there are: what a formatter sets inside one does not break it.
fn regions(story: &Story) -> usize {
    let count = |path: &String| {
        let blame = story.repo.run(&["blame", path, "--json"]).ok().json();
        blame["regions"].as_array().unwrap().len()
    };
    story.files().iter().map(count).sum()
}
