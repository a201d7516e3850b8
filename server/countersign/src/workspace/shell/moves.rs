//! Files that a command only gave another name.

use countersign_provenance::carry::{Source, carry};
use countersign_provenance::{Regions, ink_of};

use super::changed::Changed;
use crate::workspace::file::Disk;

/// Beyond this many files gone and come, only the very same texts are found.
const COMPARED: usize = 200;

/// Finds for each file that is gone the one that has come in its place: the
/// very same text, else the most similar that shares at least half of it.
pub(super) fn pair(changed: Vec<Changed>) -> Vec<Changed> {
    let (mut gone, mut rest): (Vec<_>, Vec<_>) = changed.into_iter().partition(Changed::is_gone);
    gone.retain(|gone| !take(gone, &mut rest, |before, after| u32::from(before == after)));
    if gone.len() * rest.len() <= COMPARED {
        gone.retain(|gone| !take(gone, &mut rest, shared));
    }
    rest.extend(gone);
    rest
}

/// Whether a file that has come takes the place of this one.
fn take(gone: &Changed, come: &mut [Changed], likeness: fn(&str, &str) -> u32) -> bool {
    let Some((_, before)) = &gone.before else {
        return false;
    };
    let like = |changed: &Changed| match &changed.after {
        Disk::Text { text, .. } if changed.before.is_none() && !text.trim().is_empty() => {
            likeness(before, text)
        }
        _ => 0,
    };
    let best = come
        .iter_mut()
        .max_by_key(|changed| like(changed))
        .filter(|best| like(best) > 0);
    let found = best.is_some();
    if let Some(best) = best {
        best.before.clone_from(&gone.before);
    }
    found
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
