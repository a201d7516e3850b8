//! Every file that has a region, with its lines counted by state.

use std::collections::BTreeMap;

use countersign_ledger::git::{CommitId, TreeChange, Version};
use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::review::{Authored, Knowledge, Region, State};
use countersign_provenance::{BlobId, Regions, Removal, RemovalId, Text};
use serde::{Deserialize, Serialize};

use super::known::{knowledge_about, origins_in};
use super::{Fault, generated};

/// Lines by state, without blank ones. A line counts once: as the first of
/// unreviewed, suspected, generated, claimed, confirmed that is true of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) unreviewed: u32,
    pub(crate) suspected: u32,
    pub(crate) confirmed: u32,
    pub(crate) claimed: u32,
    pub(crate) generated: u32,
    /// Removals with nothing in their place that nobody has confirmed.
    pub(crate) removals: u32,
}

impl Counts {
    /// Whether nobody has to look.
    pub(crate) fn is_settled(&self) -> bool {
        self.unreviewed == 0 && self.removals == 0
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.unreviewed += other.unreviewed;
        self.suspected += other.suspected;
        self.confirmed += other.confirmed;
        self.claimed += other.claimed;
        self.generated += other.generated;
        self.removals += other.removals;
    }
}

/// A text of a tree, with its raw regions.
pub(crate) struct Surveyed {
    pub(crate) path: String,
    pub(crate) text: Text,
    pub(crate) raw: Regions,
    pub(crate) authored: Authored,
    /// Where what is looked at begins and ends, in bytes, sorted: no region is shown across. Empty where all of the
    /// text is looked at.
    pub(crate) cuts: Vec<u32>,
    /// Whether `.gitattributes` calls it generated.
    pub(crate) by_attribute: bool,
}

/// Many texts and what is known of them all.
pub(crate) struct Survey {
    pub(crate) files: Vec<Surveyed>,
    pub(crate) knowledge: Knowledge,
    /// Files that an assistant deleted, with the removals that stand for them.
    pub(crate) deleted: BTreeMap<String, Vec<RemovalId>>,
}

impl Survey {
    /// The regions of a file; not cut by its units.
    pub(crate) fn regions(&self, file: &Surveyed) -> Vec<Region> {
        self.regions_within(file, &[])
    }

    /// The regions of a file, cut at these borders too (bytes, sorted).
    pub(crate) fn regions_within(&self, file: &Surveyed, borders: &[u32]) -> Vec<Region> {
        let mut borders = [borders, &file.cuts].concat();
        borders.sort_unstable();
        borders.dedup();
        self.knowledge
            .review(&file.text, &file.raw, &borders, file.authored)
    }

    /// The removals of a deleted file that nobody has confirmed.
    pub(crate) fn open_removals(&self, ids: &[RemovalId]) -> usize {
        let open = |id: &&RemovalId| {
            self.knowledge
                .removal_state(**id)
                .is_some_and(State::is_open)
        };
        ids.iter().filter(open).count()
    }
}

/// Gathers what is known of texts with regions. `version` is the state that they are of; `None`: the files on disk. `is_back`
/// says whether a deleted file stands again, at its path or, with the same text, at another.
pub(crate) fn survey(
    ledger: &Ledger,
    place: &Place,
    version: Option<&Version>,
    found: Vec<(String, String, Regions)>,
    is_back: impl Fn(&Removal) -> bool,
) -> Result<Survey, Fault> {
    let mut deleted: BTreeMap<String, Vec<RemovalId>> = BTreeMap::new();
    for (id, removal) in ledger.removals_of_deleted()? {
        if !is_back(&removal) {
            deleted.entry(removal.path).or_default().push(id);
        }
    }
    let origins = found
        .iter()
        .flat_map(|(_, _, raw)| origins_in(raw))
        .collect();
    let marks = found
        .iter()
        .flat_map(|(_, _, raw)| raw.marks.iter().map(|mark| mark.removal));
    let removals = marks.chain(deleted.values().flatten().copied()).collect();
    let knowledge = knowledge_about(ledger, origins, removals)?;
    let paths: Vec<String> = found.iter().map(|(path, _, _)| path.clone()).collect();
    let by_attribute = match version {
        Some(version) => generated::by_attribute_in(place, version, &paths),
        None => generated::by_attribute(place, &paths),
    };
    let file = |(path, text, raw): (String, String, Regions)| {
        let by_attribute = by_attribute.contains(&path);
        let authored = match by_attribute {
            true => Authored::Generated,
            false => generated::by_name_or_text(&path, &text),
        };
        Surveyed {
            text: Text::from(text.as_str()),
            path,
            raw,
            authored,
            cuts: Vec::new(),
            by_attribute,
        }
    };
    Ok(Survey {
        files: found.into_iter().map(file).collect(),
        knowledge,
        deleted,
    })
}

/// What git has at which path, where it is not what stood there before.
pub(super) type Come = Vec<(String, BlobId)>;

/// What a revision has that the commit did not have at which the ledger began.
pub(super) fn come(ledger: &Ledger, place: &Place, revision: &str) -> Result<Come, Fault> {
    let head = match git::rev_parse(place, revision) {
        Ok(head) => head,
        Err(git::GitError::UnknownRevision(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    come_since(place, None, ledger.born()?.as_ref(), &head)
}

/// What a commit has that the one did not have that was looked at last, else the one at which the ledger began.
pub(super) fn come_since(
    place: &Place,
    looked: Option<&CommitId>,
    born: Option<&CommitId>,
    head: &CommitId,
) -> Result<Come, Fault> {
    for known in [looked, born].into_iter().flatten() {
        // Where that commit is gone, it tells nothing.
        if let Ok(changes) = git::tree_diff(place, Some(known), head) {
            return Ok(with_text(changes));
        }
    }
    Ok(with_text(git::tree_diff(place, None, head)?))
}

fn with_text(changes: Vec<TreeChange>) -> Come {
    let text = |change: TreeChange| Some((change.path, change.new?));
    changes.into_iter().filter_map(text).collect()
}

/// Counts the lines of a text by the states of its regions.
pub(crate) fn count(text: &Text, regions: &[Region]) -> Counts {
    let mut lines: BTreeMap<u32, u8> = BTreeMap::new();
    let mut counts = Counts::default();
    for region in regions {
        if region.is_removal() {
            counts.removals += region.removals.len() as u32 * u32::from(region.state.is_open());
            continue;
        }
        for line in region.lines.0..=region.lines.1 {
            let start = text.line_start(line).max(region.bytes.start);
            let end = text.line_start(line + 1).min(region.bytes.end);
            if text.ink(start..end) > 0 {
                let rank = lines.entry(line).or_insert(u8::MAX);
                *rank = (*rank).min(rank_of(region.state));
            }
        }
    }
    for rank in lines.values() {
        match rank {
            0 => counts.unreviewed += 1,
            1 => counts.suspected += 1,
            2 => counts.generated += 1,
            3 => counts.claimed += 1,
            _ => counts.confirmed += 1,
        }
    }
    counts
}

fn rank_of(state: State) -> u8 {
    match state {
        State::Unreviewed => 0,
        State::Suspected => 1,
        State::Generated => 2,
        State::Claimed => 3,
        State::Confirmed => 4,
    }
}
