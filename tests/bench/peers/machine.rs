//! What the figures were taken on, and what our own build takes there.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The day, and the machine in one line.
pub(crate) fn told() -> String {
    let day = jiff::Zoned::now().date();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = said(Command::new("uname").arg("-sr"));
    let rustc = said(Command::new("rustc").arg("--version"));
    let node = said(Command::new("node").arg("--version"));
    format!(
        "{day}; {cores} cores of {}; {kernel}; {rustc}; Node {node}; load before {}",
        processor(),
        load(),
    )
}

fn said(command: &mut Command) -> String {
    let output = command.output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_else(|_| "unknown".to_owned())
}

fn processor() -> String {
    let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = about.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned()));
    name.unwrap_or_else(|| "an unknown processor".to_owned())
}

/// How many processes wanted to run in the last minute; more than none is noise in the figures.
fn load() -> String {
    let told = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = told.split(' ').next().filter(|first| !first.is_empty());
    first.unwrap_or("unknown").to_owned()
}

/// A release build from nothing, in a folder of its own; `None` where it fails. The crates are downloaded already.
pub(crate) fn build_time() -> Option<Duration> {
    let folder = tempfile::tempdir().ok()?;
    let mut build = Command::new(std::env::var_os("CARGO")?);
    build
        .args(["build", "--release", "--locked", "--quiet"])
        .args([
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ])
        .env("CARGO_TARGET_DIR", folder.path())
        .stdin(Stdio::null());
    let begun = Instant::now();
    let status = build.status().ok()?;
    status.success().then(|| begun.elapsed())
}
