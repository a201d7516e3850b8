//! What was found in the files of a work tree, kept for the next look: a file that is as it was is not read again.
//!
//! Nothing here is a fact. Whatever is in doubt is forgotten, and the file is read.

use std::collections::{BTreeSet, HashMap};
use std::fs;

use countersign_ledger::git::{CommitId, LineEnds, Storing};
use countersign_ledger::{Ledger, LedgerError, Look, Looked, Place, Relook, Stat, Touched};
use countersign_provenance::BlobId;
use serde::{Deserialize, Serialize};

use super::file::{Disk, read_of_many};
use super::known::RestsOn;
use super::survey::Counts;
use super::{Fault, clock};

/// Who looked: what another program found is not relied on. Changes when lines are counted differently.
const BY: &str = concat!(env!("CARGO_PKG_VERSION"), " 3");

/// What was counted in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    /// `None` where no region stands in it.
    pub(super) counts: Option<Counts>,
    /// Whether `.gitattributes` calls the file generated.
    pub(super) is_generated: bool,
    /// Whether facts about other texts change nothing here.
    holds_beside_others: bool,
}

impl Tally {
    /// Of a text whose regions rest on this; `None` where it would have to be counted anew all the same.
    pub(super) fn new(
        counts: Option<Counts>,
        is_generated: bool,
        rests_on: RestsOn,
    ) -> Option<Self> {
        (rests_on != RestsOn::OtherFiles).then_some(Tally {
            counts,
            is_generated,
            holds_beside_others: rests_on == RestsOn::ItsFacts,
        })
    }
}

/// A file as it was when it was read.
struct Kept {
    stat: Stat,
    blob: Option<BlobId>,
    tally: Option<Tally>,
}

/// The looks of a work tree.
pub(super) struct Looks<'a> {
    place: &'a Place,
    storing: Storing<'a>,
    before: Option<Looked>,
    by: String,
    seq: i64,
    kept: HashMap<String, Kept>,
    /// What is other than before; `None` where nothing is known any more.
    news: HashMap<String, Option<Look>>,
}

/// What stands at a path.
pub(super) enum Standing {
    /// The text of this name, as when it was read last, with what was counted then.
    AsBefore(BlobId, Tally),
    /// What was read just now.
    Read(Disk),
}

impl<'a> Looks<'a> {
    /// Those that hold by all facts of now.
    pub(super) fn of(ledger: &Ledger, place: &'a Place) -> Result<Self, LedgerError> {
        let known = ledger.looked(&place.worktree)?;
        let born = ledger.born()?;
        // What stood before the ledger began is nobody's, and others may have begun earlier.
        let by = format!("{BY} {}", born.as_ref().map_or("", CommitId::as_str));
        let before = known.clone().filter(|looked| looked.by == by);
        let since = ledger.paths_since(before.as_ref().map_or(0, |looked| looked.seq))?;
        let mut looks = Looks {
            place,
            storing: Storing::of(place),
            seq: since.seq,
            kept: HashMap::new(),
            news: HashMap::new(),
            before: known,
            by,
        };
        let mut rows = ledger.looks(&place.worktree)?;
        if before.is_none() {
            looks.news = rows.drain(..).map(|look| (look.path, None)).collect();
        }
        let is_news = before.is_some_and(|looked| looked.seq < since.seq);
        for look in rows {
            looks.take(look, &since, is_news);
        }
        Ok(looks)
    }

    fn take(&mut self, look: Look, since: &Touched, is_news: bool) {
        let tally: Option<Tally> = look
            .body
            .as_deref()
            .and_then(|body| serde_json::from_str(body).ok());
        let is_touched = since.acts
            || since.paths.contains(&look.path)
            || look
                .blob
                .as_ref()
                .is_some_and(|it| since.blobs.contains(it));
        let holds = |tally: &Tally| !is_news || !is_touched && tally.holds_beside_others;
        let kept = Kept {
            stat: look.stat,
            blob: look.blob.clone(),
            tally: tally.filter(holds),
        };
        if tally.is_some() && kept.tally.is_none() {
            // It must not be found again beside a newer number.
            self.news
                .insert(look.path.clone(), Some(kept.look(&look.path)));
        }
        self.kept.insert(look.path, kept);
    }

    /// A commit of which every file has been looked at.
    pub(super) fn head(&self) -> Option<&CommitId> {
        let by_us = self.before.as_ref().filter(|looked| looked.by == self.by);
        by_us.and_then(|looked| looked.head.as_ref())
    }

    /// What stands at a path. `is_enough` says whether a tally will do.
    pub(super) fn at(
        &mut self,
        path: &str,
        is_enough: impl Fn(&BlobId, &Tally) -> bool,
    ) -> Result<Standing, Fault> {
        let begun = clock::now_ns();
        let about = fs::symlink_metadata(self.place.absolute(path)).ok();
        let stat = about
            .filter(fs::Metadata::is_file)
            .as_ref()
            .and_then(Stat::of);
        if let (Some(stat), Some(kept)) = (stat, self.kept.get(path))
            && kept.stat == stat
            && !self.storing.may_convert(path)
        {
            match (&kept.blob, kept.tally) {
                (None, _) => return Ok(Standing::Read(Disk::NotText("it was none before"))),
                (Some(blob), Some(tally)) if is_enough(blob, &tally) => {
                    return Ok(Standing::AsBefore(blob.clone(), tally));
                }
                _ => {}
            }
        }
        // Whatever is written from here on, or between the two, gives another stat than this.
        let disk = read_of_many(self.place, &self.storing, path)?;
        self.note(path, &disk, stat.filter(|stat| stat.tells_after(begun)));
        Ok(Standing::Read(disk))
    }

    /// Notes what was read, where only the file's bytes decide what it is: no filter, no line ends to convert.
    fn note(&mut self, path: &str, disk: &Disk, stat: Option<Stat>) {
        let blob = match disk {
            Disk::Text {
                text,
                blob,
                line_ends: LineEnds::AsIs,
                ..
            } if !text.contains('\r') && !self.storing.may_convert(path) => {
                Some(Some(blob.clone()))
            }
            Disk::NotText(_) => Some(None),
            Disk::Text { .. } | Disk::Absent => None,
        };
        let Some((blob, stat)) = blob.zip(stat) else {
            if self.kept.remove(path).is_some() {
                self.news.insert(path.to_owned(), None);
            }
            return;
        };
        let kept = Kept {
            stat,
            blob,
            tally: None,
        };
        let is_new = self
            .kept
            .get(path)
            .is_none_or(|old| old.stat != kept.stat || old.blob != kept.blob);
        if is_new {
            self.news.insert(path.to_owned(), Some(kept.look(path)));
        }
        self.kept.insert(path.to_owned(), kept);
    }

    /// Notes what was counted in a text that was read.
    pub(super) fn count(&mut self, path: &str, blob: &BlobId, tally: Option<Tally>) {
        let kept = self.kept.get_mut(path);
        let Some(kept) = kept.filter(|kept| kept.blob.as_ref() == Some(blob)) else {
            return;
        };
        if tally.is_some() && kept.tally != tally {
            kept.tally = tally;
            let look = kept.look(path);
            self.news.insert(path.to_owned(), Some(look));
        }
    }

    /// The files in which lines were counted.
    pub(super) fn counted(&self) -> Vec<String> {
        let is_counted = |kept: &Kept| kept.tally.is_some_and(|tally| tally.counts.is_some());
        let counted = self.kept.iter().filter(|(_, kept)| is_counted(kept));
        counted.map(|(path, _)| path.clone()).collect()
    }

    /// What is among neither of these paths is forgotten.
    pub(super) fn forget_others(&mut self, named: &BTreeSet<String>, others: &BTreeSet<String>) {
        let is_other = |path: &&String| !named.contains(*path) && !others.contains(*path);
        let others = self.kept.keys().filter(is_other);
        let others: Vec<String> = others.cloned().collect();
        self.news
            .extend(others.into_iter().map(|path| (path, None)));
    }

    /// Keeps them; `head` is a commit of which every file was looked at. Where the ledger cannot be written, or others
    /// were faster, the files are read again the next time.
    pub(super) fn keep(self, ledger: &mut Ledger, head: Option<CommitId>) {
        let now = Looked {
            seq: self.seq,
            head,
            by: self.by,
        };
        if self.news.is_empty() && self.before.as_ref() == Some(&now) {
            return;
        }
        let mut found = Relook::default();
        for (path, look) in self.news {
            match look {
                Some(look) => found.put.push(look),
                None => found.drop.push(path),
            }
        }
        let before = self.before.as_ref();
        if let Err(error) = ledger.put_looks(&self.place.worktree, before, &now, &found) {
            tracing::debug!(%error, "what was found in the work tree is not kept");
        }
    }
}

impl Kept {
    fn look(&self, path: &str) -> Look {
        let body = |tally| serde_json::to_string(&tally).ok();
        Look {
            path: path.to_owned(),
            stat: self.stat,
            blob: self.blob.clone(),
            body: self.tally.and_then(body),
        }
    }
}
