//! What the client is told unasked, whenever nothing waits to be done for it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use tower_lsp::ls_types::notification::PublishDiagnostics;
use tower_lsp::ls_types::{MessageType, PublishDiagnosticsParams};

use super::background::{Work, in_background, step_aside};
use super::extensions;
use super::offers::Delivery;
use super::overview::Wish;
use super::publication::{self, Publication};
use super::shared::Shared;
use super::surveyor::Surveyor;
use super::told::News;
use super::watch::LedgerWatch;
use crate::workspace::session::{Lost, Moment, ParseJob, Parsed};
use crate::workspace::survey;

/// A parse that takes longer is given up; blocks of lines then stand for units.
const PARSE_BUDGET: Duration = Duration::from_millis(500);

/// Runs on the driver's thread, between messages.
pub(super) struct Publisher {
    shared: Arc<Shared>,
    watch: LedgerWatch,
    surveyor: Surveyor,
    parsed: (Sender<Parsed>, Receiver<Parsed>),
}

/// Who is the cause of something new.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// A change of the client's, after which it asks again by itself.
    Client,
    /// A parse that followed such a change.
    Parse,
    /// A person's act, or another process.
    Other,
}

impl Cause {
    /// Whether a client that asks for diagnostics has to be told to ask again.
    fn outdates(self, news: News) -> bool {
        match (self, news) {
            (Cause::Client, _) | (_, News::Nothing) => false,
            // It will ask for the version that was parsed.
            (Cause::Parse, News::OtherVersion) => false,
            _ => true,
        }
    }
}

impl Publisher {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let watch = LedgerWatch::new(shared.waker.clone());
        Publisher {
            surveyor: Surveyor::new(shared.clone()),
            shared,
            watch,
            parsed: channel(),
        }
    }

    /// Tells what is new, takes in what others have done meanwhile, and starts what takes long.
    pub(super) fn on_idle(&mut self) {
        self.surveyor.on_idle();
        let session = &self.shared.session;
        let acted = self.shared.has_acted.swap(false, Ordering::AcqRel);
        self.tell(if acted { Cause::Other } else { Cause::Client });
        while let Ok(parsed) = self.parsed.1.try_recv() {
            session.parsed(parsed);
        }
        self.tell(Cause::Parse);
        session.follow_places();
        self.watch.watch(session.folders());
        if self.watch.take_changed() {
            tracing::debug!("taking in what others have added to the ledgers");
            let taken_in = session.take_in();
            taken_in
                .lost
                .iter()
                .for_each(|lost| self.tell_of_lost(lost));
            if taken_in.is_anything_new {
                self.shared.overview.want(Wish::Quietly);
                self.surveyor.on_idle();
            }
            self.tell(Cause::Other);
        }
        self.tell_of_closed();
        for complaint in self.shared.wanted.take_complaints() {
            tracing::warn!("{complaint}");
            self.shared.warn_once(complaint);
        }
        let moment = if self.shared.journal.take_due() {
            session.recognise_all();
            self.tell(Cause::Other);
            session.journal_all();
            self.shared.look_at_settings();
            Moment::Pause
        } else {
            Moment::Typing
        };
        for job in session.take_parse_jobs(moment) {
            self.parse(job);
        }
    }

    /// Tells of the buffers that have something new to show.
    fn tell(&self, cause: Cause) {
        let fresh = self.shared.session.take_fresh();
        let mut is_outdated = false;
        for uri in &fresh {
            is_outdated |= self.tell_of(uri, cause);
        }
        if is_outdated {
            self.ask_to_refresh();
        }
        if !fresh.is_empty() && self.shared.wanted.regions() {
            extensions::tell_status(&self.shared);
        }
    }

    /// Tells that the file of a ledger was taken away from under us.
    fn tell_of_lost(&self, lost: &Lost) {
        match lost {
            Lost::WrittenAgain { dir, facts } => {
                let file = dir.join("ledger.db");
                let words = format!(
                    "the ledger {} was deleted or replaced. {facts} facts that were still known here were written into \
                     it again. Hint: see `countersign doctor`",
                    file.display()
                );
                tracing::warn!("{words}");
                self.shared
                    .show(MessageType::WARNING, format!("Countersign: {words}"));
            }
            Lost::Still(fault) => self.shared.show_once(fault),
        }
    }

    /// Tells that something is new in files that are not open.
    fn tell_of_closed(&self) {
        if !self.shared.overview.take_news() {
            return;
        }
        if self.shared.wanted.regions() {
            extensions::tell_status(&self.shared);
        }
        let offers = self.shared.offers();
        if offers.workspace_diagnostics && self.shared.overview.is_told() {
            self.ask_to_refresh();
        }
    }

    /// Tells of one buffer; whether the client has to ask to know it.
    fn tell_of(&self, uri: &str, cause: Cause) -> bool {
        let shared = &self.shared;
        let Some(shown) = shared.session.shown(uri) else {
            return false;
        };
        let options = shared.options_of(uri);
        if !options.is_shown {
            return self.tell_nothing_of(uri, shown.version);
        }
        if shared.wanted.regions() {
            shared
                .told
                .note_counts(uri, survey::count(&shown.text, &shown.regions));
            extensions::tell_regions(shared, uri, &shown);
        }
        let news = shared.told.news(uri, &shown);
        if shared.offers().diagnostics == Delivery::Pull {
            return cause.outdates(news);
        }
        if news != News::Nothing {
            let publication = Publication::new(uri, &shown, &options, shared.session.encoding());
            shared.outbox.notify_of(publication::METHOD, &publication);
            shared.told.note(uri, &shown);
        }
        false
    }

    /// Takes back what the client was told of a buffer; whether it has to ask to know it.
    fn tell_nothing_of(&self, uri: &str, version: i32) -> bool {
        let shared = &self.shared;
        if !shared.told.forget(uri) {
            return false;
        }
        if shared.wanted.regions() {
            extensions::tell_no_regions(shared, uri, version);
        }
        if shared.offers().diagnostics == Delivery::Push
            && let Ok(uri) = uri.parse()
        {
            let nothing = PublishDiagnosticsParams::new(uri, Vec::new(), Some(version));
            shared.outbox.notify::<PublishDiagnostics>(nothing);
        }
        shared.offers().diagnostics == Delivery::Pull
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
        in_background(move || {
            let work = Work::begin();
            let parsed = job.run(&mut || {
                step_aside();
                work.so_far() > PARSE_BUDGET
            });
            // At the end of the server nobody receives.
            let _ended = sender.send(parsed);
            waker.wake();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cause: Cause, asks_again_for: &[News]) {
        let all = [News::Nothing, News::OtherVersion, News::OtherFindings];
        let outdated: Vec<News> = all
            .into_iter()
            .filter(|news| cause.outdates(*news))
            .collect();
        assert_eq!(outdated, asks_again_for);
    }

    #[test]
    fn a_client_asks_by_itself_after_its_own_changes_only() {
        check(Cause::Client, &[]);
        check(Cause::Parse, &[News::OtherFindings]);
        check(Cause::Other, &[News::OtherVersion, News::OtherFindings]);
    }
}
