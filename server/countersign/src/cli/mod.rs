//! The command line: a file a command. Arguments in, one use case, words out.

mod blame;
mod check;
mod completions;
mod confirm;
mod demo;
mod doctor;
mod hook;
mod ignored;
mod init;
mod json;
mod lsp;
mod man;
mod mark;
mod out;
mod paint;
mod repository;
mod status;
mod sync;
mod target;
mod undo;
mod warnings;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Fault;

/// Keeps code that an assistant wrote flagged as unreviewed until a person confirms it.
#[derive(Debug, Parser)]
#[command(name = "countersign", version = BUILD, after_help = EXAMPLES)]
struct Countersign {
    #[command(subcommand)]
    command: Command,
}

/// What was released, such as "0.1.0".
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What was built, with its commit where it is known: "0.1.0 (abc1234 2026-11-22)".
const BUILD: &str = env!("COUNTERSIGN_VERSION");

const EXAMPLES: &str = "Examples:
  countersign init                   set up agents and editors for this repository
  countersign demo                   all of it at work, in a throwaway repository
  countersign status                 what is unreviewed, by file
  countersign blame src/main.rs      who wrote each line, and who stands behind it
  countersign confirm src/main.rs:10-24
  countersign check                  exit 1 while HEAD holds unreviewed text
  countersign check --base main      the same for what this branch brings

Exit codes: 0 done, 1 the gate is red, 2 an error or not enough known, 3 refused to an agent.";

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Status(status::Args),
    Blame(blame::Args),
    Confirm(confirm::ConfirmArgs),
    Claim(confirm::ClaimArgs),
    Mark(mark::Args),
    Undo(undo::Args),
    Check(check::Args),
    Sync(sync::Args),
    Doctor(doctor::Args),
    Demo(demo::Args),
    Hook(hook::Args),
    Lsp(lsp::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the command that was named, and words its fault.
pub(crate) fn main() -> ExitCode {
    if let Some(args) = hook::Args::called() {
        return hook::run(&args);
    }
    let command = match Countersign::try_parse() {
        Ok(Countersign { command }) => command,
        Err(error) => {
            let _printed = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    if !matches!(command, Command::Lsp(_) | Command::Hook(_)) {
        warnings::start();
    }
    let result = match command {
        Command::Init(args) => init::run(&args),
        Command::Lsp(args) => lsp::run(&args),
        Command::Hook(args) => return hook::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Blame(args) => blame::run(&args),
        Command::Confirm(args) => confirm::confirm(&args),
        Command::Claim(args) => confirm::claim(&args),
        Command::Mark(args) => mark::run(&args),
        Command::Undo(args) => undo::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Sync(args) => sync::run(args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    };
    let code = result.unwrap_or_else(|fault| tell(&fault));
    let Some(why) = out::unwritten() else {
        return ExitCode::from(code);
    };
    out::error(&format!("error: not all could be written to stdout: {why}"));
    ExitCode::from(if code == 0 { 2 } else { code })
}

/// Tells a fault with its hint, and gives its exit code.
fn tell(fault: &Fault) -> u8 {
    out::error(&format!("error: {}", out::name(&fault.to_string())));
    if let Some(hint) = fault.hint() {
        let lines: Vec<String> = hint.lines().map(out::name).collect();
        out::error(&format!("hint: {}", lines.join("\n")));
    }
    fault.exit_code()
}
