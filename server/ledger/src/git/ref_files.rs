//! Refs as git keeps them in files: read here, since it takes git longer to start.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::CommitId;
use crate::Place;

/// What a ref's file says.
enum Target {
    Commit(CommitId),
    /// The ref of this name.
    Ref(String),
}

/// All refs by their names, tags as the commits they name. `None` where git has to be asked: a tag that has a file of
/// its own may be an object of its own, a linked work tree shares some of the refs only, and refs are kept otherwise too.
pub(super) fn refs(place: &Place) -> Option<Vec<(String, CommitId)>> {
    let common = place.common_dir.as_deref()?;
    if place.git_dir.as_deref() != Some(common) || common.join("reftable").exists() {
        return None;
    }
    // In this order: git writes the one file before it deletes the others.
    let mut refs = BTreeMap::new();
    read_folder(&common.join("refs"), "refs", &mut refs)?;
    read_packed(common, &mut refs)?;
    let named = refs.iter();
    let named = named.filter_map(|(name, it)| Some((name.clone(), commit(it, &refs)?.clone())));
    Some(named.collect())
}

/// What a ref names. Git follows no more than five of those that name another.
fn commit<'a>(mut target: &'a Target, refs: &'a BTreeMap<String, Target>) -> Option<&'a CommitId> {
    for _ in 0..=5 {
        match target {
            Target::Commit(commit) => return Some(commit),
            Target::Ref(name) => target = refs.get(name)?,
        }
    }
    None
}

fn read_folder(folder: &Path, name: &str, refs: &mut BTreeMap<String, Target>) -> Option<()> {
    for entry in fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        let name = format!("{name}/{}", entry.file_name().to_str()?);
        let kind = entry.file_type().ok()?;
        if kind.is_dir() {
            read_folder(&entry.path(), &name, refs)?;
        } else if !name.ends_with(".lock") {
            let is_plain = kind.is_file() && !name.starts_with("refs/tags/");
            let text = fs::read_to_string(entry.path()).ok().filter(|_| is_plain)?;
            let target = match text.strip_prefix("ref:") {
                Some(name) => Target::Ref(name.trim().to_owned()),
                None => Target::Commit(CommitId::new(text.trim())?),
            };
            refs.insert(name, target);
        }
    }
    Some(())
}

/// Reads lines `commit name`, each followed by `^commit` where the first is an object that names a commit.
fn read_packed(common: &Path, refs: &mut BTreeMap<String, Target>) -> Option<()> {
    let file = common.join("packed-refs");
    if !file.exists() {
        return Some(());
    }
    let text = fs::read_to_string(file).ok()?;
    let (header, lines) = text.split_once('\n')?;
    if !header.starts_with("# pack-refs with:") || !header.contains(" fully-peeled ") {
        return None;
    }
    let mut packed: Vec<(&str, CommitId)> = Vec::new();
    for line in lines.lines() {
        match (line.strip_prefix('^'), line.split_once(' ')) {
            (Some(commit), _) => packed.last_mut()?.1 = CommitId::new(commit)?,
            (None, Some((commit, name))) => packed.push((name, CommitId::new(commit)?)),
            (None, None) => return None,
        }
    }
    for (name, commit) in packed {
        refs.entry(name.to_owned())
            .or_insert(Target::Commit(commit));
    }
    Some(())
}
