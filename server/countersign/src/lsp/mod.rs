//! The language server: thin adapters between the protocol and `workspace`.
//!
//! `transport` keeps the order of messages. `server` names every method that is served, `handlers` holds one file
//! for each and `commands` one for each act; `convert` alone turns bytes into positions. What the client is told
//! unasked is decided in `publish`, which the transport calls whenever nothing waits. Methods of our own are in
//! `extensions`, documented beside it in `extensions.md`.

mod background;
mod capabilities;
mod commands;
mod convert;
mod errors;
mod extensions;
mod folders;
mod handlers;
mod heads;
mod journal;
mod log;
mod offers;
mod options;
mod overview;
mod progress;
mod publication;
mod publish;
mod server;
mod shared;
mod surveyor;
mod told;
mod transport;
mod visit;
mod wanted;
mod watch;
mod words;

use tower_lsp::LspService;

use self::log::Log;
pub(crate) use self::log::LogTo;
use self::publish::Publisher;
use self::server::Server;
use self::transport::Transport;
use crate::workspace::Fault;

/// Serves the editor on the standard streams until it leaves; the exit code of the process.
///
/// # Errors
/// Where a standard stream is closed, the log cannot be written, or the system gives no timer.
pub(crate) fn run(log_to: &LogTo) -> Result<u8, Fault> {
    let transport = Transport::new();
    let log = Log::start(log_to, transport.outbox.clone())?;
    let (input, output) = transport::stdio().map_err(not_started)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(not_started)?;
    let code = runtime.block_on(async {
        let (outbox, waker) = (transport.outbox.clone(), transport.waker.clone());
        let (service, socket) = extensions::register(LspService::build(|client| {
            Server::new(client, outbox, waker, log)
        }));
        let shared = service.inner().shared.clone();
        let mut publisher = Publisher::new(shared.clone());
        let code = transport::serve(service, socket, transport, input, output, move || {
            publisher.on_idle()
        })
        .await;
        shared.session.journal_all();
        code
    });
    // A parse that nobody waits for any more must not keep the process.
    runtime.shutdown_background();
    Ok(code)
}

fn not_started(error: std::io::Error) -> Fault {
    Fault::Usage(format!("the language server cannot start: {error}"))
}
