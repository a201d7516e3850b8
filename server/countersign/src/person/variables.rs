//! The variables that assistants set for the processes they start.

use super::Refusal;

/// What a variable has to say before it counts.
enum Says {
    /// Any value, the empty one too.
    Anything,
    /// One of these names.
    Name(&'static [&'static str]),
}

/// A variable, who sets it, and with which value it counts.
struct Mark(&'static str, &'static str, Says);

/// The first one that is found gives the refusal its name, so the plainest of each assistant stands first.
/// What persons set themselves to configure an assistant (`COPILOT_MODEL`, `COPILOT_GITHUB_TOKEN`, …) and what
/// stands in their own terminals too (`CURSOR_TRACE_ID`, `REPL_ID`, …) must never be in here.
const MARKS: &[Mark] = &[
    Mark("CLAUDECODE", "Claude Code", Says::Anything),
    Mark("CLAUDE_CODE_CHILD_SESSION", "Claude Code", Says::Anything),
    Mark("CLAUDE_CODE_SESSION_ID", "Claude Code", Says::Anything),
    Mark("CLAUDE_CODE_REMOTE", "Claude Code", Says::Anything),
    Mark("CODEX_CI", "Codex", Says::Anything),
    Mark("CODEX_THREAD_ID", "Codex", Says::Anything),
    Mark("CODEX_SESSION_ID", "Codex", Says::Anything),
    Mark("CODEX_SANDBOX_NETWORK_DISABLED", "Codex", Says::Anything),
    Mark("OPENCODE", "opencode", Says::Anything),
    Mark("GEMINI_CLI", "Gemini CLI", Says::Anything),
    Mark("GEMINI_SESSION_ID", "Gemini CLI", Says::Anything),
    Mark("COPILOT_CLI", "GitHub Copilot", Says::Anything),
    Mark("COPILOT_AGENT_SESSION_ID", "GitHub Copilot", Says::Anything),
    Mark("COPILOT_AGENT", "GitHub Copilot", Says::Anything),
    Mark("COPILOT_AGENT_JOB_ID", "GitHub Copilot", Says::Anything),
    Mark("CURSOR_AGENT", "Cursor", Says::Anything),
    Mark("CLINE_ACTIVE", "Cline", Says::Anything),
    Mark("ROO_ACTIVE", "Roo Code", Says::Anything),
    Mark("AMP_CURRENT_THREAD_ID", "Amp", Says::Anything),
    Mark("AUGMENT_AGENT", "Augment", Says::Anything),
    Mark("ANTIGRAVITY_AGENT", "Antigravity", Says::Anything),
    Mark("QWEN_CODE", "Qwen Code", Says::Anything),
    Mark("CRUSH", "Crush", Says::Anything),
    Mark("PI_CODING_AGENT", "Pi", Says::Anything),
    Mark("TRAE_AI_SHELL_ID", "Trae", Says::Anything),
    // Too common a word to accuse anybody by any other value.
    Mark("AGENT", "Goose", Says::Name(&["goose"])),
    Mark("AGENT", "opencode", Says::Name(&["1"])),
    Mark("AI_AGENT", "", Says::Anything),
];

/// Refuses if one of the variables (name and value) is an assistant's.
pub(super) fn judge(variables: impl IntoIterator<Item = (String, String)>) -> Result<(), Refusal> {
    let mut found: Vec<(usize, String, String)> = variables
        .into_iter()
        .filter_map(|(name, value)| {
            let rank = rank(&name, &value)?;
            let agent = agent(rank, &value);
            Some((rank, name, agent))
        })
        .collect();
    found.sort();
    let mut found = found.into_iter();
    match found.next() {
        None => Ok(()),
        Some((_, name, agent)) => Err(Refusal::Variable {
            name,
            agent,
            others: found.map(|(_, name, _)| name).collect(),
        }),
    }
}

/// Where the variable stands among the marks, if it is one.
fn rank(name: &str, value: &str) -> Option<usize> {
    MARKS.iter().position(|Mark(mark, _, says)| {
        *mark == name
            && match says {
                Says::Anything => true,
                Says::Name(names) => names.contains(&value),
            }
    })
}

/// What people call the assistant that set the mark of this rank. `AI_AGENT` says it in its value.
fn agent(rank: usize, value: &str) -> String {
    let Mark(name, agent, _) = &MARKS[rank];
    match *name {
        "AI_AGENT" if value.starts_with("claude-code") => "Claude Code".into(),
        "AI_AGENT" if value.starts_with("github_copilot") => "GitHub Copilot".into(),
        "AI_AGENT" if printable(value).is_empty() => "an assistant".into(),
        "AI_AGENT" => printable(value),
        _ => (*agent).into(),
    }
}

/// A value fit for a message: no control characters, and not endless.
fn printable(value: &str) -> String {
    value
        .chars()
        .filter(|c| !c.is_control())
        .take(40)
        .collect::<String>()
        .trim()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    /// Variables as `env` prints them, a line each; the answer in one line.
    fn check(variables: &str, expected: Expect) {
        let variables = variables.lines().filter_map(|line| {
            let (name, value) = line.trim().split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        });
        let answer = match judge(variables) {
            Ok(()) => "a person".to_owned(),
            Err(Refusal::Variable {
                name,
                agent,
                others,
            }) => format!("{agent} by {name} {others:?}"),
            Err(other) => panic!("a variable gives no {other:?}"),
        };
        expected.assert_eq(&answer);
    }

    #[test]
    fn an_ordinary_terminal_is_a_persons() {
        check(
            "HOME=/home/ada\nTERM=xterm\nEDITOR=nvim\nSSH_AGENT_PID=12\nAGENT_NAME=x\nCLAUDE=1",
            expect!["a person"],
        );
    }

    #[test]
    fn claude_code_sets_four() {
        check(
            "AI_AGENT=claude-code_2-1-330_agent
             CLAUDECODE=1
             CLAUDE_CODE_CHILD_SESSION=1
             CLAUDE_CODE_ENTRYPOINT=sdk-cli
             CLAUDE_CODE_SESSION_ID=e0643688-029d-4daf-bd0c-3bcbed709a5c
             GIT_EDITOR=true",
            expect![[
                r#"Claude Code by CLAUDECODE ["CLAUDE_CODE_CHILD_SESSION", "CLAUDE_CODE_SESSION_ID", "AI_AGENT"]"#
            ]],
        );
    }

    #[test]
    fn codex_sets_its_thread() {
        check(
            "CODEX_CI=1\nCODEX_THREAD_ID=01a2\nCODEX_VERSION=0.169.0\nNO_COLOR=1",
            expect![[r#"Codex by CODEX_CI ["CODEX_THREAD_ID"]"#]],
        );
    }

    #[test]
    fn opencode_is_known_by_its_own_variable() {
        check(
            "AGENT=1\nOPENCODE=1\nOPENCODE_PID=9830",
            expect![[r#"opencode by OPENCODE ["AGENT"]"#]],
        );
    }

    #[test]
    fn gemini_and_its_hooks() {
        check("GEMINI_CLI=1", expect!["Gemini CLI by GEMINI_CLI []"]);
        check(
            "GEMINI_SESSION_ID=7f",
            expect!["Gemini CLI by GEMINI_SESSION_ID []"],
        );
    }

    #[test]
    fn copilot_in_the_terminal_and_in_an_editor() {
        check(
            "COPILOT_AGENT_SESSION_ID=1e\nCOPILOT_CLI=1\nCOPILOT_ALLOW_ALL=true",
            expect![[r#"GitHub Copilot by COPILOT_CLI ["COPILOT_AGENT_SESSION_ID"]"#]],
        );
        check(
            "AI_AGENT=github_copilot_vscode_agent",
            expect!["GitHub Copilot by AI_AGENT []"],
        );
    }

    #[test]
    fn an_agent_that_nobody_has_heard_of_is_called_what_it_calls_itself() {
        check("AI_AGENT=newcomer_1", expect!["newcomer_1 by AI_AGENT []"]);
        check(
            "AI_AGENT=\u{1b}[31mred\u{1b}[0m",
            expect!["[31mred[0m by AI_AGENT []"],
        );
    }

    #[test]
    fn agent_is_a_common_word_and_counts_only_with_a_name() {
        check("AGENT=goose", expect!["Goose by AGENT []"]);
        check("AGENT=1", expect!["opencode by AGENT []"]);
        check("AGENT=smith", expect!["a person"]);
    }

    #[test]
    fn every_other_mark_is_refused_alone() {
        for Mark(name, agent, says) in MARKS {
            if matches!(says, Says::Name(_)) || *name == "AI_AGENT" {
                continue;
            }
            let refusal = judge([((*name).to_owned(), "1".to_owned())]).unwrap_err();
            assert!(
                matches!(&refusal, Refusal::Variable { name: n, agent: a, .. } if n == name && a == agent),
                "{refusal:?}"
            );
        }
    }

    #[test]
    fn what_persons_set_for_themselves_is_no_mark() {
        check(
            "CURSOR_TRACE_ID=3f
             COPILOT_MODEL=stub-model
             COPILOT_GITHUB_TOKEN=t
             COPILOT_ALLOW_ALL=true
             CODEIUM_EDITOR_APP_ROOT=/opt/editor
             REPL_ID=9",
            expect!["a person"],
        );
    }

    #[test]
    fn a_variable_that_was_emptied_is_set() {
        check("CLAUDECODE=", expect!["Claude Code by CLAUDECODE []"]);
        check("AI_AGENT= ", expect!["an assistant by AI_AGENT []"]);
    }

    #[test]
    fn names_are_exact() {
        check(
            "XCLAUDECODE=1\nCLAUDECODES=1\nclaudecode=1",
            expect!["a person"],
        );
    }
}
