//! Puts right what can be, and says what that was. No fact is taken away; what cannot be read is set aside.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use countersign_ledger::{Ledger, Place, Wear, spooled, tidy};
use serde::Serialize;

use crate::workspace::survey::Counts;
use crate::workspace::work_tree::{Manner, work_tree};
use crate::workspace::{Fault, clock};

/// One thing that was put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Repair {
    /// "ledger", "spool", "files", "notes".
    pub(crate) about: &'static str,
    /// In words.
    pub(crate) did: String,
}

/// Puts right what can be. Stops at the first thing that cannot be done; what was done by then stays done.
pub(crate) fn repair(place: &Place) -> Result<Vec<Repair>, Fault> {
    let mut repairs = Vec::new();
    let mut did = |about, did: String| repairs.push(Repair { about, did });
    let strays = tidy(place)?;
    for path in &strays.open {
        did("files", format!("closed {} to others", path.display()));
    }
    for path in &strays.left {
        did(
            "files",
            format!("took away {}, which a killed process left", path.display()),
        );
    }
    let waited = spooled(place).waiting;
    let Some(mut ledger) = opened(place)? else {
        return Ok(repairs);
    };
    let taken = waited.saturating_sub(spooled(place).waiting);
    if taken > 0 {
        did("spool", format!("took in {taken} batches that waited"));
    }
    if let Some(loss) = ledger.loss()? {
        let (facts, aside) = (ledger.salvage()?, loss.set_aside);
        if facts > 0 {
            did(
                "ledger",
                format!(
                    "took in {facts} facts that can still be read of {}",
                    aside.display()
                ),
            );
        }
    }
    mended(ledger.mend(clock::now())?, &mut did);
    for batch in ledger.mend_spool()? {
        let facts = batch.facts;
        did(
            "spool",
            match batch.set_aside {
                None => format!("took in a batch of {facts} facts that could not be read before"),
                Some(file) => format!(
                    "took in {facts} facts of a batch that cannot be read as a whole; it lies at {}",
                    file.display()
                ),
            },
        );
    }
    let restored = ledger.restore_from_notes()?;
    if restored > 0 {
        did(
            "notes",
            format!("took in {restored} facts that the ledger lacked"),
        );
    }
    let otherwise = looked_anew(&mut ledger, place)?;
    if otherwise > 0 {
        did(
            "ledger",
            format!("counted anew {otherwise} files of which it was written down otherwise"),
        );
    }
    Ok(repairs)
}

/// The ledger; a damaged one is set aside first, and another one is begun.
fn opened(place: &Place) -> Result<Option<Ledger>, Fault> {
    let Some(ledger) = Ledger::open_existing(place)? else {
        return Ok(None);
    };
    match ledger.vitals()?.is_sound {
        true => Ok(Some(ledger)),
        false => {
            drop(ledger);
            Ok(Some(Ledger::open(place)?))
        }
    }
}

fn mended(wear: Wear, did: &mut impl FnMut(&'static str, String)) {
    let mut say = |is_done: bool, what: String| {
        if is_done {
            did("ledger", what);
        }
    };
    say(wear.indexes, "made the indexes anew".to_owned());
    let rows = format!(
        "made the tables anew that find facts: {} rows did not agree",
        wear.rows
    );
    say(wear.rows > 0, rows);
    say(
        wear.hashes > 0,
        format!("made {} texts findable again", wear.hashes),
    );
    let texts = format!(
        "dropped {} kept texts that did not read as their names say",
        wear.texts
    );
    say(wear.texts > 0, texts);
    say(
        wear.looks > 0,
        "forgot what was found in files: all are read anew".to_owned(),
    );
    let begun = format!(
        "forgot {} tool uses that were begun more than a week ago",
        wear.begun
    );
    say(wear.begun > 0, begun);
}

/// Reads all files anew, and says of how many something else was written down.
fn looked_anew(ledger: &mut Ledger, place: &Place) -> Result<usize, Fault> {
    let before = counts(ledger, place)?;
    ledger.forget_looks()?;
    let after = counts(ledger, place)?;
    let paths = before
        .keys()
        .chain(after.keys().filter(|path| !before.contains_key(*path)));
    Ok(paths
        .filter(|path| before.get(*path) != after.get(*path))
        .count())
}

fn counts(ledger: &mut Ledger, place: &Place) -> Result<BTreeMap<String, Counts>, Fault> {
    let manner = Manner {
        step: &mut |_| ControlFlow::Continue(()),
        is_enough: &|_, _, _| true,
    };
    Ok(work_tree(ledger, place, manner)?.counts)
}
