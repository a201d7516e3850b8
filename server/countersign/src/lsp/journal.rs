//! When what was typed is put where hooks find it: a moment after the last change.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::transport::Waker;

/// Changes less than this apart are one act.
const PAUSE: Duration = Duration::from_millis(200);

/// Wakes the publisher once typing has paused. It runs only while something waits.
pub(super) struct JournalTimer {
    waker: Waker,
    /// When the pause will have been long enough; `None` while nothing waits.
    due_at: Arc<Mutex<Option<Instant>>>,
    is_due: Arc<AtomicBool>,
}

impl JournalTimer {
    pub(super) fn new(waker: Waker) -> Self {
        JournalTimer {
            waker,
            due_at: Arc::default(),
            is_due: Arc::default(),
        }
    }

    /// Something was typed just now.
    pub(super) fn restart(&self) {
        let due_at = Instant::now() + PAUSE;
        let waiting = self
            .due_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(due_at);
        if waiting.is_none() {
            tokio::spawn(wait(
                self.due_at.clone(),
                self.is_due.clone(),
                self.waker.clone(),
            ));
        }
    }

    /// Whether typing has paused since this was last asked.
    pub(super) fn take_due(&self) -> bool {
        self.is_due.swap(false, Ordering::AcqRel)
    }
}

async fn wait(due_at: Arc<Mutex<Option<Instant>>>, is_due: Arc<AtomicBool>, waker: Waker) {
    while let Some(later) = still_waits(&due_at) {
        tokio::time::sleep_until(later).await;
    }
    is_due.store(true, Ordering::Release);
    waker.wake();
}

/// Until when there is still to be waited; when nothing is left, the next change starts a new wait.
fn still_waits(due_at: &Mutex<Option<Instant>>) -> Option<Instant> {
    let mut due_at = due_at.lock().unwrap_or_else(PoisonError::into_inner);
    if due_at.is_some_and(|due| due > Instant::now()) {
        return *due_at;
    }
    *due_at = None;
    None
}
