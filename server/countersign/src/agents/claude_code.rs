//! Claude Code: `PreToolUse`, `PostToolUse` and `PostToolUseFailure` on stdin,
//! as it is set up in `.claude/settings.json`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::BadPayload;
use crate::workspace::sighting::{Offered, Original, Phase, Sighting, Target};

/// As it is named on the command line and in origins.
pub(super) const NAME: &str = "claude-code";

/// Reads one payload.
pub(super) fn sighting(mut payload: Value) -> Result<Option<Sighting>, BadPayload> {
    let event = text(&payload, "hook_event_name").ok_or(BadPayload::Lacks("hook_event_name"))?;
    let phase = match event {
        "PreToolUse" => Phase::Before,
        // A tool that failed may have changed files before it did.
        "PostToolUse" | "PostToolUseFailure" => Phase::After,
        _ => return Ok(None),
    };
    let target = match text(&payload, "tool_name").ok_or(BadPayload::Lacks("tool_name"))? {
        "Write" | "Edit" | "MultiEdit" | "NotebookEdit" => file(&mut payload)?,
        "Bash" => Target::Shell {
            folder: folder(&payload)?,
        },
        _ => return Ok(None),
    };
    Ok(Some(told(&payload, phase, target)))
}

fn told(payload: &Value, phase: Phase, target: Target) -> Sighting {
    let owned = |key| text(payload, key).map(str::to_owned);
    Sighting {
        agent: NAME,
        session: owned("session_id"),
        model: owned("model"),
        call: owned("tool_use_id"),
        phase,
        target,
    }
}

fn file(payload: &mut Value) -> Result<Target, BadPayload> {
    let original = original(payload);
    let input = &payload["tool_input"];
    let named = text(input, "file_path").or_else(|| text(input, "notebook_path"));
    let named = named.ok_or(BadPayload::Lacks("tool_input.file_path"))?;
    let path = match Path::new(named).is_absolute() {
        true => PathBuf::from(named),
        false => folder(payload)?.join(named),
    };
    let response = &payload["tool_response"];
    Ok(Target::File {
        path,
        offered: offered(input, response),
        original,
    })
}

fn offered(input: &Value, response: &Value) -> Offered {
    let owned = |key| text(input, key).map(str::to_owned);
    // A notebook's cell stands in the file as JSON, which only the program writes.
    let whole = owned("content").or_else(|| text(response, "updated_file").map(str::to_owned));
    match (whole, owned("old_string"), owned("new_string")) {
        (Some(whole), _, _) => Offered::Whole(whole),
        (None, Some(old), Some(new)) => Offered::Replace { old, new },
        _ => Offered::Unknown,
    }
}

/// The text before, with line ends as the program normalises them.
fn original(payload: &mut Value) -> Option<Original> {
    let response = payload.get_mut("tool_response")?.as_object_mut()?;
    let told = response
        .remove("originalFile")
        .or_else(|| response.remove("original_file"))?;
    match told {
        Value::String(text) => Some(Original::Text(text)),
        Value::Null => Some(Original::Absent),
        _ => None,
    }
}

fn folder(payload: &Value) -> Result<PathBuf, BadPayload> {
    let folder = text(payload, "cwd")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute());
    folder.ok_or(BadPayload::Lacks("cwd"))
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Option<Sighting>, BadPayload> {
        sighting(serde_json::from_str(json).expect("the test's own JSON"))
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
        let offered = Offered::Replace {
            old: "a".into(),
            new: "b".into(),
        };
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
