//! Git's index, as far as it answers sooner than git starts.

use std::cmp::Ordering;
use std::fs;

use countersign_provenance::BlobId;

use super::ObjectFormat;
use super::blob::object_format;
use crate::Place;

/// An index beyond this many bytes takes longer to read than git to start.
const LARGEST: u64 = 2 << 20;
/// Bytes before the first entry: a signature, the version and how many entries there are.
const HEADER: usize = 12;
/// Bytes of an entry before the name of its object: what the file's stat was.
const STAT: usize = 40;

/// Whether git surely tracks a file. Where it does not, or its index is not of the plain form, git has to be asked.
pub(super) fn surely_tracks(place: &Place, path: &str) -> bool {
    matches!(entry_of(place, path), Some(Some(_)))
}

/// Whether a file may stand in the index as this text: it does not where the index surely has another there, or none.
pub fn may_be_staged(place: &Place, path: &str, blob: &BlobId) -> bool {
    match entry_of(place, path) {
        Some(Some(staged)) => staged == *blob,
        Some(None) => false,
        None => true,
    }
}

/// What the index names at a path, unless a merge has left it open. `None` where the index is not understood, or large.
fn entry_of(place: &Place, path: &str) -> Option<Option<BlobId>> {
    let file = place.git_dir.as_deref()?.join("index");
    let is_small = fs::metadata(&file).is_ok_and(|about| about.len() <= LARGEST);
    let index = is_small.then(|| fs::read(file).ok()).flatten()?;
    let id_bytes = match object_format(place) {
        ObjectFormat::Sha1 => 20,
        ObjectFormat::Sha256 => 32,
    };
    let named = entry(&index, id_bytes, path.as_bytes())?;
    Some(named.and_then(|id| {
        let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        BlobId::new(hex)
    }))
}

/// The name of the object that an index has at a path, unless a merge has left it open. `None` where the index is not
/// understood. See git's `index-format`: entries are sorted by name, and as long as a multiple of eight bytes.
fn entry<'a>(index: &'a [u8], id_bytes: usize, path: &[u8]) -> Option<Option<&'a [u8]>> {
    const EXTENDED: u16 = 0x4000;
    const STAGE: u16 = 0x3000;
    let (header, mut rest) = index.split_at_checked(HEADER)?;
    let (signature, count) = header.split_last_chunk()?;
    if !matches!(signature, b"DIRC\0\0\0\x02" | b"DIRC\0\0\0\x03") {
        return None;
    }
    for _ in 0..u32::from_be_bytes(*count) {
        let flags = rest.get(STAT + id_bytes..)?.first_chunk()?;
        let flags = u16::from_be_bytes(*flags);
        let more = if flags & EXTENDED == 0 { 0 } else { 2 };
        let begin = STAT + id_bytes + size_of_val(&flags) + more;
        let end = begin + memchr::memchr(0, rest.get(begin..)?)?;
        match rest[begin..end].cmp(path) {
            Ordering::Less => rest = rest.get((end + 8) / 8 * 8..)?,
            Ordering::Equal => {
                return Some((flags & STAGE == 0).then(|| &rest[STAT..STAT + id_bytes]));
            }
            Ordering::Greater => return Some(None),
        }
    }
    Some(None)
}
