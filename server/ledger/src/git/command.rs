//! How git is started.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::GitError;
use crate::store::private;
use crate::{Place, new_fact_id};

/// Set by git for its hooks, and by people for tracing; each would make git
/// look at another repository or write where nobody expects it.
const REMOVED: [&str; 13] = [
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_EXTERNAL_DIFF",
];

/// So many bytes go into a pipe that nobody reads yet.
const PIPE: usize = 4096;

/// A git started and not yet waited for.
pub(super) struct Running {
    child: Child,
    command: String,
    root: std::path::PathBuf,
}

/// Starts git in the place's root with nothing to read.
pub(super) fn start(place: &Place, arguments: &[&str]) -> Result<Running, GitError> {
    spawn(place, arguments, Stdio::null())
}

/// Likewise for a question about the index: the one that a commit in the making names to its hooks.
pub(super) fn start_on_index(place: &Place, arguments: &[&str]) -> Result<Running, GitError> {
    spawn_git(on_index(place)?, place, arguments, Stdio::null())
}

fn on_index(place: &Place) -> Result<Command, GitError> {
    let mut git = quiet_git();
    git.envs(super::compare::named_index(place)?.map(|index| ("GIT_INDEX_FILE", index)));
    Ok(git)
}

/// Runs git and returns what it prints.
pub(super) fn run(place: &Place, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    start(place, arguments)?.finish()
}

/// Runs git with something to read and returns what it prints.
pub(super) fn run_with(
    place: &Place,
    arguments: &[&str],
    input: &[u8],
) -> Result<Vec<u8>, GitError> {
    start_with(place, arguments, input)?.finish()
}

/// Runs git with something to read that it has in full from the start, whatever
/// becomes of this process. Returns what it prints and, where it failed, why.
pub(super) fn run_from(
    place: &Place,
    arguments: &[&str],
    input: &[u8],
) -> Result<(Vec<u8>, Option<GitError>), GitError> {
    let mut file = unnamed_file(place)?;
    file.write_all(input)?;
    file.seek(SeekFrom::Start(0))?;
    spawn(place, arguments, Stdio::from(file))?.finish_told()
}

/// A file that goes when nobody has it open any more.
fn unnamed_file(place: &Place) -> io::Result<File> {
    let folder = place.common_dir.as_deref().unwrap_or(&place.dir);
    let name = folder.join(format!("countersign-{}.tmp", new_fact_id()));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    let file = private(&mut options).open(&name)?;
    fs::remove_file(&name)?;
    Ok(file)
}

/// Like [`run_with`], but ends git after a while and returns what it printed by then.
pub(super) fn run_within(
    place: &Place,
    arguments: &[&str],
    input: &[u8],
    within: Duration,
) -> Result<Vec<u8>, GitError> {
    start_with(place, arguments, input)?.finish_within(within)
}

/// Starts git with something to read.
pub(super) fn start_with(
    place: &Place,
    arguments: &[&str],
    input: &[u8],
) -> Result<Running, GitError> {
    Ok(fed(spawn(place, arguments, Stdio::piped())?, input))
}

/// The same on the index that is named to the hooks of a commit; returns what it prints.
pub(super) fn run_on_index_with(
    place: &Place,
    arguments: &[&str],
    input: &[u8],
) -> Result<Vec<u8>, GitError> {
    let git = on_index(place)?;
    let running = spawn_git(git, place, arguments, Stdio::piped())?;
    fed(running, input).finish()
}

fn fed(mut running: Running, input: &[u8]) -> Running {
    if let Some(mut stdin) = running.child.stdin.take() {
        let input = input.to_vec();
        let fits = input.len() <= PIPE;
        // Git may end before it has read all; its exit code tells why.
        let mut write = move || drop(stdin.write_all(&input));
        match fits {
            true => write(),
            false => drop(thread::spawn(write)),
        }
    }
    running
}

impl Running {
    /// Waits for its end and returns what it printed.
    pub(super) fn finish(self) -> Result<Vec<u8>, GitError> {
        self.end()?.checked()
    }

    /// Waits for its end and returns what it printed and, where it failed, its
    /// reasons.
    pub(super) fn finish_told(self) -> Result<(Vec<u8>, Option<GitError>), GitError> {
        let ended = self.end()?;
        let printed = ended.output.stdout.clone();
        Ok((printed, ended.checked().err()))
    }

    /// Likewise for commands that also say "nothing found" by exit code 1.
    pub(super) fn finish_search(self) -> Result<Vec<u8>, GitError> {
        let ended = self.end()?;
        if ended.output.status.code() == Some(1) && ended.output.stderr.is_empty() {
            return Ok(ended.output.stdout);
        }
        ended.checked()
    }

    fn end(self) -> Result<Ended, GitError> {
        Ok(Ended {
            output: self.child.wait_with_output()?,
            command: self.command,
            root: self.root,
        })
    }

    /// Reads until git or its time ends. What it says is small.
    fn finish_within(mut self, within: Duration) -> Result<Vec<u8>, GitError> {
        let stdout = self.child.stdout.take();
        let (ended, wait) = mpsc::channel();
        let read = thread::scope(|scope| {
            let reader = scope.spawn(move || {
                let mut answer = Vec::new();
                let read = stdout.map(|mut stdout| stdout.read_to_end(&mut answer));
                // Nobody waits any more where the time is over.
                let _late = ended.send(());
                read.unwrap_or(Ok(0)).map(|_| answer)
            });
            if wait.recv_timeout(within).is_err() {
                tracing::info!(
                    command = self.command,
                    "git takes long; what it said by now counts"
                );
                let _gone = self.child.kill();
            }
            reader.join().unwrap_or_else(|_| Ok(Vec::new()))
        });
        self.child.wait()?;
        Ok(read?)
    }
}

struct Ended {
    output: Output,
    command: String,
    root: std::path::PathBuf,
}

impl Ended {
    fn checked(self) -> Result<Vec<u8>, GitError> {
        if self.output.status.success() {
            return Ok(self.output.stdout);
        }
        Err(worded(self.command, &self.root, &self.output.stderr))
    }
}

/// Whether there is nobody whom git could ask for a password.
static NOBODY_THERE: AtomicBool = AtomicBool::new(false);

/// From now on, git asks nobody for a password: it has one, or fails.
pub fn ask_nobody() {
    NOBODY_THERE.store(true, Ordering::Relaxed);
}

/// Starts git for what goes over the network, as the person would: it may ask
/// them for a password.
pub(super) fn start_online(place: &Place, arguments: &[&str]) -> Result<Running, GitError> {
    let mut git = quiet_git();
    if NOBODY_THERE.load(Ordering::Relaxed) {
        git.env("GIT_ASKPASS", "true").env("SSH_ASKPASS", "true");
        let is_set = ["GIT_SSH", "GIT_SSH_COMMAND"]
            .iter()
            .any(|name| std::env::var_os(name).is_some());
        if !is_set {
            git.env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
        }
    } else {
        git.env_remove("GIT_TERMINAL_PROMPT");
    }
    spawn_git(git, place, arguments, Stdio::null())
}

fn spawn(place: &Place, arguments: &[&str], input: Stdio) -> Result<Running, GitError> {
    spawn_git(quiet_git(), place, arguments, input)
}

fn spawn_git(
    mut git: Command,
    place: &Place,
    arguments: &[&str],
    input: Stdio,
) -> Result<Running, GitError> {
    let root = nearest_folder(&place.root);
    let child = git
        .args(arguments)
        .current_dir(root)
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let words = arguments
        .iter()
        .filter(|word| !word.starts_with('-') && !word.contains('='));
    let command = words.take(1).copied().collect::<Vec<_>>().join(" ");
    match child {
        Ok(child) => Ok(Running {
            child,
            command,
            root: root.to_owned(),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(GitError::Absent),
        Err(error) => Err(GitError::Io(error)),
    }
}

/// A folder that is there to stand in.
fn nearest_folder(root: &Path) -> &Path {
    root.ancestors()
        .find(|folder| folder.is_dir())
        .unwrap_or(Path::new("/"))
}

#[expect(clippy::disallowed_methods, reason = "this is the place for it")]
fn quiet_git() -> Command {
    let mut command = Command::new("git");
    let traces = std::env::vars_os().map(|(name, _)| name);
    for name in traces.filter(|name| name.as_encoded_bytes().starts_with(b"GIT_TRACE")) {
        command.env_remove(name);
    }
    for name in REMOVED {
        command.env_remove(name);
    }
    command
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_LFS_SKIP_SMUDGE", "1")
        .env("LC_ALL", "C")
        .args([
            "--no-optional-locks",
            "--no-pager",
            "-c",
            "core.quotepath=off",
        ]);
    command
}

fn worded(command: String, root: &Path, stderr: &[u8]) -> GitError {
    let said = String::from_utf8_lossy(stderr);
    if said.contains("not a git repository") {
        GitError::NotARepository(root.to_owned())
    } else if said.contains("dubious ownership") {
        GitError::NotTrusted(root.to_owned())
    } else if [
        "lazy fetching disabled",
        "unable to read",
        "not a tree object",
    ]
    .iter()
    .any(|words| said.contains(words))
    {
        GitError::Missing(command)
    } else {
        let message = match command.as_str() {
            "fetch" | "push" | "ls-remote" | "fast-import" | "update-ref" => reason(&said),
            _ => said.trim().lines().last(),
        };
        let message = message.unwrap_or("it gave no reason").to_owned();
        GitError::Failed { command, message }
    }
}

/// What went wrong with a ref or on the way to a remote: it is told first, and advice later.
fn reason(said: &str) -> Option<&str> {
    let by_the_way = |line: &&str| {
        let line = line.to_ascii_lowercase();
        ["warning: perm", "hint:", "from ", "to "]
            .iter()
            .any(|word| line.starts_with(word))
    };
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines.find(|line| !by_the_way(line))?;
    Some(
        line.strip_prefix("fatal: ")
            .or_else(|| line.strip_prefix("error: "))
            .unwrap_or(line),
    )
}

/// The parts between NUL bytes that are Unicode. Others name paths that no
/// fact can name; the log says so.
pub(super) fn words(answer: &[u8]) -> impl Iterator<Item = &str> {
    let parts = answer
        .split(|byte| *byte == 0)
        .filter(|part| !part.is_empty());
    parts.filter_map(|part| {
        let word = std::str::from_utf8(part);
        if word.is_err() {
            tracing::warn!(path = %String::from_utf8_lossy(part), "a path is not Unicode");
        }
        word.ok()
    })
}

/// Paths as git reads them with `-z`.
pub(super) fn nul_separated<'a>(paths: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let mut input = Vec::new();
    for path in paths {
        input.extend_from_slice(path.as_bytes());
        input.push(0);
    }
    input
}
