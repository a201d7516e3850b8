//! What a hook is told may be anything.

use super::REFUND;
use crate::support::claude::Claude;
use crate::support::marks::{log, status};
use crate::support::repo::Repo;
use serde_json::{Value, json};

#[test]
fn what_is_no_payload_is_noted_and_forgiven() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    let deep = "[".repeat(100_000);
    let long = format!("{{\"hook_event_name\":\"{}\"}}", "x".repeat(5_000_000));
    for payload in [
        "",
        "{",
        "null",
        "[]",
        "7",
        "\"text\"",
        "\u{0}",
        "{\"cwd\":3}",
        &deep,
        &long,
    ] {
        claude.tell_bytes(payload.as_bytes());
    }
    claude.tell_bytes(b"\xff\xfe{\x00");
    assert!(log(&repo).contains("claude-code: "), "{}", log(&repo));
    assert!(
        log(&repo).len() < 10_000,
        "what was told is not copied into the log"
    );
}

#[test]
fn fields_of_another_type_are_noted_and_forgiven() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    let write = claude.plan_write("refund.rs", REFUND);
    repo.write("refund.rs", REFUND);
    let strange = [json!(7), json!({"a": [null]}), json!("\u{0}")];
    for payload in [write.pre_payload(), write.post_payload()] {
        for field in payload.as_object().unwrap().keys() {
            for value in &strange {
                let mut payload = payload.clone();
                payload[field] = value.clone();
                payload["tool_use_id"] = json!(format!("{field} {value}"));
                claude.tell(&payload);
            }
        }
        for field in ["file_path", "content"] {
            for value in &strange {
                let mut payload = payload.clone();
                payload["tool_input"][field] = value.clone();
                claude.tell(&payload);
            }
        }
    }
    claude.write("refund.rs", REFUND);
    assert_eq!(repo.run(&["status"]).code, 0);
}

#[test]
fn paths_of_all_kinds_leave_the_rest_of_the_world_alone() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    let write = claude.plan_write("x", REFUND);
    let long = "a/".repeat(3000);
    for path in [
        "/",
        "/dev/null",
        "/dev/zero",
        "/proc/self/mem",
        "..",
        "../../../../etc/passwd",
        ".git",
        "a\nb",
        &long,
        "~",
    ] {
        let tell = |mut payload: Value| {
            payload["tool_input"]["file_path"] = json!(path);
            claude.tell(&payload);
        };
        tell(write.pre_payload());
        tell(write.post_payload());
    }
    assert_eq!(status(&repo), "");
}

#[test]
fn a_folder_that_is_not_there_is_forgiven() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    let bash = claude.plan_bash("true");
    for folder in ["/nowhere/at/all", "relative", "", "/dev/null"] {
        let tell = |mut payload: Value| {
            payload["cwd"] = json!(folder);
            claude.tell(&payload);
        };
        tell(bash.pre_payload());
        tell(bash.post_payload());
    }
}

#[test]
fn other_tools_and_other_events_say_nothing() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    let mut write = claude.plan_write("refund.rs", REFUND);
    write.perform();
    for (field, value) in [
        ("tool_name", "Read"),
        ("tool_name", "mcp__x__write"),
        ("hook_event_name", "Stop"),
    ] {
        let mut payload = write.post_payload();
        payload[field] = json!(value);
        claude.tell(&payload);
    }
    assert_eq!(status(&repo), "");
    assert_eq!(log(&repo), "");
}
