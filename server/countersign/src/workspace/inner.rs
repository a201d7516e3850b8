//! The repositories inside a repository.

use countersign_ledger::{Place, git};

/// So many submodules are looked at.
const SUBMODULES: usize = 32;

/// The submodules of a repository and those inside them, each once.
pub(crate) fn submodules(outer: &Place) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    let mut open = vec![outer.clone()];
    while let Some(place) = open.pop() {
        // A list of submodules that git cannot read names none.
        let mut inner = git::submodules(&place).unwrap_or_default();
        inner.retain(|inner| found.iter().all(|known| known.root != inner.root));
        inner.truncate(SUBMODULES - found.len());
        found.extend(inner.iter().cloned());
        open.extend(inner);
    }
    found
}
