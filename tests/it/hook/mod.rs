//! What an assistant does, told by its hook, and what becomes of the text.

mod commands;
mod elsewhere;
mod files;
mod formatters;
mod generated;
mod git;
mod line_ends;
mod oddly_told;
mod outside;
mod overlapping;
mod persons;
mod places;
mod recordings;
mod removals;
mod texts;
mod writes;

/// A file of people.
const PAY: &str = "\
fn pay(order: &Order) -> Result<Receipt, Refused> {
    if order.total <= 0 {
        return Err(Refused::Nothing);
    }
    let receipt = bank::charge(order.card, order.total)?;
    audit::note(order.id, receipt.id);
    Ok(receipt)
}
";

/// A function of an assistant.
const REFUND: &str = "\
fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
    let left = receipt.total - receipt.refunded;
    let amount = amount.min(left);
    bank::give_back(receipt.card, amount)?;
    Ok(())
}
";
