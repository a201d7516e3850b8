//! Who is measured.

use super::session::Trouble;
use crate::repo::program;
use std::path::PathBuf;
use std::process::Command;

/// The language of the text that a server is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// Python.
    Python,
    /// TOML.
    Toml,
    /// TypeScript.
    TypeScript,
}

/// How a server's diagnostics come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It sends them.
    Push,
    /// It is asked for them.
    Pull,
}

/// A language server.
#[derive(Debug)]
pub(crate) struct Peer {
    /// Its program, and what `fetch` calls it.
    pub(crate) name: &'static str,
    /// What makes a server of the program, on stdio.
    pub(crate) arguments: &'static [&'static str],
    /// The text it is given.
    pub(crate) language: Language,
    /// How its diagnostics come here. Where a server knows both ways, it is the one it takes with a client that does
    /// not ask.
    pub(crate) way: Way,
    /// What it does at a change, in a few words.
    pub(crate) work: &'static str,
}

/// Ours first.
pub(crate) const PEERS: &[Peer] = &[
    Peer {
        name: "countersign",
        arguments: &["lsp"],
        language: Language::Python,
        way: Way::Push,
        work: "carries marks and finds units",
    },
    Peer {
        name: "ruff",
        arguments: &["server"],
        language: Language::Python,
        way: Way::Push,
        work: "lints the file",
    },
    Peer {
        name: "typos-lsp",
        arguments: &[],
        language: Language::Python,
        way: Way::Push,
        work: "checks the spelling of the file",
    },
    Peer {
        name: "tombi",
        arguments: &["lsp", "--offline"],
        language: Language::Toml,
        way: Way::Push,
        work: "parses and lints the file",
    },
    Peer {
        name: "taplo",
        arguments: &["lsp", "stdio"],
        language: Language::Toml,
        way: Way::Push,
        work: "parses and validates the file",
    },
    Peer {
        name: "oxlint",
        arguments: &["--lsp"],
        language: Language::TypeScript,
        way: Way::Push,
        work: "lints the file",
    },
    Peer {
        name: "ty",
        arguments: &["server"],
        language: Language::Python,
        way: Way::Push,
        work: "checks types",
    },
    Peer {
        name: "pyrefly",
        arguments: &["lsp"],
        language: Language::Python,
        way: Way::Push,
        work: "checks types",
    },
    Peer {
        name: "basedpyright-langserver",
        arguments: &["--stdio"],
        language: Language::Python,
        way: Way::Push,
        work: "checks types",
    },
    Peer {
        name: "tsc",
        arguments: &["--lsp", "--stdio"],
        language: Language::TypeScript,
        way: Way::Pull,
        work: "checks types",
    },
    Peer {
        name: "typescript-language-server",
        arguments: &["--stdio"],
        language: Language::TypeScript,
        way: Way::Push,
        work: "checks types",
    },
];

impl Peer {
    /// Where its program is, after it was fetched if need be.
    pub(crate) fn fetch(&self) -> Result<PathBuf, Trouble> {
        if self.name == PEERS[0].name {
            return Ok(PathBuf::from(program()));
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/bench/peers/fetch");
        let output = Command::new(script)
            .arg(self.name)
            .output()
            .map_err(|error| Trouble::NotFetched(error.to_string()))?;
        if output.status.success() {
            Ok(PathBuf::from(
                String::from_utf8_lossy(&output.stdout).trim(),
            ))
        } else {
            let said = String::from_utf8_lossy(&output.stderr);
            let reason = said.trim().lines().last().unwrap_or("no reason was told");
            Err(Trouble::NotFetched(reason.to_owned()))
        }
    }
}
