//! `countersign lsp`: the language server.

use clap::Parser;

use crate::workspace::Fault;

/// Serve an editor on standard input and output (started by the editor)
#[derive(Debug, Parser)]
#[command(
    after_help = "Example, in Neovim with editors/neovim on the runtime path:
  vim.lsp.enable(\"countersign\")

What it does is logged to stderr as far as COUNTERSIGN_LOG asks for it: error, warn (the default), info, debug."
)]
pub(super) struct Args {
    /// Accepted because some editors pass it; there is no other way to serve.
    #[arg(long)]
    stdio: bool,
}

pub(super) fn run(args: &Args) -> Result<u8, Fault> {
    let Args { stdio: _ } = args;
    crate::lsp::run()
}
