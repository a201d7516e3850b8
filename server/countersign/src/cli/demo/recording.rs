//! A session of Claude Code, recorded: what its program told the hook before and after each tool use.
//!
//! The files are as they were recorded but for paths: `{{project}}` stands for the repository, `{{home}}` for the
//! home folder. What the tool did between the two is done again here.

use serde_json::Value;

use super::Trouble;
use super::stage::Stage;

/// One tool use: what was told before it, and after.
pub(super) struct Step {
    before: &'static str,
    after: &'static str,
}

/// The tool uses in their order.
pub(super) const SESSION: &[Step] = &[
    Step {
        before: include_str!("payloads/003-PreToolUse-Write.json"),
        after: include_str!("payloads/004-PostToolUse-Write.json"),
    },
    Step {
        before: include_str!("payloads/006-PreToolUse-Edit.json"),
        after: include_str!("payloads/007-PostToolUse-Edit.json"),
    },
    Step {
        before: include_str!("payloads/010-PreToolUse-Edit.json"),
        after: include_str!("payloads/011-PostToolUse-Edit.json"),
    },
    Step {
        before: include_str!("payloads/021-PreToolUse-Bash.json"),
        after: include_str!("payloads/022-PostToolUse-Bash.json"),
    },
];

impl Step {
    /// Tells the hook, does what the tool did, tells the hook again; in words, what happened.
    pub(super) fn play(&self, stage: &Stage) -> Result<String, Trouble> {
        let before = on_stage(self.before, stage);
        stage.hook(&before.to_string())?;
        let what = perform(&before, stage)?;
        stage.hook(&on_stage(self.after, stage).to_string())?;
        Ok(what)
    }
}

/// A payload with the paths of this repository.
fn on_stage(recorded: &str, stage: &Stage) -> Value {
    let mut payload = serde_json::from_str(recorded).unwrap_or_default();
    let root = stage.root().to_string_lossy();
    place(&mut payload, &root);
    payload
}

fn place(value: &mut Value, root: &str) {
    match value {
        Value::String(text) => *text = text.replace("{{project}}", root).replace("{{home}}", root),
        Value::Array(items) => items.iter_mut().for_each(|item| place(item, root)),
        Value::Object(fields) => fields.values_mut().for_each(|field| place(field, root)),
        _ => {}
    }
}

fn perform(payload: &Value, stage: &Stage) -> Result<String, Trouble> {
    let input = |name: &str| payload["tool_input"][name].as_str().unwrap_or_default();
    let file = input("file_path")
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default();
    match payload["tool_name"].as_str() {
        Some("Write") => {
            stage.write(file, input("content"))?;
            Ok(format!("Write  {file:7}  {}", first_line(input("content"))))
        }
        Some("Edit") => {
            let (old, new) = (input("old_string"), input("new_string"));
            let count = if payload["tool_input"]["replace_all"] == true {
                usize::MAX
            } else {
                1
            };
            stage.write(file, &stage.read(file)?.replacen(old, new, count))?;
            Ok(format!(
                "Edit   {file:7}  {}  becomes  {}",
                first_line(old),
                first_line(new)
            ))
        }
        _ => {
            let command = input("command");
            stage.shell(command)?;
            Ok(format!("Bash   {}", command.replace('\n', "\\n")))
        }
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}
