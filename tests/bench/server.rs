//! A language client that spends as little time as it can, so that the server's is measured.

use crate::repo::Repo;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// A running server.
pub(crate) struct Server {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    last_id: i64,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts a server and agrees on UTF-8; it publishes diagnostics.
    pub(crate) fn start(repo: &Repo) -> Self {
        Server::with(
            repo,
            &json!({}),
            &json!({ "publishDiagnostics": { "versionSupport": true } }),
        )
    }

    /// The same, but it is asked for diagnostics.
    pub(crate) fn start_asking(repo: &Repo) -> Self {
        let refresh = json!({ "diagnostics": { "refreshSupport": true } });
        Server::with(repo, &refresh, &json!({ "diagnostic": {} }))
    }

    fn with(repo: &Repo, workspace: &Value, document: &Value) -> Self {
        let mut command = repo.countersign(&["lsp"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::with_capacity(1 << 20, child.stdout.take().unwrap());
        let mut server = Server {
            child,
            stdin,
            stdout,
            last_id: 0,
        };
        let capabilities = json!({
            "general": { "positionEncodings": ["utf-8"] },
            "workspace": workspace,
            "textDocument": document,
        });
        let root = format!("file://{}", repo.root().display());
        let params = json!({ "processId": std::process::id(), "rootUri": root, "capabilities": capabilities });
        server.request("initialize", &params);
        server.notify("initialized", &json!({}));
        server
    }

    /// Opens a file as version 1 and waits for its diagnostics; how many there are.
    pub(crate) fn open(&mut self, uri: &str, text: &str) -> usize {
        let message = opening(uri, text);
        self.send(&message);
        let published = self.diagnostics_of(1);
        count(&published)
    }

    /// Sends a message that was framed before.
    pub(crate) fn send(&mut self, framed: &[u8]) {
        self.stdin.write_all(framed).unwrap();
    }

    /// Waits for diagnostics of this version; the message as it came.
    pub(crate) fn diagnostics_of(&mut self, version: i32) -> Vec<u8> {
        wait_for(&mut self.stdout, version)
    }

    /// Sends all of this at once, and waits for the diagnostics of its last version.
    pub(crate) fn flood(&mut self, framed: &[u8], last_version: i32) {
        let Server { stdin, stdout, .. } = self;
        std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(framed).unwrap());
            wait_for(stdout, last_version);
        });
    }

    /// Asks, and waits for the answer.
    pub(crate) fn request(&mut self, method: &str, params: &Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&framed(
            &json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }),
        ));
        loop {
            let message: Value = serde_json::from_slice(&next(&mut self.stdout)).unwrap();
            if message["id"] == id && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{message}");
                return message["result"].clone();
            }
        }
    }

    /// Asks, and waits for the answer without reading it.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&framed(
            &json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }),
        ));
        let wanted = format!("\"id\":{id}");
        let is_it = |body: &[u8]| {
            let ends = [
                &body[..body.len().min(80)],
                &body[body.len().saturating_sub(80)..],
            ];
            ends.iter()
                .any(|end| String::from_utf8_lossy(end).contains(&wanted))
        };
        while !is_it(&next(&mut self.stdout)) {}
    }

    /// Tells.
    pub(crate) fn notify(&mut self, method: &str, params: &Value) {
        self.send(&framed(
            &json!({ "jsonrpc": "2.0", "method": method, "params": params }),
        ));
    }

    /// Resident memory in MiB, where the system tells.
    pub(crate) fn resident(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib / 1024.0)
    }
}

/// The body of the next message.
fn next(stdout: &mut BufReader<ChildStdout>) -> Vec<u8> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        assert!(
            stdout.read_line(&mut line).unwrap() > 0,
            "the server has ended"
        );
        match line.trim_end().strip_prefix("Content-Length: ") {
            Some(value) => length = value.parse().unwrap(),
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    stdout.read_exact(&mut body).unwrap();
    body
}

/// A message with its header.
pub(crate) fn framed(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// `didOpen` as version 1.
pub(crate) fn opening(uri: &str, text: &str) -> Vec<u8> {
    let document = json!({ "uri": uri, "languageId": "rust", "version": 1, "text": text });
    framed(
        &json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": { "textDocument": document } }),
    )
}

/// `didChange` with these changes.
pub(crate) fn changing(uri: &str, version: i32, changes: &[Value]) -> Vec<u8> {
    let params =
        json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes });
    framed(&json!({ "jsonrpc": "2.0", "method": "textDocument/didChange", "params": params }))
}

/// How many diagnostics a message holds.
pub(crate) fn count(published: &[u8]) -> usize {
    let message: Value = serde_json::from_slice(published).unwrap();
    message["params"]["diagnostics"]
        .as_array()
        .map_or(0, Vec::len)
}

/// The next diagnostics of this version. Each diagnostic in them names the version as well, so it is looked for where
/// that of all of them stands: before the list or behind it.
fn wait_for(stdout: &mut BufReader<ChildStdout>, version: i32) -> Vec<u8> {
    let before = format!("\"version\":{version},\"diagnostics\":");
    let behind = [
        format!("}}],\"version\":{version}}}"),
        format!("[],\"version\":{version}}}"),
    ];
    loop {
        let body = next(stdout);
        let start = String::from_utf8_lossy(&body[..body.len().min(1_000)]);
        let end = String::from_utf8_lossy(&body[body.len().saturating_sub(80)..]);
        if start.contains(&before) || behind.iter().any(|behind| end.contains(behind)) {
            return body;
        }
    }
}
