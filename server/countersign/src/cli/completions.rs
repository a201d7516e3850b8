//! `countersign completions SHELL`: what a shell asks for when somebody presses Tab.

use clap::{CommandFactory as _, Parser};
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
    let mut command = Countersign::command();
    generate(args.shell, &mut command, "countersign", &mut script);
    out::line(String::from_utf8_lossy(&script).trim_end());
    Ok(0)
}
