//! The commands that people use.

mod blame;
mod check;
mod confirm;
mod help;
mod ignored;
mod refusal;
mod status;
mod undo;

use crate::support::claude::Claude;
use crate::support::repo::Repo;

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

/// Two functions of an assistant, with blank lines in and between them.
const REFUND: &str = "\
fn refund(receipt: &Receipt, amount: Money) -> Result<(), Refused> {
    let left = receipt.total - receipt.refunded;

    bank::give_back(receipt.card, amount.min(left))?;
    Ok(())
}

fn void(receipt: &Receipt) -> Result<(), Refused> {
    refund(receipt, receipt.total)
}
";

const GUARD: &str = "    if order.total <= 0 {\n        return Err(Refused::Nothing);\n    }\n";

/// An assistant has written `refund.rs`, changed a line of `pay.rs` and taken its guard away.
fn visited() -> Repo {
    let repo = Repo::with(&[("pay.rs", PAY), ("lib.rs", "mod pay;\n")]);
    let claude = Claude::new(&repo);
    claude.write("refund.rs", REFUND);
    claude.edit(
        "pay.rs",
        "    audit::note(order.id, receipt.id);\n",
        "    log::info(\"paid\");\n",
    );
    claude.edit("pay.rs", GUARD, "");
    repo
}
