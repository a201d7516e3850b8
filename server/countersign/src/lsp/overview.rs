//! What waits for review in the files of the workspace that no editor has open, as it was read last.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use countersign_ledger::Place;
use tokio::sync::watch;

use super::progress::Progress;
use super::told::Status;
use crate::workspace::overview::Waiting;

/// How much older than it took to make an overview may be before a client that asks has it made anew: files change
/// behind our back, by a checkout.
const STALE: u32 = 50;
/// At least so old.
const STALE_AT_LEAST: Duration = Duration::from_secs(5);

/// How an overview is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wish {
    /// Without a word.
    Quietly,
    /// Likewise, but before a second is over: a work tree holds other files.
    Soon,
    /// While the client watches.
    Watched,
}

/// The files of all work trees of the window.
pub(crate) struct Overview {
    inner: Mutex<Inner>,
    /// Whether the first one has still to be made.
    is_reading: watch::Sender<bool>,
    /// A client asks for closed files.
    is_asked_for: AtomicBool,
    /// It was given some, which may be out of date by now.
    is_told: AtomicBool,
    has_news: AtomicBool,
}

#[derive(Default)]
struct Inner {
    trees: BTreeMap<PathBuf, Tree>,
    serial: u64,
    wish: Option<Wish>,
    /// When the last one was finished, and how long it took.
    made: Option<(Instant, Duration)>,
    progress: Option<Arc<Progress>>,
    sum: Option<Status>,
}

/// A work tree.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) place: Arc<Place>,
    /// By path.
    pub(super) files: BTreeMap<String, Closed>,
}

/// A file as it is on the disk.
#[derive(Debug, Clone)]
pub(super) struct Closed {
    pub(super) waiting: Arc<Waiting>,
    /// Changes with what waits in it.
    pub(super) serial: u64,
}

impl Inner {
    fn closed(&mut self, waiting: Waiting) -> Closed {
        self.serial += 1;
        Closed {
            serial: self.serial,
            waiting: Arc::new(waiting),
        }
    }
}

impl Default for Overview {
    fn default() -> Self {
        Overview {
            inner: Mutex::default(),
            is_reading: watch::Sender::new(true),
            is_asked_for: AtomicBool::new(false),
            is_told: AtomicBool::new(false),
            has_news: AtomicBool::new(false),
        }
    }
}

impl Overview {
    /// Has it made anew when there is time.
    pub(super) fn want(&self, wish: Wish) {
        let mut inner = self.lock();
        inner.wish = inner.wish.max(Some(wish));
    }

    /// A client asks for closed files: what is old is read again.
    pub(super) fn ask(&self) {
        self.is_asked_for.store(true, Ordering::Release);
        let mut inner = self.lock();
        let is_old =
            |(at, took): (Instant, Duration)| at.elapsed() > (took * STALE).max(STALE_AT_LEAST);
        let is_needed = *self.is_reading.borrow() && inner.progress.is_none();
        if is_needed || inner.made.is_some_and(is_old) {
            inner.wish = inner.wish.max(Some(Wish::Quietly));
        }
    }

    /// What is wanted, without taking it.
    pub(super) fn wish(&self) -> Option<Wish> {
        self.lock().wish
    }

    /// It is being made; a later wish is for another one.
    pub(super) fn begin(&self, progress: Arc<Progress>) {
        let mut inner = self.lock();
        inner.wish = None;
        inner.progress = Some(progress);
    }

    /// The work that is being done.
    pub(super) fn progress(&self) -> Option<Arc<Progress>> {
        self.lock().progress.clone()
    }

    /// Takes over what was read; a tree that is not among `trees` is no longer there, one that could not be read stays.
    pub(super) fn finish(&self, trees: Vec<(Place, Option<Vec<Waiting>>)>, took: Duration) {
        let mut inner = self.lock();
        let mut old = std::mem::take(&mut inner.trees);
        let mut is_new = false;
        for (place, waiting) in trees {
            let known = old.remove(&place.root);
            let Some(waiting) = waiting else {
                inner.trees.extend(known.map(|tree| (place.root, tree)));
                continue;
            };
            let mut known = known.map(|tree| tree.files).unwrap_or_default();
            let mut files = BTreeMap::new();
            for file in waiting {
                let same = known.remove(&file.path);
                let same = same.filter(|same| *same.waiting == file);
                is_new |= same.is_none();
                let closed = same.unwrap_or_else(|| inner.closed(file));
                files.insert(closed.waiting.path.clone(), closed);
            }
            is_new |= !known.is_empty();
            let root = place.root.clone();
            let place = Arc::new(place);
            inner.trees.insert(root, Tree { place, files });
        }
        is_new |= old.values().any(|gone| !gone.files.is_empty());
        inner.made = Some((Instant::now(), took));
        self.done(inner, is_new);
    }

    /// Whoever ended it wants no more of it: what is known stays.
    pub(super) fn abandon(&self, took: Duration) {
        let mut inner = self.lock();
        inner.made = Some((Instant::now(), took));
        self.done(inner, false);
    }

    fn done(&self, mut inner: MutexGuard<'_, Inner>, is_new: bool) {
        inner.progress = None;
        drop(inner);
        if is_new {
            self.note_news();
        }
        self.is_reading.send_replace(false);
    }

    /// What is known is out of date, and is read again for who asks.
    pub(super) fn outdate(&self) {
        self.lock().progress = None;
        self.is_reading.send_replace(true);
    }

    /// Waits until there is one, which the client is then told of.
    pub(super) async fn made(&self) {
        let mut is_reading = self.is_reading.subscribe();
        // It cannot fail: the sender is ours.
        let _made = is_reading.wait_for(|is_reading| !is_reading).await;
        self.is_told.store(true, Ordering::Release);
    }

    /// Whether the client was told of closed files.
    pub(super) fn is_told(&self) -> bool {
        self.is_told.load(Ordering::Acquire)
    }

    /// The end of the server: nobody waits any more.
    pub(super) fn close(&self) {
        if let Some(progress) = self.progress() {
            progress.stop();
            progress.end("ended".to_owned());
        }
        self.is_reading.send_replace(false);
    }

    /// It is shown in other words from now on, or together with other buffers.
    pub(super) fn note_news(&self) {
        self.forget_sum();
        self.has_news.store(true, Ordering::Release);
    }

    /// Whether there is something new since the last call.
    pub(super) fn take_news(&self) -> bool {
        self.has_news.swap(false, Ordering::AcqRel)
    }

    /// Whether a client asks for closed files.
    pub(super) fn is_asked_for(&self) -> bool {
        self.is_asked_for.load(Ordering::Acquire)
    }

    /// All files, each with its work tree.
    pub(super) fn closed(&self) -> Vec<(Arc<Place>, Closed)> {
        let inner = self.lock();
        let trees = inner.trees.values();
        let files = |tree: &Tree| {
            let place = tree.place.clone();
            let file = move |file: &Closed| (place.clone(), file.clone());
            tree.files.values().map(file).collect::<Vec<_>>()
        };
        trees.flat_map(files).collect()
    }

    /// The sums over the closed files, made by `sum` where they are not known.
    pub(super) fn sum(&self, sum: impl FnOnce() -> Status) -> Status {
        let known = self.lock().sum;
        known.unwrap_or_else(|| {
            // It looks at the files itself.
            let sum = sum();
            self.lock().sum = Some(sum);
            sum
        })
    }

    /// Other files are open now.
    pub(super) fn forget_sum(&self) {
        self.lock().sum = None;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
