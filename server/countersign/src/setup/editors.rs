//! The editors that are known, and what a person does to see marks in each.

use std::path::{Path, PathBuf};

use countersign_ledger::Place;

use super::program::NAME;
use super::{Machine, helix};

/// An editor that init looks for.
#[derive(Debug)]
pub(crate) struct Editor {
    /// As it is named on the command line.
    pub(crate) name: &'static str,
    /// As people call it.
    pub(crate) label: &'static str,
    /// Its programs, as the shell finds them.
    programs: &'static [&'static str],
    /// Where it keeps what a person has set.
    folder: Folder,
    /// How it comes to show marks.
    pub(crate) way: Way,
}

#[derive(Debug)]
enum Folder {
    Config(&'static str),
    Home(&'static str),
}

/// How an editor comes to show marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Lines that the person adds to a program of their own.
    Lua,
    /// Entries in `languages.toml`.
    Languages,
    /// An extension that the person installs; its folder lies in the editor's.
    Extension,
}

/// All editors that are known: one line each.
pub(crate) const EDITORS: &[Editor] = &[
    editor(
        "neovim",
        "Neovim",
        &["nvim"],
        Folder::Config("nvim"),
        Way::Lua,
    ),
    editor(
        "helix",
        "Helix",
        &["hx", "helix"],
        Folder::Config("helix"),
        Way::Languages,
    ),
    editor(
        "vscode",
        "VS Code",
        &["code"],
        Folder::Home(".vscode"),
        Way::Extension,
    ),
    editor(
        "vscodium",
        "VSCodium",
        &["codium"],
        Folder::Home(".vscode-oss"),
        Way::Extension,
    ),
    editor(
        "code-server",
        "code-server",
        &["code-server"],
        Folder::Home(".local/share/code-server"),
        Way::Extension,
    ),
    editor(
        "cursor",
        "Cursor",
        &["cursor"],
        Folder::Home(".cursor"),
        Way::Extension,
    ),
];

const fn editor(
    name: &'static str,
    label: &'static str,
    programs: &'static [&'static str],
    folder: Folder,
    way: Way,
) -> Editor {
    Editor {
        name,
        label,
        programs,
        folder,
        way,
    }
}

impl Editor {
    /// The folder of a person's settings, whether it is there or not.
    pub(crate) fn folder(&self, machine: &Machine) -> Option<PathBuf> {
        match self.folder {
            Folder::Config(name) => Some(machine.config.as_ref()?.join(name)),
            Folder::Home(name) => Some(machine.home.as_ref()?.join(name)),
        }
    }

    /// By what it was found: "`nvim` on PATH".
    pub(crate) fn found(&self, machine: &Machine) -> Option<String> {
        found(self.programs, self.folder(machine).as_deref(), machine)
    }

    /// The program that the person calls.
    pub(crate) fn program(&self, machine: &Machine) -> &'static str {
        let there = |name: &&&'static str| machine.program(name).is_some();
        self.programs
            .iter()
            .find(there)
            .unwrap_or(&self.programs[0])
    }

    /// The lines of a person's settings that tell this editor of us, with a word on where they go. Helix has its own.
    pub(crate) fn by_hand(
        &self,
        program: &str,
        machine: &Machine,
    ) -> Option<(String, Vec<String>)> {
        match self.way {
            Way::Lua => {
                let file = self.folder(machine)?.join("init.lua");
                let lines = vec![
                    "vim.lsp.config(\"countersign\", {".into(),
                    format!("  cmd = {{ {}, \"lsp\" }},", lua_string(program)),
                    "  root_markers = { \".git\" },".into(),
                    "})".into(),
                    "vim.lsp.enable(\"countersign\")".into(),
                ];
                Some((
                    format!("add to {} (0.11 or newer)", machine.shown(&file)),
                    lines,
                ))
            }
            Way::Extension => {
                let install = format!(
                    "{} --install-extension countersign-*.vsix",
                    self.program(machine)
                );
                Some((
                    "install the extension, which `editors/vscode` of the sources makes".into(),
                    vec![install],
                ))
            }
            Way::Languages => None,
        }
    }

    /// Whether a repository's settings of this editor name us.
    pub(crate) fn is_set_up_in(&self, place: &Place) -> bool {
        self.way == Way::Languages && has_languages(&place.root.join(".helix"))
    }

    /// Whether a person's own settings of this editor name us.
    pub(crate) fn is_set_up(&self, machine: &Machine) -> bool {
        let Some(folder) = self.folder(machine) else {
            return false;
        };
        match self.way {
            Way::Lua => names_us(&folder, 4),
            Way::Languages => has_languages(&folder),
            Way::Extension => std::fs::read_dir(folder.join("extensions"))
                .into_iter()
                .flatten()
                .flatten()
                .any(|entry| entry.file_name().to_string_lossy().contains(NAME)),
        }
    }
}

/// By what a program was found: itself, or the folder of its settings.
pub(crate) fn found(programs: &[&str], folder: Option<&Path>, machine: &Machine) -> Option<String> {
    let program = programs.iter().find(|name| machine.program(name).is_some());
    let by_program = program.map(|name| format!("`{name}` on PATH"));
    by_program.or_else(|| {
        folder
            .filter(|folder| folder.is_dir())
            .map(|folder| machine.shown(folder))
    })
}

/// Whether Helix's file in a folder has our server.
fn has_languages(folder: &Path) -> bool {
    let text = std::fs::read_to_string(folder.join(helix::FILE));
    text.is_ok_and(|text| helix::is_set_up(&text))
}

/// Whether a program of Neovim names us outside its comments, so many folders deep.
fn names_us(folder: &Path, depth: u32) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            return depth > 1 && names_us(&path, depth - 1);
        }
        let comment = match path.extension().and_then(|ending| ending.to_str()) {
            Some("lua") => "--",
            Some("vim") => "\"",
            _ => return false,
        };
        let names = |line: &str| line.contains(NAME) && !line.trim_start().starts_with(comment);
        std::fs::read_to_string(&path).is_ok_and(|text| text.lines().any(names))
    })
}

fn lua_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
