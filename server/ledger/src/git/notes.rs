//! The notes in which facts are shared: `refs/notes/countersign`, a tree with
//! a file for each blob that is spoken of.
//!
//! Git's own `notes` command loses updates under contention and lets a removal
//! win, so the commits are made here and the ref is only ever moved forward.

use std::collections::BTreeMap;
use std::fs;

use countersign_provenance::BlobId;

use super::about::NOTES;
use super::command::{run, run_from, start, words};
use super::objects::{blob_sizes, known_blobs, read_blobs};
use super::promisor::prefetch;
use super::refs::CommitId;
use super::{GitError, identity};
use crate::Place;

/// Where each blob's note lies: the note's own blob.
pub type Listing = BTreeMap<BlobId, BlobId>;

/// A note to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The blob that it speaks of.
    pub blob: BlobId,
    /// What it is to hold.
    pub content: Content,
}

/// What a note holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing: the note is taken away.
    None,
    /// What this object holds, which git has.
    Known(BlobId),
    /// These lines.
    Lines(Vec<u8>),
}

/// How a move of a ref ended, here or at a remote.
#[derive(Debug)]
pub enum Moved {
    /// It names the new commit.
    Done,
    /// It is no longer what we thought, or somebody else is just moving it.
    Outrun(GitError),
}

/// A longer note is none that this program wrote, in bytes.
const LONGEST: u64 = 64 << 20;
/// What is read at once: notes, and their bytes.
const AT_ONCE: (usize, u64) = (2000, 32 << 20);

/// The shared notes of one repository.
#[derive(Debug, Clone, Copy)]
pub struct SharedNotes<'a> {
    pub(super) place: &'a Place,
}

impl<'a> SharedNotes<'a> {
    /// The notes of the repository of a place.
    pub fn of(place: &'a Place) -> Self {
        SharedNotes { place }
    }

    /// What the ref of the notes names here. `None` where there is none.
    ///
    /// Every command that reads asks, so where refs are files no git is started.
    pub fn tip(&self) -> Result<Option<CommitId>, GitError> {
        let Some(folder) = &self.place.common_dir else {
            return Ok(None);
        };
        if folder.join("reftable").exists() {
            return self.commit_of(NOTES);
        }
        if let Ok(id) = fs::read_to_string(folder.join(NOTES)) {
            return Ok(CommitId::new(id.trim()));
        }
        let packed = fs::read_to_string(folder.join("packed-refs")).unwrap_or_default();
        let mut lines = packed.lines().filter_map(|line| line.split_once(' '));
        Ok(lines
            .find(|(_, name)| *name == NOTES)
            .and_then(|(id, _)| CommitId::new(id)))
    }

    /// The commit that a ref names. `None` where there is no such ref; an error
    /// where it names something else.
    pub fn commit_of(&self, name: &str) -> Result<Option<CommitId>, GitError> {
        if self.place.git_dir.is_none() {
            return Ok(None);
        }
        let format = "--format=%(objecttype) %(objectname)";
        let answer = run(self.place, &["for-each-ref", format, name])?;
        let answer = String::from_utf8_lossy(&answer);
        match answer.lines().next().and_then(|line| line.split_once(' ')) {
            Some(("commit", id)) => Ok(CommitId::new(id)),
            Some(_) => Err(GitError::NoNotes { remote: None }),
            None => Ok(None),
        }
    }

    /// Every blob that has a note in this commit, with the note. Whatever else
    /// stands in its tree is passed over.
    pub fn list(&self, tip: &CommitId) -> Result<Listing, GitError> {
        let arguments = ["ls-tree", "-r", "-z", "--full-tree", tip.as_str()];
        let answer = run(self.place, &arguments).map_err(|error| match self.is_text(tip) {
            true => GitError::NoNotes { remote: None },
            false => error,
        })?;
        let mut listing = Listing::new();
        for line in words(&answer) {
            let Some((about, path)) = line.split_once('\t') else {
                continue;
            };
            let mut about = about.split(' ');
            let is_file = about.next().is_some_and(is_file);
            let (Some(blob), Some(note)) = (spoken_of(path), about.nth(1).and_then(BlobId::new))
            else {
                continue;
            };
            // Of two for one blob, that which we would have written.
            if is_file && (path == path_of(&blob) || !listing.contains_key(&blob)) {
                listing.insert(blob, note);
            }
        }
        Ok(listing)
    }

    fn is_text(&self, tip: &CommitId) -> bool {
        let id = BlobId::new(tip.as_str());
        id.is_some_and(|id| matches!(known_blobs(self.place, &[id]).as_deref(), Ok([true])))
    }

    /// The blobs whose notes differ between two commits, with the note that the
    /// second has.
    pub fn changed(
        &self,
        from: &CommitId,
        to: &CommitId,
    ) -> Result<BTreeMap<BlobId, Option<BlobId>>, GitError> {
        let commits = [from.as_str(), to.as_str()];
        let arguments = [&["diff-tree", "-r", "-z", "--no-renames"][..], &commits].concat();
        let answer = run(self.place, &arguments)?;
        let mut parts = words(&answer);
        let mut changed: BTreeMap<BlobId, Option<BlobId>> = BTreeMap::new();
        while let (Some(about), Some(path)) = (parts.next(), parts.next()) {
            let Some(blob) = spoken_of(path) else {
                continue;
            };
            let mut about = about.split(' ').skip(1);
            let is_file = about.next().is_some_and(is_file);
            let note = about.nth(1).filter(|_| is_file).and_then(BlobId::new);
            // A note that only moved in the tree goes at one path and comes at another.
            let known = changed.entry(blob).or_default();
            *known = note.or_else(|| known.take());
        }
        Ok(changed)
    }

    /// Reads notes and hands each on with its place in the list, a few at a
    /// time: all of them may be more than fits into memory. What a partial clone
    /// lacks is fetched first, in one go. A note that is too long is handed on
    /// as `None`; one that cannot be had is an error.
    pub fn read<E: From<GitError>>(
        &self,
        notes: &[BlobId],
        mut each: impl FnMut(usize, Option<Vec<u8>>) -> Result<(), E>,
    ) -> Result<(), E> {
        prefetch(self.place, notes)?;
        let missing = || GitError::Missing("cat-file".to_owned());
        let sizes = blob_sizes(self.place, notes)?;
        let sizes: Option<Vec<u64>> = sizes.into_iter().collect();
        let sizes = sizes.ok_or_else(missing)?;
        let mut at = 0;
        while at < notes.len() {
            let group = at..at + first_group(&sizes[at..]);
            let short: Vec<usize> = group
                .clone()
                .filter(|at| !Self::is_too_long(sizes[*at]))
                .collect();
            let ids: Vec<BlobId> = short.iter().map(|at| notes[*at].clone()).collect();
            for (at, bytes) in short.into_iter().zip(read_blobs(self.place, &ids)?) {
                each(at, Some(bytes.ok_or_else(missing)?))?;
            }
            at = group.end;
            let mut long = group.filter(|at| Self::is_too_long(sizes[*at]));
            long.try_for_each(|at| each(at, None))?;
        }
        Ok(())
    }

    /// Whether a note of so many bytes is handed on as `None`.
    pub(crate) fn is_too_long(bytes: u64) -> bool {
        bytes > LONGEST
    }

    /// The newest commit that both have.
    pub fn merge_base(&self, a: &CommitId, b: &CommitId) -> Result<Option<CommitId>, GitError> {
        let running = start(self.place, &["merge-base", a.as_str(), b.as_str()])?;
        let answer = running.finish_search()?;
        Ok(CommitId::new(String::from_utf8_lossy(&answer).trim()))
    }

    /// Makes a commit of notes, the tree of the first parent with these changes,
    /// and moves the ref to it, unless that holds something which the parents
    /// lack. `at` is UTC milliseconds since 1970.
    pub fn commit(
        &self,
        parents: &[&CommitId],
        notes: &[Note],
        at: i64,
    ) -> Result<(CommitId, Moved), GitError> {
        let person = identity(self.place).unwrap_or_else(|_| "Countersign <>".to_owned());
        let stream = stream(&person, parents, notes, at);
        let arguments = ["fast-import", "--quiet", "--done", "--date-format=raw"];
        // From a file, so that git has all of it even if this process is killed.
        let (told, error) = run_from(self.place, &arguments, &stream)?;
        let commit = CommitId::new(String::from_utf8_lossy(&told).trim());
        let Some(commit) = commit else {
            return Err(error.unwrap_or_else(|| GitError::Answer("fast-import".to_owned())));
        };
        Ok((commit, Moved::of(error)?))
    }

    /// Moves the ref of the notes to a commit that descends from the old one,
    /// unless it is no longer the old one.
    pub fn swap(&self, old: Option<&CommitId>, new: &CommitId) -> Result<Moved, GitError> {
        let none = "0".repeat(new.as_str().len());
        let old = old.map_or(none.as_str(), CommitId::as_str);
        let swapped = run(self.place, &["update-ref", NOTES, new.as_str(), old]);
        Moved::of(swapped.err())
    }
}

impl Moved {
    /// What git's refusal means, if it is one.
    pub(super) fn of(error: Option<GitError>) -> Result<Moved, GitError> {
        /// Git refused because the ref is no longer what we thought.
        const OUTRUN: [&str; 10] = [
            "ot updating refs/",
            "fetch first",
            "non-fast-forward",
            "stale info",
            "cannot lock ref",
            "failed to update ref",
            "failed to lock",
            "incorrect old value",
            "but expected",
            "reference already exists",
        ];
        match error {
            None => Ok(Moved::Done),
            Some(GitError::Failed { command, message })
                if OUTRUN.iter().any(|word| message.contains(word)) =>
            {
                Ok(Moved::Outrun(GitError::Failed { command, message }))
            }
            Some(error) => Err(error),
        }
    }
}

/// How many of these are read at once: at least one.
fn first_group(sizes: &[u64]) -> usize {
    let (most, bytes) = AT_ONCE;
    let mut sum = 0;
    let fits = sizes.iter().take(most).take_while(|size| {
        sum += **size;
        sum <= bytes
    });
    fits.count().max(1)
}

/// Whether this is the mode of a file, and not of a link or a submodule.
fn is_file(mode: &str) -> bool {
    mode.starts_with("100")
}

/// The blob that a path of the tree stands for, however its digits are parted.
fn spoken_of(path: &str) -> Option<BlobId> {
    BlobId::new(path.replace('/', ""))
}

/// Where the note of a blob is written.
fn path_of(blob: &BlobId) -> String {
    let (a, b) = blob.as_str().split_at(2);
    format!("{a}/{b}")
}

/// What `fast-import` reads; it says the commit's id. The digits are parted
/// after the second, and other partings, which git's own notes may have made,
/// are taken away.
fn stream(person: &str, parents: &[&CommitId], notes: &[Note], at: i64) -> Vec<u8> {
    let seconds = at.div_euclid(1000);
    let message = "What assistants wrote, and who stands behind it";
    let length = message.len();
    let head = format!(
        "commit {NOTES}\nmark :1\ncommitter {person} {seconds} +0000\ndata {length}\n{message}\n"
    );
    let mut stream = head.into_bytes();
    for (parent, word) in parents.iter().zip(["from", "merge"]) {
        stream.extend(format!("{word} {}\n", parent.as_str()).into_bytes());
    }
    for Note { blob, content } in notes {
        let path = path_of(blob);
        let (a, b) = blob.as_str().split_at(2);
        let (c, d) = b.split_at(2);
        stream.extend(format!("D {a}{b}\nD {a}/{c}/{d}\n").into_bytes());
        match content {
            Content::Lines(content) => {
                let head = format!("M 100644 inline {path}\ndata {}\n", content.len());
                stream.extend(head.into_bytes());
                stream.extend(content);
                stream.push(b'\n');
            }
            Content::Known(note) => {
                stream.extend(format!("M 100644 {} {path}\n", note.as_str()).into_bytes());
            }
            Content::None => stream.extend(format!("D {path}\n").into_bytes()),
        }
    }
    stream.extend(b"get-mark :1\ndone\n");
    stream
}
