//! The text that git stores for a file on disk, and the other way round.

use std::collections::HashSet;

use countersign_provenance::BlobId;
use memchr::memchr;

use super::attributes::{Attribute, Filters, check};
use super::blob::{blob_id, disk_id, object_format};
use super::command::{run, run_with};
use super::{GitError, ObjectFormat};
use crate::Place;

/// How far git itself looks for a NUL byte.
const BINARY_PROBE: usize = 8000;

/// What git stores for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// Text. A byte order mark is part of it.
    Text {
        /// As git stores it.
        text: String,
        /// Its name in git.
        blob: BlobId,
        /// How it stands on the disk.
        line_ends: LineEnds,
    },
    /// Git stores something else for it (LFS, a filter, another encoding).
    Filtered {
        /// As it stands on the disk.
        text: String,
        /// A name of our own that is no name in git. Not to be shared.
        key: BlobId,
    },
    /// No text.
    Binary(NotText),
}

/// The line ends on the disk against those that git stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnds {
    /// Byte for byte the same.
    AsIs,
    /// Each CR LF on the disk is one LF in git.
    Converted,
}

/// Why a file is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotText {
    /// A NUL byte among the first 8000.
    Nul,
    /// Not UTF-8.
    NotUtf8,
}

impl NotText {
    /// In words that follow the name of a file.
    pub fn why(self) -> &'static str {
        match self {
            NotText::Nul => "it holds a NUL byte",
            NotText::NotUtf8 => "it is not UTF-8",
        }
    }
}

/// What git stores for the bytes of a file at a relative path. For many files
/// of one repository see [`Storing`].
pub fn as_stored(place: &Place, path: &str, disk: impl Into<Vec<u8>>) -> Result<Stored, GitError> {
    Storing::of(place).stored(path, disk.into())
}

/// What git stores for the files of a repository. Reads its settings once.
#[derive(Debug)]
pub struct Storing<'a> {
    place: &'a Place,
    format: ObjectFormat,
    filters: Filters<'a>,
}

impl<'a> Storing<'a> {
    /// For the files of this place.
    pub fn of(place: &'a Place) -> Self {
        Storing {
            place,
            format: object_format(place),
            filters: Filters::of(place),
        }
    }

    /// Whether git may store another text for this path than stands on the disk,
    /// line ends apart. May be wrongly true.
    pub fn may_convert(&self, path: &str) -> bool {
        self.filters.may_act(path)
    }

    /// Those of these paths for which git stores another text than stands on the
    /// disk, line ends apart.
    pub fn filtered<'p>(
        &self,
        paths: impl Iterator<Item = &'p str>,
    ) -> Result<HashSet<&'p str>, GitError> {
        let paths: Vec<&str> = paths.filter(|path| self.filters.may_act(path)).collect();
        if paths.is_empty() {
            return Ok(HashSet::new());
        }
        let values = check(self.place, &paths, &FILTERS)?;
        let each = paths.into_iter().zip(values.chunks(FILTERS.len()));
        Ok(each
            .filter(|(_, values)| values.iter().any(acts))
            .map(|(path, _)| path)
            .collect())
    }

    /// Whether git stores this blob for bytes on the disk. Runs the filters of the path.
    pub fn stores(&self, path: &str, disk: &[u8], blob: &BlobId) -> Result<bool, GitError> {
        Ok(hashed(self.place, path, disk)? == blob.as_str())
    }

    /// What stands on the disk once git has put this blob there. Runs the filters
    /// of the path, which may fail.
    pub fn checked_out(&self, path: &str, blob: &BlobId) -> Result<Stored, GitError> {
        let named = format!("--path={path}");
        let disk = run(
            self.place,
            &["cat-file", "--filters", &named, blob.as_str()],
        )?;
        self.stored(path, disk)
    }

    /// What git stores for the bytes of a file at a relative path.
    ///
    /// Starts no git where there is no CR in it and no attribute file speaks of a
    /// filter, which is nearly always.
    pub fn stored(&self, path: &str, disk: Vec<u8>) -> Result<Stored, GitError> {
        let text = match text_of(disk) {
            Ok(text) => text,
            Err(why) => return Ok(Stored::Binary(why)),
        };
        if self.place.git_dir.is_none() {
            return Ok(as_is(text, self.format));
        }
        if self.filters.may_act(path) && is_filtered(self.place, path)? {
            return Ok(filtered(text, self.format));
        }
        if memchr(b'\r', text.as_bytes()).is_none() {
            return Ok(as_is(text, self.format));
        }
        with_carriage_returns(self.place, path, text, self.format)
    }
}

/// The text that these bytes are, whether of a file or of a blob.
pub fn text_of(bytes: Vec<u8>) -> Result<String, NotText> {
    if memchr(0, &bytes[..bytes.len().min(BINARY_PROBE)]).is_some() {
        return Err(NotText::Nul);
    }
    String::from_utf8(bytes).map_err(|_| NotText::NotUtf8)
}

fn as_is(text: String, format: ObjectFormat) -> Stored {
    Stored::Text {
        blob: blob_id(text.as_bytes(), format),
        text,
        line_ends: LineEnds::AsIs,
    }
}

fn filtered(text: String, format: ObjectFormat) -> Stored {
    Stored::Filtered {
        key: disk_id(text.as_bytes(), format),
        text,
    }
}

/// What makes git store another text.
const FILTERS: [&str; 3] = ["filter", "ident", "working-tree-encoding"];

fn is_filtered(place: &Place, path: &str) -> Result<bool, GitError> {
    Ok(check(place, &[path], &FILTERS)?.iter().any(acts))
}

fn acts((name, value): &(String, Attribute)) -> bool {
    match value {
        Attribute::Value(_) => true,
        Attribute::Set => name == "ident",
        Attribute::Unset | Attribute::Unspecified => false,
    }
}

/// The name that git gives to what it stores for bytes on the disk.
fn hashed(place: &Place, path: &str, disk: &[u8]) -> Result<String, GitError> {
    let answer = run_with(place, &["hash-object", "--stdin", "--path", path], disk)?;
    Ok(String::from_utf8_lossy(&answer).trim().to_owned())
}

/// Git's answer depends on attributes, settings and the index: ask it.
fn with_carriage_returns(
    place: &Place,
    path: &str,
    text: String,
    format: ObjectFormat,
) -> Result<Stored, GitError> {
    let named = hashed(place, path, text.as_bytes())?;
    if named == blob_id(text.as_bytes(), format).as_str() {
        return Ok(as_is(text, format));
    }
    let unix = text.replace("\r\n", "\n");
    let blob = blob_id(unix.as_bytes(), format);
    if named != blob.as_str() {
        return Ok(filtered(text, format));
    }
    if stays_as_committed(place, path)? {
        return Ok(as_is(text, format));
    }
    Ok(Stored::Text {
        text: unix,
        blob,
        line_ends: LineEnds::Converted,
    })
}

/// Where git only guesses that a file is text, it leaves the line ends of one
/// that is in the index with CR LF as they are. `hash-object` does not look there.
fn stays_as_committed(place: &Place, path: &str) -> Result<bool, GitError> {
    let pathspec = format!(":(literal){path}");
    let answer = run(place, &["ls-files", "-z", "--eol", "--", &pathspec])?;
    let answer = String::from_utf8_lossy(&answer);
    let about = answer.split('\t').next().unwrap_or_default();
    let mut words = about.split_whitespace();
    let in_index = words.next().unwrap_or_default();
    let declared = words
        .find_map(|word| word.strip_prefix("attr/"))
        .unwrap_or_default();
    let guessed = declared.is_empty() || declared.starts_with("text=auto");
    Ok(guessed && matches!(in_index, "i/crlf" | "i/mixed"))
}
