//! A small language client: it opens files, shows what is published for them, and takes code actions.

mod wire;

use std::collections::HashMap;
use std::process::{Child, Stdio};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use serde_json::{Value, json};

use super::Trouble;
use super::stage::Stage;

/// How long the server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A diagnostic: lines and columns from 0, columns in characters.
#[derive(Debug, Clone)]
pub(super) struct Diagnostic {
    pub(super) line: usize,
    pub(super) last_line: usize,
    pub(super) from: usize,
    pub(super) to: usize,
    /// "info" or "hint", as compilers call it.
    pub(super) severity: &'static str,
    pub(super) code: String,
    pub(super) message: String,
}

/// A code action that is a command.
pub(super) struct Action {
    /// As editors show it.
    pub(super) title: String,
    command: Value,
}

/// A running editor with its server.
pub(super) struct Editor {
    server: Child,
    messages: Receiver<Value>,
    uri: String,
    texts: HashMap<String, String>,
    /// The last diagnostics of each file.
    published: HashMap<String, Vec<Value>>,
    last_id: i64,
}

/// A demo that fails leaves no server behind.
impl Drop for Editor {
    fn drop(&mut self) {
        // It is gone already where it was told to stop.
        let _killed = self.server.kill();
        let _waited = self.server.wait();
    }
}

impl Editor {
    /// Starts the server in the repository.
    pub(super) fn start(stage: &Stage) -> Result<Self, Trouble> {
        let not_run = |source| Trouble::NotRun {
            program: "countersign lsp".into(),
            source,
        };
        let mut command = stage.countersign();
        let command = command
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = command.spawn().map_err(not_run)?;
        let messages = wire::listen(server.stdout.take());
        let texts = ["main.rs", "new.rs"].map(|path| Ok((path.to_owned(), stage.read(path)?)));
        let mut editor = Editor {
            server,
            messages,
            uri: uri_of(&stage.root().to_string_lossy()),
            texts: texts.into_iter().collect::<Result<_, Trouble>>()?,
            published: HashMap::new(),
            last_id: 0,
        };
        let literals = json!({ "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } } });
        editor.request(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": editor.uri,
                "capabilities": {
                    "general": { "positionEncodings": ["utf-32"] },
                    "textDocument": { "publishDiagnostics": { "versionSupport": true }, "codeAction": literals },
                },
            }),
        )?;
        editor.notify("initialized", json!({}))?;
        Ok(editor)
    }

    /// Opens a file and waits for its diagnostics.
    pub(super) fn open(&mut self, path: &str) -> Result<Vec<Diagnostic>, Trouble> {
        let document = json!({
            "uri": self.uri_of(path), "languageId": "rust", "version": 1, "text": self.text(path),
        });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }))?;
        self.wait_for_marks(path)?;
        Ok(self.marks(path))
    }

    /// A file's text.
    pub(super) fn text(&self, path: &str) -> &str {
        self.texts.get(path).map_or("", String::as_str)
    }

    /// What was last published for a file.
    pub(super) fn marks(&self, path: &str) -> Vec<Diagnostic> {
        self.published
            .get(&self.uri_of(path))
            .into_iter()
            .flatten()
            .map(diagnostic)
            .collect()
    }

    /// The action that the server offers first for the first diagnostic of a file.
    pub(super) fn preferred_action(&mut self, path: &str) -> Result<Action, Trouble> {
        let uri = self.uri_of(path);
        let first = self
            .published
            .get(&uri)
            .and_then(|all| all.first())
            .cloned();
        let first = first.ok_or_else(|| Trouble::Server(format!("has no mark in {path}")))?;
        let context = json!({ "diagnostics": [first], "only": ["quickfix"] });
        let params =
            json!({ "textDocument": { "uri": uri }, "range": first["range"], "context": context });
        let actions = self.request("textDocument/codeAction", params)?;
        let preferred = actions
            .as_array()
            .into_iter()
            .flatten()
            .find(|action| action["isPreferred"] == true);
        let action =
            preferred.ok_or_else(|| Trouble::Server("offers nothing to confirm".into()))?;
        let title = action["title"].as_str().unwrap_or_default().to_owned();
        Ok(Action {
            title,
            command: action["command"].clone(),
        })
    }

    /// Runs an action that changes a file's marks; how many are left.
    pub(super) fn run_action(&mut self, path: &str, action: &Action) -> Result<usize, Trouble> {
        self.published.remove(&self.uri_of(path));
        let command = json!({ "command": action.command["command"], "arguments": action.command["arguments"] });
        self.request("workspace/executeCommand", command)?;
        self.wait_for_marks(path)?;
        Ok(self.marks(path).len())
    }

    /// Waits until a file has no mark: another process has confirmed it.
    pub(super) fn wait_until_clean(&mut self, path: &str) -> Result<(), Trouble> {
        while !self.marks(path).is_empty() {
            let message = self.next()?;
            self.take(&message)?;
        }
        Ok(())
    }

    /// Ends the server as editors do.
    pub(super) fn stop(mut self) -> Result<(), Trouble> {
        self.request("shutdown", Value::Null)?;
        self.notify("exit", Value::Null)?;
        let end = self.server.wait();
        let end = end.map_err(|source| Trouble::NotRun {
            program: "countersign lsp".into(),
            source,
        })?;
        if end.success() {
            Ok(())
        } else {
            Err(Trouble::Server(format!("ended with {end}")))
        }
    }

    fn uri_of(&self, path: &str) -> String {
        format!("{}/{path}", self.uri)
    }

    /// Until the server has said something about a file.
    fn wait_for_marks(&mut self, path: &str) -> Result<(), Trouble> {
        let uri = self.uri_of(path);
        while !self.published.contains_key(&uri) {
            let message = self.next()?;
            self.take(&message)?;
        }
        Ok(())
    }

    fn request(&mut self, method: &str, params: Value) -> Result<Value, Trouble> {
        self.last_id += 1;
        let id = self.last_id;
        self.write(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        loop {
            let message = self.next()?;
            let is_answer = message["id"] == id && message.get("method").is_none();
            if !is_answer {
                self.take(&message)?;
            } else if let Some(error) = message["error"]["message"].as_str() {
                return Err(Trouble::Server(format!("refused {method}: {error}")));
            } else {
                return Ok(message["result"].clone());
            }
        }
    }

    fn notify(&mut self, method: &str, params: Value) -> Result<(), Trouble> {
        self.write(json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    fn write(&mut self, message: Value) -> Result<(), Trouble> {
        let written = self
            .server
            .stdin
            .as_mut()
            .map(|stdin| wire::write(stdin, &message));
        written.unwrap_or(Ok(())).map_err(|source| Trouble::NotRun {
            program: "countersign lsp".into(),
            source,
        })
    }

    fn next(&self) -> Result<Value, Trouble> {
        let message = self.messages.recv_timeout(PATIENCE);
        message.map_err(|_| {
            Trouble::Server(format!("says nothing for {} seconds", PATIENCE.as_secs()))
        })
    }

    /// Takes in what the server says unasked.
    fn take(&mut self, message: &Value) -> Result<(), Trouble> {
        if let Some(id) = message
            .get("id")
            .filter(|_| message.get("method").is_some())
        {
            let id = id.clone();
            return self.write(json!({ "jsonrpc": "2.0", "id": id, "result": null }));
        }
        if message["method"] == "textDocument/publishDiagnostics" {
            let params = &message["params"];
            let uri = params["uri"].as_str().unwrap_or_default().to_owned();
            self.published.insert(
                uri,
                params["diagnostics"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default(),
            );
        }
        Ok(())
    }
}

fn diagnostic(value: &Value) -> Diagnostic {
    let number = |value: &Value| value.as_u64().unwrap_or_default() as usize;
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let (start, end) = (&value["range"]["start"], &value["range"]["end"]);
    Diagnostic {
        line: number(&start["line"]),
        last_line: number(&end["line"]),
        from: number(&start["character"]),
        to: number(&end["character"]),
        severity: if number(&value["severity"]) == 4 {
            "hint"
        } else {
            "info"
        },
        code: text("code"),
        message: text("message"),
    }
}

/// A folder as a `file:` URI.
fn uri_of(folder: &str) -> String {
    let folder = folder.replace('\\', "/");
    let folder = folder.trim_start_matches("//?/").trim_start_matches('/');
    let escaped = percent_encoding::utf8_percent_encode(folder, ESCAPED);
    format!("file:///{escaped}")
}

/// What a path in a URI may not hold as it is.
const ESCAPED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':');
