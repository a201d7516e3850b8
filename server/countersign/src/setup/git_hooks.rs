//! Git's `pre-push` hook: facts go where the branch goes.
//!
//! Our lines stand first in the script, behind its first line, so that nothing in it can end before them. They read
//! nothing, and whatever becomes of them the rest goes on.

use std::path::{Path, PathBuf};

use countersign_ledger::{Place, git};

use super::hooks::{Malformed, TakenOut};
use super::machine::is_executable;
use super::program::{NAME, Program};

const FIRST: &str =
    "# >>> countersign: facts go where the branch goes (countersign init --git-hooks)\n";
const LAST: &str = "# <<< countersign\n";
const HEAD: &str = "#!/bin/sh\n";
/// What the program is called with.
const CALL: &str = " sync --hook -- \"$1\" </dev/null || :; fi";

/// Where the hook stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Script {
    /// The file that people write.
    pub(crate) path: PathBuf,
    /// Who owns it, in words.
    pub(crate) owner: &'static str,
    /// It serves other repositories too, so it is not ours to write.
    pub(crate) is_everybodys: bool,
    caller: Caller,
}

/// Who runs the file of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    Git,
    /// It hands the file to a shell.
    Husky,
}

impl Script {
    /// Whether it is there, and git passes it over as nobody may run it.
    pub(crate) fn is_idle(&self) -> bool {
        self.caller == Caller::Git && self.path.exists() && !is_executable(&self.path)
    }
}

/// Finds the file. Husky keeps its own in a folder `_`, and those of people beside it.
pub(crate) fn script(place: &Place) -> Result<Script, git::GitError> {
    let folder = git::hooks_folder(place)?;
    let (people, caller) = match folder.path.parent().filter(|_| folder.path.ends_with("_")) {
        Some(beside) => (beside, Caller::Husky),
        None => (folder.path.as_path(), Caller::Git),
    };
    let path = people.join("pre-push");
    let folder_as_is = people.canonicalize();
    let is_in = |outer: &Path| folder_as_is.as_deref().unwrap_or(people).starts_with(outer);
    let owner = match place.common_dir.as_deref() {
        Some(git) if is_in(git) => "yours, for this clone only",
        _ if is_in(&place.root) => "the repository's: whoever clones it gets it",
        _ => "yours, outside the repository",
    };
    Ok(Script {
        path,
        owner,
        is_everybodys: folder.is_everybodys,
        caller,
    })
}

/// The lines that call us.
pub(crate) fn lines(program: &Program) -> String {
    let program = program.quoted();
    format!("{FIRST}if command -v {program} >/dev/null 2>&1; then {program}{CALL}\n{LAST}")
}

/// The script with our lines, where it does not call us yet. An empty one becomes a script.
pub(crate) fn add(text: &str, program: &Program) -> Result<String, Malformed> {
    let text = without(text);
    let text = text.as_str();
    if text.is_empty() {
        return Ok(format!("{HEAD}{}", lines(program)));
    }
    let (head, rest) = match text.strip_prefix("#!") {
        Some(_) => text.split_at(text.find('\n').map_or(text.len(), |end| end + 1)),
        None => ("", text),
    };
    if !head.is_empty() && !is_shell(head) {
        let first = head.trim();
        return Err(Malformed(format!(
            "it is no shell script (`{first}`), so call `countersign sync --hook REMOTE` in it"
        )));
    }
    let end = if head.is_empty() || head.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    Ok(format!("{head}{end}{}{rest}", lines(program)))
}

/// Whether a script calls us, in our lines or in those of a person.
pub(crate) fn is_set_up(text: &str) -> bool {
    calls(text).next().is_some()
}

/// The lines by which a script calls us. A comment that speaks of us does not.
fn calls(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.starts_with('#') && line.contains(NAME) && line.contains(" sync"))
}

/// The script without our lines. What a person wrote among them stays, and so does a call of theirs.
pub(crate) fn take_out(text: &str) -> TakenOut {
    let text = without(text);
    TakenOut {
        is_empty: text == HEAD,
        left: calls(&text).map(str::to_owned).collect(),
        text,
    }
}

fn without(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !is_ours(line.trim_end())).collect()
}

fn is_ours(line: &str) -> bool {
    line == FIRST.trim_end()
        || line == LAST.trim_end()
        || line.starts_with("if command -v ") && line.ends_with(CALL)
}

fn is_shell(head: &str) -> bool {
    let words = head.trim_start_matches("#!").split([' ', '/', '\t']);
    words
        .map(str::trim)
        .any(|word| matches!(word, "sh" | "bash" | "dash" | "zsh" | "ksh" | "ash"))
}
