//! A server with all the processes that it starts: their memory, and their end.

use std::fs;
use std::process::{Child, Command};

/// Memory of a group of processes together, in MB.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Memory {
    /// What is resident now.
    pub(crate) resident: f64,
    /// The most that was, summed over the processes that still run.
    pub(crate) peak: f64,
}

/// The process that this starts will lead a group of its own.
pub(crate) fn lead(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let _ = command;
}

/// Ends a group's leader with all that it started.
pub(crate) fn end(leader: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(leader.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = leader.kill();
    let _ = leader.wait();
}

/// Memory of a leader's group, where the system tells.
pub(crate) fn memory(leader: u32) -> Option<Memory> {
    let mut memory = Memory::default();
    for process in fs::read_dir("/proc").ok()?.flatten() {
        let folder = process.path();
        let is_member = fs::read_to_string(folder.join("stat"))
            .is_ok_and(|stat| group_of(&stat) == Some(leader));
        if !is_member {
            continue;
        }
        // A process may end while it is looked at.
        let status = fs::read_to_string(folder.join("status")).unwrap_or_default();
        memory.resident += megabytes(&status, "VmRSS:");
        memory.peak += megabytes(&status, "VmHWM:");
    }
    (memory.resident > 0.0).then_some(memory)
}

/// The group in `PID (NAME) STATE PARENT GROUP …`.
fn group_of(stat: &str) -> Option<u32> {
    let (_, after) = stat.rsplit_once(')')?;
    after.split_ascii_whitespace().nth(2)?.parse().ok()
}

fn megabytes(status: &str, name: &str) -> f64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(0.0) * 1024.0 / 1e6
}
