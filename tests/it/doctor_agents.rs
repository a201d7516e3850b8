//! `doctor`: what is wrong with the hooks of an agent.

use crate::doctor::{SETTINGS, set_up, told};
use crate::support::claude::Claude;
use std::fs;

#[test]
fn hooks_that_are_set_up_in_part_or_switched_off_are_a_trouble() {
    let desk = set_up();
    told(
        &desk.run(&["doctor"]).ok(),
        "--",
        "Claude Code",
        "nothing was heard of it yet",
    );
    let text = desk.repo.read(SETTINGS);
    desk.repo
        .write(SETTINGS, text.replace("PostToolUseFailure", "Stop"));
    let said = desk.run(&["doctor"]).expect_code(1);
    let next = told(&said, "!!", "Claude Code", "PostToolUseFailure lack");
    assert_eq!(next, "next: countersign init");
    desk.repo.write(
        SETTINGS,
        text.replacen('{', "{\"disableAllHooks\": true,", 1),
    );
    told(
        &desk.run(&["doctor"]).expect_code(1),
        "!!",
        "Claude Code",
        "switches all hooks off",
    );
    desk.repo.write(
        SETTINGS,
        text.replace("Write|Edit|MultiEdit|NotebookEdit|Bash", "Write|Edit"),
    );
    let next = told(
        &desk.run(&["doctor"]).expect_code(1),
        "!!",
        "Claude Code",
        "not called for NotebookEdit, Bash",
    );
    assert_eq!(next, "next: countersign init");
    desk.repo.write(SETTINGS, "{");
    told(
        &desk.run(&["doctor"]).expect_code(1),
        "!!",
        "Claude Code",
        "cannot be understood: line 1",
    );
}

#[test]
fn hooks_that_call_what_is_not_there_are_a_trouble() {
    let desk = set_up();
    fs::remove_file(desk.bin().join("countersign")).unwrap();
    let said = desk.run(&["doctor"]).expect_code(1);
    told(
        &said,
        "!!",
        "Claude Code",
        "its hooks call `countersign`, which is not there",
    );
    let text = desk.repo.read(SETTINGS);
    desk.repo.write(
        SETTINGS,
        text.replace("countersign hook", "/no/such/countersign hook"),
    );
    let said = desk.run(&["doctor"]).expect_code(1);
    told(&said, "!!", "Claude Code", "`/no/such/countersign`");
}

#[test]
fn a_fault_of_a_hook_is_a_trouble_until_the_agent_is_heard_again() {
    let desk = set_up();
    let claude = Claude::new(&desk.repo);
    let broken = serde_json::json!({
        "hook_event_name": "PreToolUse", "tool_name": "Write", "cwd": desk.repo.root(), "tool_input": {}
    });
    claude.tell(&broken);
    let said = desk.run(&["doctor"]).expect_code(1);
    let next = told(&said, "!!", "Claude Code", "a hook failed at ");
    assert!(next.ends_with("hook.log"), "{next}");
    claude.write("a.rs", "fn a() {}\n");
    told(
        &desk.run(&["doctor"]).ok(),
        "--",
        "Claude Code",
        "since then it was heard",
    );
}

#[test]
fn a_hook_that_is_called_for_nobody_is_a_trouble_until_an_agent_is_heard() {
    for arguments in [&["hook"][..], &["hook", "claude"], &["hook", "--verbose"]] {
        let desk = set_up();
        desk.run(&["doctor"]).ok();
        let payload = serde_json::json!({ "cwd": desk.repo.root() }).to_string();
        desk.repo.run_with(&[], arguments, payload.as_bytes()).ok();
        let said = desk.run(&["doctor"]).expect_code(1);
        let named = arguments.get(1).unwrap_or(&"");
        let why = format!("it was called for `{named}`, which is not an agent; known: claude-code");
        let next = told(&said, "!!", "hooks", &why);
        assert!(next.ends_with("hook.log"), "{next}");
        Claude::new(&desk.repo).write("a.rs", "fn a() {}\n");
        told(
            &desk.run(&["doctor"]).ok(),
            "--",
            "hooks",
            "since then it was heard",
        );
    }
}
