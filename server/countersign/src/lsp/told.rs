//! What the client was last told, so that it is told nothing twice.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tower_lsp::ls_types::Diagnostic;

use crate::workspace::survey::Counts;

/// By the URI of the buffer.
#[derive(Default)]
pub(crate) struct Told {
    buffers: Mutex<HashMap<String, Heard>>,
    status: Mutex<Option<Status>>,
}

/// What the client knows of one buffer.
#[derive(Debug, Clone, Default, PartialEq)]
struct Heard {
    version: Option<i32>,
    diagnostics: Vec<Diagnostic>,
    counts: Counts,
}

/// What asks for a look in all open files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// Files in which something does.
    pub(crate) files: u32,
    /// Lines, without blank ones.
    pub(crate) unreviewed_lines: u32,
    /// Lines, without blank ones.
    pub(crate) suspected_lines: u32,
}

impl Told {
    /// Notes diagnostics that the client is about to get; whether it has other ones, or for another version.
    pub(super) fn note_version(&self, uri: &str, version: i32, diagnostics: &[Diagnostic]) -> bool {
        let mut buffers = self.buffers();
        let heard = buffers.entry(uri.to_owned()).or_default();
        let is_new = heard.version != Some(version) || heard.diagnostics != diagnostics;
        heard.version = Some(version);
        if is_new {
            heard.diagnostics = diagnostics.to_vec();
        }
        is_new
    }

    /// Whether a client that was answered before would now be answered otherwise.
    pub(super) fn differs(&self, uri: &str, diagnostics: &[Diagnostic]) -> bool {
        self.buffers()
            .get(uri)
            .is_none_or(|heard| heard.diagnostics != diagnostics)
    }

    /// Notes the counts of a buffer.
    pub(super) fn note_counts(&self, uri: &str, counts: Counts) {
        self.buffers().entry(uri.to_owned()).or_default().counts = counts;
    }

    /// The buffer is gone; whether the client was told anything of it.
    pub(super) fn forget(&self, uri: &str) -> bool {
        self.buffers().remove(uri).is_some()
    }

    /// The counts of all open files, if they are not those of the last call.
    pub(super) fn new_status(&self) -> Option<Status> {
        let mut status = Status::default();
        for Heard { counts, .. } in self.buffers().values() {
            status.files += u32::from(counts.unreviewed + counts.suspected + counts.removals > 0);
            status.unreviewed_lines += counts.unreviewed;
            status.suspected_lines += counts.suspected;
        }
        let last = self
            .status
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(status);
        (last != Some(status)).then_some(status)
    }

    fn buffers(&self) -> MutexGuard<'_, HashMap<String, Heard>> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
