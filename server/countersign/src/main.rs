//! Countersign keeps code that an assistant wrote flagged as unreviewed, in any
//! editor, until a person confirms it.
//!
//! `workspace` holds what people and agents do, in the editor's words. `lsp`
//! and `cli` are thin layers over it, `agents` reads what each agent's program
//! tells its hook; `setup` is what `init` writes into other programs' settings,
//! `health` what `doctor` looks at, `person` who may act.

mod agents;
mod cli;
mod health;
mod lsp;
mod person;
mod setup;
mod workspace;

fn main() -> std::process::ExitCode {
    cli::main()
}
