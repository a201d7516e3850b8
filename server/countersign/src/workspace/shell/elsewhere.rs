//! Texts that a command left in commits only.

use std::collections::{HashMap, HashSet};

use countersign_ledger::{Ledger, git};
use countersign_provenance::BlobId;

use super::DirtyBefore;
use super::changed::Changed;
use super::comparison::Comparison;
use crate::workspace::Fault;
use crate::workspace::file::stored;
use crate::workspace::known::regions_in;
use crate::workspace::recognise::World;
use crate::workspace::report::KnownText;

/// How many texts that only commits hold are looked at.
const ELSEWHERE: usize = 256;

impl Comparison<'_> {
    /// Texts that the command left in commits, and that do not stand in the work tree.
    pub(super) fn elsewhere(
        &self,
        world: &World<'_>,
        ledger: &Ledger,
        stands: &HashMap<String, KnownText>,
    ) -> Result<Vec<Changed>, Fault> {
        let seen: HashSet<&str> = self
            .before
            .dirty
            .values()
            .flat_map(DirtyBefore::blobs)
            .collect();
        let mut wanted = Vec::new();
        for (blob, path) in &self.new.blobs {
            let here = self
                .moved
                .get(path)
                .is_some_and(|(_, now)| now.as_ref() == Some(blob));
            if !here && !seen.contains(blob.as_str()) && !ledger.blob_known(blob)? {
                wanted.push((blob.clone(), path.clone()));
            }
        }
        wanted.sort();
        wanted.truncate(ELSEWHERE);
        let blobs: Vec<BlobId> = wanted.iter().map(|(blob, _)| blob.clone()).collect();
        let found = git::read_blobs(self.place, &blobs)?;
        let texts: Vec<(String, Vec<u8>)> = wanted
            .into_iter()
            .zip(found)
            .filter_map(|((_, path), bytes)| Some((path, bytes?)))
            .collect();
        let mut paths: Vec<String> = texts.iter().map(|(path, _)| path.clone()).collect();
        paths.dedup();
        let history = self.history(&paths)?;
        let before = self.texts_before(ledger, &paths)?;
        let mut elsewhere = Vec::new();
        for (path, bytes) in texts {
            let after = stored(self.place, &path, &bytes, (0, 0))?;
            let mut known = self.texts_known(&history, &path, &after);
            known.extend(stands.get(&path).cloned());
            if let Some(text) = before.get(&path) {
                let blob = git::blob_id(text.as_bytes(), git::object_format(self.place));
                let regions = regions_in(world, ledger, &path, &blob, text)?.regions;
                known.insert(
                    0,
                    KnownText {
                        text: text.clone(),
                        regions,
                    },
                );
            }
            elsewhere.push(Changed {
                path,
                before: None,
                after,
                known,
                made_beside: Vec::new(),
                has_twin: false,
            });
        }
        Ok(elsewhere)
    }
}

impl DirtyBefore {
    fn blobs(&self) -> impl Iterator<Item = &str> {
        self.blob
            .as_deref()
            .into_iter()
            .chain(self.staged.as_deref())
    }
}
