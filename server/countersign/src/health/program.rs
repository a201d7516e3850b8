//! The program itself, and the one that others would start.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Serialize;

use super::Finding;
use crate::setup::Machine;
use crate::setup::program::{NAME, is_same};

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
    let says = format!("{NAME} {own}, {}", path.display());
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
    let output = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    let said = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    said.ok()
        .filter(|said| !said.is_empty())
        .unwrap_or_else(|| "it says no version".into())
}
