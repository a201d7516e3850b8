//! The framing of the base protocol, and a thread that reads it.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::process::ChildStdout;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// What comes from the server.
pub(super) enum Event {
    Message(Value),
    /// Bytes that are no message: the server broke the protocol.
    Broken(String),
    /// Standard output has ended.
    Closed,
}

/// Reads messages until the server's output ends.
pub(super) fn listen(stdout: ChildStdout) -> Receiver<Event> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        loop {
            let event = read(&mut reader).unwrap_or_else(Event::Broken);
            let last = !matches!(event, Event::Message(_));
            // The story may have ended: then nobody listens any more.
            if sender.send(event).is_err() || last {
                break;
            }
        }
    });
    receiver
}

fn read(reader: &mut impl BufRead) -> Result<Event, String> {
    let mut length = None;
    loop {
        let mut line = String::new();
        let count = reader
            .read_line(&mut line)
            .map_err(|error| error.to_string())?;
        match (count, line.trim_end(), length) {
            (0, _, None) => return Ok(Event::Closed),
            (0, ..) => return Err("the output ended within a header".to_owned()),
            (_, "", Some(length)) => return body(reader, length),
            (_, line, _) => {
                if let Some(value) = line.strip_prefix("Content-Length: ") {
                    length = value.parse().ok();
                } else if !line.starts_with("Content-Type: ") {
                    return Err(format!("no header: {line:?}"));
                }
            }
        }
    }
}

fn body(reader: &mut impl BufRead, length: usize) -> Result<Event, String> {
    let mut body = vec![0; length];
    reader
        .read_exact(&mut body)
        .map_err(|error| error.to_string())?;
    serde_json::from_slice(&body)
        .map(Event::Message)
        .map_err(|error| format!("{error} in {:?}", String::from_utf8_lossy(&body)))
}

/// Writes one message. A server that is gone does not hear it; what follows tells.
pub(super) fn write(stdin: &mut impl Write, message: &Value) {
    let body = message.to_string();
    let _ = write!(stdin, "Content-Length: {}\r\n\r\n{body}", body.len());
    let _ = stdin.flush();
}
