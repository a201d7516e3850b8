//! What a server weighs on disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Bytes of what is installed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Size {
    /// One program, without symbols.
    Program(u64),
    /// A folder of packages that Node runs, without Node itself.
    Packages(u64),
}

/// The size of the server that this program starts.
pub(crate) fn of(program: &Path) -> Size {
    let real = program
        .canonicalize()
        .unwrap_or_else(|_| program.to_owned());
    let packages = real
        .ancestors()
        .filter(|folder| folder.ends_with("node_modules"))
        .last();
    match packages {
        Some(folder) => Size::Packages(files(folder)),
        None => Size::Program(stripped(&real)),
    }
}

/// The bytes of a program after `strip`, or as it is where there is none.
fn stripped(program: &Path) -> u64 {
    let bytes = |path: &Path| fs::metadata(path).map_or(0, |about| about.len());
    let Ok(folder) = tempfile::tempdir() else {
        return bytes(program);
    };
    let copy: PathBuf = folder.path().join("program");
    let mut strip = Command::new("strip");
    strip.arg("-o").arg(&copy).arg(program);
    let status = strip.stderr(Stdio::null()).status();
    if status.is_ok_and(|status| status.success()) {
        bytes(&copy)
    } else {
        bytes(program)
    }
}

/// The bytes of all files below a folder.
fn files(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => files(&entry.path()),
            Ok(kind) if kind.is_file() => entry.metadata().map_or(0, |about| about.len()),
            _ => 0,
        })
        .sum()
}
