//! The ledger, and what waits beside it.

use countersign_ledger::{Ledger, LedgerError, Loss, Place, SCHEMA, Spooled, Vitals, spooled};
use serde::Serialize;

use super::Finding;
use crate::workspace::clock::rfc3339;

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
    /// The damaged file that was set aside, while nobody has accepted that.
    set_aside: Option<String>,
}

pub(super) fn examine(
    place: &Place,
    findings: &mut Vec<Finding>,
) -> (LedgerHealth, Option<Ledger>) {
    let opened = Ledger::open_existing(place).and_then(|ledger| match ledger {
        Some(ledger) => Ok(Some((ledger.vitals()?, ledger.loss()?, ledger))),
        None => Ok(None),
    });
    let spooled = spooled(place);
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
        Ok(Some((vitals, loss, ledger))) => {
            findings.push(judged(&vitals, loss.as_ref()));
            Some((vitals, loss, ledger))
        }
    };
    findings.extend(beside(place, spooled));
    let mut health = LedgerHealth {
        waiting: spooled.waiting,
        unreadable: spooled.unreadable,
        ..LedgerHealth::default()
    };
    let Some((vitals, loss, ledger)) = found else {
        return (health, None);
    };
    health.path = Some(vitals.file.to_string_lossy().into_owned());
    health.format = Some(SCHEMA);
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
        return Finding::trouble(
            "ledger",
            says,
            "countersign status, which sets it aside; then countersign doctor",
        );
    }
    if let Some(loss) = loss {
        let (aside, at) = (loss.set_aside.display(), rfc3339(loss.at));
        let says = format!("it was damaged and set aside as {aside} ({at}): facts may be missing");
        return Finding::trouble(
            "ledger",
            says,
            "once you know what is missing: countersign doctor --accept-loss",
        );
    }
    if let Some(mode) = vitals.mode.filter(|mode| mode & 0o077 != 0) {
        let says = format!("{file} is open to others (mode {mode:o})");
        return Finding::trouble("ledger", says, format!("chmod 600 {file}"));
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
        let next = "look at the files that end in .unreadable, and take them away once you know what they held";
        findings.push(Finding::trouble("spool", says, next));
    }
    if findings.is_empty() {
        findings.push(Finding::ok("spool", "nothing waits"));
    }
    findings
}
