//! An editor: a small language client that speaks to the real server over its standard streams.
//!
//! Nothing here sleeps. Whoever waits names what for, and after 20 seconds fails with all that was said.

mod answers;
mod buffer;
mod diagnostic;
mod documents;
mod requests;
mod wire;

use super::detached::{self, Orphan};
use super::repo::Repo;
use buffer::Buffer;
pub(crate) use buffer::{Change, Encoding, Position};
pub(crate) use diagnostic::{Diagnostic, listed};
pub(crate) use requests::{Watched, folder};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ChildStdin;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use wire::Event;

/// How long an answer may take before the story fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the editor learns of diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Diagnostics {
    /// By `publishDiagnostics`.
    Push,
    /// By asking, and asking again when told to refresh.
    Pull,
}

/// What an editor says of itself at the start.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// What it offers, the best first.
    pub(crate) encodings: Vec<Encoding>,
    pub(crate) diagnostics: Diagnostics,
    /// The process that the server must not outlive.
    pub(crate) process_id: Option<u32>,
    pub(crate) initialization: Value,
    /// The answer to each item of `workspace/configuration`.
    pub(crate) configuration: Value,
    /// Answers that are not the usual ones, by the method that the server asks with.
    pub(crate) answers: Vec<(&'static str, Answer)>,
    /// Where in its capabilities (JSON pointers) it says no.
    pub(crate) lacks: Vec<&'static str>,
    /// The name that the editor gives itself.
    pub(crate) name: &'static str,
    /// Its workspace folders; the repository's top folder if there are none.
    pub(crate) folders: Vec<PathBuf>,
    /// Arguments behind `lsp`.
    pub(crate) arguments: Vec<String>,
    /// Variables that the server inherits.
    pub(crate) variables: Vec<(&'static str, &'static str)>,
}

/// How an editor answers the server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Result(Value),
    Error,
    /// It never does.
    Never,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            encodings: vec![Encoding::Utf16],
            diagnostics: Diagnostics::Push,
            process_id: Some(std::process::id()),
            initialization: Value::Null,
            configuration: Value::Null,
            answers: Vec::new(),
            lacks: Vec::new(),
            name: "the stories' editor",
            folders: Vec::new(),
            arguments: Vec::new(),
            variables: Vec::new(),
        }
    }
}

/// What a server answers to a request that it does not fulfil.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refused {
    pub(crate) code: i64,
    pub(crate) message: String,
    pub(crate) data: Value,
}

/// A running editor with its server.
pub(crate) struct Editor {
    root: PathBuf,
    server: Orphan,
    stdin: Option<ChildStdin>,
    events: Receiver<Event>,
    closed: bool,
    encoding: Encoding,
    /// The answer to each item of `workspace/configuration`.
    pub(crate) configuration: Value,
    /// The same for one folder, by its URI.
    pub(crate) configurations: HashMap<String, Value>,
    unusual: HashMap<&'static str, Answer>,
    /// What the server said of itself.
    pub(crate) capabilities: Value,
    /// Its name and version.
    pub(crate) server_info: Value,
    buffers: HashMap<String, Buffer>,
    published: HashMap<String, Published>,
    answers: HashMap<i64, Value>,
    /// All notifications but diagnostics, in order.
    pub(crate) notified: Vec<Value>,
    /// All requests of the server that were answered, in order.
    pub(crate) asked: Vec<Value>,
    transcript: Vec<String>,
    last_id: i64,
}

/// A story that fails must not leave its server behind.
impl Drop for Editor {
    fn drop(&mut self) {
        if !self.closed {
            self.kill_server();
        }
    }
}

/// What the server last published for a file, and how often it did.
#[derive(Debug, Clone, Default)]
struct Published {
    version: Option<i64>,
    diagnostics: Vec<Diagnostic>,
    count: usize,
}

impl Editor {
    /// An editor on the repository's top folder, with the usual options.
    #[track_caller]
    pub(crate) fn open_on(repo: &Repo) -> Self {
        Self::with(repo, Options::default())
    }

    /// An editor with these options.
    #[track_caller]
    pub(crate) fn with(repo: &Repo, options: Options) -> Self {
        let command = |program: &str| {
            let mut command = repo.command(program);
            command.envs(options.variables.iter().copied());
            command
        };
        let behind = options.arguments.iter().map(String::as_str);
        let arguments: Vec<&str> = std::iter::once("lsp").chain(behind).collect();
        Self::speaking_to(
            detached::start(command, repo.program(), &arguments),
            repo,
            &options,
        )
    }

    /// The editor of a server that was started already.
    #[track_caller]
    pub(crate) fn speaking_to(
        (server, stdin, stdout): (Orphan, ChildStdin, std::process::ChildStdout),
        repo: &Repo,
        options: &Options,
    ) -> Self {
        let mut editor = Self {
            root: repo.root().to_owned(),
            server,
            stdin: Some(stdin),
            events: wire::listen(stdout),
            closed: false,
            encoding: Encoding::Utf16,
            configuration: options.configuration.clone(),
            configurations: HashMap::new(),
            unusual: options.answers.iter().cloned().collect(),
            capabilities: Value::Null,
            server_info: Value::Null,
            buffers: HashMap::new(),
            published: HashMap::new(),
            answers: HashMap::new(),
            notified: Vec::new(),
            asked: Vec::new(),
            transcript: Vec::new(),
            last_id: 0,
        };
        editor.initialize(options);
        editor
    }

    /// What positions are counted in.
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The server's process id.
    pub(crate) fn server_pid(&self) -> u32 {
        self.server.pid().expect("the server has answered")
    }

    /// Ends the server at once, as a crash would, and waits until it is gone.
    #[track_caller]
    pub(crate) fn kill(mut self) {
        self.kill_server();
        self.wait_for_the_end();
    }

    fn kill_server(&self) {
        let pid = self.server.pid().and_then(|pid| i32::try_from(pid).ok());
        if let Some(pid) = pid.and_then(rustix::process::Pid::from_raw) {
            // It may have ended by itself.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }

    /// Ends the session as the protocol wants it; gives the exit code.
    #[track_caller]
    pub(crate) fn shutdown(mut self) -> i32 {
        let answer = self.request("shutdown", Value::Null);
        assert_eq!(answer, Ok(Value::Null), "shutdown is answered with null");
        self.notify("exit", Value::Null);
        self.wait_for_the_end()
    }

    /// Lets go of the server without a word, as an editor that crashed; gives the exit code.
    #[track_caller]
    pub(crate) fn vanish(mut self) -> i32 {
        self.stdin = None;
        self.wait_for_the_end()
    }

    /// Waits until the server has ended and gives its exit code.
    #[track_caller]
    pub(crate) fn wait_for_the_end(&mut self) -> i32 {
        self.wait("the server's end", |editor| editor.closed.then_some(()));
        self.server
            .code()
            .unwrap_or_else(|| panic!("no exit code{}", self.said()))
    }

    /// Writes these bytes to the server, whatever they are.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        use std::io::Write;
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(bytes);
            let _ = stdin.flush();
        }
    }

    /// Sends a notification.
    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&message(method, params));
    }

    /// Sends a request and waits for its answer.
    #[track_caller]
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, Refused> {
        let id = self.ask(method, params);
        self.answer_to(id)
    }

    /// Sends a request; gives its id.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        let mut request = message(method, params);
        request["id"] = json!(self.last_id);
        self.send(&request);
        self.last_id
    }

    /// Waits for the answer to the request of this id.
    #[track_caller]
    pub(crate) fn answer_to(&mut self, id: i64) -> Result<Value, Refused> {
        let answer = self.wait(&format!("an answer to request {id}"), |editor| {
            editor.answers.remove(&id)
        });
        match answer.get("error") {
            None => Ok(answer["result"].clone()),
            Some(error) => Err(Refused {
                code: error["code"].as_i64().unwrap_or(0),
                message: error["message"].as_str().unwrap_or("").to_owned(),
                data: error["data"].clone(),
            }),
        }
    }

    /// Takes in what the server says until `found` finds something. `what` names it for the failure.
    #[track_caller]
    pub(crate) fn wait<T>(
        &mut self,
        what: &str,
        mut found: impl FnMut(&mut Self) -> Option<T>,
    ) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = found(self) {
                return found;
            }
            assert!(
                !self.closed,
                "the server has ended before {what}{}",
                self.said()
            );
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(Event::Message(message)) => self.take(message),
                Ok(Event::Broken(why)) => {
                    panic!("no message of the protocol: {why}{}", self.said())
                }
                Ok(Event::Closed) | Err(RecvTimeoutError::Disconnected) => self.closed = true,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("waited in vain for {what}{}", self.said())
                }
            }
        }
    }

    /// Everything that was said so far, for a failure.
    fn said(&self) -> String {
        let from = self.transcript.len().saturating_sub(60);
        format!(
            "\n--- what was said (the last {})\n{}\n--- the server's stderr\n{}",
            self.transcript.len() - from,
            self.transcript[from..].join("\n"),
            self.server.stderr(),
        )
    }

    fn take(&mut self, message: Value) {
        self.note("<-", &message);
        match (message.get("id").is_some(), message["method"].as_str()) {
            (true, Some(_)) => self.answer(&message),
            (true, None) => {
                if let Some(id) = message["id"].as_i64() {
                    self.answers.insert(id, message);
                } else {
                    self.notified.push(message);
                }
            }
            (false, Some("textDocument/publishDiagnostics")) => self.publish(&message["params"]),
            (false, _) => self.notified.push(message),
        }
    }

    fn publish(&mut self, params: &Value) {
        let uri = params["uri"].as_str().unwrap_or("").to_owned();
        let published = self.published.entry(uri).or_default();
        published.version = params["version"].as_i64();
        published.diagnostics = Diagnostic::all(&params["diagnostics"]);
        published.count += 1;
    }

    fn send(&mut self, message: &Value) {
        self.note("->", message);
        if let Some(stdin) = &mut self.stdin {
            wire::write(stdin, message);
        }
    }

    fn note(&mut self, arrow: &str, message: &Value) {
        let mut line = format!("{arrow} {message}");
        if let Some((end, _)) = line.char_indices().nth(2000) {
            line.truncate(end);
            line.push('…');
        }
        self.transcript.push(line);
    }

    /// The URI of a file, given relative to the top or as a whole path.
    pub(crate) fn uri(&self, path: &str) -> String {
        format!("file://{}", self.root.join(path).to_string_lossy())
    }
}

/// A request or a notification without its id.
fn message(method: &str, params: Value) -> Value {
    let mut message = json!({ "jsonrpc": "2.0", "method": method });
    if !params.is_null() {
        message["params"] = params;
    }
    message
}
