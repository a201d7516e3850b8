//! What is installed on this machine, and where its settings lie.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::agents::Settings;

/// The folders in which programs and settings are looked for.
#[derive(Debug)]
pub(crate) struct Machine {
    /// The person's home folder.
    pub(crate) home: Option<PathBuf>,
    /// Where programs keep settings: `~/.config`.
    pub(crate) config: Option<PathBuf>,
    /// Where we keep what belongs to no repository: `~/.local/state/countersign`.
    pub(crate) state: Option<PathBuf>,
    /// Where the shell looks for programs.
    path: Vec<PathBuf>,
    variables: HashMap<OsString, OsString>,
}

impl Machine {
    /// This one.
    pub(crate) fn new() -> Machine {
        let base = etcetera::choose_base_strategy().ok();
        let path = std::env::var_os("PATH").unwrap_or_default();
        Machine {
            home: etcetera::home_dir().ok(),
            config: base.as_ref().map(etcetera::BaseStrategy::config_dir),
            state: base
                .as_ref()
                .map(|base| base.state_dir().unwrap_or_else(|| base.data_dir()))
                .map(|folder| folder.join("countersign")),
            path: std::env::split_paths(&path).collect(),
            variables: std::env::vars_os().collect(),
        }
    }

    /// Where the shell finds a program.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        let absolute = self.path.iter().filter(|folder| folder.is_absolute());
        absolute
            .map(|folder| folder.join(&file))
            .find(|candidate| is_executable(candidate))
    }

    /// The folder in which an agent keeps a person's settings.
    pub(crate) fn folder_of(&self, settings: &Settings) -> Option<PathBuf> {
        let moved = settings
            .folder_variable
            .and_then(|name| self.variables.get(&OsString::from(name)))
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute());
        moved.or_else(|| Some(self.home.as_ref()?.join(settings.folder)))
    }

    /// A path with `~` for the home folder.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let inside = self
            .home
            .as_ref()
            .and_then(|home| path.strip_prefix(home).ok());
        match inside {
            Some(inside) => format!("~/{}", inside.display()),
            None => path.display().to_string(),
        }
    }
}

/// Whether a file may be run.
pub(crate) fn is_executable(file: &Path) -> bool {
    let Ok(about) = std::fs::metadata(file) else {
        return false;
    };
    #[cfg(unix)]
    let may_run = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let may_run = true;
    about.is_file() && may_run
}
