//! How well text is told apart and found again in real code: the sources of the crates that this project is built
//! of. A random fifth of the files is an assistant's, another fifth is new work of people.

use crate::Effort;
use crate::code::Dice;
use crate::repo::Repo;
use crate::table::{Goal, Table};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Files that are neither tables of numbers nor empty.
const LINES: std::ops::Range<usize> = 20..1500;

pub(crate) fn measure(effort: Effort, table: &mut Table) {
    let Some(sources) = sources() else {
        table.note("real sources", "none: this build has no registry of crates");
        return;
    };
    for seed in 1..=effort.runs(3, 1) {
        one(seed as u64, effort.runs(1500, 300), &sources, table);
    }
}

fn one(seed: u64, count: usize, sources: &[PathBuf], table: &mut Table) {
    let mut dice = Dice::new(seed);
    let files = some_files(sources, count, &mut dice);
    let fifth = files.len() / 5;
    let (assistants, rest) = files.split_at(fifth);
    let (people, old) = rest.split_at(fifth);
    let repo = Repo::new();
    let write =
        |files: &[(String, String)]| files.iter().for_each(|(path, text)| repo.write(path, text));
    write(old);
    repo.commit();
    repo.assistant_runs("write", || write(assistants));
    repo.commit();
    write(people);
    repo.commit();
    let begun = std::time::Instant::now();
    let before = unreviewed(&repo);
    table.times(
        format!(
            "status of {} real files, {} unknown",
            files.len(),
            people.len()
        ),
        vec![begun.elapsed()],
        Goal::None,
    );
    let marked = share(
        &before,
        assistants
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str())),
    );
    table.at_most(
        format!("  tree {seed}: an assistant's lines that are not marked"),
        100.0 - marked,
        "%",
        0.0,
    );
    let (copies, own) = copies_apart(people, assistants);
    let blamed = |files: &[(&str, &str)]| share(&before, files.iter().copied());
    table.at_most(
        format!("  tree {seed}: people's new lines that are blamed"),
        blamed(&own),
        "%",
        2.0,
    );
    table.note(
        format!(
            "  tree {seed}: in the {} that are copies of an assistant's file",
            copies.len()
        ),
        format!("{:.1} %", blamed(&copies)),
    );
    worst(&before, &own, table);
    let parts = split(&repo, assistants, &mut dice);
    let after = unreviewed(&repo);
    let found = share(
        &after,
        parts
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str())),
    );
    table.at_most(
        format!("  tree {seed}: lines lost where files are moved and split"),
        100.0 - found,
        "%",
        2.0,
    );
}

/// Files with their paths.
type Files<'a> = Vec<(&'a str, &'a str)>;

/// People's files of which half the lines or more stand in one of an assistant's, and the others: a person's copy
/// keeps what the text is, and is no work of their own.
fn copies_apart<'a>(
    people: &'a [(String, String)],
    assistants: &[(String, String)],
) -> (Files<'a>, Files<'a>) {
    fn lines(text: &str) -> HashSet<&str> {
        let lines = text.lines().map(str::trim);
        lines.filter(|line| line.len() > 12).collect()
    }
    let assistants: Vec<HashSet<&str>> = assistants.iter().map(|(_, text)| lines(text)).collect();
    let is_copy = |(_, text): &(&str, &str)| {
        let own = lines(text);
        let mut shared = assistants.iter().map(|its| its.intersection(&own).count());
        shared.any(|shared| 2 * shared >= own.len())
    };
    let people = people
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    people.partition(is_copy)
}

/// A person moves each file elsewhere, in two parts.
fn split(repo: &Repo, files: &[(String, String)], dice: &mut Dice) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    for (number, (path, text)) in files.iter().enumerate() {
        let lines: Vec<&str> = text.lines().collect();
        let cut = dice.below(lines.len());
        for (part, lines) in [&lines[..cut], &lines[cut..]].into_iter().enumerate() {
            let text: String = lines.iter().flat_map(|line| [*line, "\n"]).collect();
            parts.push((format!("moved/{part}/file_{number}.rs"), text));
        }
        fs::remove_file(repo.root().join(path)).unwrap();
    }
    parts.iter().for_each(|(path, text)| repo.write(path, text));
    repo.commit();
    parts
}

/// Unreviewed lines by file.
fn unreviewed(repo: &Repo) -> BTreeMap<String, u64> {
    let (_, status) = repo.run_json(&["status", "--json"]);
    let file = |file: &Value| {
        let path = file["path"].as_str().unwrap().to_owned();
        (path, file["unreviewed_lines"].as_u64().unwrap())
    };
    status["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(file)
        .collect()
}

/// How many of the lines of these files are unreviewed, in percent. Blank ones do not count.
fn share<'a>(
    unreviewed: &BTreeMap<String, u64>,
    files: impl Iterator<Item = (&'a str, &'a str)>,
) -> f64 {
    let (mut marked, mut all) = (0, 0);
    for (path, text) in files {
        marked += unreviewed.get(path).copied().unwrap_or(0);
        all += text.lines().filter(|line| !line.trim().is_empty()).count();
    }
    marked as f64 * 100.0 / all as f64
}

/// Who is blamed most.
fn worst(unreviewed: &BTreeMap<String, u64>, people: &[(&str, &str)], table: &mut Table) {
    let mut blamed: Vec<(u64, &str)> = people
        .iter()
        .filter_map(|(path, _)| Some((*unreviewed.get(*path)?, *path)))
        .filter(|(lines, _)| *lines > 0)
        .collect();
    blamed.sort_unstable_by(|a, b| b.cmp(a));
    for (lines, path) in blamed.iter().take(3) {
        table.note(format!("    {path}"), format!("{lines} lines"));
    }
}

/// The folders of crates, one version of each.
fn sources() -> Option<Vec<PathBuf>> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")))?;
    let mut crates: Vec<PathBuf> = Vec::new();
    for index in fs::read_dir(home.join("registry/src")).ok()?.flatten() {
        crates.extend(
            fs::read_dir(index.path())
                .ok()?
                .flatten()
                .map(|entry| entry.path()),
        );
    }
    crates.sort();
    let mut names = HashSet::new();
    let name = |folder: &Path| {
        let name = folder.file_name()?.to_str()?;
        // Bindings that are generated, of which many crates hold the same.
        let (name, _) = name.rsplit_once('-')?;
        (!name.starts_with("windows") && !name.starts_with("objc2")).then(|| name.to_owned())
    };
    crates.retain(|folder| name(folder).is_some_and(|name| names.insert(name)));
    (!crates.is_empty()).then_some(crates)
}

/// So many files of these crates, each with its path in the repository.
fn some_files(crates: &[PathBuf], count: usize, dice: &mut Dice) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for folder in crates {
        gather(&folder.join("src"), folder.parent().unwrap(), &mut all);
    }
    let mut files = Vec::new();
    while files.len() < count && !all.is_empty() {
        let (path, file) = all.swap_remove(dice.below(all.len()));
        let text = fs::read_to_string(&file).unwrap_or_default();
        if LINES.contains(&text.lines().count()) {
            files.push((path, text));
        }
    }
    files
}

fn gather(folder: &Path, top: &Path, files: &mut Vec<(String, PathBuf)>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            gather(&path, top, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path
                .strip_prefix(top)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            files.push((name, path));
        }
    }
}
