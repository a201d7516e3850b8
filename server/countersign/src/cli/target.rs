//! `FILE`, `FILE:A` and `FILE:A-B`.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::workspace::Fault;

/// A file, or lines of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// As it was named.
    pub(super) file: PathBuf,
    /// Lines from 1, both ends included; `None`: the whole file.
    pub(super) lines: Option<RangeInclusive<u32>>,
}

/// Reads a target. A file whose very name holds a colon is taken as it is.
pub(super) fn parse(target: &str) -> Result<Target, Fault> {
    let whole = |file: &str| Target {
        file: file.into(),
        lines: None,
    };
    let Some((file, lines)) = target.rsplit_once(':') else {
        return Ok(whole(target));
    };
    if Path::new(target).exists() || file.is_empty() {
        return Ok(whole(target));
    }
    let bad = || {
        Fault::Usage(format!(
            "`{target}` is not FILE, FILE:LINE or FILE:FIRST-LAST (lines count from 1)"
        ))
    };
    let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
    let first: u32 = first.parse().map_err(|_| bad())?;
    let last: u32 = last.parse().map_err(|_| bad())?;
    if first == 0 {
        return Err(bad());
    }
    if last < first {
        let message =
            format!("`{target}` ends before it begins: did you mean {file}:{last}-{first}?");
        return Err(Fault::Usage(message));
    }
    Ok(Target {
        file: file.into(),
        lines: Some(first..=last),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_from_one_and_both_ends_are_in() {
        let lines = |target| {
            parse(target)
                .map(|t| t.lines)
                .map_err(|fault| fault.to_string())
        };
        assert_eq!(lines("a.rs"), Ok(None));
        assert_eq!(lines("a.rs:3"), Ok(Some(3..=3)));
        assert_eq!(lines("a.rs:3-9"), Ok(Some(3..=9)));
        for bad in [
            "a.rs:0",
            "a.rs:9-3",
            "a.rs:x",
            "a.rs:3-",
            "a.rs:-3",
            "a.rs:99999999999",
        ] {
            assert!(lines(bad).is_err(), "{bad}");
        }
    }
}
