//! A hook and a server may be killed at any instant. `COUNTERSIGN_KILLS` asks for more of them.

use super::REFUND;
use crate::support::claude::Claude;
use crate::support::editor::{Editor, listed};
use crate::support::marks::status;
use crate::support::repo::Repo;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

fn start(repo: &Repo, payload: &Value) -> Child {
    let mut child = repo
        .command(repo.program().to_str().unwrap())
        .args(["hook", "claude-code"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(payload.to_string().as_bytes())
        .unwrap();
    child
}

/// Kills the hook after some of the time that it needs, from none to more than all, and tells it again, as an agent
/// does that saw no answer. Whatever had been acknowledged is there afterwards, and nothing twice.
#[test]
fn nothing_that_was_acknowledged_is_lost() {
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("first.rs", REFUND);
    let mut expected = vec!["first.rs: 6 unreviewed\n".to_owned()];
    for round in 0..kills(24) {
        let path = format!("f{round:03}.rs");
        let mut write =
            claude.plan_write(&path, &REFUND.replace("refund", &format!("refund_{round}")));
        killed_at(&repo, &write.pre_payload(), round % 24);
        write.perform();
        killed_at(&repo, &write.post_payload(), 24 - round % 24);
        write.post();
        expected.push(format!("{path}: 6 unreviewed\n"));
    }
    expected.sort();
    assert_eq!(status(&repo), expected.concat());
}

/// How often to kill.
pub(crate) fn kills(usual: u32) -> u32 {
    let told = std::env::var("COUNTERSIGN_KILLS").ok();
    told.and_then(|told| told.parse().ok()).unwrap_or(usual)
}

/// A person types and confirms function after function; the server is killed at some instant after each answer.
#[test]
fn what_a_server_answered_for_outlives_it() {
    let rounds = kills(12) as usize;
    let function = |round: usize| REFUND.replace("refund(", &format!("refund_{round}("));
    let text: String = (0..rounds).map(|round| function(round) + "\n").collect();
    let repo = Repo::with(&[("lib.rs", "mod pay;\n")]);
    Claude::new(&repo).write("pay.rs", &text);
    for round in 0..rounds {
        let mut editor = Editor::open_on(&repo);
        editor.open("pay.rs");
        let name = format!("`refund_{round}`");
        editor.diagnostics_until("pay.rs", &name, |all| listed(all).contains(&name));
        let line = round * (REFUND.lines().count() + 1);
        let action = editor.code_action("pay.rs", line, &format!("Confirm {name}"));
        editor.type_after("pay.rs", &format!("fn refund_{round}("), "typed: u8, ");
        let confirmed = editor.run(&action).is_ok();
        let action = editor.code_action("pay.rs", line, &format!("Confirm {name}"));
        assert!(
            !confirmed,
            "the buffer is another one since the action was offered"
        );
        editor.run(&action).unwrap();
        editor.ask(
            "countersign/regions",
            json!({ "textDocument": { "uri": editor.uri("pay.rs") } }),
        );
        spin(Duration::from_micros(100) * (round as u32 * 7 % 40));
        editor.kill();
    }
    assert_eq!(status(&repo), format!("pay.rs: {} confirmed\n", rounds * 6));
}

fn spin(time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
}

fn killed_at(repo: &Repo, payload: &Value, step: u32) {
    let mut hook = start(repo, payload);
    let until = Instant::now() + Duration::from_micros(500) * step;
    while Instant::now() < until && hook.try_wait().unwrap().is_none() {
        std::hint::spin_loop();
    }
    let _ = hook.kill();
    hook.wait().unwrap();
}
