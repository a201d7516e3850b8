//! A disk without room: nothing is said to be done that is not, and nothing is lost.

use super::REFUND;
use crate::support::claude::Claude;
use crate::support::marks::status;
use crate::support::repo::Repo;
use expect_test::expect;

/// Enough to read the ledger, too little to write to it.
const LITTLE: u32 = 32 << 10;
/// Too little even for that.
const LESS: u32 = 8 << 10;

fn visited() -> Repo {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    Claude::new(&repo).write("refund.rs", REFUND);
    repo
}

#[test]
fn what_cannot_be_written_down_is_not_confirmed() {
    let repo = visited();
    let confirm = ["confirm", "refund.rs"];
    for room in [LITTLE, LESS] {
        let said = repo
            .run_in_terminal_on_a_full_disk(room, &confirm)
            .expect_code(2);
        let all = format!("{}{}", said.stdout, said.stderr);
        assert!(all.contains("is full"), "{said}");
        assert!(all.contains("hint: make room on that disk"), "{said}");
        assert_eq!(status(&repo), "refund.rs: 6 unreviewed\n");
    }
    repo.run_in_terminal(&confirm).ok();
    assert_eq!(status(&repo), "refund.rs: 6 confirmed\n");
}

#[test]
fn what_can_be_read_is_shown_and_the_gate_is_never_green_for_lack_of_room() {
    let repo = visited();
    repo.commit("Refund");
    let said = repo.run_on_a_full_disk(LITTLE, &["status"], b"").ok();
    assert!(
        said.stdout.contains("refund.rs: 6 lines unreviewed"),
        "{said}"
    );
    repo.run_on_a_full_disk(LITTLE, &["check"], b"")
        .expect_code(1);
    let said = repo
        .run_on_a_full_disk(LESS, &["check"], b"")
        .expect_code(2);
    expect![[r#"
        error: the disk that holds the ledger LEDGER is full
        hint: make room on that disk and repeat
    "#]]
    .assert_eq(&said.stderr.replace(
        &*repo.path(".git/countersign/ledger.db").to_string_lossy(),
        "LEDGER",
    ));
}

#[test]
fn what_is_told_to_a_full_disk_is_not_told() {
    let repo = visited();
    for arguments in [
        &["status", "--json"][..],
        &["blame", "refund.rs"],
        &["check"],
    ] {
        let mut command = repo.command("sh");
        let words = [
            &["-c", "exec \"$0\" \"$@\" >/dev/full"],
            &[repo.program().to_str().unwrap()][..],
        ];
        let said = command
            .args(words.concat())
            .args(arguments)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(
            errors.contains("not all could be written to stdout"),
            "{errors}"
        );
    }
}

#[test]
fn a_hook_does_not_fail_its_agent() {
    let repo = visited();
    let payload = format!(
        r#"{{"hook_event_name":"PostToolUse","session_id":"s","tool_use_id":"t","cwd":{root:?},"tool_name":"Write","tool_input":{{"file_path":{file:?},"content":"mod more;\n"}},"tool_response":{{}}}}"#,
        root = repo.root(),
        file = repo.path("more.rs"),
    );
    repo.write("more.rs", "mod more;\n");
    for room in [LITTLE, LESS] {
        let said = repo
            .run_on_a_full_disk(room, &["hook", "claude-code"], payload.as_bytes())
            .ok();
        assert_eq!(said.stdout, "", "{said}");
        assert_eq!(said.stderr, "", "{said}");
    }
    assert!(status(&repo).contains("refund.rs: 6 unreviewed"));
}
