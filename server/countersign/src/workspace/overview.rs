//! What waits for review in files that no editor has open.

use std::collections::HashMap;
use std::ops::ControlFlow;

use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::review::{Authored, Knowledge};
use countersign_provenance::{BlobId, Encoding, Position, RemovalId, Text};

use super::Fault;
use super::deleted::marked;
use super::findings::{Finding, findings};
use super::survey::{Counts, Survey, Surveyed};
use super::units;
use super::work_tree::{Manner, Step, WorkTree, work_tree};

/// A file of the work tree that somebody should look at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Waiting {
    /// Relative to the root.
    pub(crate) path: String,
    /// Its lines by state.
    pub(crate) counts: Counts,
    /// Its findings with the places of their first lines, without remnants.
    pub(crate) findings: Vec<(Finding, (Position, Position))>,
}

/// What was found in the files of a work tree, for the next time: a file that is as it was is not read again.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// The newest fact that was heeded.
    seq: i64,
    /// By path, with the text's name.
    files: HashMap<String, (BlobId, Waiting)>,
}

impl Remembered {
    /// Forgets what facts have come about since.
    fn follow(&mut self, ledger: &Ledger) -> Result<(), Fault> {
        let since = ledger.paths_since(self.seq)?;
        self.seq = since.seq;
        let is_touched = |path: &String, blob: &BlobId| {
            since.acts || since.paths.contains(path) || since.blobs.contains(blob)
        };
        self.files.retain(|path, (blob, _)| !is_touched(path, blob));
        Ok(())
    }

    fn holds(&self, path: &str, blob: &BlobId, counts: Counts) -> bool {
        let known = self.files.get(path);
        known.is_some_and(|(known, waiting)| known == blob && waiting.counts == counts)
    }
}

/// The files of a work tree that somebody should look at. `step` may end it early; what was found so far is given.
/// `pace` is called often meanwhile.
pub(crate) fn overview(
    place: &Place,
    encoding: Encoding,
    remembered: &mut Remembered,
    step: &mut dyn FnMut(Step) -> ControlFlow<()>,
    pace: fn(),
) -> Result<Vec<Waiting>, Fault> {
    let Some(mut ledger) = Ledger::open_known(place)? else {
        return Ok(Vec::new());
    };
    remembered.follow(&ledger)?;
    let known = &*remembered;
    let manner = Manner {
        step,
        is_enough: &|path, blob, counts| !asks(counts) || known.holds(path, blob, counts),
    };
    let WorkTree {
        survey,
        mut counts,
        unread,
    } = work_tree(&mut ledger, place, manner)?;
    for (path, fault) in unread {
        tracing::debug!("{path} is left out: {fault}");
    }
    let mut files = HashMap::new();
    for file in &survey.files {
        let counts = counts.remove(&file.path).filter(|counts| asks(*counts));
        let found =
            counts.map(|counts| of_file(&mut ledger, &survey, file, counts, encoding, pace));
        files.extend(found.map(|(blob, waiting)| (file.path.clone(), (blob, waiting))));
    }
    for path in counts
        .into_iter()
        .filter(|(_, counts)| asks(*counts))
        .map(|(path, _)| path)
    {
        files.extend(remembered.files.remove_entry(&path));
    }
    remembered.files = files;
    let mut waiting: Vec<Waiting> = remembered
        .files
        .values()
        .map(|(_, it)| it.clone())
        .collect();
    for (path, ids) in &survey.deleted {
        let counts = Counts {
            removals: survey.open_removals(ids) as u32,
            ..Counts::default()
        };
        if counts.removals > 0 {
            waiting.push(of_deleted(&survey.knowledge, path, ids, counts));
        }
    }
    waiting.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(waiting)
}

/// Takes shared facts that have come into the ledger of a place.
pub(crate) fn take_in_notes(place: &Place) {
    if let Err(error) = Ledger::open_known(place) {
        tracing::warn!(%error, "shared facts are not taken in for now");
    }
}

/// Whether somebody should look.
fn asks(counts: Counts) -> bool {
    !counts.is_settled() || counts.suspected > 0
}

fn of_deleted(knowledge: &Knowledge, path: &str, ids: &[RemovalId], counts: Counts) -> Waiting {
    let text = Text::from("");
    let raw = marked(ids.iter().copied());
    let regions = knowledge.review(&text, &raw, &[], Authored::ByHand);
    let start = Position {
        line: 0,
        character: 0,
    };
    let found = findings(&text, &regions, &[]).into_iter();
    Waiting {
        path: path.to_owned(),
        counts,
        findings: found.map(|finding| (finding, (start, start))).collect(),
    }
}

fn of_file(
    ledger: &mut Ledger,
    survey: &Survey,
    file: &Surveyed,
    counts: Counts,
    encoding: Encoding,
    pace: fn(),
) -> (BlobId, Waiting) {
    let text = file.text.to_string();
    let blob = git::blob_id(text.as_bytes(), git::object_format(ledger.place()));
    let units = units::at_pace(ledger, (&file.path, &blob, &text), pace);
    let borders = units::borders(&units);
    let regions = survey
        .knowledge
        .review(&file.text, &file.raw, &borders, file.authored);
    let text = file.text.reading();
    let at = |byte| text.position(byte, encoding);
    let with_place = |finding: Finding| {
        let place = (at(finding.at.start), at(finding.at.end));
        (finding, place)
    };
    let found = findings(&file.text, &regions, &units).into_iter();
    let waiting = Waiting {
        path: file.path.clone(),
        counts,
        findings: found.filter(|it| !it.is_remnant).map(with_place).collect(),
    };
    (blob, waiting)
}
