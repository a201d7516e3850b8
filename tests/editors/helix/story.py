"""The main job in the real Helix: what Claude Code wrote is marked, a function at a time, until a person confirms it.

Each scene has a repository of its own; what the assistant writes comes through the real hook. The settings are the
files of editors/helix, so that these cannot rot.
"""

import itertools
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree
from pathlib import Path

import check
import claude
from editor import ROWS, Helix, wait

ROOT = Path(__file__).resolve().parent.parent.parent.parent
SETTINGS = ROOT / "editors" / "helix"
PLACE = Path(os.environ["COUNTERSIGN_PLACE"])  # from tests/editors/run, which gives the story a folder of its own
PROGRAM = sys.argv[1]
THEME = 'theme = "onedark"\n'  # For the picture: the default theme shows a mark dark on dark.

OF_A_PERSON = """\
fn total(items: &[u32]) -> u32 {
    items.iter().sum()
}
"""

PARSE_HEADER = """\
fn parse_header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    if name.is_empty() {
        return None;
    }
    Some((name.trim(), value.trim()))
}
"""

PARSE_BODY = """\
fn parse_body(lines: &[&str]) -> Vec<String> {
    let mut body = Vec::new();
    for line in lines {
        if line.starts_with('#') {
            continue;
        }
        body.push(line.to_string());
    }
    body
}
"""

CHECKSUM = """\
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| sum.rotate_left(1) ^ u32::from(*byte);
    bytes.iter().fold(0, step)
}
"""

FOOTER = """\
fn footer(count: usize) -> String {
    format!("{count} lines")
}
"""

projects = itertools.count(1)


def file_of(*functions: str) -> str:
    """The functions with an empty line between them."""
    return "\n".join(functions)


def mark(first_line: int, name: str, lines: int) -> str:
    """The mark on a function of which all lines are the assistant's."""
    return f"{first_line} `{name}`: {lines} lines by Claude Code, unreviewed"


def confirm(name: str, lines: int) -> str:
    """The title of the action that confirms a function."""
    return f"Confirm `{name}` ({lines} lines by Claude Code)"


HEADER, BODY, SUM = mark(5, "parse_header", 7), mark(13, "parse_body", 10), mark(24, "checksum", 4)


def run(folder: Path, *command: str) -> str:
    """What the command prints. It must not fail."""
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def repository_with_new_code() -> tuple[Path, Path]:
    """A new repository with one commit, a file that a person wrote, in which Claude Code has since put three functions
    under the person's; and that file."""
    project = PLACE / f"project{next(projects)}"
    file = project / "src" / "parse.rs"
    file.parent.mkdir(parents=True)
    file.write_text(OF_A_PERSON)
    run(project, "git", "init", "-q", "-b", "main")
    run(project, "git", "config", "user.name", "Ada Example")
    run(project, "git", "config", "user.email", "ada@example.org")
    run(project, "git", "add", ".")
    run(project, "git", "commit", "-q", "-m", "Add up the items")
    claude.edit(project, file, OF_A_PERSON, file_of(OF_A_PERSON, PARSE_HEADER, PARSE_BODY, CHECKSUM))
    return project, file


def status(project: Path) -> str:
    """What `countersign status --json` says of the one file."""
    [file] = json.loads(run(project, "countersign", "status", "--json"))["files"]
    return f"{file['path']}: {file['unreviewed_lines']} unreviewed, {file['confirmed_lines']} confirmed"


def home_with(languages: str) -> Path:
    """A home whose Helix has these languages, and the settings that we advise."""
    home = PLACE / f"home{next(projects)}"
    settings = home / ".config" / "helix"
    settings.mkdir(parents=True)
    (settings / "languages.toml").write_text(languages)
    (settings / "config.toml").write_text(THEME + (SETTINGS / "config.toml").read_text())
    return home


FRAGMENT = (SETTINGS / "languages.toml").read_text()
HOME = home_with(FRAGMENT)


def helix(file: Path, home: Path = HOME, environment: dict[str, str] | None = None) -> Helix:
    """Opens a file in a new editor."""
    return Helix(PROGRAM, PLACE, home, file, environment)


def keep_picture(editor: Helix, name: str) -> str:
    """Keeps a picture of the screen as an artefact; its text."""
    # The lines below the text are left out, down to the status line.
    rows = editor.screen("-e", "-N").splitlines()
    plain = editor.screen().splitlines()
    last = max(index for index, row in enumerate(plain[: ROWS - 2]) if row.strip() and row.strip() != "~")
    screen = "\n".join(rows[: last + 1] + rows[ROWS - 2 : ROWS - 1])
    script = [str(ROOT / "tests" / "pictures" / "terminal_to_svg"), "--title", "Helix"]
    picture = subprocess.run(script, input=screen, check=True, capture_output=True, text=True).stdout
    folder = Path(os.environ["COUNTERSIGN_PICTURES"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.svg").write_text(picture)
    return "".join(xml.etree.ElementTree.fromstring(picture).itertext())


def a_function_is_confirmed() -> None:
    """a confirmed function stays confirmed"""
    project, file = repository_with_new_code()
    with helix(file) as editor:
        before, after = [HEADER, BODY, SUM], [BODY, SUM]
        check.equal("one mark a function, none on the person's", before, editor.marks(before))
        check.contains("the status line counts them", "● 3", editor.screen())
        offered = editor.offered(5)
        check.equal("the first action confirms the function", confirm("parse_header", 7), offered[0])
        check.contains("a picture of it is kept", confirm("parse_header", 7), keep_picture(editor, "helix"))
        editor.keys("Enter")
        check.equal("its mark goes, the others stay", after, editor.marks(after))

        editor.type_below(6, "let mine = line.len();")
        moved = [mark(14, "parse_body", 10), mark(25, "checksum", 4)]
        check.equal("typing inside it brings nothing back", moved, editor.settled_marks())
        editor.keys("u")
        check.equal("nor does the undo", after, editor.settled_marks())
        editor.type_below(14, "let mine = lines.len();")
        typed = [BODY, mark(25, "checksum", 4)]
        check.equal("a line typed inside another is not the assistant's", typed, editor.settled_marks())
        editor.keys("u")
        check.equal("and after the undo", after, editor.settled_marks())
    with helix(file) as later:
        check.equal("a new editor shows what was left", after, later.marks(after))
    check.equal("status agrees", "src/parse.rs: 14 unreviewed, 7 confirmed", status(project))


def the_whole_text_is_replaced() -> None:
    """the whole text is replaced"""
    project, file = repository_with_new_code()
    with helix(file) as editor:
        editor.marks([HEADER, BODY, SUM])
        editor.offered(13)
        editor.keys("Enter")
        after = [HEADER, SUM]
        check.equal("the second function is confirmed", after, editor.marks(after))
        editor.pipe_all("sed 's/^    /\\t/'")
        check.equal("a formatter brings nothing back and takes nothing away", after, editor.settled_marks())
        editor.command("write")
        editor.shows("written")
        formatted = file.read_text()
        check.equal("what it wrote is on disk", True, "\n\tfor line in lines {" in formatted)
        editor.keys("u")
        check.equal("nor does the undo of it", after, editor.settled_marks())
        editor.command("reload")
        check.equal("nor reading the file again", after, editor.settled_marks())
        editor.keys("%", "d")
        check.equal("deleting all takes the marks", [], editor.settled_marks())
        editor.keys("u")
        check.equal("the undo brings back those that were there", after, editor.settled_marks())
    check.equal("status agrees", "src/parse.rs: 11 unreviewed, 10 confirmed", status(project))


def the_assistant_writes_meanwhile() -> None:
    """the assistant writes while the file is open"""
    project, file = repository_with_new_code()
    with helix(file) as editor:
        editor.marks([HEADER, BODY, SUM])
        editor.offered(5)
        editor.keys("Enter")
        editor.marks([BODY, SUM])
        claude.write(project, file, file_of(OF_A_PERSON, FOOTER, PARSE_HEADER, PARSE_BODY, CHECKSUM))
        editor.command("reload-all")
        expected = [mark(5, "footer", 3), mark(17, "parse_body", 10), mark(28, "checksum", 4)]
        check.equal("the new function is marked, the confirmed one is not", expected, editor.marks(expected))
    check.equal("status agrees", "src/parse.rs: 17 unreviewed, 7 confirmed", status(project))


def an_assistant_cannot_confirm() -> None:
    """an assistant cannot confirm"""
    project, file = repository_with_new_code()
    with helix(file, environment={"CLAUDECODE": "1"}) as editor:
        editor.marks([HEADER, BODY, SUM])
        editor.offered(5)
        editor.keys("Enter")
        check.contains("the user is told what was found", "CLAUDECODE", editor.shows("CLAUDECODE"))
        check.equal("all marks stay", [HEADER, BODY, SUM], editor.settled_marks())
    check.equal("status agrees", "src/parse.rs: 21 unreviewed, 0 confirmed", status(project))


def servers(home: Path, language: str) -> list[str]:
    """The servers that Helix has for a language, in their order."""
    command = [PROGRAM, "--health", language]
    health = subprocess.run(command, env={**os.environ, "HOME": str(home)}, check=True, capture_output=True, text=True)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", health.stdout).partition("Configured debug adapter")[0]
    return re.findall(r"^  \S+ ([\w-]+):", lines, re.MULTILINE)


def a_language_keeps_its_servers() -> None:
    """a language keeps the servers that Helix gives it"""
    untouched = home_with("")
    languages = re.findall(r'^name = "(.*)"', FRAGMENT, re.MULTILINE)
    for language in languages:
        expected = [*servers(untouched, language), "countersign"]
        # Another release of Helix may have fewer; what is too much here does no harm.
        seen = [server for server in servers(HOME, language) if server in expected]
        check.equal(f"{language} keeps its servers", expected, seen)
    own = '[[language]]\nname = "rust"\nformatter = { command = "my-formatter" }\n\n'
    pasted = subprocess.run(
        [PROGRAM, "--health", "rust"],
        env={**os.environ, "HOME": str(home_with(own + FRAGMENT))},
        capture_output=True,
        text=True,
    ).stdout
    check.contains("below settings of one's own it leaves those alone", "my-formatter", pasted)
    check.contains("and is heard", "countersign", pasted)


def the_usual_server_still_runs() -> None:
    """the language's usual server runs beside ours"""
    _, file = repository_with_new_code()
    programs = PLACE / "usual"
    programs.mkdir()
    started = programs / "started"
    usual = programs / "rust-analyzer"
    usual.write_text(f"#!/bin/sh\ntouch {started}\nexec cat >/dev/null\n")
    usual.chmod(0o755)
    with helix(file, environment={"PATH": f"{programs}:{os.environ['PATH']}"}) as editor:
        expected = [HEADER, BODY, SUM]
        check.equal("the marks are there", expected, editor.marks(expected))
        wait("the usual server", started.exists)
        check.equal("and the usual server was started", True, started.exists())


check.scene(a_function_is_confirmed)
check.scene(the_whole_text_is_replaced)
check.scene(the_assistant_writes_meanwhile)
check.scene(an_assistant_cannot_confirm)
check.scene(a_language_keeps_its_servers)
check.scene(the_usual_server_still_runs)
sys.exit(1 if check.failed else 0)
