//! A ledger whose file was set aside, replaced or deleted while it was open. What stood in it can still be read by
//! whoever has it open, and must not be lost with its name.

use super::Ledger;
use crate::LedgerError;

impl Ledger {
    /// Goes on with the file that has the name of the ledger now, or with a new one, and takes over what the old file
    /// holds, as writing does. Says how many facts the new one lacked; `None` where it was no other file since this was
    /// last asked.
    pub fn renew(&mut self) -> Result<Option<usize>, LedgerError> {
        self.follow()?;
        Ok(self.taken_over.take())
    }

    pub(super) fn follow(&mut self) -> Result<(), LedgerError> {
        if !self.is_current() {
            let mut new = Ledger::open_within(&self.place, self.patience)?;
            new.taken_over = Some(self.taken_over.unwrap_or(0) + new.take_over(self)?);
            *self = new;
        }
        Ok(())
    }
}
