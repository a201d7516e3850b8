//! When the workspace is read, and by whom: never by the thread that serves the client.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use countersign_ledger::Place;
use countersign_provenance::Encoding;
use tower_lsp::Client;

use super::background::{in_background, step_aside};
use super::heads::HeadWatch;
use super::overview::Wish;
use super::progress::Progress;
use super::shared::Shared;
use super::wanted::Known;
use crate::workspace::overview::{Remembered, Waiting, overview, take_in_notes};
use crate::workspace::survey::Counts;
use crate::workspace::work_tree::Step;

/// What is shown while it happens.
const TITLE: &str = "Countersign: looking for unreviewed code";
/// The shortest pause after one, so that a working assistant does not keep us busy.
const PAUSE: Duration = Duration::from_millis(200);
/// The first one leaves the processors to the file that the person opens.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The pause is so many times what the last one took.
const PAUSE_FACTOR: u32 = 10;
/// Git writes the index and then HEAD: one reading serves both.
const SETTLING: Duration = Duration::from_millis(40);

/// Has overviews made, one at a time.
pub(super) struct Surveyor {
    shared: Arc<Shared>,
    results: (Sender<Done>, Receiver<Done>),
    is_busy: bool,
    heads: HeadWatch,
    /// When the last one ended, and how long it took.
    last: Option<(Instant, Duration)>,
    /// When the first one may begin.
    first: Option<Instant>,
    /// When a work tree that was seen to move is read.
    settled: Option<Instant>,
    /// When we are woken to begin.
    alarm: Option<Instant>,
    /// By the root of the work tree. With whoever reads.
    remembered: HashMap<PathBuf, Remembered>,
}

/// What was read.
struct Done {
    trees: Trees,
    houses: Vec<Known>,
    remembered: HashMap<PathBuf, Remembered>,
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

/// Whether anybody would be told of what is read in closed files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    Somebody,
    /// Only shared facts that have come are taken in, for the files that are open.
    Nobody,
}

/// What is to be read.
struct Job {
    places: Vec<Place>,
    telling: Telling,
    houses: Vec<Place>,
    remembered: HashMap<PathBuf, Remembered>,
    encoding: Encoding,
    progress: Arc<Progress>,
    /// Who is asked to show the progress, if anybody.
    watcher: Option<Client>,
}

impl Surveyor {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Surveyor {
            heads: HeadWatch::new(shared.waker.clone()),
            shared,
            results: channel(),
            is_busy: false,
            last: None,
            first: None,
            settled: None,
            alarm: None,
            remembered: HashMap::new(),
        }
    }

    /// Takes over what was read, and begins anew where that is wanted and it is time. Runs on the driver's thread.
    pub(super) fn on_idle(&mut self) {
        while let Ok(done) = self.results.1.try_recv() {
            self.take(done);
        }
        if self.heads.take_moved() {
            self.shared.overview.want(Wish::Soon);
        }
        let Some(wish) = self.shared.overview.wish().filter(|_| !self.is_busy) else {
            return;
        };
        let now = Instant::now();
        let time = self.time_for(wish, now);
        match time > now {
            true => self.wait_until(time),
            false => self.begin(wish),
        }
    }

    fn time_for(&mut self, wish: Wish, now: Instant) -> Instant {
        let rested = |factor: u32| {
            let pause = |(at, took): (Instant, Duration)| at + (took * factor).max(PAUSE);
            self.last.map_or(now, pause)
        };
        match wish {
            Wish::Quietly => rested(PAUSE_FACTOR),
            Wish::Soon => rested(1).max(*self.settled.get_or_insert(now + SETTLING)),
            Wish::Watched => *self.first.get_or_insert(now + FIRST_PAUSE),
        }
    }

    fn wait_until(&mut self, time: Instant) {
        let is_set = |alarm: &Instant| Instant::now() < *alarm && *alarm <= time;
        if self.alarm.as_ref().is_some_and(is_set) {
            return;
        }
        self.alarm = Some(time);
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
        self.is_busy = true;
        (self.settled, self.alarm) = (None, None);
        let is_watched = wish == Wish::Watched && shared.offers().progress;
        let job = Job {
            places: self.places(),
            telling: self.telling(wish),
            houses: shared.wanted.house_places(),
            remembered: std::mem::take(&mut self.remembered),
            encoding: shared.session.encoding(),
            progress,
            watcher: is_watched.then(|| shared.client.clone()),
        };
        // Before the first file is read, so that nothing moves unseen meanwhile.
        self.heads.watch(&job.places);
        let told = job
            .places
            .iter()
            .filter(|_| job.telling == Telling::Somebody);
        for place in told {
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

    fn telling(&self, wish: Wish) -> Telling {
        let shared = &self.shared;
        match wish == Wish::Watched || shared.overview.is_asked_for() || shared.wanted.regions() {
            true => Telling::Somebody,
            false => Telling::Nobody,
        }
    }

    fn places(&self) -> Vec<Place> {
        let open = self.shared.session.open_places();
        self.shared.folders.places(open)
    }

    fn take(&mut self, done: Done) {
        let shared = &self.shared;
        self.is_busy = false;
        self.remembered = done.remembered;
        self.last = Some((Instant::now(), done.took));
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
    fn run(mut self) -> Done {
        let begun = Instant::now();
        let mut remembered = std::mem::take(&mut self.remembered);
        let houses = self.houses.iter().cloned().map(Known::read).collect();
        let trees = match self.telling {
            Telling::Somebody => self.read(&self.places, &mut remembered),
            Telling::Nobody => {
                self.places.iter().for_each(take_in_notes);
                Trees::NotRead
            }
        };
        Done {
            trees,
            houses,
            remembered,
            took: begun.elapsed(),
            progress: self.progress,
        }
    }

    fn read(&self, places: &[Place], remembered: &mut HashMap<PathBuf, Remembered>) -> Trees {
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
            let remembered = remembered.entry(place.root.clone()).or_default();
            let read = overview(place, self.encoding, remembered, &mut step, step_aside);
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
