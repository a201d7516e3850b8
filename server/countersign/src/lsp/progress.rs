//! Work-done progress that the server begins: the client is asked for it once, and nobody waits for the answer.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tower_lsp::Client;
use tower_lsp::ls_types::notification::Progress as Told;
use tower_lsp::ls_types::*;

use super::transport::Outbox;

/// Tells one progress from another.
static LAST: AtomicU32 = AtomicU32::new(0);

/// Some work that the client can watch and end. Safe to use from any thread.
pub(crate) struct Progress {
    token: NumberOrString,
    title: &'static str,
    outbox: Outbox,
    state: Mutex<State>,
    is_cancelled: AtomicBool,
}

#[derive(Default)]
struct State {
    is_asked: bool,
    is_granted: bool,
    is_begun: bool,
    /// The last word, once the work is done.
    end: Option<String>,
    /// What the client was told last.
    percentage: u32,
}

impl Progress {
    /// Of some work that has not begun; the client is told of nothing yet.
    pub(super) fn new(title: &'static str, outbox: Outbox) -> Arc<Self> {
        let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        Arc::new(Progress {
            token: NumberOrString::String(format!("countersign/{number}")),
            title,
            outbox,
            state: Mutex::default(),
            is_cancelled: AtomicBool::new(false),
        })
    }

    /// Asks the client, once, to show it. It must run within the runtime.
    pub(super) fn ask(self: &Arc<Self>, client: &Client) {
        if std::mem::replace(&mut self.lock().is_asked, true) {
            return;
        }
        let (progress, client) = (self.clone(), client.clone());
        tokio::spawn(async move {
            let token = progress.token.clone();
            match client.create_work_done_progress(token).await {
                Ok(()) => progress.granted(),
                Err(error) => tracing::info!("the client shows no progress: {error}"),
            }
        });
    }

    fn granted(&self) {
        let mut state = self.lock();
        state.is_granted = true;
        self.begin(&mut state);
        if let Some(end) = state.end.clone() {
            self.tell_end(end);
        }
    }

    fn begin(&self, state: &mut State) {
        state.is_begun = true;
        self.tell(WorkDoneProgress::Begin(WorkDoneProgressBegin {
            title: self.title.to_owned(),
            cancellable: Some(true),
            message: None,
            percentage: Some(state.percentage),
        }));
    }

    /// The work is this far, in percent.
    pub(super) fn report(&self, percentage: u32, message: impl FnOnce() -> String) {
        let mut state = self.lock();
        if state.end.is_some() || percentage <= state.percentage {
            return;
        }
        state.percentage = percentage;
        if state.is_begun {
            self.tell(WorkDoneProgress::Report(WorkDoneProgressReport {
                cancellable: Some(true),
                message: Some(message()),
                percentage: Some(percentage),
            }));
        }
    }

    /// The work is done; what is said after this is dropped.
    pub(super) fn end(&self, message: String) {
        let mut state = self.lock();
        if state.end.is_some() {
            return;
        }
        if state.is_begun {
            self.tell_end(message.clone());
        }
        state.end = Some(message);
    }

    /// Ends the work, if the token is this one's.
    pub(super) fn cancel(&self, token: &NumberOrString) {
        if *token == self.token {
            self.stop();
        }
    }

    /// Ends the work.
    pub(super) fn stop(&self) {
        self.is_cancelled.store(true, Ordering::Release);
    }

    /// Whether the work is to end.
    pub(super) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Acquire)
    }

    fn tell_end(&self, message: String) {
        self.tell(WorkDoneProgress::End(WorkDoneProgressEnd {
            message: Some(message),
        }));
    }

    fn tell(&self, value: WorkDoneProgress) {
        self.outbox.notify::<Told>(ProgressParams {
            token: self.token.clone(),
            value: ProgressParamsValue::WorkDone(value),
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
