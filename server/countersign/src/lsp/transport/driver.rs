//! One message at a time, in the order in which they came.

use std::any::Any;
use std::future::Future;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, Stream, StreamExt as _};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::coop::unconstrained;
use tower::Service as _;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::{ExitedError, LanguageServer, LspService};

use super::idle::Idle;
use super::parent::{self, watch_parent};
use super::{End, Inbound, Lost, Outbox, Waker};

/// How long requests that were begun are waited for at the end, before they are cancelled.
const GRACE: Duration = Duration::from_millis(500);

/// What came of a request or a notification.
struct Outcome {
    kind: Kind,
    response: Option<Response>,
}

/// The requests that concern the transport itself.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Initialize { parent: Option<u32> },
    Shutdown,
    Exit,
    Other,
}

/// Drives the service. `Q` yields our own requests to the client.
pub(super) struct Driver<S, Q> {
    service: LspService<S>,
    questions: Q,
    outbox: Outbox,
    /// Requests that were begun in their turn and wait for something.
    begun: FuturesUnordered<BoxFuture<'static, Outcome>>,
    parent_gone: Pin<Box<dyn Future<Output = ()>>>,
    exit_code: u8,
}

impl<S, Q> Driver<S, Q>
where
    S: LanguageServer + Lost,
    Q: Stream<Item = Request> + Unpin,
{
    pub(super) fn new(service: LspService<S>, questions: Q, outbox: Outbox) -> Self {
        Self {
            service,
            questions,
            outbox,
            begun: FuturesUnordered::new(),
            parent_gone: Box::pin(std::future::pending()),
            exit_code: 1,
        }
    }

    /// Runs until the end and returns the exit code.
    pub(super) async fn run(
        mut self,
        mut inbox: UnboundedReceiver<Inbound>,
        waker: &Waker,
        on_idle: impl FnMut(),
    ) -> u8 {
        let mut idle = Idle::new(on_idle);
        let end = loop {
            tokio::select! {
                Some(inbound) = inbox.recv() => {
                    if let ControlFlow::Break(end) = self.receive(inbound, waker, &mut idle) {
                        break end;
                    }
                }
                Some(outcome) = self.begun.next() => self.conclude(outcome),
                Some(question) = self.questions.next() => {
                    self.outbox.send(&question);
                    continue;
                }
                () = &mut self.parent_gone => break End::ParentGone,
            }
            idle.after_event(inbox.len(), Instant::now());
        };
        self.finish(&end).await
    }

    fn receive(
        &mut self,
        inbound: Inbound,
        waker: &Waker,
        idle: &mut Idle<impl FnMut()>,
    ) -> ControlFlow<End> {
        match inbound {
            Inbound::Request(request) => return self.receive_request(request, idle),
            Inbound::Rejected(answer) => self.outbox.send(&answer),
            Inbound::Lost(message) => self.service.inner().lost(&message),
            Inbound::Wake => waker.answered(),
            Inbound::End(end) => {
                idle.settle();
                return ControlFlow::Break(end);
            }
        }
        ControlFlow::Continue(())
    }

    fn receive_request(
        &mut self,
        request: Request,
        idle: &mut Idle<impl FnMut()>,
    ) -> ControlFlow<End> {
        let kind = Kind::of(&request);
        // After `shutdown` nothing more may be told.
        if matches!(kind, Kind::Shutdown | Kind::Exit) {
            idle.settle();
        }
        if kind == Kind::Exit {
            return ControlFlow::Break(End::Exit);
        }
        self.begin(request, kind);
        ControlFlow::Continue(())
    }

    /// Polls a request or a notification once; what is left of it runs beside the queue.
    fn begin(&mut self, request: Request, kind: Kind) {
        let id = request.id().cloned();
        let method = request.method().to_owned();
        let is_notification = id.is_none();
        // Readiness is not asked for: the service is ready until `exit`, and waiting here would stop the queue.
        let call = catch_unwind(AssertUnwindSafe(|| self.service.call(request)));
        let mut handling = handle(call, method.clone(), id, kind).boxed();
        // A handler that uses up the driver's share of a tick must not be seen as one that waits.
        match unconstrained(&mut handling).now_or_never() {
            Some(outcome) => self.conclude(outcome),
            None => {
                if is_notification {
                    tracing::error!(
                        "the handler of {method} waits, so that later messages overtake it"
                    );
                }
                self.begun.push(handling);
            }
        }
    }

    fn conclude(&mut self, outcome: Outcome) {
        let Some(response) = outcome.response else {
            return;
        };
        self.outbox.send(&response);
        match outcome.kind {
            Kind::Initialize { parent: Some(pid) } if response.is_ok() => {
                self.parent_gone = Box::pin(watch_parent(pid, parent::INTERVAL));
            }
            Kind::Shutdown if response.is_ok() => self.exit_code = 0,
            _ => {}
        }
    }

    /// Answers what was begun, as far as someone is there to hear it, and returns the exit code.
    async fn finish(mut self, end: &End) -> u8 {
        match end {
            End::Exit | End::InputClosed => {
                if tokio::time::timeout(GRACE, self.conclude_all())
                    .await
                    .is_err()
                {
                    tracing::warn!("requests were still waiting at the end and are cancelled");
                }
            }
            End::OutputClosed | End::ParentGone => {}
        }
        self.cancel_all();
        self.exit_code
    }

    async fn conclude_all(&mut self) {
        while !self.begun.is_empty() {
            tokio::select! {
                Some(outcome) = self.begun.next() => self.conclude(outcome),
                Some(question) = self.questions.next() => self.outbox.send(&question),
            }
        }
        while let Some(Some(question)) = self.questions.next().now_or_never() {
            self.outbox.send(&question);
        }
    }

    /// Closes the service, which answers each request that still waits with "cancelled".
    fn cancel_all(&mut self) {
        drop(self.service.call(Request::build("exit").finish()));
        while let Some(Some(outcome)) = self.begun.next().now_or_never() {
            self.conclude(outcome);
        }
    }
}

impl Kind {
    fn of(request: &Request) -> Self {
        match request.method() {
            "initialize" => {
                let pid = request.params().and_then(|params| params.get("processId"));
                let pid = pid
                    .and_then(Value::as_u64)
                    .and_then(|pid| u32::try_from(pid).ok());
                Self::Initialize { parent: pid }
            }
            "shutdown" => Self::Shutdown,
            "exit" => Self::Exit,
            _ => Self::Other,
        }
    }
}

type Panic = Box<dyn Any + Send>;
type Call = BoxFuture<'static, Result<Option<Response>, ExitedError>>;

/// Handles one message; a panic becomes an internal error.
async fn handle(call: Result<Call, Panic>, method: String, id: Option<Id>, kind: Kind) -> Outcome {
    let result = match call {
        Ok(call) => AssertUnwindSafe(call).catch_unwind().await,
        Err(panic) => Err(panic),
    };
    let response = match result {
        Ok(response) => response.unwrap_or_default(),
        Err(panic) => {
            tracing::error!("the handler of {method} panicked: {}", words_of(&panic));
            id.map(|id| Response::from_error(id, Error::internal_error()))
        }
    };
    Outcome { kind, response }
}

fn words_of(panic: &Panic) -> &str {
    let fixed = panic.downcast_ref::<&str>().copied();
    let formatted = panic.downcast_ref::<String>().map(String::as_str);
    fixed.or(formatted).unwrap_or("without a message")
}
