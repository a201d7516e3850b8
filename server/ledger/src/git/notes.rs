//! The notes in which facts are shared: `refs/notes/countersign`, a tree with
//! a file for each blob that is spoken of.
//!
//! Git's own `notes` command loses updates under contention and lets a removal
//! win, so the commits are made here and the ref is only ever swapped.

use std::collections::BTreeMap;
use std::fs;

use countersign_provenance::BlobId;

use super::about::NOTES;
use super::command::{run, run_with, start, start_online, words};
use super::objects::contents;
use super::refs::CommitId;
use super::{GitError, identity, prefetch};
use crate::{Place, digest, new_fact_id};

/// Where each blob's note lies: the note's own blob, and its path in the tree.
pub type Listing = BTreeMap<BlobId, BlobId>;

/// A note to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The blob that it speaks of.
    pub blob: BlobId,
    /// Its lines; `None` takes it away.
    pub content: Option<Vec<u8>>,
}

/// How a push ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// The remote has it.
    Done,
    /// Somebody else's notes came first: fetch them, join, and push again.
    Outrun,
}

/// The shared notes of one repository.
#[derive(Debug, Clone, Copy)]
pub struct SharedNotes<'a> {
    place: &'a Place,
}

impl<'a> SharedNotes<'a> {
    /// The notes of the repository of a place.
    pub fn of(place: &'a Place) -> Self {
        SharedNotes { place }
    }

    /// The newest commit of the notes here. `None` where there are none.
    ///
    /// Every command that reads asks, so where refs are files no git is started.
    pub fn tip(&self) -> Result<Option<CommitId>, GitError> {
        let Some(folder) = &self.place.common_dir else {
            return Ok(None);
        };
        if folder.join("reftable").exists() {
            return self.read_ref(NOTES);
        }
        if let Ok(id) = fs::read_to_string(folder.join(NOTES)) {
            return Ok(CommitId::new(id.trim()));
        }
        let packed = fs::read_to_string(folder.join("packed-refs")).unwrap_or_default();
        let line = packed.lines().find_map(|line| line.strip_suffix(NOTES));
        Ok(line.and_then(|id| CommitId::new(id.trim())))
    }

    fn read_ref(&self, name: &str) -> Result<Option<CommitId>, GitError> {
        if self.place.git_dir.is_none() {
            return Ok(None);
        }
        let answer = run(
            self.place,
            &["for-each-ref", "--format=%(objectname)", name],
        )?;
        Ok(CommitId::new(String::from_utf8_lossy(&answer).trim()))
    }

    /// Every blob that has a note in this commit, with the note.
    pub fn list(&self, tip: &CommitId) -> Result<Listing, GitError> {
        let arguments = ["ls-tree", "-r", "-z", "--full-tree", tip.as_str()];
        let answer = run(self.place, &arguments)?;
        let entry = |line: &str| {
            let (about, path) = line.split_once('\t')?;
            let note = about.split(' ').nth(2)?;
            Some((spoken_of(path)?, BlobId::new(note)?))
        };
        Ok(words(&answer).filter_map(entry).collect())
    }

    /// The blobs whose notes differ between two commits, with the note that the
    /// second has.
    pub fn changed(
        &self,
        from: &CommitId,
        to: &CommitId,
    ) -> Result<BTreeMap<BlobId, Option<BlobId>>, GitError> {
        let arguments = [
            "diff-tree",
            "-r",
            "-z",
            "--no-renames",
            from.as_str(),
            to.as_str(),
        ];
        let answer = run(self.place, &arguments)?;
        let mut parts = words(&answer);
        let mut changed: BTreeMap<BlobId, Option<BlobId>> = BTreeMap::new();
        while let (Some(about), Some(path)) = (parts.next(), parts.next()) {
            let Some(blob) = spoken_of(path) else {
                continue;
            };
            let note = about.split(' ').nth(3).and_then(BlobId::new);
            let note = note.filter(|note| note.as_str().bytes().any(|digit| digit != b'0'));
            // A note that only moved in the tree goes at one path and comes at another.
            let known = changed.entry(blob).or_default();
            *known = note.or_else(|| known.take());
        }
        Ok(changed)
    }

    /// The lines of these notes. What this clone lacks is fetched at once where
    /// the clone is partial; `None` for what cannot be had.
    pub fn read(&self, notes: &[BlobId]) -> Result<Vec<Option<String>>, GitError> {
        if notes.is_empty() {
            return Ok(Vec::new());
        }
        if let Err(error) = prefetch(self.place, notes) {
            tracing::warn!(%error, "some of the shared notes cannot be had");
        }
        let ids: String = notes.iter().flat_map(|id| [id.as_str(), "\n"]).collect();
        let answer = run_with(self.place, &["cat-file", "--batch"], ids.as_bytes())?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let contents = contents(&answer, notes.len())?.into_iter();
        Ok(contents.map(|bytes| bytes.map(text)).collect())
    }

    /// The newest commit that both have.
    pub fn merge_base(&self, a: &CommitId, b: &CommitId) -> Result<Option<CommitId>, GitError> {
        let running = start(self.place, &["merge-base", a.as_str(), b.as_str()])?;
        let answer = running.finish_search()?;
        Ok(CommitId::new(String::from_utf8_lossy(&answer).trim()))
    }

    /// Makes a commit of notes: the tree of the first parent with these changes.
    /// `at` is UTC milliseconds since 1970. Nothing names it yet but a ref of its
    /// own, which [`Self::swap`] takes away.
    pub fn commit(
        &self,
        parents: &[&CommitId],
        notes: &[Note],
        at: i64,
    ) -> Result<(CommitId, String), GitError> {
        let person = identity(self.place).unwrap_or_else(|_| "Countersign <>".to_owned());
        let name = format!("refs/countersign/draft-{}", new_fact_id());
        let stream = stream(&name, &person, parents, notes, at);
        let arguments = ["fast-import", "--quiet", "--done", "--date-format=raw"];
        run_with(self.place, &arguments, &stream)?;
        let commit = self.read_ref(&name)?;
        let commit = commit.ok_or_else(|| GitError::Answer("fast-import".to_owned()))?;
        Ok((commit, name))
    }

    /// Gives the notes a new commit, unless they are no longer what they were.
    /// Whether it was done; the draft goes either way.
    pub fn swap(
        &self,
        old: Option<&CommitId>,
        new: &CommitId,
        draft: Option<&str>,
    ) -> Result<bool, GitError> {
        let none = "0".repeat(new.as_str().len());
        let old = old.map_or(none.as_str(), CommitId::as_str);
        let swapped = run(self.place, &["update-ref", NOTES, new.as_str(), old]);
        if let Some(draft) = draft {
            run(self.place, &["update-ref", "-d", draft])?;
        }
        match swapped {
            Ok(_) => Ok(true),
            Err(GitError::Failed { message, .. }) if is_outrun(&message) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Fetches a remote's notes, all of them. `None` where it has none.
    pub fn fetch(&self, remote: &str) -> Result<Option<CommitId>, GitError> {
        let tracking = format!(
            "refs/countersign/remote-{}",
            &digest::sha256(&[remote.as_bytes()])[..16]
        );
        let refspec = format!("+{NOTES}:{tracking}");
        let arguments = [
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--no-auto-maintenance",
            remote,
            &refspec,
        ];
        match start_online(self.place, &arguments)?.finish() {
            Ok(_) => self.read_ref(&tracking),
            Err(GitError::Failed { message, .. })
                if message.contains("couldn't find remote ref") =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Gives a remote our notes. Never by force.
    pub fn push(&self, remote: &str) -> Result<Pushed, GitError> {
        let refspec = format!("{NOTES}:{NOTES}");
        let arguments = [
            "push",
            "--quiet",
            "--porcelain",
            "--no-verify",
            "--no-follow-tags",
            "--no-recurse-submodules",
            remote,
            &refspec,
        ];
        let (told, error) = start_online(self.place, &arguments)?.finish_told()?;
        let told = String::from_utf8_lossy(&told);
        match error {
            None => Ok(Pushed::Done),
            Some(_) if told.lines().any(is_outrun) => Ok(Pushed::Outrun),
            Some(GitError::Failed { message, .. }) if is_outrun(&message) => Ok(Pushed::Outrun),
            Some(error) => Err(error),
        }
    }
}

/// The names of the remotes that git knows here.
pub fn remotes(place: &Place) -> Result<Vec<String>, GitError> {
    let answer = run(place, &["remote"])?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().map(str::to_owned).collect())
}

/// The blob that a path of the tree stands for, however its digits are parted.
fn spoken_of(path: &str) -> Option<BlobId> {
    BlobId::new(path.replace('/', ""))
}

/// Whether git refused because the ref is no longer what we thought.
fn is_outrun(message: &str) -> bool {
    const WORDS: [&str; 8] = [
        "fetch first",
        "non-fast-forward",
        "stale info",
        "cannot lock ref",
        "failed to update ref",
        "incorrect old value",
        "but expected",
        "reference already exists",
    ];
    WORDS.iter().any(|word| message.contains(word))
}

/// What `fast-import` reads. The digits are parted after the second, and other
/// partings, which git's own notes may have made, are taken away.
fn stream(name: &str, person: &str, parents: &[&CommitId], notes: &[Note], at: i64) -> Vec<u8> {
    let seconds = at.div_euclid(1000);
    let message = "What assistants wrote, and who stands behind it";
    let mut stream = format!(
        "commit {name}\ncommitter {person} {seconds} +0000\ndata {}\n{message}\n",
        message.len()
    )
    .into_bytes();
    for (parent, word) in parents.iter().zip(["from", "merge"]) {
        stream.extend(format!("{word} {}\n", parent.as_str()).into_bytes());
    }
    for Note { blob, content } in notes {
        let (a, b) = blob.as_str().split_at(2);
        let (c, d) = b.split_at(2);
        stream.extend(format!("D {a}{b}\nD {a}/{c}/{d}\n").into_bytes());
        match content {
            Some(content) => {
                let head = format!("M 100644 inline {a}/{b}\ndata {}\n", content.len());
                stream.extend(head.into_bytes());
                stream.extend(content);
                stream.push(b'\n');
            }
            None => stream.extend(format!("D {a}/{b}\n").into_bytes()),
        }
    }
    stream.extend(b"done\n");
    stream
}
