//! What all handlers share.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, OnceLock, RwLock};

use countersign_ledger::new_fact_id;
use countersign_provenance::FactId;
use tower_lsp::Client;
use tower_lsp::ls_types::notification::ShowMessage;
use tower_lsp::ls_types::{MessageType, ShowMessageParams};

use super::journal::JournalTimer;
use super::offers::Offers;
use super::options::Options;
use super::told::Told;
use super::transport::{Outbox, Waker};
use crate::workspace::Fault;
use crate::workspace::session::Session;

/// The state of one running server. Handlers change it before their first `await` and hold no lock across one.
pub(crate) struct Shared {
    /// The open buffers.
    pub(super) session: Session,
    /// Asks the client something; notifications go by `outbox`.
    pub(super) client: Client,
    /// Tells the client something, in order.
    pub(super) outbox: Outbox,
    /// Calls the publisher.
    pub(super) waker: Waker,
    /// What the client can do; set by `initialize`.
    pub(super) offers: OnceLock<Offers>,
    /// What the user wants.
    pub(super) options: RwLock<Options>,
    /// What the client was last told of each buffer.
    pub(super) told: Told,
    /// Keeps what is typed where hooks find it.
    pub(super) journal: JournalTimer,
    /// The client shows something that is older than an act of its user.
    pub(super) has_acted: AtomicBool,
    /// Faults that were shown already: each is shown once.
    shown_faults: Mutex<Vec<String>>,
    /// Changes with the settings.
    era: Mutex<FactId>,
}

impl Shared {
    pub(super) fn new(client: Client, outbox: Outbox, waker: Waker) -> Self {
        Shared {
            session: Session::default(),
            client,
            outbox,
            waker: waker.clone(),
            offers: OnceLock::new(),
            options: RwLock::default(),
            told: Told::default(),
            journal: JournalTimer::new(waker),
            has_acted: AtomicBool::new(false),
            shown_faults: Mutex::default(),
            era: Mutex::new(new_fact_id()),
        }
    }

    /// What the client can do.
    pub(super) fn offers(&self) -> Offers {
        self.offers.get().copied().unwrap_or_default()
    }

    /// What the user wants.
    pub(super) fn options(&self) -> Options {
        *self
            .options
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Takes over settings. What was answered before them is out of date.
    pub(super) fn set_options(&self, settings: &serde_json::Value) {
        self.options
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .update(settings);
        self.told.expire();
        *self
            .era
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = new_fact_id();
    }

    /// The name of an answer that shows this revision of a buffer. No other server, and none with other settings,
    /// gives that name.
    pub(super) fn result_id(&self, revision: u64) -> String {
        format!(
            "{}.{revision}",
            self.era
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
        )
    }

    /// Shows the user a message.
    pub(super) fn show(&self, kind: MessageType, message: String) {
        self.outbox
            .notify::<ShowMessage>(ShowMessageParams { typ: kind, message });
    }

    /// Shows a fault that is about a whole repository, with what to do about it: once, however many files meet it.
    pub(super) fn show_once(&self, fault: &Fault) {
        let words = worded(fault);
        let mut shown = self
            .shown_faults
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if !shown.contains(&words) {
            self.show(MessageType::WARNING, format!("Countersign: {words}"));
            shown.push(words);
        }
    }
}

/// A fault and its hint, as one message.
pub(super) fn worded(fault: &Fault) -> String {
    match fault.hint() {
        Some(hint) => format!("{fault}. Hint: {hint}"),
        None => fault.to_string(),
    }
}
