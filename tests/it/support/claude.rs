//! Claude Code: what it tells its hooks, and what it does between.
//!
//! The payloads are recordings of the real program (`payloads/claude/`) whose tool, input and response are replaced.
//! Its traps are kept: the text before is LF-normalised, a failed command fires another event, a subagent has an id.

mod tool_use;

use super::output::Output;
use super::repo::Repo;
use serde_json::{Value, json};
use std::cell::Cell;
use std::path::Path;
pub(crate) use tool_use::{Tool, ToolUse, Which};

/// What the hook sees of the assistant's own variables.
const VARIABLES: &[(&str, &str)] = &[("CLAUDECODE", "1"), ("CLAUDE_CODE_ENTRYPOINT", "cli")];

/// One session of Claude Code, or a subagent of one.
pub(crate) struct Claude<'a> {
    repo: &'a Repo,
    session: String,
    agent: Option<String>,
    uses: Cell<u32>,
}

impl<'a> Claude<'a> {
    /// A session in this repository.
    pub(crate) fn new(repo: &'a Repo) -> Self {
        Self::in_session(repo, "e0643688-029d-4daf-bd0c-3bcbed709a5c")
    }

    /// A session with an id of its own.
    pub(crate) fn in_session(repo: &'a Repo, session: &str) -> Self {
        Self {
            repo,
            session: session.to_owned(),
            agent: None,
            uses: Cell::new(0),
        }
    }

    /// A subagent of this session.
    pub(crate) fn subagent(&self) -> Self {
        Self {
            agent: Some("a9c66acdd0b070262".to_owned()),
            uses: Cell::new(1000),
            ..Self::in_session(self.repo, &self.session)
        }
    }

    /// Writes a whole file.
    #[track_caller]
    pub(crate) fn write(&self, path: &str, content: &str) {
        self.plan_write(path, content).all();
    }

    /// Replaces the only occurrence of `old`.
    #[track_caller]
    pub(crate) fn edit(&self, path: &str, old: &str, new: &str) {
        self.plan_edit(path, old, new, Which::One).all();
    }

    /// Replaces every occurrence of `old`.
    #[track_caller]
    pub(crate) fn edit_all(&self, path: &str, old: &str, new: &str) {
        self.plan_edit(path, old, new, Which::All).all();
    }

    /// Runs a shell command in the top folder; a failure is told as one, and given back.
    #[track_caller]
    pub(crate) fn bash(&self, command: &str) -> Output {
        self.plan_bash(command).all().unwrap()
    }

    /// Tells of a write that is about to happen; it may then be performed, told of, or denied.
    #[track_caller]
    pub(crate) fn pre_write(&'a self, path: &str, content: &str) -> ToolUse<'a> {
        self.plan_write(path, content).told()
    }

    /// Tells of an edit that is about to happen.
    #[track_caller]
    pub(crate) fn pre_edit(&'a self, path: &str, old: &str, new: &str) -> ToolUse<'a> {
        self.plan_edit(path, old, new, Which::One).told()
    }

    /// Tells of a shell command that is about to run.
    #[track_caller]
    pub(crate) fn pre_bash(&'a self, command: &str) -> ToolUse<'a> {
        self.plan_bash(command).told()
    }

    /// Writes a file and tells only afterwards, as when the hook was set up in between.
    #[track_caller]
    pub(crate) fn post_write(&self, path: &str, content: &str) {
        self.plan_write(path, content).finish();
    }

    /// Edits a file and tells only afterwards.
    #[track_caller]
    pub(crate) fn post_edit(&self, path: &str, old: &str, new: &str) {
        self.plan_edit(path, old, new, Which::One).finish();
    }

    /// Runs a command and tells only afterwards.
    #[track_caller]
    pub(crate) fn post_bash(&self, command: &str) {
        self.plan_bash(command).finish();
    }

    /// A write of which nothing has been told yet.
    pub(crate) fn plan_write(&self, path: &str, content: &str) -> ToolUse<'_> {
        self.plan(Tool::Write {
            path: path.to_owned(),
            content: content.to_owned(),
        })
    }

    /// An edit of which nothing has been told yet.
    pub(crate) fn plan_edit(&self, path: &str, old: &str, new: &str, which: Which) -> ToolUse<'_> {
        self.plan(Tool::Edit {
            path: path.to_owned(),
            old: old.to_owned(),
            new: new.to_owned(),
            which,
        })
    }

    /// A shell command of which nothing has been told yet.
    pub(crate) fn plan_bash(&self, command: &str) -> ToolUse<'_> {
        self.plan(Tool::Bash {
            command: command.to_owned(),
        })
    }

    fn plan(&self, tool: Tool) -> ToolUse<'_> {
        let number = self.uses.get() + 1;
        self.uses.set(number);
        let session = self.session.get(..8).unwrap_or("");
        ToolUse::new(self, format!("toolu_{session}{number:04}"), tool)
    }

    /// Gives the hook this payload. Whatever it holds, the hook succeeds and is silent.
    #[track_caller]
    pub(crate) fn tell(&self, payload: &Value) {
        self.tell_bytes(payload.to_string().as_bytes());
    }

    /// The same for what may not even be JSON.
    #[track_caller]
    pub(crate) fn tell_bytes(&self, payload: &[u8]) {
        let output = self
            .repo
            .run_with(VARIABLES, &["hook", "claude-code"], payload);
        let silent = output.stdout.is_empty() && output.stderr.is_empty();
        assert!(
            output.code == 0 && silent,
            "a hook succeeds and is silent, but {output}"
        );
    }

    /// A recording as the real program would have sent it from this repository.
    pub(crate) fn recorded(&self, recording: &str) -> Value {
        let folder = |path: &Path| {
            let quoted = json!(path.to_string_lossy()).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        };
        let text = recording
            .replace("{{project}}", &folder(self.repo.root()))
            .replace("{{home}}", &folder(&self.repo.home()))
            .replace("{{out}}", &folder(&self.repo.home()));
        serde_json::from_str(&text).unwrap()
    }
}
