//! A client that drives any language server, and says when each message was there.

use super::group;
use super::session::Trouble;
use crate::server::framed;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// No answer for so long is none.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A server that has fallen silent for so long has said all.
const SILENCE: Duration = Duration::from_secs(2);

/// A running server.
pub(crate) struct Client {
    child: Child,
    stdin: ChildStdin,
    inbox: Receiver<(Instant, Vec<u8>)>,
    last_id: i64,
}

impl Drop for Client {
    fn drop(&mut self) {
        group::end(&mut self.child);
    }
}

impl Client {
    /// Starts a server; a thread takes in what it says.
    pub(crate) fn start(mut command: Command) -> Result<Self, Trouble> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        group::lead(&mut command);
        let mut child = command.spawn()?;
        let stdin = child.stdin.take().unwrap();
        let mut stdout = BufReader::with_capacity(1 << 20, child.stdout.take().unwrap());
        let (sender, inbox) = channel();
        std::thread::spawn(move || {
            while let Some(body) = next(&mut stdout) {
                if sender.send((Instant::now(), body)).is_err() {
                    break;
                }
            }
        });
        Ok(Client {
            child,
            stdin,
            inbox,
            last_id: 0,
        })
    }

    /// The server's process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a message that was framed before.
    pub(crate) fn send(&mut self, framed: &[u8]) -> Result<(), Trouble> {
        Ok(self.stdin.write_all(framed)?)
    }

    /// Tells.
    pub(crate) fn notify(&mut self, method: &str, params: &Value) -> Result<(), Trouble> {
        self.send(&framed(
            &json!({ "jsonrpc": "2.0", "method": method, "params": params }),
        ))
    }

    /// Asks, and gives the number by which the answer is known.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Result<i64, Trouble> {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({ "jsonrpc": "2.0", "id": id, "method": method });
        // What takes nothing is to be sent without, not with `null`.
        if !params.is_null() {
            message["params"] = params.clone();
        }
        self.send(&framed(&message))?;
        Ok(id)
    }

    /// Waits for the answer to a question, and says when it was there.
    pub(crate) fn answer(&mut self, id: i64) -> Result<(Instant, Value), Trouble> {
        let (at, message) =
            self.wait(|message| message["id"] == id && message.get("method").is_none())?;
        match message.get("error").filter(|error| !error.is_null()) {
            Some(error) => Err(Trouble::Refused(error.to_string())),
            None => Ok((at, message["result"].clone())),
        }
    }

    /// Waits for a message of which this holds. What the server asks meanwhile gets an empty answer.
    pub(crate) fn wait(
        &mut self,
        is_it: impl Fn(&Value) -> bool,
    ) -> Result<(Instant, Value), Trouble> {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let (at, body) = self.inbox.recv_timeout(left)?;
            let message = self.read(&body)?;
            if is_it(&message) {
                return Ok((at, message));
            }
        }
    }

    /// Takes in all that comes until the server falls silent; `each` sees it.
    pub(crate) fn settle(&mut self, mut each: impl FnMut(&Value)) -> Result<(), Trouble> {
        loop {
            match self.inbox.recv_timeout(SILENCE) {
                Ok((_, body)) => each(&self.read(&body)?),
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(gone) => return Err(gone.into()),
            }
        }
    }

    fn read(&mut self, body: &[u8]) -> Result<Value, Trouble> {
        let message: Value =
            serde_json::from_slice(body).map_err(|error| Trouble::Refused(error.to_string()))?;
        if let (Some(id), Some(method)) = (message.get("id"), message.get("method")) {
            let result = match method.as_str() {
                Some("workspace/configuration") => {
                    let items = message["params"]["items"].as_array().map_or(0, Vec::len);
                    json!(vec![Value::Null; items])
                }
                _ => Value::Null,
            };
            let answer = json!({ "jsonrpc": "2.0", "id": id, "result": result });
            self.send(&framed(&answer))?;
        }
        Ok(message)
    }

    /// Ends the server as the protocol wants it; what is left of it is ended when this is dropped.
    pub(crate) fn end(mut self) -> Result<(), Trouble> {
        let id = self.ask("shutdown", &Value::Null)?;
        self.answer(id)?;
        self.send(&framed(&json!({ "jsonrpc": "2.0", "method": "exit" })))
    }
}

/// The body of the next message, or nothing where the server has ended.
fn next(stdout: &mut BufReader<impl Read>) -> Option<Vec<u8>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stdout.read_exact(&mut body).ok()?;
    Some(body)
}
