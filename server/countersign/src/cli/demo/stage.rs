//! A throwaway repository, and the programs that run in it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::{Trouble, page};

/// What the person had written; the recorded session begins with it.
const MAIN: &str = "fn main() {\n    println!(\"hi\");\n}\n";

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
";

/// When all of it is committed: so the commits have the same names each time.
const DAY: &str = "2026-01-05T09:00:00Z";

/// A folder that is removed when this goes. It holds the repository and the home of the person who works in it.
pub(super) struct Stage {
    folder: TempDir,
    root: PathBuf,
    program: PathBuf,
}

impl Stage {
    /// Makes the repository, with the person's first commit.
    pub(super) fn set() -> Result<Self, Trouble> {
        let temporary = || std::env::temp_dir().display().to_string();
        let folder = TempDir::with_prefix("countersign-demo-");
        let folder = folder.map_err(|source| Trouble::File {
            path: temporary(),
            source,
        })?;
        let root = folder.path().join("project");
        let program = std::env::current_exe();
        let program = program.map_err(|source| Trouble::NotRun {
            program: "countersign".into(),
            source,
        })?;
        for new in [&root, &folder.path().join("home")] {
            fs::create_dir(new).map_err(|source| at(new, source))?;
        }
        let root = root.canonicalize().map_err(|source| at(&root, source))?;
        let stage = Stage {
            folder,
            root,
            program,
        };
        let config = stage.folder.path().join("gitconfig");
        fs::write(&config, GIT_CONFIG).map_err(|source| at(&config, source))?;
        stage.write("main.rs", MAIN)?;
        for arguments in [
            &["init", "--quiet"][..],
            &["add", "."],
            &["commit", "--quiet", "--message", "Start"],
        ] {
            stage.git(arguments)?;
        }
        Ok(stage)
    }

    /// The top folder of the repository, without symlinks.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// A file's text.
    pub(super) fn read(&self, path: &str) -> Result<String, Trouble> {
        let path = self.root.join(path);
        fs::read_to_string(&path).map_err(|source| at(&path, source))
    }

    /// Writes a whole file.
    pub(super) fn write(&self, path: &str, text: &str) -> Result<(), Trouble> {
        let path = self.root.join(path);
        fs::write(&path, text).map_err(|source| at(&path, source))
    }

    /// A command in the repository. Of the environment it has all but what speaks of another home or repository, so
    /// that an assistant's marks stay on it.
    #[expect(
        clippy::disallowed_methods,
        reason = "the demo runs this program, git and a shell, as a user would"
    )]
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        let home = self.folder.path().join("home");
        command
            .current_dir(&self.root)
            .env("HOME", &home)
            .env("USERPROFILE", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_STATE_HOME", home.join(".local/state"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("GIT_CONFIG_GLOBAL", self.folder.path().join("gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", DAY)
            .env("GIT_COMMITTER_DATE", DAY)
            .env("GIT_CEILING_DIRECTORIES", self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// This very program.
    pub(super) fn countersign(&self) -> Command {
        self.command(&self.program)
    }

    /// Runs git, which has to succeed.
    pub(super) fn git(&self, arguments: &[&str]) -> Result<(), Trouble> {
        let call = format!("git {}", arguments.join(" "));
        let output = self.command(Path::new("git")).args(arguments).output();
        ended(&call, output, 0).map(drop)
    }

    /// Runs a command of the recorded session in a shell; whether it succeeded.
    pub(super) fn shell(&self, line: &str) -> Result<bool, Trouble> {
        let output = self.command(Path::new("sh")).args(["-c", line]).output();
        let output = output.map_err(|source| Trouble::NotRun {
            program: "sh".into(),
            source,
        })?;
        Ok(output.status.success())
    }

    /// Tells the hook something. It prints nothing and succeeds, whatever it is told.
    pub(super) fn hook(&self, payload: &str) -> Result<(), Trouble> {
        let call = "countersign hook claude-code";
        let mut command = self.countersign();
        command.args(["hook", "claude-code"]).stdin(Stdio::piped());
        let output = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .and_then(|mut child| {
                let told = child
                    .stdin
                    .take()
                    .map(|mut stdin| stdin.write_all(payload.as_bytes()));
                told.unwrap_or(Ok(()))?;
                child.wait_with_output()
            });
        ended(call, output, 0).map(drop)
    }

    /// Runs this program and shows the call with what it printed. It has to end with this code.
    pub(super) fn show(&self, arguments: &[&str], code: i32) -> Result<(), Trouble> {
        let call = format!("countersign {}", arguments.join(" "));
        page::typed(&call);
        let output = ended(&call, self.countersign().args(arguments).output(), code)?;
        page::printed(&String::from_utf8_lossy(&output.stdout));
        Ok(())
    }

    /// Runs this program in a terminal of its own, as a person would, and gives what it printed. `None` where there
    /// are no such terminals.
    #[cfg(unix)]
    pub(super) fn in_terminal(&self, arguments: &[&str]) -> Result<Option<String>, Trouble> {
        let call = format!("countersign {}", arguments.join(" "));
        let mut command = self.countersign();
        command.args(arguments);
        let Ok(output) = super::terminal::run(command) else {
            return Ok(None);
        };
        let output = ended(&call, Ok(output), 0)?;
        Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned()))
    }

    /// Here a program cannot be given a terminal.
    #[cfg(not(unix))]
    pub(super) fn in_terminal(&self, _arguments: &[&str]) -> Result<Option<String>, Trouble> {
        Ok(None)
    }
}

/// A program's end, if it is the expected one.
fn ended(call: &str, output: std::io::Result<Output>, code: i32) -> Result<Output, Trouble> {
    let output = output.map_err(|source| Trouble::NotRun {
        program: call.to_owned(),
        source,
    })?;
    if output.status.code() == Some(code) {
        return Ok(output);
    }
    let said = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    Err(Trouble::Ended {
        call: call.to_owned(),
        end: output.status.to_string(),
        said,
    })
}

fn at(path: &Path, source: std::io::Error) -> Trouble {
    Trouble::File {
        path: path.display().to_string(),
        source,
    }
}
