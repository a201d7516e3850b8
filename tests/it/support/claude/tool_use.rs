//! One use of a tool: what is told before it, what it does to the disk, what is told after it.

use super::{Claude, VARIABLES};
use crate::support::output::Output;
use crate::support::repo::Repo;
use serde_json::{Value, json};
use std::fs;

/// One recording, by its file's name.
macro_rules! recording {
    ($name:literal) => {
        include_str!(concat!("../../payloads/claude/", $name, ".json"))
    };
}

const PRE: &str = recording!("013-PreToolUse-Write");
const POST: &str = recording!("014-PostToolUse-Write");
const POST_FAILURE: &str = recording!("030-PostToolUseFailure-Bash");

/// What Claude Code can do to files.
#[derive(Debug, Clone)]
pub(crate) enum Tool {
    Write {
        path: String,
        content: String,
    },
    Edit {
        path: String,
        old: String,
        new: String,
        which: Which,
    },
    Bash {
        command: String,
    },
}

/// Which occurrences an edit replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// The only one there is.
    One,
    All,
}

/// One use of a tool, step by step: `pre`, `perform`, `post`.
pub(crate) struct ToolUse<'a> {
    claude: &'a Claude<'a>,
    id: String,
    tool: Tool,
    /// The file's text before, LF-normalised; known once performed.
    original: Option<String>,
    /// What the shell command ended with; known once performed.
    ended: Option<Output>,
}

impl<'a> ToolUse<'a> {
    pub(super) fn new(claude: &'a Claude<'a>, id: String, tool: Tool) -> Self {
        Self {
            claude,
            id,
            tool,
            original: None,
            ended: None,
        }
    }

    /// Tells what is about to happen.
    #[track_caller]
    pub(crate) fn pre(&self) {
        self.claude.tell(&self.pre_payload());
    }

    /// Does it.
    #[track_caller]
    pub(crate) fn perform(&mut self) {
        let repo = self.claude.repo;
        match &self.tool {
            Tool::Write { path, content } => {
                self.original = before(repo, path);
                repo.write(path, content);
            }
            Tool::Edit {
                path,
                old,
                new,
                which,
            } => {
                let text = before(repo, path).unwrap_or_else(|| panic!("{path} is there"));
                let written = edited(&text, old, new, *which);
                // Claude Code edits the normalised text and writes it with the line ends that the file had.
                let crlf = repo.read(path).contains("\r\n");
                repo.write(
                    path,
                    if crlf {
                        written.replace('\n', "\r\n")
                    } else {
                        written
                    },
                );
                self.original = Some(text);
            }
            Tool::Bash { command } => self.ended = Some(shell(repo, command)),
        }
    }

    /// Tells that it has happened; of a command, also that it failed.
    #[track_caller]
    pub(crate) fn post(&self) {
        self.claude.tell(&self.post_payload());
    }

    /// What `pre` tells.
    pub(crate) fn pre_payload(&self) -> Value {
        self.payload(PRE)
    }

    /// What `post` tells.
    pub(crate) fn post_payload(&self) -> Value {
        if let Some(failed) = self.ended.as_ref().filter(|ended| ended.code != 0) {
            let mut payload = self.payload(POST_FAILURE);
            let said = format!(
                "Exit code {}\n{}{}",
                failed.code, failed.stdout, failed.stderr
            );
            payload["error"] = json!(said.trim_end());
            return payload;
        }
        let mut payload = self.payload(POST);
        payload["tool_response"] = self.response();
        payload
    }

    /// The rest of a use that has been told of: it happens, and that is told.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Option<Output> {
        self.perform();
        self.post();
        self.ended
    }

    /// All of it: told, done, told.
    #[track_caller]
    pub(super) fn all(self) -> Option<Output> {
        self.told().finish()
    }

    /// The same use, once it has been told of.
    #[track_caller]
    pub(super) fn told(self) -> Self {
        self.pre();
        self
    }

    /// A recording with this use's tool and input in it.
    fn payload(&self, recording: &str) -> Value {
        let claude = self.claude;
        let mut payload = claude.recorded(recording);
        payload["session_id"] = json!(claude.session);
        payload["tool_use_id"] = json!(self.id);
        payload["tool_name"] = json!(self.name());
        payload["tool_input"] = self.input();
        if let Some(agent) = &claude.agent {
            payload["agent_id"] = json!(agent);
            payload["agent_type"] = json!("general-purpose");
        }
        payload
    }

    fn name(&self) -> &'static str {
        match self.tool {
            Tool::Write { .. } => "Write",
            Tool::Edit { .. } => "Edit",
            Tool::Bash { .. } => "Bash",
        }
    }

    fn input(&self) -> Value {
        match &self.tool {
            Tool::Write { path, content } => {
                json!({ "file_path": self.absolute(path), "content": content })
            }
            Tool::Edit {
                path,
                old,
                new,
                which,
            } => json!({
                "file_path": self.absolute(path),
                "old_string": old,
                "new_string": new,
                "replace_all": *which == Which::All,
            }),
            Tool::Bash { command } => json!({ "command": command, "description": "run it" }),
        }
    }

    fn response(&self) -> Value {
        match &self.tool {
            Tool::Write { path, content } => json!({
                "type": if self.original.is_some() { "update" } else { "create" },
                "filePath": self.absolute(path),
                "content": content,
                "structuredPatch": [],
                "originalFile": self.original,
                "userModified": false,
            }),
            Tool::Edit {
                path,
                old,
                new,
                which,
            } => json!({
                "filePath": self.absolute(path),
                "oldString": old,
                "newString": new,
                "originalFile": self.original,
                "structuredPatch": [],
                "userModified": false,
                "replaceAll": *which == Which::All,
            }),
            Tool::Bash { .. } => json!({
                "stdout": self.ended.as_ref().map_or("", |ended| ended.stdout.trim_end()),
                "stderr": self.ended.as_ref().map_or("", |ended| ended.stderr.trim_end()),
                "interrupted": false,
                "isImage": false,
                "noOutputExpected": false,
            }),
        }
    }

    fn absolute(&self, path: &str) -> String {
        self.claude.repo.path(path).to_string_lossy().into_owned()
    }
}

/// A file's text as Claude Code sees it: LF only. None if there is no file.
fn before(repo: &Repo, path: &str) -> Option<String> {
    let bytes = fs::read(repo.path(path)).ok()?;
    Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
}

#[track_caller]
fn edited(text: &str, old: &str, new: &str, which: Which) -> String {
    let found = text.matches(old).count();
    match which {
        Which::One => assert_eq!(found, 1, "{old:?} occurs once in {text:?}"),
        Which::All => assert!(found > 0, "{old:?} occurs in {text:?}"),
    }
    text.replace(old, new)
}

/// A shell command as the assistant's shell runs it.
fn shell(repo: &Repo, command: &str) -> Output {
    let output = repo
        .command("sh")
        .args(["-c", command])
        .envs(VARIABLES.iter().copied())
        .output()
        .unwrap();
    Output {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        call: command.to_owned(),
    }
}
