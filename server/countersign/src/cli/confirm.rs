//! `countersign confirm` and `countersign claim`.

use clap::{Args as ClapArgs, Parser, ValueEnum, ValueHint};
use countersign_ledger::Ledger;
use countersign_provenance::{ActKind, Level};

use super::{out, target};
use crate::person::may_act_from_terminal;
use crate::workspace::acts::{self, Subject, Words, act, bytes_of_lines, covered};
use crate::workspace::file::{Named, View};
use crate::workspace::{Fault, clock};

/// Stand behind a file, or lines of it: you can explain them and answer for them
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  countersign confirm src/main.rs
  countersign confirm src/main.rs:10-24 --level verified --note 'ran it against staging'")]
pub(super) struct ConfirmArgs {
    #[command(flatten)]
    on: On,
    /// How well you know it
    #[arg(long, value_enum, default_value_t)]
    level: LevelArg,
}

/// Say that you wrote it yourself; the report of the assistant stays on record
#[derive(Debug, Parser)]
#[command(after_help = "Example:
  countersign claim src/main.rs:10-24")]
pub(super) struct ClaimArgs {
    #[command(flatten)]
    on: On,
}

#[derive(Debug, ClapArgs)]
struct On {
    /// A file, or lines A to B of it, counted from 1
    #[arg(value_name = "FILE[:A[-B]]", value_hint = ValueHint::FilePath)]
    target: String,
    /// Words to go with it
    #[arg(long, value_name = "WORDS", value_hint = ValueHint::Other)]
    note: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum LevelArg {
    /// I read every line
    Read,
    /// I can explain this without an assistant and answer for it
    #[default]
    Understood,
    /// I saw it work
    Verified,
}

impl From<LevelArg> for Level {
    fn from(level: LevelArg) -> Self {
        match level {
            LevelArg::Read => Level::Read,
            LevelArg::Understood => Level::Understood,
            LevelArg::Verified => Level::Verified,
        }
    }
}

pub(super) fn confirm(args: &ConfirmArgs) -> Result<u8, Fault> {
    let words = Words {
        level: args.level.into(),
        note: args.on.note.clone(),
        answers: Vec::new(),
    };
    on_target(&args.on, ActKind::Confirm, words)
}

pub(super) fn claim(args: &ClaimArgs) -> Result<u8, Fault> {
    let words = Words {
        note: args.on.note.clone(),
        ..Words::default()
    };
    on_target(&args.on, ActKind::Claim, words)
}

fn on_target(on: &On, kind: ActKind, words: Words) -> Result<u8, Fault> {
    may_act_from_terminal()?;
    let (verb, done) = match kind {
        ActKind::Claim => ("claim", "Claimed"),
        _ => ("confirm", "Confirmed"),
    };
    let target = target::parse(&on.target)?;
    let named = Named::new(&target.file)?;
    let nothing = || Fault::NothingThere {
        place: on.target.clone(),
        verb,
    };
    let Some(mut ledger) = Ledger::open_known(&named.place)? else {
        named.text()?;
        return Err(nothing());
    };
    let (covered, blob) = match acts::of_deleted(&ledger, &named, kind)? {
        Some(deleted) => deleted,
        None => {
            let (text, blob) = named.text()?;
            let view = View::of(&mut ledger, &named.place, &named.path, &blob, &text)?;
            let range = match &target.lines {
                Some(lines) => bytes_of_lines(&named.path, &view.text, lines)?,
                None => 0..view.text.len(),
            };
            (
                covered(&view.knowledge, &view.text, &view.raw, kind, &[range]),
                blob,
            )
        }
    };
    if covered.is_empty() {
        return Err(nothing());
    }
    let subject = Subject {
        place: &named.place,
        path: &named.path,
        blob,
    };
    let fact = act(&mut ledger, &subject, kind, &covered, words, clock::now())?;
    let mut what = Vec::new();
    if !covered.stretches.is_empty() {
        what.push(out::count(covered.lines, "line"));
    }
    if covered.told_removals() > 0 {
        what.push(out::count(covered.told_removals(), "removal"));
    }
    out::line(&format!(
        "{done} {} of {} as {}.",
        what.join(" and "),
        out::name(&named.path),
        fact.by
    ));
    Ok(0)
}
