//! Files that a command only gave another name.

use std::cmp::Reverse;
use std::path::Path;

use countersign_provenance::carry::{Source, carry};
use countersign_provenance::{Regions, ink_of};

use super::changed::Changed;
use crate::workspace::file::Disk;

/// Beyond this many pairs of files gone and come, only those with names alike are compared.
const COMPARED: usize = 200;
/// So many of these for each that is gone.
const NEAREST: usize = 4;

/// Finds for each file that is gone the one that has come in its place: the
/// very same text, else the most similar that shares at least half of it.
pub(super) fn pair(changed: Vec<Changed>) -> Vec<Changed> {
    let (mut gone, mut rest): (Vec<_>, Vec<_>) = changed.into_iter().partition(Changed::is_gone);
    let same = |before: &str, after: &str| u32::from(before == after);
    gone.retain(|gone| !take(gone, rest.iter_mut(), same));
    let are_few = gone.len() * rest.len() <= COMPARED;
    gone.retain(|gone| match are_few {
        true => !take(gone, rest.iter_mut(), shared),
        false => !take(gone, nearest(gone, &mut rest), shared),
    });
    rest.extend(gone);
    rest
}

/// The files that have come whose paths end most alike.
fn nearest<'c>(gone: &Changed, come: &'c mut [Changed]) -> impl Iterator<Item = &'c mut Changed> {
    let near = come.iter_mut().filter(|changed| changed.has_come());
    let near = near.map(|changed| (alike(&gone.path, &changed.path), changed));
    let mut near: Vec<_> = near.filter(|(alike, _)| *alike > 0).collect();
    near.sort_by_key(|(alike, _)| Reverse(*alike));
    near.into_iter().take(NEAREST).map(|(_, changed)| changed)
}

/// How many parts two paths share from their end; the last without what tells the kind of file. 0 where that differs.
fn alike(one: &str, other: &str) -> usize {
    let parts = |path| {
        let path = Path::new(path);
        let folders = path.parent().into_iter().flat_map(Path::iter);
        path.file_stem().into_iter().chain(folders.rev())
    };
    parts(one)
        .zip(parts(other))
        .take_while(|(one, other)| one == other)
        .count()
}

/// Whether one of the files that have come takes the place of this one.
fn take<'c>(
    gone: &Changed,
    come: impl Iterator<Item = &'c mut Changed>,
    likeness: fn(&str, &str) -> u32,
) -> bool {
    let Some((_, before)) = &gone.before else {
        return false;
    };
    let like = |changed: &Changed| match &changed.after {
        Disk::Text { text, .. } if changed.has_come() && !text.trim().is_empty() => {
            likeness(before, text)
        }
        _ => 0,
    };
    let all = come.map(|changed| (like(changed), changed));
    let best = all.max_by_key(|(like, _)| *like);
    let Some((_, best)) = best.filter(|(like, _)| *like > 0) else {
        return false;
    };
    best.before.clone_from(&gone.before);
    true
}

/// How much of a text stands in another, in bytes of ink; 0 for less than half of either.
fn shared(before: &str, after: &str) -> u32 {
    let nothing = Regions::default();
    let carried = carry(&[Source::new(before, &nothing)], after);
    let ink = |text: &str| ink_of(text.as_bytes());
    let part = |text: &str, range: &std::ops::Range<u32>| {
        ink(&text[range.start as usize..range.end as usize])
    };
    let fresh: u32 = carried.fresh.iter().map(|range| part(after, range)).sum();
    let shared = ink(after) - fresh;
    if shared * 2 >= ink(before) && shared * 2 >= ink(after) {
        shared
    } else {
        0
    }
}
