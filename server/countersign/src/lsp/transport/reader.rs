//! The thread that reads.

use std::io::{BufReader, Read};
use std::pin::Pin;
use std::thread;

use futures::Sink;
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::jsonrpc::Response;

use super::framing::{self, NoBody};
use super::message::{self, Message};
use super::{End, Inbound};

/// Bytes read at a time.
const BUFFER: usize = 64 * 1024;

/// Reads until the input ends. Requests and notifications go into the queue in the order in which they came, and at
/// last why there are no more; replies to our own requests go straight to those who wait for them.
pub(super) fn start_reading<Replies>(
    input: impl Read + Send + 'static,
    mut replies: Replies,
    inbound: UnboundedSender<Inbound>,
) where
    Replies: Sink<Response> + Unpin + Send + 'static,
{
    let mut input = BufReader::with_capacity(BUFFER, input);
    thread::spawn(move || {
        loop {
            let next = match framing::next_body(&mut input).map(|body| message::parse(&body)) {
                Ok(Message::Request(request)) => Inbound::Request(request),
                Ok(Message::Rejected(answer)) => Inbound::Rejected(answer),
                Ok(Message::Reply(reply)) => {
                    // Those who wait are gone only when the server is.
                    let _ = Pin::new(&mut replies).start_send(reply);
                    continue;
                }
                Err(NoBody::Closed) => Inbound::End(End::InputClosed),
                Err(NoBody::TooLong(lost)) => Inbound::Lost(lost),
            };
            let last = matches!(next, Inbound::End(_));
            if inbound.send(next).is_err() || last {
                return;
            }
        }
    });
}
