//! The gate: does a person stand behind what HEAD holds?

use std::collections::{BTreeSet, HashMap, HashSet};

use countersign_ledger::git::TreeEntry;
use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::BlobId;

use super::Fault;
use super::known::regions_of;
use super::settings::house::{self, House};
use super::survey::{Survey, survey};

/// What was judged.
pub(crate) struct Judged {
    /// The commit.
    pub(crate) head: String,
    /// Its files that have a region.
    pub(crate) survey: Survey,
    /// Its own settings.
    pub(crate) house: House,
}

/// Looks at all files of HEAD that have a region. Never green for lack of knowledge.
pub(crate) fn judge_head(place: &Place) -> Result<(Ledger, Judged), Fault> {
    if place.git_dir.is_none() {
        let why = format!(
            "{} is not in a git repository, so there is no HEAD to judge",
            place.root.display()
        );
        let next = "go to a repository, or name one: countersign check --repository FOLDER";
        return Err(Fault::NotEnoughKnown { why, next });
    }
    let head = git::rev_parse(place, "HEAD").map_err(|error| match error {
        git::GitError::UnknownRevision(_) => Fault::NotEnoughKnown {
            why: "there is no commit to judge yet".to_owned(),
            next: "git commit",
        },
        error => error.into(),
    })?;
    let ledger = Ledger::open_existing(place)?.ok_or_else(|| Fault::NotEnoughKnown {
        why: "nothing is recorded for this repository: no assistant's hook ran here, and no notes are known".to_owned(),
        next: "`countersign hook --help` shows how an assistant's hook is set up; or judge where it ran",
    })?;
    if let Some(loss) = ledger.loss()? {
        let aside = loss.set_aside.display();
        return Err(Fault::NotEnoughKnown {
            why: format!("the ledger was damaged and set aside as {aside}: facts may be missing"),
            next: "`countersign doctor --accept-loss`, once you know what is missing",
        });
    }
    let tree = git::head_tree(place, head.as_str())?;
    let house = house_of(&ledger, place, &tree)?;
    let survey = survey_tree(&ledger, place, tree)?;
    Ok((
        ledger,
        Judged {
            head: head.as_str().to_owned(),
            survey,
            house,
        },
    ))
}

/// The settings that HEAD holds: those of the work tree are not judged with it.
fn house_of(ledger: &Ledger, place: &Place, tree: &[TreeEntry]) -> Result<House, Fault> {
    let Some(entry) = tree
        .iter()
        .find(|entry| entry.path == house::FILE && is_file(entry))
    else {
        return Ok(House::default());
    };
    let bytes = git::read_blobs(place, std::slice::from_ref(&entry.blob))?.pop();
    let text = bytes
        .flatten()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    match text {
        Some(text) => Ok(House::of_text(Some(ledger), place, &text, &entry.blob)?),
        None => Ok(House::not_heeded("it is not UTF-8")),
    }
}

fn is_file(entry: &TreeEntry) -> bool {
    entry.mode & 0o170_000 == 0o100_000
}

fn survey_tree(ledger: &Ledger, place: &Place, tree: Vec<TreeEntry>) -> Result<Survey, Fault> {
    let paths: BTreeSet<String> = ledger.paths()?;
    let blobs = ledger.free_blobs()?;
    let stands: HashSet<String> = tree.iter().map(|entry| entry.path.clone()).collect();
    let texts_there: HashSet<BlobId> = tree.iter().map(|entry| entry.blob.clone()).collect();
    let files = tree.into_iter().filter(is_file);
    let wanted: Vec<_> = files
        .filter(|file| paths.contains(&file.path) || blobs.contains(&file.blob))
        .collect();
    let ids: Vec<BlobId> = wanted.iter().map(|file| file.blob.clone()).collect();
    let mut texts: HashMap<BlobId, String> = HashMap::new();
    for (id, bytes) in ids.iter().zip(git::read_blobs(place, &ids)?) {
        if let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
            texts.insert(id.clone(), text);
        }
    }
    let mut found = Vec::new();
    for file in wanted {
        let Some(text) = texts.get(&file.blob) else {
            continue;
        };
        let raw = regions_of(ledger, place, &file.path, &file.blob, text)?.regions;
        if !raw.is_empty() {
            found.push((file.path, text.clone(), raw));
        }
    }
    survey(ledger, place, found, |removal| {
        stands.contains(&removal.path) || texts_there.contains(&removal.before)
    })
}
