//! What all handlers share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use countersign_ledger::{Place, new_fact_id};
use countersign_provenance::FactId;
use tower_lsp::Client;
use tower_lsp::ls_types::notification::ShowMessage;
use tower_lsp::ls_types::{MessageType, ShowMessageParams};

use super::folders::Folders;
use super::journal::JournalTimer;
use super::log::Log;
use super::offers::Offers;
use super::options::Options;
use super::overview::{Overview, Wish};
use super::told::Told;
use super::transport::{Outbox, Waker};
use super::wanted::Wanted;
use crate::workspace::Fault;
use crate::workspace::session::{Session, Shown};
use crate::workspace::settings::Settings;

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
    /// The window's folders.
    pub(super) folders: Folders,
    /// What the user wants.
    pub(super) wanted: Wanted,
    /// What waits in closed files.
    pub(super) overview: Overview,
    /// What happens, for who looks for a fault.
    pub(super) log: Log,
    /// What the client was last told of each buffer.
    pub(super) told: Told,
    /// Keeps what is typed where hooks find it.
    pub(super) journal: JournalTimer,
    /// The client shows something that is older than an act of its user.
    pub(super) has_acted: AtomicBool,
    /// What was shown already and is shown once.
    shown_once: Mutex<Vec<String>>,
    /// Changes with the settings.
    era: Mutex<FactId>,
}

impl Shared {
    pub(super) fn new(client: Client, outbox: Outbox, waker: Waker, log: Log) -> Self {
        Shared {
            session: Session::default(),
            client,
            outbox,
            waker: waker.clone(),
            offers: OnceLock::new(),
            folders: Folders::default(),
            wanted: Wanted::default(),
            overview: Overview::default(),
            log,
            told: Told::default(),
            journal: JournalTimer::new(waker),
            has_acted: AtomicBool::new(false),
            shown_once: Mutex::default(),
            era: Mutex::new(new_fact_id()),
        }
    }

    /// What the client can do.
    pub(super) fn offers(&self) -> Offers {
        self.offers.get().copied().unwrap_or_default()
    }

    /// What holds for a file of a repository.
    pub(super) fn settings_of(&self, place: &Place, path: &str) -> Arc<Settings> {
        let folder = self.folders.of(&place.absolute(path));
        self.wanted
            .settings(place, folder.as_ref().map(|it| it.real.as_path()))
    }

    /// How a buffer is shown.
    pub(super) fn options_of(&self, uri: &str) -> Options {
        if let Some(options) = self.wanted.options(uri) {
            return options;
        }
        let Some((place, path)) = self.session.place_of(uri) else {
            return Options::of(&Settings::default(), "");
        };
        let options = Options::of(&self.settings_of(&place, &path), &path);
        self.wanted.keep_options(uri, options);
        options
    }

    /// What is shown of a buffer now; `None` where nothing is to be.
    pub(super) fn shown(&self, uri: &str) -> Option<Arc<Shown>> {
        let shown = self.session.shown(uri)?;
        self.options_of(uri).is_shown.then_some(shown)
    }

    /// Other settings hold: what was answered and told before them is out of date.
    pub(super) fn settings_changed(&self) {
        self.log.set_level(self.wanted.log_level());
        self.told.expire();
        self.session.refresh();
        self.overview.note_news();
        self.has_acted.store(true, Ordering::Release);
        *self.era.lock().unwrap_or_else(PoisonError::into_inner) = new_fact_id();
    }

    /// Has the settings of the repositories read anew where they are other files by now.
    pub(super) fn look_at_settings(&self) {
        if self.wanted.is_outdated() {
            self.overview.want(Wish::Quietly);
        }
    }

    /// The name of an answer that shows this revision of a buffer. No other server, and none with other settings,
    /// gives that name.
    pub(super) fn result_id(&self, revision: u64) -> String {
        format!("{}.{revision}", self.era())
    }

    /// The name of an answer that shows a closed file.
    pub(super) fn closed_result_id(&self, serial: u64) -> String {
        format!("{}.closed.{serial}", self.era())
    }

    fn era(&self) -> FactId {
        *self.era.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows the user a message.
    pub(super) fn show(&self, kind: MessageType, message: String) {
        self.outbox
            .notify::<ShowMessage>(ShowMessageParams { typ: kind, message });
    }

    /// Shows a fault that is about a whole repository, with what to do about it: once, however many files meet it.
    pub(super) fn show_once(&self, fault: &Fault) {
        self.warn_once(worded(fault));
    }

    /// Shows a warning, once.
    pub(super) fn warn_once(&self, words: String) {
        let mut shown = self
            .shown_once
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
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
