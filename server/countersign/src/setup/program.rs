//! How settings call this program.

use std::path::{Path, PathBuf};

use super::Machine;

/// The name under which the program is installed.
pub(crate) const NAME: &str = "countersign";

/// This program, as other programs are told to call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    /// One word: `countersign` where the shell finds one, else the absolute path.
    pub(crate) word: String,
    /// What the person should know about it.
    pub(crate) remark: Option<String>,
}

impl Program {
    /// The running program.
    pub(crate) fn running(machine: &Machine) -> Program {
        let running = std::env::current_exe().unwrap_or_else(|_| PathBuf::from(NAME));
        match machine.program(NAME) {
            Some(found) if is_same(&found, &running) => Program {
                word: NAME.into(),
                remark: None,
            },
            Some(found) => Program {
                word: NAME.into(),
                remark: Some(format!(
                    "`countersign` on your PATH is another file than the one that runs: {}",
                    found.display()
                )),
            },
            None => Program {
                word: running.to_string_lossy().into_owned(),
                remark: Some(
                    "`countersign` is not on your PATH, so the absolute path of this program is written: it works \
                     on this machine only (--local keeps it out of shared settings)"
                        .into(),
                ),
            },
        }
    }

    /// The program, as a shell reads it.
    pub(crate) fn quoted(&self) -> String {
        quoted(&self.word)
    }

    /// The command by which an agent calls its hook, as a shell reads it.
    pub(crate) fn hook(&self, agent: &str) -> String {
        format!("{} hook {agent}", quoted(&self.word))
    }
}

/// Whether two paths lead to one file.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// A word that a POSIX shell takes as it is; agents bring one along on Windows.
fn quoted(word: &str) -> String {
    let word = if cfg!(windows) {
        word.replace('\\', "/")
    } else {
        word.to_owned()
    };
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@%,=".contains(c);
    match word.chars().all(plain) {
        true => word,
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// How a command calls our hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// As we write it: the program, `hook`, the agent, and nothing else.
    Ours,
    /// Within something that a person put around it.
    Wrapped,
}

/// Whether a shell command calls our hook for this agent, and how.
pub(crate) fn call(command: &str, agent: &str) -> Option<Call> {
    let words = words(command);
    let calls = |three: &[&str]| program_of(three[0]).is_some() && three[1..] == ["hook", agent];
    let at = words.windows(3).position(calls)?;
    let alone = words.len() == 3 || at == words.len() - 3 && is_path(command, agent);
    Some(if alone { Call::Ours } else { Call::Wrapped })
}

/// Whether all of a command is one path, maybe quoted and with blanks, that is called for the agent.
fn is_path(command: &str, agent: &str) -> bool {
    let program = command.trim().strip_suffix(&format!(" hook {agent}"));
    program.is_some_and(|program| {
        let program = program.trim();
        let inside = program
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''));
        let inside = inside.or_else(|| program.strip_prefix('"')?.strip_suffix('"'));
        inside.is_some_and(|path| {
            !path.contains(['\'', '"', ';', '|', '&']) && program_of(path).is_some()
        })
    })
}

/// The program that a command calls our hook with.
pub(crate) fn called<'a>(command: &'a str, agent: &str) -> Option<&'a str> {
    let trimmed = command.trim();
    let before = trimmed.strip_suffix(&format!(" hook {agent}"))?.trim();
    Some(before.trim_matches(['\'', '"']))
}

fn words(command: &str) -> Vec<&str> {
    let ends = |c: char| c.is_whitespace() || "'\"();|&<>".contains(c);
    command
        .split(ends)
        .filter(|word| !word.is_empty())
        .collect()
}

/// The word if it is a path to a program of our name.
fn program_of(word: &str) -> Option<&str> {
    let name = word.rsplit(['/', '\\']).next()?;
    (name == NAME || name == "countersign.exe").then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_call_is_known_by_any_path() {
        for command in [
            "countersign hook claude-code",
            "/usr/local/bin/countersign hook claude-code",
            "'/home/a b/countersign' hook claude-code",
            "\"/home/a b/countersign\" hook claude-code",
            r"C:\tools\countersign.exe hook claude-code",
        ] {
            assert_eq!(call(command, "claude-code"), Some(Call::Ours), "{command}");
        }
    }

    #[test]
    fn a_call_within_something_else_is_known_too() {
        for command in [
            "nice countersign hook claude-code",
            "sh -c 'countersign hook claude-code'",
            "countersign hook claude-code || true",
            "cd \"$CLAUDE_PROJECT_DIR\" && ~/bin/countersign hook claude-code",
            "'/bin/nice' 'countersign' hook claude-code",
        ] {
            assert_eq!(
                call(command, "claude-code"),
                Some(Call::Wrapped),
                "{command}"
            );
        }
    }

    #[test]
    fn what_only_looks_like_it_is_not_ours() {
        for command in [
            "countersign hook codex",
            "countersign status",
            "my-countersign hook claude-code",
            "countersign hook claude-code-2",
            "echo hook claude-code",
            "",
        ] {
            assert_eq!(call(command, "claude-code"), None, "{command}");
        }
    }

    #[test]
    fn a_path_with_blanks_is_one_word_for_the_shell() {
        let program = Program {
            word: "/home/it's me/countersign".into(),
            remark: None,
        };
        let command = program.hook("claude-code");
        assert_eq!(command, r"'/home/it'\''s me/countersign' hook claude-code");
    }
}
