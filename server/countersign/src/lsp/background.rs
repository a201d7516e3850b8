//! Work that nobody waits for, on a thread that leaves the processors to all others.

use std::cell::Cell;
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;

/// Weighs about a tenth of any other thread where there are not enough processors.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Calls of [`step_aside`] for each time that it does: a parse calls some forty times a millisecond.
const EACH: u32 = 8;

/// Begins it. Belongs to the runtime of the caller, who is not kept from ending by it.
///
/// On Linux each thread has a priority of its own; elsewhere it runs like any other.
pub(super) fn in_background(work: impl FnOnce() + Send + 'static) {
    let runtime = Handle::current();
    let started = thread::Builder::new()
        .name("background".to_owned())
        .spawn(move || {
            let _runtime = runtime.enter();
            step_back();
            work();
        });
    if let Err(error) = started {
        tracing::error!("the system gives no thread: {error}");
    }
}

#[cfg(target_os = "linux")]
fn step_back() {
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::debug!("work in the background has the priority of all other: {error}");
    }
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}

/// To be called often: lets those go on that wait for a processor. A key that was pressed need not wait until the system
/// takes the processor from us, which it does after some milliseconds.
pub(super) fn step_aside() {
    thread_local!(static CALLS: Cell<u32> = const { Cell::new(0) });
    let calls = CALLS.get().wrapping_add(1);
    CALLS.set(calls);
    if calls.is_multiple_of(EACH) {
        thread::yield_now();
    }
}

/// How long this thread has been at work since then. On Linux that is time of a processor, so that work which others
/// keep waiting is not taken for long; elsewhere it is time.
#[cfg(target_os = "linux")]
pub(super) struct Work(Duration);

#[cfg(target_os = "linux")]
impl Work {
    pub(super) fn begin() -> Self {
        Work(processor_time())
    }

    pub(super) fn so_far(&self) -> Duration {
        processor_time().saturating_sub(self.0)
    }
}

/// What this thread has used since it began.
#[cfg(target_os = "linux")]
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

#[cfg(not(target_os = "linux"))]
pub(super) struct Work(std::time::Instant);

#[cfg(not(target_os = "linux"))]
impl Work {
    pub(super) fn begin() -> Self {
        Work(std::time::Instant::now())
    }

    pub(super) fn so_far(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn only_the_background_steps_back() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("a runtime");
        let _entered = runtime.enter();
        let own = || rustix::process::nice(0).expect("the priority of this thread");
        let before = own();
        let (sender, receiver) = channel();
        in_background(move || sender.send(own()).expect("the test waits"));
        let there = receiver.recv().expect("it runs");
        assert_eq!(there, (before + NICE).min(19));
        assert_eq!(own(), before);
    }

    #[test]
    fn waiting_is_not_work() {
        let work = Work::begin();
        let (_sender, nobody) = channel::<()>();
        let pause = Duration::from_millis(50);
        assert!(nobody.recv_timeout(pause).is_err());
        assert!(work.so_far() < pause / 2);
        while work.so_far() < Duration::from_micros(100) {}
    }
}
