//! What must outlive a process: the facts, and all that asks git.
//!
//! * [`Ledger`] keeps facts and the caches around them, safe against several
//!   writers, crashes and damage. Only `store` names the database.
//! * [`Place`] says which ledger and work tree a file belongs to.
//! * [`git`] asks the user's git. Nothing else starts a process.
//! * [`Record`] is a fact as it stands on disk and in shared notes.
//!
//! There is no LSP here and nothing is asynchronous. Facts are only appended;
//! what people see is derived from them elsewhere.

mod batch;
mod digest;
mod error;
pub mod git;
mod notes;
mod place;
mod record;
mod spool;
mod stat;
mod store;

pub use batch::{
    Appended, Batch, Durability, Head, Journal, Loss, Outline, Pending, Touched, Written,
};
pub use error::LedgerError;
pub use notes::{Mode, Odd, Sample, SyncError, Synced, sample, sync};
pub use place::{Place, locate, locate_in, locate_outside, locate_within, other_work_trees};
pub use record::{MAX_RECORD, Record};
pub use spool::{Salvaged, Spooled, append_or_spool, spooled};
pub use stat::Stat;
pub use store::{
    Ledger, Look, Looked, Relook, SCHEMA, Save, Strays, Vitals, Wear, fits, strays, tidy,
};

/// What logs what is odd in facts that came from elsewhere: the target of its events.
pub const NOTES: &str = "countersign_ledger::notes";

use countersign_provenance::FactId;

/// A new name for a fact.
pub fn new_fact_id() -> FactId {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
    FactId(u128::from_ne_bytes(bytes))
}

/// The name of a fact that follows from other things alone: who works it out again gets the same name, in any clone.
/// The first part is a fixed word for the kind of fact.
pub fn derived_fact_id(parts: &[&str]) -> FactId {
    let lengths: Vec<[u8; 8]> = parts
        .iter()
        .map(|part| (part.len() as u64).to_be_bytes())
        .collect();
    // Each with its length before it, so that no two lists read the same.
    let told = lengths.iter().zip(parts);
    let told = told.flat_map(|(length, part)| [length.as_slice(), part.as_bytes()]);
    let hex = digest::sha256(&told.collect::<Vec<_>>());
    hex[..32].parse().expect("a digest is hex digits")
}

#[cfg(test)]
mod tests {
    use super::derived_fact_id;

    #[test]
    fn a_derived_name_never_changes_and_says_where_a_part_ends() {
        let name = derived_fact_id(&["declared", "c0ffee", "src/main.rs"]);
        assert_eq!(name.to_string(), "22ea025188091c85bad62860099d6360");
        assert_ne!(
            name,
            derived_fact_id(&["declared", "c0ffeesrc", "/main.rs"])
        );
    }
}
