//! What stands for a file that is gone: an empty text, with a mark for each removal.

use countersign_ledger::{Ledger, Place};
use countersign_provenance::{BlobId, Mark, Regions, RemovalId};

use super::Fault;

/// A file that an assistant deleted.
pub(crate) struct Deleted {
    /// The name of its last text.
    pub(crate) before: BlobId,
    /// Marks in the empty text, whatever their state.
    pub(crate) regions: Regions,
}

/// The file of a path, if it is gone and removals stand for it.
pub(crate) fn deleted(
    ledger: &Ledger,
    place: &Place,
    path: &str,
) -> Result<Option<Deleted>, Fault> {
    if place.absolute(path).is_file() {
        return Ok(None);
    }
    let mut own = ledger.removals_of_deleted()?;
    own.retain(|(_, removal)| removal.path == path);
    let Some((_, removal)) = own.first() else {
        return Ok(None);
    };
    Ok(Some(Deleted {
        before: removal.before.clone(),
        regions: marked(own.iter().map(|(id, _)| *id)),
    }))
}

/// The regions of the empty text that removals leave.
pub(crate) fn marked(removals: impl Iterator<Item = RemovalId>) -> Regions {
    let mark = |removal| Mark { at: 0, removal };
    Regions {
        spans: Vec::new(),
        marks: removals.map(mark).collect(),
    }
}
