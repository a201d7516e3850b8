//! Where the buffers lie.

use std::collections::{BTreeSet, HashMap};

use countersign_ledger::{Place, locate};
use countersign_provenance::carry::Source;

use super::Session;
use crate::workspace::Fault;

/// A file by the root of its work tree and its path below.
pub(crate) type Spot = (String, String);

impl Session {
    /// The repository of a buffer, and its path in there.
    pub(crate) fn place_of(&self, uri: &str) -> Option<(Place, String)> {
        let buffer = self.buffers.get(uri)?;
        Some((buffer.place.clone(), buffer.path.clone()))
    }

    /// Goes on in the repository that the folder of a buffer has become.
    pub(crate) fn follow_places(&self) {
        for mut buffer in self.buffers.iter_mut() {
            if buffer.place.git_dir.is_some() {
                continue;
            }
            let file = buffer.place.absolute(&buffer.path);
            let place = locate(&file);
            let Some(path) = place.relative(&file).filter(|_| place != buffer.place) else {
                continue;
            };
            let text = buffer.document.text().to_string();
            if let Ok(known) = self.known(&place, &path, &text) {
                let known = known.unwrap_or_default();
                buffer.place = place;
                buffer.path = path;
                buffer.document.join(Source::new(&text, &known.regions));
                self.learn(&mut buffer);
            }
        }
    }

    /// All buffers.
    pub(crate) fn uris(&self) -> Vec<String> {
        let buffers = self.buffers.iter();
        buffers.map(|buffer| buffer.key().clone()).collect()
    }

    /// All buffers by the files that they show: one that a link leads to may be open by several names.
    pub(crate) fn open_files(&self) -> HashMap<Spot, BTreeSet<String>> {
        let mut files: HashMap<Spot, BTreeSet<String>> = HashMap::new();
        for buffer in self.buffers.iter() {
            let spot = (buffer.place.worktree.clone(), buffer.path.clone());
            files.entry(spot).or_default().insert(buffer.key().clone());
        }
        files
    }

    /// The repositories of the buffers, a work tree each.
    pub(crate) fn open_places(&self) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for buffer in self.buffers.iter() {
            if places.iter().all(|place| place.root != buffer.place.root) {
                places.push(buffer.place.clone());
            }
        }
        places
    }

    /// Follows the ledger of a repository without a buffer.
    pub(crate) fn attend(&self, place: &Place) -> Result<(), Fault> {
        self.with(place, |_| Ok(()))
    }

    /// Shows all buffers anew.
    pub(crate) fn refresh(&self) {
        self.buffers
            .iter_mut()
            .for_each(|mut buffer| buffer.is_fresh = true);
    }
}
