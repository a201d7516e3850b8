//! A throwaway repository, cut off from the machine it is on.

use super::detached;
use super::output::Output;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use tempfile::TempDir;

/// The person of the stories, as git knows her.
pub(crate) const PERSON: &str = "Ada Lovelace <ada@example.com>";

/// The program that is tested.
const PROGRAM: &str = env!("CARGO_BIN_EXE_countersign");

const GIT_CONFIG: &str = "\
[user]
\tname = Ada Lovelace
\temail = ada@example.com
[init]
\tdefaultBranch = main
[commit]
\tgpgSign = false
[core]
\tautocrlf = false
[protocol \"file\"]
\tallow = always
[advice]
\tdetachedHead = false
";

/// A work tree, and the home of the person who works in it. Clones and worktrees share that home.
pub(crate) struct Repo {
    place: Rc<TempDir>,
    root: PathBuf,
}

impl Repo {
    /// An empty repository on the branch `main`, without a commit.
    pub(crate) fn new() -> Self {
        let repo = Self::without_git();
        repo.git(&["init", "--quiet"]);
        repo
    }

    /// A repository whose first commit holds these files: path and text.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let repo = Self::new();
        for (path, text) in files {
            repo.write(path, text);
        }
        repo.commit("Start");
        repo
    }

    /// A folder that is no repository.
    pub(crate) fn without_git() -> Self {
        let place = TempDir::with_prefix("countersign-it-").unwrap();
        fs::create_dir_all(place.path().join("home")).unwrap();
        fs::write(place.path().join("gitconfig"), GIT_CONFIG).unwrap();
        Self::at(Rc::new(place), "project")
    }

    /// A clone of this repository, beside it.
    pub(crate) fn clone_to(&self, name: &str) -> Self {
        self.clone_of(".", name)
    }

    /// A clone of the repository at this path, beside this one.
    pub(crate) fn clone_of(&self, path: &str, name: &str) -> Self {
        let clone = self.beside(name);
        self.git(&["clone", "--quiet", path, &clone.root.to_string_lossy()]);
        clone
    }

    /// A clone by a `file:` URL, beside it: with these options, as from a server.
    pub(crate) fn clone_as_from_a_server(&self, name: &str, options: &[&str]) -> Self {
        let clone = Self::at(Rc::clone(&self.place), name);
        let url = format!("file://{}", self.root.to_string_lossy());
        let target = clone.root.to_string_lossy();
        self.git(&[&["clone", "--quiet"], options, &[&url, &target]].concat());
        clone
    }

    /// A folder beside this one: the place of another repository of the same person.
    pub(crate) fn beside(&self, name: &str) -> Self {
        Self::at(Rc::clone(&self.place), name)
    }

    /// Another worktree of this repository, on a new branch of the same name.
    pub(crate) fn worktree(&self, name: &str) -> Self {
        let tree = Self::at(Rc::clone(&self.place), name);
        self.git(&[
            "worktree",
            "add",
            "--quiet",
            "-b",
            name,
            &tree.root.to_string_lossy(),
        ]);
        tree
    }

    fn at(place: Rc<TempDir>, name: &str) -> Self {
        let root = place.path().join(name);
        fs::create_dir_all(&root).unwrap();
        let root = root.canonicalize().unwrap();
        Self { place, root }
    }

    /// The top folder, without symlinks.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The person's home folder.
    pub(crate) fn home(&self) -> PathBuf {
        self.place.path().join("home")
    }

    /// The file of this name, relative to the top.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The file of this name as a `file:` URI. The names of the stories need no escapes.
    pub(crate) fn uri(&self, path: &str) -> String {
        format!("file://{}", self.path(path).to_string_lossy())
    }

    /// Writes a whole file, and the folders it lies in.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A file's text; fails if it is not UTF-8.
    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes at the end of a file, which is made if there is none.
    pub(crate) fn append(&self, path: &str, text: &str) {
        let file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.path(path));
        file.unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Puts `new` in the place of the only `old` in a file, as a person would in an editor that nobody watches.
    #[track_caller]
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(old).count(), 1, "{path} holds {old:?} once");
        self.write(path, text.replacen(old, new, 1));
    }

    /// Takes a file away.
    #[track_caller]
    pub(crate) fn delete(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Gives a file another name.
    #[track_caller]
    pub(crate) fn rename(&self, from: &str, to: &str) {
        fs::create_dir_all(self.path(to).parent().unwrap()).unwrap();
        fs::rename(self.path(from), self.path(to))
            .unwrap_or_else(|error| panic!("{from}: {error}"));
    }

    /// Runs git and gives what it wrote, without the last line's end. Fails if git does.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.command("git").args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "git {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }

    /// Commits everything and gives the commit's id.
    #[track_caller]
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs the program without a terminal and with no assistant above it, as a build machine would.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(&[], arguments, b"")
    }

    /// The same, with these variables and this on its standard input.
    #[track_caller]
    pub(crate) fn run_with(
        &self,
        variables: &[(&str, &str)],
        arguments: &[&str],
        input: &[u8],
    ) -> Output {
        let command = |program: &str| {
            let mut command = self.command(program);
            command.envs(variables.iter().copied());
            command
        };
        detached::run(command, Path::new(PROGRAM), arguments, input)
    }

    /// Runs the program as a person does: in a terminal that no assistant stands above.
    #[track_caller]
    pub(crate) fn run_in_terminal(&self, arguments: &[&str]) -> Output {
        self.run_in_terminal_typing("", arguments)
    }

    /// The same, with a person who types: each answer ends with `\n`.
    #[track_caller]
    pub(crate) fn run_in_terminal_typing(&self, typed: &str, arguments: &[&str]) -> Output {
        let command = |program: &str| self.command(program);
        detached::run_in_terminal(command, Path::new(PROGRAM), arguments, typed)
    }

    /// The same, with variables that this terminal was started with.
    #[track_caller]
    pub(crate) fn run_in_terminal_with(
        &self,
        variables: &[(&str, &str)],
        arguments: &[&str],
    ) -> Output {
        let command = |program: &str| {
            let mut command = self.command(program);
            command.envs(variables.iter().copied());
            command
        };
        detached::run_in_terminal(command, Path::new(PROGRAM), arguments, "")
    }

    /// Runs the program in a terminal in which `name` runs it: a script of that name, such as `claude`.
    #[track_caller]
    pub(crate) fn run_in_terminal_of(&self, name: &str, arguments: &[&str]) -> Output {
        let script = self.place.path().join("bin").join(name);
        fs::create_dir_all(script.parent().unwrap()).unwrap();
        fs::write(&script, "#!/bin/sh\n\"$@\"\nexit $?\n").unwrap();
        let command = |program: &str| self.command(program);
        let mut words = vec![script.to_str().unwrap(), PROGRAM];
        words.extend(arguments);
        detached::run_in_terminal(command, Path::new("/bin/sh"), &words, "")
    }

    /// The same on a disk that has room for files of so many bytes and no more.
    #[track_caller]
    pub(crate) fn run_on_a_full_disk(&self, room: u32, arguments: &[&str], input: &[u8]) -> Output {
        let limited = limited_to(room);
        let words = [&["-c", &limited, "sh", PROGRAM], arguments].concat();
        let command = |program: &str| self.command(program);
        detached::run(command, Path::new("/bin/sh"), &words, input)
    }

    /// The same, in a terminal.
    #[track_caller]
    pub(crate) fn run_in_terminal_on_a_full_disk(&self, room: u32, arguments: &[&str]) -> Output {
        let limited = limited_to(room);
        let words = [&["-c", &limited, "sh", PROGRAM], arguments].concat();
        let command = |program: &str| self.command(program);
        detached::run_in_terminal(command, Path::new("/bin/sh"), &words, "")
    }

    /// The program that is tested.
    pub(crate) fn program(&self) -> &Path {
        Path::new(PROGRAM)
    }

    /// A command in the top folder with the person's own environment: nothing of this machine, and of no assistant.
    pub(crate) fn command(&self, program: &str) -> Command {
        let home = self.home();
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_STATE_HOME", home.join(".local/state"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("GIT_CONFIG_GLOBAL", self.place.path().join("gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", self.place.path())
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LANG", "C.UTF-8")
            .env("TERM", "dumb")
            .env("TZ", "UTC");
        command
    }
}

/// A script for `sh` that runs a program in which no file can grow beyond `room` bytes: writes fail as on a full disk.
fn limited_to(room: u32) -> String {
    format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", room / 512)
}
