//! `init`: agents and editors are set up, in settings that people have written, and that is taken back.

mod agents;
mod editors;
mod git_hooks;
mod removal;
mod texts;
mod trouble;

use crate::support::output::Output;
use crate::support::repo::Repo;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

const SETTINGS: &str = ".claude/settings.json";

/// What the stories' own programs need, and nothing else: no agent and no editor of this machine is found.
const NEEDED: &[&str] = &["git", "sh", "setsid", "timeout", "script", "nice"];

/// A repository on a machine of its own: its home folder is empty, and its PATH leads to what the stories need.
pub(crate) struct Desk {
    pub(crate) repo: Repo,
}

impl Desk {
    /// One on whose PATH the program is.
    pub(crate) fn new() -> Self {
        let desk = Self::without_program();
        symlink(desk.repo.program(), desk.bin().join("countersign")).unwrap();
        desk
    }

    /// One on whose PATH it is not.
    pub(crate) fn without_program() -> Self {
        Self::of(Repo::new())
    }

    pub(crate) fn of(repo: Repo) -> Self {
        let desk = Self { repo };
        if !desk.bin().exists() {
            fs::create_dir(desk.bin()).unwrap();
            for name in NEEDED {
                symlink(real(name), desk.bin().join(name)).unwrap();
            }
        }
        desk
    }

    /// The only folder on PATH.
    pub(crate) fn bin(&self) -> PathBuf {
        self.repo.home().join("bin")
    }

    /// Puts a program on PATH that does nothing.
    pub(crate) fn install(&self, name: &str) {
        symlink("/bin/true", self.bin().join(name)).unwrap();
    }

    /// A file in the home folder.
    pub(crate) fn home(&self, path: &str) -> PathBuf {
        self.repo.home().join(path)
    }

    /// Writes a file in the home folder.
    pub(crate) fn write_home(&self, path: &str, text: &str) {
        fs::create_dir_all(self.home(path).parent().unwrap()).unwrap();
        fs::write(self.home(path), text).unwrap();
    }

    /// Runs the program with this machine's PATH and without a terminal.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let path = self.bin().to_string_lossy().into_owned();
        self.repo.run_with(&[("PATH", &path)], arguments, b"")
    }

    /// `init --yes`, which succeeds.
    #[track_caller]
    pub(crate) fn init(&self, arguments: &[&str]) -> Output {
        self.run(&[&["init", "--yes"], arguments].concat()).ok()
    }

    /// Every file of the work tree, with its bytes.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.repo.root().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.repo.root()).unwrap();
                let name = name.to_string_lossy().into_owned();
                match fs::symlink_metadata(&path).unwrap().is_dir() {
                    true if name != ".git" => folders.push(path),
                    true => {}
                    false => found.push((name, fs::read(&path).unwrap_or_default())),
                }
            }
        }
        found.sort();
        found
    }
}

/// Where this machine has a program.
fn real(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.exists())
        .unwrap_or_else(|| panic!("{name} is on PATH"))
}
