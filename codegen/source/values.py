"""Values: documents that are given as Python data, not read from a file."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator

from ..findings import Finding, Place, Rejected, Rule
from ..ir import JSON, escape_token
from .loader import Source
from .positions import JSON_SYNTAX, MAX_DEPTH, NESTING_DEPTH, NUMBER_RANGE


def from_value(path: str, content: JSON) -> Source:
    """Return a source for a value that does not come from a file; its text is the value as indented JSON.

    Raises Rejected for what no file could hold either: a number beyond a double, a value nested too deep, another type.
    """
    faults = tuple(_value_faults(path, content))
    if faults:
        raise Rejected(faults)
    text = json.dumps(content, indent=2)
    return Source(path, text, content, hashlib.sha256(text.encode()).hexdigest(), "json", path)


def _value_faults(path: str, content: object) -> Iterator[Finding]:
    """Yield what keeps a Python value from being JSON that is read; level by level, as it may be of any depth."""
    level: list[tuple[str, object]] = [("", content)]
    for depth in range(MAX_DEPTH + 2):
        below: list[tuple[str, object]] = []
        for pointer, value in level:
            if isinstance(value, dict | list) and depth == MAX_DEPTH:
                message = f"arrays and objects are nested more than {MAX_DEPTH} levels deep here"
                help = "move inner subschemas to $defs and refer to them"
                yield Finding(NESTING_DEPTH, Place(path, pointer=pointer), message, help)
                return
            if isinstance(value, dict):
                below += ((f"{pointer}/{escape_token(str(name))}", item) for name, item in value.items())
            elif isinstance(value, list):
                below += ((f"{pointer}/{index}", item) for index, item in enumerate(value))
            if (fault := _fault(value)) is not None:
                yield Finding(fault[0], Place(path, pointer=pointer), fault[1], "write a value that JSON has")
        level = below


def _fault(value: object) -> tuple[Rule, str] | None:
    """Return what is wrong with one value, whatever is in it."""
    if isinstance(value, dict):
        keys = [name for name in value if not isinstance(name, str)]
        return (JSON_SYNTAX, f"the key {keys[0]!r} is not a string") if keys else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        is_in_range = -_LARGEST <= value <= _LARGEST
        return None if is_in_range else (NUMBER_RANGE, "the number is beyond a double, or is not finite")
    if value is None or isinstance(value, list | str | bool):
        return None
    return JSON_SYNTAX, f"a {type(value).__name__} is not a JSON value"


_LARGEST = int(sys.float_info.max)
