//! What tells that a file is as it was when it was last read.

use std::fs::Metadata;

/// What the system says of a file. Whoever writes, touches or replaces the file
/// changes it, also where the time of change is put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    mtime_ns: i64,
    ctime_ns: i64,
    size: u64,
    inode: u64,
    device: u64,
}

/// A write this much later than another has another time, in nanoseconds: where
/// times are as fine as the kernel's clock, and on disks that count (two) seconds.
const FINE: i64 = 100_000_000;
const COARSE: i64 = 2_500_000_000;
const SECOND: i64 = 1_000_000_000;

impl Stat {
    /// Of a file that was looked at. `None` where the system does not tell enough:
    /// then the file has to be read.
    #[cfg(unix)]
    pub fn of(about: &Metadata) -> Option<Stat> {
        use std::os::unix::fs::MetadataExt as _;
        let nanos = |seconds: i64, rest: i64| seconds.saturating_mul(SECOND).saturating_add(rest);
        Some(Stat {
            mtime_ns: nanos(about.mtime(), about.mtime_nsec()),
            ctime_ns: nanos(about.ctime(), about.ctime_nsec()),
            size: about.size(),
            inode: about.ino(),
            device: about.dev(),
        })
    }

    /// There is no time of change here that nobody can put back.
    #[cfg(not(unix))]
    pub fn of(_: &Metadata) -> Option<Stat> {
        None
    }

    /// Whether whatever is written after `now` (nanoseconds since 1970) gives the
    /// file another one. Where not, the file may change and look the same: git
    /// calls such an entry racily clean.
    pub fn tells_after(&self, now: i64) -> bool {
        let is_coarse = |time: i64| time % SECOND == 0;
        let settling = match is_coarse(self.mtime_ns) || is_coarse(self.ctime_ns) {
            true => COARSE,
            false => FINE,
        };
        self.mtime_ns.max(self.ctime_ns).saturating_add(settling) < now
    }

    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let signed = [self.mtime_ns, self.ctime_ns].map(i64::to_le_bytes);
        let unsigned = [self.size, self.inode, self.device].map(u64::to_le_bytes);
        [signed.concat(), unsigned.concat()].concat()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Stat> {
        let (words, rest) = bytes.as_chunks::<8>();
        let [mtime, ctime, size, inode, device] = words.try_into().ok()?;
        rest.is_empty().then(|| Stat {
            mtime_ns: i64::from_le_bytes(mtime),
            ctime_ns: i64::from_le_bytes(ctime),
            size: u64::from_le_bytes(size),
            inode: u64::from_le_bytes(inode),
            device: u64::from_le_bytes(device),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE_TIME: i64 = 1_700_000_000_123_456_789;
    const COARSE_TIME: i64 = 1_700_000_000_000_000_000;

    fn stat(mtime_ns: i64) -> Stat {
        Stat {
            mtime_ns,
            ctime_ns: FINE_TIME,
            size: u64::MAX,
            inode: 7,
            device: 0,
        }
    }

    #[track_caller]
    fn check(mtime_ns: i64, later_ms: i64, tells: bool) {
        let now = mtime_ns.max(FINE_TIME) + later_ms * 1_000_000;
        assert_eq!(stat(mtime_ns).tells_after(now), tells);
    }

    #[test]
    fn a_file_written_just_now_tells_nothing() {
        check(FINE_TIME, 0, false);
        check(FINE_TIME, 90, false);
        check(FINE_TIME, 200, true);
        check(FINE_TIME, -5000, false);
    }

    #[test]
    fn where_seconds_are_counted_it_takes_longer() {
        check(COARSE_TIME, 200, false);
        check(COARSE_TIME, 3000, true);
    }

    #[test]
    fn it_is_the_same_after_a_while_on_the_disk() {
        let stat = stat(-1);
        assert_eq!(Stat::from_bytes(&stat.to_bytes()), Some(stat));
        assert_eq!(Stat::from_bytes(&[0; 39]), None);
        assert_eq!(Stat::from_bytes(&[0; 48]), None);
    }
}
