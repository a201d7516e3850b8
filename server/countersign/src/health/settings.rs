//! The repository's own settings: what in them does not hold.

use countersign_ledger::Place;

use super::Finding;
use crate::workspace::settings::house::House;

/// What puts it right.
const NEXT: &str = "mend it; where an assistant wrote it: countersign confirm countersign.toml";

pub(super) fn examine(place: &Place, findings: &mut Vec<Finding>) {
    let complaints = House::of_work_tree(place).complaints;
    findings.extend(
        complaints
            .iter()
            .map(|says| Finding::trouble("settings", says, NEXT)),
    );
}
