//! `countersign demo`: the whole path once, in a throwaway repository.
//!
//! `stage` is the repository and the programs that run in it, `recording` what an assistant once did and told its
//! hook, `editor` a language client, `picture` a diagnostic as compilers print it, `page` what is printed, `terminal`
//! where a person sits. Nothing here knows what a mark is: the hook, the server and the gate are this very program, run
//! as anybody else would run it.

mod editor;
mod page;
mod picture;
mod recording;
mod stage;
#[cfg(unix)]
mod terminal;

use clap::Parser;

use self::editor::Editor;
use self::stage::Stage;
use super::out;
use crate::person::{self, Refusal};
use crate::workspace::Fault;

/// Show everything at once in a throwaway repository: an assistant writes, a person confirms, the gate opens
///
/// A recorded session of Claude Code, through the real hook and the real language server, in a temporary folder that
/// is removed at the end. Nothing else is read or written, and git needs no identity. It takes a second. Only a person
/// confirms: under an assistant the demo stops there, with exit code 3.
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
    page::say(
        "An assistant can write code; it cannot answer for it. Countersign marks what it wrote until a person stands \
         behind it. (A recorded session, in a throwaway repository.)",
    );
    page::step(
        1,
        "Claude Code changes Ada's program, and its hook tells countersign of each step:",
    );
    for step in recording::SESSION {
        page::put_below(&format!("  {}", step.play(&stage)?));
    }
    let mut editor = Editor::start(&stage)?;
    show_marks(&mut editor)?;
    page::step(
        3,
        "It is committed already, but the gate before a push is shut (exit code 1):",
    );
    stage.show(&["check"], 1)?;
    if let Err(refusal) = person::may_act_from_server() {
        return stop(editor, refusal);
    }
    confirm(&stage, &mut editor)?;
    editor.stop()?;
    page::step(
        5,
        "The gate opens (exit code 0), and who stands behind each line is on record:",
    );
    stage.show(&["check"], 0)?;
    stage.show(&["blame", "main.rs"], 0)?;
    page::say("");
    page::say("In a repository of yours: `countersign init` (it shows its plan first).");
    Ok(0)
}

/// The marks of both files, as an editor that opens them gets them.
fn show_marks(editor: &mut Editor) -> Result<(), Trouble> {
    page::step(
        2,
        "Ada's editor marks what no person answers for yet, a function at a time:",
    );
    for path in ["main.rs", "new.rs"] {
        for diagnostic in editor.open(path)? {
            for line in picture::lines(&diagnostic, path, editor.text(path)) {
                page::put_below(&line);
            }
        }
    }
    Ok(())
}

/// The end under an assistant.
fn stop(editor: Editor, refusal: Refusal) -> Result<u8, Trouble> {
    editor.stop()?;
    page::step(
        4,
        "Here a person would confirm, and the gate would open. The demo stops before that:",
    );
    page::say_below(&format!("{refusal}."));
    Ok(Fault::Refused(refusal).exit_code())
}

/// A person stands behind both files: one in the editor, by the action that editors offer first, one in a terminal.
fn confirm(stage: &Stage, editor: &mut Editor) -> Result<(), Trouble> {
    page::step(
        4,
        "Ada reads it, can explain it, and stands behind it: in her editor, or in a terminal.",
    );
    confirm_in_editor(editor, "new.rs")?;
    let Some(output) = stage.in_terminal(&["confirm", "main.rs"])? else {
        // There is no such terminal on this system.
        return confirm_in_editor(editor, "main.rs");
    };
    page::typed("countersign confirm main.rs");
    page::printed(&output);
    editor.wait_until_clean("main.rs")
}

/// Mark for mark, until none is left.
fn confirm_in_editor(editor: &mut Editor, path: &str) -> Result<(), Trouble> {
    while !editor.marks(path).is_empty() {
        let action = editor.preferred_action(path)?;
        editor.run_action(path, &action)?;
        let title = page::painted(page::TYPED, &action.title);
        page::put_below(&format!("{path}, code action: {title}"));
    }
    Ok(())
}
