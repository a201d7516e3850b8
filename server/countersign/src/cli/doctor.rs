//! `countersign doctor`: whether the ledger is whole.

use std::path::PathBuf;

use clap::Parser;
use countersign_ledger::{Ledger, locate};

use super::out;
use crate::person::may_act_from_terminal;
use crate::workspace::Fault;

/// Say whether the ledger of this repository is whole: exit 1 where facts may be missing
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  countersign doctor
  countersign doctor --accept-loss")]
pub(super) struct Args {
    /// Go on with what is left of a ledger that was damaged; the gate judges again
    #[arg(long)]
    accept_loss: bool,
    /// A file or folder of the repository
    #[arg(long, default_value = ".")]
    repository: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    let place = locate(&args.repository);
    let Some(mut ledger) = Ledger::open_existing(&place)? else {
        out::line("There is no ledger here yet: no assistant's hook has run.");
        return Ok(0);
    };
    let Some(loss) = ledger.loss()? else {
        out::line(&format!("The ledger in {} is whole.", place.dir.display()));
        return Ok(0);
    };
    let set_aside = loss.set_aside.display();
    if args.accept_loss {
        may_act_from_terminal()?;
        ledger.accept_loss()?;
        out::line(&format!(
            "Accepted: what only {set_aside} knew is missing. The file stays where it is."
        ));
        return Ok(0);
    }
    out::line(&format!(
        "The ledger was damaged and set aside as {set_aside}: facts may be missing."
    ));
    out::line("Once you know what is missing: countersign doctor --accept-loss");
    Ok(1)
}
