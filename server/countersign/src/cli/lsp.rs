//! `countersign lsp`: the language server.

use std::path::PathBuf;

use clap::Parser;

use crate::lsp::LogTo;
use crate::workspace::{Fault, settings};

/// Serve an editor on standard input and output (started by the editor)
#[derive(Debug, Parser)]
#[command(
    after_help = "Example, in Neovim with editors/neovim on the runtime path:
  vim.lsp.enable(\"countersign\")

Warnings and errors are logged to stderr; --log-level, COUNTERSIGN_LOG and the setting
countersign.log.level, in this order, ask for more or less."
)]
pub(super) struct Args {
    /// Accepted because some editors pass it; there is no other way to serve.
    #[arg(long)]
    stdio: bool,
    /// How much to log, over every setting
    #[arg(long, value_name = "LEVEL", value_parser = LEVELS, ignore_case = true)]
    log_level: Option<String>,
    /// Write the log to this file instead of stderr, behind what stands there
    #[arg(long, value_name = "FILE")]
    log_file: Option<PathBuf>,
}

/// From nothing to everything.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    crate::lsp::run(&LogTo {
        level: args.log_level.as_deref().and_then(settings::level),
        file: args.log_file.clone(),
    })
}
