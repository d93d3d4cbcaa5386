"""The layout of a table of problems: JSON that reads like JSON, a row on a line wherever it fits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from json import encoder
from typing import Any

from ...ir import JSON

_WIDTH = 118  # columns, less than a comma and a bracket


def laid_out(table: dict[str, JSON]) -> str:
    """Return the JSON text of a table.

    What fits stands on one line. An object that does not has a line for each member, and so has an array for each item;
    but one that begins with text, as rows and targets do, goes on behind it: `["kinds", {` opens a row of kinds.
    """
    return _members(table, 0)


def _encoder() -> Callable[[JSON], str]:
    """Return what `json.dumps` does, at a third of the cost for short texts: that makes an encoder for each."""
    make: Any = getattr(encoder, "c_make_encoder", None)
    if make is None:  # another Python than CPython
        return json.dumps
    default = json.JSONEncoder().default
    chunks = make(None, default, encoder.encode_basestring_ascii, None, ": ", ", ", False, False, False)
    return lambda value: "".join(chunks(value, 0))


_one_line = _encoder()


def _text(value: JSON, indent: int, column: int) -> str:
    """Return the text of a value that begins at a column, in a line that is indented so far."""
    whole = _one_line(value)
    if column + len(whole) <= _WIDTH or not isinstance(value, list | dict):
        return whole
    if isinstance(value, dict):
        return _members(value, indent)
    start = next((index for index, item in enumerate(value) if isinstance(item, list | dict)), 0)
    return _row(value, start, indent, column) if start else _items(value, indent)


def _members(members: dict[str, JSON], indent: int) -> str:
    pad = " " * (indent + 2)
    names = [(f"{pad}{_one_line(name)}: ", value) for name, value in members.items()]
    return _lines("{", [name + _text(value, indent + 2, len(name)) for name, value in names], "}", indent)


def _items(items: list[JSON], indent: int) -> str:
    pad = " " * (indent + 2)
    return _lines("[", [pad + _text(item, indent + 2, indent + 2) for item in items], "]", indent)


def _lines(start: str, lines: Iterable[str], end: str, indent: int) -> str:
    body = ",\n".join(lines)
    return f"{start}\n{body}\n{' ' * indent}{end}"


def _row(row: list[JSON], start: int, indent: int, column: int) -> str:
    """Return the text of a row or target: what it starts with, and the rest behind it, which may open lines."""
    text = _one_line(row[:start])[:-1]
    for item in row[start:]:
        text += ", "
        at = len(text) - text.rfind("\n") - 1 if "\n" in text else column + len(text)
        text += _members(item, indent) if item and isinstance(item, dict) else _text(item, indent, at)
    return f"{text}]"
