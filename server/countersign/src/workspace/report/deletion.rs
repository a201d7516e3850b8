//! The facts about a file that is gone.

use countersign_ledger::{Batch, Ledger, new_fact_id};
use countersign_provenance::carry::{Carried, Gone};
use countersign_provenance::{Removal, Statement};

use super::Call;
use super::change::{Announced, Change};
use crate::workspace::Fault;

impl Call<'_> {
    /// One removal that stands under the file's name.
    pub(super) fn facts_of_deletion(
        &self,
        ledger: &Ledger,
        change: &Change<'_>,
    ) -> Result<Batch, Fault> {
        let mut batch = Batch::default();
        if change
            .before
            .is_none_or(|before| before.text.trim().is_empty())
        {
            return Ok(batch);
        }
        let was = self.was(ledger, change)?;
        let all = Gone {
            old: 0..was.text.len() as u32,
            at: 0,
        };
        let mut carried = Carried {
            gone: vec![all],
            ..Carried::default()
        };
        change.beside.moved_away(was.text, &mut carried.gone);
        let moves = self.moved_away(ledger, change, &was, &mut carried.gone)?;
        let moves = moves.into_iter().map(|it| self.fact(new_fact_id(), it));
        batch.facts.extend(moves);
        let announced = Announced::of(change, was.text, "");
        let taken = self.taken(ledger, change, (&was, ""), announced, &carried, &[])?;
        if !taken.is_empty() {
            let origin = self.fact(new_fact_id(), self.origin(announced.evidence()));
            let removal = Removal {
                origin: origin.id,
                path: change.path.to_owned(),
                before: was.blob.clone(),
                lines: taken.iter().map(|(removal, _)| removal.lines).sum(),
                removed: taken
                    .into_iter()
                    .flat_map(|(removal, _)| removal.removed)
                    .collect(),
                occurrences: 1,
                whole_file: true,
            };
            batch.facts.push(origin);
            batch
                .facts
                .push(self.fact(new_fact_id(), Statement::Removal(removal)));
        }
        self.keep_before(ledger, &mut batch, was)?;
        Ok(batch)
    }
}
