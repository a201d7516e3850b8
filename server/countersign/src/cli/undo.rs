//! `countersign undo`: take back an act.

use std::path::PathBuf;

use clap::Parser;
use countersign_ledger::{Ledger, locate};
use countersign_provenance::{ActKind, Statement};

use super::out;
use crate::person::may_act_from_terminal;
use crate::workspace::{Fault, acts, clock};

/// Take back your last confirmation or claim in this repository
#[derive(Debug, Parser)]
#[command(after_help = "Example:
  countersign undo")]
pub(super) struct Args {
    /// A file or folder of the repository
    #[arg(long, default_value = ".")]
    repository: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    may_act_from_terminal()?;
    let place = locate(&args.repository);
    let nothing = || Fault::NothingThere {
        place: place.root.display().to_string(),
        verb: "undo",
    };
    let mut ledger = Ledger::open_existing(&place)?.ok_or_else(nothing)?;
    let fact = acts::undo(&mut ledger, &place, None, clock::now())?;
    if let Statement::Act(act) = fact.statement {
        let what = match act.kind {
            ActKind::Confirm => "confirmation",
            ActKind::Claim => "claim",
            ActKind::Reject => "rejection",
        };
        out::line(&format!("Took back your {what} of {}.", act.path));
    }
    Ok(0)
}
