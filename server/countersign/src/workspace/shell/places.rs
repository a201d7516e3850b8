//! Where a command may have changed files: the repositories that it ran in, and those inside them.

use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use countersign_ledger::{Place, locate, locate_within};

use crate::workspace::Fault;
use crate::workspace::inner::submodules;

/// A folder with more repositories in it is a shelf: a command is about one of them, and names it.
const NEIGHBOURS: usize = 8;

/// Tells each of them, with the folder by which it was found. What goes wrong in one keeps none of the others from
/// being told.
pub(in crate::workspace) fn each_place(
    places: &[(Place, PathBuf)],
    tell: impl Fn(&Place, &Path) -> Result<(), Fault> + Sync,
) -> Result<(), Fault> {
    let Some(((first, folder), others)) = places.split_first() else {
        return Ok(());
    };
    thread::scope(|scope| {
        let tell = &tell;
        let told: Vec<_> = others
            .iter()
            .map(|(place, folder)| scope.spawn(move || tell(place, folder)))
            .collect();
        let first = tell(first, folder);
        told.into_iter()
            .map(|told| told.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .fold(first, Result::and)
    })
}

/// Where a command that was started in these folders may have changed files, with the folders by which they were found:
/// each once, the one of the first folder first.
pub(in crate::workspace) fn places(folders: &[PathBuf]) -> Vec<(Place, PathBuf)> {
    let mut found: Vec<(Place, PathBuf)> = Vec::new();
    let mut add = |place: Place, folder: &Path| {
        let is_new = found.iter().all(|(known, _)| known.root != place.root);
        if is_new {
            found.push((place, folder.to_owned()));
        }
    };
    for folder in folders {
        let place = locate_within(folder, folders);
        let inner = submodules(&place);
        add(place, folder);
        inner.into_iter().for_each(|inner| {
            let root = inner.root.clone();
            add(inner, &root);
        });
        for inside in repositories_in(folder) {
            add(locate(&inside), &inside);
        }
    }
    found
}

/// The repositories that lie right in a folder, where they are few.
fn repositories_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let paths = folders.map(|entry| entry.path());
    let found: Vec<PathBuf> = paths
        .filter(|path| path.join(".git").exists())
        .take(NEIGHBOURS + 1)
        .collect();
    match found.len() > NEIGHBOURS {
        true => Vec::new(),
        false => found,
    }
}
