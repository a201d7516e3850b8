//! Where the ledgers of all clones began: what stood there before, no fact speaks of.

use std::collections::BTreeSet;

use countersign_provenance::{Fact, Statement};

use super::SyncError;
use crate::git::{self, CommitId};
use crate::{Batch, Durability, Ledger, new_fact_id};

/// More beginnings than there are clones: they say nothing any more.
const MOST: usize = 1000;

impl Ledger {
    /// Facts from elsewhere speak of what stood before this ledger began: from
    /// now on it began where the first of all did.
    pub(super) fn adopt_births(&mut self) -> Result<(), SyncError> {
        let told = self.births_told()?;
        if told.is_empty() {
            return Ok(());
        }
        let own = self.own_beginning()?;
        let first = first_of(self, &told, own.as_deref())?;
        self.put_meta(&[("born", &first), ("born_tips", &first)])?;
        Ok(())
    }

    /// Tells where this ledger began, unless it is known of one before it.
    pub(super) fn tell_birth(&mut self, at: i64) -> Result<(), SyncError> {
        let Some(own) = self.own_beginning()? else {
            return Ok(());
        };
        let own = published(self, own)?;
        let told = self.births_told()?;
        if !told.is_empty() {
            let known = first_of(self, &told, None)?;
            if known.is_empty() || known == first_of(self, &told, Some(&own))? {
                return Ok(());
            }
        }
        let fact = Fact {
            id: new_fact_id(),
            at,
            by: String::new(),
            statement: Statement::Began(own),
        };
        let batch = Batch {
            facts: vec![fact],
            ..Batch::default()
        };
        self.append(&batch, Durability::Recoverable)?;
        Ok(())
    }

    fn births_told(&self) -> Result<BTreeSet<String>, SyncError> {
        let told = self.births()?.into_iter();
        Ok(told
            .filter_map(|record| match record.fact()?.statement {
                Statement::Began(commit) => Some(commit),
                _ => None,
            })
            .collect())
    }
}

/// A beginning as others can know it: the last commit on the way to it that a remote has too. A branch that was never
/// pushed, or pushed as other commits, is known to nobody else.
fn published(ledger: &Ledger, own: String) -> Result<String, SyncError> {
    let place = ledger.place();
    let refs = git::refs(place)?.into_iter();
    let remote = refs.filter(|(name, _)| name.starts_with("refs/remotes/"));
    let remote: Vec<CommitId> = remote.map(|(_, tip)| tip).collect();
    let Some(commit) = CommitId::new(&own).filter(|_| !remote.is_empty()) else {
        return Ok(own);
    };
    let known = git::known_commits(place, vec![commit])?;
    let Some(commit) = known.first() else {
        return Ok(own);
    };
    let shared = git::shared_ancestor(place, commit, &remote)?;
    Ok(shared.map_or(own, |shared| shared.as_str().to_owned()))
}

/// The commit that is before all that was told and this ledger's own beginning, as far as they are known here; empty
/// where there is none, and where one began before the first commit. Of a history that was rewritten nothing is known
/// here: then this ledger may well have begun after the others, and nothing is known to have stood before them.
fn first_of(
    ledger: &Ledger,
    told: &BTreeSet<String>,
    own: Option<&str>,
) -> Result<String, SyncError> {
    if told.contains("") || own == Some("") || told.len() > MOST {
        return Ok(String::new());
    }
    let births: Vec<CommitId> = told.iter().filter_map(CommitId::new).collect();
    let count = births.len();
    let mut known = git::known_commits(ledger.place(), births)?;
    if known.is_empty() || known.len() < count && git::is_shallow(ledger.place()) {
        // What is lacking is older than all that is here.
        return Ok(String::new());
    }
    let own = own.and_then(CommitId::new).into_iter().collect();
    known.extend(git::known_commits(ledger.place(), own)?);
    let first = git::common_ancestor(ledger.place(), &known)?;
    Ok(first.map_or_else(String::new, |first| first.as_str().to_owned()))
}
