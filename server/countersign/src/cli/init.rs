//! `countersign init`: agents and editors are told of this program.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::Parser;
use clap::builder::PossibleValuesParser;

use super::out;
use super::paint::Paint;
use super::repository::Repository;
use crate::setup::plan::{self, GitHooks, Step, Wish};
use crate::setup::{Machine, Plan, Scope, addition, diff, removal};
use crate::workspace::Fault;

/// Set up agents and editors for this repository; the plan is shown first
///
/// Looks for agents and editors on this machine, shows each file that would change as a diff, and asks. What people
/// have written stays as it is. Setting up is no act of confirming: an agent may run it, with --yes.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  countersign init                   what is found on this machine
  countersign init --dry-run         only show the plan
  countersign init claude-code --local
  countersign init --remove          put back what stood before

Exit codes: 0 done or nothing to do, 2 nothing was changed: an error, \"no\", or nobody to ask.")]
pub(super) struct Args {
    /// Only these agents and editors, found or not
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(plan::known()))]
    names: Vec<String>,
    /// Do it without asking
    #[arg(long, short)]
    yes: bool,
    /// Show the plan and change nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Put back what stood before init
    #[arg(long)]
    remove: bool,
    /// In the settings of this work tree that nobody else gets
    #[arg(long, conflicts_with = "user")]
    local: bool,
    /// In your own settings, for all repositories
    #[arg(long)]
    user: bool,
    /// Also share facts whenever you push: git's pre-push hook runs `countersign sync`
    #[arg(long, conflicts_with_all = ["user", "remove"])]
    git_hooks: bool,
    #[command(flatten)]
    repository: Repository,
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    let (place, machine) = (args.repository.place(), Machine::new());
    let wish = Wish {
        place: &place,
        machine: &machine,
        scope: scope(args),
        names: &args.names,
        git_hooks: if args.git_hooks {
            GitHooks::SetUp
        } else {
            GitHooks::Leave
        },
    };
    let plan = match args.remove {
        true => removal::plan(&wish)?,
        false => addition::plan(&wish)?,
    };
    show(&plan);
    if plan.steps.is_empty() {
        // The record may name files that are gone.
        return nothing_to_do(args, &plan);
    }
    if args.dry_run {
        out::line("\nNothing was changed (--dry-run).");
        return Ok(0);
    }
    if !args.yes && !agreed()? {
        out::line("Nothing was changed.");
        return Ok(2);
    }
    plan.apply()?;
    show_done(&plan, args);
    Ok(0)
}

fn scope(args: &Args) -> Scope {
    match (args.local, args.user) {
        (true, _) => Scope::Local,
        (_, true) => Scope::User,
        _ => Scope::Repository,
    }
}

fn nothing_to_do(args: &Args, plan: &Plan) -> Result<u8, Fault> {
    if args.remove {
        if !args.dry_run {
            plan.apply()?;
        }
        out::line(match plan.remarks.is_empty() {
            true => "Nothing of ours is set up here.",
            false => "Nothing was changed.",
        });
    } else if !plan.standing.is_empty() {
        out::line("Nothing to change: it is set up.");
    } else if plan.by_hand.is_empty() {
        out::line(match plan.remarks.is_empty() {
            true => {
                "Neither an agent nor an editor that init knows was found. Name one: countersign init claude-code"
            }
            false => "Nothing was changed.",
        });
        return Ok(2);
    }
    Ok(0)
}

fn show(plan: &Plan) {
    let paint = Paint::of_stdout();
    if !plan.found.is_empty() {
        out::line(&format!("Found: {}.", plan.found.join(", ")));
    }
    for standing in &plan.standing {
        out::line(&format!("Already set up: {standing}."));
    }
    for step in &plan.steps {
        show_step(step, paint);
    }
    for by_hand in &plan.by_hand {
        out::line(&format!(
            "\n{}: {}",
            paint.bold(&by_hand.label),
            by_hand.what
        ));
        for line in &by_hand.lines {
            out::line(&format!("    {line}"));
        }
    }
    if !plan.remarks.is_empty() {
        out::line("");
    }
    for remark in &plan.remarks {
        out::line(&format!("Note: {remark}."));
    }
}

fn show_step(step: &Step, paint: Paint) {
    let change = &step.change;
    out::line(&format!("\n{}", paint.bold(&step.what)));
    out::line(&format!("{} ({})", step.shown, step.owner));
    let name = |text: &Option<String>| match text {
        Some(_) => step.shown.clone(),
        None => "/dev/null".to_owned(),
    };
    out::line(&paint.bold(&format!("--- {}", name(&change.before))));
    out::line(&paint.bold(&format!("+++ {}", name(&change.after))));
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    for line in diff::unified(&text(&change.before), &text(&change.after)).lines() {
        let painted = match line.as_bytes().first() {
            Some(b'+') => paint.green(line),
            Some(b'-') => paint.red(line),
            Some(b'@') => paint.dim(line),
            _ => line.to_owned(),
        };
        out::line(&painted);
    }
}

/// Asks the person; without a terminal there is nobody to ask.
fn agreed() -> Result<bool, Fault> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(Fault::NotEnoughKnown {
            why: "there is no terminal to ask on, so nothing was changed".into(),
            next: "read the plan, then repeat with --yes",
        });
    }
    let mut stderr = io::stderr().lock();
    let _gone = write!(stderr, "\nDo it? [y/N] ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    let _ended = stdin.lock().read_line(&mut answer);
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn show_done(plan: &Plan, args: &Args) {
    out::line("");
    for step in &plan.steps {
        let verb = match step.change.after {
            Some(_) => "Wrote",
            None => "Removed",
        };
        out::line(&format!("{verb} {}.", step.shown));
    }
    if args.remove {
        return;
    }
    out::line(
        "Next: let the agent write something, then `countersign status`. To see how it stands: countersign doctor",
    );
    out::line("To put back what stood before: countersign init --remove");
}
