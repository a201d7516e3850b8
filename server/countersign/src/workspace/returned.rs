//! What an assistant took away, and a person has put into another file since: it was moved, and its removal ends.
//!
//! Where the text was taken away it must be missed, and where it stands it must be new. A copy that stood there before
//! gives nothing back, nor does another branch on which it stands in another file.

use std::time::Duration;

use countersign_ledger::git::GitError;
use countersign_ledger::{Ledger, git, new_fact_id};
use countersign_provenance::removal::came_back;
use countersign_provenance::{Fact, Removal, RemovalId, Statement};

use super::displaced::{self, OTHERS};
use super::known::Known;
use super::recognise::World;
use super::{Fault, clock};

/// How many changes of a file are looked back at for the last one that took the text away.
const LOOKED_BACK: usize = 50;
/// For so long at most: what is not found by then is taken to have stood in HEAD.
const WITHIN: Duration = Duration::from_secs(1);

/// A text that is looked at.
pub(super) struct Here<'a> {
    pub(super) path: &'a str,
    /// The commit that it is of, or that the work tree is on.
    pub(super) revision: &'a str,
}

impl<'a> Here<'a> {
    /// Of the work tree, or what is to be its next commit.
    pub(super) fn of_work_tree(path: &'a str) -> Self {
        Here {
            path,
            revision: "HEAD",
        }
    }
}

/// The removals that end with a text of which this is known.
pub(super) fn ended_by(
    world: &World<'_>,
    ledger: &Ledger,
    here: &Here<'_>,
    known: &Known,
) -> Result<Vec<Fact>, Fault> {
    ended(world, ledger, here, known.returned.clone())
}

/// Those of these removals, whose text stands here, that end with it.
pub(super) fn ended(
    world: &World<'_>,
    ledger: &Ledger,
    here: &Here<'_>,
    back: Vec<RemovalId>,
) -> Result<Vec<Fact>, Fault> {
    let mut ended = Vec::new();
    if back.is_empty() {
        return Ok(ended);
    }
    let known = ledger.returned(&back)?;
    for (id, removal) in ledger.removals(&back)? {
        if !known.contains(&id)
            && is_missed(world, ledger, here.path, id)?
            && is_new(world, ledger, here, &removal)?
        {
            ended.push(Fact {
                id: new_fact_id(),
                at: clock::now(),
                by: String::new(),
                statement: Statement::Returned(id),
            });
        }
    }
    Ok(ended)
}

/// Whether a file but this one has the mark of a removal.
fn is_missed(
    world: &World<'_>,
    ledger: &Ledger,
    path: &str,
    removal: RemovalId,
) -> Result<bool, Fault> {
    let mut others = ledger.paths_naming(removal)?;
    others.remove(path);
    for other in others.into_iter().take(OTHERS) {
        if displaced::has(world, ledger, &other, removal)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the text of a removal did not stand here yet when it last stood where it was taken away, as far as git knows.
fn is_new(
    world: &World<'_>,
    ledger: &Ledger,
    here: &Here<'_>,
    removal: &Removal,
) -> Result<bool, Fault> {
    let place = world.place();
    let Some(before) = ledger.snapshot(&removal.before)? else {
        return Ok(false);
    };
    if place.git_dir.is_none() {
        return Ok(true);
    }
    let head = match git::rev_parse(place, here.revision) {
        Ok(head) => head,
        // Nothing is committed yet.
        Err(GitError::UnknownRevision(_)) => return Ok(true),
        Err(error) => return Err(error.into()),
    };
    let holds = |bytes: Option<Vec<u8>>| {
        let text = bytes.and_then(|bytes| git::text_of(bytes).ok());
        text.is_some_and(|text| came_back(&before, &removal.removed, 1, &text))
    };
    let mut states = git::before_changes(place, &removal.path, &head, LOOKED_BACK, WITHIN)?;
    states.insert(0, head);
    let texts = git::read_in(place, states.iter(), &removal.path)?;
    let last = texts.into_iter().position(holds).unwrap_or_default();
    let there = git::read_in(place, std::iter::once(&states[last]), here.path)?;
    Ok(!there.into_iter().any(holds))
}
