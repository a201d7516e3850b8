//! A file with all that is known of it.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign_ledger::git::{self, LineEnds, Stored, Storing};
use countersign_ledger::{Ledger, Place, locate};
use countersign_provenance::review::{Authored, Knowledge, Region};
use countersign_provenance::{BlobId, Regions, Text};
use countersign_syntax::Unit;

use super::deleted::deleted;
use super::known::{knowledge_of, regions_in};
use super::recognise::World;
use super::{Fault, generated, units};

/// A file beyond this many bytes is not looked at.
pub(crate) const LARGEST: u64 = 64 << 20;

/// What stands at a path on disk.
#[derive(Debug, Clone)]
pub(crate) enum Disk {
    /// Text.
    Text {
        /// As git stores it.
        text: Arc<String>,
        /// Its name.
        blob: BlobId,
        /// How the file on disk differs from it.
        line_ends: LineEnds,
        /// Time of change in nanoseconds since 1970, and bytes on disk.
        stat: (i64, u64),
    },
    /// Nothing, or no plain file. What a symlink leads to has a path of its own.
    Absent,
    /// Something that cannot carry marks, and why.
    NotText(&'static str),
}

impl Disk {
    /// The text's name.
    pub(crate) fn blob(&self) -> Option<&BlobId> {
        match self {
            Disk::Text { blob, .. } => Some(blob),
            _ => None,
        }
    }

    /// The text, to be kept under its name.
    pub(crate) fn snapshot(&self) -> Option<(BlobId, Arc<String>)> {
        match self {
            Disk::Text { text, blob, .. } => Some((blob.clone(), Arc::clone(text))),
            _ => None,
        }
    }

    /// Time of change in nanoseconds since 1970, and bytes on disk.
    pub(crate) fn stat(&self) -> (i64, u64) {
        match self {
            Disk::Text { stat, .. } => *stat,
            _ => (0, 0),
        }
    }
}

/// Reads what stands at a relative path.
pub(crate) fn read(place: &Place, path: &str) -> Result<Disk, Fault> {
    read_of_many(place, &Storing::of(place), path)
}

/// Likewise for one of many files of the same place.
pub(crate) fn read_of_many(
    place: &Place,
    storing: &Storing<'_>,
    path: &str,
) -> Result<Disk, Fault> {
    let absolute = place.absolute(path);
    let unreadable = |source| Fault::Unreadable {
        path: absolute.clone(),
        source,
    };
    let meta = match fs::symlink_metadata(&absolute) {
        Ok(meta) if meta.is_file() => meta,
        Ok(_) => return Ok(Disk::Absent),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Disk::Absent),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => return Ok(Disk::Absent),
        Err(error) => return Err(unreadable(error)),
    };
    if meta.len() > LARGEST {
        return Ok(Disk::NotText("it is larger than 64 MiB"));
    }
    let mut bytes = Vec::with_capacity(meta.len() as usize + 1);
    let read = File::open(&absolute).and_then(|mut file| file.read_to_end(&mut bytes));
    read.map_err(unreadable)?;
    Ok(disk(storing.stored(path, bytes)?, stat(&meta)))
}

/// Bytes of a file, as git would store them at a path.
pub(crate) fn stored(
    place: &Place,
    path: &str,
    bytes: &[u8],
    stat: (i64, u64),
) -> Result<Disk, Fault> {
    Ok(disk(git::as_stored(place, path, bytes)?, stat))
}

fn disk(stored: Stored, stat: (i64, u64)) -> Disk {
    match stored {
        Stored::Text {
            text,
            line_ends,
            blob,
        } => Disk::Text {
            text: Arc::new(text),
            blob,
            line_ends,
            stat,
        },
        Stored::Filtered { text, key } => Disk::Text {
            text: Arc::new(text),
            blob: key,
            line_ends: LineEnds::AsIs,
            stat,
        },
        Stored::Binary(not) => Disk::NotText(not.why()),
    }
}

/// Time of change in nanoseconds since 1970, and bytes on disk; zeros where no file is.
pub(crate) fn stat_of(place: &Place, path: &str) -> (i64, u64) {
    let meta = fs::symlink_metadata(place.absolute(path))
        .ok()
        .filter(fs::Metadata::is_file);
    meta.map_or((0, 0), |meta| stat(&meta))
}

/// When a file was last touched in any way, in milliseconds since 1970; `None` where no file is. Nobody can set
/// this back, where the system keeps it.
pub(crate) fn touched_at(place: &Place, path: &str) -> Option<i64> {
    let meta = fs::metadata(place.absolute(path)).ok()?;
    meta.is_file().then(|| touched(&meta))
}

#[cfg(unix)]
fn touched(meta: &fs::Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt as _;
    meta.ctime() * 1000 + meta.ctime_nsec() / 1_000_000
}

#[cfg(not(unix))]
fn touched(meta: &fs::Metadata) -> i64 {
    stat(meta).0 / 1_000_000
}

fn stat(meta: &fs::Metadata) -> (i64, u64) {
    let mtime = meta
        .modified()
        .ok()
        .and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
    (mtime.map_or(0, |since| since.as_nanos() as i64), meta.len())
}

/// A text with its regions, ready to be shown.
#[derive(Debug)]
pub(crate) struct View {
    /// Relative to the work tree.
    pub(crate) path: String,
    /// The text's name.
    pub(crate) blob: BlobId,
    /// The text as git stores it.
    pub(crate) text: Text,
    /// What is known, before states are derived.
    pub(crate) raw: Regions,
    /// The regions, cut at the borders of units.
    pub(crate) regions: Vec<Region>,
    /// What is reviewed at once; empty where nothing is marked.
    pub(crate) units: Vec<Unit>,
    /// The facts behind it.
    pub(crate) knowledge: Knowledge,
}

impl View {
    /// Derives what is to be shown of a text in the work tree.
    pub(crate) fn of(
        ledger: &mut Ledger,
        place: &Place,
        path: &str,
        blob: &BlobId,
        text: &str,
    ) -> Result<Self, Fault> {
        View::within(&World::work_tree(place), ledger, path, blob, text)
    }

    /// The same of a text that stands in this world.
    pub(crate) fn within(
        world: &World<'_>,
        ledger: &mut Ledger,
        path: &str,
        blob: &BlobId,
        text: &str,
    ) -> Result<Self, Fault> {
        let raw = regions_in(world, ledger, path, blob, text)?.regions;
        View::with(ledger, world.place(), (path, blob, text), raw)
    }

    /// What stands for a file that an assistant deleted; `None` where it is there.
    pub(crate) fn of_deleted(ledger: &mut Ledger, named: &Named) -> Result<Option<Self>, Fault> {
        let Named { place, path } = named;
        let Some(deleted) = deleted(ledger, place, path)? else {
            return Ok(None);
        };
        let blob = git::blob_id(b"", git::object_format(place));
        View::with(ledger, place, (path, &blob, ""), deleted.regions).map(Some)
    }

    fn with(
        ledger: &mut Ledger,
        place: &Place,
        (path, blob, text): (&str, &BlobId, &str),
        raw: Regions,
    ) -> Result<Self, Fault> {
        let knowledge = knowledge_of(ledger, [&raw])?;
        let units = if raw.is_empty() {
            Vec::new()
        } else {
            units::of(ledger, path, blob, text)
        };
        let rope = Text::from(text);
        let mut authored = generated::by_name_or_text(path, text);
        if !raw.is_empty() && generated::by_attribute(place, &[path.to_owned()]).contains(path) {
            authored = Authored::Generated;
        }
        let regions = knowledge.review(&rope, &raw, &units::borders(&units), authored);
        Ok(View {
            path: path.to_owned(),
            blob: blob.clone(),
            text: rope,
            raw,
            regions,
            units,
            knowledge,
        })
    }

    /// A text of which nothing is known.
    pub(crate) fn unknown(path: &str, blob: &BlobId, text: &str) -> Self {
        View {
            path: path.to_owned(),
            blob: blob.clone(),
            text: Text::from(text),
            raw: Regions::default(),
            regions: Vec::new(),
            units: Vec::new(),
            knowledge: Knowledge::default(),
        }
    }

    /// The unit that holds a region.
    pub(crate) fn unit_of(&self, region: &Region) -> Option<&Unit> {
        units::at(&self.units, region.bytes.start)
    }
}

/// A file that somebody named, with its ledger.
pub(crate) struct Named {
    /// Its repository.
    pub(crate) place: Place,
    /// Relative to the work tree.
    pub(crate) path: String,
}

impl Named {
    /// Finds the repository of a file named on a command line.
    pub(crate) fn new(file: &Path) -> Result<Self, Fault> {
        let place = locate(file);
        let outside = || {
            Fault::Usage(format!(
                "{} is not a file that can carry marks",
                file.display()
            ))
        };
        let path = place.relative(file).ok_or_else(outside)?;
        Ok(Named { place, path })
    }

    /// The text on disk and its name.
    pub(crate) fn text(&self) -> Result<(String, BlobId), Fault> {
        let absolute: PathBuf = self.place.absolute(&self.path);
        match read(&self.place, &self.path)? {
            Disk::Text { text, blob, .. } => Ok((Arc::unwrap_or_clone(text), blob)),
            Disk::NotText(why) => Err(Fault::NotText {
                path: absolute,
                why,
            }),
            Disk::Absent => Err(not_a_file(absolute)),
        }
    }
}

/// What is there instead of a file that was named.
fn not_a_file(path: PathBuf) -> Fault {
    let what = match fs::metadata(&path) {
        Ok(meta) if meta.is_dir() => "a folder",
        Ok(_) => "a link or a device",
        Err(_) => return Fault::Absent(path),
    };
    Fault::NotAFile { path, what }
}
