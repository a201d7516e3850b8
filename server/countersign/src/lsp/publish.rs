//! What the client is told unasked, whenever nothing waits to be done for it.

use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use tower_lsp::ls_types::notification::PublishDiagnostics;
use tower_lsp::ls_types::{PublishDiagnosticsParams, Uri};

use super::offers::Delivery;
use super::shared::Shared;
use super::watch::LedgerWatch;
use super::{convert, extensions};
use crate::workspace::session::{ParseJob, Parsed};
use crate::workspace::survey;

/// A parse that takes longer is given up; blocks of lines then stand for units.
const PARSE_BUDGET: Duration = Duration::from_millis(500);

/// Runs on the driver's thread, between messages.
pub(super) struct Publisher {
    shared: Arc<Shared>,
    watch: LedgerWatch,
    parsed: (Sender<Parsed>, Receiver<Parsed>),
}

/// Who is the cause of something new.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// The client, which asks again by itself.
    Client,
    /// Anybody else.
    Other,
}

impl Publisher {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let watch = LedgerWatch::new(shared.waker.clone());
        Publisher {
            shared,
            watch,
            parsed: channel(),
        }
    }

    /// Tells what is new, takes in what others have done meanwhile, and starts what takes long.
    pub(super) fn on_idle(&mut self) {
        let session = &self.shared.session;
        let acted = self.shared.has_acted.swap(false, Ordering::AcqRel);
        self.tell(if acted { Cause::Other } else { Cause::Client });
        self.watch.watch(session.folders());
        if self.watch.take_changed() {
            tracing::debug!("taking in what others have added to the ledgers");
            session.take_in();
        }
        while let Ok(parsed) = self.parsed.1.try_recv() {
            session.parsed(parsed);
        }
        self.tell(Cause::Other);
        for job in session.take_parse_jobs() {
            self.parse(job);
        }
        if self.shared.journal.take_due() {
            session.journal_all();
        }
    }

    /// Tells of the buffers that have something new to show.
    fn tell(&self, cause: Cause) {
        let fresh = self.shared.session.take_fresh();
        let mut is_outdated = false;
        for uri in &fresh {
            is_outdated |= self.tell_of(uri);
        }
        if is_outdated && cause == Cause::Other {
            self.ask_to_refresh();
        }
        if !fresh.is_empty() && self.shared.options().regions {
            extensions::tell_status(&self.shared);
        }
    }

    /// Tells of one buffer; whether the client has to ask to know it.
    fn tell_of(&self, uri: &str) -> bool {
        let shared = &self.shared;
        let Some(shown) = shared.session.shown(uri) else {
            return false;
        };
        let options = shared.options();
        let diagnostics = convert::diagnostics(&shown, &options, shared.session.encoding());
        if options.regions {
            shared
                .told
                .note_counts(uri, survey::count(&shown.text, &shown.regions));
            extensions::tell_regions(shared, uri, &shown);
        }
        match shared.offers().diagnostics {
            Delivery::Pull => shared.told.differs(uri, &diagnostics),
            Delivery::Push => {
                if shared.told.note_version(uri, shown.version, &diagnostics)
                    && let Ok(uri) = Uri::from_str(uri)
                {
                    let params =
                        PublishDiagnosticsParams::new(uri, diagnostics, Some(shown.version));
                    shared.outbox.notify::<PublishDiagnostics>(params);
                }
                false
            }
        }
    }

    fn ask_to_refresh(&self) {
        let client = self.shared.client.clone();
        tokio::spawn(async move {
            if let Err(error) = client.workspace_diagnostic_refresh().await {
                tracing::warn!("the client did not ask for diagnostics again: {error}");
            }
        });
    }

    fn parse(&self, job: ParseJob) {
        let (sender, waker) = (self.parsed.0.clone(), self.shared.waker.clone());
        tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            let parsed = job.run(&mut || begun.elapsed() > PARSE_BUDGET);
            // At the end of the server nobody receives.
            let _ended = sender.send(parsed);
            waker.wake();
        });
    }
}
