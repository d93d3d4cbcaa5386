"""JSON Pointers (RFC 6901): their reference tokens, and what stands at one; `ir.escape_token` is the way there."""

from __future__ import annotations

import re

from .ir import JSON

_INDEX = re.compile("0|[1-9][0-9]{0,8}")


def unescape(token: str) -> str:
    """Return a reference token as the name or index that it stands for (section 4)."""
    return token.replace("~1", "/").replace("~0", "~") if "~" in token else token


def tokens(pointer: str) -> tuple[str, ...]:
    """Return the reference tokens of a pointer, unescaped."""
    return tuple(unescape(token) for token in pointer.split("/")[1:])


def last(pointer: str) -> str:
    """Return the last reference token of a pointer, unescaped; "" for the pointer to the whole."""
    return unescape(pointer.rpartition("/")[2])


def find(pointer: str, content: JSON) -> tuple[JSON, ...]:
    """Return the value at a pointer, none if it leads nowhere."""
    value, rest = reach(pointer, content)
    return () if rest else (value,)


def value_at(pointer: str, content: JSON) -> JSON:
    """Return the value at a pointer; raises LookupError if it leads nowhere."""
    value, rest = reach(pointer, content)
    if rest:
        raise LookupError(f"nothing at {pointer!r}")
    return value


def reach(pointer: str, content: JSON) -> tuple[JSON, list[str]]:
    """Return the last value on the way of a pointer, and the tokens that lead nowhere from there, as they stand."""
    value = content
    parts = pointer.split("/")[1:]
    for index, part in enumerate(parts):
        token = unescape(part)
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and _INDEX.fullmatch(token) and int(token) < len(value):
            value = value[int(token)]
        else:
            return value, parts[index:]
    return value, []
