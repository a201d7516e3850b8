"""Plays Claude Code: its recorded payloads, with other paths and texts, go through the real hook before and after the
change on disk."""

import difflib
import itertools
import json
import os
import re
import subprocess
from pathlib import Path

PAYLOADS = Path(__file__).resolve().parent.parent / "payloads" / "claude-code"

calls = itertools.count(1)


def recorded(event: str, project: Path) -> dict:
    """A recorded payload of the event, as "PreToolUse-Edit"."""
    text = (PAYLOADS / f"{event}.json").read_text()
    return json.loads(text.replace("{{project}}", str(project)).replace("{{home}}", os.environ["HOME"]))


def hook(project: Path, payload: dict) -> None:
    """Calls the hook as Claude Code does: in the project, under the variables of Claude Code, the payload on stdin.

    What the hook prints would be read by the assistant, so it must print nothing; and it must never fail."""
    ended = subprocess.run(
        ["countersign", "hook", "claude-code"],
        cwd=project,
        env={**os.environ, "CLAUDECODE": "1", "CLAUDE_PROJECT_DIR": str(project)},
        input=json.dumps(payload).encode(),
        capture_output=True,
    )
    assert (ended.returncode, ended.stdout + ended.stderr) == (0, b""), f"the hook: {ended}"


def structured_patch(before: str, after: str) -> list[dict]:
    """The patch as Claude Code puts it into its payloads."""
    hunks: list[dict] = []
    for line in list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm=""))[2:]:
        header = re.match(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", line)
        if header:
            old, old_lines, new, new_lines = (int(number or 1) for number in header.groups())
            hunks.append({"oldStart": old, "oldLines": old_lines, "newStart": new, "newLines": new_lines, "lines": []})
        else:
            hunks[-1]["lines"].append(line)
    return hunks


def use(tool: str, project: Path, path: Path, after: str, given: dict) -> None:
    """Announces the use of a tool, changes the file and tells the end of it. `given` is what the tool is given beside
    the path."""
    before = path.read_text() if path.exists() else None
    pre, post = recorded(f"PreToolUse-{tool}", project), recorded(f"PostToolUse-{tool}", project)
    given = {**pre["tool_input"], **given, "file_path": str(path)}
    call = {"tool_use_id": f"toolu_story{next(calls):04}", "tool_input": given}
    hook(project, {**pre, **call})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(after)
    response = {
        **post["tool_response"],
        "filePath": str(path),
        "originalFile": before,
        "structuredPatch": structured_patch(before, after) if before else [],
    }
    if tool == "Write":
        response.update(content=after, type="update" if before else "create")
    else:
        response.update(oldString=given["old_string"], newString=given["new_string"])
    hook(project, {**post, **call, "tool_response": response})


def edit(project: Path, path: Path, old: str, new: str) -> None:
    """The assistant replaces `old`, which stands once in the file, by `new`."""
    before = path.read_text()
    assert before.count(old) == 1, "the text to replace does not stand once in the file"
    use("Edit", project, path, before.replace(old, new), {"old_string": old, "new_string": new})


def write(project: Path, path: Path, text: str) -> None:
    """The assistant writes the whole file anew."""
    use("Write", project, path, text, {"content": text})
