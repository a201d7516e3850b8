//! Looking at one file after the other.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use countersign_ledger::Ledger;
use countersign_provenance::{BlobId, Regions};

use super::changes::Changes;
use super::{Manner, Step};
use crate::workspace::file::Disk;
use crate::workspace::known::{RestsOn, regions_in};
use crate::workspace::last_known::waits_at;
use crate::workspace::looks::{Looks, Standing, Tally};
use crate::workspace::recognise::World;
use crate::workspace::returned::{Here, ended_by};
use crate::workspace::seen::Seen;
use crate::workspace::survey::Counts;
use crate::workspace::{Fault, generated};

/// A work tree that is being looked at.
pub(super) struct Reading<'l, 'p, 'm> {
    ledger: &'l Ledger,
    world: World<'l>,
    pub(super) looks: Looks<'p>,
    manner: Manner<'m>,
    pub(super) seen: Seen,
    pub(super) texts: Vec<Found>,
    /// Files that are as before.
    pub(super) tallied: Vec<(String, Counts)>,
    /// The texts that stand where; `None` for what is no text.
    pub(super) standing: HashMap<String, Option<BlobId>>,
    /// The files that attributes call generated, among those that were counted before.
    generated: HashSet<String>,
    step: Step,
    /// Whoever watched it ended it.
    pub(super) has_ended: bool,
    /// Files that could not be read, with the reason.
    pub(super) unread: Vec<(String, Fault)>,
}

/// A text that was read.
pub(super) struct Found {
    pub(super) path: String,
    pub(super) blob: BlobId,
    pub(super) text: String,
    pub(super) regions: Regions,
    pub(super) rests_on: RestsOn,
}

impl<'l, 'p, 'm> Reading<'l, 'p, 'm> {
    pub(super) fn begin(
        ledger: &'l Ledger,
        looks: Looks<'p>,
        manner: Manner<'m>,
    ) -> Result<Self, Fault> {
        Ok(Reading {
            generated: generated::by_attribute(ledger.place(), &looks.counted()),
            ledger,
            world: World::work_tree(ledger.place()),
            looks,
            manner,
            seen: Seen::in_work_tree(ledger)?,
            texts: Vec::new(),
            tallied: Vec::new(),
            standing: HashMap::new(),
            step: Step { done: 0, all: 0 },
            has_ended: false,
            unread: Vec::new(),
        })
    }

    /// Looks at files, unless it was ended.
    pub(super) fn look_at(&mut self, paths: &BTreeSet<String>) -> Result<(), Fault> {
        self.step.all += paths.len();
        self.world.about(paths.iter().cloned());
        for path in paths {
            self.has_ended |= (self.manner.step)(self.step).is_break();
            if self.has_ended {
                break;
            }
            self.look_at_one(path)?;
            self.step.done += 1;
        }
        Ok(())
    }

    /// Reads the files in which a removal was counted before, if any has ended since.
    pub(super) fn look_for_ended(&mut self) -> Result<(), Fault> {
        if !self.seen.ends_any() {
            return Ok(());
        }
        let (again, rest) = std::mem::take(&mut self.tallied)
            .into_iter()
            .partition(|(_, counts)| counts.removals > 0);
        self.tallied = rest;
        let again: Vec<(String, Counts)> = again;
        for (path, _) in again {
            self.look_unless(&path, |_, _| false)?;
        }
        Ok(())
    }

    fn look_at_one(&mut self, path: &str) -> Result<(), Fault> {
        let is_generated = self.generated.contains(path);
        let is_wanted = self.manner.is_enough;
        self.look_unless(path, |blob, tally| match tally.counts {
            Some(counts) => tally.is_generated == is_generated && is_wanted(path, blob, counts),
            None => true,
        })
    }

    /// Looks at a file, unless what was counted before is enough.
    fn look_unless(
        &mut self,
        path: &str,
        is_enough: impl Fn(&BlobId, &Tally) -> bool,
    ) -> Result<(), Fault> {
        match self.looks.at(path, is_enough) {
            Ok(Standing::AsBefore(blob, tally)) => {
                self.tallied
                    .extend(tally.counts.map(|counts| (path.to_owned(), counts)));
                self.standing.insert(path.to_owned(), Some(blob));
            }
            Ok(Standing::Read(Disk::Text { text, blob, .. })) => {
                self.standing.insert(path.to_owned(), Some(blob.clone()));
                self.look_into(path, blob, Arc::unwrap_or_clone(text))?;
            }
            Ok(Standing::Read(Disk::NotText(why))) => {
                self.standing.insert(path.to_owned(), None);
                if waits_at(self.ledger, path)? {
                    let file = self.ledger.place().absolute(path);
                    self.unread
                        .push((path.to_owned(), Fault::NotText { path: file, why }));
                }
            }
            Ok(Standing::Read(Disk::Absent)) => {}
            Err(fault) => self.unread.push((path.to_owned(), fault)),
        }
        Ok(())
    }

    fn look_into(&mut self, path: &str, blob: BlobId, text: String) -> Result<(), Fault> {
        let known = regions_in(&self.world, self.ledger, path, &blob, &text)?;
        self.seen.look(path, &blob, &text, &known);
        let here = Here::of_work_tree(path);
        let ended = ended_by(&self.world, self.ledger, &here, &known)?;
        self.seen.end(ended);
        if known.regions.is_empty() {
            let tally = Tally::new(None, false, known.rests_on);
            self.looks.count(path, &blob, tally);
            return Ok(());
        }
        self.texts.push(Found {
            path: path.to_owned(),
            blob,
            text,
            regions: known.regions,
            rests_on: known.rests_on,
        });
        Ok(())
    }

    /// Whether all that has come was looked at, as it stands in HEAD: then it need not be looked for again. What
    /// facts name is looked at every time.
    pub(super) fn has_seen(
        &self,
        changes: &Changes,
        named: &BTreeSet<String>,
        strangers: &HashSet<BlobId>,
    ) -> bool {
        let dirty: HashSet<&str> = changes
            .dirty
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        let is_read = |path: &str, blob: &BlobId| {
            let standing = self.standing.get(path);
            !dirty.contains(path)
                && standing.is_some_and(|it| it.as_ref().is_none_or(|it| it == blob))
        };
        let mut come = changes.come.iter();
        !self.has_ended
            && self.unread.is_empty()
            && come.all(|(path, blob)| {
                named.contains(path) || strangers.contains(blob) || is_read(path, blob)
            })
    }
}
