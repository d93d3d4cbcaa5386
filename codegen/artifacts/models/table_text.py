"""The layout of a table of problems: JSON that reads like JSON, a row on a line wherever it fits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from json.encoder import encode_basestring_ascii as _string
from typing import TypeAlias

from ...ir import JSON

_WIDTH = 118  # columns, less than a comma and a bracket


def laid_out(table: dict[str, JSON]) -> str:
    """Return the JSON text of a table.

    What fits stands on one line. An object that does not has a line for each member, and so has an array for each item;
    but one that begins with text, as rows and targets do, goes on behind it: `["kinds", {` opens a row of kinds.
    """
    return _members({_string(name): _part(value) for name, value in table.items()}, 0)


_PLAIN = (None, None)
_Part: TypeAlias = "tuple[str, Sequence[_Part] | None, Mapping[str, _Part] | None]"
"""A JSON value as `json.dumps` has it, on one line, with the items of an array, or the members of an object."""


def _part(value: JSON) -> _Part:
    if isinstance(value, str):
        return _string(value), None, None
    if isinstance(value, list):
        items = [_part(item) for item in value]
        return f"[{', '.join([line for line, _, _ in items])}]", items, None
    if isinstance(value, dict):
        members = {_string(name): _part(item) for name, item in value.items()}
        lines = [f"{name}: {line}" for name, (line, _, _) in members.items()]
        return f"{{{', '.join(lines)}}}", None, members
    return json.dumps(value), *_PLAIN


def _text(part: _Part, indent: int, column: int) -> str:
    """Return the text of a value that begins at a column, in a line that is indented so far."""
    line, items, members = part
    if column + len(line) <= _WIDTH:
        return line
    if members is not None:
        return _members(members, indent)
    if items is None:
        return line
    start = next((index for index, item in enumerate(items) if item[1:] != _PLAIN), 0)
    return _row(items, start, indent, column) if start else _items(items, indent)


def _members(members: Mapping[str, _Part], indent: int) -> str:
    pad = " " * (indent + 2)
    names = [(f"{pad}{name}: ", value) for name, value in members.items()]
    return _lines("{", [name + _text(value, indent + 2, len(name)) for name, value in names], "}", indent)


def _items(items: Sequence[_Part], indent: int) -> str:
    pad = " " * (indent + 2)
    return _lines("[", [pad + _text(item, indent + 2, indent + 2) for item in items], "]", indent)


def _lines(start: str, lines: Iterable[str], end: str, indent: int) -> str:
    body = ",\n".join(lines)
    return f"{start}\n{body}\n{' ' * indent}{end}"


def _row(row: Sequence[_Part], start: int, indent: int, column: int) -> str:
    """Return the text of a row or target: what it starts with, and the rest behind it, which may open lines."""
    text = f"[{', '.join([line for line, _, _ in row[:start]])}"
    for item in row[start:]:
        text += ", "
        at = len(text) - text.rfind("\n") - 1 if "\n" in text else column + len(text)
        text += _members(item[2], indent) if item[2] else _text(item, indent, at)
    return f"{text}]"
