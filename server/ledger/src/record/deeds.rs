//! The fields of records about what was taken away and what people did, and
//! the checks before they become a fact.

use countersign_provenance::{Act, ActKind, BlobId, FactId, Removal, Stretch};
use serde::{Deserialize, Serialize};

use super::bodies::{StretchRow, ids, rows, stretches};
use crate::git::CommitId;

use super::words::{level_name, level_named, sorted, sound_path};

#[derive(Serialize, Deserialize)]
pub(super) struct RemovalBody {
    origin: String,
    path: String,
    before: String,
    removed: Vec<(u32, u32)>,
    lines: u32,
    occurrences: u32,
    #[serde(default)]
    whole_file: bool,
}

/// A stretch, and what it was before: origin and where its ink begins there.
type MovedRow = (String, u32, u32, Option<(String, u32)>);

#[derive(Serialize, Deserialize)]
pub(super) struct MovedBody {
    moved: Vec<MovedRow>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReturnedBody {
    removal: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ActBody {
    level: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    answers: Vec<(String, String)>,
    blob: String,
    path: String,
    stretches: Vec<StretchRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    removals: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct UndoBody {
    fact: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct BeganBody {
    commit: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PrunedBody {
    pub(super) before: i64,
}

impl BeganBody {
    pub(super) fn of(commit: &str) -> Self {
        BeganBody {
            commit: commit.to_owned(),
        }
    }

    pub(super) fn into_commit(self) -> Option<String> {
        let names_one = CommitId::new(self.commit.as_str()).is_some();
        (names_one || self.commit.is_empty()).then_some(self.commit)
    }
}

impl PrunedBody {
    pub(super) fn of(before: i64) -> Self {
        PrunedBody { before }
    }
}

impl RemovalBody {
    pub(super) fn of(removal: &Removal) -> Self {
        RemovalBody {
            origin: removal.origin.to_string(),
            path: removal.path.clone(),
            before: removal.before.to_string(),
            removed: removal
                .removed
                .iter()
                .map(|range| (range.start, range.end))
                .collect(),
            lines: removal.lines,
            occurrences: removal.occurrences,
            whole_file: removal.whole_file,
        }
    }

    pub(super) fn into_removal(self) -> Option<Removal> {
        let removed: Vec<_> = self
            .removed
            .into_iter()
            .map(|(start, end)| start..end)
            .collect();
        sorted(removed.iter()).then_some(())?;
        Some(Removal {
            origin: self.origin.parse().ok()?,
            path: sound_path(self.path)?,
            before: BlobId::new(self.before)?,
            removed,
            lines: self.lines,
            occurrences: self.occurrences,
            whole_file: self.whole_file,
        })
    }
}

impl MovedBody {
    pub(super) fn of(parts: &[(Stretch, Option<Stretch>)]) -> Self {
        let before = |stretch: &Stretch| (stretch.origin.to_string(), stretch.ink.start);
        let row = |(now, was): &(Stretch, Option<Stretch>)| {
            let ink = &now.ink;
            (
                now.origin.to_string(),
                ink.start,
                ink.end,
                was.as_ref().map(before),
            )
        };
        MovedBody {
            moved: parts.iter().map(row).collect(),
        }
    }

    pub(super) fn into_parts(self) -> Option<Vec<(Stretch, Option<Stretch>)>> {
        let part = |(origin, start, end, was): MovedRow| {
            let length = end.checked_sub(start).filter(|length| *length > 0)?;
            let before = |(origin, start): (String, u32)| {
                Some(Stretch {
                    origin: origin.parse().ok()?,
                    ink: start..start.checked_add(length)?,
                })
            };
            let now = Stretch {
                origin: origin.parse().ok()?,
                ink: start..end,
            };
            let was = match was {
                Some(was) => Some(before(was)?),
                None => None,
            };
            Some((now, was))
        };
        self.moved.into_iter().map(part).collect()
    }
}

impl ReturnedBody {
    pub(super) fn of(removal: FactId) -> Self {
        ReturnedBody {
            removal: removal.to_string(),
        }
    }

    pub(super) fn into_removal(self) -> Option<FactId> {
        self.removal.parse().ok()
    }
}

impl ActBody {
    pub(super) fn of(act: &Act) -> Self {
        ActBody {
            level: level_name(act.level).to_owned(),
            note: act.note.clone(),
            answers: act.answers.clone(),
            blob: act.blob.to_string(),
            path: act.path.clone(),
            stretches: rows(&act.stretches),
            removals: act.removals.iter().map(FactId::to_string).collect(),
        }
    }

    pub(super) fn into_act(self, kind: ActKind) -> Option<Act> {
        Some(Act {
            kind,
            level: level_named(&self.level)?,
            note: self.note,
            answers: self.answers,
            blob: BlobId::new(self.blob)?,
            path: sound_path(self.path)?,
            stretches: stretches(self.stretches)?,
            removals: ids(&self.removals)?,
        })
    }
}

impl UndoBody {
    pub(super) fn of(fact: FactId) -> Self {
        UndoBody {
            fact: fact.to_string(),
        }
    }

    pub(super) fn into_fact(self) -> Option<FactId> {
        self.fact.parse().ok()
    }
}
