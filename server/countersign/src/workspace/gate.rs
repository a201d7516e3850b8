//! The gate: does a person stand behind what HEAD holds?

use std::collections::{BTreeSet, HashMap, HashSet};

use countersign_ledger::git::TreeEntry;
use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::BlobId;

use super::Fault;
use super::known::regions_in;
use super::recognise::World;
use super::seen::Seen;
use super::settings::house::{self, House};
use super::survey::{Survey, come, survey};

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
    let mut ledger = Ledger::open_known(place)?.ok_or_else(|| Fault::NotEnoughKnown {
        why: "nothing is recorded for this repository: no assistant's hook ran here, and no notes are known".to_owned(),
        next: "`countersign init` sets up the assistants' hooks; or judge where they ran",
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
    let survey = survey_tree(&mut ledger, place, head.as_str(), tree)?;
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

fn survey_tree(
    ledger: &mut Ledger,
    place: &Place,
    revision: &str,
    tree: Vec<TreeEntry>,
) -> Result<Survey, Fault> {
    let paths: BTreeSet<String> = ledger.paths()?;
    let strangers = ledger.strangers()?;
    let come: HashSet<String> = come(ledger, place, revision)?
        .into_iter()
        .filter(|(_, blob)| !strangers.contains(blob))
        .map(|(path, _)| path)
        .collect();
    let blobs: HashMap<String, BlobId> = tree
        .iter()
        .map(|entry| (entry.path.clone(), entry.blob.clone()))
        .collect();
    let texts_there: HashSet<&BlobId> = blobs.values().collect();
    let files = tree.into_iter().filter(is_file);
    let wanted: Vec<_> = files
        .filter(|file| paths.contains(&file.path) || come.contains(&file.path))
        .collect();
    let ids: Vec<BlobId> = wanted.iter().map(|file| file.blob.clone()).collect();
    let mut texts: HashMap<BlobId, String> = HashMap::new();
    for (id, bytes) in ids.iter().zip(git::read_blobs(place, &ids)?) {
        if let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
            texts.insert(id.clone(), text);
        }
    }
    let (mut found, mut seen) = (Vec::new(), Seen::default());
    for file in wanted {
        let Some(text) = texts.get(&file.blob) else {
            continue;
        };
        let world = World::Tree(&blobs);
        let known = regions_in(world, ledger, place, &file.path, &file.blob, text)?;
        seen.look(&file.path, &file.blob, text, &known);
        if !known.regions.is_empty() {
            found.push((file.path, text.clone(), known.regions));
        }
    }
    seen.keep(ledger);
    survey(ledger, place, found, |removal| {
        blobs.contains_key(&removal.path) || texts_there.contains(&removal.before)
    })
}
