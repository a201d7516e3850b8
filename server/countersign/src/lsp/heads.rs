//! Sees that a work tree may hold other files: a checkout, a pull, a rebase, a stash or a reset has moved its HEAD or
//! written its index, whoever ran it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_ledger::Place;
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use super::transport::Waker;

/// How often git's folders are looked at where the system does not watch them for us.
const INTERVAL: Duration = Duration::from_millis(500);

/// What git writes last when it is done with a work tree, and when shared facts have come. With its reftable format
/// the list of tables stands for all refs. Packing refs takes away the folder of notes, and the next fetch makes it.
const TELLING: [&str; 6] = [
    "HEAD",
    "index",
    "tables.list",
    "packed-refs",
    "refs/notes",
    "refs/notes/countersign",
];

/// Watches the git folders of work trees. Costs nothing while nothing happens.
pub(super) struct HeadWatch {
    bell: Bell,
    watcher: Option<Box<dyn Watcher + Send>>,
    poller: Option<PollWatcher>,
    watched: HashSet<PathBuf>,
}

/// Rung when HEAD or the index of a work tree may have moved.
#[derive(Clone)]
struct Bell {
    has_moved: Arc<AtomicBool>,
    /// Folders that were taken away.
    gone: Arc<Mutex<HashSet<PathBuf>>>,
    waker: Waker,
}

impl HeadWatch {
    pub(super) fn new(waker: Waker) -> Self {
        HeadWatch {
            bell: Bell {
                has_moved: Arc::default(),
                gone: Arc::default(),
                waker,
            },
            watcher: None,
            poller: None,
            watched: HashSet::new(),
        }
    }

    /// Whether one may have moved since this was last asked.
    pub(super) fn take_moved(&self) -> bool {
        self.bell.has_moved.swap(false, Ordering::AcqRel)
    }

    /// Watches these work trees from now on. What happened before is not told.
    pub(super) fn watch(&mut self, places: &[Place]) {
        // The watch of a folder ends with it, and does not begin again with another one of its name.
        let gone = self.bell.take_gone();
        self.watched.retain(|folder| !gone.contains(folder));
        for folder in places.iter().flat_map(folders) {
            if folder.is_dir() && !self.watched.contains(&folder) {
                self.watch_folder(&folder);
                self.watched.insert(folder);
            }
        }
    }

    fn watch_folder(&mut self, folder: &Path) {
        let watching = self
            .watcher()
            .and_then(|it| it.watch(folder, RecursiveMode::NonRecursive));
        let Err(error) = watching else { return };
        tracing::warn!("{} is looked at instead: {error}", folder.display());
        let polling = self
            .poller()
            .and_then(|it| it.watch(folder, RecursiveMode::NonRecursive));
        if let Err(error) = polling {
            tracing::warn!("{} is not looked at either: {error}", folder.display());
        }
    }

    fn watcher(&mut self) -> notify::Result<&mut dyn Watcher> {
        if self.watcher.is_none() {
            let bell = self.bell.clone();
            let watcher = RecommendedWatcher::new(move |it| bell.hear(it), Config::default())?;
            self.watcher = Some(Box::new(watcher));
        }
        match &mut self.watcher {
            Some(watcher) => Ok(watcher.as_mut()),
            None => Err(notify::Error::generic("there is no watcher")),
        }
    }

    fn poller(&mut self) -> notify::Result<&mut PollWatcher> {
        if self.poller.is_none() {
            let bell = self.bell.clone();
            let config = Config::default().with_poll_interval(INTERVAL);
            self.poller = Some(PollWatcher::new(move |it| bell.hear(it), config)?);
        }
        self.poller
            .as_mut()
            .ok_or_else(|| notify::Error::generic("there is no watcher"))
    }
}

impl Bell {
    fn take_gone(&self) -> HashSet<PathBuf> {
        std::mem::take(&mut *self.gone.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn hear(&self, event: notify::Result<Event>) {
        if let Ok(Event {
            kind: EventKind::Remove(_),
            paths,
            ..
        }) = &event
        {
            let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
            gone.extend(
                paths
                    .iter()
                    .filter(|path| path.ends_with("refs/notes"))
                    .cloned(),
            );
        }
        let tells = event.as_ref().is_ok_and(is_telling);
        if tells || event.is_err() {
            tracing::debug!(?event, "HEAD or the index may have moved");
            self.has_moved.store(true, Ordering::Release);
            self.waker.wake();
        }
    }
}

fn is_telling(event: &Event) -> bool {
    let is_named = |path: &PathBuf| TELLING.iter().any(|name| path.ends_with(name));
    let is_read = matches!(event.kind, EventKind::Access(_));
    event.need_rescan() || !is_read && event.paths.iter().any(is_named)
}

/// Where git writes of a work tree: its own git folder, the log of its HEAD, tables of refs, packed refs, and the shared
/// notes with the folder in which theirs comes and goes. The refs of branches need no watch: whatever changes files writes the index, and whatever moves HEAD writes its log.
fn folders(place: &Place) -> impl Iterator<Item = PathBuf> {
    let own = place.git_dir.iter();
    let own = own.flat_map(|dir| [dir.clone(), dir.join("logs"), dir.join("reftable")]);
    let common = place.common_dir.iter();
    let shared = common.flat_map(|dir| {
        let refs = dir.join("refs");
        [dir.clone(), dir.join("reftable"), refs.join("notes"), refs]
    });
    own.chain(shared)
}

#[cfg(test)]
mod tests {
    use notify::event::{AccessKind, CreateKind, ModifyKind};

    use super::*;

    #[track_caller]
    fn check(kind: EventKind, path: &str, expected: bool) {
        let event = Event::new(kind).add_path(PathBuf::from(path));
        assert_eq!(is_telling(&event), expected);
    }

    #[test]
    fn only_what_git_writes_last_tells() {
        let changed = EventKind::Modify(ModifyKind::Any);
        check(changed, "/p/.git/index", true);
        check(changed, "/p/.git/logs/HEAD", true);
        check(changed, "/p/.git/reftable/tables.list", true);
        check(
            EventKind::Create(CreateKind::File),
            "/p/.git/index.lock",
            false,
        );
        check(EventKind::Access(AccessKind::Any), "/p/.git/index", false);
        check(changed, "/p/.git/refs/notes/countersign", true);
        check(changed, "/p/.git/packed-refs", true);
        check(
            EventKind::Create(CreateKind::Folder),
            "/p/.git/refs/notes",
            true,
        );
        check(
            EventKind::Create(CreateKind::Folder),
            "/p/.git/refs/heads",
            false,
        );
        check(changed, "/p/.git/countersign", false);
        check(changed, "/p/.git/COMMIT_EDITMSG", false);
    }
}
