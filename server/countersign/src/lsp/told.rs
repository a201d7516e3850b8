//! What the client was last told, so that it is told nothing twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::workspace::session::Shown;
use crate::workspace::survey::Counts;

/// By the URI of the buffer.
#[derive(Default)]
pub(crate) struct Told {
    buffers: Mutex<HashMap<String, Heard>>,
    status: Mutex<Option<Status>>,
}

/// What the client knows of one buffer.
#[derive(Debug, Clone, Default)]
struct Heard {
    shown: Option<Arc<Shown>>,
    counts: Counts,
}

/// How what is shown of a buffer differs from what its client was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// Not at all.
    Nothing,
    /// It was told of another version of the buffer, or never.
    OtherVersion,
    /// It was told something else of this very version.
    OtherFindings,
}

/// What asks for a look in all files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// Files in which something does.
    pub(crate) files: u32,
    /// Lines, without blank ones.
    pub(crate) unreviewed_lines: u32,
    /// Lines, without blank ones.
    pub(crate) suspected_lines: u32,
}

impl Status {
    /// Adds a file.
    pub(super) fn add(&mut self, counts: Counts) {
        self.files += u32::from(counts.unreviewed + counts.suspected + counts.removals > 0);
        self.unreviewed_lines += counts.unreviewed;
        self.suspected_lines += counts.suspected;
    }
}

impl Told {
    /// What the client does not know yet.
    pub(super) fn news(&self, uri: &str, shown: &Shown) -> News {
        match self
            .buffers()
            .get(uri)
            .and_then(|heard| heard.shown.as_ref())
        {
            Some(heard) if heard.version != shown.version => News::OtherVersion,
            Some(heard) if heard.findings != shown.findings => News::OtherFindings,
            Some(_) => News::Nothing,
            None => News::OtherVersion,
        }
    }

    /// Notes that the client is told of this.
    pub(super) fn note(&self, uri: &str, shown: &Arc<Shown>) {
        self.buffers().entry(uri.to_owned()).or_default().shown = Some(shown.clone());
    }

    /// Notes the counts of a buffer.
    pub(super) fn note_counts(&self, uri: &str, counts: Counts) {
        self.buffers().entry(uri.to_owned()).or_default().counts = counts;
    }

    /// What was told is told again when there is an occasion: it would be told in other words now.
    pub(super) fn expire(&self) {
        self.buffers()
            .values_mut()
            .for_each(|heard| heard.shown = None);
    }

    /// The buffer is gone; whether the client was told anything of it.
    pub(super) fn forget(&self, uri: &str) -> bool {
        self.buffers().remove(uri).is_some()
    }

    /// The counts of these open files, a buffer each, and of the closed ones, if they are not those of the last call.
    pub(super) fn new_status<'a>(
        &self,
        closed: Status,
        open: impl Iterator<Item = &'a String>,
    ) -> Option<Status> {
        let mut status = closed;
        let buffers = self.buffers();
        for Heard { counts, .. } in open.filter_map(|uri| buffers.get(uri)) {
            status.add(*counts);
        }
        drop(buffers);
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
