//! Which of the processes above this one is an assistant.

use super::Refusal;
use super::processes::Process;

/// The programs of assistants, by the exact name of their file.
const AGENTS: &[&str] = &[
    "claude",
    "codex",
    "opencode",
    "gemini",
    "copilot",
    "aider",
    "cursor-agent",
];

/// Refuses if one of the processes, the nearest first, is an assistant.
pub(super) fn judge(ancestors: &[Process]) -> Result<(), Refusal> {
    for process in ancestors {
        if let Some(name) = agent(process) {
            return Err(Refusal::Ancestor {
                name: name.to_owned(),
                pid: process.pid,
            });
        }
    }
    Ok(())
}

/// The assistant that a process is: by its own name, by its program, or by the script that an interpreter runs.
fn agent(process: &Process) -> Option<&'static str> {
    known(&process.name).or_else(|| {
        let (program, arguments) = process.arguments.split_first()?;
        known(program).or_else(|| known(script(Interpreter::of(program)?, arguments)?))
    })
}

/// The assistant whose file this is; the folder it lies in says nothing.
fn known(path: &str) -> Option<&'static str> {
    let name = base(path);
    AGENTS.iter().copied().find(|agent| *agent == name)
}

fn base(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".exe").unwrap_or(name)
}

/// A program that runs another file: an assistant installed as a script has its interpreter's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Interpreter {
    JavaScript,
    Python,
    Shell,
}

impl Interpreter {
    fn of(program: &str) -> Option<Self> {
        // A login shell is called with a dash before its name.
        let name = base(program).trim_start_matches('-');
        match name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
            "node" | "nodejs" | "bun" | "deno" => Some(Self::JavaScript),
            "python" | "pypy" => Some(Self::Python),
            "sh" | "bash" | "dash" | "zsh" | "ksh" => Some(Self::Shell),
            _ => None,
        }
    }

    /// Options after which the next argument is their value and not yet the script.
    fn takes_value(self, option: &str) -> bool {
        match self {
            Self::JavaScript => [
                "-r",
                "--require",
                "--import",
                "--loader",
                "--experimental-loader",
                "-C",
                "--conditions",
                "--env-file",
                "--title",
                "--config",
                "--preload",
                "--cwd",
            ]
            .contains(&option),
            Self::Python => ["-W", "-X", "--check-hash-based-pycs"].contains(&option),
            Self::Shell => ["-o", "+o", "-O", "+O", "--rcfile", "--init-file"].contains(&option),
        }
    }

    /// Options after which a text is run, so that there is no script.
    fn runs_text(self, option: &str) -> bool {
        match self {
            Self::JavaScript => ["-e", "--eval", "-p", "--print", "-pe"].contains(&option),
            Self::Python | Self::Shell => {
                option.starts_with('-') && !option.starts_with("--") && option.ends_with('c')
            }
        }
    }

    /// A word before the script that is the interpreter's own.
    fn is_subcommand(self, word: &str) -> bool {
        self == Self::JavaScript && ["run", "x"].contains(&word)
    }
}

/// The file or the module that an interpreter runs, if it runs one.
fn script(interpreter: Interpreter, arguments: &[String]) -> Option<&str> {
    let mut arguments = arguments.iter().map(String::as_str);
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            return arguments.next();
        } else if interpreter.takes_value(argument) {
            arguments.next();
        } else if interpreter.runs_text(argument) {
            return None;
        } else if interpreter == Interpreter::Python && is_module(argument) {
            return arguments.next();
        } else if !argument.starts_with(['-', '+']) && !interpreter.is_subcommand(argument) {
            return Some(argument);
        }
    }
    None
}

/// Python's `-m`, alone or as the last of several letters (`-um`).
fn is_module(option: &str) -> bool {
    option.starts_with('-') && !option.starts_with("--") && option.ends_with('m')
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    /// Processes, a line each and the nearest first: `name: program arguments…`.
    fn check(ancestors: &str, expected: Expect) {
        let ancestors: Vec<Process> = ancestors
            .lines()
            .zip(100..)
            .filter_map(|(line, pid)| {
                let (name, arguments) = line.trim().split_once(": ")?;
                Some(Process {
                    pid,
                    parent: pid + 1,
                    name: name.to_owned(),
                    arguments: arguments.split(' ').map(str::to_owned).collect(),
                })
            })
            .collect();
        let answer = match judge(&ancestors) {
            Ok(()) => "a person".to_owned(),
            Err(Refusal::Ancestor { name, pid }) => format!("{name}, process {pid}"),
            Err(other) => panic!("an ancestor gives no {other:?}"),
        };
        expected.assert_eq(&answer);
    }

    /// One process as the system names it, and as it was called.
    fn one(name: &str, line: &str) -> Option<&'static str> {
        agent(&Process {
            pid: 1,
            parent: 0,
            name: name.to_owned(),
            arguments: line.split(' ').map(str::to_owned).collect(),
        })
    }

    #[test]
    fn an_editor_in_a_terminal_is_a_persons() {
        check(
            "nvim: nvim src/main.rs
             bash: -bash
             tmux: server: tmux new
             systemd: /usr/lib/systemd/systemd --user",
            expect!["a person"],
        );
    }

    #[test]
    fn the_nearest_assistant_is_named() {
        check(
            "sh: /bin/sh -c make
             codex: /usr/local/bin/codex exec
             bash: -bash
             claude: claude",
            expect!["codex, process 101"],
        );
    }

    #[test]
    fn each_assistant_is_known_by_its_program() {
        for name in AGENTS {
            assert_eq!(one(name, name), Some(*name));
            assert_eq!(
                one("", &format!("/home/ada/.local/bin/{name} -p x")),
                Some(*name)
            );
            assert_eq!(one("", &format!("C:\\Tools\\{name}.exe")), Some(*name));
        }
    }

    #[test]
    fn a_program_that_renamed_itself_is_known_by_the_systems_name_for_it() {
        assert_eq!(one("claude", "/usr/bin/node /opt/x/cli.js"), Some("claude"));
    }

    #[test]
    fn an_assistant_that_an_interpreter_runs_is_known_by_its_script() {
        for (line, agent) in [
            ("node /usr/local/bin/claude", "claude"),
            (
                "/usr/bin/node --max-old-space-size=4096 /usr/bin/gemini -y",
                "gemini",
            ),
            ("node -r ./setup.js /usr/bin/copilot", "copilot"),
            ("node -- /usr/bin/codex", "codex"),
            ("bun run /home/ada/.bun/bin/opencode", "opencode"),
            ("bun x claude", "claude"),
            ("deno run -A /opt/gemini", "gemini"),
            (
                "/usr/bin/python3.12 -W ignore /usr/local/bin/aider --lint",
                "aider",
            ),
            ("python3 -m aider", "aider"),
            ("python -um aider", "aider"),
            (
                "/bin/bash -o pipefail /usr/bin/cursor-agent",
                "cursor-agent",
            ),
        ] {
            assert_eq!(one("MainThread", line), Some(agent), "{line}");
        }
    }

    #[test]
    fn a_file_that_is_only_named_is_no_assistant() {
        for line in [
            "vim claude",
            "less /usr/local/bin/claude",
            "node app.js claude",
            "node -e claude",
            "python3 -c aider",
            "python3 serve.py aider",
            "bash -c claude",
            "bash -lc codex",
            "tail -f codex",
            "node",
            "node --",
        ] {
            assert_eq!(one("", line), None, "{line}");
        }
    }

    #[test]
    fn a_folder_or_a_longer_name_is_no_assistant() {
        for line in [
            "/home/claude/bin/nvim",
            "/opt/codex/",
            "node /srv/gemini/server.js",
            "/opt/copilot-language-server --stdio",
            "claude-desktop",
            "Claude",
            "myaider",
            "claude.sh",
            "",
        ] {
            assert_eq!(one("", line), None, "{line}");
        }
        assert_eq!(one("claudette", "claudette"), None);
    }
}
