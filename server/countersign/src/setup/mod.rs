//! What `init` writes into the settings of agents and editors, and takes out again.
//!
//! A [`plan`] is worked out first, by [`addition`] or [`removal`], and touches nothing: each file with its text
//! before and after. [`files`] then writes all of it or none. Settings belong to the people who write them: an entry
//! is put into the text or taken out of it, and every other byte stays. The [`record`] keeps what stood before.

pub(crate) mod addition;
pub(crate) mod diff;
pub(crate) mod editors;
mod error;
pub(crate) mod files;
pub(crate) mod git_hooks;
mod helix;
pub(crate) mod hooks;
pub(crate) mod machine;
pub(crate) mod plan;
pub(crate) mod program;
mod record;
pub(crate) mod removal;

pub(crate) use error::SetupError;
pub(crate) use machine::Machine;
pub(crate) use plan::Plan;

use std::path::{Path, PathBuf};

use countersign_ledger::Place;

use crate::agents::Settings;

/// Whose settings are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The repository's own, which everybody gets who clones it.
    Repository,
    /// Those of this work tree, which nobody else gets.
    Local,
    /// The person's, for all repositories.
    User,
}

impl Scope {
    /// Who owns a file of this scope, in words.
    pub(crate) fn owner(self) -> &'static str {
        match self {
            Scope::Repository => "the repository's: whoever clones it gets it",
            Scope::Local => "yours, for this work tree only",
            Scope::User => "yours, for all repositories",
        }
    }

    /// The file in which an agent reads its hooks; `None` where it has none of this scope.
    pub(crate) fn file(
        self,
        settings: &Settings,
        place: &Place,
        machine: &Machine,
    ) -> Option<PathBuf> {
        match self {
            Scope::Repository => Some(place.root.join(settings.shared)),
            Scope::Local => settings.local.map(|local| place.root.join(local)),
            Scope::User => machine
                .folder_of(settings)
                .map(|folder| folder.join(settings.user)),
        }
    }
}

/// A path as people read it best: relative to the work tree, else with `~` for the home folder.
pub(crate) fn shown(path: &Path, place: &Place, machine: &Machine) -> String {
    if place.git_dir.is_some()
        && let Ok(inside) = path.strip_prefix(&place.root)
    {
        return inside.display().to_string();
    }
    machine.shown(path)
}
