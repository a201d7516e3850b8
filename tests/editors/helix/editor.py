"""A Helix of its own in a terminal of its own (tmux), as a user starts it, and how a story drives it."""

import itertools
import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

COLUMNS, ROWS = 116, 44
# Nothing takes long, but the machine may be busy.
SECONDS = 20
POLL_SECONDS = 0.02

ACTION = re.compile(r"\b(Confirm |Reject: |I wrote this|Mark the selection|Undo my last)")

numbers = itertools.count(1)


def wait(what: str, condition: Callable[[], object]) -> None:
    """Waits until the condition holds. It is asked often: neither a terminal nor a log tells when it changes."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, f"waited {SECONDS} s for {what}"
        time.sleep(POLL_SECONDS)


class Helix:
    """A running editor. Lines count from 1."""

    def __init__(self, program: str, place: Path, home: Path, file: Path, environment: dict[str, str] | None = None):
        """Starts it in the file's folder; `environment` is what differs from the story's own."""
        folder = place / f"editor{next(numbers)}"
        folder.mkdir()
        self.socket, self.log = folder / "tmux", folder / "log"
        self.requests = 0
        # Not as a daemon: so it is ended with the story, even if that is killed.
        self.environment = {**os.environ, "HOME": str(home), "COLORTERM": "truecolor", **(environment or {})}
        self.server = subprocess.Popen(["tmux", "-S", self.socket, "-f", "/dev/null", "-D"], env=self.environment)
        wait("tmux", lambda: self.tmux("start-server").returncode == 0)
        size = ["-x", str(COLUMNS), "-y", str(ROWS)]
        command = [program, "-v", "--log", str(self.log), str(file.name)]
        self.tmux("set-option", "-g", "default-terminal", "tmux-256color", check=True)
        self.tmux("new-session", "-d", *size, "-c", str(file.parent), "--", *command, check=True)
        wait("Helix", lambda: " NOR " in self.screen())

    def tmux(self, *arguments: str, check: bool = False) -> subprocess.CompletedProcess:
        """Runs a tmux command in the server of this editor; never starts another one."""
        command = ["tmux", "-S", str(self.socket), "-N", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=check)

    def __enter__(self) -> "Helix":
        """For `with`, which closes it again."""
        return self

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        """Closes the editor as a person does; if a scene failed, without asking it."""
        if kind is None:
            self.command("q!")
            wait("Helix to end", lambda: self.tmux("has-session").returncode != 0)
        self.tmux("kill-server")
        self.server.wait()

    # ---- Keys

    def keys(self, *keys: str) -> None:
        """Presses keys, in tmux's notation."""
        self.tmux("send-keys", "--", *keys, check=True)

    def text(self, text: str) -> None:
        """Types text as it is."""
        # A semicolon at the end of an argument would end the command of tmux.
        self.tmux("send-keys", "-l", "--", re.sub(";$", r"\\;", text), check=True)

    def escape(self) -> None:
        """Leaves insert mode. A key that followed at once would be read together with Escape, as Alt and that key."""
        self.keys("Escape")
        wait("normal mode", lambda: " NOR " in self.screen())

    def command(self, command: str) -> None:
        """Types a command behind a colon."""
        self.keys(":")
        self.text(command)
        self.keys("Enter")

    def type_below(self, line: int, text: str) -> None:
        """Opens a line below `line` and types the text into it."""
        self.keys(*f"{line}G", "o")
        wait("insert mode", lambda: " INS " in self.screen())
        self.text(text)
        self.escape()

    def pipe_all(self, command: str) -> None:
        """Replaces the whole text by what a shell command makes of it, as a formatter."""
        self.keys("%", "|")
        wait("the prompt", lambda: "pipe:" in self.screen())
        self.text(command)
        self.keys("Enter")
        wait("the end of the command", lambda: "pipe:" not in self.screen())

    def offered(self, line: int) -> list[str]:
        """Opens the menu of actions on the line; its entries. Enter then takes the first one."""
        self.keys(*f"{line}G", "Space", "a")
        wait("the menu", lambda: actions(self.screen()))
        return actions(self.screen())

    # ---- What is seen

    def screen(self, *options: str) -> str:
        """What the terminal shows."""
        return self.tmux("capture-pane", "-p", *options, check=True).stdout

    def marks(self, expected: list[str]) -> list[str]:
        """Waits until the editor shows these marks. What it shows in the end, each as its line and its message."""
        # On the line of the cursor the message stands below, so that is not where we look from.
        self.keys("g", "g")
        seen = marks(self.screen())
        end = time.monotonic() + SECONDS
        while seen != expected and time.monotonic() < end:
            time.sleep(POLL_SECONDS)
            seen = marks(self.screen())
        return seen

    def settled_marks(self) -> list[str]:
        """The marks once the server has seen every change that was made: a mark that is to stay away shows itself only
        then. The first line must be one that no assistant wrote."""
        self.requests += 1
        self.keys("g", "g", "Space", "k")
        wait("an answer", lambda: answers(self.messages()) >= self.requests)
        wait("the marks of this text", lambda: is_current(self.messages()))
        return self.marks(published(self.messages()))

    def shows(self, part: str) -> str:
        """Waits until the screen has `part` in it; what the screen shows in the end."""
        end = time.monotonic() + SECONDS
        while part not in self.screen() and time.monotonic() < end:
            time.sleep(POLL_SECONDS)
        return self.screen()

    def messages(self) -> list[dict]:
        """What the editor and the server have said to each other, in order. `sent` is whether the editor said it."""
        lines = re.findall(r"\[INFO\] countersign (->|<-) (\{.*\})\n", self.log.read_text(errors="replace"))
        return [{**json.loads(message), "sent": arrow == "->"} for arrow, message in lines]


def marks(screen: str) -> list[str]:
    """The marks on a screen: the line's number, and the message behind the line."""
    found = []
    for row in screen.splitlines():
        sign = re.match(r"(●?) *(\d+) ", row)
        message = row.rstrip().rpartition("  ")[2] if "unreviewed" in row else "(no message)"
        if sign and (sign[1] or "unreviewed" in row):
            found.append(f"{sign[2]} {message}" if sign[1] else f"{sign[2]} (no sign) {message}")
    return found


def actions(screen: str) -> list[str]:
    """The entries of the menu of actions on a screen."""
    return [row[found.start() :].rstrip() for row in screen.splitlines() if (found := ACTION.search(row))]


def answers(messages: list[dict]) -> int:
    """How many questions about the text under the cursor the server has answered."""
    asked = {message["id"] for message in messages if message.get("method") == "textDocument/hover"}
    return sum("method" not in message and message.get("id") in asked for message in messages)


def publications(messages: list[dict]) -> list[dict]:
    """The marks that the server sent, the last ones last."""
    return [m["params"] for m in messages if m.get("method") == "textDocument/publishDiagnostics"]


def is_current(messages: list[dict]) -> bool:
    """Whether the last marks that the server sent are those of the last text that it was sent."""
    texts = [m["params"]["textDocument"]["version"] for m in messages if m.get("method") in TEXTS]
    return bool(publications(messages)) and publications(messages)[-1]["version"] == texts[-1]


TEXTS = ("textDocument/didOpen", "textDocument/didChange")


def published(messages: list[dict]) -> list[str]:
    """The last marks that the server sent, in the form of [`marks`]."""
    last = sorted(publications(messages)[-1]["diagnostics"], key=lambda item: item["range"]["start"]["line"])
    return [f"{item['range']['start']['line'] + 1} {item['message']}" for item in last]
