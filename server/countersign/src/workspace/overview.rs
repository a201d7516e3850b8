//! What waits for review in files that no editor has open.

use std::ops::ControlFlow;

use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::{Encoding, Position};

use super::Fault;
use super::findings::{Finding, findings};
use super::survey::{Counts, Step, Survey, Surveyed, count, work_tree_in_steps};
use super::units;

/// A file of the work tree that somebody should look at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Waiting {
    /// Relative to the root.
    pub(crate) path: String,
    /// Its lines by state.
    pub(crate) counts: Counts,
    /// Its findings with the places of their first lines, without remnants. None for a file that was deleted.
    pub(crate) findings: Vec<(Finding, (Position, Position))>,
}

/// The files of a work tree that somebody should look at. `step` may end it early; what was found so far is given.
pub(crate) fn overview(
    place: &Place,
    encoding: Encoding,
    step: &mut dyn FnMut(Step) -> ControlFlow<()>,
    pace: fn(),
) -> Result<Vec<Waiting>, Fault> {
    let Some(mut ledger) = Ledger::open_existing(place)? else {
        return Ok(Vec::new());
    };
    let survey = work_tree_in_steps(&mut ledger, place, step)?;
    let mut waiting = Vec::new();
    for file in &survey.files {
        waiting.extend(of_file(&mut ledger, &survey, file, encoding, pace));
    }
    for (path, ids) in &survey.deleted {
        let counts = Counts {
            removals: survey.open_removals(ids) as u32,
            ..Counts::default()
        };
        if counts.removals > 0 {
            waiting.push(Waiting {
                path: path.clone(),
                counts,
                findings: Vec::new(),
            });
        }
    }
    Ok(waiting)
}

fn of_file(
    ledger: &mut Ledger,
    survey: &Survey,
    file: &Surveyed,
    encoding: Encoding,
    pace: fn(),
) -> Option<Waiting> {
    let counts = count(&file.text, &survey.regions(file));
    if counts.is_settled() && counts.suspected == 0 {
        return None;
    }
    let text = file.text.to_string();
    let blob = git::blob_id(text.as_bytes(), git::object_format(ledger.place()));
    let units = units::at_pace(ledger, (&file.path, &blob, &text), pace);
    let borders = units::borders(&units);
    let regions = survey
        .knowledge
        .review(&file.text, &file.raw, &borders, file.authored);
    let at = |byte| file.text.position(byte, encoding);
    let with_place = |finding: Finding| {
        let place = (at(finding.at.start), at(finding.at.end));
        (finding, place)
    };
    let found = findings(&file.text, &regions, &units).into_iter();
    Some(Waiting {
        path: file.path.clone(),
        counts,
        findings: found.filter(|it| !it.is_remnant).map(with_place).collect(),
    })
}
