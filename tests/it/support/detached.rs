//! Programs with nothing of ours above them.
//!
//! Who may act is decided by the processes above, too, and a test may well be started by an assistant. `setsid --fork`
//! gives the program a session of its own and leaves it an orphan, which the first process adopts (or one that a user's
//! session appointed for it). `script` gives it a real terminal that controls that session.

use super::output::Output;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use tempfile::TempDir;

/// Nothing that a story runs to its end takes this long, in seconds; then it is ended with exit code 124.
const LIMIT: &str = "60";

/// Notes the program's id before it starts and its exit code after it ended. Standard output stays open until then,
/// so that its end is the program's end. A shell gives what it starts in the background no input but what is named.
const LAUNCH: &str = r#"
dir=$1; shift
exec 3<&0
sh -c 'echo $$ > "$0/pid"; exec "$@"' "$dir" "$@" <&3 3<&- 2>"$dir/stderr" &
wait $! 2>/dev/null
echo $? > "$dir/code"
"#;

/// An orphan that is spoken to through its standard streams.
pub(crate) struct Orphan {
    dir: TempDir,
}

/// Starts `program` as an orphan. `command` makes a command with the environment that it shall have.
pub(crate) fn start(
    command: impl Fn(&str) -> Command,
    program: &Path,
    arguments: &[&str],
) -> (Orphan, ChildStdin, ChildStdout) {
    let dir = TempDir::new().unwrap();
    let mut child = command("setsid")
        .args(["--fork", "sh", "-c", LAUNCH, "launch"])
        .arg(dir.path())
        .arg(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("setsid of util-linux starts");
    let stdin = child.stdin.take().unwrap();
    let stdout = child.stdout.take().unwrap();
    assert!(child.wait().unwrap().success(), "setsid has forked");
    (Orphan { dir }, stdin, stdout)
}

impl Orphan {
    /// The program's process id. It is known by the time that the program says anything.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.number("pid")
    }

    /// The program's exit code, once its standard output has ended.
    pub(crate) fn code(&self) -> Option<i32> {
        self.number("code").map(|code| code as i32)
    }

    /// What it has written to standard error so far.
    pub(crate) fn stderr(&self) -> String {
        read(&self.dir.path().join("stderr"))
    }

    fn number(&self, name: &str) -> Option<u32> {
        read(&self.dir.path().join(name)).trim().parse().ok()
    }
}

/// Runs `program` to its end as an orphan without a terminal, with `input` on its standard input.
#[track_caller]
pub(crate) fn run(
    command: impl Fn(&str) -> Command,
    program: &Path,
    arguments: &[&str],
    input: &[u8],
) -> Output {
    let mut words = vec![LIMIT, program.to_str().unwrap()];
    words.extend(arguments);
    let (orphan, mut stdin, mut stdout) = start(command, Path::new("timeout"), &words);
    let mut text = Vec::new();
    thread::scope(|scope| {
        // A program that does not read must not keep us from reading what it says.
        scope.spawn(move || stdin.write_all(input));
        stdout.read_to_end(&mut text).unwrap();
    });
    Output {
        code: orphan.code().expect("the program has ended"),
        stdout: String::from_utf8_lossy(&text).into_owned(),
        stderr: orphan.stderr(),
        call: call(program, arguments),
    }
}

/// Runs `program` to its end as an orphan in a terminal of its own, in which a person types `typed`.
/// Its input is the terminal; its output and errors are kept apart, so it sees no terminal there.
#[track_caller]
pub(crate) fn run_in_terminal(
    command: impl Fn(&str) -> Command,
    program: &Path,
    arguments: &[&str],
    typed: &str,
) -> Output {
    let dir = TempDir::new().unwrap();
    let file = |name: &str| -> PathBuf { dir.path().join(name) };
    fs::write(file("run"), session(dir.path(), program, arguments)).unwrap();
    let mut child = command("setsid")
        .args([
            "--fork", "timeout", "-k", "5", LIMIT, "script", "-q", "-e", "-c",
        ])
        .arg(format!(
            "exec sh {}",
            quoted(&file("run").to_string_lossy())
        ))
        .arg("/dev/null")
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("setsid and script of util-linux start");
    // Who has ended does not read: that is the program's affair.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    let mut screen = Vec::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut screen)
        .unwrap();
    child.wait().unwrap();
    let call = call(program, arguments);
    let Ok(code) = read(&file("code")).trim().parse() else {
        panic!(
            "`{call}` did not end in its terminal, which shows:\n{}\n--- stderr\n{}",
            String::from_utf8_lossy(&screen),
            read(&file("stderr")),
        )
    };
    Output {
        code,
        stdout: read(&file("stdout")),
        stderr: read(&file("stderr")),
        call,
    }
}

/// What the terminal's shell does.
fn session(dir: &Path, program: &Path, arguments: &[&str]) -> String {
    let mut words = vec![quoted(&program.to_string_lossy())];
    words.extend(arguments.iter().copied().map(quoted));
    format!(
        "{line} >{dir}/stdout 2>{dir}/stderr\necho $? >{dir}/code\n",
        line = words.join(" "),
        dir = quoted(&dir.to_string_lossy()),
    )
}

/// A word that a shell takes as it is.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The command line as people write it.
pub(crate) fn call(program: &Path, arguments: &[&str]) -> String {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    format!("{name} {}", arguments.join(" "))
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}
