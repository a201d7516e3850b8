//! The commands that people use.

mod blame;
mod check;
mod check_base;
mod check_filters;
mod confirm;
mod help;
mod ignored;
mod manual;
mod mark;
mod refusal;
mod status;
mod status_again;
mod undo;
mod version;

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

/// All commands but `help`, as the program lists them.
fn commands(repo: &Repo) -> Vec<String> {
    let help = repo.run(&["--help"]).ok().stdout;
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let list = list.take_while(|line| !line.is_empty());
    // What a long line goes on with is further in.
    let names = list.filter(|line| line.len() > 2 && !line[2..].starts_with(' '));
    let names = names.filter_map(|line| line.split_whitespace().next());
    let names: Vec<String> = names
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect();
    assert!(names.len() > 10, "{help}");
    names
}
