//! When the idle hook is called.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// The longest that the hook waits for the queue to run empty.
const LONGEST_WAIT: Duration = Duration::from_millis(50);

/// The hook, and since when something has happened that it was not called for.
pub(super) struct Idle<F> {
    hook: F,
    waiting_since: Option<Instant>,
}

impl<F: FnMut()> Idle<F> {
    pub(super) fn new(hook: F) -> Self {
        Self {
            hook,
            waiting_since: None,
        }
    }

    /// Something has happened: calls the hook if nothing more waits in the queue, or if it waited for too long.
    pub(super) fn after_event(&mut self, queued: usize, now: Instant) {
        let since = *self.waiting_since.get_or_insert(now);
        if queued == 0 || now.duration_since(since) >= LONGEST_WAIT {
            self.settle();
        }
    }

    /// Calls the hook if something has happened since the last call.
    pub(super) fn settle(&mut self) {
        if self.waiting_since.take().is_some()
            && catch_unwind(AssertUnwindSafe(&mut self.hook)).is_err()
        {
            tracing::error!("the idle hook panicked; the server goes on");
        }
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "a moment to count from")]
mod tests {
    use super::*;

    /// Milliseconds from the start at which the hook is called, for events given as (milliseconds, length of the queue).
    #[track_caller]
    fn check(events: &[(u64, usize)], calls: &[u64]) {
        let start = Instant::now();
        let now = std::cell::Cell::new(0);
        let mut called = Vec::new();
        let mut idle = Idle::new(|| called.push(now.get()));
        for &(at, queued) in events {
            now.set(at);
            idle.after_event(queued, start + Duration::from_millis(at));
        }
        assert_eq!(called, calls);
    }

    #[test]
    fn an_empty_queue_calls_at_once() {
        check(&[(0, 0), (1, 0), (2, 1), (3, 0)], &[0, 1, 3]);
    }

    #[test]
    fn a_flood_calls_every_50_ms() {
        check(
            &[
                (0, 9),
                (30, 9),
                (49, 9),
                (50, 9),
                (51, 9),
                (100, 9),
                (101, 9),
                (102, 0),
            ],
            &[50, 101, 102],
        );
    }

    #[test]
    fn a_quiet_hour_is_no_flood() {
        check(&[(0, 0), (3_600_000, 1), (3_600_001, 0)], &[0, 3_600_001]);
    }

    #[test]
    fn nothing_happened_nothing_called() {
        let mut idle = Idle::new(|| panic!("nothing has happened"));
        idle.settle();
    }

    #[test]
    fn a_panic_does_not_spread() {
        let mut idle = Idle::new(|| panic!("of the hook's own"));
        idle.after_event(0, Instant::now());
    }
}
