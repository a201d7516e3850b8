//! A terminal for one program: only a person acts, and a person sits at one.

use std::io;
use std::process::{Command, Output, Stdio};

use pty_process::blocking;

/// Runs a program to its end in a terminal of its own that controls its session. Its input is that terminal; what it
/// prints is caught.
pub(super) fn run(command: Command) -> io::Result<Output> {
    let failed = |error: pty_process::Error| io::Error::other(error);
    // The terminal ends with this value.
    let (_terminal, inside) = blocking::open().map_err(failed)?;
    let command = blocking::Command::from(command)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn(inside).map_err(failed)?;
    child.wait_with_output()
}
