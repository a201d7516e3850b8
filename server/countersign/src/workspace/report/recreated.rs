//! A file that an assistant deletes and then writes anew is one that it changed.

use std::collections::HashSet;

use countersign_ledger::Ledger;
use countersign_provenance::review::State;
use countersign_provenance::{BlobId, RemovalId};

use super::Call;
use super::change::{Before, Change};
use crate::workspace::Fault;
use crate::workspace::known::knowledge_about;

/// What a file held when an assistant deleted it.
pub(super) struct Deleted {
    /// The removal that stands for the file as long as it is gone.
    pub(super) removal: RemovalId,
    blob: BlobId,
    text: String,
}

impl Call<'_> {
    /// What stood at the path of a new text until an assistant deleted it; `None` where a person has settled that,
    /// and where it is back as it was.
    pub(super) fn deleted_before(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
    ) -> Result<Option<Deleted>, Fault> {
        let Some(blob) = change.after.blob().filter(|_| change.before.is_none()) else {
            return Ok(None);
        };
        let mut deleted = ledger.removals_of_deleted()?.into_iter().rev();
        let Some((id, removal)) = deleted.find(|(_, removal)| removal.path == change.path) else {
            return Ok(None);
        };
        let knowledge = knowledge_about(ledger, HashSet::new(), HashSet::from([id]))?;
        let is_open = knowledge.removal_state(id).is_some_and(State::is_open);
        let text = ledger.snapshot(&removal.before)?;
        let text = text.filter(|_| is_open && removal.before != *blob);
        Ok(text.map(|text| Deleted {
            removal: id,
            blob: removal.before,
            text,
        }))
    }
}

impl Deleted {
    /// The change of this text into the new one.
    pub(super) fn changed<'a>(&'a self, change: &Change<'a>) -> Change<'a> {
        let before = Before {
            path: change.path,
            text: &self.text,
            blob: Some(&self.blob),
            known: None,
        };
        Change {
            before: Some(before),
            ..change.clone()
        }
    }
}
