//! Attributes of paths.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::command::{nul_separated, run_on_index_with, run_with};
use super::{GitError, Version};
use crate::Place;

/// The value of an attribute at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// `name`
    Set,
    /// `-name`
    Unset,
    /// Nothing is said.
    Unspecified,
    /// `name=value`
    Value(String),
}

/// What an attribute ("linguist-generated") is at each of these paths, in
/// their order. Outside a repository: nothing is said.
pub fn attribute(place: &Place, paths: &[&str], name: &str) -> Result<Vec<Attribute>, GitError> {
    if place.git_dir.is_none() || paths.is_empty() {
        return Ok(vec![Attribute::Unspecified; paths.len()]);
    }
    complete(check(place, paths, &[name])?, paths)
}

/// The same by the attribute files that a state of all files has, whatever stands on the disk. Git before 2.40 cannot
/// tell it of a commit.
pub fn attribute_in(
    place: &Place,
    version: &Version,
    paths: &[&str],
    name: &str,
) -> Result<Vec<Attribute>, GitError> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let from = match version {
        Version::Commit(commit) => format!("--source={}", commit.as_str()),
        Version::Index => "--cached".to_owned(),
    };
    let arguments = ["check-attr", &from, "-z", "--stdin", name];
    let answer = run_on_index_with(place, &arguments, &nul_separated(paths.iter().copied()))?;
    complete(rows(&answer), paths)
}

fn complete(rows: Vec<(String, Attribute)>, paths: &[&str]) -> Result<Vec<Attribute>, GitError> {
    let values: Vec<Attribute> = rows.into_iter().map(|(_, value)| value).collect();
    let is_complete = values.len() == paths.len();
    is_complete
        .then_some(values)
        .ok_or_else(|| GitError::Answer("check-attr".to_owned()))
}

/// Whether any attribute file that git would read for these paths mentions an
/// attribute. Reads the few files itself, so that most need no git.
pub fn may_mention(place: &Place, paths: &[String], name: &str) -> bool {
    let mut folders: Vec<&Path> = paths
        .iter()
        .flat_map(|path| Path::new(path).ancestors().skip(1))
        .collect();
    folders.sort_unstable();
    folders.dedup();
    let own = folders
        .into_iter()
        .map(|folder| place.root.join(folder).join(".gitattributes"));
    let info = place
        .common_dir
        .iter()
        .map(|dir| dir.join("info/attributes"));
    let mentions = |file: PathBuf| fs::read_to_string(file).is_ok_and(|text| text.contains(name));
    own.chain(info).chain(global("attributes")).any(mentions)
}

/// Several attributes of one path, by their names.
pub(super) fn check(
    place: &Place,
    paths: &[&str],
    names: &[&str],
) -> Result<Vec<(String, Attribute)>, GitError> {
    let arguments = [&["check-attr", "-z", "--stdin"], names].concat();
    let answer = run_with(place, &arguments, &nul_separated(paths.iter().copied()))?;
    Ok(rows(&answer))
}

fn rows(answer: &[u8]) -> Vec<(String, Attribute)> {
    let answer = String::from_utf8_lossy(answer);
    // Not the usual split: a value may be empty.
    let words: Vec<&str> = answer.split('\0').collect();
    let rows = words
        .chunks_exact(3)
        .map(|row| (row[1].to_owned(), value(row[2])));
    rows.collect()
}

fn value(word: &str) -> Attribute {
    match word {
        "set" => Attribute::Set,
        "unset" => Attribute::Unset,
        "unspecified" => Attribute::Unspecified,
        other => Attribute::Value(other.to_owned()),
    }
}

/// What the attribute files of a repository say of what makes git store another
/// text than stands on the disk, line ends apart. Reads the few files itself, so
/// that most paths need no git, and each of them once.
#[derive(Debug)]
pub(super) struct Filters<'a> {
    place: &'a Place,
    /// A file that speaks for all folders does.
    everywhere: bool,
    folders: RefCell<HashMap<PathBuf, bool>>,
}

impl<'a> Filters<'a> {
    pub(super) fn of(place: &'a Place) -> Self {
        let common = |name| place.common_dir.iter().map(move |dir| dir.join(name));
        let everywhere = place.git_dir.is_some()
            && (common("info/attributes")
                .chain(global("attributes"))
                .any(|file| speaks_of_filters(&file))
                || may_set(place, &["attributesfile"]));
        Filters {
            place,
            everywhere,
            folders: RefCell::default(),
        }
    }

    /// Whether git may store another text for this path. May be wrongly true.
    pub(super) fn may_act(&self, path: &str) -> bool {
        let folders = Path::new(path).ancestors().skip(1);
        self.everywhere || folders.into_iter().any(|folder| self.speaks(folder))
    }

    fn speaks(&self, folder: &Path) -> bool {
        let mut folders = self.folders.borrow_mut();
        if let Some(known) = folders.get(folder) {
            return *known;
        }
        let file = self.place.root.join(folder).join(".gitattributes");
        let speaks = speaks_of_filters(&file);
        folders.insert(folder.to_owned(), speaks);
        speaks
    }
}

/// A file of the user and the system's twin of it.
fn global(name: &str) -> Vec<PathBuf> {
    use etcetera::BaseStrategy as _;
    let mut files = vec![PathBuf::from(format!("/etc/git{name}"))];
    if let Ok(base) = etcetera::choose_base_strategy() {
        files.push(base.config_dir().join("git").join(name));
        if name == "config" {
            files.push(base.home_dir().join(".gitconfig"));
        }
    }
    files
}

fn speaks_of_filters(file: &Path) -> bool {
    let Ok(text) = fs::read(file) else {
        return false;
    };
    let text = String::from_utf8_lossy(&text);
    let speaks = |word: &str| {
        let name = word
            .trim_start_matches(['-', '!'])
            .split('=')
            .next()
            .unwrap_or_default();
        matches!(name, "filter" | "ident" | "working-tree-encoding")
    };
    text.lines()
        .any(|line| line.split_whitespace().skip(1).any(speaks))
}

/// Whether the configuration speaks of one of these settings, given in lower
/// case. Files that it includes are not read.
pub(super) fn may_set(place: &Place, names: &[&str]) -> bool {
    let own = place.common_dir.iter().map(|dir| dir.join("config"));
    let speaks = |config: PathBuf| {
        let text = fs::read(config).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).to_ascii_lowercase();
        names.iter().any(|name| text.contains(name))
    };
    own.chain(global("config")).any(speaks)
}
