//! The processes above this one.
//!
//! Linux tells them in `/proc`, other Unix systems by `ps`. On Windows none are known, so there only the variables
//! speak. A process that cannot be read (another user's, outside the container) ends the chain.

/// More processes than this stand above nobody.
const DEPTH: usize = 64;

/// One process, as the system tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Process {
    /// Its own id.
    pub(super) pid: u32,
    /// The id of the process above it; 0 above the first.
    pub(super) parent: u32,
    /// The name that the system keeps for it: of its file or script, or what it called itself.
    pub(super) name: String,
    /// The program as it was called, and its arguments.
    pub(super) arguments: Vec<String>,
}

/// The processes above this one, the nearest first.
pub(super) fn of_this_process() -> Vec<Process> {
    #[cfg(target_os = "linux")]
    return chain(std::os::unix::process::parent_id(), proc::process);
    #[cfg(all(unix, not(target_os = "linux")))]
    return chain(std::os::unix::process::parent_id(), ps::process);
    #[cfg(not(unix))]
    return Vec::new();
}

/// The process `first` and all above it, as far as `look` knows them.
#[cfg_attr(not(unix), expect(dead_code, reason = "no ancestors are known there"))]
fn chain(first: u32, look: impl Fn(u32) -> Option<Process>) -> Vec<Process> {
    let mut chain: Vec<Process> = Vec::new();
    let mut next = first;
    while next != 0 && chain.len() < DEPTH && !chain.iter().any(|seen| seen.pid == next) {
        let Some(process) = look(next) else { break };
        next = process.parent;
        chain.push(process);
    }
    chain
}

#[cfg(target_os = "linux")]
mod proc {
    use super::Process;
    use std::fs;

    /// One process from `/proc`, or nothing if it is gone or hidden.
    pub(super) fn process(pid: u32) -> Option<Process> {
        let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
        let (name, parent) = parse_stat(&String::from_utf8_lossy(&stat))?;
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        Some(Process {
            pid,
            parent,
            name,
            arguments: parse_command_line(&line),
        })
    }

    /// The name and the parent in `PID (NAME) STATE PARENT …`; a name may hold spaces and parentheses.
    pub(super) fn parse_stat(stat: &str) -> Option<(String, u32)> {
        let (before, after) = stat.rsplit_once(')')?;
        let (_, name) = before.split_once('(')?;
        let parent = after.split_ascii_whitespace().nth(1)?.parse().ok()?;
        Some((name.to_owned(), parent))
    }

    /// The arguments, each ended by a NUL; a process that renames itself leaves many at the end.
    pub(super) fn parse_command_line(line: &[u8]) -> Vec<String> {
        let end = line
            .iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |at| at + 1);
        line[..end]
            .split(|byte| *byte == 0)
            .filter(|_| end > 0)
            .map(|argument| String::from_utf8_lossy(argument).into_owned())
            .collect()
    }
}

#[cfg(all(unix, any(test, not(target_os = "linux"))))]
mod ps {
    use super::Process;

    /// One process from `ps`, or nothing if it is gone.
    pub(super) fn process(pid: u32) -> Option<Process> {
        let (parent, program) = parse(&ask(pid, &["ppid=", "comm="])?)?;
        let arguments = split(&program, ask(pid, &["args="])?.trim());
        Some(Process {
            pid,
            parent,
            name: program,
            arguments,
        })
    }

    /// The program and its arguments. They come as one line, in which a space within an argument looks like any
    /// other; only the program's own spaces are known.
    pub(super) fn split(program: &str, line: &str) -> Vec<String> {
        let (first, rest) = match line.strip_prefix(program) {
            Some(rest) => (program, rest),
            None => line.split_once(' ').unwrap_or((line, "")),
        };
        std::iter::once(first)
            .chain(rest.split_ascii_whitespace())
            .map(str::to_owned)
            .collect()
    }

    /// The parent's id and the program in `  PARENT PROGRAM`; the program's path may hold spaces.
    pub(super) fn parse(line: &str) -> Option<(u32, String)> {
        let (parent, program) = line.trim().split_once(char::is_whitespace)?;
        Some((parent.parse().ok()?, program.trim().to_owned()))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "who stands above this process is told by `ps` only"
    )]
    fn ask(pid: u32, columns: &[&str]) -> Option<String> {
        let mut command = std::process::Command::new("ps");
        command.arg("-ww");
        for column in columns {
            command.args(["-o", column]);
        }
        let output = command.args(["-p", &pid.to_string()]).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use expect_test::expect;

    fn process(pid: u32, parent: u32) -> Process {
        Process {
            pid,
            parent,
            name: "sh".into(),
            arguments: vec!["sh".into()],
        }
    }

    fn pids(chain: &[Process]) -> Vec<u32> {
        chain.iter().map(|process| process.pid).collect()
    }

    #[test]
    fn the_chain_goes_up_to_the_first_process() {
        let chain = chain(7, |pid| Some(process(pid, pid / 2)));
        assert_eq!(pids(&chain), [7, 3, 1]);
    }

    #[test]
    fn the_chain_ends_at_a_process_that_cannot_be_read() {
        let chain = chain(7, |pid| (pid > 3).then(|| process(pid, pid - 1)));
        assert_eq!(pids(&chain), [7, 6, 5, 4]);
    }

    #[test]
    fn a_loop_is_walked_once() {
        let chain = chain(4, |pid| Some(process(pid, if pid == 4 { 5 } else { 4 })));
        assert_eq!(pids(&chain), [4, 5]);
    }

    #[test]
    fn a_chain_without_an_end_is_cut() {
        assert_eq!(chain(1, |pid| Some(process(pid, pid + 1))).len(), DEPTH);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_may_hold_spaces_and_parentheses() {
        assert_eq!(
            proc::parse_stat("4242 (tmux: server) S 1 4242 4242 0 -1"),
            Some(("tmux: server".into(), 1))
        );
        assert_eq!(
            proc::parse_stat("17 (a) R 3 (b)) S 99 17 17 0"),
            Some(("a) R 3 (b)".into(), 99))
        );
        assert_eq!(proc::parse_stat("17 (sh"), None);
        assert_eq!(proc::parse_stat(""), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_command_line_keeps_empty_arguments_and_drops_the_padding() {
        assert_eq!(
            proc::parse_command_line(b"git\0commit\0-m\0\0--all\0"),
            ["git", "commit", "-m", "", "--all"]
        );
        assert_eq!(proc::parse_command_line(b"claude\0\0\0\0"), ["claude"]);
        assert!(proc::parse_command_line(b"").is_empty());
    }

    #[test]
    fn a_line_of_ps_holds_the_parent_and_a_path() {
        assert_eq!(
            ps::parse("  512 /Applications/My Editor.app/Contents/MacOS/nvim\n"),
            Some((
                512,
                "/Applications/My Editor.app/Contents/MacOS/nvim".into()
            ))
        );
        assert_eq!(ps::parse("\n"), None);
    }

    #[test]
    fn arguments_of_ps_are_split_after_the_program() {
        expect![[r#"["/My Apps/node", "/usr/local/bin/claude", "--resume"]"#]].assert_eq(&format!(
            "{:?}",
            ps::split(
                "/My Apps/node",
                "/My Apps/node /usr/local/bin/claude --resume"
            )
        ));
        expect![[r#"["-zsh"]"#]].assert_eq(&format!("{:?}", ps::split("zsh", "-zsh")));
    }

    /// Both ways to ask agree on who started this very test.
    #[cfg(target_os = "linux")]
    #[test]
    fn ps_and_proc_agree() {
        let up = |chain: Vec<Process>| -> Vec<(u32, u32)> {
            chain.iter().map(|it| (it.pid, it.parent)).collect()
        };
        let me = std::process::id();
        let by_proc = up(chain(me, proc::process));
        assert_eq!(by_proc.first().map(|it| it.0), Some(me));
        assert_eq!(by_proc, up(chain(me, ps::process)));
    }
}
