//! Sees that another process has added to a ledger.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::task::AbortHandle;

use super::transport::Waker;

/// How often ledgers are looked at where the system does not watch them for us.
const INTERVAL: Duration = Duration::from_secs(1);

/// When a ledger is looked at again after a change was seen, in milliseconds after the look before: a fact is written
/// first and can be read only once it is safe on the disk, which is not seen as a change.
const LOOKS: [u64; 5] = [15, 45, 140, 300, 500];

/// Watches the folders of ledgers, which need not exist yet.
pub(super) struct LedgerWatch {
    watcher: Option<RecommendedWatcher>,
    bell: Bell,
    /// What is watched for each ledger: its folder, or the nearest one above that exists.
    watched: HashMap<PathBuf, PathBuf>,
    has_timer: bool,
    looks: Option<AbortHandle>,
}

/// Rung when a ledger may have changed.
#[derive(Clone)]
struct Bell {
    has_changed: Arc<AtomicBool>,
    is_time_to_look: Arc<AtomicBool>,
    ledgers: Arc<RwLock<Vec<PathBuf>>>,
    waker: Waker,
}

impl LedgerWatch {
    pub(super) fn new(waker: Waker) -> Self {
        let bell = Bell {
            has_changed: Arc::default(),
            is_time_to_look: Arc::default(),
            ledgers: Arc::default(),
            waker,
        };
        LedgerWatch {
            watcher: None,
            bell,
            watched: HashMap::new(),
            has_timer: false,
            looks: None,
        }
    }

    /// Whether a ledger may have changed since this was last asked.
    pub(super) fn take_changed(&mut self) -> bool {
        let has_changed = self.bell.has_changed.swap(false, Ordering::AcqRel);
        if has_changed {
            self.look_again();
        }
        self.bell.is_time_to_look.swap(false, Ordering::AcqRel) || has_changed
    }

    fn look_again(&mut self) {
        let bell = self.bell.clone();
        let looks = tokio::spawn(async move {
            for pause in LOOKS {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                bell.is_time_to_look.store(true, Ordering::Release);
                bell.waker.wake();
            }
        });
        if let Some(earlier) = self.looks.replace(looks.abort_handle()) {
            earlier.abort();
        }
    }

    /// Watches these ledgers' folders from now on. Cheap where nothing is new.
    pub(super) fn watch(&mut self, ledgers: Vec<PathBuf>) {
        for ledger in ledgers {
            if self.watched.get(&ledger) == Some(&ledger) {
                continue;
            }
            let Some(nearest) = ledger.ancestors().find(|folder| folder.is_dir()) else {
                continue;
            };
            if self
                .watched
                .get(&ledger)
                .is_some_and(|watched| watched == nearest)
            {
                continue;
            }
            self.bell.listen_for(&ledger);
            self.watch_folder(nearest);
            self.watched.insert(ledger.clone(), nearest.to_owned());
            // What happened before the watch began was seen by nobody.
            self.bell.ring();
        }
    }

    fn watch_folder(&mut self, folder: &Path) {
        let watching = self
            .watcher()
            .and_then(|it| it.watch(folder, RecursiveMode::NonRecursive));
        if let Err(error) = watching {
            tracing::warn!(
                "{} is looked at every second instead of being watched: {error}",
                folder.display()
            );
            self.start_timer();
        }
    }

    fn watcher(&mut self) -> notify::Result<&mut RecommendedWatcher> {
        if self.watcher.is_none() {
            let bell = self.bell.clone();
            let watcher = notify::recommended_watcher(move |event| bell.hear(event))?;
            self.watcher = Some(watcher);
        }
        self.watcher
            .as_mut()
            .ok_or_else(|| notify::Error::generic("there is no watcher"))
    }

    fn start_timer(&mut self) {
        if !std::mem::replace(&mut self.has_timer, true) {
            let bell = self.bell.clone();
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(INTERVAL).await;
                    bell.ring();
                }
            });
        }
    }
}

impl Bell {
    fn ring(&self) {
        self.has_changed.store(true, Ordering::Release);
        self.waker.wake();
    }

    fn listen_for(&self, ledger: &Path) {
        let mut ledgers = self.ledgers.write().unwrap_or_else(PoisonError::into_inner);
        if !ledgers.iter().any(|known| known == ledger) {
            ledgers.push(ledger.to_owned());
        }
    }

    fn hear(&self, event: notify::Result<Event>) {
        tracing::debug!(?event, "beside a ledger");
        match event {
            Ok(event) if !self.concerns(&event) => {}
            _ => self.ring(),
        }
    }

    /// A folder above a ledger counts because the ledger may come to be in it. The shared memory beside the database
    /// changes when it is only read.
    fn concerns(&self, event: &Event) -> bool {
        if matches!(event.kind, EventKind::Access(_)) {
            return false;
        }
        let ledgers = self.ledgers.read().unwrap_or_else(PoisonError::into_inner);
        let concerns = |path: &PathBuf| {
            let is_memory = path
                .extension()
                .is_some_and(|it| it.to_string_lossy().ends_with("-shm"));
            !is_memory
                && ledgers
                    .iter()
                    .any(|ledger| path.starts_with(ledger) || ledger.starts_with(path))
        };
        event.need_rescan() || event.paths.iter().any(concerns)
    }
}
