//! Who may act. Only a person confirms, so a process that runs under an assistant is refused.
//!
//! Three things are looked at: the variables that assistants set for what they start, the names of the processes
//! above this one, and, for the command line only, whether there is a controlling terminal. This is a speed bump and
//! not a proof: who drives a person's own editor is not stopped.

mod ancestors;
mod processes;
mod variables;

/// Why an act is refused. Its text names what was found and how to go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// A variable that an assistant sets for every process it starts.
    #[error(
        "only a person may do this, and the variable {name} says that {agent} started this process. \
         Do it from a terminal or an editor of your own. If yours only inherited the variable, because it (or the \
         tmux server it runs in) was once started from {agent}'s shell, start it again without: {}",
        restart(.name, .others)
    )]
    Variable {
        /// The variable's name, such as `CLAUDECODE`.
        name: String,
        /// Who sets it, as people call it, such as "Claude Code".
        agent: String,
        /// All other variables that would be refused if this one were gone.
        others: Vec<String>,
    },

    /// A process above this one is an assistant.
    #[error(
        "only a person may do this, and this process was started by {name} (process {pid}). \
         Do it from a terminal or an editor that {name} did not start"
    )]
    Ancestor {
        /// The assistant's program, such as `claude`.
        name: String,
        /// Its process id.
        pid: u32,
    },

    /// A command-line act without a controlling terminal: a script, a pipeline, or an assistant that hides.
    #[error(
        "only a person may do this, and this process has no terminal that a person could sit at. \
         Run the command in a terminal, or confirm in your editor"
    )]
    NoTerminal,
}

/// May a command act? Not under an assistant, and not without a controlling terminal.
pub(crate) fn may_act_from_terminal() -> Result<(), Refusal> {
    may_act_from_server()?;
    if has_controlling_terminal() {
        Ok(())
    } else {
        Err(Refusal::NoTerminal)
    }
}

/// May the language server act? Not under an assistant; it never has a terminal.
pub(crate) fn may_act_from_server() -> Result<(), Refusal> {
    variables::judge(std::env::vars_os().map(|(name, value)| {
        (
            name.to_string_lossy().into_owned(),
            value.to_string_lossy().into_owned(),
        )
    }))?;
    ancestors::judge(&processes::of_this_process())
}

/// The controlling terminal, which no redirection of the standard streams takes away or puts in place.
#[cfg(unix)]
const TERMINAL: &str = "/dev/tty";
#[cfg(windows)]
const TERMINAL: &str = "CONIN$";

fn has_controlling_terminal() -> bool {
    std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(TERMINAL)
        .is_ok()
}

/// The command that starts an editor without any of the variables, in PowerShell.
#[cfg(windows)]
fn restart(name: &str, others: &[String]) -> String {
    let mut command = format!("Remove-Item Env:{name}");
    for other in others {
        command.push_str(", Env:");
        command.push_str(other);
    }
    command.push_str("; nvim …");
    command
}

/// The command that starts an editor without any of the variables.
#[cfg(not(windows))]
fn restart(name: &str, others: &[String]) -> String {
    let mut command = format!("env -u {name}");
    for other in others {
        command.push_str(" -u ");
        command.push_str(other);
    }
    command.push_str(" nvim …");
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[cfg(not(windows))]
    #[test]
    fn a_refusal_by_a_variable_says_how_to_start_again_without_all_of_them() {
        let refusal = Refusal::Variable {
            name: "CLAUDECODE".into(),
            agent: "Claude Code".into(),
            others: vec!["AI_AGENT".into(), "CLAUDE_CODE_SESSION_ID".into()],
        };
        expect![[r#"only a person may do this, and the variable CLAUDECODE says that Claude Code started this process. Do it from a terminal or an editor of your own. If yours only inherited the variable, because it (or the tmux server it runs in) was once started from Claude Code's shell, start it again without: env -u CLAUDECODE -u AI_AGENT -u CLAUDE_CODE_SESSION_ID nvim …"#]]
            .assert_eq(&refusal.to_string());
    }

    #[test]
    fn a_refusal_by_an_ancestor_names_its_process() {
        let refusal = Refusal::Ancestor {
            name: "codex".into(),
            pid: 4242,
        };
        expect!["only a person may do this, and this process was started by codex (process 4242). Do it from a terminal or an editor that codex did not start"]
            .assert_eq(&refusal.to_string());
    }

    #[test]
    fn a_refusal_for_want_of_a_terminal_says_where_to_go() {
        expect!["only a person may do this, and this process has no terminal that a person could sit at. Run the command in a terminal, or confirm in your editor"]
            .assert_eq(&Refusal::NoTerminal.to_string());
    }
}
