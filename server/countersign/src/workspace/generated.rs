//! Files that a tool writes: their regions are listed apart.

use std::collections::HashSet;

use countersign_ledger::git::{Attribute, Version};
use countersign_ledger::{Place, git};
use countersign_provenance::review::Authored;

/// Names of lock files that package tools write.
const LOCK_FILES: &[&str] = &[
    "Cargo.lock",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "deno.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "Pipfile.lock",
    "Gemfile.lock",
    "composer.lock",
    "go.sum",
    "mix.lock",
    "pubspec.lock",
    "Podfile.lock",
    "flake.lock",
    "packages.lock.json",
    "gradle.lockfile",
    "Package.resolved",
    "Cartfile.resolved",
    "pixi.lock",
    "conan.lock",
    "stack.yaml.lock",
    "cabal.project.freeze",
    ".terraform.lock.hcl",
];

/// What decides which files count is never taken for a tool's, whatever it says of itself.
const NEVER: &[&str] = &["countersign.toml", ".gitattributes"];

/// The attribute that calls a file generated.
const ATTRIBUTE: &str = "linguist-generated";

/// A line of this many bytes was not written by hand.
const MINIFIED_LINE: usize = 5_000;

/// Whether a file's name or text shows that a tool writes it.
pub(crate) fn by_name_or_text(path: &str, text: &str) -> Authored {
    let name = path.rsplit('/').next().unwrap_or(path);
    if NEVER.contains(&name) {
        return Authored::ByHand;
    }
    let minified =
        || name.contains(".min.") || text.lines().take(50).any(|l| l.len() > MINIFIED_LINE);
    if LOCK_FILES.contains(&name) || minified() {
        Authored::Generated
    } else {
        Authored::ByHand
    }
}

/// The paths that `.gitattributes` calls `linguist-generated`.
pub(crate) fn by_attribute(place: &Place, paths: &[String]) -> HashSet<String> {
    if place.git_dir.is_none() || !git::may_mention(place, paths, ATTRIBUTE) {
        return HashSet::new();
    }
    let asked: Vec<&str> = paths.iter().map(String::as_str).collect();
    called_generated(
        paths,
        git::attribute(place, &asked, ATTRIBUTE).unwrap_or_default(),
    )
}

/// The same by the `.gitattributes` of a commit or of the index.
pub(crate) fn by_attribute_in(
    place: &Place,
    version: &Version,
    paths: &[String],
) -> HashSet<String> {
    let asked: Vec<&str> = paths.iter().map(String::as_str).collect();
    let values = git::attribute_in(place, version, &asked, ATTRIBUTE);
    let values = values.unwrap_or_else(|error| {
        tracing::warn!(%error, "no attribute calls a file generated");
        Vec::new()
    });
    called_generated(paths, values)
}

fn called_generated(paths: &[String], values: Vec<Attribute>) -> HashSet<String> {
    let is_set = |value: &Attribute| match value {
        Attribute::Set => true,
        Attribute::Value(word) => word == "true",
        Attribute::Unset | Attribute::Unspecified => false,
    };
    let is_never = |path: &str| NEVER.contains(&path.rsplit('/').next().unwrap_or(path));
    let set = paths
        .iter()
        .zip(values)
        .filter(|(path, value)| is_set(value) && !is_never(path));
    set.map(|(path, _)| path.clone()).collect()
}
