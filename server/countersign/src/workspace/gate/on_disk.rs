//! Files under a filter, as LFS and git-crypt have one: facts speak of the text that git puts on the disk for them, and
//! git stores another.

use std::collections::HashSet;

use countersign_ledger::git::{Stored, Storing, TreeEntry};
use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::BlobId;

use super::changes::{ChangedFile, Texts};
use crate::workspace::Fault;
use crate::workspace::file::{Disk, read_of_many};
use crate::workspace::known::{Known, regions_in};
use crate::workspace::last_known::waits_at;
use crate::workspace::recognise::World;
use crate::workspace::settings::Settings;
use crate::workspace::settings::house::House;

/// How many texts of a path are asked for facts.
const ASKED: u32 = 64;

/// What LFS leaves on the disk where it does not have the text itself.
const POINTER: &str = "version https://git-lfs.github.com/spec/";

/// The files under a filter, among those that are judged.
pub(super) struct OnDisk<'a> {
    place: &'a Place,
    storing: Storing<'a>,
    filtered: HashSet<&'a str>,
    settings: Settings,
    /// Facts speak of them, and their text cannot be had.
    unread: Vec<String>,
    /// Somebody had to look at them, and they are no text any more.
    no_text: Vec<String>,
}

/// The first of some files, and how many more.
fn first_and_more(files: &[String]) -> Option<String> {
    match files {
        [] => None,
        [path] => Some(path.clone()),
        [path, others @ ..] => Some(format!("{path} and {} more", others.len())),
    }
}

/// A text as git puts it on the disk, with what is known of it.
pub(super) struct Found {
    pub(super) text: String,
    pub(super) key: BlobId,
    pub(super) known: Known,
}

impl<'a> OnDisk<'a> {
    /// Those of these paths.
    pub(super) fn among(
        place: &'a Place,
        house: &House,
        paths: impl Iterator<Item = &'a str>,
    ) -> Result<Self, Fault> {
        let storing = Storing::of(place);
        Ok(OnDisk {
            filtered: storing.filtered(paths)?,
            place,
            storing,
            settings: Settings::from(house.layer.clone()),
            unread: Vec::new(),
            no_text: Vec::new(),
        })
    }

    /// What git puts on the disk for a blob, where a filter makes it and anything is known of it.
    pub(super) fn find(
        &mut self,
        world: &World<'_>,
        ledger: &Ledger,
        path: &str,
        blob: &BlobId,
    ) -> Result<Option<Found>, Fault> {
        if !self.filtered.contains(path) {
            return Ok(None);
        }
        let mut text = self.standing(path, blob)?;
        if text.is_none() && self.speaks_of(ledger, path)? {
            text = self.checked_out(path, blob);
            if text.is_none() {
                self.leave(path);
            }
        }
        let Some((text, key)) = text else {
            return Ok(None);
        };
        let known = regions_in(world, ledger, path, &key, &text)?;
        let is_known = !known.regions.is_empty();
        Ok(is_known.then_some(Found { text, key, known }))
    }

    /// A changed file by the texts on the disk, before the change too; they are put beside the others.
    pub(super) fn find_changed(
        &mut self,
        world: &World<'_>,
        ledger: &Ledger,
        file: &ChangedFile,
        texts: &mut Texts,
    ) -> Result<Option<(ChangedFile, Known)>, Fault> {
        let Some(found) = self.find(world, ledger, &file.path, &file.blob)? else {
            return Ok(None);
        };
        let olds = file
            .olds
            .iter()
            .map(|old| Some(self.old(old.as_ref()?, texts)));
        let file = ChangedFile {
            path: file.path.clone(),
            blob: found.key.clone(),
            olds: olds.collect(),
        };
        texts.add(found.key, found.text);
        Ok(Some((file, found.known)))
    }

    fn old(&mut self, old: &TreeEntry, texts: &mut Texts) -> TreeEntry {
        let mut old = old.clone();
        if self.filtered.contains(&*old.path) {
            match self.checked_out(&old.path, &old.blob) {
                Some((text, key)) => {
                    texts.add(key.clone(), text);
                    old.blob = key;
                }
                None => self.leave(&old.path),
            }
        }
        old
    }

    fn leave(&mut self, path: &str) {
        if !self.settings.ignores(path) {
            self.unread.push(path.to_owned());
        }
    }

    /// A file that is no text. What a filter makes of one is looked at as it stands on the disk.
    pub(super) fn note_no_text(&mut self, ledger: &Ledger, path: &str) -> Result<(), Fault> {
        let is_left_out = self.filtered.contains(path) || self.settings.ignores(path);
        if !is_left_out && waits_at(ledger, path)? {
            self.no_text.push(path.to_owned());
        }
        Ok(())
    }

    /// Whether all that had to be read was.
    pub(super) fn finish(mut self) -> Result<(), Fault> {
        if let Some(which) = first_and_more(&self.no_text) {
            return Err(Fault::CannotCompare {
                why: format!(
                    "{which} held what an assistant wrote and nobody has reviewed, and is no text now that could be judged"
                ),
                next: "make it UTF-8 text again, or delete it; `ignore` in countersign.toml leaves it out".to_owned(),
            });
        }
        self.unread.dedup();
        let Some(which) = first_and_more(&self.unread) else {
            return Ok(());
        };
        Err(Fault::CannotCompare {
            why: format!(
                "git stores {which} through a filter, and has no text here that could be judged: an assistant may have written it"
            ),
            next: "let git put it on the disk (`git lfs pull`, `git-crypt unlock`), commit or stash what changed in it, \
                   and repeat; `ignore` in countersign.toml leaves it out"
                .to_owned(),
        })
    }

    /// What stands on the disk, where git stores this very blob for it.
    fn standing(&self, path: &str, blob: &BlobId) -> Result<Option<(String, BlobId)>, Fault> {
        let Disk::Text {
            text, blob: key, ..
        } = read_of_many(self.place, &self.storing, path)?
        else {
            return Ok(None);
        };
        // A filter that fails makes nothing of it.
        let is_it = self.storing.stores(path, text.as_bytes(), blob);
        let is_it = is_it.unwrap_or(false) && !text.starts_with(POINTER);
        Ok(is_it.then(|| (text.to_string(), key)))
    }

    /// What a checkout would put on the disk.
    fn checked_out(&self, path: &str, blob: &BlobId) -> Option<(String, BlobId)> {
        match self.storing.checked_out(path, blob) {
            Ok(Stored::Filtered { text, key }) if !text.starts_with(POINTER) => Some((text, key)),
            _ => None,
        }
    }

    /// Whether facts name an assistant's text of this path that git does not store so.
    fn speaks_of(&self, ledger: &Ledger, path: &str) -> Result<bool, Fault> {
        let mut blobs = Vec::new();
        for blob in ledger.blobs_of_path(path, ASKED)? {
            let facts = ledger.texts(&blob, path)?;
            if facts.iter().any(|fact| !fact.regions.is_empty()) {
                blobs.push(blob);
            }
        }
        Ok(git::known_blobs(self.place, &blobs)?.contains(&false))
    }
}
