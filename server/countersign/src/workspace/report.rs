//! What an agent's program reported becomes facts.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use countersign_ledger::{
    Batch, Head, Ledger, Pending, Place, append_or_spool, git, locate, new_fact_id,
};
use countersign_provenance::carry::{Carried, Source, attribute, carry};
use countersign_provenance::removal::{Tolerance, taken};
use countersign_provenance::{
    BlobId, Evidence, Fact, InkIndex, Origin, Regions, Removal, Statement, Stretch, Text,
    TextFact, count_tokens,
};
use serde::{Deserialize, Serialize};

use super::Fault;
use super::file::{Disk, read};
use super::known::{From, knowledge_of, regions_of, without_returned};
use super::sighting::{Offered, Original, Phase, Sighting, Target};

/// How long a hook waits for the ledger before it writes beside it.
const PATIENCE: Duration = Duration::from_millis(50);
/// A text below this many tokens does not speak for its twins.
const TWIN_TOKENS: usize = 24;

/// Takes in what an agent's program tells.
pub(crate) fn report(sighting: &Sighting, at: i64) -> Result<(), Fault> {
    match &sighting.target {
        Target::File { path, offered, original } => {
            let place = locate(path);
            let Some(relative) = place.relative(path) else { return Ok(()) };
            if is_ignored(&place, &relative)? {
                return Ok(());
            }
            let call = Call { sighting, place: &place, at, key: key(sighting, &relative) };
            match sighting.phase {
                Phase::Before => call.before_file(&relative),
                Phase::After => call.after_file(&relative, offered, original.as_ref()),
            }
        }
        Target::Shell { folder } => {
            let place = locate(folder);
            let call = Call { sighting, place: &place, at, key: key(sighting, "") };
            match sighting.phase {
                Phase::Before => call.before_shell(),
                Phase::After => call.after_shell(),
            }
        }
        Target::Session => Ok(()),
    }
}

fn key(sighting: &Sighting, path: &str) -> Option<String> {
    let session = sighting.session.as_deref().unwrap_or("");
    Some(format!("{}\n{session}\n{}\n{path}", sighting.agent, sighting.call.as_deref()?))
}

fn is_ignored(place: &Place, relative: &str) -> Result<bool, Fault> {
    if place.git_dir.is_none() {
        return Ok(false);
    }
    // Without git nothing can be ignored, and marks matter more.
    Ok(git::ignored(place, &[relative]).is_ok_and(|ignored| !ignored.is_empty()))
}

/// One call of a tool, in the repository that it works on.
pub(super) struct Call<'a> {
    pub(super) sighting: &'a Sighting,
    pub(super) place: &'a Place,
    pub(super) at: i64,
    /// Names the call; `None` where the agent gives it no name.
    pub(super) key: Option<String>,
}

/// What was seen of a file before a call.
#[derive(Debug, Serialize, Deserialize)]
struct FileBefore {
    /// The newest fact then.
    seq: i64,
    /// The text's name; `None` where there was no file.
    blob: Option<String>,
}

/// A changed file, ready to be judged.
pub(super) struct Change<'a> {
    /// Relative to the work tree.
    pub(super) path: &'a str,
    /// The text before; `None` where there was no file.
    pub(super) before: Option<&'a str>,
    /// Texts that git knew, where the agent may have taken them from.
    pub(super) known: &'a [String],
    /// What now stands there.
    pub(super) after: Disk,
    /// What was announced.
    pub(super) offered: &'a Offered,
    /// Which dropped or added characters count for nothing.
    pub(super) tolerance: Tolerance,
    /// The newest fact when the text before was seen; `None` where it was not.
    pub(super) seen_at: Option<i64>,
}

impl Call<'_> {
    fn before_file(&self, path: &str) -> Result<(), Fault> {
        let Some(key) = &self.key else { return Ok(()) };
        let disk = read(self.place, path)?;
        let seq = Ledger::open_existing(self.place)?.map_or(Ok(0), |ledger| ledger.last_seq())?;
        let body = FileBefore { seq, blob: disk.blob().map(ToString::to_string) };
        let pending = Pending { key: key.clone(), at: self.at, body: json(&body) };
        let batch = Batch {
            snapshots: disk.snapshot().into_iter().collect(),
            pending: Some(pending),
            ..Batch::default()
        };
        self.write(&batch)
    }

    fn after_file(
        &self,
        path: &str,
        offered: &Offered,
        original: Option<&Original>,
    ) -> Result<(), Fault> {
        let ledger = Ledger::open(self.place)?;
        let after = read(self.place, path)?;
        let event = match &self.key {
            Some(key) => key.clone(),
            None => self.nameless(path, &after),
        };
        let seen = self.key.as_deref().map(|key| ledger.pending(key)).transpose()?.flatten();
        let seen: Option<FileBefore> = seen.and_then(|p| serde_json::from_str(&p.body).ok());
        let seen_at = seen.as_ref().map(|seen| seen.seq);
        let before = match seen {
            Some(FileBefore { blob, .. }) => match blob.and_then(BlobId::new) {
                Some(blob) => ledger.snapshot(&blob)?,
                None => None,
            },
            None => self.text_before(&ledger, path, original)?,
        };
        let change = Change {
            path,
            before: before.as_deref(),
            known: &[],
            after,
            offered,
            tolerance: Tolerance::Edit,
            seen_at,
        };
        let mut batch = self.facts(&ledger, change)?;
        batch.event = Some(event);
        batch.done_pending = self.key.clone();
        drop(ledger);
        self.write(&batch)
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
        original: Option<&Original>,
    ) -> Result<Option<String>, Fault> {
        match original {
            Some(Original::Absent) => return Ok(None),
            Some(Original::Text(text)) => return Ok(Some(text.clone())),
            None => {}
        }
        let head = ledger.head(&self.place.worktree, path)?.and_then(|head| head.blob);
        if let Some(text) = head.map(|blob| ledger.snapshot(&blob)).transpose()?.flatten() {
            return Ok(Some(text));
        }
        Ok(self.committed(path))
    }

    /// The text that HEAD has at a path.
    fn committed(&self, path: &str) -> Option<String> {
        self.place.git_dir.as_ref()?;
        let text = git::read_at(self.place, "HEAD", &[path.to_owned()]).ok()?.pop()??;
        String::from_utf8(text).ok()
    }

    pub(super) fn write(&self, batch: &Batch) -> Result<(), Fault> {
        append_or_spool(self.place, batch, PATIENCE)?;
        Ok(())
    }

    /// The facts about one changed file.
    pub(super) fn facts(&self, ledger: &Ledger, change: Change<'_>) -> Result<Batch, Fault> {
        match &change.after {
            Disk::Text { text, blob, .. } => self.facts_of_text(ledger, &change, text, blob),
            Disk::Absent => self.facts_of_deletion(ledger, &change),
            Disk::NotText(_) => Ok(Batch::default()),
        }
    }

    fn facts_of_text(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
        after: &str,
        blob: &BlobId,
    ) -> Result<Batch, Fault> {
        let path = change.path;
        let head = self.head(path, &change.after);
        let earlier = change.seen_at.is_some_and(|seq| {
            ledger.text_seq(path, blob).ok().flatten().is_some_and(|known| known <= seq)
        });
        if change.before == Some(after) || earlier {
            let snapshots = vec![(blob.clone(), after.to_owned())];
            return Ok(Batch { heads: vec![head], snapshots, ..Batch::default() });
        }
        let before_text = change.before.unwrap_or("");
        let before = self.blob(before_text);
        let regions = regions_of(ledger, self.place, path, &before, before_text)?.regions;
        let journal = ledger.journal(&self.place.worktree, path)?;
        let journal_regions = match &journal {
            Some(j) => regions_of(ledger, self.place, path, &j.blob, &j.text)?,
            None => super::known::Known { regions: Regions::default(), from: From::Nothing },
        };
        let nothing = Regions::default();
        let mut sources = vec![Source::new(before_text, &regions)];
        sources.extend(journal.iter().map(|journal| Source {
            text: &journal.text,
            regions: &journal_regions.regions,
            only: Some(&journal.typed),
        }));
        sources.extend(change.known.iter().map(|text| Source::new(text, &nothing)));
        let carried = carry(&sources, after);
        let mut facts = Vec::new();
        let origins = Origins::of(self, change, before_text, after);
        let mut found = origins.attribute(&carried, change, after, &mut facts);
        let removals = self.removals(ledger, change, before_text, &before, &regions, &carried)?;
        let by = origins.first(&mut facts, !removals.is_empty());
        for (taken, lines_at) in removals {
            let id = new_fact_id();
            found.marks.push(countersign_provenance::Mark { at: lines_at, removal: id });
            facts.push(self.fact(id, Statement::Removal(Removal { origin: by, ..taken })));
        }
        let whole = Text::from(after);
        let mut spans = carried.regions.spans.clone();
        spans.append(&mut found.spans);
        let mut marks = without_returned(ledger, carried.regions, after)?.marks;
        marks.append(&mut found.marks);
        let regions = Regions::new(&whole, spans, marks);
        let bound = self.is_bound(change, after, blob);
        let fact = TextFact { blob: blob.clone(), path: path.to_owned(), bound, regions };
        facts.push(self.fact(new_fact_id(), Statement::Text(fact)));
        let mut snapshots = vec![(blob.clone(), after.to_owned())];
        if !before_text.is_empty() {
            snapshots.push((before, before_text.to_owned()));
        }
        Ok(Batch { facts, snapshots, heads: vec![head], ..Batch::default() })
    }

    /// What the change took away, each with the place of its mark.
    fn removals(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
        before: &str,
        blob: &BlobId,
        regions: &Regions,
        carried: &Carried,
    ) -> Result<Vec<(Removal, u32)>, Fault> {
        if carried.gone.is_empty() {
            return Ok(Vec::new());
        }
        let knowledge = knowledge_of(ledger, [regions])?;
        let open = knowledge.states(&Text::from(before), regions);
        let open = open.into_iter().filter(|(_, state)| state.is_open());
        let open: Vec<_> = open.map(|(span, _)| span.bytes).collect();
        let taken = taken(before, &carried.gone, &open, change.tolerance);
        Ok(taken
            .into_iter()
            .map(|taken| {
                let removal = Removal {
                    origin: countersign_provenance::FactId(0),
                    path: change.path.to_owned(),
                    before: blob.clone(),
                    removed: taken.removed,
                    lines: taken.lines,
                    occurrences: taken.occurrences,
                    whole_file: false,
                };
                (removal, taken.at)
            })
            .collect())
    }

    fn facts_of_deletion(&self, ledger: &Ledger, change: &Change<'_>) -> Result<Batch, Fault> {
        let head = self.head(change.path, &change.after);
        let Some(before) = change.before.filter(|text| !text.trim().is_empty()) else {
            return Ok(Batch { heads: vec![head], ..Batch::default() });
        };
        let blob = self.blob(before);
        let regions = regions_of(ledger, self.place, change.path, &blob, before)?.regions;
        let all = 0..before.len() as u32;
        let carried = Carried {
            gone: vec![countersign_provenance::carry::Gone { old: all, at: 0 }],
            ..Carried::default()
        };
        let removals = self.removals(ledger, change, before, &blob, &regions, &carried)?;
        let mut facts = Vec::new();
        if !removals.is_empty() {
            let origin = self.fact(new_fact_id(), Statement::Origin(self.origin(Evidence::Reported)));
            let lines = removals.iter().map(|(removal, _)| removal.lines).sum();
            let removed = removals.iter().flat_map(|(removal, _)| removal.removed.clone()).collect();
            let removal = Removal {
                origin: origin.id,
                path: change.path.to_owned(),
                before: blob.clone(),
                removed,
                lines,
                occurrences: 1,
                whole_file: true,
            };
            facts.push(origin);
            facts.push(self.fact(new_fact_id(), Statement::Removal(removal)));
        }
        let snapshots = vec![(blob, before.to_owned())];
        Ok(Batch { facts, snapshots, heads: vec![head], ..Batch::default() })
    }

    pub(super) fn fact(&self, id: countersign_provenance::FactId, statement: Statement) -> Fact {
        Fact { id, at: self.at, by: String::new(), statement }
    }

    fn origin(&self, evidence: Evidence) -> Origin {
        Origin {
            source: self.sighting.agent.to_owned(),
            model: self.sighting.model.clone(),
            session: self.sighting.session.clone(),
            evidence,
            at: self.at,
        }
    }

    fn head(&self, path: &str, disk: &Disk) -> Head {
        let (mtime_ns, size) = disk.stat();
        Head {
            worktree: self.place.worktree.clone(),
            path: path.to_owned(),
            blob: disk.blob().cloned(),
            mtime_ns,
            size,
        }
    }

    fn blob(&self, text: &str) -> BlobId {
        git::blob_id(text.as_bytes(), git::object_format(self.place))
    }

    /// A text speaks for its own path only where it is short, or where its very
    /// twin stood in the repository before this call made it.
    fn is_bound(&self, change: &Change<'_>, after: &str, blob: &BlobId) -> bool {
        if count_tokens(after, TWIN_TOKENS) < TWIN_TOKENS {
            return true;
        }
        let made_here = change.before.is_none() && self.place.git_dir.is_some();
        made_here && git::known_blobs(self.place, std::slice::from_ref(blob)).is_ok_and(|known| known == [true])
    }
}

/// The origins that one change of one file may need: made when first used.
struct Origins {
    reported: Fact,
    suspected: Fact,
    certain: Certainty,
}

/// How sure it is that the agent wrote what is new.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Certainty {
    /// Nothing else can have.
    All,
    /// Only what it announced.
    Announced,
}

impl Origins {
    fn of(call: &Call<'_>, change: &Change<'_>, before: &str, after: &str) -> Self {
        let seen = change.seen_at.is_some() && *change.offered == Offered::Unknown;
        let certain = if seen || change.offered.explains(before, after) {
            Certainty::All
        } else {
            Certainty::Announced
        };
        let origin = |evidence| call.fact(new_fact_id(), Statement::Origin(call.origin(evidence)));
        Origins {
            reported: origin(Evidence::Reported),
            suspected: origin(Evidence::Suspected),
            certain,
        }
    }

    /// Gives what is new to its origin, and the origins used to `facts`.
    fn attribute(
        &self,
        carried: &Carried,
        change: &Change<'_>,
        after: &str,
        facts: &mut Vec<Fact>,
    ) -> Regions {
        let ink = InkIndex::new(after);
        let mut found = Regions::default();
        let mut used = HashSet::new();
        for range in &carried.fresh {
            let text = &after[range.start as usize..range.end as usize];
            if change.before.is_some() && change.tolerance.is_layout(text) {
                continue;
            }
            let sure = self.certain == Certainty::All || change.offered.covers(text);
            let origin = if sure { &self.reported } else { &self.suspected };
            if used.insert(origin.id) {
                facts.push(origin.clone());
            }
            found.spans.push(attribute(&ink, range.clone(), origin.id));
        }
        found
    }

    /// The origin that stands for what was taken away.
    fn first(&self, facts: &mut Vec<Fact>, needed: bool) -> countersign_provenance::FactId {
        if needed && facts.iter().all(|fact| fact.id != self.reported.id) {
            facts.push(self.reported.clone());
        }
        self.reported.id
    }
}

pub(super) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The stretches of spans.
pub(crate) fn stretches(regions: &Regions) -> Vec<Stretch> {
    regions.spans.iter().map(countersign_provenance::Span::stretch).collect()
}

/// Whether a path lies inside a folder.
pub(crate) fn is_inside(path: &Path, folder: &Path) -> bool {
    path.starts_with(folder)
}
