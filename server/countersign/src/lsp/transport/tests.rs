//! The transport driven by a client of our own through pipes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod session;

use std::io::{self, BufReader};

use serde_json::{Value, json};
use tower_lsp::ls_types::OneOf;
use tower_lsp::ls_types::notification::TelemetryEvent;

use self::session::{LOST, Session, URI};

#[track_caller]
fn check_error(response: &Value, id: Value, code: i64) {
    assert_eq!(
        (&response["id"], &response["error"]["code"]),
        (&id, &code.into()),
        "{response}"
    );
}

#[test]
fn each_answer_reflects_exactly_the_changes_sent_before_it() {
    let mut session = Session::initialized();
    let mut expected = Vec::new();
    for change in 1..=5_000_u64 {
        session.change();
        if change % 7 == 0 {
            let command = if change % 2 == 0 {
                "count"
            } else {
                "count late"
            };
            session.command(change, command);
            expected.push((change, change));
        }
    }
    let mut answered = Vec::new();
    while answered.len() < expected.len() {
        let answer = session.response();
        answered.push((
            answer["id"].as_u64().unwrap(),
            answer["result"].as_u64().unwrap(),
        ));
    }
    answered.sort_unstable();
    assert_eq!(answered, expected);
    session.close_input();
}

#[test]
fn what_is_told_when_idle_never_goes_back_and_ends_with_the_last_change() {
    let mut session = Session::initialized();
    (0..5_000).for_each(|_| session.change());
    session.shutdown_and_exit(1);
    let (_, messages) = session.end();
    let told = messages
        .iter()
        .filter_map(|message| message["params"][0].as_u64());
    let told: Vec<_> = told.collect();
    assert!(told.is_sorted(), "{told:?}");
    assert_eq!(told.last(), Some(&5_000));
}

#[test]
fn handlers_that_wait_for_the_client_hold_up_nobody() {
    let mut session = Session::initialized();
    for id in 1..=500 {
        session.command(id, "ask");
        session.change();
    }
    session.command(501, "count");
    let mut questions = Vec::new();
    loop {
        let message = session.response();
        if message["id"] == 501 && message.get("result").is_some() {
            assert_eq!(message["result"], 500);
            break;
        }
        assert_eq!(message["method"], "workspace/workspaceFolders");
        questions.push(message["id"].clone());
    }
    while questions.len() < 500 {
        questions.push(session.response()["id"].clone());
    }
    for id in questions {
        session.send(&json!({"jsonrpc": "2.0", "id": id, "result": null}));
    }
    for _ in 0..500 {
        let answer = session.response();
        assert_eq!(
            answer["result"].as_u64(),
            answer["id"].as_u64().map(|id| id - 1)
        );
    }
    assert_eq!(session.close_input(), 1);
}

#[test]
fn a_notification_that_waits_is_finished_beside_the_queue() {
    let mut session = Session::initialized();
    session.open();
    session.change();
    let question = session.response();
    assert_eq!(question["method"], "workspace/workspaceFolders");
    session.check_alive();
    session.send(&json!({"jsonrpc": "2.0", "id": question["id"], "result": null}));
    while session.receive()["params"] != json!(["opened"]) {}
    session.check_alive();
}

#[test]
fn a_request_that_waits_can_be_cancelled() {
    let mut session = Session::initialized();
    session.command(1, "ask");
    session.notify("$/cancelRequest", json!({"id": 1}));
    let (first, second) = (session.response(), session.response());
    let answer = if first.get("error").is_some() {
        first
    } else {
        second
    };
    check_error(&answer, json!(1), -32800);
}

#[test]
fn malformed_messages_are_answered_and_survived() {
    let mut session = Session::initialized();
    session.raw("Content-Length: 8\r\n\r\n{\"json\":");
    check_error(&session.response(), Value::Null, -32700);
    session.send(&json!({"jsonrpc": "2.0", "id": 7, "method": 7}));
    check_error(&session.response(), json!(7), -32600);
    session.send(&json!([{"jsonrpc": "2.0", "id": 8, "method": "shutdown"}]));
    check_error(&session.response(), Value::Null, -32600);
    session.send(&json!("text"));
    check_error(&session.response(), Value::Null, -32600);
    session.send(&json!({"jsonrpc": "2.0", "id": 12345, "result": "nobody asked"}));
    session.request(9, "no/such/method", json!({}));
    check_error(&session.response(), json!(9), -32601);
    session.request(10, "workspace/executeCommand", json!({"command": 1}));
    check_error(&session.response(), json!(10), -32602);
    session.check_alive();
}

#[test]
fn headers_of_all_kinds_are_survived() {
    let mut session = Session::initialized();
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "no/such"}).to_string();
    let length = body.len();
    for header in [
        format!("content-length: {length}\r\n"),
        format!(
            "Content-Length: {length}\r\nContent-Type: application/vscode-jsonrpc\r\nX-More: 1\r\n"
        ),
        format!("Content-Type: a/b; charset=utf-8\r\nContent-Length: {length}\r\n"),
        format!("Content-Length: many\r\n\r\n{body}Content-Length: {length}\r\n"),
        format!("what is this?\r\nContent-Length: {length}\r\n"),
    ] {
        session.raw(&format!("{header}\r\n{body}"));
        check_error(&session.response(), json!(1), -32601);
    }
}

#[test]
fn an_oversized_message_is_told_in_its_turn_and_survived() {
    let mut session = Session::initialized();
    session.change();
    session.raw("Content-Length: 67108865\r\n\r\n{}");
    session.command(1, "count");
    assert_eq!(session.response()["result"], 1 + LOST);
    session.check_alive();
}

#[test]
fn a_panic_is_an_internal_error() {
    let mut session = Session::initialized();
    for (id, command) in [(1, "panic"), (2, "panic late")] {
        session.command(id, command);
        check_error(&session.response(), json!(id), -32603);
    }
    session.notify(
        "textDocument/didClose",
        json!({"textDocument": {"uri": URI}}),
    );
    session.check_alive();
}

#[test]
fn exit_after_shutdown_is_success() {
    let mut session = Session::initialized();
    session.request(1, "shutdown", Value::Null);
    assert_eq!(
        session.receive(),
        json!({"jsonrpc": "2.0", "id": 1, "result": null})
    );
    session.command(2, "count");
    check_error(&session.receive(), json!(2), -32600);
    session.notify("exit", Value::Null);
    assert_eq!(session.end(), (0, vec![]));
}

#[test]
fn exit_without_shutdown_is_failure() {
    let mut session = Session::initialized();
    session.notify("exit", Value::Null);
    assert_eq!(session.end(), (1, vec![]));
}

#[test]
fn shutdown_before_initialize_is_no_shutdown() {
    let mut session = Session::start();
    session.shutdown_and_exit(1);
    let (code, messages) = session.end();
    assert_eq!(code, 1);
    check_error(&messages[0], json!(1), -32002);
}

#[test]
fn the_end_of_the_input_is_the_end() {
    assert_eq!(Session::start().close_input(), 1);
    assert_eq!(Session::initialized().close_input(), 1);
    let mut session = Session::initialized();
    session.request(1, "shutdown", Value::Null);
    assert_eq!(session.close_input(), 0);
}

#[test]
fn a_closed_output_is_the_end() {
    let mut session = Session::initialized();
    let (other, _) = io::pipe().unwrap();
    session.output = BufReader::new(other);
    session.command(1, "count");
    assert_eq!(session.server.join().unwrap(), 1);
}

#[test]
fn every_request_is_answered_once_before_the_end() {
    let mut session = Session::initialized();
    for id in 1..=2_000 {
        session.command(id, if id % 2 == 0 { "count" } else { "count late" });
    }
    session.shutdown_and_exit(2_001);
    let (code, messages) = session.end();
    assert_eq!(code, 0);
    let mut answered: Vec<_> = messages
        .iter()
        .map(|answer| answer["id"].as_u64())
        .collect();
    answered.sort_unstable();
    assert_eq!(answered, (1..=2_001).map(Some).collect::<Vec<_>>());
}

#[test]
fn a_request_that_waits_for_the_client_is_cancelled_at_the_end() {
    let mut session = Session::initialized();
    session.command(1, "ask");
    session.shutdown_and_exit(2);
    let (code, messages) = session.end();
    assert_eq!(code, 0);
    let answer = messages.iter().find(|message| message["id"] == 1);
    check_error(answer.unwrap(), json!(1), -32800);
}

#[test]
fn another_thread_wakes_the_driver() {
    let mut session = Session::initialized();
    for change in 1..=100 {
        *session.changes.lock().unwrap() += 1;
        session.waker.wake();
        assert_eq!(session.receive()["params"], json!([change]));
    }
}

#[test]
fn notifications_of_other_threads_come_in_the_order_of_the_calls() {
    let mut session = Session::initialized();
    let outbox = session.outbox.clone();
    let sender = std::thread::spawn(move || {
        for number in 0..1_000 {
            outbox.notify::<TelemetryEvent>(OneOf::Right(vec![number.into()]));
        }
    });
    for number in 0..1_000 {
        assert_eq!(session.receive()["params"], json!([number]));
    }
    sender.join().unwrap();
}

#[test]
fn half_a_surrogate_pair_loses_no_change() {
    let mut session = Session::initialized();
    let change = r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":
        {"textDocument":{"uri":"file:///a","version":2},"contentChanges":[{"text":"\ud83d"}]}}"#;
    session.raw(&format!("Content-Length: {}\r\n\r\n{change}", change.len()));
    assert_eq!(session.receive()["params"], json!([1]));
}
