//! The repository's own settings: what in them does not hold.

use countersign_ledger::Place;

use super::Finding;
use crate::workspace::settings::house::House;

pub(super) fn examine(place: &Place, findings: &mut Vec<Finding>) {
    let house = House::of_work_tree(place);
    let finding = |says: &String| match house.waits {
        true => {
            let next = "read it, then: countersign confirm countersign.toml";
            Finding::remark("settings", says, Some(next))
        }
        false => Finding::trouble("settings", says, "mend it"),
    };
    findings.extend(house.complaints.iter().map(finding));
}
