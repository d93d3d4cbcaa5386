"""Escapes for JSON text."""

from __future__ import annotations

import json
import re
from typing import Final

from ..ir import JSON
from . import Code

HIDDEN: Final = re.compile(
    "[\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff\ufff0-\uffff\U000e0000-\U0010ffff]"
)
"""Characters that a reader can't see, that turn or break a line, or that have no meaning by themselves."""


def document(value: JSON) -> Code:
    """Return a JSON value as a text of its own: indented by two, a newline at its end; no JSON is a ValueError."""
    return Code(_hide(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)) + "\n")


def compact(value: JSON) -> Code:
    """Return a JSON value on one line; no JSON is a ValueError."""
    return Code(_hide(json.dumps(value, ensure_ascii=False, allow_nan=False)))


def _hide(text: str) -> str:
    """Return the text with hidden characters as escapes; in JSON such a character stands in a string only."""
    return HIDDEN.sub(lambda match: _escape(match[0]), text)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
