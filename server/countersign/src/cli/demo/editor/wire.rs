//! The framing of the base protocol.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

/// Reads messages on a thread of its own until they end or make no sense.
pub(super) fn listen(output: Option<impl Read + Send + 'static>) -> Receiver<Value> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(output?);
        while let Some(message) = read(&mut reader) {
            // The demo may have ended meanwhile.
            sender.send(message).ok()?;
        }
        Some(())
    });
    receiver
}

fn read(reader: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        reader
            .read_line(&mut line)
            .ok()
            .filter(|&count| count > 0)?;
        match line.trim_end() {
            "" => break,
            header => {
                length = header
                    .strip_prefix("Content-Length: ")
                    .map(str::to_owned)
                    .or(length)
            }
        }
    }
    let mut body = vec![0; length?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// Writes one message.
pub(super) fn write(input: &mut impl Write, message: &Value) -> io::Result<()> {
    let body = message.to_string();
    write!(input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    input.flush()
}
