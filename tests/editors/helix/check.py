"""The lines that a story prints, and whether any of them was a failure."""

import traceback
from collections.abc import Callable

failed = False


def equal(what: str, expected: object, seen: object) -> None:
    """Checks that `seen` equals `expected`. `what` is what a user would say is the case."""
    global failed
    if expected == seen:
        print(f"ok   helix: {what}: {shown(seen)}", flush=True)
    else:
        failed = True
        print(f"FAIL helix: {what}: expected {shown(expected)}, seen {shown(seen)}", flush=True)


def contains(what: str, part: str, text: str) -> None:
    """Checks that `text` has `part` in it."""
    equal(what, part, part if part in text else text)


def scene(play: Callable[[], None]) -> None:
    """Runs one scene. An error in it is a failure of its own and does not keep the next scene from running."""
    global failed
    try:
        play()
    except Exception:
        failed = True
        print(f"FAIL helix: {(play.__doc__ or '').strip()}: {traceback.format_exc()}", flush=True)


def shown(value: object) -> str:
    """A value as it stands in a line."""
    if isinstance(value, list):
        return "[" + " | ".join(map(str, value)) + "]"
    return str(value)
