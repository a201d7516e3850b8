//! Judging what is new: the cost follows the files that changed.

use std::collections::HashMap;
use std::ops::Range;

use countersign_ledger::git::{FileChange, Renames, Version};
use countersign_ledger::{Ledger, Place, git};
use countersign_provenance::{BlobId, Regions, Text};

use super::base::Comparison;
use super::changes::{ChangedFile, Changes, Texts};
use super::fresh::Bases;
use super::on_disk::OnDisk;
use super::removals::Before;
use super::{INDEX, Judged, house_of};
use crate::workspace::Fault;
use crate::workspace::declared::{self, Marked, Receiver};
use crate::workspace::known::{From, Known, RestsOn, regions_in};
use crate::workspace::recognise::{Earlier, World};
use crate::workspace::returned::{Here, ended_by};
use crate::workspace::seen::Seen;
use crate::workspace::settings::house::{self, House};
use crate::workspace::survey::{Survey, survey};
use crate::workspace::tree::Tree;

pub(super) fn judge(
    place: &Place,
    mut ledger: Ledger,
    comparison: Comparison,
) -> Result<(Ledger, Judged), Fault> {
    let settings = git::file_at(place, &comparison.head, house::FILE)?;
    if git::is_partial(place)? {
        let mut missing = needed(place, &comparison)?;
        missing.extend(settings.iter().map(|file| file.blob.clone()));
        git::prefetch(place, &missing)?;
    }
    let house = house_of(&ledger, place, settings.as_ref())?;
    let survey = survey_changes(&mut ledger, place, &comparison, &house)?;
    let empty = || git::empty_tree_id(place).to_owned();
    let bases = comparison.bases.into_iter();
    let judged = Judged {
        head: match comparison.head {
            Version::Commit(head) => head.as_str().to_owned(),
            Version::Index => INDEX.to_owned(),
        },
        bases: bases
            .map(|base| base.map_or_else(empty, |base| base.as_str().to_owned()))
            .collect(),
        survey,
        house,
        remarks: comparison.remarks,
    };
    Ok((ledger, judged))
}

/// All texts that will be read, found without reading any: git pairs renames by their texts.
fn needed(place: &Place, comparison: &Comparison) -> Result<Vec<BlobId>, Fault> {
    let changes = Changes::of(differences(place, comparison, Renames::Apart)?);
    let marked = declared::marked(place, &comparison.commits, Renames::Apart)?;
    let of_marked = marked.iter().flat_map(Marked::blobs);
    let all = changes.blobs().chain(of_marked);
    Ok(all.map(|(blob, _)| blob.clone()).collect())
}

fn differences(
    place: &Place,
    comparison: &Comparison,
    renames: Renames,
) -> Result<Vec<Vec<FileChange>>, Fault> {
    let bases = comparison.bases.iter();
    let from_each =
        bases.map(|base| git::file_changes(place, base.as_ref(), &comparison.head, renames));
    Ok(from_each.collect::<Result<_, _>>()?)
}

/// A changed file with what is new and what is known of it.
struct Looked<'a> {
    file: &'a ChangedFile,
    text: &'a str,
    known: Known,
    /// Whole lines, in bytes.
    new: Vec<Range<u32>>,
}

fn survey_changes(
    ledger: &mut Ledger,
    place: &Place,
    comparison: &Comparison,
    house: &House,
) -> Result<Survey, Fault> {
    let changes = Changes::of(differences(place, comparison, Renames::Paired)?);
    let mut texts = Texts::read(place, changes.blobs())?;
    let paths = changes.files.iter().map(|file| file.path.clone());
    let tree = Tree::of(place, &comparison.head);
    let before = earlier(&changes, comparison);
    let mut world = World::change(place, &tree, &before);
    world.about(paths);
    let mut on_disk = OnDisk::among(place, house, changes.paths())?;
    let mut filtered = HashMap::new();
    for file in &changes.files {
        let found = on_disk.find_changed(&world, ledger, file, &mut texts)?;
        filtered.extend(found.map(|found| (&*file.path, found)));
    }
    let bases = Bases::new(&changes, &texts);
    let mut looked = Vec::new();
    for file in &changes.files {
        let (file, made) = match filtered.get(&*file.path) {
            Some((file, known)) => (file, Some(known)),
            None => (file, None),
        };
        let Some(text) = texts.get(&file.blob) else {
            on_disk.note_no_text(ledger, &file.path)?;
            continue;
        };
        looked.push(Looked {
            known: match made {
                Some(known) => known.clone(),
                None => known(ledger, &world, file, text)?,
            },
            new: bases.new_lines(file, text),
            file,
            text,
        });
    }
    on_disk.finish()?;
    let said = declared(ledger, place, comparison, (&world, &tree), &mut looked)?;
    let before = Before {
        ledger,
        place,
        changes: &changes,
        texts: &texts,
    };
    let (mut found, mut cuts) = (Vec::new(), Vec::new());
    for looked in looked {
        let mut regions = cut(looked.text, looked.known.regions, &looked.new);
        before.keep_new(looked.file, looked.text, &mut regions)?;
        if !regions.is_empty() {
            found.push((looked.file.path.clone(), looked.text.to_owned(), regions));
            cuts.push(
                looked
                    .new
                    .iter()
                    .flat_map(|run| [run.start, run.end])
                    .collect(),
            );
        }
    }
    let mut survey = survey(ledger, place, Some(&comparison.head), found, |removal| {
        let is_new = changes.gone.contains(&removal.path) || changes.has_gone(&removal.before);
        !is_new || tree.holds(&removal.before)
    })?;
    let files = survey.files.iter_mut().zip(cuts);
    files.for_each(|(file, cuts)| file.cuts = cuts);
    // Also where the ledger could not be written.
    said.iter().for_each(|fact| survey.knowledge.learn(fact));
    Ok(survey)
}

/// What the changed files were in a base, by path.
fn earlier(changes: &Changes, comparison: &Comparison) -> HashMap<String, Earlier> {
    let of = |file: &ChangedFile| {
        let olds = file.olds.iter().zip(&comparison.bases);
        let mut there = olds.filter_map(|(old, base)| old.clone().zip(base.clone()));
        let (entry, base) = there.next()?;
        let version = Version::Commit(base);
        Some((file.path.clone(), Earlier { version, entry }))
    };
    changes.files.iter().filter_map(of).collect()
}

/// What is known of a changed file, and what was looked at before is not looked at again.
fn known(
    ledger: &Ledger,
    world: &World<'_>,
    file: &ChangedFile,
    text: &str,
) -> Result<Known, Fault> {
    let is_stranger = || ledger.is_stranger(&file.blob);
    if ledger.blobs_of_path(&file.path, 1)?.is_empty() && is_stranger()? {
        return Ok(Known {
            regions: Regions::default(),
            from: From::Facts,
            rests_on: RestsOn::AllFacts,
            returned: Vec::new(),
        });
    }
    regions_in(world, ledger, &file.path, &file.blob, text)
}

/// Adds what marked commits brought to what is known, and writes down what was found out.
fn declared(
    ledger: &mut Ledger,
    place: &Place,
    comparison: &Comparison,
    (world, tree): (&World<'_>, &Tree<'_>),
    looked: &mut [Looked<'_>],
) -> Result<Vec<countersign_provenance::Fact>, Fault> {
    let marked = declared::marked(place, &comparison.commits, Renames::Paired)?;
    let receivers = looked.iter().map(|looked| Receiver {
        path: &looked.file.path,
        before: looked
            .file
            .olds
            .iter()
            .flatten()
            .map(|old| &*old.path)
            .collect(),
        blob: &looked.file.blob,
        text: looked.text,
        regions: &looked.known.regions,
        new: &looked.new,
    });
    let receivers: Vec<_> = receivers.collect();
    let received = declared::carry_to(ledger, place, tree, &marked, &receivers)?;
    let mut seen = Seen::in_commits(ledger)?;
    for (looked, added) in looked.iter_mut().zip(&received.regions) {
        let here = Here::of_work_tree(&looked.file.path);
        seen.end(ended_by(world, ledger, &here, &looked.known)?);
        match added {
            Some(regions) => looked.known.regions = regions.clone(),
            None => seen.look(
                &looked.file.path,
                &looked.file.blob,
                looked.text,
                &looked.known,
            ),
        }
    }
    seen.keep(ledger);
    received.keep(ledger);
    Ok(received.facts)
}

/// The regions on these lines. Marks stay: what was taken away has no line.
fn cut(text: &str, regions: Regions, lines: &[Range<u32>]) -> Regions {
    let rope = Text::from(text);
    let spans = lines.iter();
    Regions {
        spans: spans
            .flat_map(|line| regions.within(&rope, line.clone()))
            .collect(),
        marks: regions.marks,
    }
}
