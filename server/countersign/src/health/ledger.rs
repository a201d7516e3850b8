//! The ledger, and what waits beside it.

use countersign_ledger::{
    Ledger, LedgerError, Loss, Place, SCHEMA, Spooled, Strays, Vitals, Wear, spooled, strays,
};
use serde::Serialize;

use super::Finding;
use crate::workspace::clock::{self, rfc3339};

/// What is known of the ledger.
#[derive(Debug, Default, Serialize)]
pub(crate) struct LedgerHealth {
    /// `None` where no hook has run yet, or it cannot be opened.
    path: Option<String>,
    format: Option<i64>,
    bytes: u64,
    facts: i64,
    /// As `chmod` has it: "600".
    mode: Option<String>,
    /// Batches beside it that could not be taken in just now.
    waiting: usize,
    /// Batches beside it that nobody can read.
    unreadable: usize,
    /// Of these, such as were set aside once what could be read of them was taken in.
    lost: usize,
    /// What does not agree with the facts.
    wear: WearHealth,
    /// Files that others may read.
    open: usize,
    /// Files that killed processes left.
    left: usize,
    /// The damaged file that was set aside, while nobody has accepted that.
    set_aside: Option<String>,
}

/// What is found again from the facts and does not agree with them, and what was never ended.
#[derive(Debug, Default, Serialize)]
struct WearHealth {
    indexes: bool,
    rows: usize,
    hashes: usize,
    texts: usize,
    looks: usize,
    begun: usize,
}

impl From<Wear> for WearHealth {
    fn from(wear: Wear) -> Self {
        let Wear {
            indexes,
            rows,
            hashes,
            texts,
            looks,
            begun,
        } = wear;
        WearHealth {
            indexes,
            rows,
            hashes,
            texts,
            looks,
            begun,
        }
    }
}

/// What puts it right.
const REPAIR: &str = "countersign doctor --repair";

pub(super) fn examine(
    place: &Place,
    findings: &mut Vec<Finding>,
) -> (LedgerHealth, Option<Ledger>) {
    let opened = Ledger::open_existing(place).and_then(|ledger| match ledger {
        Some(ledger) => {
            let vitals = ledger.vitals()?;
            // Where pages make no sense, nothing that is read from them says anything.
            let wear = match vitals.is_sound {
                true => ledger.wear(clock::now())?,
                false => Wear::default(),
            };
            Ok(Some((vitals, wear, ledger.loss()?, ledger)))
        }
        None => Ok(None),
    });
    let (spooled, strays) = (spooled(place), strays(place));
    let found = match opened {
        Err(error) => {
            findings.push(unusable(&error));
            None
        }
        Ok(None) => {
            let says = "there is none here yet: no assistant's hook has run";
            findings.push(Finding::remark("ledger", says, None));
            None
        }
        Ok(Some((vitals, wear, loss, ledger))) => {
            findings.push(judged(&vitals, loss.as_ref()));
            findings.extend(worn(wear));
            Some((vitals, wear, loss, ledger))
        }
    };
    findings.extend(beside(place, spooled));
    findings.extend(strayed(&strays));
    let mut health = LedgerHealth {
        waiting: spooled.waiting,
        unreadable: spooled.unreadable,
        lost: spooled.set_aside,
        open: strays.open.len(),
        left: strays.left.len(),
        ..LedgerHealth::default()
    };
    let Some((vitals, wear, loss, ledger)) = found else {
        return (health, None);
    };
    health.path = Some(vitals.file.to_string_lossy().into_owned());
    health.format = Some(SCHEMA);
    health.wear = wear.into();
    (health.bytes, health.facts) = (vitals.bytes, vitals.facts);
    health.mode = vitals.mode.map(|mode| format!("{mode:o}"));
    health.set_aside = loss.map(|loss| loss.set_aside.to_string_lossy().into_owned());
    (health, Some(ledger))
}

fn unusable(error: &LedgerError) -> Finding {
    Finding::trouble("ledger", error.to_string(), error.hint())
}

fn judged(vitals: &Vitals, loss: Option<&Loss>) -> Finding {
    let file = vitals.file.display();
    if !vitals.is_sound {
        let says = format!("{file} is damaged: facts may be missing");
        return Finding::trouble("ledger", says, REPAIR);
    }
    if let Some(loss) = loss {
        let (aside, at) = (loss.set_aside.display(), rfc3339(loss.at));
        let says = format!("it was damaged and set aside as {aside} ({at}): facts may be missing");
        let next = format!(
            "{REPAIR}, which takes in what can still be read of it; then, once you know what is missing: \
             countersign doctor --accept-loss"
        );
        return Finding::trouble("ledger", says, next);
    }
    if let Some(mode) = vitals.mode.filter(|mode| mode & 0o077 != 0) {
        let says = format!("{file} is open to others (mode {mode:o})");
        return Finding::trouble("ledger", says, REPAIR);
    }
    let size = vitals.bytes.div_ceil(1024);
    Finding::ok(
        "ledger",
        format!(
            "whole: {} facts, {size} KiB, format {SCHEMA}, {file}",
            vitals.facts
        ),
    )
}

/// What does not agree with the facts.
fn worn(wear: Wear) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |is_there: bool, says: String| {
        findings.extend(is_there.then(|| Finding::trouble("ledger", says, REPAIR)));
    };
    let says = "an index does not hold what its table does: facts may not be found";
    add(wear.indexes, says.to_owned());
    let says = format!(
        "{} rows that find facts do not agree with them, or lack",
        wear.rows
    );
    add(wear.rows > 0, says);
    let says = format!("{} kept texts do not read as their names say", wear.texts);
    add(wear.texts > 0, says);
    let says = format!(
        "what was found in {} files rests on facts that are not here",
        wear.looks
    );
    add(wear.looks > 0, says);
    let mut remark = |is_there: bool, says: String| {
        findings.extend(is_there.then(|| Finding::remark("ledger", says, Some(REPAIR))));
    };
    let says = format!(
        "{} texts would not be found again if they moved",
        wear.hashes
    );
    remark(wear.hashes > 0, says);
    let says = format!(
        "{} tool uses were begun more than a week ago and never ended",
        wear.begun
    );
    remark(wear.begun > 0, says);
    findings
}

fn strayed(strays: &Strays) -> Vec<Finding> {
    let mut findings = Vec::new();
    // The ledger itself is spoken of elsewhere.
    let beside = strays.open.iter().find(|path| !path.ends_with("ledger.db"));
    if let Some(path) = beside {
        let says = format!("{} is open to others", path.display());
        findings.push(Finding::trouble("files", says, REPAIR));
    }
    if let Some(path) = strays.left.first() {
        let (left, path) = (strays.left.len(), path.display());
        let says = format!("{left} files of processes that were killed, such as {path}");
        findings.push(Finding::remark("files", says, Some(REPAIR)));
    }
    findings
}

/// What still waits after the ledger was opened is stuck.
fn beside(place: &Place, spooled: Spooled) -> Vec<Finding> {
    let folders = format!(
        "{} or {}",
        place.dir.join("spool").display(),
        place.overflow.display()
    );
    let mut findings = Vec::new();
    if spooled.waiting > 0 {
        let says = format!(
            "{} batches of facts wait in {folders}, and cannot be taken in",
            spooled.waiting
        );
        let next = format!(
            "check who owns {} and whether its disk can be written",
            place.dir.display()
        );
        findings.push(Finding::trouble("spool", says, next));
    }
    if spooled.unreadable > 0 {
        let says = format!(
            "{} batches in {folders} cannot be read: facts may be missing",
            spooled.unreadable
        );
        findings.push(Finding::trouble("spool", says, REPAIR));
    }
    if spooled.set_aside > 0 {
        let says = format!(
            "{} batches in {folders} could not be read as a whole and end in .set-aside: facts may be missing",
            spooled.set_aside
        );
        let next = "once you know what is missing: countersign doctor --accept-loss";
        findings.push(Finding::trouble("spool", says, next));
    }
    if findings.is_empty() {
        findings.push(Finding::ok("spool", "nothing waits"));
    }
    findings
}
