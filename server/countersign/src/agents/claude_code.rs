//! Claude Code: `PreToolUse`, `PostToolUse` and `PostToolUseFailure` on stdin,
//! as it is set up in `.claude/settings.json`.

use std::path::{Path, PathBuf};

use super::{BadPayload, Payload, Settings};
use crate::workspace::sighting::{Offered, Original, Phase, Replacement, Sighting, Target};

/// As it is named on the command line and in origins.
pub(super) const NAME: &str = "claude-code";

/// Names to a hook the folder in which the program was started.
const PROJECT: &str = "CLAUDE_PROJECT_DIR";

/// The tools are those that [`sighting`] understands.
pub(super) const SETTINGS: Settings = Settings {
    programs: &["claude"],
    folder: ".claude",
    folder_variable: Some("CLAUDE_CONFIG_DIR"),
    user: "settings.json",
    shared: ".claude/settings.json",
    local: Some(".claude/settings.local.json"),
    events: &["PreToolUse", "PostToolUse", "PostToolUseFailure"],
    matcher: "Write|Edit|MultiEdit|NotebookEdit|Bash",
    heard: "sessions that run already have to be started anew",
};

/// Reads one payload.
pub(super) fn sighting<'a>(payload: &Payload<'a>) -> Result<Option<Sighting<'a>>, BadPayload> {
    let event = required(payload, "hook_event_name")?;
    let phase = match event.as_str() {
        "PreToolUse" => Phase::Before,
        // A tool that failed may have changed files before it did.
        "PostToolUse" | "PostToolUseFailure" => Phase::After,
        _ => return Ok(None),
    };
    let folders = folders(payload);
    let target = match required(payload, "tool_name")?.as_str() {
        "Write" | "Edit" | "MultiEdit" | "NotebookEdit" => file(payload)?,
        "Bash" => Target::Shell {
            took: payload.number("duration_ms"),
        },
        _ => return Ok(None),
    };
    Ok(Some(Sighting {
        agent: NAME,
        session: payload.text("session_id"),
        model: payload.text("model"),
        call: payload.text("tool_use_id"),
        phase,
        folders: match target {
            Target::File { .. } => folders.unwrap_or_default(),
            Target::Shell { .. } => folders?,
        },
        target,
    }))
}

fn required(payload: &Payload<'_>, key: &'static str) -> Result<String, BadPayload> {
    payload.text(key).ok_or(BadPayload::Lacks(key))
}

fn file<'a>(payload: &Payload<'a>) -> Result<Target<'a>, BadPayload> {
    let input = payload.object("tool_input");
    let named = input
        .text("file_path")
        .or_else(|| input.text("notebook_path"));
    let named = named.ok_or(BadPayload::Lacks("tool_input.file_path"))?;
    let path = match Path::new(&named).is_absolute() {
        true => PathBuf::from(named),
        false => folder(payload)?.join(named),
    };
    let response = payload.object("tool_response");
    Ok(Target::File {
        path,
        offered: offered(&input, &response),
        original: original(&response),
    })
}

fn offered(input: &Payload<'_>, response: &Payload<'_>) -> Offered {
    // A notebook's cell stands in the file as JSON, which only the program writes.
    let whole = input
        .text("content")
        .or_else(|| response.text("updated_file"));
    let parts = match input.list("edits") {
        Some(edits) => edits.iter().map(replacement).collect(),
        None => replacement(input).map(|part| vec![part]),
    };
    match (whole, parts) {
        (Some(whole), _) => Offered::Whole(whole),
        (None, Some(parts)) => Offered::Replace(parts),
        (None, None) => Offered::Unknown,
    }
}

fn replacement(edit: &Payload<'_>) -> Option<Replacement> {
    let (old, new) = (edit.text("old_string")?, edit.text("new_string")?);
    Some(Replacement { old, new })
}

/// The text before, with line ends as the program normalises them.
fn original<'a>(response: &Payload<'a>) -> Option<Original<'a>> {
    let told = response
        .json("originalFile")
        .or_else(|| response.json("originalFileContents"))
        .or_else(|| response.json("original_file"))?;
    match told {
        "null" => Some(Original::Absent),
        text if text.starts_with('"') => Some(Original::Text(text)),
        _ => None,
    }
}

fn folder(payload: &Payload<'_>) -> Result<PathBuf, BadPayload> {
    let folder = payload.text("cwd").map(PathBuf::from);
    let folder = folder.filter(|folder| folder.is_absolute());
    folder.ok_or(BadPayload::Lacks("cwd"))
}

fn folders(payload: &Payload<'_>) -> Result<Vec<PathBuf>, BadPayload> {
    let project = std::env::var_os(PROJECT).map(PathBuf::from);
    let project = project.filter(|folder| folder.is_absolute());
    Ok([folder(payload)?].into_iter().chain(project).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Option<Sighting<'_>>, BadPayload> {
        sighting(&Payload::read(json.as_bytes()).expect("the test's own JSON"))
    }

    #[test]
    fn an_edit_names_its_file_and_what_it_offers() {
        let sighting = read(
            r#"{"hook_event_name":"PreToolUse","tool_name":"Edit","session_id":"s","tool_use_id":"t","cwd":"/p",
                "tool_input":{"file_path":"/p/a.rs","old_string":"a","new_string":"b"}}"#,
        );
        let sighting = sighting.expect("a payload").expect("a sighting");
        assert_eq!(
            (sighting.phase, sighting.call.as_deref()),
            (Phase::Before, Some("t"))
        );
        let offered = Offered::Replace(vec![Replacement {
            old: "a".into(),
            new: "b".into(),
        }]);
        assert_eq!(
            sighting.target,
            Target::File {
                path: "/p/a.rs".into(),
                offered,
                original: None
            }
        );
    }

    #[test]
    fn a_relative_path_counts_from_the_working_directory() {
        let json = r#"{"hook_event_name":"PostToolUse","tool_name":"Write","cwd":"/p",
            "tool_input":{"file_path":"a.rs","content":""},"tool_response":{"originalFile":null}}"#;
        let Ok(Some(Sighting {
            target: Target::File { path, original, .. },
            ..
        })) = read(json)
        else {
            panic!("a file");
        };
        assert_eq!((path, original), ("/p/a.rs".into(), Some(Original::Absent)));
    }

    #[test]
    fn hostile_payloads_are_told_apart_from_other_events() {
        assert_eq!(read("[]"), Err(BadPayload::Lacks("hook_event_name")));
        assert_eq!(
            read(r#"{"hook_event_name":7}"#),
            Err(BadPayload::Lacks("hook_event_name"))
        );
        assert_eq!(read(r#"{"hook_event_name":"Stop"}"#), Ok(None));
        let no_path = r#"{"hook_event_name":"PreToolUse","tool_name":"Write","tool_input":{"file_path":[1]}}"#;
        assert_eq!(
            read(no_path),
            Err(BadPayload::Lacks("tool_input.file_path"))
        );
        let relative = r#"{"hook_event_name":"PreToolUse","tool_name":"Bash","cwd":"../.."}"#;
        assert_eq!(read(relative), Err(BadPayload::Lacks("cwd")));
    }
}
