//! The client's process, whose end is ours.

use std::time::Duration;

/// How often the process is looked for.
pub(super) const INTERVAL: Duration = Duration::from_secs(3);

/// Ends when the process is gone, also where it was gone to begin with. Never ends where processes cannot be looked for,
/// nor where we were started from outside our container: such a client names a process that we cannot see.
pub(super) async fn watch_parent(pid: u32, interval: Duration) {
    if !is_alive(pid) && is_started_from_outside() {
        tracing::warn!("the client's process {pid} cannot be seen from here and is not watched");
        std::future::pending::<()>().await;
    }
    while is_alive(pid) {
        tokio::time::sleep(interval).await;
    }
}

#[cfg(unix)]
fn is_alive(pid: u32) -> bool {
    let pid = i32::try_from(pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    // A process that we may not signal lives.
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

/// Whether the process that started us is none that we can see.
#[cfg(unix)]
fn is_started_from_outside() -> bool {
    rustix::process::getppid().is_none()
}

#[cfg(not(unix))]
fn is_alive(_pid: u32) -> bool {
    true
}

#[cfg(not(unix))]
fn is_started_from_outside() -> bool {
    false
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn we_are_alive_and_nobody_is_process_zero() {
        assert!(is_alive(std::process::id()));
        assert!(!is_alive(0));
        assert!(!is_alive(u32::MAX));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn the_watch_ends_with_the_process() {
        #[expect(
            clippy::disallowed_methods,
            reason = "a process of our own is needed to see it end"
        )]
        let mut child = std::process::Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut watch = Box::pin(watch_parent(child.id(), Duration::from_millis(1)));
        assert!((&mut watch).now_or_never().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        watch.await;
    }

    #[tokio::test(flavor = "current_thread")]
    async fn the_watch_of_a_process_that_is_gone_ends_at_once() {
        let watch = watch_parent(u32::MAX, Duration::MAX);
        assert!(watch.now_or_never().is_some());
    }
}
