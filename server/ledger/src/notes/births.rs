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
        let mut births = self.births_told()?;
        if births.is_empty() {
            return Ok(());
        }
        births.extend(self.own_beginning()?);
        let first = first_of(self, &births)?;
        self.put_meta(&[("born", &first), ("born_tips", &first)])?;
        Ok(())
    }

    /// Tells where this ledger began, unless it is known of one before it.
    pub(super) fn tell_birth(&mut self, at: i64) -> Result<(), SyncError> {
        let Some(own) = self.own_beginning()? else {
            return Ok(());
        };
        let mut births = self.births_told()?;
        let known = match births.is_empty() {
            true => None,
            false => Some(first_of(self, &births)?),
        };
        births.insert(own.clone());
        if known == Some(first_of(self, &births)?) {
            return Ok(());
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

/// The commit that is before all of these, as far as they are known here; empty
/// where there is none, and where one began before the first commit.
fn first_of(ledger: &Ledger, births: &BTreeSet<String>) -> Result<String, SyncError> {
    if births.contains("") || births.len() > MOST {
        return Ok(String::new());
    }
    let births: Vec<CommitId> = births.iter().filter_map(CommitId::new).collect();
    let count = births.len();
    let known = git::known_commits(ledger.place(), births)?;
    if known.len() < count && git::is_shallow(ledger.place()) {
        // What is lacking is older than all that is here.
        return Ok(String::new());
    }
    let first = match known.as_slice() {
        [] => None,
        known => git::common_ancestor(ledger.place(), known)?,
    };
    Ok(first.map_or_else(String::new, |first| first.as_str().to_owned()))
}
