//! Files that the repository's own settings leave out. They are never left out without a word.

use serde::Serialize;

use super::json::CountsJson;
use super::out;
use crate::workspace::settings::{Settings, house};
use crate::workspace::survey::Counts;

/// What `ignore` leaves out, counted.
pub(super) struct Ignored {
    settings: Settings,
    files: u32,
    counts: Counts,
}

/// The same in JSON; there only where something is left out.
#[derive(Debug, Serialize)]
pub(super) struct IgnoredJson {
    by: &'static str,
    files: u32,
    #[serde(flatten)]
    counts: CountsJson,
}

impl Ignored {
    /// Nothing so far.
    pub(super) fn by(settings: Settings) -> Self {
        Ignored {
            settings,
            files: 0,
            counts: Counts::default(),
        }
    }

    /// Whether a file is left out; if so, it is counted here.
    pub(super) fn takes(&mut self, path: &str, counts: Counts) -> bool {
        let is_ignored = self.settings.ignores(path);
        if is_ignored {
            self.files += 1;
            self.counts += counts;
        }
        is_ignored
    }

    /// A line for people.
    pub(super) fn line(&self) -> Option<String> {
        let files = out::count(self.files, "file");
        let lines = out::count(self.counts.unreviewed, "unreviewed line");
        let removals = match self.counts.removals {
            0 => String::new(),
            removals => format!(" and {}", out::count(removals, "unreviewed removal")),
        };
        (self.files > 0).then(|| {
            format!(
                "Left out by `ignore` in {}: {files} with {lines}{removals}.",
                house::FILE
            )
        })
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Option<IgnoredJson> {
        (self.files > 0).then(|| IgnoredJson {
            by: house::FILE,
            files: self.files,
            counts: self.counts.into(),
        })
    }
}
