//! Where a command may have changed files: the repository that it ran in, and those inside it.

use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use countersign_ledger::{Place, git, locate};

use crate::workspace::Fault;

/// So many submodules are looked at.
const SUBMODULES: usize = 32;

/// Tells each of them. What goes wrong in one keeps none of the others from being told.
pub(in crate::workspace) fn each_place(
    folder: &Path,
    tell: impl Fn(&Place) -> Result<(), Fault> + Sync,
) -> Result<(), Fault> {
    let outer = locate(folder);
    let inner = submodules(&outer);
    thread::scope(|scope| {
        let tell = &tell;
        let told: Vec<_> = inner
            .iter()
            .map(|place| scope.spawn(move || tell(place)))
            .collect();
        let told = told
            .into_iter()
            .map(|told| told.join().unwrap_or_else(|panic| resume_unwind(panic)));
        let outer = tell(&outer);
        told.fold(outer, Result::and)
    })
}

/// Those inside them too, each once.
fn submodules(outer: &Place) -> Vec<Place> {
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
