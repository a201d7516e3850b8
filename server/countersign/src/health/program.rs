//! The program itself, and the one that others would start.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::Finding;
use crate::setup::Machine;
use crate::setup::program::{NAME, is_same};

/// Another program has this long to say its version.
const PATIENCE: Duration = Duration::from_secs(2);
/// A version beyond this many bytes is none.
const LONGEST: u64 = 1 << 10;

/// Which program runs, and which the shell finds.
#[derive(Debug, Serialize)]
pub(crate) struct ProgramHealth {
    path: String,
    on_path: Option<String>,
    /// Where that is another file: what it says of itself.
    on_path_version: Option<String>,
}

pub(super) fn examine(machine: &Machine, findings: &mut Vec<Finding>) -> ProgramHealth {
    let path = std::env::current_exe().unwrap_or_else(|_| PathBuf::from(NAME));
    let on_path = machine.program(NAME);
    let other = on_path.as_deref().filter(|found| !is_same(found, &path));
    let on_path_version = other.map(version);
    let own = env!("CARGO_PKG_VERSION");
    let says = format!("{NAME} {}, {}", env!("COUNTERSIGN_VERSION"), path.display());
    findings.push(match (&on_path, other) {
        (None, _) => Finding::remark(
            "program",
            format!("{says}; it is not on your PATH"),
            Some("put its folder on PATH, so that agents and editors find it"),
        ),
        (Some(_), None) => Finding::ok("program", says),
        (Some(_), Some(other)) => another(&says, own, other, on_path_version.as_deref()),
    });
    let text = |path: &Path| path.to_string_lossy().into_owned();
    ProgramHealth {
        path: text(&path),
        on_path: on_path.as_deref().map(text),
        on_path_version,
    }
}

/// Agents and editors start the one that the shell finds.
fn another(says: &str, own: &str, other: &Path, version: Option<&str>) -> Finding {
    let version = version.unwrap_or_default();
    let says = format!(
        "{says}; on your PATH is another, {} ({version})",
        other.display()
    );
    match version.split_whitespace().nth(1) == Some(own) {
        true => Finding::remark("program", says, None),
        false => Finding::trouble("program", says, "leave only one of them on PATH, the newer"),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "only that program knows its version"
)]
fn version(program: &Path) -> String {
    let child = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let said = child.ok().and_then(|mut child| {
        let said = first_line(child.stdout.take()?);
        let _gone = child.kill().and_then(|()| child.wait());
        said
    });
    said.unwrap_or_else(|| "it says no version".into())
}

/// The first line that a program says in time; it may say more, or never end.
fn first_line(stdout: ChildStdout) -> Option<String> {
    let (told, hear) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(stdout).take(LONGEST).read_line(&mut line);
        read.map(|_| told.send(line))
    });
    let line = hear.recv_timeout(PATIENCE).ok()?.trim().to_owned();
    (!line.is_empty()).then_some(line)
}
