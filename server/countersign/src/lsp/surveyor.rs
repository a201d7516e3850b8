//! When the workspace is read, and by whom: never by the thread that serves the client.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use countersign_ledger::Place;
use countersign_provenance::Encoding;
use tower_lsp::Client;

use super::background::{in_background, step_aside};
use super::overview::Wish;
use super::progress::Progress;
use super::shared::Shared;
use super::wanted::Known;
use crate::workspace::overview::{Waiting, overview};
use crate::workspace::survey::{Counts, Step};

/// What is shown while it happens.
const TITLE: &str = "Countersign: looking for unreviewed code";
/// The shortest pause after one, so that a working assistant does not keep us busy.
const PAUSE: Duration = Duration::from_millis(200);
/// The first one leaves the processors to the file that the person opens.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The pause is so many times what the last one took.
const PAUSE_FACTOR: u32 = 10;

/// Has overviews made, one at a time.
pub(super) struct Surveyor {
    shared: Arc<Shared>,
    results: (Sender<Done>, Receiver<Done>),
    is_busy: bool,
    not_before: Option<Instant>,
    /// When the first one may begin.
    first: Option<Instant>,
    has_alarm: bool,
}

/// What was read.
struct Done {
    trees: Trees,
    houses: Vec<Known>,
    took: Duration,
    progress: Arc<Progress>,
}

/// What came of reading the work trees.
enum Trees {
    /// All of them; what cannot be read now stays as it was.
    Read(Vec<(Place, Option<Vec<Waiting>>)>),
    /// Whoever watched it ended it.
    Ended,
    /// Nobody would have been told of them.
    NotRead,
}

/// What is to be read.
struct Job {
    /// `None` where nobody would be told.
    places: Option<Vec<Place>>,
    houses: Vec<Place>,
    encoding: Encoding,
    progress: Arc<Progress>,
    /// Who is asked to show the progress, if anybody.
    watcher: Option<Client>,
}

impl Surveyor {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Surveyor {
            shared,
            results: channel(),
            is_busy: false,
            not_before: None,
            first: None,
            has_alarm: false,
        }
    }

    /// Takes over what was read, and begins anew where that is wanted and it is time. Runs on the driver's thread.
    pub(super) fn on_idle(&mut self) {
        while let Ok(done) = self.results.1.try_recv() {
            self.take(done);
        }
        let Some(wish) = self.shared.overview.wish().filter(|_| !self.is_busy) else {
            return;
        };
        let now = Instant::now();
        let time = match wish {
            Wish::Quietly => self.not_before.unwrap_or(now),
            Wish::Watched => *self.first.get_or_insert(now + FIRST_PAUSE),
        };
        match time > now {
            true => self.wait_until(time),
            false => self.begin(wish),
        }
    }

    fn wait_until(&mut self, time: Instant) {
        if std::mem::replace(&mut self.has_alarm, true) {
            return;
        }
        let waker = self.shared.waker.clone();
        tokio::spawn(async move {
            tokio::time::sleep_until(time.into()).await;
            waker.wake();
        });
    }

    fn begin(&mut self, wish: Wish) {
        let shared = &self.shared;
        let progress = Progress::new(TITLE, shared.outbox.clone());
        shared.overview.begin(progress.clone());
        (self.is_busy, self.has_alarm) = (true, false);
        let is_watched = wish == Wish::Watched && shared.offers().progress;
        let job = Job {
            places: self.is_told(wish).then(|| self.places()),
            houses: shared.wanted.house_places(),
            encoding: shared.session.encoding(),
            progress,
            watcher: is_watched.then(|| shared.client.clone()),
        };
        for place in job.places.iter().flatten() {
            if let Err(fault) = shared.session.attend(place) {
                tracing::warn!("{} is not followed: {fault}", place.root.display());
                shared.show_once(&fault);
            }
        }
        let (sender, waker) = (self.results.0.clone(), shared.waker.clone());
        in_background(move || {
            // At the end of the server nobody receives.
            let _ended = sender.send(job.run());
            waker.wake();
        });
    }

    /// Whether anybody would be told of what is read.
    fn is_told(&self, wish: Wish) -> bool {
        wish == Wish::Watched || self.shared.overview.is_asked_for() || self.shared.wanted.regions()
    }

    fn places(&self) -> Vec<Place> {
        let open = self.shared.session.open_places();
        self.shared.folders.places(open)
    }

    fn take(&mut self, done: Done) {
        let shared = &self.shared;
        self.is_busy = false;
        self.not_before = Some(Instant::now() + (done.took * PAUSE_FACTOR).max(PAUSE));
        if shared.wanted.renew(done.houses) {
            shared.settings_changed();
        }
        let summary = match done.trees {
            Trees::Read(trees) => {
                let summary = summary(&trees);
                shared.overview.finish(trees, done.took);
                tracing::info!("{summary} ({} ms)", done.took.as_millis());
                summary
            }
            Trees::Ended => {
                shared.overview.abandon(done.took);
                "ended".to_owned()
            }
            Trees::NotRead => {
                shared.overview.outdate();
                return;
            }
        };
        done.progress.end(summary);
    }
}

impl Job {
    fn run(self) -> Done {
        let begun = Instant::now();
        let houses = self.houses.iter().cloned().map(Known::read).collect();
        let trees = match &self.places {
            Some(places) => self.read(places),
            None => Trees::NotRead,
        };
        Done {
            trees,
            houses,
            took: begun.elapsed(),
            progress: self.progress,
        }
    }

    fn read(&self, places: &[Place]) -> Trees {
        let mut trees = Vec::new();
        for (index, place) in places.iter().enumerate() {
            let mut step = |step: Step| {
                if let Some(client) = &self.watcher {
                    self.progress.ask(client);
                }
                self.report(index, places.len(), step);
                match self.progress.is_cancelled() {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            };
            let read = overview(place, self.encoding, &mut step, step_aside);
            let root = place.root.display();
            let read = read.inspect_err(|fault| tracing::warn!("{root} was not read: {fault}"));
            trees.push((place.clone(), read.ok()));
        }
        match self.progress.is_cancelled() {
            true => Trees::Ended,
            false => Trees::Read(trees),
        }
    }

    fn report(&self, index: usize, all: usize, step: Step) {
        let share = 100 * step.done / step.all.max(1);
        let percentage = (100 * index + share) / all.max(1);
        self.progress.report(percentage as u32, || {
            format!("{} of {} files", step.done, step.all)
        });
    }
}

/// "3 files wait for review: 61 unreviewed lines".
fn summary(trees: &[(Place, Option<Vec<Waiting>>)]) -> String {
    let mut counts = Counts::default();
    let mut files = 0;
    for file in trees.iter().flat_map(|(_, read)| read.iter().flatten()) {
        counts += file.counts;
        files += 1;
    }
    match files {
        0 => "nothing waits for review".to_owned(),
        1 => format!("1 file waits for review: {}", lines(counts)),
        _ => format!("{files} files wait for review: {}", lines(counts)),
    }
}

fn lines(counts: Counts) -> String {
    let plural = |number| if number == 1 { "" } else { "s" };
    let all = [
        (counts.unreviewed, "unreviewed line"),
        (counts.suspected, "suspected line"),
        (counts.removals, "removal"),
    ];
    let told = all.iter().filter(|(number, _)| *number > 0);
    let words: Vec<String> = told
        .map(|(number, what)| format!("{number} {what}{}", plural(*number)))
        .collect();
    words.join(", ")
}
