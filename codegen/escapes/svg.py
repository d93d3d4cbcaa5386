"""Escapes for SVG: text as it stands in an element or a quoted attribute."""

from __future__ import annotations

import re

from . import Code
from .json import HIDDEN

_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_CONTROL = re.compile("[\x00-\x1f]")


def text(value: str) -> Code:
    """Return text on one line; what can't be seen, or what no XML can hold, is shown by its number."""
    visible = _CONTROL.sub(_number, HIDDEN.sub(_number, " ".join(value.split())))
    return Code(re.sub("[&<>\"']", lambda match: _MARKUP[match[0]], visible))


def _number(match: re.Match[str]) -> str:
    return f"U+{ord(match[0]):04X}"
