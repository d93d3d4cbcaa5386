"""Escapes for JSON text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from json.encoder import encode_basestring
from typing import Final

from ..ir import JSON
from . import Code, join

HIDDEN: Final = re.compile(
    "[\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff\ufff0-\uffff\U000e0000-\U0010ffff]"
)
"""Characters that a reader can't see, that turn or break a line, or that have no meaning by themselves."""


_scalar: Final = json.JSONEncoder(allow_nan=False).encode  # json.dumps makes one each time


def document(value: JSON) -> Code:
    """Return a JSON value as a text, indented by two, with a newline at its end; what is not JSON is a ValueError.

    What is `Code` in it is the text of a value, and stands as it is.
    """
    return Code(f"{_hide(_laid_out(value))}\n")


def compact(value: JSON) -> Code:
    """Return a JSON value on one line; what is not JSON is a ValueError."""
    return Code(_hide(json.dumps(value, ensure_ascii=False, allow_nan=False)))


def member(name: str, value: JSON, indent: int) -> Code:
    """Return a member of an object that stands at this indent, as lines without a comma."""
    return Code(f"{' ' * indent}  {_hide(encode_basestring(name))}: {_hide(_laid_out(value, indent + 2))}")


def members(written: Iterable[Code], indent: int) -> Code:
    """Return an object at this indent of members that `member` has made for it; `{}` if there are none."""
    lines = join(",\n", written)
    return Code(f"{{\n{lines}\n{' ' * indent}}}" if lines else "{}")


def _laid_out(value: JSON, indent: int = 0) -> str:
    """Return a JSON value as a text, indented by two, that begins at some indent."""
    parts: list[str] = []
    _write(value, "\n" + " " * indent, parts)
    return "".join(parts)


def _write(value: JSON, line: str, parts: list[str]) -> None:
    """Add the parts of a value as `json.dumps(value, indent=2)` has them; that takes three times as long."""
    if isinstance(value, dict) and value:
        begin, inner = "{", line + "  "
        for key, item in value.items():
            if item.__class__ is str:
                parts.append(f"{begin}{inner}{encode_basestring(key)}: {encode_basestring(item)}")
            else:
                parts.append(f"{begin}{inner}{encode_basestring(key)}: ")
                _write(item, inner, parts)
            begin = ","
        parts += (line, "}")
    elif isinstance(value, list) and value:
        begin, inner = "[", line + "  "
        for item in value:
            parts += (begin, inner)
            _write(item, inner, parts)
            begin = ","
        parts += (line, "]")
    elif isinstance(value, str):
        parts.append(value if isinstance(value, Code) else encode_basestring(value))
    else:
        parts.append(_scalar(value))


def _hide(text: str) -> str:
    """Return the text with hidden characters as escapes; in JSON such a character stands in a string only."""
    if text.isascii() and "\x7f" not in text:
        return text
    return HIDDEN.sub(lambda match: _escape(match[0]), text)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
