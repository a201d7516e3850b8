//! The one way out: a queue without a bound and the thread that writes it.

use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tower_lsp::ls_types::notification::Notification;

use super::{End, Inbound};

/// How much is gathered before it is written, in bytes.
const GATHER: usize = 64 * 1024;

/// How long a client that does not read any more can hold up the end.
const FLUSH_LIMIT: Duration = Duration::from_secs(5);

/// Bodies that nobody writes yet.
pub(super) type Unwritten = mpsc::Receiver<Outgoing>;

/// Told, once, that the thread that writes has ended.
pub(super) type Flushed = oneshot::Receiver<()>;

/// What the writing thread is told.
pub(super) enum Outgoing {
    /// A message without its header.
    Body(Vec<u8>),
    /// Nothing after this is written.
    Last,
}

/// Sends to the client, from any thread and without waiting, in the order of the calls. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Outbox {
    queue: mpsc::Sender<Outgoing>,
}

impl Outbox {
    /// Sends a notification. What is sent after the end of the server is dropped.
    pub(crate) fn notify<N: Notification>(&self, params: N::Params) {
        self.send(&Envelope {
            jsonrpc: "2.0",
            method: N::METHOD,
            params,
        });
    }

    /// Sends a notification whose parameters are only borrowed.
    pub(crate) fn notify_of(&self, method: &'static str, params: &impl Serialize) {
        self.send(&Envelope {
            jsonrpc: "2.0",
            method,
            params,
        });
    }

    /// Sends a whole JSON-RPC message.
    pub(super) fn send(&self, message: &impl Serialize) {
        match serde_json::to_vec(message) {
            Ok(body) => drop(self.queue.send(Outgoing::Body(body))),
            Err(error) => tracing::error!("a message could not be put into JSON: {error}"),
        }
    }

    /// Waits until all that was sent so far is written, or cannot be.
    pub(super) async fn flush(&self, flushed: Flushed) {
        let _ = self.queue.send(Outgoing::Last);
        if tokio::time::timeout(FLUSH_LIMIT, flushed).await.is_err() {
            tracing::warn!(
                "the client does not read any more; what it was still to be told is dropped"
            );
        }
    }
}

#[derive(Serialize)]
struct Envelope<P> {
    jsonrpc: &'static str,
    method: &'static str,
    params: P,
}

pub(super) fn new() -> (Outbox, Unwritten) {
    let (queue, unwritten) = mpsc::channel();
    (Outbox { queue }, unwritten)
}

/// Starts the thread that writes. A fault of the output ends the server.
pub(super) fn start_writing(
    mut output: impl Write + Send + 'static,
    unwritten: Unwritten,
    inbound: UnboundedSender<Inbound>,
) -> Flushed {
    let (done, flushed) = oneshot::channel();
    thread::spawn(move || {
        if let Err(error) = write_all(&mut output, &unwritten) {
            tracing::warn!("the output ended: {error}");
            // The driver is gone if nobody receives.
            let _ = inbound.send(Inbound::End(End::OutputClosed));
        }
        let _ = done.send(());
    });
    flushed
}

fn write_all(output: &mut impl Write, unwritten: &Unwritten) -> io::Result<()> {
    let mut gathered = Vec::new();
    while let Ok(Outgoing::Body(body)) = unwritten.recv() {
        frame(&body, &mut gathered);
        let mut last = false;
        while gathered.len() < GATHER && !last {
            match unwritten.try_recv() {
                Ok(Outgoing::Body(body)) => frame(&body, &mut gathered),
                Ok(Outgoing::Last) => last = true,
                Err(_) => break,
            }
        }
        output.write_all(&gathered)?;
        output.flush()?;
        if last {
            break;
        }
        gathered.clear();
        gathered.shrink_to(GATHER);
    }
    Ok(())
}

fn frame(body: &[u8], gathered: &mut Vec<u8>) {
    gathered.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    gathered.extend_from_slice(body);
}
