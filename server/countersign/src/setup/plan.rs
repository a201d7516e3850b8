//! What becomes of files, and what people have to know: worked out in full before anything is touched.

use std::path::{Path, PathBuf};

use countersign_ledger::Place;

use super::editors::{EDITORS, Editor};
use super::files::{self, Change};
use super::hooks::Malformed;
use super::{Machine, Scope, SetupError, helix, shown};
use crate::agents::AGENTS;

/// All that becomes of files, and all that people have to know.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// What was found on this machine: "Claude Code (`claude` on PATH)".
    pub(crate) found: Vec<String>,
    /// Settings that change.
    pub(crate) steps: Vec<Step>,
    /// What is as it should be.
    pub(crate) standing: Vec<String>,
    /// What a person has to know.
    pub(crate) remarks: Vec<String>,
    /// What a person has to do: for whom, what, and the lines.
    pub(crate) by_hand: Vec<ByHand>,
    /// The record of what stood before.
    pub(super) record: Option<Change>,
}

/// A file that changes.
#[derive(Debug)]
pub(crate) struct Step {
    /// What happens, in words: "Claude Code calls `countersign hook claude-code`".
    pub(crate) what: String,
    /// Who owns the file, in words.
    pub(crate) owner: &'static str,
    /// The file as people read it.
    pub(crate) shown: String,
    /// The change.
    pub(crate) change: Change,
}

/// Something that only the person can do.
#[derive(Debug)]
pub(crate) struct ByHand {
    /// For whom: "Neovim".
    pub(crate) label: String,
    /// Where the lines go.
    pub(crate) what: String,
    /// To be added, or to be run.
    pub(crate) lines: Vec<String>,
}

impl Plan {
    /// Makes all changes, the record's among them, or none.
    pub(crate) fn apply(&self) -> Result<(), SetupError> {
        let steps = self.steps.iter().map(|step| &step.change);
        // First the record: without it a later removal would not know what stood before.
        let changes: Vec<Change> = self.record.iter().chain(steps).cloned().collect();
        files::apply(&changes)
    }
}

/// Whether git's hooks are set up as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GitHooks {
    Leave,
    SetUp,
}

/// The agents and editors that can be set up.
pub(crate) fn known() -> impl Iterator<Item = &'static str> {
    let agents = AGENTS.iter().map(|agent| agent.name);
    agents.chain(EDITORS.iter().map(|editor| editor.name))
}

/// Where, and for whom.
#[derive(Debug)]
pub(crate) struct Wish<'a> {
    pub(crate) place: &'a Place,
    pub(crate) machine: &'a Machine,
    pub(crate) scope: Scope,
    /// Agents and editors by names that are [`known`]; empty: those that are found.
    pub(crate) names: &'a [String],
    /// What becomes of git's hooks.
    pub(crate) git_hooks: GitHooks,
}

impl Wish<'_> {
    /// Whether there is something to set up.
    pub(super) fn check(&self) -> Result<(), SetupError> {
        if self.scope != Scope::User && self.place.git_dir.is_none() {
            return Err(SetupError::Outside(self.place.root.clone()));
        }
        Ok(())
    }

    /// A path as people read it.
    pub(super) fn shown(&self, path: &Path) -> String {
        shown(path, self.place, self.machine)
    }

    /// The folder that no link may lead out of.
    pub(super) fn within(&self) -> Option<&Path> {
        (self.scope != Scope::User).then_some(self.place.root.as_path())
    }

    /// Helix's file of this scope. It has none that are a person's and a work tree's.
    pub(super) fn helix(&self, editor: &Editor) -> Option<PathBuf> {
        match self.scope {
            Scope::User => Some(editor.folder(self.machine)?.join(helix::FILE)),
            Scope::Repository => Some(self.place.root.join(".helix").join(helix::FILE)),
            Scope::Local => None,
        }
    }
}

pub(super) fn malformed(path: &Path, why: Malformed) -> SetupError {
    SetupError::Malformed {
        path: path.to_owned(),
        why: why.to_string(),
    }
}
