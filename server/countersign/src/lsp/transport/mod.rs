//! Drives the language service over a pair of byte streams.
//!
//! State changes in the order in which messages came. One thread reads frames into a queue without a bound,
//! the driver takes them one at a time, and one thread writes. A notification is finished before the next
//! message is looked at. A request is polled once in its turn, which is when it takes its snapshot, and what
//! is left of it runs beside the queue. The client's answers to our own requests never wait in the queue.
//!
//! The rules for handlers follow: change state before the first `await`, await nothing in a notification,
//! and send long work on the processor to `spawn_blocking`, or to `background` where nobody waits for it.

mod driver;
mod framing;
mod idle;
mod message;
mod outbox;
mod parent;
mod reader;
mod surrogates;
#[cfg(test)]
mod tests;
mod uris;

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::jsonrpc::{Request, Response};
use tower_lsp::{ClientSocket, LanguageServer, LspService};

pub(crate) use self::framing::{About, TooLong};
pub(crate) use self::outbox::Outbox;
use self::outbox::Unwritten;

/// What reaches the driver, in the order in which it is dealt with.
enum Inbound {
    /// A request or a notification of the client's.
    Request(Request),
    /// The answer to something that was no valid message.
    Rejected(Response),
    /// There was a message that was not read.
    Lost(TooLong),
    /// Another thread has something to show.
    Wake,
    /// No more will come, or nobody is left to hear us.
    End(End),
}

/// What a server does where a message was not read.
pub(crate) trait Lost {
    /// Called in the message's turn.
    fn lost(&self, message: &TooLong);
}

/// Why the server ends.
enum End {
    /// The client sent `exit`.
    Exit,
    /// The client closed our input.
    InputClosed,
    /// The client closed our output, or it could not be written.
    OutputClosed,
    /// The client's process, as named in `initialize`, is gone.
    ParentGone,
}

/// The ends that handlers hold, and the queues behind them, made before the service so that it can own clones.
pub(crate) struct Transport {
    /// Sends notifications to the client.
    pub(crate) outbox: Outbox,
    /// Calls the driver's idle hook from another thread.
    pub(crate) waker: Waker,
    inbox: UnboundedReceiver<Inbound>,
    unwritten: Unwritten,
}

impl Transport {
    /// Makes the queues; nothing is read or written before [`serve`].
    pub(crate) fn new() -> Self {
        let (inbound, inbox) = unbounded_channel();
        let (outbox, unwritten) = outbox::new();
        let waker = Waker {
            inbound,
            waiting: Arc::default(),
        };
        Self {
            outbox,
            waker,
            inbox,
            unwritten,
        }
    }
}

/// Makes the driver call its idle hook, on its own thread and in turn. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Waker {
    inbound: UnboundedSender<Inbound>,
    waiting: Arc<AtomicBool>,
}

impl Waker {
    /// Asks for one call of the idle hook after this moment; asking twice before it comes is asking once.
    pub(crate) fn wake(&self) {
        if !self.waiting.swap(true, Ordering::AcqRel) {
            // The driver has ended if nobody receives, and then nobody is to be woken.
            let _ = self.inbound.send(Inbound::Wake);
        }
    }

    /// Whatever happens from here on needs a wake of its own.
    fn answered(&self) {
        self.waiting.store(false, Ordering::Release);
    }
}

/// Serves the client until it leaves, then writes all that is queued and returns the exit code of the process:
/// 0 where `shutdown` was answered before, else 1.
///
/// It must run on a current-thread runtime with its timer enabled. `on_idle` runs on the same thread when the
/// queue has run empty after a message, a wake or a late answer, before `shutdown`, and every 50 ms while the
/// queue does not run empty. It may `tokio::spawn` requests to the client; a panic in it is logged.
/// The thread that reads `input` may still be blocked when this returns: end the process.
pub(crate) async fn serve<S: LanguageServer + Lost>(
    service: LspService<S>,
    socket: ClientSocket,
    transport: Transport,
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    on_idle: impl FnMut(),
) -> u8 {
    let (questions, replies) = socket.split();
    let inbound = transport.waker.inbound.clone();
    let flushed = outbox::start_writing(output, transport.unwritten, inbound.clone());
    reader::start_reading(input, replies, inbound);
    let driver = driver::Driver::new(service, questions, transport.outbox.clone());
    let code = driver.run(transport.inbox, &transport.waker, on_idle).await;
    transport.outbox.flush(flushed).await;
    code
}

/// Standard input and output as plain files, without the line buffer that splits each frame into two writes.
///
/// # Errors
/// Where a standard stream is closed.
pub(crate) fn stdio() -> io::Result<(File, File)> {
    #[cfg(unix)]
    use std::os::fd::AsFd as _;
    #[cfg(windows)]
    use std::os::windows::io::AsHandle as _;
    #[cfg(unix)]
    let (input, output) = (
        io::stdin().as_fd().try_clone_to_owned()?,
        io::stdout().as_fd().try_clone_to_owned()?,
    );
    #[cfg(windows)]
    let (input, output) = (
        io::stdin().as_handle().try_clone_to_owned()?,
        io::stdout().as_handle().try_clone_to_owned()?,
    );
    Ok((input.into(), output.into()))
}
