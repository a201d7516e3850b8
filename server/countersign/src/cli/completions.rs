//! `countersign completions SHELL`: what a shell asks for when somebody presses Tab.

use clap::builder::{PossibleValuesParser, Resettable, Str};
use clap::{Command, CommandFactory as _, Parser};
use clap_complete::{Shell, generate};

use super::{Countersign, out};
use crate::workspace::Fault;

/// Print the completions of a shell
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  countersign completions bash > ~/.local/share/bash-completion/completions/countersign
  countersign completions zsh > \"${fpath[1]}/_countersign\"
  countersign completions fish > ~/.config/fish/completions/countersign.fish")]
pub(super) struct Args {
    /// Whose completions
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    let mut script = Vec::new();
    let command = shown(&Countersign::command());
    let names = command.get_subcommands().map(Command::get_name);
    let names = PossibleValuesParser::new(names.map(str::to_owned));
    // The definition of `man` cannot name those that it is one of.
    let mut command = command.mut_subcommand("man", |man| {
        man.mut_arg("command", |argument| argument.value_parser(names))
    });
    generate(args.shell, &mut command, "countersign", &mut script);
    out::line(String::from_utf8_lossy(&script).trim_end());
    Ok(0)
}

/// A command without what its help hides: the scripts would offer it.
fn shown(command: &Command) -> Command {
    let arguments = command.get_arguments().filter(|it| !it.is_hide_set());
    let version = command
        .get_version()
        .map(|version| Str::from(version.to_owned()));
    Command::new(command.get_name().to_owned())
        .about(Resettable::from(command.get_about().cloned()))
        .version(Resettable::from(version))
        .args(arguments)
        .subcommands(command.get_subcommands().map(shown))
}
