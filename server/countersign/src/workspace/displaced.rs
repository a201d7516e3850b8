//! What was taken away beside text that has moved to another file since: it is shown there.

use std::collections::BTreeSet;

use countersign_ledger::{Ledger, git};
use countersign_provenance::removal::{Neighbour, neighbour};
use countersign_provenance::{Regions, RemovalId};

use super::Fault;
use super::known::regions_here;
use super::recognise::World;

/// How many other files are asked.
pub(super) const OTHERS: usize = 8;

/// Leaves out the marks of a text whose neighbours stand no longer in it, but in another file that has the mark. Whether
/// the neighbours of any mark do not stand here: then it depends on other files where it is shown.
pub(super) fn leave_out(
    world: &World<'_>,
    ledger: &Ledger,
    (path, text): (&str, &str),
    regions: &mut Regions,
) -> Result<bool, Fault> {
    let mut displaced = BTreeSet::new();
    let mut moved = BTreeSet::new();
    for mark in &regions.marks {
        let Some((before, neighbour)) = neighbour_of(ledger, mark.removal)? else {
            continue;
        };
        let is_settled = || Ok::<_, Fault>(!ledger.acts_on(&[], &[mark.removal])?.is_empty());
        if neighbour.stands_in(&before, text) || is_settled()? {
            continue;
        }
        if !displaced.insert(mark.removal) {
            continue;
        }
        let mut others = ledger.paths_naming(mark.removal)?;
        if let Some(line) = neighbour.lines(&before).first() {
            others.extend(world.with_line(line));
        }
        others.remove(path);
        for other in others.into_iter().take(OTHERS) {
            if has(world, ledger, &other, mark.removal)? {
                moved.insert(mark.removal);
                break;
            }
        }
    }
    regions.marks.retain(|mark| !moved.contains(&mark.removal));
    Ok(!displaced.is_empty())
}

/// Whether the text at a path has the mark of a removal.
pub(super) fn has(
    world: &World<'_>,
    ledger: &Ledger,
    path: &str,
    removal: RemovalId,
) -> Result<bool, Fault> {
    let Some(text) = world.text_at(path) else {
        return Ok(false);
    };
    let blob = git::blob_id(text.as_bytes(), git::object_format(world.place()));
    let known = regions_here(world, ledger, path, &blob, &text)?;
    let mut marks = known.regions.marks.iter();
    Ok(marks.any(|mark| mark.removal == removal))
}

/// The text from which something was taken away, and what it belongs to there. `None` where that text is not kept.
pub(super) fn neighbour_of(
    ledger: &Ledger,
    removal: RemovalId,
) -> Result<Option<(String, Neighbour)>, Fault> {
    let removals = ledger.removals(&[removal])?;
    let Some(removal) = removals.get(&removal) else {
        return Ok(None);
    };
    let Some(before) = ledger.snapshot(&removal.before)? else {
        return Ok(None);
    };
    let neighbour = neighbour(&before, &removal.removed);
    Ok(neighbour.map(|neighbour| (before, neighbour)))
}
