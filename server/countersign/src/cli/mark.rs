//! `countersign mark`.

use clap::{Parser, ValueHint};
use countersign_provenance::{Evidence, Origin};

use super::{out, target};
use crate::person::may_act_from_terminal;
use crate::workspace::file::Named;
use crate::workspace::findings::product;
use crate::workspace::mark::mark_file;
use crate::workspace::{Fault, clock};

/// Say that an assistant wrote a file, or lines of it: they are unreviewed until a person confirms them
///
/// For what no hook reported: an assistant that is not set up, code from a chat window, files from before. What is
/// known as an assistant's already keeps its origin and its confirmations; where that was only a guess, your word is
/// stronger. `countersign undo` takes a mark back.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  countersign mark src/main.rs
  countersign mark src/main.rs:10-24 --source copilot")]
pub(super) struct Args {
    /// A file, or lines A to B of it, counted from 1
    #[arg(value_name = "FILE[:A[-B]]", value_hint = ValueHint::FilePath)]
    target: String,
    /// The assistant, such as claude-code, copilot or chatgpt
    #[arg(long, value_name = "NAME", default_value = "unknown", value_parser = name,
          value_hint = ValueHint::Other)]
    source: String,
    /// Its model
    #[arg(long, value_name = "NAME", value_parser = name, value_hint = ValueHint::Other)]
    model: Option<String>,
}

/// A name that can stand in a line.
fn name(word: &str) -> Result<String, &'static str> {
    let word = word.trim();
    if word.is_empty() || word.contains(char::is_control) {
        return Err("a name is one line, and not empty");
    }
    Ok(word.to_owned())
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    may_act_from_terminal()?;
    let target = target::parse(&args.target)?;
    let named = Named::new(&target.file)?;
    let origin = Origin {
        source: args.source.clone(),
        model: args.model.clone(),
        session: None,
        evidence: Evidence::Marked,
        at: clock::now(),
    };
    let marked = mark_file(&named, target.lines, &origin);
    let lines = marked.map_err(|fault| match fault {
        Fault::NothingThere { verb, .. } => Fault::NothingThere {
            place: args.target.clone(),
            verb,
        },
        fault => fault,
    })?;
    out::line(&format!(
        "Marked {} of {} as written by {}: unreviewed until a person confirms.",
        out::count(lines, "line"),
        out::name(&named.path),
        product(&args.source),
    ));
    Ok(0)
}
