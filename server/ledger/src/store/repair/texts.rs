//! Kept texts that do not read as their names say.

use countersign_provenance::BlobId;
use rusqlite::{Connection, Result};

use crate::git::{self, ObjectFormat};
use crate::store::squeeze::expand;

/// The names of such texts.
pub(super) fn broken(connection: &Connection, format: ObjectFormat) -> Result<Vec<String>> {
    let mut query = connection.prepare("SELECT blob, codec, content FROM snapshots")?;
    let (mut rows, mut broken) = (query.query([])?, Vec::new());
    while let Some(row) = rows.next()? {
        let blob: String = row.get(0)?;
        let text = expand(row.get(1)?, row.get(2)?);
        if !text.is_ok_and(|text| is_named(&blob, &text, format)) {
            broken.push(blob);
        }
    }
    Ok(broken)
}

/// Drops them, and says how many. Git may have the same texts; a wrong one under a right name helps nobody.
pub(super) fn drop_broken(connection: &Connection, format: ObjectFormat) -> Result<usize> {
    let broken = broken(connection, format)?;
    let mut drop = connection.prepare("DELETE FROM snapshots WHERE blob = ?1")?;
    for blob in &broken {
        drop.execute([blob])?;
    }
    Ok(broken.len())
}

/// Whether a text is the one of this name.
pub(super) fn is_named(blob: &str, text: &str, format: ObjectFormat) -> bool {
    let is_it = |name: BlobId| name.as_str() == blob;
    is_it(git::blob_id(text.as_bytes(), format)) || is_it(git::disk_id(text.as_bytes(), format))
}
