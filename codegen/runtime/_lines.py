"""Where in a JSON text a value stands; loaded when somebody asks for the line of a problem."""

from __future__ import annotations

import json
from collections.abc import Callable
from json import decoder

from ._lazy import Any

# `json` has no public names for these
_scan: Callable[[str, int], tuple[Any, int]] = getattr(json.JSONDecoder(), "scan_once")  # noqa: B009
_scan_string: Callable[[str, int], tuple[str, int]] = getattr(decoder, "scanstring")  # noqa: B009
_SPACE = " \t\n\r"


def line_of(source: str | bytes, pointer: str) -> int:
    """Return the line, from 1, at which the value at a JSON Pointer begins; raises ValueError if there is none."""
    text = source if isinstance(source, str) else source.decode(json.detect_encoding(source))
    at = _after_space(text, 0)
    try:
        for step in pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            at = _member(text, at, name) if text[at] == "{" else _item(text, at, int(name))
    except (LookupError, StopIteration) as error:
        raise ValueError(f"nothing is at {pointer}") from error
    return text.count("\n", 0, at) + 1


def _after_space(text: str, at: int) -> int:
    while text[at : at + 1] and text[at] in _SPACE:
        at += 1
    return at


def _member(text: str, at: int, wanted: str) -> int:
    """Return where the value of a property begins, in the object that begins at an index; the last one counts."""
    found = -1
    at = _after_space(text, at + 1)
    while text[at] != "}":
        name, at = _scan_string(text, at + 1)
        at = _after_space(text, _after_space(text, at) + 1)
        if name == wanted:
            found = at
        at = _next(text, at)
    if found < 0:
        raise LookupError(wanted)
    return found


def _item(text: str, at: int, index: int) -> int:
    at = _after_space(text, at + 1)
    for _ in range(index):
        at = _next(text, at)
    return at


def _next(text: str, at: int) -> int:
    """Return where what follows a value begins: the next name or item, or the end of the object or array."""
    _, at = _scan(text, at)
    at = _after_space(text, at)
    return _after_space(text, at + 1) if text[at] == "," else at
