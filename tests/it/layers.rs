//! The layers hold: who may import whom, and where the world may be touched.
//!
//! A failure names the file, what was found in it, and the rule.

mod source;

use source::{Source, sources};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Our crates, and which of our own each may import.
const CRATES: &[(&str, &[&str])] = &[
    ("provenance", &[]),
    ("syntax", &["provenance"]),
    ("ledger", &["provenance", "syntax"]),
    ("countersign", &["provenance", "syntax", "ledger"]),
];

/// What may be named in some files only. A file that begins with one of `allowed` is one of those.
struct Rule {
    /// The files that the rule is about, by the beginning of their path.
    within: &'static str,
    /// Paths as Rust writes them; each stands for all below it, too.
    forbidden: &'static [&'static str],
    /// The beginnings of the paths that may all the same.
    allowed: &'static [&'static str],
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        within: "server/provenance/src/",
        forbidden: &[
            "std::fs",
            "std::net",
            "std::process",
            "std::env",
            "std::os",
            "std::io",
        ],
        allowed: &[],
        why: "provenance is pure: it has no I/O",
    },
    Rule {
        within: "server/provenance/src/",
        forbidden: &["std::time", "std::thread", "tokio", "futures", "jiff"],
        allowed: &[],
        why: "provenance is pure: it has no clock, no threads and nothing asynchronous; pass `at` in",
    },
    Rule {
        within: "server/syntax/src/",
        forbidden: &[
            "std::fs",
            "std::net",
            "std::process",
            "std::env",
            "std::os",
            "std::thread",
            "tokio",
            "futures",
        ],
        allowed: &[],
        why: "syntax is pure: it has no I/O, no threads and nothing asynchronous",
    },
    Rule {
        within: "server/ledger/src/",
        forbidden: &["tokio", "futures"],
        allowed: &[],
        why: "the ledger is not asynchronous",
    },
    Rule {
        within: "server/",
        forbidden: &["rusqlite"],
        allowed: &["server/ledger/src/store.rs", "server/ledger/src/store/"],
        why: "only the ledger's store names the database",
    },
    Rule {
        within: "server/ledger/src/",
        forbidden: &["std::process::Command", "process::Command"],
        allowed: &["server/ledger/src/git", "server/ledger/src/notes"],
        why: "only the ledger's git and notes run git",
    },
    Rule {
        within: "server/countersign/src/",
        forbidden: &["std::process::Command", "process::Command"],
        allowed: &[
            "server/countersign/src/person",
            "server/countersign/src/tap",
            "server/countersign/src/cli/demo",
            "server/countersign/src/health/program.rs",
        ],
        why: "in the program only the person check, the proxy, the demo and the doctor, who asks another version of \
              this program what it is, run processes; git is asked by the ledger",
    },
    Rule {
        within: "server/",
        forbidden: &[
            "tower_lsp",
            "tower_lsp_server",
            "ls_types",
            "lsp_types",
            "tower",
        ],
        allowed: &[
            "server/countersign/src/lsp.rs",
            "server/countersign/src/lsp/",
        ],
        why: "only the program's lsp/ names the types of the protocol",
    },
    Rule {
        within: "server/countersign/src/workspace",
        forbidden: &["crate::lsp", "crate::cli"],
        allowed: &[],
        why: "the workspace speaks in the editor's words; lsp and cli import it, not the other way round",
    },
    Rule {
        within: "server/countersign/src/setup",
        forbidden: &["crate::lsp", "crate::cli", "crate::health"],
        allowed: &[],
        why: "setup works out and makes changes of settings; how they are shown and agreed to is the command line's",
    },
    Rule {
        within: "server/countersign/src/health",
        forbidden: &["crate::lsp", "crate::cli"],
        allowed: &[],
        why: "health says what is wrong; the command line shows it",
    },
    Rule {
        within: "server/countersign/src/agents",
        forbidden: &["crate::lsp", "crate::cli"],
        allowed: &[],
        why: "an agent's file turns a payload into a sighting, and knows no front end",
    },
    Rule {
        within: "server/countersign/src/lsp",
        forbidden: &["crate::cli"],
        allowed: &[],
        why: "the language server does not use the command line",
    },
];

/// What may lie at the top: folders of ours, and what tools insist on finding there.
const TOP: &[&str] = &[
    ".ci",
    ".github",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "deny.toml",
    "editors",
    "rustfmt.toml",
    "server",
    "tests",
];

#[test]
fn each_file_imports_only_what_its_layer_may() {
    let mut faults = Vec::new();
    for source in sources(&root().join("server")) {
        let path = name(&source.path);
        for rule in RULES {
            faults.extend(broken(rule, &path, &source));
        }
    }
    none(&faults);
}

#[test]
fn each_crate_imports_only_the_crates_below_it() {
    let mut faults = Vec::new();
    for (name, below) in CRATES {
        for found in ours(&root().join("server").join(name)) {
            if found != *name && !below.contains(&found.as_str()) {
                faults.push(format!(
                    "server/{name} imports countersign-{found}: it may import {below:?} of our crates only"
                ));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_crate_has_its_layer() {
    let folders = fs::read_dir(root().join("server")).unwrap();
    let mut found: Vec<String> = folders
        .map(|folder| folder.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let mut known: Vec<&str> = CRATES.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    assert_eq!(
        found, known,
        "the crates in server/, and those that have a layer in this test"
    );
}

#[test]
fn the_top_folder_holds_only_what_tools_insist_on() {
    let mut faults = Vec::new();
    for entry in at_the_top() {
        if !TOP.contains(&entry.as_str()) {
            faults.push(format!(
                "{entry} lies at the top of the repository: only what tools insist on finding there may, the rest \
                 belongs into server/, editors/ or tests/"
            ));
        }
    }
    none(&faults);
}

/// What a rule has against a file.
fn broken(rule: &Rule, path: &str, source: &Source) -> Vec<String> {
    let about =
        path.starts_with(rule.within) && !rule.allowed.iter().any(|it| path.starts_with(it));
    let forbidden = rule.forbidden.iter().filter(|_| about);
    forbidden
        .filter_map(|it| source.line_naming(it).map(|line| (it, line)))
        .map(|(it, line)| format!("{path}:{line} names `{it}`: {}", rule.why))
        .collect()
}

/// Our own crates that a crate depends on or names, without our prefix.
fn ours(folder: &Path) -> Vec<String> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let declared = manifest
        .lines()
        .skip_while(|line| !line.contains("dependencies]"))
        .filter_map(|line| line.trim().strip_prefix("countersign-"))
        .map(|line| line.split(['.', ' ', '=']).next().unwrap_or("").to_owned());
    let named = CRATES.iter().map(|(name, _)| *name).filter(|name| {
        let import = format!("countersign_{name}");
        sources(&folder.join("src"))
            .iter()
            .any(|source| source.line_naming(&import).is_some())
    });
    let mut all: Vec<String> = declared.chain(named.map(str::to_owned)).collect();
    all.sort();
    all.dedup();
    all
}

/// What git keeps at the top, or would; without git, what is there.
fn at_the_top() -> Vec<String> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output();
    let mut top: Vec<String> = match listed {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(|path| path.split('/').next().unwrap_or(path).to_owned())
            .collect(),
        _ => fs::read_dir(root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name != "target" && name != ".git")
            .collect(),
    };
    top.sort();
    top.dedup();
    top
}

/// The top of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// A file's path from the top, with slashes.
fn name(path: &Path) -> String {
    let root = root();
    path.strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}
