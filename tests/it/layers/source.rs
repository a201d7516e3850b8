//! A source file as far as the layers go: which paths it names, outside comments, texts and tests.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file and the paths it names.
pub(super) struct Source {
    pub(super) path: PathBuf,
    /// The code alone: comments and tests are blank, lines are where they were.
    code: String,
    /// Every path that a `use` brings in, written out, and the line (from 1) where its `use` begins.
    imports: Vec<(String, usize)>,
}

/// All Rust files below a folder, except those of tests.
pub(super) fn sources(folder: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() && name != "tests" && name != "target" {
                folders.push(path);
            } else if name.ends_with(".rs") && name != "tests.rs" {
                found.push(Source::new(&fs::read_to_string(&path).unwrap(), path));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

impl Source {
    fn new(text: &str, path: PathBuf) -> Self {
        let code = code(text);
        let imports = imports(&code);
        Self {
            path,
            code,
            imports,
        }
    }

    /// The first line (from 1) that names this path or one below it.
    pub(super) fn line_naming(&self, path: &str) -> Option<usize> {
        let below = |it: &str| {
            it.strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        let imported = self
            .imports
            .iter()
            .find(|(it, _)| below(it))
            .map(|(_, line)| *line);
        imported.or_else(|| {
            self.code
                .lines()
                .position(|line| names(line, path))
                .map(|at| at + 1)
        })
    }
}

/// Does a line of code name the path, and not a longer word? A single word counts only as the start of a path.
fn names(line: &str, path: &str) -> bool {
    let word = |it: char| it.is_alphanumeric() || it == '_';
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + path.len()..];
        let whole = !after.starts_with(word)
            && !before.is_some_and(|it| word(it) || it == ':' || it == '.');
        whole && (path.contains("::") || after.starts_with("::"))
    })
}

/// The text without line comments, and without the module of tests at its end.
fn code(text: &str) -> String {
    let all: Vec<&str> = text.lines().collect();
    let tests = (0..all.len()).find(|at| begins_tests(&all[*at..]));
    let lines = all[..tests.unwrap_or(all.len())].iter().map(|line| {
        let comment = line.trim_start().starts_with("//");
        if comment {
            ""
        } else {
            line.split(" // ").next().unwrap_or("")
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Does a module stand here that is compiled for tests only? More attributes may lie between.
fn begins_tests(lines: &[&str]) -> bool {
    let for_tests = lines[0].starts_with("#[cfg(")
        && lines[0].contains("test")
        && !lines[0].contains("not(test");
    let module = lines
        .iter()
        .find(|line| line.starts_with(|it: char| it.is_alphabetic()));
    for_tests && module.is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
}

/// Every path that the `use` declarations bring in.
fn imports(code: &str) -> Vec<(String, usize)> {
    let mut imports = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let line_start = code[..at].rfind('\n').map_or(0, |end| end + 1);
        let statement = code[line_start..at].rsplit([';', '{', '}']).next();
        let before = statement.unwrap_or("").trim();
        if !(before.is_empty() || before.starts_with("pub")) {
            continue;
        }
        let Some(end) = code[at..].find(';') else {
            continue;
        };
        let line = code[..at].matches('\n').count() + 1;
        let tree: String = code[at + 4..at + end]
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        expand("", &tree, &mut |path| imports.push((path, line)));
    }
    imports
}

/// Writes out a tree such as `std::{fs, io::{self, Read}}`.
fn expand(prefix: &str, tree: &str, found: &mut dyn FnMut(String)) {
    let tree = tree.trim();
    match tree.split_once('{') {
        None => {
            let path = tree
                .split(" as ")
                .next()
                .unwrap_or(tree)
                .trim()
                .trim_start_matches("::");
            let whole = format!("{prefix}{path}");
            found(whole.trim_end_matches("::self").to_owned());
        }
        Some((start, rest)) => {
            let prefix = format!("{prefix}{}", start.trim());
            let inner = rest.trim_end().strip_suffix('}').unwrap_or(rest);
            for branch in branches(inner) {
                expand(&prefix, branch, found);
            }
        }
    }
}

/// The parts between the commas that stand in no braces.
fn branches(tree: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, character) in tree.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&tree[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tree[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[test]
fn paths_are_found_however_they_are_written() {
    let source = Source::new(
        "//! std::net is not named here.\n\
         use std::{\n    fs::{self, File},\n    io::Read as _,\n};\n\
         pub(crate) use rusqlite::Error;\n\
         fn f() { use std::os::{fd}; let _ = std::time::Instant::now(); } // std::env\n\
         fn g() { tokio::spawn(h()); my_tokio::x(); a.futures::<T>(); }\n\
         #[cfg(test)]\n#[allow(\n    dead_code\n)]\nmod tests {\n    use std::process::Command;\n}\n",
        PathBuf::new(),
    );
    for (path, line) in [
        ("std::fs", Some(2)),
        ("std::fs::File", Some(2)),
        ("std::io", Some(2)),
        ("std::io::Write", None),
        ("rusqlite", Some(6)),
        ("std::time", Some(7)),
        ("std::os::fd", Some(7)),
        ("tokio", Some(8)),
        ("futures", None),
        ("std::net", None),
        ("std::env", None),
        ("std::process", None),
        ("std::f", None),
    ] {
        assert_eq!(source.line_naming(path), line, "{path}");
    }
}
