//! What an agent's program reported becomes facts.

mod beside;
mod change;
mod deletion;
mod moved;
mod origins;
mod recreated;
mod sources;
mod taken;

use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use countersign_ledger::{Batch, Head, Ledger, Pending, Place, Written, git, locate_within};
use countersign_provenance::{BlobId, Evidence, Fact, FactId, Origin, Statement};
use serde::{Deserialize, Serialize};

use super::Fault;
use super::file::{Disk, read};
use super::recognise::World;
use super::shell;
use super::sighting::{Offered, Original, Phase, Sighting, Target};
pub(super) use beside::{Beside, Elsewhere};
pub(super) use change::{Before, Change, KnownText};

/// How often facts are worked out anew where another call was faster.
const TRIES: u32 = 4;
/// What was begun and not ended for so long, in milliseconds, never will be.
const FORGOTTEN: i64 = 7 * 24 * 60 * 60 * 1000;

/// Takes in what an agent's program tells.
pub(crate) fn report(sighting: &Sighting<'_>, at: i64) -> Result<(), Fault> {
    match &sighting.target {
        Target::File {
            path,
            offered,
            original,
        } => {
            let place = locate_within(path, &sighting.folders);
            let Some(relative) = place.relative(path) else {
                return Ok(());
            };
            let call = Call::of(sighting, &place, at, &relative);
            match sighting.phase {
                Phase::Before => call.before_file(&relative),
                Phase::After => call.after_file(&relative, offered, original.as_ref()),
            }
        }
        Target::Shell { took } => {
            let places = shell::places(&sighting.folders);
            let made = match sighting.phase {
                Phase::Before => Vec::new(),
                Phase::After => made_meanwhile(sighting, &places, at),
            };
            let tell = |place: &Place, folder: &Path| {
                let call = Call::of(sighting, place, at, "");
                match sighting.phase {
                    Phase::Before => call.before_shell(folder),
                    Phase::After if made.contains(&place.root) => call.after_shell_made(),
                    Phase::After => call.after_shell(folder, *took),
                }
            };
            shell::each_place(&places, tell)
        }
    }
}

/// The repositories that a command has made inside the first of these: its beginning was told there, and not to them.
fn made_meanwhile(sighting: &Sighting<'_>, places: &[(Place, PathBuf)], at: i64) -> Vec<PathBuf> {
    let [(first, _), others @ ..] = places else {
        return Vec::new();
    };
    let others = others.iter().map(|(place, _)| place);
    let untold: Vec<&Place> = others.filter(|place| !place.dir.is_dir()).collect();
    let key = Call::of(sighting, first, at, "").key;
    let (Some(key), false) = (key, untold.is_empty()) else {
        return Vec::new();
    };
    let ledger = Ledger::open_for_hook(first).ok();
    let begun = ledger.and_then(|ledger| ledger.pending(&key).ok().flatten());
    let Some(begun) = begun else {
        return Vec::new();
    };
    let made = untold.into_iter();
    let made = made.filter(|place| git::began_here(place, begun.at));
    made.map(|place| place.root.clone()).collect()
}

fn key(sighting: &Sighting<'_>, path: &str) -> Option<String> {
    let session = sighting.session.as_deref().unwrap_or("");
    Some(format!(
        "{}\n{session}\n{}\n{path}",
        sighting.agent,
        sighting.call.as_deref()?
    ))
}

/// Without git nothing can be ignored, and marks matter more.
fn is_ignored(place: &Place, relative: &str) -> bool {
    git::ask_ignored(place, &[relative]).is_ok_and(is_any)
}

fn is_any(ignored: git::Ignored) -> bool {
    ignored.answer().is_ok_and(|ignored| !ignored.is_empty())
}

/// One call of a tool, in the repository that it works on.
pub(super) struct Call<'a> {
    pub(super) sighting: &'a Sighting<'a>,
    pub(super) place: &'a Place,
    /// The files on disk.
    pub(super) world: World<'a>,
    pub(super) at: i64,
    /// Names the call; `None` where the agent gives it no name.
    pub(super) key: Option<String>,
}

/// What the ledger held when a call began.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Since {
    /// The newest fact.
    pub(super) seq: i64,
    /// The newest save of an editor.
    save: i64,
}

/// What was seen of a file before a call.
#[derive(Debug, Serialize, Deserialize)]
struct FileBefore {
    since: Since,
    /// The text's name; `None` where there was no file.
    blob: Option<String>,
}

impl Since {
    pub(super) fn now(ledger: &Ledger) -> Result<Self, Fault> {
        Ok(Since {
            seq: ledger.last_seq()?,
            save: ledger.last_save()?,
        })
    }
}

impl<'a> Call<'a> {
    fn of(sighting: &'a Sighting<'a>, place: &'a Place, at: i64, path: &str) -> Self {
        Call {
            sighting,
            place,
            world: World::work_tree(place),
            at,
            key: key(sighting, path),
        }
    }
}

impl Call<'_> {
    fn before_file(&self, path: &str) -> Result<(), Fault> {
        let Some(key) = &self.key else { return Ok(()) };
        // Git needs some milliseconds: the rest is done meanwhile.
        let ignored = git::ask_ignored(self.place, &[path]);
        let (ledger, disk) = self.opened_and_read(path)?;
        if ignored.is_ok_and(is_any) {
            return Ok(());
        }
        let blob = disk.blob().map(ToString::to_string);
        let snapshots = disk.snapshot().into_iter().collect();
        self.begin(ledger, key, snapshots, |since| FileBefore { since, blob })
    }

    fn after_file(
        &self,
        path: &str,
        offered: &Offered,
        original: Option<&Original<'_>>,
    ) -> Result<(), Fault> {
        let (ledger, after) = self.opened_and_read(path)?;
        self.end(ledger, |ledger| {
            let seen = self.begun::<FileBefore>(ledger)?;
            if seen.is_none() && is_ignored(self.place, path) {
                return Ok(Batch::default());
            }
            let blob = seen
                .as_ref()
                .and_then(|seen| BlobId::new(seen.blob.as_deref()?));
            let before = match &seen {
                Some(FileBefore { blob, .. }) => snapshot(ledger, blob.as_deref())?,
                None => self.text_before(ledger, path, original)?,
            };
            let before = before.as_deref().map(|text| Before {
                path,
                text,
                blob: blob.as_ref(),
                known: None,
            });
            let told = match (&seen, original) {
                (Some(_), Some(original)) => original.text(),
                _ => None,
            };
            let told = told.filter(|told| before.is_none_or(|before| before.text != told));
            let told = told.map(KnownText::unknown);
            let mut batch = self.facts(
                ledger,
                &Change {
                    path,
                    before,
                    known: told.as_slice(),
                    made_beside: &[],
                    after: &after,
                    offered,
                    since: seen.map(|seen| seen.since),
                    has_twin: self.has_twin(offered, &after),
                    beside: Beside::nothing(),
                },
            )?;
            batch.event = Some(
                self.key
                    .clone()
                    .unwrap_or_else(|| self.nameless(path, &after)),
            );
            Ok(batch)
        })
    }

    /// The ledger, and what now stands at a path: the one is opened while the other is read.
    fn opened_and_read(&self, path: &str) -> Result<(Ledger, Disk), Fault> {
        let read = || read(self.place, path);
        let (ledger, disk) = thread::scope(|scope| {
            let reading = thread::Builder::new().spawn_scoped(scope, read);
            let ledger = Ledger::open_for_hook(self.place);
            let disk = reading.map(|thread| thread.join().unwrap_or_else(|it| resume_unwind(it)));
            // A system that gives no thread reads the file all the same.
            (ledger, disk.unwrap_or_else(|_| read()))
        });
        Ok((ledger?, disk?))
    }

    fn nameless(&self, path: &str, after: &Disk) -> String {
        let session = self.sighting.session.as_deref().unwrap_or("");
        let blob = after.blob().map(ToString::to_string).unwrap_or_default();
        format!("{}\n{session}\n{path}\n{blob}", self.sighting.agent)
    }

    /// The text before a call whose beginning was not told.
    fn text_before(
        &self,
        ledger: &Ledger,
        path: &str,
        original: Option<&Original<'_>>,
    ) -> Result<Option<String>, Fault> {
        if let Some(original) = original {
            return Ok(original.text());
        }
        let head = ledger
            .head(&self.place.worktree, path)?
            .and_then(|head| head.blob);
        if let Some(text) = head
            .map(|blob| ledger.snapshot(&blob))
            .transpose()?
            .flatten()
        {
            return Ok(Some(text));
        }
        Ok(self.committed(path))
    }

    /// The text that HEAD has at a path.
    fn committed(&self, path: &str) -> Option<String> {
        self.place.git_dir.as_ref()?;
        let text = git::read_at(self.place, "HEAD", &[path.to_owned()])
            .ok()?
            .pop()??;
        String::from_utf8(text).ok()
    }

    /// Whether a file that was written whole is one that git knew: a copy.
    fn has_twin(&self, offered: &Offered, after: &Disk) -> bool {
        let Some(blob) = after.blob() else {
            return false;
        };
        let whole = !matches!(offered, Offered::Replace(_)) && self.place.git_dir.is_some();
        let known = || git::known_blobs(self.place, std::slice::from_ref(blob));
        whole && known().is_ok_and(|known| known == [true])
    }

    /// Remembers what was seen before the call; `body` is told what the ledger holds.
    pub(super) fn begin<T: Serialize>(
        &self,
        mut ledger: Ledger,
        key: &str,
        snapshots: Vec<(BlobId, Arc<String>)>,
        body: impl FnOnce(Since) -> T,
    ) -> Result<(), Fault> {
        let body = json(&body(Since::now(&ledger)?));
        let pending = Pending {
            key: key.to_owned(),
            at: self.at,
            body,
        };
        let batch = Batch {
            snapshots,
            pending: Some(pending),
            ..Batch::default()
        };
        ledger.append_or_spool(&batch)?;
        Ok(())
    }

    /// What was seen before the call; `None` where it was not told.
    pub(super) fn begun<T: for<'de> Deserialize<'de>>(
        &self,
        ledger: &Ledger,
    ) -> Result<Option<T>, Fault> {
        let Some(key) = &self.key else {
            return Ok(None);
        };
        let pending = ledger.pending(key)?;
        Ok(pending.and_then(|pending| serde_json::from_str(&pending.body).ok()))
    }

    /// Writes what a call has done. Where another call tells of the same file
    /// at the same time, one of them looks again.
    pub(super) fn end(
        &self,
        mut ledger: Ledger,
        work: impl Fn(&Ledger) -> Result<Batch, Fault>,
    ) -> Result<(), Fault> {
        for tries in 1..=TRIES {
            let basis = ledger.last_seq()?;
            let mut batch = work(&ledger)?;
            batch.done_pending.clone_from(&self.key);
            batch.basis = (tries < TRIES).then_some(basis);
            if ledger.append_or_spool(&batch)? != Written::Outdated {
                break;
            }
        }
        // What is kept too long costs only room.
        let _expired = ledger.expire_pending(self.sighting.agent, self.at - FORGOTTEN);
        Ok(())
    }

    pub(super) fn fact(&self, id: FactId, statement: Statement) -> Fact {
        Fact {
            id,
            at: self.at,
            by: String::new(),
            statement,
        }
    }

    fn origin(&self, evidence: Evidence) -> Statement {
        Statement::Origin(Origin {
            source: self.sighting.agent.to_owned(),
            model: self.sighting.model.clone(),
            session: self.sighting.session.clone(),
            evidence,
            at: self.at,
        })
    }

    pub(super) fn head(&self, path: &str, disk: &Disk) -> Head {
        let (mtime_ns, size) = disk.stat();
        Head {
            worktree: self.place.worktree.clone(),
            path: path.to_owned(),
            blob: disk.blob().cloned(),
            mtime_ns,
            size,
        }
    }
}

/// The text of a name that was kept as hex.
pub(super) fn snapshot(ledger: &Ledger, blob: Option<&str>) -> Result<Option<String>, Fault> {
    let blob = blob.and_then(BlobId::new);
    Ok(blob
        .map(|blob| ledger.snapshot(&blob))
        .transpose()?
        .flatten())
}

pub(super) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
