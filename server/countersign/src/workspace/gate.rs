//! The gate: does a person stand behind what is to go out?
//!
//! It judges HEAD as a whole, or what is new in HEAD since a base, or in the index since HEAD. Never green for lack
//! of knowledge.

mod base;
mod changes;
mod fresh;
mod on_disk;
mod removals;
mod since;

use std::collections::{BTreeSet, HashSet};

use countersign_ledger::git::{CommitId, TreeEntry, Version};
use countersign_ledger::{Ledger, Place, SyncError, git};
use countersign_provenance::BlobId;

use super::Fault;
use super::known::regions_in;
use super::recognise::World;
use super::returned::{Here, ended_by};
use super::seen::Seen;
use super::settings::house::{self, House};
use super::survey::{Survey, come, survey};
use super::tree::Tree;
pub(super) use changes::Texts;
use on_disk::OnDisk;

/// What is to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All that HEAD holds.
    Head,
    /// What is new in HEAD since it parted from this revision.
    Since(String),
    /// What is new in the index since HEAD.
    Staged,
}

/// What was judged.
pub(crate) struct Judged {
    /// The commit, or [`INDEX`].
    pub(crate) head: String,
    /// What it was compared with: one commit, or several that are as near, or the tree that holds nothing. Empty where
    /// all of it was judged.
    pub(crate) bases: Vec<String>,
    /// Its files that have a region.
    pub(crate) survey: Survey,
    /// Its own settings.
    pub(crate) house: House,
    /// What the person should know about the comparison: a sentence each.
    pub(crate) remarks: Vec<String>,
}

/// Stands for a commit that is not made yet.
pub(crate) const INDEX: &str = "index";

/// Judges.
pub(crate) fn judge(place: &Place, scope: &Scope) -> Result<(Ledger, Judged), Fault> {
    if place.git_dir.is_none() {
        let why = format!(
            "{} is not in a git repository, so there is no HEAD to judge",
            place.root.display()
        );
        let next = "go to a repository, or name one: countersign check --repository FOLDER";
        return Err(Fault::NotEnoughKnown { why, next });
    }
    match scope {
        Scope::Head => judge_head(place),
        Scope::Since(revision) => {
            let head = head_of(place)?;
            let ledger = ledger_of(place)?;
            since::judge(place, ledger, base::parted_from(place, head, revision)?)
        }
        Scope::Staged => {
            let ledger = ledger_of(place)?;
            since::judge(place, ledger, base::staged(place)?)
        }
    }
}

/// The facts to judge with. Nothing else in the gate opens a ledger.
pub(crate) fn ledger_of(place: &Place) -> Result<Ledger, Fault> {
    let known = Ledger::open_to_judge(place).map_err(|error| match error {
        SyncError::Ledger(error) => error.into(),
        error => Fault::NotEnoughKnown {
            why: format!(
                "the shared notes cannot all be read here, so facts may be missing: {error}"
            ),
            next: "countersign sync; in a partial clone, where its remote can be reached",
        },
    })?;
    let ledger = known.ok_or_else(|| Fault::NotEnoughKnown {
        why: "nothing is recorded for this repository: no assistant's hook ran here, and no notes are known".to_owned(),
        next: match git::remotes(place).is_ok_and(|remotes| !remotes.is_empty()) {
            true => "`countersign sync --fetch-only` takes in what others know; `countersign init` sets up the assistants' hooks",
            false => "`countersign init` sets up the assistants' hooks; or judge where they ran",
        },
    })?;
    if let Some(loss) = ledger.loss()? {
        let aside = loss.set_aside.display();
        return Err(Fault::NotEnoughKnown {
            why: format!("the ledger was damaged and set aside as {aside}: facts may be missing"),
            next: "`countersign doctor --accept-loss`, once you know what is missing",
        });
    }
    Ok(ledger)
}

fn head_of(place: &Place) -> Result<CommitId, Fault> {
    git::rev_parse(place, "HEAD").map_err(|error| match error {
        git::GitError::UnknownRevision(_) => Fault::NotEnoughKnown {
            why: "there is no commit to judge yet".to_owned(),
            next: "git commit",
        },
        error => error.into(),
    })
}

/// Looks at all files of HEAD that have a region.
fn judge_head(place: &Place) -> Result<(Ledger, Judged), Fault> {
    let head = head_of(place)?;
    let mut ledger = ledger_of(place)?;
    let files = git::head_tree(place, head.as_str())?;
    let settings = files.iter().find(|file| file.path == house::FILE);
    let wanted = wanted(&ledger, place, &head, &files)?;
    let needed = wanted.iter().copied().chain(settings);
    let needed: Vec<BlobId> = needed.map(|file| file.blob.clone()).collect();
    // What cannot be read would be passed over, and the gate be green for it.
    git::prefetch(place, &needed)?;
    let house = house_of(&ledger, place, settings)?;
    let version = Version::Commit(head.clone());
    let tree = Tree::listed(place, &version, &files);
    let paths = wanted.iter().map(|file| &*file.path);
    let on_disk = OnDisk::among(place, &house, paths)?;
    let survey = survey_files(&mut ledger, place, &tree, &wanted, on_disk)?;
    let judged = Judged {
        head: head.as_str().to_owned(),
        bases: Vec::new(),
        survey,
        house,
        remarks: Vec::new(),
    };
    Ok((ledger, judged))
}

/// Writes down what is known of the texts that branches hold, so that it can be
/// shared: nobody may have looked at a text between its writing and its commit.
pub(crate) fn look_at_branches(ledger: &mut Ledger, place: &Place) -> Result<(), Fault> {
    let branches = git::refs(place)?.into_iter();
    let branches = branches.filter(|(name, _)| name.starts_with("refs/heads/"));
    let mut tips: Vec<CommitId> = branches.map(|(_, tip)| tip).collect();
    tips.extend(git::rev_parse(place, "HEAD").ok());
    tips.sort();
    tips.dedup();
    let basis = basis(ledger, &tips)?;
    if ledger.looked_at_branches()?.as_ref() == Some(&basis) {
        return Ok(());
    }
    for tip in &tips {
        let files = git::head_tree(place, tip.as_str())?;
        let wanted = wanted(ledger, place, tip, &files)?;
        let version = Version::Commit(tip.clone());
        let tree = Tree::listed(place, &version, &files);
        // What is known of texts on the disk only is not shared.
        let on_disk = OnDisk::among(place, &House::default(), std::iter::empty())?;
        survey_files(ledger, place, &tree, &wanted, on_disk)?;
    }
    // What came meanwhile, also by this look, may speak of what was looked at before: then the next one looks again.
    if self::basis(ledger, &tips)? == basis {
        ledger.put_looked_at_branches(&basis)?;
    }
    Ok(())
}

/// All that a look at branches rests on, in a word: another one finds nothing else while this is the same.
fn basis(ledger: &Ledger, tips: &[CommitId]) -> Result<String, Fault> {
    let by = concat!(env!("CARGO_PKG_VERSION"), " 2");
    let born = ledger.born()?;
    let tips: Vec<&str> = tips.iter().chain(&born).map(CommitId::as_str).collect();
    Ok(format!("{by} {} {}", ledger.last_seq()?, tips.join(" ")))
}

/// The settings of what is judged: those of the work tree are not judged with it.
fn house_of(ledger: &Ledger, place: &Place, file: Option<&TreeEntry>) -> Result<House, Fault> {
    let Some(file) = file.filter(|file| is_file(file)) else {
        return Ok(House::default());
    };
    let bytes = git::read_blobs(place, std::slice::from_ref(&file.blob))?.pop();
    let text = bytes
        .flatten()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    match text {
        Some(text) => Ok(House::of_text(Some(ledger), place, &text, &file.blob)?),
        None => Ok(House::not_heeded("it is not UTF-8")),
    }
}

fn is_file(entry: &TreeEntry) -> bool {
    entry.mode & 0o170_000 == 0o100_000
}

/// The files that may have a region.
fn wanted<'a>(
    ledger: &Ledger,
    place: &Place,
    head: &CommitId,
    files: &'a [TreeEntry],
) -> Result<Vec<&'a TreeEntry>, Fault> {
    let paths: BTreeSet<String> = ledger.paths()?;
    let strangers = ledger.strangers()?;
    let come: HashSet<String> = come(ledger, place, head.as_str())?
        .into_iter()
        .filter(|(_, blob)| !strangers.contains(blob))
        .map(|(path, _)| path)
        .collect();
    let files = files.iter().filter(|file| is_file(file));
    Ok(files
        .filter(|file| paths.contains(&file.path) || come.contains(&file.path))
        .collect())
}

fn survey_files(
    ledger: &mut Ledger,
    place: &Place,
    tree: &Tree<'_>,
    files: &[&TreeEntry],
    mut on_disk: OnDisk<'_>,
) -> Result<Survey, Fault> {
    let texts = Texts::read(place, files.iter().map(|file| (&file.blob, &*file.path)))?;
    let (mut found, mut seen) = (Vec::new(), Seen::in_commits(ledger)?);
    let paths = files.iter().map(|file| file.path.clone());
    let mut world = World::tree(place, tree);
    world.about(paths);
    for file in files {
        if let Some(it) = on_disk.find(&world, ledger, &file.path, &file.blob)? {
            seen.look(&file.path, &it.key, &it.text, &it.known);
            found.push((file.path.clone(), it.text, it.known.regions));
            continue;
        }
        let Some(text) = texts.get(&file.blob) else {
            on_disk.note_no_text(ledger, &file.path)?;
            continue;
        };
        let known = regions_in(&world, ledger, &file.path, &file.blob, text)?;
        seen.look(&file.path, &file.blob, text, &known);
        let here = Here {
            revision: tree.commit().map_or("HEAD", CommitId::as_str),
            ..Here::of_work_tree(&file.path)
        };
        seen.end(ended_by(&world, ledger, &here, &known)?);
        if !known.regions.is_empty() {
            found.push((file.path.clone(), text.to_owned(), known.regions));
        }
    }
    on_disk.finish()?;
    let _kept = seen.keep(ledger);
    survey(ledger, place, Some(tree.version()), found, |removal| {
        tree.blob_at(&removal.path).is_some() || tree.holds(&removal.before)
    })
}
