//! A small server, and the client's side of a running one.

use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Read, Write};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::notification::TelemetryEvent;
use tower_lsp::ls_types::*;
use tower_lsp::{Client, LanguageServer, LspService};

use super::super::{Lost, Outbox, TooLong, Transport, Waker, serve};

pub(super) const URI: &str = "file:///a";

/// What a message that was not read counts for.
pub(super) const LOST: u64 = 1000;

/// A server whose state is the number of changes seen, and whose commands wait and fail as told.
struct Counter {
    client: Client,
    changes: Arc<Mutex<u64>>,
}

impl LanguageServer for Counter {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        Ok(InitializeResult::default())
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_change(&self, _: DidChangeTextDocumentParams) {
        *self.changes.lock().unwrap() += 1;
    }

    /// Waits for the client, as no notification should.
    async fn did_open(&self, _: DidOpenTextDocumentParams) {
        let _ = self.client.workspace_folders().await;
        self.client.telemetry_event("opened").await;
    }

    async fn did_close(&self, _: DidCloseTextDocumentParams) {
        panic!("as a test asked");
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        let seen = *self.changes.lock().unwrap();
        match params.command.as_str() {
            "count" => {}
            "count late" => tokio::task::spawn_blocking(|| ()).await.unwrap(),
            "ask" => drop(self.client.workspace_folders().await),
            "panic" => panic!("as a test asked"),
            "panic late" => {
                tokio::task::yield_now().await;
                panic!("as a test {} later", "asked");
            }
            other => panic!("no such command: {other}"),
        }
        Ok(Some(seen.into()))
    }
}

impl Lost for Counter {
    fn lost(&self, _: &TooLong) {
        *self.changes.lock().unwrap() += LOST;
    }
}

/// The client's side of a running server.
pub(super) struct Session {
    pub(super) input: Option<PipeWriter>,
    pub(super) output: BufReader<PipeReader>,
    pub(super) server: JoinHandle<u8>,
    pub(super) changes: Arc<Mutex<u64>>,
    pub(super) outbox: Outbox,
    pub(super) waker: Waker,
}

impl Session {
    /// Starts a server that tells the number of changes by `telemetry/event` whenever it is idle and the number
    /// is not the one told last.
    pub(super) fn start() -> Self {
        let (server_input, input) = io::pipe().unwrap();
        let (output, server_output) = io::pipe().unwrap();
        let transport = Transport::new();
        let (outbox, waker) = (transport.outbox.clone(), transport.waker.clone());
        let changes = Arc::default();
        let shared = Arc::clone(&changes);
        let server = std::thread::spawn(|| run(transport, shared, server_input, server_output));
        Self {
            input: Some(input),
            output: BufReader::new(output),
            server,
            changes,
            outbox,
            waker,
        }
    }

    /// Starts a server and initializes it.
    pub(super) fn initialized() -> Self {
        let mut session = Self::start();
        session.request(0, "initialize", json!({"capabilities": {}}));
        assert_eq!(session.receive()["id"], 0);
        session.notify("initialized", json!({}));
        session
    }

    pub(super) fn raw(&mut self, bytes: &str) {
        // A server that has ended reads no more, which is what some tests are about.
        let _ = self.input.as_mut().unwrap().write_all(bytes.as_bytes());
    }

    pub(super) fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    }

    pub(super) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    pub(super) fn request(&mut self, id: u64, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
    }

    pub(super) fn command(&mut self, id: u64, command: &str) {
        self.request(id, "workspace/executeCommand", json!({"command": command}));
    }

    pub(super) fn change(&mut self) {
        let document = json!({"uri": URI, "version": 1});
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": []}),
        );
    }

    pub(super) fn open(&mut self) {
        let document = json!({"uri": URI, "languageId": "x", "version": 1, "text": ""});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    pub(super) fn shutdown_and_exit(&mut self, id: u64) {
        self.request(id, "shutdown", Value::Null);
        self.notify("exit", Value::Null);
    }

    /// The next message of the server's; panics at the end of its output.
    pub(super) fn receive(&mut self) -> Value {
        self.next().expect("the server has closed its output")
    }

    pub(super) fn next(&mut self) -> Option<Value> {
        let (mut header, mut blank) = (String::new(), String::new());
        if self.output.read_line(&mut header).unwrap() == 0 {
            return None;
        }
        self.output.read_line(&mut blank).unwrap();
        assert_eq!(blank, "\r\n");
        let length = header.strip_prefix("Content-Length: ").unwrap().trim_end();
        let mut body = vec![0; length.parse().unwrap()];
        self.output.read_exact(&mut body).unwrap();
        Some(serde_json::from_slice(&body).unwrap())
    }

    /// The next message that is not a notification.
    pub(super) fn response(&mut self) -> Value {
        loop {
            let message = self.receive();
            if message.get("id").is_some() {
                return message;
            }
        }
    }

    /// Checks that the server still answers.
    #[track_caller]
    pub(super) fn check_alive(&mut self) {
        self.command(1_000_000, "count late");
        assert_eq!(self.response()["id"], 1_000_000);
    }

    /// The exit code, with all that was still to be read.
    pub(super) fn end(mut self) -> (u8, Vec<Value>) {
        let rest = std::iter::from_fn(|| self.next()).collect();
        (self.server.join().unwrap(), rest)
    }

    /// The exit code after the input is closed.
    pub(super) fn close_input(mut self) -> u8 {
        self.input = None;
        self.end().0
    }
}

fn run(
    transport: Transport,
    changes: Arc<Mutex<u64>>,
    input: PipeReader,
    output: PipeWriter,
) -> u8 {
    let (service, socket) = LspService::new(|client| Counter {
        client,
        changes: Arc::clone(&changes),
    });
    let outbox = transport.outbox.clone();
    let mut told = 0;
    let on_idle = move || {
        let seen = *changes.lock().unwrap();
        if seen != told {
            outbox.notify::<TelemetryEvent>(OneOf::Right(vec![seen.into()]));
            told = seen;
        }
    };
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(serve(service, socket, transport, input, output, on_idle))
}
