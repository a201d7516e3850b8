//! `countersign demo`: the whole path once, in a throwaway repository.
//!
//! `stage` is the repository and the programs that run in it, `recording` what an assistant once did and told its
//! hook, `editor` a language client, `picture` a diagnostic as compilers print it. Nothing here knows what a mark
//! is: the hook, the server and the gate are this very program, run as anybody else would run it.

mod editor;
mod picture;
mod recording;
mod stage;

use clap::Parser;

use self::editor::{Diagnostic, Editor};
use self::stage::Stage;
use super::out;
use crate::person::{self, Refusal};
use crate::workspace::Fault;

/// Show the whole path in a throwaway repository: an assistant writes, a person confirms, the gate turns green
///
/// A recorded session of Claude Code, through the real hook and the real language server, in a temporary folder that
/// is removed at the end. Nothing else is read or written, and git needs no identity. Only a person confirms: under
/// an assistant the demo stops there, with exit code 3.
#[derive(Debug, Parser)]
#[command(after_help = "Example:
  countersign demo")]
pub(super) struct Args {}

/// Why the demo cannot go on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// A program cannot be started, or its streams break.
    #[error("`{program}` cannot be run: {source}")]
    NotRun {
        /// As it was called.
        program: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A program ended otherwise than it should.
    #[error("`{call}` ended with {end}: {said}")]
    Ended {
        /// As it was called.
        call: String,
        /// Its exit code, in words.
        end: String,
        /// What it wrote.
        said: String,
    },
    /// A file of the throwaway repository.
    #[error("{path} cannot be read or written: {source}")]
    File {
        /// The file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The language server does not do its part.
    #[error("the language server {0}")]
    Server(String),
}

pub(super) fn run(_args: &Args) -> Result<u8, Fault> {
    match play() {
        Ok(code) => Ok(code),
        Err(trouble) => {
            out::error(&format!("error: the demo cannot go on: {trouble}"));
            out::error("hint: it needs `git`, a shell, and a temporary folder that can be written");
            Ok(2)
        }
    }
}

fn play() -> Result<u8, Trouble> {
    let stage = Stage::set()?;
    out::line(&format!(
        "A throwaway repository, removed at the end: {}\n",
        stage.root().display()
    ));
    out::line("1. Ada Lovelace wrote and committed main.rs, 3 lines.\n");
    out::line(
        "2. Claude Code works on it and calls `countersign hook claude-code` before and after each step:",
    );
    for step in recording::SESSION {
        out::line(&format!("     {}", step.play(&stage)?));
    }
    let mut editor = Editor::start(&stage)?;
    show_marks(&mut editor)?;
    out::line("\n4. The gate judges HEAD, which the assistant has committed already:");
    gate(&stage, 1)?;
    if let Err(refusal) = person::may_act_from_server() {
        return stop(editor, refusal);
    }
    confirm_a_unit(&mut editor)?;
    confirm_the_rest(&stage, &mut editor)?;
    editor.stop()?;
    out::line("\n7. The gate again:");
    gate(&stage, 0)?;
    out::line("\n8. And who stands behind each line is on record:");
    stage.show(&["blame", "main.rs"], 0)?;
    Ok(0)
}

/// The marks of both files, as an editor that opens them gets them.
fn show_marks(editor: &mut Editor) -> Result<(), Trouble> {
    out::line(
        "\n3. An editor opens both files. The language server marks what nobody has read yet, a function at a time:",
    );
    for path in ["main.rs", "new.rs"] {
        for diagnostic in editor.open(path)? {
            out::line("");
            print(&diagnostic, path, editor.text(path));
        }
    }
    Ok(())
}

fn print(diagnostic: &Diagnostic, path: &str, text: &str) {
    for line in picture::lines(diagnostic, path, text) {
        out::line(&format!("   {line}"));
    }
}

fn gate(stage: &Stage, code: i32) -> Result<(), Trouble> {
    stage.show(&["check"], code)?;
    out::line(&format!("   exit code {code}"));
    Ok(())
}

/// The end under an assistant.
fn stop(editor: Editor, refusal: Refusal) -> Result<u8, Trouble> {
    editor.stop()?;
    out::line(
        "\n5. Here a person would confirm, and the gate would turn green. The demo stops before that:",
    );
    out::line(&format!("   {refusal}."));
    Ok(Fault::Refused(refusal).exit_code())
}

/// One unit, by the action that editors offer first.
fn confirm_a_unit(editor: &mut Editor) -> Result<(), Trouble> {
    let action = editor.preferred_action("new.rs")?;
    out::line(&format!(
        "\n5. Ada reads new.rs in the editor and takes the first code action: {}",
        action.title
    ));
    let left = editor.run_action("new.rs", &action)?;
    out::line(&format!(
        "   new.rs has {} now.",
        out::count(left as u32, "mark")
    ));
    Ok(())
}

/// All else: on the command line where there is a terminal that a person could sit at, else in the editor.
fn confirm_the_rest(stage: &Stage, editor: &mut Editor) -> Result<(), Trouble> {
    if person::may_act_from_terminal().is_ok() {
        out::line("\n6. She reads main.rs and confirms it in the terminal:");
        stage.show(&["confirm", "main.rs"], 0)?;
        editor.wait_until_clean("main.rs")?;
        out::line("   The open editor has heard of it: main.rs has 0 marks now.");
        return Ok(());
    }
    out::line(
        "\n6. She reads main.rs and confirms it in the editor as well, as there is no terminal here:",
    );
    while !editor.marks("main.rs").is_empty() {
        let action = editor.preferred_action("main.rs")?;
        let left = editor.run_action("main.rs", &action)?;
        out::line(&format!(
            "   {}: {} left in main.rs",
            action.title,
            out::count(left as u32, "mark")
        ));
    }
    Ok(())
}
