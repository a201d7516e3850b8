//! `countersign doctor`: what is wrong here, and what to do about it.

use clap::Parser;
use countersign_ledger::{Ledger, Place, spooled};

use super::out;
use super::paint::Paint;
use super::repository::Repository;
use crate::health::{Finding, Health, Repair, State, examine, repair};
use crate::person::may_act_from_terminal;
use crate::setup::Machine;
use crate::workspace::Fault;

/// Say whether the program, the ledger, agents, editors and git are as they should be
///
/// Exit code 1 where something is wrong; each trouble comes with the next command. Nothing is changed but with
/// --repair, which takes away no fact: it makes anew what is found again from the facts, takes in what lies beside the
/// ledger, in a damaged one or in the shared notes, closes files to others, and says what it did.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  countersign doctor
  countersign doctor --json
  countersign doctor --repair
  countersign doctor --accept-loss")]
pub(super) struct Args {
    /// Go on with what is left of a ledger that was damaged; the gate judges again
    #[arg(long)]
    accept_loss: bool,
    /// Put right what can be, then look
    #[arg(long, conflicts_with = "accept_loss")]
    repair: bool,
    /// Print JSON
    #[arg(long, conflicts_with = "accept_loss")]
    json: bool,
    #[command(flatten)]
    repository: Repository,
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    let place = args.repository.place();
    if args.accept_loss {
        return accept_loss(&place);
    }
    let repairs = args.repair.then(|| repair(&place)).transpose()?;
    let health = Health {
        repairs,
        ..examine(&place, &Machine::new())
    };
    match args.json {
        true => out::json(&health),
        false => show(&health),
    }
    Ok(u8::from(!health.ok))
}

fn accept_loss(place: &Place) -> Result<u8, Fault> {
    let mut ledger = Ledger::open_existing(place)?;
    let loss = ledger.as_ref().map(Ledger::loss).transpose()?.flatten();
    let batches = spooled(place).set_aside;
    let Some(ledger) = ledger.as_mut().filter(|_| loss.is_some() || batches > 0) else {
        out::line("There is no loss to accept.");
        return Ok(0);
    };
    may_act_from_terminal()?;
    ledger.accept_loss()?;
    if let Some(loss) = loss {
        out::line(&format!(
            "Accepted: what only {} knew is missing. The file stays where it is.",
            loss.set_aside.display()
        ));
    }
    if batches > 0 {
        let batches = match batches {
            1 => "one batch".to_owned(),
            _ => format!("{batches} batches"),
        };
        out::line(&format!(
            "Accepted: what could not be read of {batches} is missing. The files stay and end in .accepted."
        ));
    }
    Ok(0)
}

fn show_repairs(repairs: &[Repair]) {
    for Repair { about, did } in repairs {
        out::line(&format!("repaired: {about}: {did}"));
    }
    if repairs.is_empty() {
        out::line("Nothing had to be repaired.");
    }
    out::line("");
}

fn show(health: &Health) {
    let paint = Paint::of_stdout();
    if let Some(repairs) = &health.repairs {
        show_repairs(repairs);
    }
    let about = |finding: &Finding| finding.about.chars().count();
    let width = health.findings.iter().map(about).max().unwrap_or(0);
    for finding in &health.findings {
        let mark = match finding.state {
            State::Ok => paint.green("ok"),
            State::Remark => paint.yellow("--"),
            State::Trouble => paint.red("!!"),
        };
        out::line(&format!(
            "{mark}  {:width$}  {}",
            finding.about,
            out::name(&finding.says)
        ));
        if let Some(next) = &finding.next {
            out::line(&format!("    {:width$}  next: {}", "", paint.bold(next)));
        }
    }
    let troubles = health
        .findings
        .iter()
        .filter(|finding| finding.state == State::Trouble);
    out::line(&match troubles.count() {
        0 => "\nNothing is wrong.".to_owned(),
        1 => "\nOne thing is wrong.".to_owned(),
        troubles => format!("\n{troubles} things are wrong."),
    });
}
