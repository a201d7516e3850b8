//! `countersign undo`: take back an act.

use clap::Parser;
use countersign_ledger::Ledger;

use super::out;
use super::repository::Repository;
use crate::person::may_act_from_terminal;
use crate::workspace::{Fault, acts, clock};

/// Take back what you said last in this repository: a confirmation, a claim, a mark
#[derive(Debug, Parser)]
#[command(after_help = "Example:
  countersign undo")]
pub(super) struct Args {
    #[command(flatten)]
    repository: Repository,
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    may_act_from_terminal()?;
    let place = args.repository.place();
    let nothing = || Fault::NothingThere {
        place: place.root.display().to_string(),
        verb: "undo",
    };
    let mut ledger = Ledger::open_known(&place)?.ok_or_else(nothing)?;
    let said = acts::undo(&mut ledger, &place, clock::now())?;
    let (what, path) = acts::undone(&said);
    let of = path.map_or_else(String::new, |path| format!(" of {}", out::name(path)));
    out::line(&format!("Took back your {what}{of}."));
    Ok(0)
}
