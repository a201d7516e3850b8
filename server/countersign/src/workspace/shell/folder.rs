//! A command outside a git repository: the files of its folder before and after it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use countersign_ledger::{Batch, Ledger};
use serde::{Deserialize, Serialize};

use super::changed::Changed;
use super::{DirtyBefore, add, moves};
use crate::workspace::Fault;
use crate::workspace::file::{self, Disk, read};
use crate::workspace::report::{Beside, Call, Since, snapshot};

/// A folder of more files than that, or of more bytes, is not looked at: an agent waits.
const FILES: usize = 500;
const BYTES: u64 = 4 << 20;

/// The files of a folder before a command.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FolderBefore {
    since: Since,
    /// By path.
    pub(super) files: BTreeMap<String, DirtyBefore>,
}

impl Call<'_> {
    pub(super) fn before_in_folder(&self, folder: &Path, key: &str) -> Result<(), Fault> {
        let Some(paths) = self.files_in(folder) else {
            return Ok(());
        };
        let ledger = Ledger::open_for_hook(self.place)?;
        let mut snapshots = Vec::new();
        let mut files = BTreeMap::new();
        for path in paths {
            let disk = read(self.place, &path).unwrap_or(Disk::Absent);
            let before = DirtyBefore {
                blob: disk.blob().map(ToString::to_string),
                staged: None,
                stat: file::stat_of(self.place, &path),
            };
            files.insert(path, before);
            snapshots.extend(disk.snapshot());
        }
        self.begin(ledger, key, snapshots, |since| FolderBefore {
            since,
            files,
        })
    }

    pub(super) fn after_in_folder(&self, folder: &Path) -> Result<(), Fault> {
        let Some(paths) = self.files_in(folder) else {
            return Ok(());
        };
        let ledger = Ledger::open_for_hook(self.place)?;
        self.end(ledger, |ledger| {
            let Some(before) = self.begun::<FolderBefore>(ledger)? else {
                return Ok(Batch::default());
            };
            let mut batch = Batch::default();
            let changed = moves::pair(self.changed_in_folder(ledger, &before, &paths)?);
            let elsewhere = self.between(ledger, &changed, &[])?;
            for (changed, beside) in changed.iter().zip(Beside::each(&elsewhere)) {
                let from = changed.moved_from();
                batch
                    .heads
                    .extend(from.map(|from| self.head(from, &Disk::Absent)));
                add(
                    &mut batch,
                    self.facts(ledger, &changed.change(Some(before.since), beside))?,
                );
            }
            batch.event.clone_from(&self.key);
            Ok(batch)
        })
    }

    fn changed_in_folder(
        &self,
        ledger: &Ledger,
        before: &FolderBefore,
        paths: &BTreeSet<String>,
    ) -> Result<Vec<Changed>, Fault> {
        let mut changed = Vec::new();
        let gone = before.files.keys().filter(|path| !paths.contains(*path));
        for path in paths.iter().chain(gone) {
            let then = before.files.get(path);
            if then.is_some_and(|then| then.stat == file::stat_of(self.place, path)) {
                continue;
            }
            let text = match then {
                Some(then) => snapshot(ledger, then.blob.as_deref())?,
                None => None,
            };
            changed.push(Changed {
                path: path.clone(),
                before: text.map(|text| (path.clone(), text)),
                after: read(self.place, path)?,
                known: Vec::new(),
                made_beside: Vec::new(),
                has_twin: false,
            });
        }
        Ok(changed)
    }

    /// The files in a folder and in those beneath it, but for repositories. `None` where there are too many, and
    /// for a folder that holds the home folder: nobody works on that as a whole.
    fn files_in(&self, folder: &Path) -> Option<BTreeSet<String>> {
        let home = etcetera::home_dir().ok();
        if home.is_some_and(|home| home.starts_with(&self.place.root)) {
            return None;
        }
        let mut found = BTreeSet::new();
        let (mut bytes, mut entries) = (0, 0);
        let mut open: Vec<PathBuf> = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let (path, kind) = (entry.path(), entry.file_type().ok()?);
                entries += 1;
                if kind.is_dir() && !path.join(".git").exists() {
                    open.push(path);
                } else if kind.is_file() {
                    bytes += entry.metadata().map_or(0, |meta| meta.len());
                    found.extend(self.place.relative(&path));
                }
                if entries > FILES || bytes > BYTES {
                    return None;
                }
            }
        }
        Some(found)
    }
}
