//! A hook may be killed at any instant.

use super::REFUND;
use crate::support::claude::Claude;
use crate::support::marks::status;
use crate::support::repo::Repo;
use serde_json::Value;
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
    for round in 0..24 {
        let path = format!("f{round:02}.rs");
        let mut write =
            claude.plan_write(&path, &REFUND.replace("refund", &format!("refund_{round}")));
        killed_at(&repo, &write.pre_payload(), round);
        write.perform();
        killed_at(&repo, &write.post_payload(), 24 - round);
        write.post();
        expected.push(format!("{path}: 6 unreviewed\n"));
    }
    expected.sort();
    assert_eq!(status(&repo), expected.concat());
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
