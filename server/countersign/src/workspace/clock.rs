//! The one place that looks at the clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// UTC milliseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place; everything else is passed `at`"
)]
pub(crate) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// UTC nanoseconds since 1970, as the times of files are counted.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place; it is compared with what the disk says, and with nothing else"
)]
pub(crate) fn now_ns() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// RFC 3339 with milliseconds, in UTC.
pub(crate) fn rfc3339(at: i64) -> String {
    match jiff::Timestamp::from_millisecond(at) {
        Ok(time) => format!("{time:.3}"),
        Err(_) => "1970-01-01T00:00:00.000Z".to_owned(),
    }
}
