//! A throwaway repository, an assistant that works in it, and the release binary that is measured.

use serde_json::{Value, json};
use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program that is measured: this build, unless `COUNTERSIGN_BENCH_PROGRAM` names another.
pub(crate) fn program() -> String {
    let this = || env!("CARGO_BIN_EXE_countersign").to_owned();
    std::env::var("COUNTERSIGN_BENCH_PROGRAM").unwrap_or_else(|_| this())
}

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
[gc]
\tauto = 0
";

/// A repository with a home of its own.
pub(crate) struct Repo {
    folder: TempDir,
    root: PathBuf,
    calls: Cell<u32>,
}

impl Repo {
    /// An empty repository.
    pub(crate) fn new() -> Self {
        let folder = TempDir::with_prefix("countersign-bench-").unwrap();
        let root = folder.path().join("project");
        fs::create_dir_all(&root).unwrap();
        fs::create_dir_all(folder.path().join("home")).unwrap();
        fs::write(folder.path().join("gitconfig"), GIT_CONFIG).unwrap();
        let repo = Repo {
            root: root.canonicalize().unwrap(),
            folder,
            calls: Cell::new(0),
        };
        repo.git(&["init", "--quiet"]);
        repo
    }

    /// A repository whose only file, `src/lib.rs`, is committed and then gets `pieces` from an assistant.
    /// Returns the text that now stands there as well.
    pub(crate) fn with_pieces(lines: usize, pieces: usize) -> (Self, String) {
        let repo = Repo::new();
        let text = crate::code::file(lines, 1);
        repo.write(FILE, &text);
        repo.commit();
        let after = crate::code::with_pieces(&text, pieces);
        repo.assistant_writes(FILE, &after);
        (repo, after)
    }

    /// The top folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A file's URI.
    pub(crate) fn uri(&self, path: &str) -> String {
        format!("file://{}", self.root.join(path).display())
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs git.
    pub(crate) fn git(&self, arguments: &[&str]) {
        let status = self
            .command("git")
            .args(arguments)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "git {arguments:?}");
    }

    /// How long git takes to look at all files, as editors have it look.
    pub(crate) fn git_status(&self) -> Duration {
        let mut command = self.command("git");
        command
            .args(["--no-optional-locks", "status", "--porcelain=v2"])
            .stdout(Stdio::null());
        let begun = Instant::now();
        let status = command.status().unwrap();
        let took = begun.elapsed();
        assert!(status.success());
        took
    }

    /// How long `git blame` takes for these files, one after the other, as it is for whoever asks git who wrote what.
    pub(crate) fn git_blame(&self, paths: &[String]) -> Duration {
        let blame = |path: &String| {
            let mut command = self.command("git");
            command
                .args(["blame", "--porcelain", "HEAD", "--", path])
                .stdout(Stdio::null());
            assert!(command.status().unwrap().success(), "{path}");
        };
        let begun = Instant::now();
        paths.iter().for_each(blame);
        begun.elapsed()
    }

    /// Commits everything.
    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "Step"]);
    }

    /// A command in the repository, cut off from this machine.
    pub(crate) fn command(&self, program: &str) -> Command {
        let home = self.folder.path().join("home");
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &home)
            .env("XDG_STATE_HOME", home.join(".local/state"))
            .env("GIT_CONFIG_GLOBAL", self.folder.path().join("gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }

    /// The program that is measured, with these arguments.
    pub(crate) fn countersign(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&program());
        command.args(arguments);
        command
    }

    /// Runs the program to its end: how long it took, what it wrote, and its exit code.
    pub(crate) fn run(&self, arguments: &[&str]) -> (Duration, String, i32) {
        let mut command = self.countersign(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let begun = Instant::now();
        let output = command.output().unwrap();
        let took = begun.elapsed();
        (
            took,
            String::from_utf8(output.stdout).unwrap(),
            output.status.code().unwrap(),
        )
    }

    /// The same, and its answer as JSON.
    pub(crate) fn run_json(&self, arguments: &[&str]) -> (Duration, Value) {
        let (took, said, code) = self.run(arguments);
        assert!(code < 2, "{arguments:?} ended with {code}");
        (took, serde_json::from_str(&said).unwrap())
    }

    /// An assistant writes a whole file; how long the two calls of its hook took together.
    pub(crate) fn assistant_writes(&self, path: &str, text: &str) -> Duration {
        let before = fs::read_to_string(self.root.join(path)).ok();
        let input = json!({ "file_path": self.root.join(path), "content": text });
        let response = json!({ "type": "update", "originalFile": before });
        self.tool_use("Write", &input, &response, || self.write(path, text))
    }

    /// An assistant replaces the first occurrence of a text in a file.
    pub(crate) fn assistant_edits(&self, path: &str, old: &str, new: &str) -> Duration {
        let before = fs::read_to_string(self.root.join(path)).unwrap();
        assert!(before.contains(old), "{path} holds {old:?}");
        let after = before.replacen(old, new, 1);
        let input =
            json!({ "file_path": self.root.join(path), "old_string": old, "new_string": new });
        let response = json!({ "oldString": old, "newString": new, "originalFile": before });
        self.tool_use("Edit", &input, &response, || self.write(path, &after))
    }

    /// An assistant runs a shell command, whose effect is `act`.
    pub(crate) fn assistant_runs(&self, command: &str, act: impl FnOnce()) -> Duration {
        self.tool_use(
            "Bash",
            &json!({ "command": command }),
            &json!({ "stdout": "" }),
            act,
        )
    }

    fn tool_use(
        &self,
        tool: &str,
        input: &Value,
        response: &Value,
        act: impl FnOnce(),
    ) -> Duration {
        self.calls.set(self.calls.get() + 1);
        let payload = |event: &str| {
            json!({
                "session_id": "e0643688-029d-4daf-bd0c-3bcbed709a5c",
                "cwd": self.root,
                "hook_event_name": event,
                "tool_name": tool,
                "tool_input": input,
                "tool_use_id": format!("toolu_{}", self.calls.get()),
            })
        };
        let mut after = payload("PostToolUse");
        after["tool_response"] = response.clone();
        let took = self.hook(&payload("PreToolUse"));
        act();
        took + self.hook(&after)
    }

    /// One call of the hook, from its start to its end.
    fn hook(&self, payload: &Value) -> Duration {
        let payload = payload.to_string();
        let mut command = self.countersign(&["hook", "claude-code"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let begun = Instant::now();
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(payload.as_bytes())
            .unwrap();
        let status = child.wait().unwrap();
        let took = begun.elapsed();
        assert!(status.success());
        took
    }

    /// What the hook has logged.
    pub(crate) fn log(&self) -> Option<String> {
        fs::read_to_string(self.root.join(".git/countersign/hook.log")).ok()
    }
}

/// Where the file of most measurements stands.
pub(crate) const FILE: &str = "src/lib.rs";
