//! Bad input, and a world that does not cooperate.

mod damage;
mod full_disk;
pub(crate) mod kill;
mod no_git;
mod payloads;
mod taken_away;
mod unwritable;

/// A function of an assistant.
const REFUND: &str = "\
fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
    let left = receipt.total - receipt.refunded;
    let amount = amount.min(left);
    bank::give_back(receipt.card, amount)?;
    Ok(())
}
";
